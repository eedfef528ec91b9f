"""Cars that stand by their wheels: how far their fixes wander all the same."""

from dataclasses import dataclass

import numpy as np

from ingest.judge.columns import Bools, Floats, Ints
from ingest.judge.rulebook.rule_set import RuleSet
from ingest.measure.decode import DecodedMinutes, Ints32
from ingest.measure.motion import Ends, scales

_MM = 1000.0


@dataclass(frozen=True, eq=False)
class Wander:
    """One row a minute, 0 where the wheel turned.

    wander_m: way from fix to fix; spread_m: the diagonal of the smallest upright rectangle around them.
    """

    wander_m: Floats
    spread_m: Floats


def wander(decoded: DecodedMinutes, real: Bools, ends: Ends, rules: RuleSet) -> Wander:
    """By the measured fixes (real) of minutes with less than wander_wheel_m of wheel distance."""
    stood = np.flatnonzero((decoded.columns["wheel_m"] < rules.wander_wheel_m) & ends.some)
    wander_m, spread_m = np.zeros(len(decoded)), np.zeros(len(decoded))
    if len(stood):
        x_scale, y_scale = scales(decoded.columns["origin_lat_e7"][stood])
        at = _last_fix(real[stood], ends.first[stood])
        rows = stood[:, None]
        x_mm = _millimetres(decoded.lon_e7[rows, at], x_scale)
        y_mm = _millimetres(decoded.lat_e7[rows, at], y_scale)
        steps_mm = np.rint(np.sqrt(_squared(np.diff(x_mm)) + _squared(np.diff(y_mm))))
        # Whole millimetres, so that no order of adding can show.
        wander_m[stood] = steps_mm.astype(np.int64).sum(axis=1) / _MM
        across, along = np.ptp(x_mm, axis=1), np.ptp(y_mm, axis=1)
        spread_m[stood] = np.sqrt((_squared(across) + _squared(along)) / _MM**2)
    return Wander(wander_m, spread_m)


def _last_fix(real: Bools, first: Ints) -> Ints:
    """Per second the second of the last fix up to it, before the first that one's."""
    seconds = np.where(real, np.arange(real.shape[1]), first[:, None])
    return np.maximum.accumulate(seconds, axis=1)


def _millimetres(e7: Ints32, scale: Floats) -> Ints:
    offset = e7 - e7[:, :1].astype(np.int64)
    return np.rint(offset * (scale * _MM)[:, None]).astype(np.int64)


def _squared(mm: Ints) -> Floats:
    # Exact below 95 km; from pole to equator it is beyond 64-bit integers.
    squared: Floats = mm.astype(np.float64) ** 2
    return squared
