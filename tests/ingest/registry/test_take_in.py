"""Whole sheets: what changes, what is only told, what stops everything."""

import copy
from typing import Any

import pytest

from ingest.registry.take_in import take_in
from tests.ingest.registry.make import (
    CAR,
    CAR_2,
    INSTRUCTOR,
    NEW,
    OTHER,
    SCHOOL,
    TERMINAL,
    TODAY,
    TRAINEE,
    csv_of,
    known,
    taken,
    told,
    xlsx_of,
)

TODAY_TEXT = "2026-05-31T16:00:00+00:00"
TRAINEES = ("学员编号", "姓名", "驾校编号", "车型", "身份证号")
IDENTITY = "11010519491231002X"


def test_new_entries_hold_from_ever() -> None:
    found = taken("trainees", TRAINEES, (NEW, "张", SCHOOL, "C2", IDENTITY))
    assert told(found) == [] and found.entries == 1
    assert found.document == {
        "trainees": [
            {
                "number": NEW,
                "name": "张",
                "school": SCHOOL,
                "vehicle_class": "C2",
                "valid_from": "1970-01-01T00:00:00+00:00",
                "valid_to": None,
            }
        ]
    }


def test_an_identity_number_is_checked_and_nowhere_kept() -> None:
    wrong = IDENTITY[:-1] + "1"
    found = taken("trainees", TRAINEES, (NEW, "张", SCHOOL, "C2", wrong))
    assert told(found) == [("id_number_wrong", 2, "E 身份证号")] and found.document is None
    good = taken("trainees", TRAINEES, (NEW, "张", SCHOOL, "C2", IDENTITY))
    assert IDENTITY not in str(good.document) + str(good.report.as_json())
    assert wrong not in str(found.report.as_json())


def test_two_people_with_one_identity_number() -> None:
    rows = [(NEW, "张", SCHOOL, "C2", IDENTITY), (NEW[:-1] + "8", "章", SCHOOL, "C1", IDENTITY)]
    assert told(taken("trainees", TRAINEES, *rows)) == [("id_number_twice", 3, "E 身份证号")]


def test_what_is_the_same_already_changes_nothing() -> None:
    found = taken("trainees", TRAINEES, (TRAINEE, "李", SCHOOL, "C1", ""))
    assert found.document == {"trainees": []} and found.entries == 0


def test_a_change_holds_from_today_and_ends_what_was() -> None:
    found = taken("cars", ("number", "state"), (CAR, "暂停"))
    assert found.document is not None
    before, after = found.document["cars"]
    assert before == {**known()["cars"][0], "valid_to": TODAY_TEXT}
    assert after == {**known()["cars"][0], "state": "suspended", "valid_from": TODAY_TEXT}


def test_a_row_may_name_its_days() -> None:
    rows = (
        ("number", "school", "valid from", "valid until"),
        (INSTRUCTOR, OTHER, "2026-03-01", "2026-03-31"),
    )
    found = taken("instructors", *rows)
    assert found.document is not None and told(found) == []
    before, after = found.document["instructors"]
    assert before["school"] == SCHOOL and before["valid_to"] == "2026-02-28T16:00:00+00:00"
    assert after["school"] == OTHER and after["valid_to"] == "2026-03-31T16:00:00+00:00"
    assert after["vehicle_classes"] == ["C1"]


def test_an_entry_may_be_ended() -> None:
    found = taken("trainees", ("number", "valid until"), (TRAINEE, "2026-12-31"))
    assert found.document == {
        "trainees": [{**known()["trainees"][0], "valid_to": "2026-12-31T16:00:00+00:00"}]
    }


def test_an_instructor_in_two_schools() -> None:
    heading = ("number", "name", "school")
    moved = taken("instructors", heading, (INSTRUCTOR, "王", OTHER))
    assert told(moved) == [("instructor_two_schools", 2, "C school")]
    twice = taken("instructors", heading, (NEW, "赵", SCHOOL), (NEW, "赵", OTHER))
    assert told(twice) == [("instructor_two_schools", 3, "C school")]


def test_a_terminal_bound_to_two_cars() -> None:
    moved = taken("terminals", ("终端编号", "教练车编号"), (TERMINAL, CAR_2))
    assert told(moved) == [("terminal_two_cars", 2, "B 教练车编号")]
    heading = ("终端编号", "教练车编号", "生效日期")
    twice = taken("terminals", heading, (TERMINAL, CAR, "2026-02-01"), (TERMINAL, CAR_2, "2026-03-01"))
    assert told(twice) == [("terminal_two_cars", 3, "B 教练车编号")]
    after = taken("terminals", heading, (TERMINAL, CAR_2, "2026-03-01"))
    assert after.document is not None and [item["car"] for item in after.document["terminals"]] == [
        CAR,
        CAR_2,
    ]


def test_a_car_with_two_terminals_is_told() -> None:
    registry = known()
    registry["terminals"].append({**registry["terminals"][0], "number": NEW, "car": CAR_2})
    data = csv_of(("number", "car", "valid from"), (NEW, CAR, "2026-03-01"))
    found = take_in(data, "t.csv", "terminals", registry, TODAY, TODAY)
    assert told(found) == [("car_two_terminals", 2, "B car")] and found.document is not None


@pytest.mark.parametrize(
    ("kind", "rows", "faults"),
    [
        (
            "cars",
            [("number", "plate", "school"), (NEW, "黑A0003学", "9" * 16)],
            [("names_nothing", 2, "C school")],
        ),
        (
            "terminals",
            [("number", "car", "valid from"), (TERMINAL, NEW, "2026-03-01")],
            [("names_nothing", 2, "B car")],
        ),
        ("terminals", [("number", "operator"), (TERMINAL, "B0001")], [("names_nothing", 2, "B operator")]),
        ("terminals", [("number", "car"), (NEW, CAR)], [("not_registered", 2, "A number")]),
        ("cars", [("number", "plate"), (NEW, "黑A0003学")], [("field_missing", 2, "A number")]),
        (
            "cars",
            [("number", "plate", "school"), (NEW, "黑A0003", SCHOOL)],
            [("plate_malformed", 2, "B plate")],
        ),
        (
            "cars",
            [("number", "plate", "school"), (NEW, "黑A0002学", SCHOOL)],
            [("plate_twice", 2, "B plate")],
        ),
        (
            "cars",
            [("number", "plate", "school"), (NEW, "黑A1学学学", SCHOOL), (NEW, "黑A0003学", SCHOOL)],
            [("plate_malformed", 2, "B plate"), ("number_twice", 3, "A number")],
        ),
        ("cars", [("plate",), ("黑A0003学",)], [("heading_missing", 0, "")]),
        ("cars", [("number", "编号"), (CAR, CAR)], [("column_twice", 1, "B 编号")]),
        ("cars", [("number", "state"), ("", "approved")], [("number_missing", 2, "A number")]),
        ("cars", [("number", "state")], [("no_rows", 0, "")]),
        ("trainees", [("number", "parts passed"), (TRAINEE, "1,2")], [("cell_without_heading", 2, "C")]),
        ("cars", [("number", "", "state"), (CAR, "x", "locked")], [("cell_without_heading", 2, "B")]),
        ("cars", [("number", "state"), (CAR, "fine")], [("state_unknown", 2, "B state")]),
        (
            "cars",
            [("number", "state"), ("1", "fine")],
            [("number_short", 2, "A number"), ("state_unknown", 2, "B state")],
        ),
        (
            "cars",
            [("number", "valid from", "valid until"), (CAR, "2026-03-02", "2026-03-01")],
            [("period_reversed", 2, "C valid until")],
        ),
        (
            "schools",
            [("number", "province", "city"), (SCHOOL, "310000", "320100")],
            [("area_mismatch", 2, "C city")],
        ),
    ],
)
def test_errors_let_nothing_in(kind: str, rows: list[Any], faults: list[Any]) -> None:
    found = taken(kind, *rows)
    assert sorted(told(found)) == sorted(faults)
    assert found.document is None and found.entries == 0
    assert all(fault.level == "error" for fault in found.report.faults)


@pytest.mark.parametrize(
    ("kind", "rows", "faults"),
    [
        (
            "instructors",
            [("number", "licence until", "permit until"), (INSTRUCTOR, "2026-05-31", "2026-06-01")],
            [("expired", 2, "B licence until")],
        ),
        ("cars", [("number", "inspected until"), (CAR, "2025-01-01")], [("expired", 2, "B inspected until")]),
        (
            "trainees",
            [("number", "enrolled on"), (TRAINEE, "2026-06-02")],
            [("enrolled_later", 2, "B enrolled on")],
        ),
        ("cars", [("number", "plate"), (CAR, "黑AD12345")], [("plate_not_training", 2, "B plate")]),
        (
            "cars",
            [("number", "plate", "车牌颜色"), (CAR, "黑A0009学", "蓝")],
            [("plate_colour", 2, "C 车牌颜色")],
        ),
        ("cars", [("number", "shoe size"), (CAR, "43")], [("column_ignored", 1, "B shoe size")]),
        (
            "cars",
            [("number", "state"), (CAR, "approved"), (CAR, "approved")],
            [("row_repeated", 3, "A number")],
        ),
        ("cars", [("number",), ("０" + CAR[1:],)], [("text_cleaned", 2, "A number")]),
    ],
)
def test_warnings_let_all_in(kind: str, rows: list[Any], faults: list[Any]) -> None:
    found = taken(kind, *rows)
    assert told(found) == faults and found.document is not None
    assert all(fault.level == "warning" for fault in found.report.faults)


def test_numbers_that_all_end_in_zero_are_told() -> None:
    rows = [(f"23015000000001{n}0", "南", "") for n in range(3)]
    assert told(taken("schools", ("number", "name", "state"), *rows)) == [
        ("numbers_end_in_zero", 2, "A number")
    ]


def test_operators_and_schools() -> None:
    found = taken("operators", ("平台编号", "平台名称"), ("a0002", "新平台"))
    assert found.document is not None and found.document["operators"][0]["number"] == "A0002"


def test_a_ground_keeps_its_shape() -> None:
    found = taken("grounds", ("围栏编号", "容纳车辆数", "状态"), ("field-1", "25", "待备案"))
    assert found.document is not None and told(found) == []
    before, after = found.document["grounds"]["features"]
    old = known()["grounds"][0]
    assert before["properties"] == {**old["properties"], "valid_to": TODAY_TEXT}
    changes = {"state": "pending", "capacity": 25, "valid_from": TODAY_TEXT}
    assert after["properties"] == {**old["properties"], **changes}
    assert before["geometry"] == after["geometry"] == old["geometry"]
    unknown = taken("grounds", ("fence", "capacity"), ("field-2", "25"))
    assert told(unknown) == [("not_registered", 2, "A fence")]


def test_the_heading_may_stand_below_a_title() -> None:
    found = taken("cars", ("教练车登记表",), ("",), ("教练车编号", "状态"), (CAR, "锁定"))
    assert told(found) == [] and found.entries == 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_every_usual_encoding_says_the_same(encoding: str) -> None:
    data = csv_of(TRAINEES, (NEW, "张三", SCHOOL, "C2", ""), encoding=encoding)
    found = take_in(data, "t.csv", "trainees", known(), TODAY, TODAY)
    assert found.document is not None and found.document["trainees"][0]["name"] == "张三"
    assert found.report.encoding == {"gbk": "gb18030"}.get(encoding, encoding)


def test_a_workbook_says_the_same_as_text() -> None:
    rows = [TRAINEES, (NEW, "张三", SCHOOL, "C2", IDENTITY)]
    from_text = taken("trainees", *rows)
    from_book = take_in(xlsx_of(*rows), "t.xlsx", "trainees", known(), TODAY, TODAY)
    assert from_book.document == from_text.document and told(from_book) == told(from_text) == []


def test_numbers_kept_as_quantities_in_a_workbook_are_refused() -> None:
    data = xlsx_of(("编号", "身份证号"), (int(NEW), 110105194912310021))
    found = take_in(data, "t.xlsx", "trainees", known(), TODAY, TODAY)
    assert told(found) == [("number_rounded", 2, "A 编号"), ("id_number_rounded", 2, "B 身份证号")]


def test_the_registry_that_was_given_is_left_alone() -> None:
    registry = known()
    before = copy.deepcopy(registry)
    take_in(csv_of(("number", "state"), (CAR, "locked")), "c.csv", "cars", registry, TODAY, TODAY)
    assert registry == before
