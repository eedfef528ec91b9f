"""How a car moved in each minute, from its fixes: trace length, speeds, jumps.

The minute's first step starts at the terminal's last fix before it, so that nothing is lost between two
minutes: a jump whatever lies between them, distance only from one minute of a session to its next.
"""

from dataclasses import dataclass

import numpy as np

from firmware.wire.notes import FIX_BITS
from geofence.projection import LocalPlane
from ingest.judge.columns import Bools, Floats, Ints
from ingest.judge.rule_set import RuleSet
from ingest.measure.decode import DecodedMinutes

SPEED_UNKNOWN = next(row[4] for row in FIX_BITS if row[0] == "speed_kmh10")
HDOP_UNIT = 0.2
KMH_PER_MS = 3.6
KMH10_PER_MS = 36
_BAND_E7 = 1_000_000


@dataclass(frozen=True, eq=False)
class Motion:
    """One row a minute; the fields are those of MinuteMeasures."""

    gnss_m: Floats
    speed_m: Floats
    covered_s: Ints
    speed_max_kmh10: Ints
    jump_kmh: Floats
    first_lat_e7: Ints
    first_lon_e7: Ints
    last_lat_e7: Ints
    last_lon_e7: Ints


def margin_m(hdop_fifth: Ints, rules: RuleSet) -> Floats:
    """How far a fix may lie from where the car was: hdop * uere_m, at least fence_margin_min_m (metres)."""
    margin: Floats = np.maximum(hdop_fifth * (HDOP_UNIT * rules.uere_m), rules.fence_margin_min_m)
    return margin


def measured(decoded: DecodedMinutes) -> Bools:
    """n x 60: fixes that a receiver measured, dead-reckoned ones left out."""
    real: Bools = decoded.present & (decoded.fixes["estimated"] == 0)
    return real


def row_before(decoded: DecodedMinutes, real: Bools) -> Ints:
    """Per minute: the row of its terminal's last minute before it that has a measured fix, -1 for none."""
    before = np.full(len(decoded), -1, dtype=np.int64)
    with_fix = np.where(real.any(axis=1), np.arange(len(decoded)), -1)
    before[1:] = np.maximum.accumulate(with_fix)[:-1]
    terminal = decoded.columns["terminal"]
    return np.where(terminal[np.maximum(before, 0)] == terminal, before, -1)


def motion(decoded: DecodedMinutes, rules: RuleSet) -> Motion:
    """Measure the minutes, which must be ordered by (terminal, seq) without repeats."""
    real = measured(decoded)
    speed = decoded.fixes["speed_kmh10"]
    told = real & (speed != SPEED_UNKNOWN)
    speed_max = np.where(told, speed, -1).max(axis=1, initial=-1)
    margin = margin_m(decoded.fixes["hdop_fifth"], rules)
    x_scale, y_scale = _scales(decoded.columns["origin_lat_e7"])
    x_m = (decoded.fixes["lon_e7"] - decoded.columns["origin_lon_e7"][:, None]) * x_scale[:, None]
    y_m = (decoded.fixes["lat_e7"] - decoded.columns["origin_lat_e7"][:, None]) * y_scale[:, None]
    walk = _Walk(len(decoded), rules)
    walk.start_from_previous(decoded, real, margin, x_scale, y_scale)
    for second in range(real.shape[1]):
        walk.step(second, real[:, second], x_m[:, second], y_m[:, second], margin[:, second])
    told_n = told.sum(axis=1)
    mean_ms = np.where(told, speed, 0).sum(axis=1) / np.maximum(told_n, 1) / KMH10_PER_MS
    speed_m = np.where(told_n > 0, mean_ms * walk.covered_s, -1.0)
    ends = _ends(decoded, real)
    return Motion(walk.finish(), speed_m, walk.covered_s, speed_max, walk.jump_ms * KMH_PER_MS, *ends)


def _ends(decoded: DecodedMinutes, real: Bools) -> tuple[Ints, Ints, Ints, Ints]:
    """Latitude and longitude of each minute's first and of its last measured fix, 0 without one."""
    rows, some = np.arange(len(real)), real.any(axis=1)
    first, last = real.argmax(axis=1), real.shape[1] - 1 - real[:, ::-1].argmax(axis=1)
    lat, lon = decoded.fixes["lat_e7"], decoded.fixes["lon_e7"]
    return (
        np.where(some, lat[rows, first], 0),
        np.where(some, lon[rows, first], 0),
        np.where(some, lat[rows, last], 0),
        np.where(some, lon[rows, last], 0),
    )


def _scales(lat_e7: Ints) -> tuple[Floats, Floats]:
    """Metres east and north per 1e-7 degree, one scale per tenth of a degree (0.2 % at 60 degrees)."""
    bands, which = np.unique(np.round(lat_e7 / _BAND_E7).astype(np.int64), return_inverse=True)
    planes = [LocalPlane(int(band) * _BAND_E7, 0) for band in bands]
    east = np.array([plane.x_m_per_e7 for plane in planes], dtype=np.float64)
    north = np.array([plane.y_m_per_e7 for plane in planes], dtype=np.float64)
    return east[which], north[which]


class _Walk:
    """Goes through the 60 seconds of all minutes side by side; every array has one entry a minute.

    Distance is counted from an anchor that moves only when the car is further from it than its drift could
    carry it, so a standing receiver adds nothing and a driving one loses nothing.
    """

    def __init__(self, n: int, rules: RuleSet) -> None:
        self.rules = rules
        self.seen = np.zeros(n, dtype=bool)
        """There is a fix to measure distance from."""
        self.known = np.zeros(n, dtype=bool)
        """There is a fix to look for a jump from."""
        self.second = np.zeros(n, dtype=np.int64)
        self.x_m, self.y_m, self.margin = np.zeros(n), np.zeros(n), np.zeros(n)
        self.anchor_x_m, self.anchor_y_m = np.zeros(n), np.zeros(n)
        self.length_m = np.zeros(n)
        self.covered_s = np.zeros(n, dtype=np.int64)
        self.jump_ms = np.zeros(n)

    def start_from_previous(
        self, decoded: DecodedMinutes, real: Bools, margin: Floats, x_scale: Floats, y_scale: Floats
    ) -> None:
        """Begin at the terminal's last fix before the minute."""
        columns = decoded.columns
        before = row_before(decoded, real)
        rows = np.flatnonzero(before >= 0)
        before = before[rows]
        last = real.shape[1] - 1 - real[before, ::-1].argmax(axis=1)
        lat, lon = decoded.fixes["lat_e7"][before, last], decoded.fixes["lon_e7"][before, last]
        ago_min = columns["minute"][rows] - columns["minute"][before]
        self.known[rows] = True
        self.seen[rows] = (ago_min == 1) & (columns["session"][rows] == columns["session"][before])
        self.second[rows] = last - real.shape[1] * ago_min
        self.x_m[rows] = (lon - decoded.columns["origin_lon_e7"][rows]) * x_scale[rows]
        self.y_m[rows] = (lat - decoded.columns["origin_lat_e7"][rows]) * y_scale[rows]
        self.margin[rows] = margin[before, last]
        self.anchor_x_m, self.anchor_y_m = self.x_m.copy(), self.y_m.copy()

    def step(self, second: int, real: Bools, x_m: Floats, y_m: Floats, margin: Floats) -> None:
        """Take in the fixes of one second."""
        linked = real & self.seen
        # Records of a terminal whose time went back follow one another at once.
        apart_s = np.maximum(second - self.second, 1)
        in_minute_s = second - np.maximum(self.second, -1)
        self.covered_s += np.where(linked & (apart_s <= self.rules.track_link_s), in_minute_s, 0)
        moved_m = np.hypot(x_m - self.x_m, y_m - self.y_m) - margin - self.margin
        self.jump_ms = np.maximum(self.jump_ms, np.where(real & self.known, moved_m / apart_s, 0))
        stride_m = np.hypot(x_m - self.anchor_x_m, y_m - self.anchor_y_m)
        floor_m = np.clip(margin, self.rules.track_floor_m, self.rules.track_floor_max_m)
        strode = linked & (stride_m > floor_m)
        # How the car came over a gap nobody saw: it is no part of the trace, in no minute.
        gap = linked & (apart_s > self.rules.track_link_s)
        self.length_m += np.where(strode & ~gap, stride_m, 0)
        anchor = strode | gap | (real & ~self.seen)
        self.anchor_x_m = np.where(anchor, x_m, self.anchor_x_m)
        self.anchor_y_m = np.where(anchor, y_m, self.anchor_y_m)
        self.x_m, self.y_m = np.where(real, x_m, self.x_m), np.where(real, y_m, self.y_m)
        self.margin = np.where(real, margin, self.margin)
        self.second = np.where(real, second, self.second)
        self.seen |= real
        self.known |= real

    def finish(self) -> Floats:
        """Trace length in metres; the last bit since the anchor counts where the car moved at all."""
        rest_m = np.hypot(self.x_m - self.anchor_x_m, self.y_m - self.anchor_y_m)
        return np.asarray(np.where(self.length_m > 0, self.length_m + rest_m, 0.0))
