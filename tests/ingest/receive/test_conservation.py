"""Received is counted by other code than what became of it, so that a loss on the way shows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.wire import envelope
from firmware.wire.errors import DecodeError
from ingest.receive.arrival import arrival, records_in
from ingest.receive.writer import Writer
from ingest.store import conservation
from ingest.store.conservation import Counts
from ingest.store.landing import Landing
from tests.ingest.receive.conftest import Gate
from tests.ingest.receive.terminals import terminal_with

NUMBER = 3001


class LosesRow(Writer):
    """A fault between working out and storing: one record of the batch is forgotten."""

    def commit(self, work: Landing) -> None:
        work.rows[:] = [row for row in work.rows if row.seq != 4]
        super().commit(work)


class LosesQuarantine(Writer):
    """A fault that forgets what was to be put aside."""

    def commit(self, work: Landing) -> None:
        work.quarantine.clear()
        super().commit(work)


@pytest.fixture
def losing(postgres_url: str, request: pytest.FixtureRequest) -> Iterator[Gate]:
    made = Gate(postgres_url, request.param)
    yield made
    made.close()


@pytest.mark.parametrize("losing", [LosesRow], indirect=True)
def test_a_record_lost_on_the_way_shows(losing: Gate, caplog: pytest.LogCaptureFixture) -> None:
    terminal = terminal_with(NUMBER, 3)
    losing.register(NUMBER)
    losing.deliver((terminal.topic, terminal.payload(1, 3)), (terminal.topic, terminal.payload(4, 5)))
    assert conservation.read(losing.conn) == losing.pipeline.counts == Counts(5, 4, 0, 0)
    assert losing.audit() == [
        "5 records were received, but 4 stored, 0 duplicates and 0 quarantined make 4.",
        "4 records were counted as stored, the heads add up to 5.",
    ]
    assert "Of 5 records received, 4 were stored" in caplog.text


@pytest.mark.parametrize("losing", [LosesQuarantine], indirect=True)
def test_a_quarantined_payload_lost_on_the_way_shows(losing: Gate) -> None:
    terminal = terminal_with(NUMBER, 3)
    losing.deliver((terminal.topic, terminal.payload(1, 3)))
    assert conservation.read(losing.conn) == Counts(3, 0, 0, 0)
    assert len(losing.audit()) == 1


def test_whatever_is_put_aside_counts_as_it_was_received(gate: Gate) -> None:
    stranger = terminal_with(NUMBER, 3)
    gate.deliver((stranger.topic, stranger.payload(1, 3)), (stranger.topic, b"junk"), (stranger.topic, b""))
    assert [row.records for row in gate.quarantined()] == [3, 1, 1]
    assert conservation.read(gate.conn) == Counts(5, 0, 0, 5)
    assert gate.audit() == []


records = st.lists(st.binary(min_size=58, max_size=300), min_size=1, max_size=6)


@given(records, st.none() | st.tuples(st.integers(0, 60), st.integers(0, 255)), st.integers(-3, 3))
def test_a_frame_holds_what_parse_finds_in_it(
    chosen: list[bytes], change: tuple[int, int] | None, more: int
) -> None:
    changed = bytearray(envelope.seal(7, chosen, bytes(32)))
    if change is not None:
        changed[change[0]] = change[1]
    payload = bytes(changed) + bytes(more) if more >= 0 else bytes(changed[:more])
    try:
        expected = len(envelope.parse(payload)[1])
    except DecodeError:
        expected = 1
    assert records_in(payload) == arrival("", payload).records == expected


@given(st.binary(max_size=200))
def test_any_bytes_count_for_something(payload: bytes) -> None:
    assert records_in(payload) >= 1
