"""Open a payload: topic, bytes and the registry's facts in; chained records or a refusal out. Pure.

The boundary of trust runs through open_payload: until the seal holds under a key the registry gave, nothing
the payload says is used for more than finding that key.
"""

from __future__ import annotations

import hmac
from typing import NamedTuple

from firmware.wire import envelope, topics
from firmware.wire.errors import DecodeError
from firmware.wire.fields import WIRE_VERSION
from firmware.wire.reasons import (
    CHAIN_BROKEN,
    MALFORMED,
    SEAL_BAD,
    TERM_REVOKED,
    TERM_UNKNOWN,
    TOPIC_MISMATCH,
)
from firmware.wire.seal import SEAL_SIZE
from ingest.receive import shape
from ingest.receive.facts import Facts, TerminalKey
from ingest.receive.shape import Shape
from ingest.store.digests import digest


class Refusal(NamedTuple):
    """Why a payload goes to quarantine. terminal and seq may be None."""

    reason: int
    detail: str
    terminal: int | None = None
    seq: int | None = None


class Opened(NamedTuple):
    """A payload whose seal holds and whose records are well formed, consecutive and chained.

    shapes, digests and records run in parallel; key is the one the seal held under.
    """

    terminal: int
    key: bytes
    first_seq: int
    last_seq: int
    records: list[bytes]
    shapes: list[Shape]
    digests: list[bytes]
    seal: bytes


def open_payload(topic: str, payload: bytes, size: int, facts: Facts, now_us: int) -> Opened | Refusal:
    """Open one payload of size bytes (payload may hold only its beginning). now_us is the time of arrival."""
    if size > envelope.PAYLOAD_MAX:
        return Refusal(MALFORMED, f"{size} bytes, at most {envelope.PAYLOAD_MAX}")
    if size < envelope.HEAD_SIZE + SEAL_SIZE:
        return Refusal(MALFORMED, f"cut short at {size} bytes")
    if payload[0] != WIRE_VERSION:
        return Refusal(MALFORMED, f"version {payload[0]} is not {WIRE_VERSION}")
    terminal = int.from_bytes(payload[1:9], "big")
    keys = facts.get(terminal)
    if keys is None:
        return Refusal(TERM_UNKNOWN, f"no entry for terminal {terminal:016d}", _claimed(terminal))
    found = _sealed_under(payload, keys)
    if found is None:
        return Refusal(SEAL_BAD, "the seal does not hold under the terminal's key", terminal)
    if found.revoked_us is not None and found.revoked_us <= now_us:
        return Refusal(TERM_REVOKED, "the terminal was revoked before this arrived", terminal)
    if topic != topics.up(terminal):
        return Refusal(TOPIC_MISMATCH, f"sealed by terminal {terminal:016d}", terminal)
    try:
        return _records(terminal, found.key, payload)
    except DecodeError as fault:
        return Refusal(MALFORMED, str(fault), terminal)


def _claimed(terminal: int) -> int | None:
    # The column is a signed 64-bit integer; a larger claim is in the payload anyway.
    return terminal if terminal < 1 << 63 else None


def _sealed_under(payload: bytes, keys: tuple[TerminalKey, ...]) -> TerminalKey | None:
    body, seal = payload[:-SEAL_SIZE], payload[-SEAL_SIZE:]
    for candidate in keys:
        if hmac.compare_digest(hmac.digest(candidate.key, body, "sha256"), seal):
            return candidate
    return None


def _records(terminal: int, key: bytes, payload: bytes) -> Opened | Refusal:
    _, records, seal = envelope.parse(payload)
    shapes = [shape.of_record(record) for record in records]
    digests = [digest(record) for record in records]
    first_seq = shapes[0].seq
    for index, this in enumerate(shapes):
        if this.terminal != terminal:
            detail = f"record {index} is of terminal {this.terminal:016d}"
            return Refusal(MALFORMED, detail, terminal, first_seq)
        if index and (this.seq != first_seq + index or this.prev != digests[index - 1]):
            detail = f"seq {this.seq} does not follow seq {shapes[index - 1].seq} in the envelope"
            return Refusal(CHAIN_BROKEN, detail, terminal, first_seq)
    return Opened(terminal, key, first_seq, first_seq + len(records) - 1, records, shapes, digests, seal)
