"""The true motion of one training car, second by second: where it really was and what its wires said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulators.driving import Timing, natural_stops, sample, timing_of
from simulators.projection import Floats, Ints, LocalMetres
from simulators.route import Route, Strip, headings_rad, join, strip_of

IDLE_RPM = 800


@dataclass(frozen=True)
class Span:
    """One stretch of driving: from rest at go_s to rest at halt_s (Unix seconds) round `route`.

    With a detour the car leaves the route at its first waypoint, at the first lap end after
    detour_s, drives the detour once and comes back. It waits before setting out and half way
    round so that it is detour_out_m along at a second 30, and detour_in_m along at a second 30.
    """

    go_s: int
    halt_s: int
    route: Route
    detour: Route | None = None
    detour_s: int = 0
    detour_out_m: float = 0.0
    detour_in_m: float = 0.0


@dataclass(frozen=True)
class Motion:
    """Truth for every second from begin_s on; all arrays have the same length.

    x_m, y_m metres of the scenario's projection; heading_deg clockwise from north 0..359;
    odometer_m since the car's first second of the day; ignition 0 or 1; pulses cumulative.
    """

    begin_s: int
    x_m: Floats
    y_m: Floats
    lat_e7: Ints
    lon_e7: Ints
    speed_kmh10: Ints
    heading_deg: Ints
    odometer_m: Floats
    ignition: NDArray[np.int64]
    rpm: Ints
    pulses: Ints


class Car:
    """A car that keeps its place and odometer from one active period to the next."""

    def __init__(
        self, frame: LocalMetres, route: Route, rng: np.random.Generator, pulses_per_km: int = 4000
    ) -> None:
        self._frame = frame
        self._rng = rng
        # A worn or over-inflated tyre: up to 0.8 % off the nominal figure.
        self._pulses_per_m = pulses_per_km / 1000.0 * (1.0 + float(rng.uniform(-0.008, 0.008)))
        self._route = route
        self._from_m = float(rng.uniform(0.0, route.length_m))
        self._odometer_m = 0.0

    def motion(
        self, begin_s: int, end_s: int, spans: Sequence[Span], engine_off: Sequence[tuple[int, int]] = ()
    ) -> Motion:
        """Drive the spans between begin_s and end_s; engine_off lists (from, to) Unix seconds."""
        seconds = np.arange(begin_s, end_s)
        start = self._place(spans[0].route if spans else self._route)
        count = len(seconds)
        x, y = np.full(count, start[0]), np.full(count, start[1])
        speed, heading = np.zeros(count), np.full(count, start[2])
        odometer = np.full(count, self._odometer_m)
        for span in spans:
            after = seconds >= span.go_s
            strip, along, speed_ms = self._span(span, seconds[after])
            x[after] = np.interp(along, strip.along_m, strip.x_m)
            y[after] = np.interp(along, strip.along_m, strip.y_m)
            speed[after] = speed_ms
            steps = np.clip(np.searchsorted(strip.along_m, along, side="right") - 1, 0, None)
            heading[after] = headings_rad(strip.x_m, strip.y_m)[steps]
            odometer[after] = self._odometer_m + along
            self._odometer_m += float(along[-1])
        ignition = np.ones(count, dtype=np.int64)
        for off_s, on_s in engine_off:
            ignition[(seconds >= off_s) & (seconds < on_s)] = 0
        return self._motion(begin_s, x, y, speed, heading, odometer, ignition)

    def _motion(
        self,
        begin_s: int,
        x: Floats,
        y: Floats,
        speed_ms: Floats,
        heading: Floats,
        odometer: Floats,
        ignition: NDArray[np.int64],
    ) -> Motion:
        lat, lon = self._frame.to_e7(x, y)
        jitter = self._rng.integers(-15, 16, size=len(x))
        rpm = np.where(ignition == 1, rpm_at(speed_ms * 3.6) + jitter, 0)
        return Motion(
            begin_s,
            x,
            y,
            lat,
            lon,
            np.rint(speed_ms * 36.0).astype(np.int64),
            np.rint(np.degrees(heading)).astype(np.int64) % 360,
            odometer,
            ignition,
            rpm.astype(np.int64),
            np.floor(odometer * self._pulses_per_m).astype(np.int64),
        )

    def _place(self, route: Route) -> tuple[float, float, float]:
        if route is not self._route:
            # Driven there while nobody trained: a third longer than the straight line.
            here, there = strip_of(self._route, self._from_m, 2.0), strip_of(route, 0.0, 2.0)
            self._odometer_m += 1.33 * float(np.hypot(here.x_m[0] - there.x_m[0], here.y_m[0] - there.y_m[0]))
            self._route, self._from_m = route, 0.0
        strip = strip_of(route, self._from_m, 3.0)
        return float(strip.x_m[0]), float(strip.y_m[0]), float(headings_rad(strip.x_m, strip.y_m)[0])

    def _span(self, span: Span, seconds: Ints) -> tuple[Strip, Floats, Floats]:
        reach = (span.halt_s - span.go_s) * float(span.route.limit_ms.max()) + 200.0
        strip = strip_of(span.route, self._from_m, reach)
        stops = natural_stops(strip, self._rng, 350.0 if span.route.limit_ms.max() < 7.0 else 900.0)
        timing = timing_of(strip, stops)
        back_m = 0.0
        if span.detour is not None:
            strip, timing, back_m = self._with_detour(span, strip, stops, timing)
        elapsed = (seconds - span.go_s).astype(np.float64)
        along, speed = sample(timing, elapsed, float(span.halt_s - span.go_s))
        self._from_m = (self._from_m + float(along[-1]) - back_m) % span.route.length_m
        return strip, along, speed

    def _with_detour(
        self, span: Span, strip: Strip, stops: dict[int, float], timing: Timing
    ) -> tuple[Strip, Timing, float]:
        assert span.detour is not None
        length = span.route.length_m
        reached = float(np.interp(span.detour_s - span.go_s, timing.at_s, timing.along_m))
        lap_end = length * float(np.ceil((self._from_m + reached) / length)) - self._from_m
        first = strip_of(span.route, self._from_m, lap_end)
        first = _cut(first, lap_end)
        away = strip_of(span.detour, 0.0, span.detour.length_m)
        away = _cut(away, span.detour.length_m - span.detour.step_m)
        again = strip_of(span.route, 0.0, float(strip.along_m[-1]))
        whole = join(first, away, again)
        gate, halfway = len(first.along_m), len(first.along_m) + len(away.along_m) // 2
        kept = {index: wait for index, wait in stops.items() if index < gate - 20}
        base_m = float(whole.along_m[gate])
        kept[gate] = 1.0
        kept[halfway] = 1.0
        for place, target in ((gate, span.detour_out_m), (halfway, span.detour_in_m)):
            drawn = timing_of(whole, kept)
            there = float(np.interp(base_m + target, drawn.along_m, drawn.at_s))
            kept[place] += (30.0 - (span.go_s + there)) % 60.0
        back_m = float(whole.along_m[gate + len(away.along_m)]) - lap_end
        return whole, timing_of(whole, kept), back_m


def rpm_at(speed_kmh: Floats) -> Floats:
    """Engine revolutions of a small manual car: idle, then rising within each of five gears."""
    gears = [speed_kmh < 3.0, speed_kmh < 15.0, speed_kmh < 30.0, speed_kmh < 45.0, speed_kmh < 65.0]
    curves = [
        np.full(len(speed_kmh), float(IDLE_RPM)),
        900.0 + speed_kmh * 110.0,
        500.0 + speed_kmh * 68.0,
        300.0 + speed_kmh * 48.0,
        200.0 + speed_kmh * 36.0,
    ]
    return np.select(gears, curves, 100.0 + speed_kmh * 29.0)


def _cut(strip: Strip, length_m: float) -> Strip:
    keep = strip.along_m < length_m
    return Strip(strip.x_m[keep], strip.y_m[keep], strip.limit_ms[keep], strip.along_m[keep])
