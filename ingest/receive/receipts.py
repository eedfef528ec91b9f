"""Receipts made from the chain's head, sealed under the key that the payload was sealed under."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from itertools import chain
from struct import Struct
from typing import NamedTuple

from firmware.wire import topics
from firmware.wire.envelope import RANGES_MAX, RECEIPT
from firmware.wire.fields import WIRE_VERSION
from ingest.store.heads import Head

_BODY = Struct(">BBQII32sB")
_RANGES = [Struct(">" + "II32s" * count) for count in range(RANGES_MAX + 1)]
REACH = 4_096
"""How far to either side of what was just admitted a range is followed, in records."""

Range = tuple[int, int, bytes]


class Receipt(NamedTuple):
    """A payload for a terminal's down topic."""

    topic: str
    payload: bytes


def receipt(
    terminal: int, through: int, head: bytes, key: bytes, utc_s: int, ranges: Sequence[Range] = ()
) -> Receipt:
    """The same bytes as firmware.wire.envelope.encode_receipt, by the host's HMAC."""
    body = _BODY.pack(WIRE_VERSION, RECEIPT, terminal, utc_s, through, head, len(ranges))
    if ranges:
        body += _RANGES[len(ranges)].pack(*chain.from_iterable(ranges))
    return Receipt(topics.down(terminal), body + hmac.digest(key, body, "sha256"))


def receipts(head: Head, admitted: Sequence[tuple[int, int]], key: bytes, utc_s: int) -> list[Receipt]:
    """What to tell a terminal of which these (first, last) were just admitted, new or again; mostly one."""
    ranges = stored_around(head, admitted)
    parts = [ranges[at : at + RANGES_MAX] for at in range(0, len(ranges), RANGES_MAX)] or [[]]
    return [receipt(head.terminal, head.through, head.digest, key, utc_s, part) for part in parts]


def stored_around(head: Head, admitted: Sequence[tuple[int, int]]) -> list[Range]:
    """(first, last, digest of last) of what is stored around each without a gap, beyond through; rising."""
    beyond = head.beyond
    ranges: list[Range] = []
    for first, last in sorted(admitted):
        if last <= head.through or (ranges and last <= ranges[-1][1]):
            continue
        lowest, highest = first - REACH, last + REACH
        while first > lowest and first - 1 in beyond:
            first -= 1
        while last < highest and last + 1 in beyond:
            last += 1
        if ranges and first <= ranges[-1][1]:
            first = ranges.pop()[0]
        ranges.append((first, last, beyond[last].digest))
    return ranges
