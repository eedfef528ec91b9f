"""Screening in a real PostgreSQL comes to what it comes to in memory, in whatever order the days arrive."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from firmware.wire import records as wire
from ingest.judge.suspicions import PHOTO_REUSED, TRACE_REPLAYED, Suspicions
from ingest.judging.rules import rules_in_force
from ingest.judging.run import judge_all
from ingest.judging.screening import Screened, heads_of, records_of, screen
from ingest.judging.world import World as Believed
from ingest.measure.decode import decode_minutes
from ingest.measure.sort import Sorter
from ingest.screening.whole import screened
from ingest.store import suspicions, trace_prints
from ingest.store.connection import Connection, connect
from ingest.store.evidence import EvidenceRow, append
from ingest.store.migrate import migrate
from ingest.store.parts import Parts
from simulators.scenarios import fraud_people, fraud_traces
from simulators.worlds.world import Day, World

DAY_US = 86_400_000_000
SEAL = bytes(32)


@pytest.fixture
def conn(postgres_url: str) -> Iterator[Connection]:
    with connect(postgres_url, patience_s=10) as made:
        migrate(made)
        yield made


def made(build: object, name: str) -> Day:
    world = World(1, name)
    build(world)  # type: ignore[operator]
    return world.day()


def stored(conn: Connection, day: Day) -> int:
    """Put the day's records into the evidence; the first UTC midnight of it (microseconds)."""
    rows = []
    for row in day.rows:
        values = wire.decode(row.record)
        minute = values.get("minute")
        utc_us = (minute * 60 if minute else values["utc_s"]) * 1_000_000
        session = values.get("session", 0)
        rows.append(
            EvidenceRow(row.terminal, row.seq, utc_us, utc_us, session, 1, 1, row.kind, SEAL, row.record)
        )
    Parts().ensure(conn, [row.utc_us for row in rows])
    append(conn, rows)
    return min(row.utc_us for row in rows if row.utc_us > 0) // DAY_US * DAY_US


def screened_range(conn: Connection, from_us: int, to_us: int) -> Screened:
    return screen(conn, Believed.believed(conn, rules_in_force(conn)), from_us, to_us)


def in_memory(day: Day) -> Suspicions:
    sorter = Sorter({})
    rows = sorted(day.rows, key=lambda row: (row.terminal, row.seq))
    blocks = list(sorter.minute_blocks([rows]))
    minutes = decode_minutes([record for block in blocks for record in block])
    return screened(minutes, records_of(sorter.evidence([]), heads_of(rows), {})).suspicions


def as_rows(found: Suspicions) -> list[tuple[int, ...]]:
    return list(zip(*(column.tolist() for column in vars(found).values()), strict=True))


def test_a_replay_is_found_in_history_whichever_day_is_screened_first(conn: Connection) -> None:
    day = made(fraud_traces.replay_exact, "replay_exact")
    first_us = stored(conn, day)
    expected = sorted(as_rows(in_memory(day)))
    assert {row[2] for row in expected} >= {TRACE_REPLAYED}
    for order in ((0, 1), (1, 0)):
        for at in order:
            screened_range(conn, first_us + at * DAY_US, first_us + (at + 1) * DAY_US)
        assert sorted(as_rows(suspicions.read(conn))) == expected
        again = screened_range(conn, first_us + DAY_US, first_us + 2 * DAY_US)
        assert again.changed == 0 and again.prints > 0 and again.suspected[TRACE_REPLAYED] >= 2
        conn.execute("TRUNCATE suspicion, trace_print, face_print")


def test_the_whole_range_at_once_comes_to_the_same(conn: Connection) -> None:
    day = made(fraud_people.photo_reused, "photo_reused")
    first_us = stored(conn, day)
    done = screened_range(conn, first_us, first_us + 10 * DAY_US)
    assert sorted(as_rows(suspicions.read(conn))) == sorted(as_rows(in_memory(day)))
    assert done.suspected[PHOTO_REUSED] >= 1 and done.changed == len(suspicions.read(conn))
    told = suspicions.told(conn, 0, 2**31 - 1, least_score=1000)
    assert any(row.numbers.get("photos_reused") for row in told)


def test_a_range_without_sessions_suspects_nothing(conn: Connection) -> None:
    done = screened_range(conn, 0, DAY_US)
    assert (done.minutes, done.sessions, done.prints, done.candidates, done.changed) == (0, 0, 0, 0, 0)
    assert done.suspected == {} and trace_prints.count(conn) == 0


def verdicts_held(conn: Connection) -> int:
    """Minutes for which the judge names a replay."""
    row = conn.execute("SELECT count(*) FROM verdict WHERE %s = ANY(reasons)", (TRACE_REPLAYED,)).fetchone()
    assert row is not None
    return int(row[0])


def test_the_judge_takes_up_what_was_suspected_since(conn: Connection) -> None:
    day = made(fraud_traces.replay_exact, "replay_exact")
    first_us = stored(conn, day)
    judge_all(conn)
    assert verdicts_held(conn) == 0
    screened_range(conn, first_us, first_us + 3 * DAY_US)
    assert suspicions.due(conn)[1]
    judge_all(conn)
    held = verdicts_held(conn)
    assert held >= 100 and suspicions.due(conn)[1] == []
    again = judge_all(conn)
    assert again.touched == 0
    for name in ("own_verdict", "shared_verdict", "judged_session", "session_share", "judged_terminal"):
        conn.execute(f"TRUNCATE {name}".encode())
    conn.execute("TRUNCATE session_day, judged_day, session_outcome, flag")
    # Screened first and then judged: the same days.
    assert judge_all(conn).days == again.days
    # A suspicion that is taken back lets the minutes go.
    names = [(row[0], row[1]) for row in as_rows(suspicions.read(conn))]
    suspicions.replace(conn, names, Suspicions.empty(), [], "test", (TRACE_REPLAYED,))
    judge_all(conn)
    assert verdicts_held(conn) == 0
