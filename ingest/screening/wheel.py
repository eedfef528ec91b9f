"""Wheel pulses that no car made: a pulse generator at a standing car, a played trace, pulses too even."""

import numpy as np

from ingest.judge.columns import Bools, Floats, Ints
from ingest.judge.suspicions import PULSES_TOO_EVEN, TRACE_WITHOUT_WHEEL, WHEEL_WITHOUT_TRACE
from ingest.screening.sessions import Scored, Sessions, graded, of_sessions

FIXES_MIN = 40
TURNING_M = 60
"""A wheel that turned so far in a minute, a metre a second: a car at that speed shows in a trace."""
TRACE_SHARE = 0.35
STAND_REACH_M = 15.0
MOVED_M = 100.0
STILL_WHEEL_M = 10
MINUTES_LOW, MINUTES_HIGH = 2, 12
"""So many minutes in contradiction score nothing and everything."""
EVEN_WINDOW_MIN = 15
EVEN_NOTHING, EVEN_FULL = 0.06, 0.02
"""Standard deviation over mean of the distance in a minute; a learner's is 0.15 and more."""


def wheel_without_trace(sessions: Sessions) -> Scored:
    """The wheel turns by a metre a second and more while satellites see the car stand on a spot."""
    minutes = sessions.minutes
    seen = minutes.fix_n >= FIXES_MIN
    stands = minutes.reach_mm < STAND_REACH_M * 1000
    stands &= minutes.trace_mm < TRACE_SHARE * 1000 * minutes.wheel_m
    return _minutes(sessions, WHEEL_WITHOUT_TRACE, seen & stands & (minutes.wheel_m >= TURNING_M))


def trace_without_wheel(sessions: Sessions) -> Scored:
    """Satellites see the car go a hundred metres in a minute and the wheel does not turn."""
    minutes = sessions.minutes
    moved = (minutes.fix_n >= FIXES_MIN) & (minutes.reach_mm >= MOVED_M * 1000)
    return _minutes(sessions, TRACE_WITHOUT_WHEEL, moved & (minutes.wheel_m < STILL_WHEEL_M))


def pulses_too_even(sessions: Sessions) -> Scored:
    """For EVEN_WINDOW_MIN minutes on end the wheel goes nearly the same distance in each."""
    minutes = sessions.minutes
    spread = _least_spread(sessions)
    count = sessions.minute_n
    even = spread[sessions.row] <= EVEN_NOTHING
    score = graded(spread, EVEN_NOTHING, EVEN_FULL)
    mean_m = sessions.sum(minutes.wheel_m) / np.maximum(count, 1)
    shown = np.where(np.isinf(spread), -1.0, spread)
    return of_sessions(
        sessions,
        PULSES_TOO_EVEN,
        score,
        even,
        spread_share=shown,
        wheel_m_per_min=mean_m,
        window_min=np.full(len(score), EVEN_WINDOW_MIN),
    )


def _minutes(sessions: Sessions, kind: int, against: Bools) -> Scored:
    """Scored by how many minutes are in contradiction."""
    minutes = sessions.minutes
    count = sessions.sum(against)
    return of_sessions(
        sessions,
        kind,
        graded(count, MINUTES_LOW, MINUTES_HIGH),
        against,
        against_min=count,
        wheel_m=sessions.sum(minutes.wheel_m * against),
        trace_m=sessions.sum(minutes.trace_mm * against) / 1000.0,
    )


def _least_spread(sessions: Sessions) -> Floats:
    """Per session the least coefficient of variation of any whole window of driving; inf without one."""
    least = np.full(len(sessions), np.inf)
    wheel_m = sessions.minutes.wheel_m
    if len(wheel_m) < EVEN_WINDOW_MIN:
        return least
    view = np.lib.stride_tricks.sliding_window_view
    end = EVEN_WINDOW_MIN - 1
    minute = sessions.minutes.minute
    whole: Bools = (sessions.row[end:] == sessions.row[:-end]) & (minute[end:] - minute[:-end] == end)
    windows = view(wheel_m, EVEN_WINDOW_MIN)
    sums: Ints = windows.sum(axis=1)
    squares: Ints = (windows * windows).sum(axis=1)
    driven = whole & (windows.min(axis=1) >= TURNING_M)
    variance = squares / EVEN_WINDOW_MIN - (sums / EVEN_WINDOW_MIN) ** 2
    spread = np.sqrt(np.maximum(variance, 0.0)) / np.maximum(sums / EVEN_WINDOW_MIN, 1.0)
    at = np.flatnonzero(driven)
    np.minimum.at(least, sessions.row[at], spread[at])
    return least
