"""Single cells: what is taken, what is refused, and what a spreadsheet has done to a number."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.registry import cells
from ingest.registry.cells import CellFault
from ingest.registry.identity import check_digit, is_identity_number, masked
from ingest.registry.plates import kind_of_colour, kinds_of
from ingest.registry.sheet import Value, column_letter

TODAY = date(2026, 6, 1)


def fault(clean: cells.Cleaner, value: Value) -> str:
    with pytest.raises(CellFault) as caught:
        clean(value)
    assert caught.value.english and caught.value.chinese
    return caught.value.code


@pytest.mark.parametrize(
    "value",
    ["2301500000000017", " 2301500000000017 ", "２３０１５０００００００００１７", "'2301500000000017\u200b"],
)
def test_a_number_of_16_digits(value: str) -> None:
    assert cells.number(value) == "2301500000000017"


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (2301500000000017, "number_rounded"),
        (2301500000000017.0, "number_rounded"),
        (2.3015e15, "number_rounded"),
        ("2.3015E+15", "number_rounded"),
        ("2301500000000017.0", "number_decimal"),
        (17, "number_short"),
        ("230150000000001", "number_short"),
        ("0000000000000000", "number_malformed"),
        ("0", "number_malformed"),
        ("23015000000000171", "number_malformed"),
        ("230150000000001X", "number_malformed"),
        (True, "number_malformed"),
        ("²301500000000017x", "number_malformed"),
    ],
)
def test_a_number_that_a_spreadsheet_spoilt(value: Value, code: str) -> None:
    assert fault(cells.number, value) == code


@given(st.integers(1, 10**16 - 1))
def test_every_number_as_text_is_itself_and_no_quantity_is_taken(number: int) -> None:
    assert cells.number(f"{number:016d}") == f"{number:016d}"
    assert fault(cells.number, number).startswith("number_")
    assert fault(cells.number, float(number)).startswith("number_")


@pytest.mark.parametrize(
    "value",
    ["2026-01-31", "2026/1/31", "2026.1.31", "2026年1月31日", "20260131", date(2026, 1, 31)],
)
def test_a_day(value: Value) -> None:
    assert cells.day(value) == "2026-01-31"
    assert cells.last_day(value) == "2026-01-31"


def test_a_day_of_a_spreadsheet_and_for_ever() -> None:
    assert cells.day(datetime(2026, 1, 31, 12)) == "2026-01-31"
    assert cells.last_day("长期") is None


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (46053, "date_serial"),
        ("46053", "date_serial"),
        ("2026-02-30", "date_malformed"),
        ("31/01/2026", "date_malformed"),
        ("2026-1/31", "date_malformed"),
        ("soon", "date_malformed"),
        ("长期", "date_malformed"),
    ],
)
def test_a_day_that_may_be_anything_is_refused(value: Value, code: str) -> None:
    assert fault(cells.day, value) == code


def test_the_serial_number_of_a_day_is_told_as_the_day() -> None:
    with pytest.raises(CellFault, match="perhaps 2026-01-31"):
        cells.day(46053)


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_days_survive_every_way_to_write_them(day: date) -> None:
    for text in (day.isoformat(), f"{day.year}/{day.month}/{day.day}", day.strftime("%Y%m%d")):
        assert cells.day(text) == day.isoformat()


def test_states_classes_parts_and_codes() -> None:
    assert [cells.state(text) for text in ("approved", "已备案", "注销", "黑名单")] == [
        "approved",
        "approved",
        "cancelled",
        "locked",
    ]
    assert cells.vehicle_classes("c2、C1") == cells.vehicle_classes("C1C2") == ["C1", "C2"]
    assert cells.parts("科目二,1") == [1, 2] and cells.parts("第三部分") == [3]
    assert cells.area(310100) == "310100" and cells.platform(" a0107 ") == "A0107"
    assert cells.quantity("25") == 25 and cells.ground_state("撤销") == "withdrawn"
    for clean, value in (
        (cells.state, "good"),
        (cells.vehicle_class, "C9"),
        (cells.vehicle_classes, "C1 X"),
        (cells.parts, "5"),
        (cells.parts, "12"),
        (cells.area, "031010"),
        (cells.platform, "0107A"),
        (cells.quantity, "0"),
        (cells.ground_state, "locked"),
        (cells.words, "a\nb"),
        (cells.words, "a" * 201),
        (cells.identity, 110101199003078515),
    ):
        assert fault(clean, value)


def test_a_text_keeps_its_chinese_brackets() -> None:
    assert cells.words(" 南山驾校（浦东）\ufeff") == "南山驾校（浦东）"
    assert not cells.odd("南山驾校（浦东）", cells.words) and cells.odd("南\u200b山", cells.words)
    assert cells.odd("２３", cells.number) and not cells.odd(" 23 ", cells.number)
    assert cells.plate("黑a·0001 学") == "黑A0001学"


@pytest.mark.parametrize("text", ["11010519491231002X", "440524188001010014"])
def test_the_examples_of_the_standard(text: str) -> None:
    """Both are printed in GB 11643-1999; the second is born before anybody who trains today."""
    assert check_digit(text[:17]) == text[17]
    assert is_identity_number(text, TODAY) == (text[6:8] == "19")


@given(st.integers(0, 999999), st.dates(date(1930, 1, 1), date(2008, 1, 1)), st.integers(0, 999))
def test_any_one_wrong_character_is_found(area: int, born: date, serial: int) -> None:
    first = f"{1 + area % 9}{area % 100000:05d}{born:%Y%m%d}{serial:03d}"
    right = first + check_digit(first)
    assert is_identity_number(right, TODAY)
    for at in range(18):
        for other in "0123456789X":
            if other != right[at]:
                assert not is_identity_number(right[:at] + other + right[at + 1 :], TODAY)


def test_an_identity_number_that_cannot_be() -> None:
    tomorrow = "110105" + "20260602" + "001"
    assert not is_identity_number(tomorrow + check_digit(tomorrow), TODAY)
    no_day = "110105" + "20250230" + "001"
    assert not is_identity_number(no_day + check_digit(no_day), TODAY)
    assert not is_identity_number("110105491231002", TODAY)
    assert masked("11010519491231002X") == "110**************X" and masked("12") == "*"


@pytest.mark.parametrize(
    ("plate", "kinds"),
    [
        ("黑A0001学", {"training"}),
        ("沪B12345", {"blue"}),
        ("沪BA2345", {"blue"}),
        ("沪BAB345", {"blue"}),
        ("沪BABC45", set()),
        ("沪AD12345", {"green"}),
        ("沪A12345D", {"green"}),
        ("沪AL12345", set()),
        ("沪I12345", set()),
        ("沪B1234O", set()),
        ("港A0001学", set()),
        ("黑A001学", set()),
        ("", set()),
    ],
)
def test_plates(plate: str, kinds: set[str]) -> None:
    assert kinds_of(plate) == kinds


def test_colours() -> None:
    assert [kind_of_colour(text) for text in ("蓝", "Green", "2", "粉")] == [
        "blue",
        "green",
        "training",
        None,
    ]


def test_columns_have_the_letters_of_a_spreadsheet() -> None:
    assert [column_letter(index) for index in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
