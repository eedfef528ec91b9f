"""From where on the import report finds something worth telling."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Settings of the report.

    A position nearer than near_m to the one before is nearly the same; a spike is a vertex with less than
    spike_degrees between edges of at least spike_m each; overlaps below overlap_m2 are not told.
    """

    near_m: float = 0.1
    spike_degrees: float = 3.0
    spike_m: float = 1.0
    min_area_m2: float = 100.0
    max_area_m2: float = 5_000_000.0
    overlap_m2: float = 1.0
