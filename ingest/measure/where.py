"""Where the fixes of a minute lie against the fences in force: inside, outside, or too near to say."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from ingest.judge.columns import Bools, Floats, Ints
from ingest.judge.rule_set import RuleSet
from ingest.measure.decode import DecodedMinutes
from ingest.measure.motion import margin_m, measured

_PART_UNIT = 1_000_000
_PARTS = 10


class Fences(Protocol):
    """What is asked of geofence.engine.FenceSet."""

    def signed_distance_m(
        self,
        part: int,
        minute_s: npt.NDArray[np.int64],
        lat_e7: npt.NDArray[np.int32],
        lon_e7: npt.NDArray[np.int32],
        present: npt.NDArray[np.bool_],
    ) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]: ...


@dataclass(frozen=True, eq=False)
class Where:
    """One row a minute; the fields are those of MinuteMeasures."""

    fix_in: Ints
    fix_out: Ints
    fix_doubt: Ints
    fence_in_force: Bools
    outside_m: Floats


def where(decoded: DecodedMinutes, fences: Fences, rules: RuleSet) -> Where:
    """Count the measured fixes: out beyond their margin, doubt outside but within it, in otherwise."""
    real = measured(decoded)
    distance_m, in_force = _distances(decoded, fences, real)
    asked = real & in_force[:, None]
    margin = margin_m(decoded.fixes["hdop_fifth"], rules)
    out = asked & (distance_m > margin)
    inside = asked & (distance_m <= 0)
    furthest = np.where(asked, np.maximum(distance_m, 0), 0).max(axis=1, initial=0)
    return Where(
        inside.sum(axis=1), out.sum(axis=1), (asked & ~out & ~inside).sum(axis=1), in_force, furthest
    )


def _distances(decoded: DecodedMinutes, fences: Fences, real: Bools) -> tuple[Floats, Bools]:
    """Signed distance per fix and whether any fence was in force, each minute by its own part."""
    parts = decoded.columns["course"] // _PART_UNIT % _PARTS
    lat_e7 = decoded.fixes["lat_e7"].astype(np.int32)
    lon_e7 = decoded.fixes["lon_e7"].astype(np.int32)
    distance_m = np.zeros(real.shape)
    in_force = np.zeros(len(real), dtype=bool)
    for part in np.unique(parts).tolist():
        rows = np.flatnonzero(parts == part)
        minute_s = decoded.columns["minute"][rows] * 60
        found_m, fence_n = fences.signed_distance_m(part, minute_s, lat_e7[rows], lon_e7[rows], real[rows])
        distance_m[rows] = found_m
        in_force[rows] = fence_n > 0
    return distance_m, in_force
