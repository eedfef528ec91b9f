"""Terminals that keep sending and do not get on: told in the log, one sentence each, now and then. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from firmware.wire.reasons import BY_NUMBER

# A gap that closes within a minute is how a radio link works.
PATIENCE_US = 60_000_000
SAY_EVERY_US = 600_000_000


@dataclass(slots=True)
class Stand:
    """How one terminal stands after a batch in which it sent something.

    through and beyond (how many records) are its head's, None and 0 where none of its payloads could be
    opened; moved: through has grown. refused: reason -> records put aside in this batch.
    """

    through: int | None = None
    beyond: int = 0
    moved: bool = False
    refused: Counter[int] = field(default_factory=Counter)

    @property
    def troubled(self) -> bool:
        return not self.moved and bool(self.beyond or self.refused)


@dataclass(slots=True)
class _Standstill:
    since_us: int
    said_us: int | None = None
    refused: Counter[int] = field(default_factory=Counter)


class Standstills:
    """Which terminals stand still, from the batch they first did to the one in which they move again."""

    def __init__(self) -> None:
        self._still: dict[int, _Standstill] = {}

    def look(self, stands: Mapping[int, Stand], known: Container[int], now_us: int) -> list[str]:
        """The sentences due after a batch that arrived at now_us. Of stands, only the known terminals count:
        a number that nobody registered may be anything."""
        sentences = []
        for terminal, stand in stands.items():
            if stand.moved:
                self._still.pop(terminal, None)
            if not stand.troubled or terminal not in known:
                continue
            still = self._still.setdefault(terminal, _Standstill(now_us))
            still.refused += stand.refused
            if self._is_due(still, now_us):
                still.said_us = now_us
                sentences.append(_sentence(terminal, stand, still))
        return sentences

    @staticmethod
    def _is_due(still: _Standstill, now_us: int) -> bool:
        if still.said_us is None:
            return now_us >= still.since_us + PATIENCE_US
        return now_us >= still.said_us + SAY_EVERY_US


def _sentence(terminal: int, stand: Stand, still: _Standstill) -> str:
    parts = []
    if stand.beyond and stand.through is not None:
        parts.append(f"{stand.beyond} records beyond a hole at seq {stand.through + 1}")
    if still.refused:
        reasons = ", ".join(
            f"{count} {BY_NUMBER[reason][1]}" for reason, count in sorted(still.refused.items())
        )
        parts.append(f"{still.refused.total()} records put aside ({reasons})")
    since = datetime.fromtimestamp(still.since_us // 1_000_000, UTC)
    return (
        f"Terminal {terminal:016d}: {'; '.join(parts)}; it sends but has not got on since "
        f"{since:%Y-%m-%d %H:%M:%S} UTC; compare its journal with the evidence."
    )
