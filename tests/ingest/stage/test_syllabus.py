"""Syllabus files: the confirmed figures, in force by the day of enrolment, refused whole when wrong."""

from datetime import date

import pytest

from ingest.stage.syllabus import in_force
from ingest.stage.syllabus_file import SyllabusError, parse, shipped

TABLE = """
[[syllabus]]
version = "x"
vehicle_class = "C1"
enrolled_from = 2022-04-01
hour_min = 60
hour_effective_min = 45
hours = 40
classroom_hours = 6
day_hours_practice = 4
day_hours_classroom = 4
[syllabus.parts.2]
hours = 16
kilometres = 30
"""


def test_what_is_shipped_is_what_could_be_confirmed() -> None:
    tables = {table.vehicle_class: table for table in shipped()}
    assert set(tables) == {"C1", "C2"}
    assert [(part, needs.hours) for part, needs in tables["C1"].parts] == [(1, 12), (2, 16), (3, 24), (4, 10)]
    assert tables["C1"].hours == 62 and tables["C2"].hours == 60 and tables["C2"].parts == ()


def test_the_version_in_force_at_enrolment_holds() -> None:
    tables = [*shipped(), *parse(TABLE, "f.toml")]
    assert in_force(tables, "C1", date(2016, 9, 30)) is None
    for day, version in ((date(2016, 10, 1), "national-2016"), (date(2022, 3, 31), "national-2016")):
        found = in_force(tables, "C1", day)
        assert found is not None and found.version == version
    found = in_force(tables, "C1", date(2022, 4, 1))
    assert found is not None and found.version == "x" and found.part(3) is None


def test_of_two_alike_the_one_loaded_later_holds() -> None:
    found = in_force(
        [*shipped(), *parse(TABLE.replace("2022-04-01", "2016-10-01"), "f")], "C1", date(2020, 1, 1)
    )
    assert found is not None and found.version == "x"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"C1"', '"car"', "'car' is no vehicle class"),
        ("2022-04-01", '"2022-04-01"', "enrolled_from is no day"),
        ("2022-04-01", "2022-04-01T00:00:00Z", "enrolled_from is no day"),
        ("hours = 40", "hours = 15", "the parts add up to 16 hours, not 15"),
        ("hours = 40", "hours = true", "hours is True"),
        ("hour_min = 60", "hour_min = 40", "hour_effective_min is more than hour_min"),
        ("parts.2", "parts.5", "the parts are 1 to 4"),
        ("kilometres", "miles", "nothing is called miles"),
        ('version = "x"', "", "version is missing"),
        ("[[syllabus]]", "[[table]]", "there is no list of tables"),
        ("hour_min", "hours_min", "nothing is called hours_min"),
        ("hour_min = 60", "hour_min = ", "this is not TOML"),
        ("hour_min", "enrolled_to = 2022-04-01\nhour_min", "not after enrolled_from"),
    ],
)
def test_a_wrong_file_is_refused_with_its_place(old: str, new: str, told: str) -> None:
    with pytest.raises(SyllabusError, match=told.replace("(", r"\(")) as refused:
        parse(TABLE.replace(old, new, 1), "f.toml")
    assert str(refused.value).startswith("f.toml: ")


def test_two_tables_for_the_same_day_are_refused() -> None:
    with pytest.raises(SyllabusError, match="two tables for C1 begin on 2022-04-01"):
        parse(TABLE + TABLE, "f.toml")


def test_a_digest_follows_every_figure() -> None:
    (one,), (other,) = parse(TABLE, "a"), parse(TABLE.replace("= 30", "= 31"), "a")
    assert one.digest != other.digest and one.digest == parse(TABLE, "b")[0].digest
