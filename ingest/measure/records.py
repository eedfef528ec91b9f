"""Minute records in, their measures out."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from ingest.judge.evidence import MinuteMeasures
from ingest.judge.rule_set import RuleSet
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
    records: Iterable[tuple[int, int, bytes]], fences: Fences, rules: RuleSet
) -> MinuteMeasures:
    """Measures of (terminal, seq, bytes of a minute record) in any order, repeats taken once.

    Rows come out in (terminal, seq) order. Raises firmware.wire.errors.DecodeError for bytes that are not
    a minute record.
    """
    known = {(terminal, seq): record for terminal, seq, record in records}
    ordered = [known[key] for key in sorted(known)]
    blocks = (ordered[start : start + BLOCK] for start in range(0, len(ordered), BLOCK))
    return MinuteMeasures.concat(list(measure_blocks(blocks, fences, rules)))


def measure_blocks(blocks: Iterable[list[bytes]], fences: Fences, rules: RuleSet) -> Iterator[MinuteMeasures]:
    """The same for blocks that come in (terminal, seq) order without repeats; memory is one block's.

    How the minutes are cut into blocks changes nothing.
    """
    lead: list[bytes] = []
    for block in blocks:
        # The last minute with a fix before goes in front, so that the first of a block follows it.
        measures = _measure_block(lead + block, fences, rules)
        yield measures.take(np.arange(len(lead), len(measures)))
        with_fix = np.flatnonzero(measures.fix_n)
        lead = [(lead + block)[with_fix[-1]]] if len(with_fix) else []


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
        fix_estimated=(decoded.present & ~measured(decoded)).sum(axis=1),
    )
