"""What the registry said when a session began, whatever it says since; sessions not in the queue."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ingest.judging.run import judge_all
from ingest.store import registry, registry_file
from ingest.store.connection import Connection, connect
from ingest.store.desk.session import photos as photo_view
from ingest.store.desk.session import view as session_view
from ingest.store.evidence import append
from ingest.store.migrate import migrate
from ingest.store.parts import Parts
from tests.ingest.judging.journal import SCHOOL, START, Journal, the_registry

KEY = (7, 4)
BEFORE, AFTER = "2026-01-01T00:00:00Z", "2026-09-01T00:00:00Z"


@pytest.fixture(scope="module")
def conn(module_postgres_url: str) -> Iterator[Connection]:
    with connect(module_postgres_url, patience_s=10) as made:
        migrate(made)
        Parts().ensure(made, [START * 60_000_000])
        registry.load(made, registry_file.check(the_registry(), "test"))
        append(made, Journal(7, 21).session(3).rows)
        judge_all(made)
        yield made


def changed(conn: Connection, section: str, **values: Any) -> None:
    """One more entry of the first one of a section."""
    known = the_registry()
    known[section] = [{**known[section][0], **values}]
    for other in set(known) - {section, "grounds"}:
        known[other] = []
    known["grounds"]["features"] = []
    registry.load(conn, registry_file.check(known, "later"))


def head(conn: Connection) -> session_view.Head:
    found = session_view.head(conn, *KEY)
    assert found is not None
    return found


def test_a_session_that_the_queue_does_not_know_has_its_terminals_school(conn: Connection) -> None:
    conn.execute("DELETE FROM queue_entry")
    found = head(conn)
    assert (found.school, found.score, found.state, found.owner, found.utc_offset_min) == (
        SCHOOL,
        0,
        0,
        0,
        None,
    )
    assert (found.first_seq, found.last_seq, found.credited) == (5, 7, 3)


def test_names_are_those_of_then(conn: Connection) -> None:
    assert session_view.names(conn, head(conn))[:4] == ("S", "T", "I", "P7")
    changed(conn, "trainees", name="Renamed since", valid_from=AFTER)
    assert session_view.names(conn, head(conn)).trainee == "T"
    changed(conn, "trainees", name="Corrected", valid_from=BEFORE)
    assert session_view.names(conn, head(conn)).trainee == "Corrected"


def test_a_terminal_that_moves_takes_no_session_along(conn: Connection) -> None:
    changed(conn, "schools", number=f"{2:016d}", name="Other")
    changed(conn, "terminals", school=f"{2:016d}", valid_from=AFTER)
    assert head(conn).school == SCHOOL
    assert [one.school for one in session_view.bindings(conn, 7)] == [SCHOOL, 2]


def test_minutes_and_records_of_the_session_alone(conn: Connection) -> None:
    found = head(conn)
    assert [one.seq for one in session_view.minutes(conn, found)] == [5, 6, 7]
    assert [one.seq for one in session_view.records(conn, found, 16)] == list(range(1, 9))
    assert session_view.chain(conn, found).states == []
    assert session_view.rule_sets(conn, found.rule_sets.split())[0][0] == found.rule_sets


def test_no_such_session(conn: Connection) -> None:
    assert session_view.head(conn, 7, 5) is None
    assert photo_view.owner(conn, 7, bytes(32)) is None
    assert photo_view.states(conn, 7, 4, []) == {}
