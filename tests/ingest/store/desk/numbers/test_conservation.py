"""A terminal that gets nothing through has a row, and one whose records are all put aside since a while."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ingest.casework.numbers import conserved, statistics
from ingest.store import quarantine
from ingest.store.connection import Connection
from ingest.store.desk.numbers import conservation
from ingest.store.quarantine import QuarantineRow
from tests.ingest.judging.journal import SCHOOL, TERMINALS, conn

__all__ = ["conn"]

SEAL_BAD = 3
START = datetime(2026, 5, 4, tzinfo=UTC)


def put_aside(conn: Connection, terminal: int | None, payloads: list[bytes], after_s: int = 0) -> None:
    """Each counts for ten records."""
    at = int((START + timedelta(seconds=after_s)).timestamp()) * 1_000_000
    quarantine.append(
        conn, [QuarantineRow(at, "t", SEAL_BAD, terminal, None, 10, len(one), one, "") for one in payloads]
    )


def got_through(conn: Connection, terminal: int, records: int, after_s: int) -> None:
    conn.execute(
        "INSERT INTO terminal_head (terminal, through, head, stored, beyond, last_received_at)"
        " VALUES (%s, %s, %s, %s, 0, %s)",
        (terminal, records, bytes(32), records, START + timedelta(seconds=after_s)),
    )


def test_a_terminal_that_gets_nothing_through_is_a_row_and_unequal(conn: Connection) -> None:
    """Sent twice counts once as written and twice as put aside."""
    put_aside(conn, TERMINALS[0], [b"one", b"two", b"one"])
    (chain,) = conservation.chains(conn, SCHOOL)
    assert (chain.terminal, chain.school, chain.written, chain.stored) == (TERMINALS[0], SCHOOL, 20, 0)
    assert (chain.quarantined, chain.put_aside) == (30, 20)
    (told,) = conserved.differences_of(chain)
    assert (told.code, told.records) == ("put_aside", 20)
    assert statistics.gaps(conn, "school", None) == {f"{SCHOOL:016d}": (20, 20)}
    assert conserved.stations([chain]).quarantined == sum(n for _, n in conservation.quarantined(conn))


@pytest.mark.parametrize(("stored_after_s", "told"), [(50, [("put_aside", 10)]), (200, [])])
def test_what_was_put_aside_before_a_record_got_through_is_over(
    conn: Connection, stored_after_s: int, told: list[tuple[str, int]]
) -> None:
    put_aside(conn, TERMINALS[0], [b"one"], after_s=100)
    got_through(conn, TERMINALS[0], 5, stored_after_s)
    (chain,) = conservation.chains(conn)
    found = [(one.code, one.records) for one in conserved.differences_of(chain) if one.code != "not_judged"]
    assert found == told and chain.quarantined == 10
    assert chain.written == 5 + sum(n for _, n in told)


def test_unregistered_numbers_have_a_row_each_but_not_without_limit(
    conn: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conservation, "UNKNOWN_MOST", 2)
    for number in range(101, 105):
        put_aside(conn, number, [bytes([number, n]) for n in range(number - 100)])
    put_aside(conn, None, [b"nobody's"])
    got_through(conn, TERMINALS[1], 5, 0)
    rows = conservation.chains(conn)
    assert [(row.terminal, row.quarantined) for row in rows] == [(TERMINALS[1], 0), (103, 30), (104, 40)]
    assert conservation.chains(conn, SCHOOL) == rows[:1]
