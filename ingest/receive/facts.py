"""What the registry says of each terminal, as the gate needs it: keys, and since when one is not believed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from ingest.store.registry import TerminalEntry

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class TerminalKey(NamedTuple):
    """A key of a terminal. From revoked_us on (server's clock, microseconds) nothing under it is believed:
    whoever holds a stolen key can write any time into a record, but not arrive in the past."""

    key: bytes
    revoked_us: int | None


Facts = dict[int, tuple[TerminalKey, ...]]


def from_registry(entries: Iterable[TerminalEntry]) -> Facts:
    """Keys of each terminal; for a key in several entries the one with the latest valid_from counts.

    The period in force is left to the judge, who knows the minute: a record of a terminal whose clock is
    wrong is still evidence.
    """
    keys: dict[int, dict[bytes, int | None]] = {}
    for entry in sorted(entries, key=lambda entry: entry.valid_from):
        revoked = None if entry.revoked_at is None else microseconds(entry.revoked_at)
        keys.setdefault(entry.number, {})[bytes(entry.key)] = revoked
    return {
        number: tuple(TerminalKey(key, revoked) for key, revoked in reversed(by_key.items()))
        for number, by_key in keys.items()
    }


def in_force(facts: Facts, terminal: int, key: bytes, now_us: int) -> bool:
    """Whether this is a key of the terminal that is not revoked."""
    known = facts.get(terminal, ())
    return any(one.key == key and (one.revoked_us is None or one.revoked_us > now_us) for one in known)


def microseconds(instant: datetime) -> int:
    """Microseconds since 1970-01-01 UTC."""
    return (instant - _EPOCH) // timedelta(microseconds=1)
