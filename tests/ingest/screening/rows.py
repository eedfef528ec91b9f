"""Minute signs by hand: an honest hour of a learner's drive, to be spoilt in one place at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import numpy as np

from ingest.judge.evidence import FaceChecks
from ingest.screening.sessions import Scored, Sessions, sessions_of
from ingest.screening.signs import MinuteSigns

START = 29_540_220
HONEST: dict[str, int] = {
    "terminal": 7,
    "seq": 0,
    "session": 3,
    "trainee": 21,
    "instructor": 11,
    "minute": START,
    "utc_s": 0,
    "boot": 1,
    "uptime_s": 0,
    "odometer_m": 0,
    "wheel_m": 150,
    "rpm_max": 1800,
    "fix_n": 60,
    "pair_n": 59,
    "trace_mm": 151_000,
    "reach_mm": 70_000,
    "rolling_n": 45,
    "rolling_pair_n": 42,
    "apart_mm": 42 * 150,
    "standing_pair_n": 10,
    "frozen_n": 1,
    "signal_n": 4,
    "grid_n": 0,
    "first_lat_e7": 310_000_000,
    "first_lon_e7": 1_210_000_000,
    "last_lat_e7": 310_000_500,
    "last_lon_e7": 1_210_000_500,
}
Row = dict[str, int]


def hour(minutes: int = 60, seed: int = 1, start: int = START, **changes: int) -> list[Row]:
    """Minutes of one session; distances vary as a learner's do. changes hold for all of them."""
    rng = np.random.default_rng(seed)
    rows, odometer_m = [], 0
    for at, wheel_m in enumerate(rng.integers(80, 220, size=minutes).tolist()):
        odometer_m += wheel_m
        own = {"seq": 4 + at, "minute": start + at, "utc_s": (start + at) * 60 + 60 + int(rng.integers(0, 3))}
        own |= {"uptime_s": 600 + at * 60 + int(rng.integers(0, 3)), "odometer_m": odometer_m}
        own |= {"wheel_m": wheel_m, "trace_mm": wheel_m * 1006 + int(rng.integers(0, 6000))}
        rows.append({**HONEST, **own, **changes})
    return rows


def spoilt(rows: list[Row], which: slice, changes: Mapping[str, int]) -> list[Row]:
    """The same with some minutes changed."""
    chosen = set(range(len(rows))[which])
    return [{**row, **changes} if at in chosen else row for at, row in enumerate(rows)]


def signs(*sessions: list[Row]) -> MinuteSigns:
    return MinuteSigns.of_rows(
        [[row[f.name] for f in fields(MinuteSigns)] for rows in sessions for row in rows]
    )


def grouped(*sessions: list[Row]) -> Sessions:
    return sessions_of(signs(*sessions))


def scores(scored: Scored) -> dict[tuple[int, int], int]:
    """(terminal, session) -> the highest score."""
    found: dict[tuple[int, int], int] = {}
    rows = scored.suspicions
    columns = (rows.terminal, rows.session, rows.score)
    for terminal, session, score in zip(*(column.tolist() for column in columns), strict=True):
        found[terminal, session] = max(score, found.get((terminal, session), 0))
    assert len(rows) == len(scored.numbers)
    return found


def checks(*rows: dict[str, Any]) -> FaceChecks:
    bare = {field.name: 0 for field in fields(FaceChecks)} | {"terminal": 7, "session": 3, "role": 2}
    made = [{**bare, "seq": at + 1, "utc_s": START * 60 + at * 900, **row} for at, row in enumerate(rows)]
    return FaceChecks.of_rows([[row[field.name] for field in fields(FaceChecks)] for row in made])
