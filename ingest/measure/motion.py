"""How a car moved in each minute, from the places of its fixes: trace length, cover, jumps.

The minute's first step starts at the terminal's last fix before it, so that nothing is lost between two
minutes: a jump whatever lies between them, distance only from one minute of a session to its next.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from geofence.projection import LocalPlane
from ingest.judge.columns import Bools, Floats, Ints
from ingest.judge.rulebook.rule_set import RuleSet
from ingest.measure.decode import DecodedMinutes

KMH_PER_MS = 3.6
_BAND_E7 = 1_000_000

Whole = npt.NDArray[np.signedinteger[Any]]


@dataclass(frozen=True, eq=False)
class Motion:
    """One row a minute; the fields are those of MinuteMeasures."""

    gnss_m: Floats
    covered_s: Ints
    jump_kmh: Floats
    first_lat_e7: Ints
    first_lon_e7: Ints
    last_lat_e7: Ints
    last_lon_e7: Ints


@dataclass(frozen=True, eq=False)
class Before:
    """Per minute its terminal's last fix before it. row: the minute that has it, -1 for none.

    follows: it lies in the minute before, of the same session. second: when it was, from this minute's
    start, below 0 (from 0 on where the terminal's time went back).
    """

    row: Ints
    follows: Bools
    second: Ints
    lat_e7: Ints
    lon_e7: Ints


@dataclass(frozen=True, eq=False)
class Ends:
    """Per minute its first and last measured fix: their seconds, and whether there are any."""

    some: Bools
    first: Ints
    last: Ints


def ends_of(real: Bools) -> Ends:
    """First and last second that real is True in, of each row."""
    some: Bools = np.asarray(real.any(axis=1))
    last_second = real.shape[1] - 1
    if real.all():
        none = np.zeros(len(real), dtype=np.int64)
        return Ends(some, none, none + last_second)
    return Ends(some, real.argmax(axis=1), last_second - real[:, ::-1].argmax(axis=1))


def before(decoded: DecodedMinutes, real: Bools, ends: Ends) -> Before:
    """Of minutes ordered by (terminal, seq) without repeats."""
    columns, rows = decoded.columns, np.arange(len(decoded))
    row = np.full(len(decoded), -1, dtype=np.int64)
    row[1:] = np.maximum.accumulate(np.where(ends.some, rows, -1))[:-1]
    at = np.maximum(row, 0)
    row = np.where(columns["terminal"][at] == columns["terminal"], row, -1)
    ago_min = columns["minute"] - columns["minute"][at]
    follows = (row >= 0) & (ago_min == 1) & (columns["session"] == columns["session"][at])
    last = ends.last[at]
    second = last - real.shape[1] * ago_min
    lat_e7, lon_e7 = decoded.lat_e7[at, last], decoded.lon_e7[at, last]
    return Before(row, follows, second, lat_e7.astype(np.int64), lon_e7.astype(np.int64))


def motion(
    decoded: DecodedMinutes, real: Bools, margin: Floats, ends: Ends, prior: Before, rules: RuleSet
) -> Motion:
    """Measure the minutes by their measured fixes (real), each with its margin in metres."""
    walk = _Walk(decoded, margin, ends, prior, rules)
    full: Bools = np.asarray(real.all(axis=0))
    for second in range(real.shape[1]):
        linked_all = second > 0 and bool(full[second] and full[second - 1])
        walk.step(second, real[:, second], margin[:, second], bool(full[second]), linked_all)
    rows = np.arange(len(decoded))
    places = [
        np.where(ends.some, e7[rows, at], 0).astype(np.int64)
        for at in (ends.first, ends.last)
        for e7 in (decoded.lat_e7, decoded.lon_e7)
    ]
    return Motion(walk.finish(), walk.covered_s, walk.jump_ms * KMH_PER_MS, *places)


def scales(lat_e7: Ints) -> tuple[Floats, Floats]:
    """Metres east and north per 1e-7 degree, one scale per tenth of a degree (0.2 % at 60 degrees)."""
    bands, which = np.unique(np.round(lat_e7 / _BAND_E7).astype(np.int64), return_inverse=True)
    planes = [LocalPlane(int(band) * _BAND_E7, 0) for band in bands]
    east = np.array([plane.x_m_per_e7 for plane in planes], dtype=np.float64)
    north = np.array([plane.y_m_per_e7 for plane in planes], dtype=np.float64)
    return east[which], north[which]


class _Walk:
    """Goes through the 60 seconds of all minutes side by side; every array has one entry a minute.

    Distance is counted from an anchor that moves only when the car is further from it than its drift could
    carry it, so a standing receiver adds nothing and a driving one loses nothing. Where a second has no fix
    the last one before it stands in: it is no way from itself.
    """

    def __init__(
        self, decoded: DecodedMinutes, margin: Floats, ends: Ends, prior: Before, rules: RuleSet
    ) -> None:
        self.rules = rules
        self.lat_e7, self.lon_e7 = decoded.lat_e7, decoded.lon_e7
        self.origin = decoded.columns["origin_lat_e7"], decoded.columns["origin_lon_e7"]
        self.x_scale, self.y_scale = scales(self.origin[0])
        rows, known = np.arange(len(decoded)), prior.row >= 0
        x_m, y_m = self.place(decoded.lat_e7[rows, ends.first], decoded.lon_e7[rows, ends.first])
        prior_x_m, prior_y_m = self.place(prior.lat_e7, prior.lon_e7)
        self.x_m, self.y_m = np.where(known, prior_x_m, x_m), np.where(known, prior_y_m, y_m)
        at = np.maximum(prior.row, 0)
        self.margin = np.where(known, margin[at, ends.last[at]], margin[rows, ends.first])
        self.seen = prior.follows.copy()
        """There is a fix to measure distance from."""
        self.anchor_x_m = np.where(self.seen, prior_x_m, x_m)
        self.anchor_y_m = np.where(self.seen, prior_y_m, y_m)
        # Where nothing is known before, the first fix is compared with itself.
        self.second = np.where(known, prior.second, ends.first)
        self.length_m, self.jump_ms = np.zeros(len(rows)), np.zeros(len(rows))
        self.covered_s = np.zeros(len(rows), dtype=np.int64)

    def place(self, lat_e7: Whole, lon_e7: Whole) -> tuple[Floats, Floats]:
        """Metres east and north of the minute's origin."""
        x_m = np.subtract(lon_e7, self.origin[1], dtype=np.float64)
        y_m = np.subtract(lat_e7, self.origin[0], dtype=np.float64)
        x_m *= self.x_scale
        y_m *= self.y_scale
        return x_m, y_m

    def step(self, second: int, real: Bools, margin: Floats, full: bool, linked_all: bool) -> None:
        """Take in the fixes of one second. full: all have one; linked_all: and had one the second before."""
        x_m, y_m = self.place(self.lat_e7[:, second], self.lon_e7[:, second])
        if not full:
            absent = ~real
            margin = np.where(absent, self.margin, margin)
            np.copyto(x_m, self.x_m, where=absent)
            np.copyto(y_m, self.y_m, where=absent)
        moved_ms = _apart_m(x_m, y_m, self.x_m, self.y_m)
        moved_ms -= margin
        moved_ms -= self.margin
        stride_m = _apart_m(x_m, y_m, self.anchor_x_m, self.anchor_y_m)
        floor_m = np.clip(margin, self.rules.track_floor_m, self.rules.track_floor_max_m)
        strode = stride_m > floor_m
        if linked_all:
            self.covered_s += 1
            self.second.fill(second)
        else:
            linked, gap = self._link(second, real, moved_ms)
            # How the car came over a gap nobody saw: it is no part of the trace, in no minute.
            strode &= linked
            strode |= gap
            stride_m[gap] = 0
        np.maximum(self.jump_ms, moved_ms, out=self.jump_ms)
        stride_m *= strode
        self.length_m += stride_m
        np.copyto(self.anchor_x_m, x_m, where=strode)
        np.copyto(self.anchor_y_m, y_m, where=strode)
        self.x_m, self.y_m, self.margin = x_m, y_m, margin

    def _link(self, second: int, real: Bools, moved_ms: Floats) -> tuple[Bools, Bools]:
        """Divide by the time since the fix before and count what is covered.

        Out: who has a fix now and one before, and for whom they are too far apart.
        """
        linked = real & self.seen
        # Records of a terminal whose time went back follow one another at once.
        apart_s = np.maximum(second - self.second, 1)
        in_minute_s = second - np.maximum(self.second, -1)
        near = apart_s <= self.rules.track_link_s
        self.covered_s += np.where(linked & near, in_minute_s, 0)
        moved_ms /= apart_s
        self.seen |= real
        np.copyto(self.second, second, where=real)
        return linked, linked & ~near

    def finish(self) -> Floats:
        """Trace length in metres; the last bit since the anchor counts where the car moved at all."""
        rest_m = _apart_m(self.x_m, self.y_m, self.anchor_x_m, self.anchor_y_m)
        return np.asarray(np.where(self.length_m > 0, self.length_m + rest_m, 0.0))


def _apart_m(x_m: Floats, y_m: Floats, other_x_m: Floats, other_y_m: Floats) -> Floats:
    """Distance in the plane. By square roots: np.hypot takes ten times as long."""
    east_m, north_m = x_m - other_x_m, y_m - other_y_m
    east_m *= east_m
    north_m *= north_m
    east_m += north_m
    apart_m: Floats = np.sqrt(east_m, out=east_m)
    return apart_m
