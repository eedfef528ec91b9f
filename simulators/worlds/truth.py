"""What each minute record is worth, from where the car and the people truly were.

The policy is the published one, restated here in metres and seconds. Between the clear cases lies a band in
which truth itself is undefined: a car as long as its distance to the line, a stop of about two minutes. There
a verdict of either kind is right, and the minute counts for nothing in the table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from simulators.projection import Floats
from simulators.worlds.drive import Ride

HONEST, FRAUD, EITHER = "honest", "fraud", "either"

OUT_SECONDS, OUT_M = 8, 15.0
"""Clearly outside: so many seconds of the minute so far from the fence. Honest: never outside at all."""
STOOD_M, PERHAPS_STOOD_M = 8.0, 13.0
STOOD_S, PERHAPS_STOOD_S = 112, 95
OFF_S, PERHAPS_OFF_S = (36, 132), (24, 108)
WINDOW_MIN = 5
FACE_AROUND_S, FACE_EVERY_S = 420, 1800
_TRAINEE, _INSTRUCTOR = 2, 1


@dataclass(frozen=True)
class Label:
    """HONEST, FRAUD (must not be accepted, whosever fault it is) or EITHER; why in a few words."""

    worth: str
    why: str = ""


Area = Callable[[int], shapely.Geometry]
"""Unix second -> where this part could be trained then, in metres; empty where nowhere."""
Spans = Mapping[int, tuple[int, int]]
"""Unix minute -> its seconds in the session, [from, to)."""


def labels(
    ride: Ride, spans: Spans, area: Area, checks: Sequence[tuple[int, int, int, int]]
) -> dict[int, Label]:
    """The truth of every minute of an honest session by its minute; lies are laid over it afterwards."""
    found = {minute: Label(HONEST) for minute in spans}
    for more in (_outside(ride, spans, area), _stood(ride, spans), _engine_off(ride, spans)):
        _lay(found, more)
    _lay(found, _faces(spans, checks))
    return found


def lie(spans: Spans, from_s: int, to_s: int, why: str) -> dict[int, Label]:
    """Minutes of which at least half lies between two seconds are FRAUD, those touched otherwise EITHER."""
    found = {}
    for minute, (first_s, past_s) in spans.items():
        shared = min(past_s, to_s) - max(first_s, from_s)
        if shared > 0:
            found[minute] = Label(FRAUD if 2 * shared >= past_s - first_s else EITHER, why)
    return found


def _lay(found: dict[int, Label], more: Mapping[int, Label]) -> None:
    """The graver label holds."""
    for minute, label in more.items():
        if found[minute].worth == HONEST or label.worth == FRAUD:
            found[minute] = label


def _outside(ride: Ride, spans: Spans, area: Area) -> dict[int, Label]:
    found = {}
    for minute, (first_s, past_s) in spans.items():
        shape = area(minute * 60)
        if shape.is_empty:
            found[minute] = Label(FRAUD, "nowhere may this be trained then")
            continue
        part = slice(first_s - ride.begin_s, past_s - ride.begin_s)
        away_m = distance_m(shape, ride.x_m[part], ride.y_m[part])
        if (away_m > OUT_M).sum() >= OUT_SECONDS:
            found[minute] = Label(FRAUD, "outside the ground")
        elif (away_m > 0).any():
            found[minute] = Label(EITHER, "over the line, but not clearly")
    return found


def distance_m(shape: shapely.Geometry, x_m: Floats, y_m: Floats) -> Floats:
    """Metres outside a shape, 0 inside."""
    shapely.prepare(shape)
    outside = ~shapely.contains_xy(shape, x_m, y_m)
    away = np.zeros(len(x_m))
    if outside.any():
        away[outside] = shapely.distance(shape, shapely.points(x_m[outside], y_m[outside]))
    return away


def _stood(ride: Ride, spans: Spans) -> dict[int, Label]:
    """Two minutes and more in a row without movement are void, all of them."""
    moved_m = {
        minute: float(
            ride.travelled_m[past_s - 1 - ride.begin_s] - ride.travelled_m[max(first_s - 1 - ride.begin_s, 0)]
        )
        for minute, (first_s, past_s) in spans.items()
    }
    found = {}
    for limit_m, least_s, worth in (
        (PERHAPS_STOOD_M, PERHAPS_STOOD_S, EITHER),
        (STOOD_M, STOOD_S, FRAUD),
    ):
        for run in _runs([minute for minute in sorted(spans) if moved_m[minute] < limit_m]):
            if len(run) >= 2 and sum(spans[m][1] - spans[m][0] for m in run) >= least_s:
                found.update({minute: Label(worth, "parked") for minute in run})
    return found


def _runs(minutes: Sequence[int]) -> list[list[int]]:
    runs: list[list[int]] = []
    for minute in minutes:
        if runs and runs[-1][-1] == minute - 1:
            runs[-1].append(minute)
        else:
            runs.append([minute])
    return runs


def _engine_off(ride: Ride, spans: Spans) -> dict[int, Label]:
    off_s = {
        minute: int((~ride.engine[first_s - ride.begin_s : past_s - ride.begin_s]).sum())
        for minute, (first_s, past_s) in spans.items()
    }
    found = {}
    for (minute_s, window_s), worth in ((PERHAPS_OFF_S, EITHER), (OFF_S, FRAUD)):
        for minute, own_s in off_s.items():
            windows = (range(at, at + WINDOW_MIN) for at in range(minute - WINDOW_MIN + 1, minute + 1))
            longest_s = max(sum(off_s.get(one, 0) for one in window) for window in windows)
            if own_s >= minute_s and longest_s >= window_s:
                found[minute] = Label(worth, "engine off")
    return found


def _faces(spans: Spans, checks: Sequence[tuple[int, int, int, int]]) -> dict[int, Label]:
    """A wrong face voids seven minutes on either side, and all until the right one is seen again."""
    found = {}
    for role in (_TRAINEE, _INSTRUCTOR):
        bad = [at_s for at_s, who, outcome, _ in checks if who == role and outcome in (1, 2, 3)]
        good = [at_s for at_s, who, outcome, _ in checks if who == role and outcome == 0]
        for minute in spans:
            begin_s, end_s = minute * 60, minute * 60 + 60
            near = any(begin_s - FACE_AROUND_S <= at_s < end_s + FACE_AROUND_S for at_s in bad)
            last_bad = max((at_s for at_s in bad if at_s < end_s), default=0)
            last_good = max((at_s for at_s in good if at_s < end_s), default=0)
            if near or last_bad > last_good:
                found[minute] = Label(FRAUD, "another face")
    return found
