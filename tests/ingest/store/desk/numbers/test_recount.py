"""Evidence that is lost is seen: rows are counted, and no counter is believed."""

from __future__ import annotations

from ingest.casework.numbers import conserved
from ingest.store import evidence
from ingest.store.connection import Connection
from ingest.store.desk.numbers import conservation
from ingest.store.desk.numbers.recount import recount
from tests.ingest.judging.journal import TERMINALS, TRAINEES, Journal, conn

__all__ = ["conn"]


def stored(conn: Connection, at: int) -> int:
    """A terminal with a session's evidence and the head that the ingest would have kept; how many records."""
    rows = Journal(TERMINALS[at], TRAINEES[at]).session(6).rows
    evidence.append(conn, rows)
    conn.execute(
        "INSERT INTO terminal_head (terminal, through, head, stored, beyond, last_received_at)"
        " VALUES (%s, %s, %s, %s, 0, now())",
        (TERMINALS[at], len(rows), bytes(32), len(rows)),
    )
    return len(rows)


def told(conn: Connection) -> dict[int, list[tuple[str, int]]]:
    """Terminal -> (code, records) of each inequality but that nothing was judged here."""
    return {
        chain.terminal: [
            (one.code, one.records)
            for one in conserved.differences_of(chain)
            if one.code not in ("not_judged", "judged_more")
        ]
        for chain in conservation.chains(conn)
    }


def test_a_deleted_row_is_told_at_its_terminal(conn: Connection) -> None:
    n = stored(conn, 0)
    stored(conn, 1)
    assert recount(conn) == (2, 0)
    conn.execute("DELETE FROM evidence WHERE terminal = %s AND seq = 3", (TERMINALS[0],))
    assert recount(conn, again_s=0) == (2, 1)
    assert told(conn) == {TERMINALS[0]: [("not_stored", 1)], TERMINALS[1]: []}
    chain = conservation.chains(conn)[0]
    assert (chain.stored, chain.receipted) == (n - 1, n) and chain.recounted_at is not None


def test_what_comes_after_a_count_is_added_to_it(conn: Connection) -> None:
    n = stored(conn, 0)
    conn.execute("DELETE FROM evidence WHERE seq = 3")
    recount(conn)
    conn.execute("UPDATE terminal_head SET through = through + 5, stored = stored + 5")
    assert conservation.chains(conn)[0].stored == n + 5 - 1
    assert told(conn) == {TERMINALS[0]: [("not_stored", 1)]}


def test_a_row_put_in_by_hand_is_told(conn: Connection) -> None:
    stored(conn, 0)
    conn.execute("UPDATE terminal_head SET through = through - 1, stored = stored - 1")
    recount(conn)
    assert told(conn) == {TERMINALS[0]: [("stored_more", 1)]}


def test_a_share_at_a_time_those_longest_ago_first(conn: Connection) -> None:
    stored(conn, 0)
    stored(conn, 1)
    assert recount(conn, rows=1)[0] == 1
    assert recount(conn, rows=1)[0] == 1
    assert recount(conn, rows=1)[0] == 0, "nobody is due within the hour"
    first = conn.execute("SELECT terminal FROM recounted ORDER BY at LIMIT 1").fetchone()
    recount(conn, rows=1, again_s=0)
    again = conn.execute("SELECT terminal FROM recounted ORDER BY at DESC LIMIT 1").fetchone()
    assert first == again
