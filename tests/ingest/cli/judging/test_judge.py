"""`hourfence judge` as its operator has it: scopes, a signal between batches, what was not screened."""

from __future__ import annotations

import json
import os
import signal
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from ingest.cli import commands
from ingest.cli.app import app
from ingest.cli.judging import judge as command
from ingest.cli.mendable import MENDABLE
from ingest.judging.run import judge_all
from ingest.settings import DATABASE_URL, MQTT_URL
from ingest.store import outcomes, registry, registry_file
from ingest.store.connection import Connection
from ingest.store.evidence import append
from tests.ingest.judging.journal import SCHOOL, START, Journal, conn, the_registry
from tests.spine.ingests import as_url

__all__ = ["conn"]
Run = Callable[..., Result]
DAY = 1440


@pytest.fixture
def run(conn: Connection, postgres_url: str) -> Iterator[Run]:
    """Two terminals of two schools, a session each on each of two days (2 and 3 March 2026)."""
    document = the_registry()
    document["schools"].append({"number": f"{SCHOOL + 1:016d}", "name": "S2"})
    document["terminals"][1]["school"] = f"{SCHOOL + 1:016d}"
    registry.load(conn, registry_file.check(document, "test"))
    for terminal, trainee in ((7, 21), (8, 22)):
        start = START + 60 * (terminal - 7)
        append(conn, Journal(terminal, trainee).session(4, start).session(4, start + DAY).rows)
    held = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def invoke(*arguments: str, code: int = 0) -> Result:
        env = {DATABASE_URL: as_url(postgres_url), MQTT_URL: "mqtt://127.0.0.1:1"}
        result = CliRunner().invoke(app, list(arguments), env=env)
        assert result.exit_code == code, result.output
        return result

    yield invoke
    for number, handler in held.items():
        signal.signal(number, handler)


def judged(conn: Connection) -> list[tuple[Any, ...]]:
    """(terminal, minutes with a verdict)."""
    return conn.execute("SELECT terminal, count(*) FROM verdict GROUP BY 1 ORDER BY 1").fetchall()


def test_scopes_are_kept_to(run: Run, conn: Connection) -> None:
    run("judge", "--school", str(SCHOOL), "--to", "2026-03-03")
    assert judged(conn) == [(7, 4)]
    assert "No terminal" in str(run("judge", "--ground", "G", "--terminal", "8", code=1).exception)
    run("judge", "--terminal", "8")
    assert judged(conn) == [(7, 4), (8, 8)]
    run("judge", "--ground", "G", "--from", "2026-03-03")
    run("judge")
    assert judged(conn) == [(7, 8), (8, 8)]


def test_results_are_told_in_english_and_chinese(run: Run, tmp_path: Path) -> None:
    told = run("judge").output
    assert "Judged 36 of 36 records: 16 minutes in 4 training sessions this time" in told
    assert "已判定 36 条记录中的 36 条：本次涉及 4 个培训过程、16 分钟" in told
    assert "没有规则文件，按规则默认值执行。" in run("rules", "show").output
    book = tmp_path / "city.toml"
    book.write_text('format = 1\n[[layer]]\nname = "x"\n[layer.thresholds]\nday_cap_practice_min = 10\n')
    for words in (
        "recorded; the next judge run goes by it. 已登记，下次判定起执行。",
        "nothing new. 内容无变化。",
    ):
        assert run("rules", "load", str(book)).output == f"city.toml: {words}\n"
    shown = run("rules", "show").output
    assert "city.toml  recorded 登记于 2" in shown and "x: 1 thresholds 个阈值, 0 effects 个效力" in shown


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--terminal", "123"),
        ("--terminal", "-7"),
        ("--terminal", "99999999999999999999"),
        ("--school", "9"),
        ("--school", "-1"),
        ("--school", "0"),
        ("--ground", "elsewhere"),
    ],
)
def test_what_nobody_knows_is_named(run: Run, conn: Connection, option: str, value: str) -> None:
    for asked in (("judge",), ("whatif", "--withdraw", "F1")):
        refused = run(*asked, "--terminal", "7", option, value, code=1).exception
        assert isinstance(refused, MENDABLE)
        assert str(refused).startswith(f"{option} {value}: ") and "; correct the " in str(refused)
    assert judged(conn) == []


def test_options_that_mean_no_terminal_together(run: Run, conn: Connection) -> None:
    refused = run("judge", "--school", str(SCHOOL), "--terminal", "8", code=1).exception
    told = "No terminal is meant by --school 0000000000000001 and --terminal 8 together; widen one of them."
    assert str(refused) == told
    # What the registry no longer knows, but has records.
    append(conn, Journal(9, 21).session(2).rows)
    run("judge", "--terminal", "9")
    assert judged(conn) == [(9, 2)]


def test_a_file_that_cannot_be_written_is_told_before_anything_is_judged(
    run: Run, conn: Connection, tmp_path: Path
) -> None:
    refused = run("judge", "--all", "--out", str(tmp_path), code=1).exception
    assert isinstance(refused, MENDABLE)
    assert str(refused) == f"{tmp_path}: cannot be written (Is a directory); name another file."
    assert judged(conn) == []


def test_a_signal_between_batches(
    run: Run, conn: Connection, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    stops: list[threading.Event] = []

    def set_by_signals() -> threading.Event:
        stops.append(commands.set_by_signals())
        return stops[-1]

    def interrupt(self: object, done: int, of: int) -> None:
        if done == 1:
            os.kill(os.getpid(), signal.SIGINT)
            # The event is set by a thread of its own.
            assert stops[-1].wait(120)

    with monkeypatch.context() as patched:
        patched.setattr(command, "judge_all", partial(judge_all, batch_records=1))
        patched.setattr(command._Line, "__call__", interrupt)
        patched.setattr(command, "set_by_signals", set_by_signals)
        assert "run it again" in run("judge", code=130).output
    assert judged(conn) == [(7, 8)]
    assert [(one.terminal, one.minutes) for one in outcomes.ledger(conn)] == [(7, 4), (7, 4)]
    files = [tmp_path / "first.json", tmp_path / "again.json"]
    run("judge", "--out", str(files[0]))
    assert judged(conn) == [(7, 8), (8, 8)]
    conn.execute("TRUNCATE own_verdict, shared_verdict, judged_session, session_share, judged_terminal")
    conn.execute("TRUNCATE session_day, judged_day, session_outcome, flag")
    run("judge", "--out", str(files[1]))
    first, again = (json.loads(file.read_text())["days"] for file in files)
    assert first == again and sorted(first) == ["2026-03-02", "2026-03-03"]


def test_it_says_what_was_not_screened(run: Run, conn: Connection, tmp_path: Path) -> None:
    out = tmp_path / "judged.json"
    told = run("judge", "--out", str(out)).output
    assert "4 training sessions were judged without being screened" in told
    assert "hourfence screen --from 2026-03-02 --to 2026-03-04" in told
    document = json.loads(out.read_text())
    assert [(day["sessions"], day["screened"]) for day in document["screening"].values()] == [(2, 0), (2, 0)]
    for again in (("--dry-run",), ("--terminal", "7"), ()):
        assert "4 training sessions were judged without being screened" in run("judge", *again).output
    run("screen", "--from", "2026-03-02", "--to", "2026-03-03")
    assert "2 training sessions were judged without being screened" in run("judge").output
    run("screen", "--from", "2026-03-03", "--to", "2026-03-04")
    assert "without being screened" not in run("judge").output
    told = run("judge", "--all", "--out", str(out)).output
    assert "without being screened" not in told
    screening = json.loads(out.read_text())["screening"]
    assert list(screening) == ["2026-03-02", "2026-03-03"]
    for day in screening.values():
        assert (day["sessions"], day["screened"], day["under"]) == (2, 2, ["screening 2026.1"])
    # A session of which more arrives has not been seen whole.
    late = Journal(7, 21).session(4).session(4, START + DAY).session(3, START + DAY + 50)
    append(conn, late.rows[18:])
    assert "1 training sessions were judged" in run("judge").output
    run("screen", "--from", "2026-03-03", "--to", "2026-03-04")
    assert "without being screened" not in run("judge", "--all").output
