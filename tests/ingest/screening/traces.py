"""Drives for the screening's tests: a learner's laps, what a receiver makes of them, and copies of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np

from geofence.projection import LocalPlane

PLANE = LocalPlane(457_000_000, 1_266_000_000)
BEGIN_S = 1_773_360_000
Change = Callable[[Any, np.random.Generator], Any]


class Drive(NamedTuple):
    """One session of a terminal: Unix seconds and places (metres, complex)."""

    terminal: int
    session: int
    utc_s: Any
    place: Any


def laps(seed: int, minutes: int = 30, size_m: float = 60.0, begin_s: int = BEGIN_S) -> tuple[Any, Any]:
    """Laps round one and the same course, driven by a learner: slower and faster, with halts, and a receiver
    that drifts by a metre and trembles by centimetres. Another seed is another drive on that ground."""
    rng = np.random.default_rng(seed)
    count = minutes * 60
    speed_ms = np.clip(3.0 + _wander(rng, count, 1.3, 12.0), 0.0, 7.0)
    for at in rng.integers(0, count, size=minutes // 2):
        speed_ms[at : at + int(rng.integers(5, 25))] = 0.0
    along = np.cumsum(speed_ms) / size_m + rng.uniform(0, 6)
    course = size_m * (np.exp(1j * along) + 0.35 * np.exp(-2.3j * along))
    drift = _wander(rng, count, 1.2, 150.0) + 1j * _wander(rng, count, 1.2, 150.0)
    tremble = rng.normal(0, 0.03, count) + 1j * rng.normal(0, 0.03, count)
    return begin_s + np.arange(count), course + drift + tremble


def _wander(rng: np.random.Generator, count: int, sigma: float, tau_s: float) -> Any:
    keep = float(np.exp(-1 / tau_s))
    steps = rng.normal(0, sigma * np.sqrt(1 - keep * keep), count)
    walk = np.zeros(count)
    for at in range(1, count):
        walk[at] = keep * walk[at - 1] + steps[at]
    return walk


def noisy(sigma_m: float) -> Change:
    """Every place off by sigma_m on each axis, by itself."""
    return lambda z, rng: z + rng.normal(0, sigma_m, len(z)) + 1j * rng.normal(0, sigma_m, len(z))


def fixes_of(drives: Sequence[Drive]) -> Any:
    """The drives as decoded minutes: columns and n x 60 fixes."""
    rows: dict[tuple[int, int, int], list[tuple[int, int, int]]] = {}
    for drive in drives:
        lat, lon = PLANE.to_e7(np.real(drive.place), np.imag(drive.place))
        for second, lat_e7, lon_e7 in zip(drive.utc_s.tolist(), lat.tolist(), lon.tolist(), strict=True):
            key = (drive.terminal, drive.session, second // 60)
            rows.setdefault(key, []).append((second % 60, lat_e7, lon_e7))
    keys = sorted(rows)
    columns = np.array(keys, dtype=np.int64).reshape(-1, 3).T
    present = np.zeros((len(keys), 60), dtype=bool)
    fixes = {name: np.zeros((len(keys), 60), dtype=np.int64) for name in ("lat_e7", "lon_e7", "estimated")}
    for at, key in enumerate(keys):
        for second, lat_e7, lon_e7 in rows[key]:
            present[at, second] = True
            fixes["lat_e7"][at, second], fixes["lon_e7"][at, second] = lat_e7, lon_e7
    named = dict(zip(("terminal", "session", "minute"), columns, strict=True))
    return SimpleNamespace(
        columns={**named, "seq": np.arange(1, len(keys) + 1)}, present=present, fixes=fixes
    )
