"""The database refuses, fails or goes away: nothing lost, nothing twice, the stream goes on."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from firmware.wire import envelope, records
from firmware.wire.reasons import MALFORMED
from ingest.receive.writer import Writer
from ingest.store import conservation, evidence
from ingest.store.landing import Landing
from ingest.store.parts import AFTER_US, BEFORE_US
from tests.ingest.receive.conftest import Gate
from tests.ingest.receive.terminals import terminal_with

NUMBER = 2001


def test_a_row_the_database_refuses_is_found_and_put_aside(gate: Gate) -> None:
    poisoned, sound = terminal_with(NUMBER, 10), terminal_with(NUMBER + 1, 10)
    gate.register(NUMBER, NUMBER + 1)
    gate.conn.execute(f"ALTER TABLE evidence ADD CHECK (NOT (terminal = {NUMBER} AND seq = 7))")
    sent = gate.deliver(
        *((one.topic, one.payload(seq, seq)) for seq in range(1, 13) for one in (poisoned, sound))
    )
    (row,) = gate.quarantined()
    assert (row.reason, row.payload) == (MALFORMED, poisoned.payload(7, 7))
    assert "CheckViolation" in row.detail
    assert gate.head(NUMBER).through == 6
    assert sorted(gate.head(NUMBER).beyond) == [8, 9, 10, 11, 12]
    assert gate.head(NUMBER + 1).through == 12
    assert envelope.open_receipt(sent[-1].payload, sound.key)[1] == 12
    assert conservation.read(gate.conn) == (24, 23, 0, 1)
    assert gate.audit() == []


def test_a_topic_that_text_cannot_hold_is_still_quarantined(gate: Gate) -> None:
    gate.deliver(("hourfence/1/up/\0\ud800", b"x"))
    assert len(gate.quarantined()) == 1


class LosesTheAnswer(Writer):
    """Commits, and then loses the connection before the answer: once."""

    lost = False

    def commit(self, work: Landing) -> None:
        super().commit(work)
        if not self.lost:
            self.lost = True
            self.connection.close()
            raise psycopg.OperationalError("the answer to COMMIT was lost")


@pytest.fixture
def forgetful(postgres_url: str) -> Iterator[Gate]:
    made = Gate(postgres_url, LosesTheAnswer)
    yield made
    made.close()


def test_a_commit_whose_answer_was_lost_is_recognised(forgetful: Gate) -> None:
    terminal = terminal_with(NUMBER, 3)
    forgetful.register(NUMBER)
    sent = forgetful.deliver((terminal.topic, terminal.payload(1, 3)), (terminal.topic, b"junk"))
    assert envelope.open_receipt(sent[0].payload, terminal.key)[1] == 3
    assert conservation.read(forgetful.conn) == (4, 3, 0, 1)
    assert forgetful.audit() == []


class FailsAtFirst(Writer):
    """The server ends the connection before the first commit."""

    failed = False

    def commit(self, work: Landing) -> None:
        if not self.failed:
            self.failed = True
            raise psycopg.OperationalError("server closed the connection unexpectedly")
        super().commit(work)


def test_a_batch_that_was_not_committed_is_worked_out_from_what_is_stored(postgres_url: str) -> None:
    made = Gate(postgres_url, FailsAtFirst)
    terminal = terminal_with(NUMBER, 6)
    made.register(NUMBER)
    made.deliver((terminal.topic, terminal.payload(1, 2)), (terminal.topic, terminal.payload(5, 6)))
    assert conservation.read(made.conn) == (4, 4, 0, 0)
    # The heads are lent again, and not committed.
    made.writer.heads([NUMBER])[NUMBER].through = 99
    made.deliver((terminal.topic, terminal.payload(3, 4)))
    assert (made.head(NUMBER).through, made.head(NUMBER).beyond) == (6, {})
    assert made.audit() == []
    made.close()


def test_a_connection_cut_between_batches_is_made_again(gate: Gate) -> None:
    terminal = terminal_with(NUMBER, 3)
    gate.register(NUMBER)
    gate.deliver((terminal.topic, terminal.payload(1, 2)))
    pid = gate.writer.connection.info.backend_pid
    gate.conn.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))
    gate.deliver((terminal.topic, terminal.payload(3, 5)))
    assert gate.head(NUMBER).through == 5
    assert conservation.read(gate.conn) == (5, 5, 0, 0)


def test_absurd_times_are_stored_too_and_make_no_parts(gate: Gate) -> None:
    terminal = terminal_with(NUMBER, 0)
    chosen = (0, 60 * 24, 26_297_279, 26_297_280, 40_000_000, 42_076_800, 71_582_788)
    for minute in chosen:
        terminal.minute(minute=minute)
    gate.register(NUMBER)
    gate.deliver(*((terminal.topic, terminal.payload(seq, seq)) for seq in range(1, 10)))
    rows = [row for chunk in evidence.read_terminal(gate.conn, NUMBER) for row in chunk]
    assert [records.decode(row.record)["minute"] for row in rows[2:]] == list(chosen)
    filed = [BEFORE_US] * 3 + [26_297_280 * 60_000_000] + [AFTER_US] * 3
    assert [row.utc_us for row in rows[2:]] == filed
    parts = gate.conn.execute(
        "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'evidence'::regclass"
    ).fetchall()
    made = {"evidence_2020_01", "evidence_2026_02"}
    assert {name for (name,) in parts} == {"evidence_before", "evidence_after"} | made
    assert gate.audit() == []
