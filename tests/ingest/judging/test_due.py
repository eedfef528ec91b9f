"""What a run has done is due no more, whatever it was asked for; what it has not done stays due."""

from __future__ import annotations

from typing import Any

import pytest

from ingest.judge.suspicions import TRACE_REPLAYED, Suspicions
from ingest.judging import due
from ingest.judging.due import Scope
from ingest.judging.run import judge_all
from ingest.judging.world import World
from ingest.store import due as asked
from ingest.store import registry, registry_file, rule_layers, suspicions
from ingest.store.connection import Connection, connect
from ingest.store.evidence import append
from ingest.store.migrate import migrate
from ingest.store.parts import Parts
from tests.ingest.judging.journal import INSTRUCTOR, SCHOOL, START, Journal, conn, the_registry

__all__ = ["conn"]
DAY = 1440
SESSIONS = ((7, 4), (7, 13), (8, 4), (8, 13))


@pytest.fixture
def two_days(conn: Connection, monkeypatch: pytest.MonkeyPatch) -> Connection:
    """Two terminals with a session on each of two days, judged."""
    monkeypatch.setattr(due, "REACH", 2)
    monkeypatch.setattr(due, "CONTEXT", 2)
    for terminal, trainee in ((7, 21), (8, 22)):
        start = START + 60 * (terminal - 7)
        append(conn, Journal(terminal, trainee).session(4, start).session(4, start + DAY).rows)
    judge_all(conn)
    return conn


def waiting(conn: Connection) -> list[tuple[int, int]]:
    """Terminals that are due, each with the first of its sessions."""
    from ingest.judging.rules import rules_in_force

    world = World.believed(conn, rules_in_force(conn))
    return [(task.terminal, task.inner) for task in due.tasks(conn, world, Scope(), asked.held(conn))]


def suspect(conn: Connection, *sessions: tuple[int, int]) -> None:
    rows = [(t, s, TRACE_REPLAYED, 900, START, START + 2 * DAY, 0, 0) for t, s in sessions]
    found = Suspicions.of_rows(rows)
    suspicions.replace(conn, sessions, found, [{} for _ in sessions], "test", (TRACE_REPLAYED,))


FIRST_DAY = Scope(to_us=(START + DAY // 2) * 60_000_000)
SECOND_DAY = Scope(from_us=(START + DAY // 2) * 60_000_000)


@pytest.mark.parametrize(
    ("scope", "left"),
    [
        (FIRST_DAY, [(7, 13), (8, 13)]),
        (SECOND_DAY, [(7, 4), (8, 4)]),
        (Scope(terminals=frozenset({7})), [(8, 4), (8, 13)]),
        (Scope(from_us=SECOND_DAY.from_us, terminals=frozenset({8})), [(7, 4), (7, 13), (8, 4)]),
        (Scope(), []),
    ],
)
def test_suspicions_stay_due_where_the_run_was_not(
    two_days: Connection, scope: Scope, left: list[tuple[int, int]]
) -> None:
    suspect(two_days, *SESSIONS)
    judge_all(two_days, scope=scope)
    assert suspicions.due(two_days)[1] == left
    judge_all(two_days)
    assert suspicions.due(two_days)[1] == []
    reasons = two_days.execute("SELECT count(*) FROM verdict WHERE %s = ANY(reasons)", (TRACE_REPLAYED,))
    assert reasons.fetchall() == [(16,)]


def test_what_is_suspected_while_it_judges_stays_due(two_days: Connection, postgres_url: str) -> None:
    """Batch 1 is terminal 7; while batch 2 waits, something new is suspected of it."""
    suspect(two_days, (7, 4))

    def later(done: int, of: int) -> None:
        if done == 1:
            suspect(two_days, (7, 13))

    judge_all(two_days, scope=Scope(forced=True), batch_records=1, progress=later)
    assert suspicions.due(two_days)[1] == [(7, 13)]


def test_stopped_it_has_done_what_it_has_done(two_days: Connection) -> None:
    suspect(two_days, *SESSIONS)
    assert judge_all(two_days, batch_records=1, stop=lambda: True).was_stopped
    assert suspicions.due(two_days)[1] == [(8, 4), (8, 13)]
    assert waiting(two_days) == [(8, 4)]


def other_fence(conn: Connection) -> None:
    registry.load(conn, registry_file.check(the_registry(east_m=400.0), "test"))


def a_layer(conn: Connection) -> None:
    text = 'format = 1\n[[layer]]\nname = "cap"\n[layer.thresholds]\nday_cap_practice_min = 3\n'
    rule_layers.load(conn, "cap.toml", text)


def suspended(conn: Connection) -> None:
    document = the_registry()
    entry = document["instructors"][0]
    document["instructors"] = [{**entry, "state": "suspended"}]
    registry.load(conn, registry_file.check(document, "test"))


@pytest.mark.parametrize("change", [other_fence, a_layer, suspended])
def test_a_change_is_due_where_the_run_was_not(two_days: Connection, change: Any) -> None:
    change(two_days)
    assert waiting(two_days) == [(7, 4), (8, 4)]
    judge_all(two_days, scope=SECOND_DAY)
    assert waiting(two_days) == [(7, 4), (8, 4)]
    judge_all(two_days, scope=Scope(terminals=frozenset({7})))
    assert waiting(two_days) == [(8, 4)]
    judge_all(two_days, scope=FIRST_DAY)
    assert waiting(two_days) == []
    assert judge_all(two_days).by_kind["minutes"] == 0


def test_the_first_entry_of_a_kind_concerns_everybody(postgres_url: str) -> None:
    """Without any instructor none is asked for; a list that names one makes the others unknown."""
    document = the_registry()
    document["instructors"] = []
    with connect(postgres_url, patience_s=10) as conn:
        migrate(conn)
        registry.load(conn, registry_file.check(document, "test"))
        Parts().ensure(conn, [START * 60_000_000])
        append(conn, Journal(7, 21).session(4).rows)
        judge_all(conn)
        before = accepted(conn)
        other = {"number": f"{INSTRUCTOR + 1:016d}", "name": "J", "school": f"{SCHOOL:016d}"}
        registry.load(conn, registry_file.check({**document, "instructors": [other]}, "test"))
        judge_all(conn)
        assert (before, accepted(conn)) == (4, 0)


def accepted(conn: Connection) -> int:
    row = conn.execute("SELECT count(*) FROM verdict WHERE verdict = 0").fetchone()
    assert row is not None
    return int(row[0])
