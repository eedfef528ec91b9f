"""Minute records in, their measures out."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from firmware.wire.fields import RECORD_MAX
from ingest.judge.columns import Ints
from ingest.judge.evidence import MinuteMeasures
from ingest.judge.rulebook.rule_set import RuleSet
from ingest.measure.accuracy import margin_m, measured
from ingest.measure.cut import Traced
from ingest.measure.decode import decode_joined
from ingest.measure.flips import NO_HISTORY, Zones
from ingest.measure.motion import before, ends_of, motion
from ingest.measure.places import Fences, SchoolOf
from ingest.measure.receiver import count, receiver
from ingest.measure.wander import wander
from ingest.measure.where import where

BLOCK = 2048
"""Minutes measured at once: large enough for numpy, small enough for the processor's cache."""

_TAKEN_OVER = (
    "terminal",
    "seq",
    "session",
    "trainee",
    "instructor",
    "course",
    "minute",
    "utc_s",
    "clock",
    "boot",
    "uptime_s",
    "odometer_m",
    "wheel_m",
    "rpm_max",
    "ignition_s",
    "counted_s",
    "stops",
)


def measure_records(
    records: Iterable[tuple[int, int, bytes]],
    fences: Fences,
    rules: RuleSet,
    school_of: SchoolOf | None = None,
) -> MinuteMeasures:
    """Measures of (terminal, seq, bytes of a minute record) in any order, repeats taken once.

    Rows come out in (terminal, seq) order. Raises firmware.wire.errors.DecodeError for bytes that are not
    a minute record.
    """
    known = {(terminal, seq): record for terminal, seq, record in records}
    ordered = [known[key] for key in sorted(known)]
    blocks = (ordered[start : start + BLOCK] for start in range(0, len(ordered), BLOCK))
    return MinuteMeasures.concat(list(measure_blocks(blocks, fences, rules, school_of)))


def measure_blocks(
    blocks: Iterable[list[bytes]], fences: Fences, rules: RuleSet, school_of: SchoolOf | None = None
) -> Iterator[MinuteMeasures]:
    """The same for blocks that come in (terminal, seq) order without repeats; memory is one block's.

    How the minutes are cut into blocks changes nothing. school_of: without it every school is unknown.
    """
    measurer = Measurer(fences, rules, school_of)
    for block in blocks:
        for start in range(0, len(block), BLOCK):
            yield measurer.measure(block[start : start + BLOCK])


class Measurer:
    """Takes blocks one after the other and keeps what the next one has to know of those before."""

    def __init__(self, fences: Fences, rules: RuleSet, school_of: SchoolOf | None = None) -> None:
        self._fences, self._rules, self._school_of = fences, rules, school_of
        # The last minute with a fix before goes in front, so that the first of a block follows it.
        self._lead = b""
        self._history: Zones = NO_HISTORY

    def measure(self, block: Sequence[bytes]) -> MinuteMeasures:
        """Measures of a block, which comes behind all earlier ones in (terminal, seq) order."""
        lengths = np.fromiter((len(record) for record in block), dtype=np.int64, count=len(block))
        return self.measure_joined(b"".join(block), lengths)

    def measure_joined(self, buffer: bytes, lengths: Ints, starts: Ints | None = None) -> MinuteMeasures:
        """The same for records in one buffer, as ingest.measure.decode.decode_joined takes them.

        At most some thousand at a time: see BLOCK.
        """
        lead, skip = self._lead, 1 if self._lead else 0
        if starts is None:
            starts = np.cumsum(lengths) - lengths
        # The empty bytes behind save the decoder a copy of its own.
        buffer = b"".join([lead, buffer, bytes(RECORD_MAX)])
        lengths = np.concatenate([[len(lead)] * skip, lengths]).astype(np.int64)
        starts = np.concatenate([[0] * skip, starts + len(lead)]).astype(np.int64)
        decoded = decode_joined(buffer, lengths, starts)
        real = measured(decoded)
        ends = ends_of(real)
        margin = margin_m(decoded, self._rules)
        prior = before(decoded, real, ends)
        moved = motion(decoded, real, margin, ends, prior, self._rules)
        wandered = wander(decoded, real, ends, self._rules)
        traced = Traced(decoded, real, margin, ends, prior, moved)
        place, self._history = where(
            traced, wandered.spread_m, self._fences, self._rules, self._school_of, skip, self._history
        )
        with_fix = np.flatnonzero(ends.some)[-1:]
        self._lead = b"".join(buffer[starts[row] : starts[row] + lengths[row]] for row in with_fix)
        taken_over: dict[str, Any] = {name: decoded.columns[name] for name in _TAKEN_OVER}
        measures = MinuteMeasures(
            **taken_over,
            **vars(moved),
            **vars(receiver(decoded, real, moved.covered_s)),
            **vars(place),
            wander_m=wandered.wander_m,
            fix_n=count(real),
            fix_estimated=count(decoded.present) - count(real),
        )
        return measures.take(np.arange(skip, len(measures)))
