"""One terminal number living twice: boots, ticks and odometer that go back and forth, two places at once."""

import numpy as np

from geofence.projection import LocalPlane
from ingest.judge.columns import Bools, Floats, Ints
from ingest.judge.suspicions import TERMINAL_CLONED
from ingest.screening.sessions import Scored, Sessions, of_sessions
from ingest.screening.signs import MinuteSigns

APART_M = 500.0
SCORE_BACK = 500
"""One step back: a repair may reset a counter once."""
SCORE_AGAIN = 1000
SCORE_PLACES = 1000


def cloned(sessions: Sessions, minutes: MinuteSigns) -> Scored:
    """Sessions in which a terminal's records go back in boots, within a boot in ticks or odometer, or lie in
    one minute at two places. minutes: all that the terminals have, in any order."""
    ordered = minutes.take(np.lexsort((minutes.seq, minutes.terminal)))
    back = _goes_back(ordered)
    twice = _two_places(minutes)
    per_terminal = _spread(ordered.terminal, back, sessions.first.terminal)
    own_back = _of_sessions(sessions, ordered, back)
    places = _of_sessions(sessions, minutes, twice)
    score = np.where(own_back > 0, np.where(per_terminal > 1, SCORE_AGAIN, SCORE_BACK), 0)
    score = np.where(places > 0, SCORE_PLACES, score)
    return of_sessions(
        sessions,
        TERMINAL_CLONED,
        score.astype(np.int64),
        steps_back=own_back,
        steps_back_of_terminal=per_terminal,
        minutes_at_two_places=places,
    )


def _goes_back(ordered: MinuteSigns) -> Bools:
    """Records whose boot, or within it tick or odometer, is lower than their predecessor's."""
    back = np.zeros(len(ordered), dtype=bool)
    same = np.diff(ordered.terminal) == 0
    boot = np.diff(ordered.boot)
    lower = (np.diff(ordered.uptime_s) < 0) | (np.diff(ordered.odometer_m) < 0)
    back[1:] = same & ((boot < 0) | ((boot == 0) & lower))
    return back


def _two_places(minutes: MinuteSigns) -> Bools:
    """Records of a minute that another record of the terminal has far away."""
    twice = np.zeros(len(minutes), dtype=bool)
    order = np.lexsort((minutes.seq, minutes.minute, minutes.terminal))
    ordered = minutes.take(order)
    at = np.flatnonzero(
        (np.diff(ordered.terminal) == 0) & (np.diff(ordered.minute) == 0) & (ordered.fix_n[1:] > 0)
    )
    at = at[ordered.fix_n[at] > 0]
    far = apart_m(ordered.take(at), ordered.take(at + 1)) > APART_M
    twice[order[at[far]]] = twice[order[at[far] + 1]] = True
    return twice


def apart_m(one: MinuteSigns, other: MinuteSigns) -> Floats:
    """Metres from the last fix of each minute of one to the first of the same row of other."""
    plane_of = {int(lat): LocalPlane(int(lat), 0) for lat in np.unique(one.last_lat_e7)}
    east = np.array([plane_of[int(lat)].x_m_per_e7 for lat in one.last_lat_e7], dtype=np.float64)
    north = np.array([plane_of[int(lat)].y_m_per_e7 for lat in one.last_lat_e7], dtype=np.float64)
    x_m = (other.first_lon_e7 - one.last_lon_e7) * east
    y_m = (other.first_lat_e7 - one.last_lat_e7) * north
    return np.asarray(np.hypot(x_m, y_m))


def _spread(terminal: Ints, mask: Bools, wanted: Ints) -> Ints:
    """How many masked rows each wanted terminal has."""
    marked = np.sort(terminal[mask])
    count: Ints = np.searchsorted(marked, wanted, "right") - np.searchsorted(marked, wanted, "left")
    return count


def _of_sessions(sessions: Sessions, minutes: MinuteSigns, mask: Bools) -> Ints:
    """How many masked records each session has."""
    marked = minutes.take(np.flatnonzero(mask))
    names = sessions.first
    keys = np.concatenate([names.terminal, marked.terminal]), np.concatenate([names.session, marked.session])
    _, which = np.unique(np.stack(keys), axis=1, return_inverse=True)
    which = which.reshape(-1)
    counts = np.bincount(which[len(names) :], minlength=int(which.max(initial=-1)) + 1)
    count: Ints = counts[which[: len(names)]].astype(np.int64)
    return count
