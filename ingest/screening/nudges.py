"""A parked car that is nudged now and then, so that no two minutes in a row stand still."""

import numpy as np

from ingest.judge.suspicions import NUDGED
from ingest.screening.sessions import Scored, Sessions, graded, of_sessions

MINUTES_MIN = 20
NUDGE_M = 30
"""Farther than that in a minute is driving, however slow."""
ROLLING_S = 12
"""A learner who manoeuvres rolls for most of a minute; a nudge is over in seconds."""
SHARE_FROM, SHARE_FULL = 0.5, 0.85


def nudged(sessions: Sessions) -> Scored:
    """Most minutes of a session go just far enough not to be parked, in a few seconds of rolling."""
    minutes = sessions.minutes
    hardly = (minutes.wheel_m <= NUDGE_M) & (minutes.rolling_n <= ROLLING_S) & (minutes.fix_n > 0)
    moved = hardly & (minutes.wheel_m > 0)
    count, hardly_n, moved_n = sessions.minute_n, sessions.sum(hardly), sessions.sum(moved)
    share = hardly_n / np.maximum(count, 1)
    # A car that simply stands is the parked rule's: a nudge every other minute is what gets round it.
    around = (moved_n * 3 >= hardly_n) & (count >= MINUTES_MIN)
    return of_sessions(
        sessions,
        NUDGED,
        np.where(around, graded(share, SHARE_FROM, SHARE_FULL), 0),
        hardly,
        hardly_min=hardly_n,
        nudged_min=moved_n,
        minutes=count,
        wheel_m=sessions.sum(minutes.wheel_m),
    )
