"""Receipts: what a terminal is told after the commit, sealed under its own key."""

from __future__ import annotations

import hmac
from struct import Struct
from typing import NamedTuple

from firmware.wire import topics
from firmware.wire.envelope import RECEIPT
from firmware.wire.fields import WIRE_VERSION

_BODY = Struct(">BBQII32sB")


class Receipt(NamedTuple):
    """A payload for a terminal's down topic."""

    topic: str
    payload: bytes


def receipt(terminal: int, through: int, head: bytes, key: bytes, utc_s: int) -> Receipt:
    """The same bytes as firmware.wire.envelope.encode_receipt, by the host's HMAC; through is at least 1."""
    body = _BODY.pack(WIRE_VERSION, RECEIPT, terminal, utc_s, through, head, 0)
    return Receipt(topics.down(terminal), body + hmac.digest(key, body, "sha256"))
