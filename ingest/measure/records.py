"""Minute records in, their measures out."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from ingest.judge.model import MinuteMeasures, RuleSet
from ingest.measure.decode import decode_minutes
from ingest.measure.motion import measured, motion
from ingest.measure.where import Fences, where

BLOCK = 4096
"""Minutes measured at once: large enough for numpy, small enough for the processor's cache."""

_TAKEN_OVER = (
    "terminal",
    "seq",
    "session",
    "trainee",
    "instructor",
    "course",
    "minute",
    "odometer_m",
    "wheel_m",
    "rpm_max",
    "ignition_s",
)


def measure_records(
    records: Iterable[tuple[int, int, bytes]], fences: Fences, rules: RuleSet
) -> MinuteMeasures:
    """Measures of (terminal, seq, bytes of a MINUTE record) in any order, repeats taken once.

    Rows come out in (terminal, seq) order. Raises firmware.wire.errors.DecodeError for bytes that are not
    a minute record.
    """
    known = {(terminal, seq): record for terminal, seq, record in records}
    ordered = [known[key] for key in sorted(known)]
    parts = []
    for start in range(0, len(ordered), BLOCK):
        # One minute more in front, so that the first minute of a block also follows the one before.
        lead = 1 if start else 0
        measures = _measure_block(ordered[start - lead : start + BLOCK], fences, rules)
        parts.append(measures.take(np.arange(lead, len(measures))))
    return MinuteMeasures.concat(parts)


def _measure_block(records: list[bytes], fences: Fences, rules: RuleSet) -> MinuteMeasures:
    decoded = decode_minutes(records)
    moved = motion(decoded, rules)
    place = where(decoded, fences, rules)
    taken_over: dict[str, Any] = {name: decoded.columns[name] for name in _TAKEN_OVER}
    return MinuteMeasures(
        **taken_over,
        **vars(moved),
        **vars(place),
        fix_n=measured(decoded).sum(axis=1),
    )
