"""Short cuts: how far the straight way between two fixes runs outside, although neither of the two is out."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from geofence.engine import FenceKeys
from ingest.judge.columns import Bools, Floats, Ints
from ingest.judge.rulebook.rule_set import RuleSet
from ingest.measure.decode import DecodedMinutes, field_of
from ingest.measure.flips import DOUBT, IN
from ingest.measure.motion import KMH_PER_MS, Before, Ends, Motion, scales
from ingest.measure.places import Fences, Places
from ingest.measure.receiver import KMH10_PER_MS, SPEED_UNKNOWN

BEND_MS2 = 5.0
"""No car is pushed aside harder than that: within t seconds it strays at most BEND_MS2 * t * t / 8 from the
straight way between where it was and where it is (the chord of a parabola)."""
FASTER = 1.05
"""Between two fixes a car is taken to go at the mean of their speeds, or up to so much faster. On a way that
much longer than the straight one it strays at most by the height of a triangle with these sides."""


@dataclass(frozen=True, eq=False)
class Traced:
    """Minutes as measured so far: fixes, which of them are measured, their margins, ends, what was before."""

    decoded: DecodedMinutes
    real: Bools
    margin: Floats
    ends: Ends
    prior: Before
    motion: Motion


@dataclass(frozen=True, eq=False)
class _Ways:
    """Ways [w] between neighbouring fixes; second [w, 2], below 0 for the one before the minute."""

    row: Ints
    second: Ints
    apart_s: Ints

    def ends(self, values: npt.NDArray[Any], before: Ints, last: Ints) -> npt.NDArray[Any]:
        """n x 60 values at the ways' two ends [w, 2]; before: row that holds the last fix before a minute."""
        earlier = self.second < 0
        row = np.where(earlier, np.maximum(before[self.row], 0)[:, None], self.row[:, None])
        ends: npt.NDArray[Any] = values[row, np.where(earlier, last[row], self.second)]
        return ends

    def some(self, which: Bools) -> "_Ways":
        return _Ways(self.row[which], self.second[which], self.apart_s[which])


def cut_m(traced: Traced, keys: FenceKeys, places: Places, fences: Fences, rules: RuleSet) -> Floats:
    """Per minute how far a way led outside for all that can be told (metres), 0 below cut_min_m.

    Looked at are neighbouring fixes at most cut_link_s apart, neither of them out, also from the minute
    before. Taken off what the straight way shows: the wider margin of the two, and what the car can have
    strayed from it. Between two fixes that are in it runs at most half its length deep, so ways that are
    too short for anything to be left are passed over.
    """
    found = np.zeros(len(traced.decoded))
    ways = _ways(traced, places, rules)
    if not len(ways.row):
        return found
    before, last = traced.prior.row, traced.ends.last
    length_m = _length_m(traced, ways)
    long = length_m / 2 >= rules.fence_margin_min_m + rules.cut_min_m
    ways, length_m = ways.some(long), length_m[long]
    zone = ways.ends(places.zone, before, last)
    margin = ways.ends(traced.margin, before, last)
    speed = ways.ends(traced.decoded.words, before, last)
    slack_m = margin.max(axis=1) + _stray_m(length_m, ways.apart_s, field_of(speed, "speed_kmh10"))
    asked = ((zone == IN) | (zone == DOUBT)).all(axis=1) & (length_m / 2 >= slack_m + rules.cut_min_m)
    ways, slack_m = ways.some(asked), slack_m[asked]
    row = ways.row
    at = FenceKeys(keys.part[row], keys.vehicle_class[row], keys.school[row])
    depth_m = fences.cut_m(
        at,
        traced.decoded.columns["minute"][row] * 60,
        ways.ends(traced.decoded.lat_e7, before, last),
        ways.ends(traced.decoded.lon_e7, before, last),
        zone[asked],
        margin[asked],
        ways.apart_s[:, None] * np.array([0, 1]),
        rules.cut_link_s,
    )
    np.maximum.at(found, row, depth_m - slack_m)
    return np.where(found >= rules.cut_min_m, found, 0.0)


def _length_m(traced: Traced, ways: _Ways) -> Floats:
    """How long the straight ways are."""
    before, last = traced.prior.row, traced.ends.last
    x_scale, y_scale = scales(traced.decoded.columns["origin_lat_e7"])
    lat_e7 = ways.ends(traced.decoded.lat_e7, before, last).astype(np.int64)
    lon_e7 = ways.ends(traced.decoded.lon_e7, before, last).astype(np.int64)
    east_m = (lon_e7[:, 1] - lon_e7[:, 0]) * x_scale[ways.row]
    north_m = (lat_e7[:, 1] - lat_e7[:, 0]) * y_scale[ways.row]
    length_m: Floats = np.sqrt(east_m**2 + north_m**2)
    return length_m


def _stray_m(length_m: Floats, apart_s: Ints, speed_kmh10: npt.NDArray[np.uint16]) -> Floats:
    """How far a car can have been beside the straight way: by its tyres, and by its speeds where both ends
    tell one."""
    by_tyres_m = BEND_MS2 / 8 * apart_s**2
    told = (speed_kmh10 != SPEED_UNKNOWN).all(axis=1)
    driven_m = speed_kmh10.astype(np.int64).sum(axis=1) * apart_s * (FASTER / 2 / KMH10_PER_MS)
    by_speed_m = np.sqrt(np.maximum(driven_m**2 - length_m**2, 0)) / 2
    # Speeds that do not even make the straight way say nothing about it.
    told &= driven_m >= length_m / FASTER
    return np.where(told, np.minimum(by_tyres_m, by_speed_m), by_tyres_m)


def _ways(traced: Traced, places: Places, rules: RuleSet) -> _Ways:
    """Ways in minutes with a fence that may be long enough: over a second without a fix, or fast."""
    prior, real = traced.prior, traced.real
    least_m = 2 * rules.cut_min_m * (1 - 1e-9)
    jump_ms = traced.motion.jump_kmh / KMH_PER_MS
    fast = jump_ms >= least_m
    # Only the first way of a minute without holes, and any way of one with them, may last longer.
    patchy = ~real.all(axis=1) | (prior.second != -1)
    rows = np.flatnonzero((fast | (patchy & (jump_ms >= least_m / rules.cut_link_s))) & (places.in_force > 0))
    follows = prior.follows[rows]
    at, column = np.nonzero(np.concatenate([follows[:, None], real[rows]], axis=1))
    second = np.where(column == 0, prior.second[rows[at]], column - 1)
    apart_s = np.diff(second)
    asked = (np.diff(at) == 0) & (apart_s <= rules.cut_link_s) & ((apart_s > 1) | fast[rows[at[1:]]])
    start = np.flatnonzero(asked)
    return _Ways(rows[at[start]], second[start[:, None] + [0, 1]], apart_s[start])
