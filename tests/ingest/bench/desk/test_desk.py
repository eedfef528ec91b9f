"""The bench's database is one that the judge could have written, and a small run measures and writes all."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.bench.desk.fill import fill
from ingest.bench.desk.run import KEPT, LIMITS_MS, run, sentences
from ingest.bench.desk.scale import Scale
from ingest.store.connection import Connection, connect
from ingest.store.migrate import migrate

SCALE = Scale(500, 20)


@pytest.fixture(scope="module")
def conn(module_postgres_url: str) -> Iterator[Connection]:
    with connect(module_postgres_url, patience_s=10) as connection:
        migrate(connection)
        connection.execute("INSERT INTO account (name, role) VALUES ('bench', 'inspector')")
        fill(connection, module_postgres_url, SCALE, lambda _: None, 5)
        yield connection


def test_outcomes_are_what_the_minute_verdicts_come_to(conn: Connection) -> None:
    rows = conn.execute(
        "SELECT o.terminal, o.session FROM session_outcome o FULL JOIN"
        " (SELECT terminal, session, count(*) AS n, count(*) FILTER (WHERE verdict = 0) AS accepted,"
        "         count(*) FILTER (WHERE verdict = 1) AS refused FROM verdict GROUP BY 1, 2) v"
        " USING (terminal, session)"
        " WHERE (n, accepted, refused) IS DISTINCT FROM (minutes_recorded, minutes_accepted, minutes_refused)"
    ).fetchall()
    assert rows == []


def test_reasons_are_what_the_minutes_say(conn: Connection) -> None:
    told = conn.execute(
        "SELECT sum((reasons ->> 'OUT_OF_FENCE')::integer), sum((reasons ->> 'PARKED')::integer) FROM"
        " session_outcome"
    ).fetchone()
    held = conn.execute(
        "SELECT count(*) FILTER (WHERE 20 = ANY (reasons)), count(*) FILTER (WHERE 27 = ANY (reasons))"
        " FROM verdict"
    ).fetchone()
    assert told == held and told is not None and told[0] > 0


def test_the_mix_is_that_of_a_city(conn: Connection) -> None:
    row = conn.execute(
        "SELECT count(*), sum(accepted)::float8 / sum(recorded), avg(needs_human::integer)::float8 FROM"
        " queue_entry"
    ).fetchone()
    assert row is not None
    sessions, accepted, needs_human = row
    assert sessions == SCALE.sessions
    assert 0.82 < accepted < 0.89 and 0.06 < needs_human < 0.14


def test_no_minute_and_no_person_is_in_two_places_of_one_terminal(conn: Connection) -> None:
    row = conn.execute(
        "SELECT count(*) FROM judged_session a JOIN judged_session b ON a.terminal = b.terminal"
        " AND a.session < b.session AND (a.last_minute >= b.first_minute OR a.last_seq >= b.first_seq)"
    ).fetchone()
    assert row == (0,)


def test_a_small_run_writes_its_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    out = tmp_path / "desk.json"
    result = run(120, 8, out=out, say=lambda _: None, asked=(12, 3, 3))
    told = json.loads(out.read_text(encoding="utf-8"))
    assert set(LIMITS_MS) == {"queue", "session", "statistics"}
    for name in LIMITS_MS:
        assert told[f"{name}_p95_ms"] == told[name]["p95_ms"] > told[name]["sql_p50_ms"] > 0
    assert (told["sessions"], told["minutes"]) == (120, result.minutes)
    assert len(sentences(result)) == 8
    assert not KEPT.exists()
