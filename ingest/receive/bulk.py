"""The bulk topic: photo chunks taken, pieces of update images given. Apart from records and their counts.

A payload that is lost or refused here has no answer, and the terminal sends it again; so these payloads are
acknowledged whatever becomes of them, and never hold up a record.
"""

from __future__ import annotations

import hmac
import logging
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from firmware.wire import bulk, topics
from firmware.wire.errors import DecodeError
from firmware.wire.fields import WIRE_VERSION
from firmware.wire.seal import SEAL_SIZE
from ingest.receive.arrival import Arrival
from ingest.receive.facts import Facts, TerminalKey
from ingest.receive.receipts import Receipt
from ingest.store import images, photos
from ingest.store.connection import Connection

log = logging.getLogger(__name__)

_TERMINAL = slice(2, 10)
_LEAST = 10 + SEAL_SIZE
WANTED = "wanted"


class Chunk(NamedTuple):
    """A photo chunk whose seal holds."""

    terminal: int
    photo: bytes
    size: int
    offset: int
    data: bytes


class Want(NamedTuple):
    """A terminal asks for a piece of an update image (its digest's first bytes)."""

    terminal: int
    image: bytes
    offset: int


class Answers(NamedTuple):
    """What to send, and whom was heard: terminal -> key."""

    sent: list[Receipt]
    heard: dict[int, bytes]


def land(conn: Connection, arrivals: Iterable[Arrival], facts: Facts) -> Answers:
    """Store the chunks of these payloads of the bulk topic in one transaction, and make the answers."""
    counts: Counter[str] = Counter()
    heard: dict[int, bytes] = {}
    told: dict[tuple[int, bytes], photos.Progress] = {}
    sent: list[Receipt] = []
    with conn.transaction():
        for item in arrivals:
            opened = open_bulk(item, facts)
            if isinstance(opened, str):
                log.info("Refused a payload on %s: %s.", item.topic, opened)
                counts[photos.REFUSED] += 1
                continue
            asked, key = opened
            heard[asked.terminal] = key
            if isinstance(asked, Chunk):
                progress = photos.take(conn, *asked)
                told[asked.terminal, asked.photo] = progress
                counts[progress.what] += 1
            else:
                sent += _piece(conn, asked, key)
                counts[WANTED] += 1
        photos.count(conn, counts.total(), counts)
    return Answers(_receipts(told, heard) + sent, heard)


def open_bulk(item: Arrival, facts: Facts) -> tuple[Chunk | Want, bytes] | str:
    """What a payload asks, and the key its seal holds under; or why it is refused."""
    payload = item.payload
    if item.size != len(payload) or len(payload) < _LEAST or payload[0] != WIRE_VERSION:
        return f"{item.size} bytes that are neither a photo chunk nor a want"
    terminal = int.from_bytes(payload[_TERMINAL], "big")
    found = _sealed_under(payload, facts.get(terminal, ()))
    if found is None:
        return "the seal does not hold under a registered terminal's key"
    if found.revoked_us is not None and found.revoked_us <= item.received_us:
        return "the terminal was revoked before this arrived"
    if item.topic != topics.bulk(terminal):
        return f"sealed by terminal {terminal:016d}"
    try:
        if payload[1] == bulk.PHOTO_CHUNK:
            return Chunk(*bulk.open_chunk(payload, found.key)), found.key
        return Want(*bulk.open_want(payload, found.key)), found.key
    except DecodeError as fault:
        return str(fault)


def _sealed_under(payload: bytes, keys: Iterable[TerminalKey]) -> TerminalKey | None:
    body, seal = payload[:-SEAL_SIZE], payload[-SEAL_SIZE:]
    for candidate in keys:
        if hmac.compare_digest(hmac.digest(candidate.key, body, "sha256"), seal):
            return candidate
    return None


def _receipts(told: Mapping[tuple[int, bytes], photos.Progress], heard: Mapping[int, bytes]) -> list[Receipt]:
    """One a photo, by its last chunk in the batch."""
    made = []
    for (terminal, photo), progress in told.items():
        state = bulk.COMPLETE if progress.whole else bulk.GO_ON
        if progress.what == photos.REFUSED:
            state = bulk.REFUSED
        payload = bulk.encode_photo_receipt(terminal, photo, progress.received, state, heard[terminal])
        made.append(Receipt(topics.down(terminal), payload))
    return made


def _piece(conn: Connection, want: Want, key: bytes) -> list[Receipt]:
    data = images.piece(conn, want.terminal, want.image, want.offset)
    if data is None:
        log.info(
            "Terminal %016d asked for byte %d of image %s, which no open order gives it.",
            want.terminal,
            want.offset,
            want.image.hex(),
        )
        return []
    payload = bulk.encode_piece(want.terminal, want.image, want.offset, data, key)
    return [Receipt(topics.down(want.terminal), payload)]
