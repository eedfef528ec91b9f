"""A terminal that is a program: satellites too clean, figures too consistent, everything by the clock."""

import numpy as np

from ingest.judge.columns import Ints
from ingest.judge.suspicions import CLOCKWORK, SIGNAL_BY_DICE, SIGNAL_TOO_CLEAN
from ingest.screening.rails import Passes
from ingest.screening.sessions import Scored, Sessions, graded, of_sessions

FIXES_MIN = 600
"""Fixes of a session below which nothing is said about its signal."""
CONSTANT_FROM, CONSTANT_FULL = 1500, 3600
"""Fixes in neighbouring seconds without any change of satellites or HDOP."""
SPEED_APART_MM, SPEED_EXACT_MM = 70.0, 30.0
"""Mean difference between the way from fix to fix and what the speed makes of it. Rounding alone leaves
10 mm; receivers measure the two by different means, which differ by 100 mm and more."""
FROZEN_FROM, FROZEN_FULL = 100, 400
FROZEN_SHARE = 0.95
GRID_SHARE_FROM, GRID_SHARE_FULL = 0.2, 0.9
RAILS_MM, ON_RAILS_MM = 80.0, 20.0
"""Middle distance of passes over one place; a receiver good to centimetres and a steady hand leave 130."""
RAILS_PAIRS_MIN = 100
WEIGHT_RAILS = 800
WEIGHT_CONSTANT, WEIGHT_SPEED, WEIGHT_FROZEN, WEIGHT_GRID = 350, 450, 250, 450
FLICKER_FROM, FLICKER_FULL = 0.4, 0.7
"""Share of neighbouring seconds in which satellites or HDOP differ: up to 0.2 in a city's canyons, since a
receiver drops a satellite for seconds, not for one."""
JITTER_FROM_MM, JITTER_FULL_MM = 300.0, 800.0
"""How far way and speed differ: 100 to 250 under an open sky, 800 in canyons, 1100 by white noise of 1 m."""
MINUTES_MIN = 20
UPTIME_SHARE_FROM = 0.98
TRACE_KM_MIN = 2.0
WHEEL_APART_M, WHEEL_EXACT_M = 1.0, 0.5
WEIGHT_SECOND, WEIGHT_WHEEL, WEIGHT_WHOLE = 300, 500, 300


def signal_too_clean(sessions: Sessions, passes: Passes) -> Scored:
    """Five signs added up, of which only the last is enough by itself: satellites and HDOP that never
    change, speed that agrees with the positions to the digit, a standing receiver that does not tremble
    (some pin their position, honestly), positions on a coarse grid, and laps that lie on one another to the
    centimetre."""
    minutes = sessions.minutes
    fix_n, pair_n = sessions.sum(minutes.fix_n), sessions.sum(minutes.pair_n)
    changes, rolling = sessions.sum(minutes.signal_n), sessions.sum(minutes.rolling_pair_n)
    standing, frozen = sessions.sum(minutes.standing_pair_n), sessions.sum(minutes.frozen_n)
    apart_mm = sessions.sum(minutes.apart_mm) / np.maximum(rolling, 1)
    grid_share = sessions.sum(minutes.grid_n) / np.maximum(fix_n, 1)
    score = _weighed(np.where(changes == 0, graded(pair_n, CONSTANT_FROM, CONSTANT_FULL), 0), WEIGHT_CONSTANT)
    exact = np.where(rolling >= FIXES_MIN // 2, graded(apart_mm, SPEED_APART_MM, SPEED_EXACT_MM), 0)
    score += _weighed(exact, WEIGHT_SPEED)
    score += _weighed(
        np.where(frozen >= FROZEN_SHARE * standing, graded(frozen, FROZEN_FROM, FROZEN_FULL), 0),
        WEIGHT_FROZEN,
    )
    score += _weighed(graded(grid_share, GRID_SHARE_FROM, GRID_SHARE_FULL), WEIGHT_GRID)
    pass_n, across_mm = _passes(sessions, passes)
    rails = np.where(pass_n >= RAILS_PAIRS_MIN, graded(across_mm, RAILS_MM, ON_RAILS_MM), 0)
    score += _weighed(rails, WEIGHT_RAILS)
    return of_sessions(
        sessions,
        SIGNAL_TOO_CLEAN,
        np.where(fix_n >= FIXES_MIN, np.minimum(score, 1000), 0),
        signal_changes=changes,
        pairs=pair_n,
        speed_apart_mm=np.where(rolling > 0, apart_mm, -1.0),
        standing_pairs=standing,
        frozen_pairs=frozen,
        grid_share=grid_share,
        passes=pass_n,
        across_mm=across_mm,
    )


def signal_by_dice(sessions: Sessions) -> Scored:
    """Satellites thrown anew every second, and places that jump about a way as the speed does not: noise
    that was added to a drawn trace. A receiver's errors last; of the two signs the lesser counts."""
    minutes = sessions.minutes
    pair_n, rolling = sessions.sum(minutes.pair_n), sessions.sum(minutes.rolling_pair_n)
    flicker = sessions.sum(minutes.signal_n) / np.maximum(pair_n, 1)
    apart_mm = sessions.sum(minutes.apart_mm) / np.maximum(rolling, 1)
    score = np.minimum(
        graded(flicker, FLICKER_FROM, FLICKER_FULL), graded(apart_mm, JITTER_FROM_MM, JITTER_FULL_MM)
    )
    enough = (pair_n >= FIXES_MIN) & (rolling >= FIXES_MIN // 2)
    return of_sessions(
        sessions,
        SIGNAL_BY_DICE,
        np.where(enough, score, 0),
        signal_changes=sessions.sum(minutes.signal_n),
        pairs=pair_n,
        speed_apart_mm=np.where(rolling > 0, apart_mm, -1.0),
    )


def clockwork(sessions: Sessions) -> Scored:
    """Every minute's record made in the same second after its minute, uptime in step to the second although
    the records in between take time; the wheel's distance the trace's to the metre; a fix in every second."""
    minutes = sessions.minutes
    count = sessions.minute_n
    odd_record = sessions.sum(_differs(sessions, minutes.utc_s - minutes.minute * 60))
    odd_uptime = sessions.sum(_differs(sessions, minutes.uptime_s - minutes.minute * 60))
    in_step = (odd_record == 0) & (odd_uptime == 0)
    trace_mm = sessions.sum(minutes.trace_mm)
    apart_mm = sessions.sum(np.abs(minutes.wheel_m * 1000 - minutes.trace_mm)) / np.maximum(count, 1)
    exact = np.where(
        trace_mm >= TRACE_KM_MIN * 1_000_000, graded(apart_mm / 1000.0, WHEEL_APART_M, WHEEL_EXACT_M), 0
    )
    missing = count * 60 - sessions.sum(minutes.fix_n)
    whole = missing <= 120
    score = np.where(in_step, WEIGHT_SECOND, 0) + _weighed(exact, WEIGHT_WHEEL)
    score = score + np.where(whole & (score > 0), WEIGHT_WHOLE, 0)
    # In step and whole is what a good terminal looks like too: only the wheel makes it a suspicion.
    score = np.where((count >= MINUTES_MIN) & (exact > 0), np.minimum(score, 1000), 0)
    return of_sessions(
        sessions,
        CLOCKWORK,
        score,
        wheel_apart_m=apart_mm / 1000.0,
        odd_records=odd_record,
        odd_uptimes=odd_uptime,
        missing_fixes=missing,
    )


def _passes(sessions: Sessions, passes: Passes) -> tuple[Ints, Ints]:
    """Per session the passes of its stretch that has most of them; zeros without."""
    names = sessions.first
    keys = (
        np.concatenate([names.terminal, passes.terminal]),
        np.concatenate([names.session, passes.session]),
    )
    _, which = np.unique(np.stack(keys), axis=1, return_inverse=True)
    which = which.reshape(-1)
    pair_n, across_mm = np.zeros((2, int(which.max(initial=-1)) + 1), dtype=np.int64)
    order = np.lexsort((-passes.across_mm, passes.pair_n))
    rows = which[len(names) :][order]
    pair_n[rows], across_mm[rows] = passes.pair_n[order], passes.across_mm[order]
    own = which[: len(names)]
    return pair_n[own], across_mm[own]


def _differs(sessions: Sessions, values: Ints) -> Ints:
    """1 where a minute's value is not its session's second one (the first minute may be a short one)."""
    second = np.minimum(sessions.start + 1, len(values) - 1)
    inner = np.ones(len(values), dtype=bool)
    inner[sessions.start] = False
    ends = np.append(sessions.start[1:], len(values))[: len(sessions)] - 1
    inner[ends] = False
    odd: Ints = (inner & (values != values[second][sessions.row])).astype(np.int64) if len(values) else values
    return odd


def _weighed(score: Ints, weight: int) -> Ints:
    weighed: Ints = score * weight // 1000
    return weighed
