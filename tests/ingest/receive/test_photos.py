"""Photos in chunks: resumed, checked, whole only when a record names them, apart from the records' count."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from firmware.terminal.uplink.photo_queue import PhotoQueue
from firmware.wire import bulk, topics
from ingest.receive.receipts import Receipt
from ingest.store import conservation, photos
from tests.ingest.receive.conftest import Gate
from tests.ingest.receive.terminals import Terminal, key_of, terminal_with

NUMBER, OTHER, REVOKED = 6001, 6002, 6003
JPEG = photos.JPEG + bytes(range(256)) * 12
DIGEST = hashlib.sha256(JPEG).digest()


@pytest.fixture
def terminal(gate: Gate) -> Terminal:
    gate.register(NUMBER, OTHER, REVOKED, revoked=(REVOKED,))
    return terminal_with(NUMBER, 0)


def told(terminal: Terminal, sent: list[Receipt]) -> list[tuple[int, int]]:
    """(next, state) of the photo receipts."""
    found = [bulk.open_photo_receipt(one.payload, terminal.key) for one in sent]
    assert all(one.topic == topics.down(terminal.number) for one in sent)
    assert all((number, photo) == (terminal.number, DIGEST) for number, photo, _, _ in found)
    return [(offset, state) for _, _, offset, state in found]


def bulk_counts(gate: Gate) -> tuple[int, ...]:
    row = gate.conn.execute("SELECT received, taken, repeated, wanted, refused FROM bulk_count").fetchone()
    assert row is not None
    return tuple(row)


def test_a_photo_is_resumed_and_whole_once_a_record_names_it(gate: Gate, terminal: Terminal) -> None:
    terminal.face_check(DIGEST)
    gate.deliver((terminal.topic, terminal.payload(1, 3)))
    (lacking,) = photos.missing(gate.conn)
    assert (lacking.terminal, lacking.digest, lacking.seq, lacking.received) == (NUMBER, DIGEST, 3, 0)
    assert told(terminal, gate.deliver(terminal.chunk(JPEG, 0))) == [(1400, bulk.GO_ON)]
    # Too far, then from the start again: told where to go on.
    assert told(terminal, gate.deliver(terminal.chunk(JPEG, 2800))) == [(1400, bulk.GO_ON)]
    assert told(terminal, gate.deliver(terminal.chunk(JPEG, 0))) == [(1400, bulk.GO_ON)]
    assert photos.missing(gate.conn, NUMBER)[0].received == 1400
    rest = [terminal.chunk(JPEG, offset) for offset in (1400, 2800)]
    assert told(terminal, gate.deliver(*rest)) == [(len(JPEG), bulk.COMPLETE)]
    assert photos.read(gate.conn, DIGEST) == JPEG
    assert photos.missing(gate.conn) == []
    assert told(terminal, gate.deliver(rest[1])) == [(len(JPEG), bulk.COMPLETE)]
    assert bulk_counts(gate) == (6, 3, 3, 0, 0)
    assert conservation.read(gate.conn) == (3, 3, 0, 0)
    assert gate.audit() == []


@pytest.mark.parametrize("by_photo_record", [False, True])
def test_bytes_may_come_before_their_record(gate: Gate, terminal: Terminal, by_photo_record: bool) -> None:
    chunks = [terminal.chunk(JPEG, offset) for offset in range(0, len(JPEG), 1400)]
    assert told(terminal, gate.deliver(*chunks)) == [(len(JPEG), bulk.GO_ON)]
    assert photos.read(gate.conn, DIGEST) is None
    terminal.photo(DIGEST, len(JPEG)) if by_photo_record else terminal.face_check(DIGEST)
    gate.deliver((terminal.topic, terminal.payload(1, 3)))
    assert photos.read(gate.conn, DIGEST) == JPEG
    assert told(terminal, gate.deliver(chunks[-1])) == [(len(JPEG), bulk.COMPLETE)]


def test_records_and_chunks_in_one_batch(gate: Gate, terminal: Terminal) -> None:
    terminal.face_check(DIGEST)
    chunks = [terminal.chunk(JPEG, offset) for offset in range(0, len(JPEG), 1400)]
    sent = gate.deliver(chunks[0], (terminal.topic, terminal.payload(1, 3)), *chunks[1:])
    assert told(terminal, sent[1:]) == [(len(JPEG), bulk.COMPLETE)]
    assert conservation.read(gate.conn) == (3, 3, 0, 0)


@pytest.mark.parametrize("spoilt", [b"GIF89a" + JPEG, photos.JPEG])
def test_bytes_that_are_not_the_photo_are_thrown_away(gate: Gate, terminal: Terminal, spoilt: bytes) -> None:
    digest = hashlib.sha256(spoilt).digest()
    if spoilt == photos.JPEG:
        digest = DIGEST
    terminal.face_check(digest)
    gate.deliver((terminal.topic, terminal.payload(1, 3)))
    last = b""
    for offset in range(0, len(spoilt), 1400):
        piece = spoilt[offset : offset + 1400]
        payload = bulk.encode_chunk(NUMBER, digest, len(spoilt), offset, piece, terminal.key)
        (answer,) = gate.deliver((topics.bulk(NUMBER), payload))
        last = answer.payload
    assert bulk.open_photo_receipt(last, terminal.key)[2:] == (0, bulk.REFUSED)
    assert photos.read(gate.conn, digest) is None
    assert photos.missing(gate.conn)[0].received == 0


def forgeries(terminal: Terminal) -> dict[str, tuple[str, bytes]]:
    topic, payload = terminal.chunk(JPEG, 0)
    stranger, revoked = Terminal(6009), Terminal(REVOKED)
    assert revoked.key == key_of(REVOKED)
    return {
        "another's topic": (topics.bulk(OTHER), payload),
        "one byte changed": (topic, payload[:60] + bytes((payload[60] ^ 1,)) + payload[61:]),
        "a stranger": stranger.chunk(JPEG, 0),
        "a revoked terminal": revoked.chunk(JPEG, 0),
        "cut short": (topic, payload[:30]),
        "nothing": (topic, b""),
        "an envelope": (topic, terminal.payload(1, 1)),
    }


def test_what_is_refused_has_no_answer_and_stops_nothing(gate: Gate, terminal: Terminal) -> None:
    refused = forgeries(terminal)
    good = terminal.chunk(JPEG, 0)
    sent = gate.deliver(*refused.values(), good)
    assert told(terminal, sent) == [(1400, bulk.GO_ON)]
    assert bulk_counts(gate) == (len(refused) + 1, 1, 0, 0, len(refused))
    assert gate.quarantined() == [] and conservation.read(gate.conn) == (0, 0, 0, 0)


def test_photos_that_no_record_names_are_bounded(gate: Gate, terminal: Terminal) -> None:
    many = [photos.JPEG + number.to_bytes(4, "big") for number in range(photos.PENDING_MAX + 5)]
    for data in many:
        gate.deliver(terminal.chunk(data, 0))
    kept = gate.conn.execute("SELECT bytes FROM photo ORDER BY touched_at").fetchall()
    assert [bytes(row[0]) for row in kept] == many[5:]


class Car:
    """The terminal's own photo queue on the gate: what it sends, and what it still keeps."""

    def __init__(self, gate: Gate, terminal: Terminal, folder: Path) -> None:
        self.gate, self.terminal, self.folder = gate, terminal, folder
        self.now_ms = 0
        folder.mkdir()
        self.start()

    def start(self) -> None:
        self.queue = PhotoQueue(str(self.folder), NUMBER, self.terminal.key, lambda: self.now_ms)

    def keep(self, data: bytes) -> bytes:
        digest = hashlib.sha256(data).digest()
        (self.folder / f"{digest.hex()}.jpg").write_bytes(data)
        return digest

    def send(self, minutes: int) -> int:
        """Let so much time pass; chunks that went."""
        sent = 0
        for _ in range(minutes * 6):
            self.now_ms += 10_000
            while payload := self.queue.next_chunk():
                (answer,) = self.gate.deliver((topics.bulk(NUMBER), payload))
                self.queue.on_receipt(answer.payload)
                sent += 1
                assert sent < 1000
        return sent

    def kept(self) -> list[str]:
        return sorted(path.stem for path in self.folder.iterdir())


def age(gate: Gate, seconds: int) -> None:
    gate.conn.execute("UPDATE photo SET touched_at = touched_at - make_interval(secs => %s)", (seconds,))
    gate.conn.commit()


def test_photos_that_no_record_names_hold_up_no_other_and_end(
    gate: Gate, terminal: Terminal, tmp_path: Path
) -> None:
    car = Car(gate, terminal, tmp_path / "photos")
    orphans = sorted(car.keep(photos.JPEG + bytes([number]) * 3000).hex() for number in range(3))
    named = car.keep(JPEG)
    terminal.face_check(named)
    gate.deliver((terminal.topic, terminal.payload(1, 3)))
    assert car.send(2) <= 3 * 3 + 3 + 3
    assert car.kept() == orphans and photos.read(gate.conn, named) == JPEG
    # No record has come since: their own may be under way.
    age(gate, photos.ORPHAN_AFTER_S)
    car.start()
    assert car.send(1) == 3 and car.kept() == orphans
    late = terminal.photo(bytes.fromhex(orphans[0]), 3003)
    assert late == terminal.records[-1]
    terminal.minute()
    terminal.minute()
    # A gap: what is missing may be what names one.
    gate.deliver((terminal.topic, terminal.payload(5, 6)))
    car.start()
    assert car.send(1) == 3 and car.kept() == orphans
    gate.deliver((terminal.topic, terminal.payload(4, 4)))
    car.start()
    assert car.send(1) == 3 and car.kept() == []
    assert photos.read(gate.conn, bytes.fromhex(orphans[0])) is not None
    assert photos.read(gate.conn, bytes.fromhex(orphans[1])) is None
    assert photos.missing(gate.conn) == []
    assert bulk_counts(gate)[4] == 2 and gate.audit() == []


def test_a_record_soon_after_its_photo_is_waited_for(gate: Gate, terminal: Terminal, tmp_path: Path) -> None:
    car = Car(gate, terminal, tmp_path / "photos")
    digest = car.keep(JPEG)
    gate.deliver((terminal.topic, terminal.payload(1, 2)))
    assert car.send(1) == 3
    age(gate, photos.ORPHAN_AFTER_S - 60)
    terminal.minute()
    gate.deliver(terminal.last())
    assert car.send(20) >= 1 and len(car.kept()) == 1
    terminal.photo(digest, len(JPEG))
    gate.deliver(terminal.last())
    assert car.send(60) == 1 and car.kept() == []
    assert photos.read(gate.conn, digest) == JPEG


def test_a_record_that_names_a_refused_photo_finds_its_bytes(gate: Gate, terminal: Terminal) -> None:
    chunks = [terminal.chunk(JPEG, offset) for offset in range(0, len(JPEG), 1400)]
    assert told(terminal, gate.deliver(*chunks)) == [(len(JPEG), bulk.GO_ON)]
    age(gate, photos.ORPHAN_AFTER_S)
    gate.deliver((terminal.topic, terminal.payload(1, 2)))
    assert told(terminal, gate.deliver(chunks[0])) == [(len(JPEG), bulk.REFUSED)]
    terminal.photo(DIGEST, len(JPEG))
    gate.deliver(terminal.last())
    assert photos.read(gate.conn, DIGEST) == JPEG
    assert told(terminal, gate.deliver(chunks[0])) == [(len(JPEG), bulk.COMPLETE)]
