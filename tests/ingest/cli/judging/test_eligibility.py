"""The exam side's question, from a real database: the answer, its papers, and what stands behind it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from ingest.cli.app import app
from ingest.judging.run import judge_all
from ingest.settings import DATABASE_URL, MQTT_URL
from ingest.stage.jws import load_key, sign
from ingest.store import registry, registry_file
from ingest.store.connection import Connection, connect
from ingest.store.evidence import append
from ingest.store.migrate import migrate
from ingest.store.parts import Parts
from tests.ingest.judging.journal import START, Journal, the_registry
from tests.spine.ingests import as_url

Run = Callable[..., str]
DAY, DAYS, MINUTES = 1440, 3, 10
TRAINEE = f"{21:016d}"
SYLLABUS = """
[[syllabus]]
version = "small-2026"
vehicle_class = "C1"
enrolled_from = 2026-01-01
hour_min = 10
hour_effective_min = 8
hours = 3
classroom_hours = 0
day_hours_practice = 4
day_hours_classroom = 4

[syllabus.parts.2]
hours = 3
kilometres = 9
"""


def document(east_m: float = 500.0) -> dict[str, Any]:
    made = the_registry(east_m)
    for trainee in made["trainees"]:
        trainee["enrolled_on"] = "2026-02-01"
    return made


@pytest.fixture
def conn(postgres_url: str) -> Iterator[Connection]:
    """Three days of 10 minutes each, the third of them outside the fence, judged."""
    with connect(postgres_url, patience_s=10) as made:
        migrate(made)
        registry.load(made, registry_file.check(document(), "test"))
        Parts().ensure(made, [(START + day * DAY) * 60_000_000 for day in range(DAYS)])
        journal = Journal(7, 21)
        for day in range(DAYS):
            journal.session(MINUTES, START + day * DAY, 560.0 if day == 2 else 0.0)
        append(made, journal.rows)
        judge_all(made)
        yield made


@pytest.fixture
def run(conn: Connection, postgres_url: str) -> Run:
    def invoke(*arguments: str, code: int = 0) -> str:
        env = {DATABASE_URL: as_url(postgres_url), MQTT_URL: "mqtt://127.0.0.1:1"}
        result = CliRunner().invoke(app, list(arguments), env=env)
        assert (result.exit_code, bool(result.exception)) == (code, code != 0), result.output
        return result.output

    return invoke


@pytest.fixture
def asked(run: Run, tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """The report as JSON, of part 2 under the small syllabus."""
    (tmp_path / "small.toml").write_text(SYLLABUS, encoding="utf-8")
    run("stage", "syllabus", str(tmp_path / "small.toml"))

    def ask(trainee: str = TRAINEE) -> dict[str, Any]:
        run("eligibility", trainee, "--part", "2", "--json", str(tmp_path / "report.json"))
        report: dict[str, Any] = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
        assert report["eligible"] == (not report["missing"])
        return report

    return ask


Ask = Callable[..., dict[str, Any]]


def short(report: dict[str, Any]) -> dict[str, Any]:
    return {one["reason"]: one.get("numbers", {}).get("short", one.get("short")) for one in report["missing"]}


def test_what_is_short_is_told_with_the_minutes_behind_it(asked: Ask, conn: Connection) -> None:
    report = asked()
    part = report["parts"][0]
    assert (part["hours"], part["kilometres"]) == (2, 6)
    assert sorted(short(report).values()) == [1, 3]
    told = [
        (int(session["terminal"]), session["session"], minute["verdict"], tuple(minute["reasons"]))
        for session in report["sessions"]
        for minute in session["minutes"]
    ]
    from ingest.judge.outcome import VERDICT_NAMES
    from ingest.judge.reasons import BY_NUMBER

    held = conn.execute("SELECT terminal, session, verdict, reasons FROM verdict ORDER BY 1, 2, minute")
    assert told == [
        (terminal, session, VERDICT_NAMES[verdict], tuple(str(BY_NUMBER[one][1]) for one in reasons))
        for terminal, session, verdict, reasons in held
    ]
    assert len(told) == DAYS * MINUTES
    accepted = [m for s in report["sessions"] for m in s["minutes"] if m["verdict"] == "accepted"]
    assert part["kilometres"] == sum(minute["wheel_m"] for minute in accepted) // 1000
    credited = conn.execute("SELECT sum(minutes) FROM credit").fetchone()
    assert sum(session["minutes_credited"] for session in report["sessions"]) == len(accepted) == credited[0]  # type: ignore[index]


def test_a_fence_that_allows_and_then_refuses_changes_the_answer(asked: Ask, conn: Connection) -> None:
    def under_fence(east_m: float) -> tuple[int, int]:
        registry.load(conn, registry_file.check(document(east_m), "test"))
        judge_all(conn)
        part = asked()["parts"][0]
        return part["hours"], part["kilometres"]

    assert under_fence(600.0) == (3, 9)
    assert under_fence(500.0) == (2, 6)
    entries = conn.execute("SELECT minutes, corrects FROM credit ORDER BY entry").fetchall()
    assert entries == [(10, None), (10, None), (10, None), (-10, 3)]


def test_recognised_hours_count_until_they_are_taken_back(asked: Ask, run: Run) -> None:
    given = ("--part", "2", "--mode", "simulator", "--hours", "1", "--kilometres", "3", "--basis", "No. 5")
    told = run("stage", "recognise", TRAINEE, *given)
    assert "entry 1" in told
    assert asked()["eligible"] is True
    assert "eligible 符合条件" in run("eligibility", TRAINEE, "--part", "2")
    run("stage", "take-back", "1", "--basis", "forged")
    assert short(asked()) and asked()["recognised"] == []
    again = run("stage", "take-back", "1", "--basis", "forged", code=1)
    assert again == ""
    run("stage", "recognise", TRAINEE, *given[:3], "taxi", *given[4:], code=1)


def test_the_papers_say_what_the_answer_says(asked: Ask, run: Run, tmp_path: Path) -> None:
    report = asked()
    key, public, signed, pdf = (
        str(tmp_path / name) for name in ("key", "public", "report.jws", "report.pdf")
    )
    Path(public).write_text(run("stage", "key", key), encoding="utf-8")
    told = run("eligibility", TRAINEE, "--part", "2", "--jws", signed, "--key", key, "--pdf", pdf)
    assert run("stage", "verify", signed, "--key", public) == told
    assert "not eligible 不符合条件" in told
    assert Path(pdf).read_bytes().startswith(b"%PDF-")
    text = Path(signed).read_text()
    head, body, seal = text.strip().split(".")
    Path(signed).write_text(".".join([head, body[:-4] + "AAAA", seal]))
    run("stage", "verify", signed, "--key", public, code=1)
    run("eligibility", TRAINEE, "--jws", signed, code=1)
    assert report["missing"]


def test_what_is_checked_tells_of_when_it_is(run: Run, asked: Ask, tmp_path: Path) -> None:
    """An answer of March is not taken for one of today."""
    key, public, signed = (tmp_path / name for name in ("key", "public", "report.jws"))
    public.write_text(run("stage", "key", str(key)), encoding="utf-8")
    now, report = int(time.time()), asked()
    for age_s, words, most, code in (
        (60, "less than an hour ago", 0, 1),
        (3 * 3600, "3 h ago 3 小时前", 1, 0),
        (86_460, "1 day ago", 1, 1),
        (86_460, "1 day ago", 2, 0),
        (250 * 86_400 + 60, "250 days ago 250 天前", 30, 1),
        (-86_400, "in the future", 30, 1),
    ):
        made = datetime.fromtimestamp(now - age_s, UTC)
        old = report | {"as_of": f"{made:%Y-%m-%dT%H:%M:%SZ}"}
        signed.write_text(sign(old | {"waits_to_be_judged": {"records": 7, "sessions": 0}}, load_key(key)))
        first, _, third, fourth, *_ = run("stage", "verify", str(signed), "--key", str(public)).splitlines()
        there = made + timedelta(hours=8)
        assert first.startswith(f"as of 截至 {there:%Y-%m-%d %H:%M} UTC+08:00 (") and words in first
        assert "small-2026 (SHA-256 " in third and "minute records 7," in fourth
        limit = ("--not-older-than", str(most))
        told = run("stage", "verify", str(signed), "--key", str(public), *limit, code=code)
        assert ("ask for a new one" in told) == (code == 1)


def test_an_unknown_trainee_is_told_so(asked: Ask, run: Run) -> None:
    report = asked(f"{99:016d}")
    assert [one["reason"] for one in report["missing"]] == ["STAGE_TRAINEE_UNKNOWN"]
    assert report["sessions"] == []
    assert "not eligible" in run("eligibility", f"{99:016d}")
    run("eligibility", "99", code=1)


def test_late_minutes_of_a_session_are_in_the_next_answer(asked: Ask, conn: Connection) -> None:
    before = asked()
    late = Journal(8, 21).session(MINUTES, START + DAY // 3)
    held, withheld = [row for row in late.rows if row.seq != 10], late.rows[9]
    append(conn, held)
    judge_all(conn)
    waits = asked()
    assert waits["parts"][0]["hours"] == before["parts"][0]["hours"]
    assert waits["parts"][0]["by_mode"]["in_car"]["minutes_unsure"] > 0
    append(conn, [withheld])
    judge_all(conn)
    assert asked()["parts"][0]["by_mode"]["in_car"]["minutes_credited"] == 3 * MINUTES
