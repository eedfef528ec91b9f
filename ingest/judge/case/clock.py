"""How far a minute's time was from what satellites told of the same boot: ticks tell the way between."""

import numpy as np

from ingest.judge.columns import Bools, Ints
from ingest.judge.evidence import MinuteMeasures, Times
from ingest.judge.keys import found, pack

_UPTIME_BITS = 40


def clock_error(minutes: MinuteMeasures, times: Times, terminals: Ints) -> tuple[Ints, Bools]:
    """(seconds by which utc_s was ahead, whether satellites told anything of the boot) per minute.

    Told is told by the first TIME record after the minute by the boot's ticks, else by the last before it.
    Every terminal must be in the sorted array terminals; one that times have and minutes do not is left out.
    """
    off_s = np.zeros(len(minutes), dtype=np.int64)
    times = times.take(np.isin(times.terminal, terminals))
    if not len(times) or not len(minutes):
        return off_s, np.zeros(len(minutes), dtype=bool)
    boots, group = np.unique(pack(terminals, times.terminal, times.boot), return_inverse=True)
    keys = group.astype(np.int64) << _UPTIME_BITS | times.uptime_ms
    order = np.lexsort((times.seq, keys))
    keys = keys[order]
    at, told = found(boots, pack(terminals, minutes.terminal, minutes.boot))
    own = np.minimum(at, len(boots) - 1)
    after = np.searchsorted(keys, own << _UPTIME_BITS | minutes.uptime_s * 1000)
    inside = (after < len(keys)) & (keys[np.minimum(after, len(keys) - 1)] >> _UPTIME_BITS == own)
    row = order[np.where(inside, after, np.maximum(after - 1, 0))]
    true_ms = times.true_ms[row] + minutes.uptime_s * 1000 - times.uptime_ms[row]
    return np.where(told, minutes.utc_s - true_ms // 1000, 0), told
