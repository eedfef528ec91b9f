"""How a learner drives a strip: speed profile with limits, short stops, and a halt on time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulators.projection import Floats
from simulators.route import Strip

ACCELERATION_MS2 = 1.1
BRAKING_MS2 = 1.5
HALT_S = 6.0


@dataclass(frozen=True)
class Timing:
    """When the car is where on a strip: distance and speed over time, both per node.

    at_s rises strictly; a stop is two nodes with the same along_m.
    """

    at_s: Floats
    along_m: Floats
    speed_ms: Floats


def timing_of(strip: Strip, stops: dict[int, float]) -> Timing:
    """Drive a strip from rest. stops: {step index: seconds standing there}.

    Speeds obey the limits and the acceleration and braking limits (forward and backward pass over
    squared speed, v2 = u2 + 2 a s).
    """
    limit = strip.limit_ms**2
    limit[0] = 0.0
    where = np.array(sorted(stops), dtype=np.int64)
    limit[where] = 0.0
    rise = 2.0 * ACCELERATION_MS2 * strip.along_m
    squared = np.minimum.accumulate(limit - rise) + rise
    fall = 2.0 * BRAKING_MS2 * (strip.along_m[-1] - strip.along_m[::-1])
    squared = (np.minimum.accumulate(squared[::-1] - fall) + fall)[::-1]
    speed = np.sqrt(np.maximum(squared, 0.0))
    steps = np.diff(strip.along_m)
    seconds = 2.0 * steps / np.maximum(speed[:-1] + speed[1:], 0.2)
    copies = np.ones(len(speed), dtype=np.int64)
    copies[where] = 2
    at = np.concatenate([[0.0], np.cumsum(seconds)])
    waits = np.zeros(len(speed))
    for index in where:
        waits[index] = max(stops[int(index)], 0.01)
    at = at + np.concatenate([[0.0], np.cumsum(waits)[:-1]])
    at, along, speed = np.repeat(at, copies), np.repeat(strip.along_m, copies), np.repeat(speed, copies)
    second_copy = np.cumsum(copies)[where] - 1
    at[second_copy] += waits[where]
    return Timing(at, along, speed)


def sample(timing: Timing, seconds: Floats, halt_s: float) -> tuple[Floats, Floats]:
    """Distance (m) and speed (m/s) at the given seconds; the car stands from halt_s on.

    The last HALT_S seconds before halt_s are a steady braking from whatever speed it had.
    """
    brake_s = halt_s - HALT_S
    free = np.minimum(seconds, brake_s)
    along = np.interp(free, timing.at_s, timing.along_m)
    speed = np.interp(free, timing.at_s, timing.speed_ms)
    at_brake = float(np.interp(brake_s, timing.at_s, timing.speed_ms))
    tau = np.clip(seconds - brake_s, 0.0, HALT_S)
    late = seconds > brake_s
    along = along + np.where(late, at_brake * tau * (1.0 - tau / (2.0 * HALT_S)), 0.0)
    return along, np.where(late, at_brake * (1.0 - tau / HALT_S), speed)


def natural_stops(strip: Strip, rng: np.random.Generator, every_m: float) -> dict[int, float]:
    """Stops of 5 to 20 s as training has them, on average one in every_m metres."""
    count = int(strip.along_m[-1] / every_m)
    where = rng.integers(20, max(len(strip.along_m) - 20, 21), size=count)
    return {int(index): float(rng.uniform(5.0, 20.0)) for index in where if index < len(strip.along_m)}
