"""Short cuts: how far the straight way between two fixes runs outside, although neither of the two is out."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from geofence.engine import FenceKeys
from ingest.judge.columns import Bools, Floats, Ints
from ingest.judge.rule_set import RuleSet
from ingest.measure.decode import DecodedMinutes
from ingest.measure.flips import IN, OUT
from ingest.measure.motion import KMH_PER_MS, Before, Ends, Motion, scales
from ingest.measure.places import Fences, Places

BEND_MS2 = 5.0
"""No car is pushed aside harder than that: within t seconds it strays at most BEND_MS2 * t * t / 8 from the
straight way between where it was and where it is (the chord of a parabola)."""


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
    """Straight ways [w] between neighbouring fixes, which are [w, 2]. slack_m: to be taken off a depth."""

    row: Ints
    lat_e7: npt.NDArray[np.int32]
    lon_e7: npt.NDArray[np.int32]
    zone: npt.NDArray[np.int8]
    margin_m: Floats
    second: Ints
    slack_m: Floats


def cut_m(traced: Traced, keys: FenceKeys, places: Places, fences: Fences, rules: RuleSet) -> Floats:
    """Per minute how far a way certainly led outside (metres), 0 below cut_min_m.

    Looked at are neighbouring fixes at most track_link_s apart, neither of them out, also from the minute
    before. Taken off what the straight way shows: the wider margin of the two, and what the car can have
    strayed from it. Between two fixes that are in it runs at most half its length deep, so ways that are
    too short for anything to be left are passed over.
    """
    found = np.zeros(len(traced.decoded))
    # Half a way must exceed margin, bend and cut_min_m. At the best time apart that is this speed (m/s).
    least_ms = np.sqrt(2 * BEND_MS2 * rules.cut_min_m) * (1 - 1e-9)
    fast = traced.motion.jump_kmh >= least_ms * KMH_PER_MS
    rows = np.flatnonzero(fast & traced.ends.some & (places.in_force > 0))
    if not len(rows):
        return found
    ways = _ways(traced, places, rows, rules)
    at = FenceKeys(keys.part[ways.row], keys.vehicle_class[ways.row], keys.school[ways.row])
    minute_s = traced.decoded.columns["minute"][ways.row] * 60
    depth_m = fences.cut_m(
        at, minute_s, ways.lat_e7, ways.lon_e7, ways.zone, ways.margin_m, ways.second, rules.track_link_s
    )
    np.maximum.at(found, ways.row, depth_m - ways.slack_m)
    return np.where(found >= rules.cut_min_m, found, 0.0)


def _ways(traced: Traced, places: Places, rows: Ints, rules: RuleSet) -> _Ways:
    """Of these minutes, those long enough to tell anything."""
    decoded, prior = traced.decoded, traced.prior
    before = np.maximum(prior.row[rows], 0)
    last = traced.ends.last[before]
    follows = prior.follows[rows] & (places.zone[before, last] >= IN)

    def joined(first: npt.NDArray[Any], rest: npt.NDArray[Any]) -> npt.NDArray[Any]:
        return np.concatenate([first[:, None], rest[rows]], axis=1)

    valid = joined(follows, traced.real)
    at, column = np.nonzero(valid)
    seconds = np.broadcast_to(np.arange(traced.real.shape[1]), traced.real.shape)
    second = joined(prior.second[rows], seconds)[at, column]
    zone = joined(places.zone[before, last], places.zone)[at, column]
    margin = joined(traced.margin[before, last], traced.margin)[at, column]
    lat = joined(prior.lat_e7[rows], decoded.lat_e7)[at, column].astype(np.int64)
    lon = joined(prior.lon_e7[rows], decoded.lon_e7)[at, column].astype(np.int64)
    row = rows[at]
    apart_s = np.diff(second)
    slack_m = np.maximum(margin[1:], margin[:-1]) + BEND_MS2 / 8 * apart_s**2
    x_scale, y_scale = scales(decoded.columns["origin_lat_e7"][row[1:]])
    length_m = np.sqrt((np.diff(lon) * x_scale) ** 2 + (np.diff(lat) * y_scale) ** 2)
    asked = (np.diff(at) == 0) & (apart_s <= rules.track_link_s) & (zone[1:] != OUT) & (zone[:-1] != OUT)
    asked &= length_m / 2 >= slack_m + rules.cut_min_m
    start = np.flatnonzero(asked)
    both = start[:, None] + [0, 1]
    places_e7 = lat[both].astype(np.int32), lon[both].astype(np.int32)
    return _Ways(row[start], *places_e7, zone[both], margin[both], second[both], slack_m[start])
