"""What the screening looks at in each minute record: whole numbers, made of the fixes once."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from firmware.wire.notes import FIX_BITS
from geofence.projection import LocalPlane
from ingest.judge.columns import Bools, Columns, Floats, Ints
from ingest.screening.fixes import Fixes

SPEED_UNKNOWN = next(row[4] for row in FIX_BITS if row[0] == "speed_kmh10")
STAND_KMH10 = 5
ROLL_KMH10 = 20
_MM_PER_KMH10 = 1000 / 36
_BAND_E7 = 1_000_000
_GRID_E7 = 100
_TAKEN_OVER = (
    "terminal",
    "seq",
    "session",
    "trainee",
    "instructor",
    "minute",
    "utc_s",
    "boot",
    "uptime_s",
    "odometer_m",
    "wheel_m",
    "rpm_max",
)


@dataclass(frozen=True, eq=False)
class MinuteSigns(Columns):
    """One row a minute record. Pairs are fixes in neighbouring seconds; only measured fixes count."""

    terminal: Ints
    seq: Ints
    session: Ints
    trainee: Ints
    instructor: Ints
    minute: Ints
    utc_s: Ints
    boot: Ints
    uptime_s: Ints
    odometer_m: Ints
    wheel_m: Ints
    rpm_max: Ints
    fix_n: Ints
    pair_n: Ints
    trace_mm: Ints
    """Sum of the distances of pairs."""
    reach_mm: Ints
    """Diagonal of the box round the fixes."""
    rolling_n: Ints
    """Fixes with a speed of 2 km/h or more; -1 when no fix gave one."""
    rolling_pair_n: Ints
    """Pairs in which both fixes gave a speed and the car rolled."""
    apart_mm: Ints
    """Over those pairs: sum of how far the distance is from what the mean of both speeds makes of it."""
    standing_pair_n: Ints
    """Pairs in which both fixes gave a speed below 0.5 km/h."""
    frozen_n: Ints
    """Those of them whose two fixes lie on one and the same spot."""
    signal_n: Ints
    """Fixes whose satellites or HDOP differ from the fix before."""
    grid_n: Ints
    """Fixes whose latitude and longitude are both whole multiples of 1e-5 degree."""
    first_lat_e7: Ints
    first_lon_e7: Ints
    last_lat_e7: Ints
    last_lon_e7: Ints


def signs_of(minutes: Fixes) -> MinuteSigns:
    """The signs of minute records, in their order. All sums are of whole millimetres."""
    columns, fixes = minutes.columns, minutes.fixes
    real = minutes.present & (fixes["estimated"] == 0)
    x_m, y_m = _metres(columns, fixes)
    pair = real[:, 1:] & real[:, :-1]
    step_mm = np.rint(np.hypot(np.diff(x_m, axis=1), np.diff(y_m, axis=1)) * 1000).astype(np.int64)
    speed = fixes["speed_kmh10"]
    told = real & (speed != SPEED_UNKNOWN)
    both = pair & told[:, 1:] & told[:, :-1]
    rolling = both & (speed[:, 1:] >= ROLL_KMH10) & (speed[:, :-1] >= ROLL_KMH10)
    standing = both & (speed[:, 1:] < STAND_KMH10) & (speed[:, :-1] < STAND_KMH10)
    by_speed_mm = np.rint((speed[:, 1:] + speed[:, :-1]) * (_MM_PER_KMH10 / 2)).astype(np.int64)
    differs = (np.diff(fixes["satellites"], axis=1) != 0) | (np.diff(fixes["hdop_fifth"], axis=1) != 0)
    on_grid = (fixes["lat_e7"] % _GRID_E7 == 0) & (fixes["lon_e7"] % _GRID_E7 == 0)
    rolls = (told & (speed >= ROLL_KMH10)).sum(axis=1)
    taken_over: dict[str, Any] = {name: columns[name] for name in _TAKEN_OVER}
    return MinuteSigns(
        **taken_over,
        fix_n=real.sum(axis=1),
        pair_n=pair.sum(axis=1),
        trace_mm=(step_mm * pair).sum(axis=1),
        reach_mm=_reach_mm(x_m, y_m, real),
        rolling_n=np.where(told.any(axis=1), rolls, -1),
        rolling_pair_n=rolling.sum(axis=1),
        apart_mm=(np.abs(step_mm - by_speed_mm) * rolling).sum(axis=1),
        standing_pair_n=standing.sum(axis=1),
        frozen_n=(standing & (step_mm == 0)).sum(axis=1),
        signal_n=(pair & differs).sum(axis=1),
        grid_n=(real & on_grid).sum(axis=1),
        **_ends(fixes, real),
    )


def _metres(columns: Any, fixes: Any) -> tuple[Floats, Floats]:
    """Metres from each minute's origin, one scale per tenth of a degree."""
    lat_0, lon_0 = columns["origin_lat_e7"], columns["origin_lon_e7"]
    bands, which = np.unique(np.round(lat_0 / _BAND_E7).astype(np.int64), return_inverse=True)
    planes = [LocalPlane(int(band) * _BAND_E7, 0) for band in bands]
    east = np.array([plane.x_m_per_e7 for plane in planes], dtype=np.float64)[which]
    north = np.array([plane.y_m_per_e7 for plane in planes], dtype=np.float64)[which]
    x_m = (fixes["lon_e7"] - lon_0[:, None]) * east[:, None]
    y_m = (fixes["lat_e7"] - lat_0[:, None]) * north[:, None]
    return x_m, y_m


def _reach_mm(x_m: Floats, y_m: Floats, real: Bools) -> Ints:
    spans = []
    for values in (x_m, y_m):
        high = np.where(real, values, -np.inf).max(axis=1, initial=-np.inf)
        low = np.where(real, values, np.inf).min(axis=1, initial=np.inf)
        spans.append(np.where(real.any(axis=1), high - low, 0.0))
    reach: Ints = np.rint(np.hypot(*spans) * 1000).astype(np.int64)
    return reach


def _ends(fixes: Any, real: Bools) -> dict[str, npt.NDArray[np.int64]]:
    """The minute's first and last measured fix; 0 without one."""
    rows, some = np.arange(len(real)), real.any(axis=1)
    first, last = real.argmax(axis=1), real.shape[1] - 1 - real[:, ::-1].argmax(axis=1)
    return {
        f"{end}_{axis}_e7": np.where(some, fixes[f"{axis}_e7"][rows, at], 0)
        for end, at in (("first", first), ("last", last))
        for axis in ("lat", "lon")
    }
