"""Every kind of tampering, each with its exact outcome, and the honest chain untouched by it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from firmware.wire import envelope, records, topics
from firmware.wire.fields import BOOT, DIAGNOSTIC, MINUTE, WIRE_VERSION
from firmware.wire.reasons import (
    BY_NUMBER,
    CHAIN_BROKEN,
    MALFORMED,
    SEAL_BAD,
    SEQ_FORK,
    TERM_REVOKED,
    TERM_UNKNOWN,
    TOPIC_MISMATCH,
)
from firmware.wire.seal import hmac_sha256
from ingest.store import conservation, evidence
from tests.ingest.receive.conftest import Gate
from tests.ingest.receive.terminals import Terminal, minute_fields, terminal_with

HONEST, OTHER, REVOKED, STRANGER = 1001, 1002, 1003, 1004
STORED = 5

Payload = tuple[str, bytes]


def flipped(payload: bytes, at: int) -> bytes:
    changed = bytearray(payload)
    changed[at] ^= 1
    return bytes(changed)


def resealed(honest: Terminal, body: bytes) -> bytes:
    """Any body under the honest key: what a tampered terminal could send."""
    return body + hmac_sha256(honest.key, body)


def framed(honest: Terminal, chosen: list[bytes], count: int | None = None) -> bytes:
    body = bytes((WIRE_VERSION,)) + honest.number.to_bytes(8, "big")
    body += bytes((len(chosen) if count is None else count,))
    for record in chosen:
        body += len(record).to_bytes(2, "big") + record
    return resealed(honest, body)


def other_minute(honest: Terminal, seq: int, **changes: object) -> bytes:
    """A minute that the honest terminal never wrote, on the honest predecessor."""
    return records.encode(honest.header(MINUTE, seq) | minute_fields(seq) | {"rpm_max": 999} | changes)


def forked(honest: Terminal, first: int, last: int) -> list[bytes]:
    """Records first..last chained on a first one that differs."""
    chain = [other_minute(honest, first)]
    for seq in range(first + 1, last + 1):
        chain.append(other_minute(honest, seq, prev=records.digest(chain[-1])))
    return chain


def bad_heading(honest: Terminal) -> bytes:
    record = bytearray(honest.records[5])
    word = int.from_bytes(record[-8:], "big")
    record[-8:] = (word & ~(511 << 12) | 400 << 12).to_bytes(8, "big")
    return framed(honest, [bytes(record)])


def first_with_prev(other: Terminal) -> bytes:
    record = records.encode(
        other.header(BOOT, 1)
        | {"firmware": 1, "reset_cause": 1, "unreceipted": 0, "torn_bytes": 0, "slot": 255, "stage": 0}
        | {"prev": b"\1" * 32}
    )
    return other.seal([record])


def other_boot(other: Terminal, honest: Terminal) -> bytes:
    """A record of another terminal, with the seq and prev the envelope needs."""
    return records.encode(
        honest.header(DIAGNOSTIC, 7) | {"terminal": other.number, "code": 1, "state": 1, "value": 0}
    )


# name -> (make(honest, other) -> (topic, payload), reason, records it counts for)
CASES: dict[str, tuple[Callable[[Terminal, Terminal], Payload], int, int]] = {
    "byte of a record flipped": (lambda a, b: (a.topic, flipped(a.payload(6, 6), 200)), SEAL_BAD, 1),
    "byte of the seal flipped": (lambda a, b: (a.topic, flipped(a.payload(6, 6), -1)), SEAL_BAD, 1),
    "count flipped": (lambda a, b: (a.topic, flipped(a.payload(6, 6), 9)), SEAL_BAD, 1),
    "version flipped": (lambda a, b: (a.topic, flipped(a.payload(6, 6), 0)), MALFORMED, 1),
    "cut short": (lambda a, b: (a.topic, a.payload(6, 6)[:-1]), SEAL_BAD, 1),
    "a byte more": (lambda a, b: (a.topic, a.payload(6, 6) + b"\0"), SEAL_BAD, 1),
    "empty": (lambda a, b: (a.topic, b""), MALFORMED, 1),
    "too short for a seal": (lambda a, b: (a.topic, a.payload(6, 6)[:41]), MALFORMED, 1),
    "oversize": (lambda a, b: (a.topic, resealed(a, a.payload(6, 6) + bytes(2000))), MALFORMED, 1),
    "another terminal's key": (
        lambda a, b: (a.topic, envelope.seal(HONEST, a.records[5:6], b.key)),
        SEAL_BAD,
        1,
    ),
    "another terminal's topic": (lambda a, b: (b.topic, a.payload(6, 6)), TOPIC_MISMATCH, 1),
    "a topic that names nobody": (lambda a, b: (topics.UP_PREFIX + "x", a.payload(6, 6)), TOPIC_MISMATCH, 1),
    "unknown terminal": (
        lambda a, b: (topics.up(STRANGER), terminal_with(STRANGER, 0).payload(1, 2)),
        TERM_UNKNOWN,
        2,
    ),
    "revoked terminal": (
        lambda a, b: (topics.up(REVOKED), terminal_with(REVOKED, 0).payload(1, 2)),
        TERM_REVOKED,
        2,
    ),
    "records in another order": (
        lambda a, b: (a.topic, a.seal([a.records[6], a.records[5]])),
        CHAIN_BROKEN,
        2,
    ),
    "record taken from the middle": (
        lambda a, b: (a.topic, a.seal([a.records[5], a.records[7]])),
        CHAIN_BROKEN,
        2,
    ),
    "record put in twice": (
        lambda a, b: (a.topic, a.seal([a.records[5], a.records[5], a.records[6]])),
        CHAIN_BROKEN,
        3,
    ),
    "another terminal's record put in": (
        lambda a, b: (a.topic, a.seal([a.records[5], other_boot(b, a)])),
        MALFORMED,
        2,
    ),
    "record changed in the middle": (
        lambda a, b: (a.topic, a.seal([a.records[5], other_minute(a, 7), a.records[7]])),
        CHAIN_BROKEN,
        3,
    ),
    "same seq, other bytes, below the head": (lambda a, b: (a.topic, a.seal(forked(a, 3, 3))), SEQ_FORK, 1),
    "same seq, other bytes, at the head": (lambda a, b: (a.topic, a.seal(forked(a, 5, 5))), SEQ_FORK, 1),
    "a fork that runs past the head": (lambda a, b: (a.topic, a.seal(forked(a, 5, 7))), SEQ_FORK, 3),
    "does not continue the head": (
        lambda a, b: (a.topic, a.seal([other_minute(a, 6, prev=b"\7" * 32)])),
        CHAIN_BROKEN,
        1,
    ),
    "seq 1 with a predecessor": (lambda a, b: (b.topic, first_with_prev(b)), CHAIN_BROKEN, 1),
    "same seq beyond a gap": (lambda a, b: (a.topic, a.seal(forked(a, 9, 9))), SEQ_FORK, 1),
    "does not continue beyond a gap": (
        lambda a, b: (a.topic, a.seal([other_minute(a, 10, prev=b"\7" * 32)])),
        CHAIN_BROKEN,
        1,
    ),
    "a gap filled with something else": (lambda a, b: (a.topic, a.seal(forked(a, 8, 8))), CHAIN_BROKEN, 1),
    "a kind that does not exist, sealed": (
        lambda a, b: (a.topic, framed(a, [b"\x63" + a.records[5][1:]])),
        MALFORMED,
        1,
    ),
    "a heading that does not exist, sealed": (lambda a, b: (a.topic, bad_heading(a)), MALFORMED, 1),
    "more records promised than there, sealed": (
        lambda a, b: (a.topic, framed(a, a.records[5:6], 2)),
        MALFORMED,
        1,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_tampering_is_quarantined_and_changes_nothing_else(gate: Gate, name: str) -> None:
    make, reason, count = CASES[name]
    gate.register(HONEST, OTHER, REVOKED, revoked=(REVOKED,))
    honest, other = terminal_with(HONEST, 10), Terminal(OTHER)
    gate.deliver((honest.topic, honest.payload(1, 3)), (honest.topic, honest.payload(4, STORED)))
    gate.deliver((honest.topic, honest.payload(9, 9)))
    head, rows = gate.head(HONEST), evidence.count(gate.conn)
    topic, payload = make(honest, other)

    receipts = gate.deliver((topic, payload))

    (row,) = gate.quarantined()
    assert (BY_NUMBER[row.reason][1], row.records) == (BY_NUMBER[reason][1], count), row.detail
    assert (row.topic, row.payload, row.payload_size) == (topic, payload[:4096], len(payload))
    assert receipts == []
    assert gate.head(HONEST) == head
    assert evidence.count(gate.conn) == rows
    assert gate.audit() == []

    # The stream goes on: the honest rest arrives, and the chain closes.
    rest = [(honest.topic, honest.payload(seq, seq)) for seq in (6, 7, 8, 10, 11, 12)]
    (receipt,) = gate.deliver(*rest)
    head_12 = records.digest(honest.records[11])
    assert envelope.open_receipt(receipt.payload, honest.key)[:3] == (HONEST, 12, head_12)


def test_a_replay_is_a_duplicate_and_is_receipted_again(gate: Gate) -> None:
    gate.register(HONEST)
    honest = terminal_with(HONEST, 4)
    payload = (honest.topic, honest.payload(1, 3))
    (first,) = gate.deliver(payload)
    (again,) = gate.deliver(payload, payload)
    opened = [envelope.open_receipt(one.payload, honest.key) for one in (first, again)]
    assert opened[0][:3] == opened[1][:3]
    assert opened[1][1] == 3
    assert conservation.read(gate.conn) == (9, 3, 6, 0)
    assert gate.audit() == []


def test_a_future_seq_is_stored_and_the_receipt_names_it_apart_from_the_gapless_part(gate: Gate) -> None:
    gate.register(HONEST)
    honest = terminal_with(HONEST, 6)
    head_4 = records.digest(honest.records[3])
    (receipt,) = gate.deliver((honest.topic, honest.payload(3, 4)))
    _, through, head, _, ranges = envelope.open_receipt(receipt.payload, honest.key)
    assert (through, head, ranges) == (0, bytes(32), [(3, 4, head_4)])
    (receipt,) = gate.deliver((honest.topic, honest.payload(1, 1)))
    assert envelope.open_receipt(receipt.payload, honest.key)[1] == 1
    (receipt,) = gate.deliver((honest.topic, honest.payload(2, 2)))
    assert envelope.open_receipt(receipt.payload, honest.key)[:3] == (HONEST, 4, head_4)


def test_a_registry_loaded_a_moment_ago_counts(gate: Gate) -> None:
    gate.register(OTHER)
    stranger = terminal_with(STRANGER, 0)
    gate.deliver((stranger.topic, stranger.payload(1, 1)))
    gate.register(OTHER, STRANGER)
    assert len(gate.deliver((stranger.topic, stranger.payload(1, 1)))) == 1
    assert conservation.read(gate.conn) == (2, 1, 0, 1)
