"""`hourfence registry load` and `import` on a real database: whole, or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from geofence.ground import read_fences
from ingest.cli.app import app
from ingest.cli.faults import UsageError
from ingest.cli.registry.registry import import_sheet, today_local
from ingest.judge.register.facts import LOCKED, SUSPENDED
from ingest.registry.facts import facts_of
from ingest.settings import DATABASE_URL, MQTT_URL
from ingest.store import registry, registry_file
from ingest.store.connection import Connection, connect
from ingest.store.migrate import migrate
from ingest.store.registry_items import items_of
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
    xlsx_of,
)
from tests.spine.ingests import as_url

Run = Callable[..., Any]
FROM_S = int(datetime(2026, 5, 31, 16, tzinfo=UTC).timestamp())


def document() -> dict[str, Any]:
    """The small registry as a file has it."""
    made: dict[str, Any] = known()
    made["grounds"] = {"type": "FeatureCollection", "features": made["grounds"]}
    made["days"] = [{"number": "all", "windows": ["06:00-22:00"], "banned": ["2026-02-17"]}]
    return made


@pytest.fixture
def conn(postgres_url: str) -> Iterator[Connection]:
    with connect(postgres_url, patience_s=10) as made:
        migrate(made)
        registry.load(made, registry_file.check(document(), "test"))
        yield made


def test_what_is_believed_reads_as_the_file_that_was_loaded(conn: Connection) -> None:
    believed = items_of(registry.snapshot(conn))
    again: dict[str, Any] = {**believed, "grounds": document()["grounds"]}
    assert believed["terminals"][0]["key_hex"] == "ab" * 32
    assert set(registry.load(conn, registry_file.check(again, "again")).values()) == {0}


@pytest.mark.parametrize(
    ("kind", "rows", "added"),
    [
        ("schools", [("number", "name", "city"), (NEW, "东山驾校", "310100")], 1),
        ("operators", [("number", "name"), ("A0002", "另一平台")], 1),
        (
            "instructors",
            [("number", "licence until", "vehicle classes"), (INSTRUCTOR, "2027-01-01", "C1C2")],
            2,
        ),
        ("trainees", [("number", "parts passed"), (TRAINEE, "1、2")], 2),
        ("cars", [("number", "inspected until", "state"), (CAR, "2027-01-01", "locked")], 2),
        (
            "terminals",
            [("number", "car", "operator", "valid from"), (TERMINAL, CAR_2, "A0107", "2026-03-01")],
            2,
        ),
        ("grounds", [("fence", "capacity", "state"), ("field-1", "25", "suspended")], 0),
        ("grounds", [("fence", "capacity", "state"), ("field-1", "25", "withdrawn")], 2),
    ],
)
def test_every_kind_is_imported_once(conn: Connection, kind: str, rows: list[Any], added: int) -> None:
    data = csv_of(*rows)
    taken, found = import_sheet(conn, kind, "s.csv", data, TODAY)
    assert found == added and (taken.document is None) == (added == 0), taken.report.as_json()
    assert import_sheet(conn, kind, "s.csv", data, TODAY)[1] == 0
    assert import_sheet(conn, kind, "s.csv", xlsx_of(*rows, text=True), date(2026, 7, 1))[1] == 0


def test_a_change_reaches_the_judge_from_its_day_on(conn: Connection) -> None:
    import_sheet(conn, "cars", "s.csv", csv_of(("number", "state"), (CAR, "locked")), TODAY)
    import_sheet(conn, "schools", "s.csv", csv_of(("number", "state"), (OTHER, "停训")), TODAY)
    facts = facts_of(registry.snapshot(conn))
    assert [(one.valid_from_s, one.valid_to_s, one.state) for one in facts.cars if one.car == int(CAR)] == [
        (0, FROM_S, 0),
        (FROM_S, None, LOCKED),
    ]
    assert [one.state for one in facts.schools if one.school == int(OTHER)] == [0, SUSPENDED]


def test_a_ground_that_changed_is_still_a_ground(conn: Connection) -> None:
    import_sheet(conn, "grounds", "s.csv", csv_of(("fence", "state"), ("field-1", "withdrawn")), TODAY)
    features = registry.snapshot(conn).grounds["features"]
    fences = [
        fence
        for one in features
        for fence in read_fences({"type": "FeatureCollection", "features": [one]}, "registry")
    ]
    assert [(fence.valid_to_s, fence.state) for fence in fences] == [
        (FROM_S, "approved"),
        (None, "withdrawn"),
    ]
    assert fences[1].valid_from_s == FROM_S


def test_check_and_errors_import_nothing(conn: Connection) -> None:
    version = registry.version(conn)
    good = csv_of(("number", "state"), (CAR, "locked"))
    assert import_sheet(conn, "cars", "s.csv", good, TODAY, only_check=True)[1] == 2
    half = csv_of(("number", "state"), (CAR, "locked"), (CAR_2, "fine"))
    taken, added = import_sheet(conn, "cars", "s.csv", half, TODAY)
    assert added == 0 and taken.document is None
    assert registry.version(conn) == version


@pytest.fixture
def run(conn: Connection, postgres_url: str) -> Run:
    def invoke(*arguments: str) -> Any:
        env = {DATABASE_URL: as_url(postgres_url), MQTT_URL: "mqtt://127.0.0.1:1"}
        return CliRunner().invoke(app, ["registry", *arguments], env=env)

    return invoke


def test_the_command_imports_and_reports(run: Run, conn: Connection, tmp_path: Path) -> None:
    sheet, report = tmp_path / "cars.csv", tmp_path / "report.json"
    sheet.write_bytes(csv_of(("编号", "状态", "年检有效期至"), (CAR, "锁定", "2020-01-01"), encoding="gbk"))
    tried = run("import", "cars", str(sheet), "--check", "--from", "2026-06-01")
    assert tried.exit_code == 0 and "1 rows read, 2 entries would be added" in tried.output
    done = run("import", "cars", str(sheet), "--report", str(report), "--from", "2026-06-01")
    assert done.exit_code == 0 and "2 entries were added" in done.output
    assert "warning: cars.csv, row 2, C 年检有效期至: the inspection ended on 2020-01-01" in done.output
    assert "年检已于 2020-01-01 到期" in done.output
    written = json.loads(report.read_text(encoding="utf-8"))
    assert (written["errors"], written["warnings"], written["rows"], written["encoding"]) == (
        0,
        1,
        1,
        "gb18030",
    )
    assert written["faults"][0]["code"] == "expired"
    assert registry.snapshot(conn).cars[1].valid_from == datetime(2026, 5, 31, 16, tzinfo=UTC)


def test_the_command_refuses_with_every_place(run: Run, conn: Connection, tmp_path: Path) -> None:
    sheet, report = tmp_path / "cars.csv", tmp_path / "report.json"
    sheet.write_bytes(csv_of(("number", "state"), *[(CAR[:-2] + f"{n:02d}", "fine") for n in range(60)]))
    version = registry.version(conn)
    done = run("import", "cars", str(sheet), "--report", str(report))
    assert isinstance(done.exception, UsageError) and "errors, so nothing was imported" in str(done.exception)
    assert "more; --report writes all of them" in done.output
    assert len(json.loads(report.read_text(encoding="utf-8"))["faults"]) >= 60
    assert registry.version(conn) == version


@pytest.mark.parametrize(
    ("arguments", "says"),
    [(("pets", "x.csv"), "pets: no such kind of sheet"), (("cars", "/none/x.csv"), "cannot be read")],
)
def test_what_the_user_can_mend_is_a_sentence(run: Run, arguments: tuple[str, ...], says: str) -> None:
    done = run("import", *arguments)
    assert isinstance(done.exception, UsageError) and says in str(done.exception)


def test_a_report_that_cannot_be_written_is_told(run: Run, tmp_path: Path) -> None:
    sheet = tmp_path / "cars.csv"
    sheet.write_bytes(csv_of(("number", "state"), (CAR, "locked")))
    done = run("import", "cars", str(sheet), "--check", "--report", str(tmp_path / "none" / "r.json"))
    assert isinstance(done.exception, UsageError) and "cannot be written" in str(done.exception)


def test_a_registry_file_is_loaded_by_the_command(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "registry.json"
    file.write_text(json.dumps({"schools": [{"number": NEW, "name": "西山驾校"}]}), encoding="utf-8")
    done = run("load", str(file))
    assert done.exit_code == 0 and done.output.startswith("Loaded 1 school, 0 operator")


def test_today_is_the_schools_day() -> None:
    assert abs((today_local() - datetime.now(UTC).date()).days) <= 1


def test_the_school_of_the_small_registry_is_there(conn: Connection) -> None:
    assert registry.snapshot(conn).schools[0].number == int(SCHOOL)
