"""Raw NMEA logs as training sessions: read by the terminal's own reader, the car stands."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from firmware.terminal.gnss.epoch import Epoch
from firmware.terminal.gnss.gnss import Gnss
from simulators.projection import Ints
from simulators.traces import NmeaLog, read_trace
from simulators.worlds.sky import Fixes
from simulators.worlds.wires import Wires
from tests.real_traces.drives import Drive

_SILENT_MS = 200
_IDLE_RPM = 800


def log_drive(path: Path, lead_s: int = 0) -> Drive:
    """A log's fixes, one a second at most, from lead_s before the first one; the wheel stands."""
    log = read_trace(path)
    assert isinstance(log, NmeaLog)
    valid = {epoch.utc_s: epoch for epoch in _epochs(log) if epoch.valid}
    begin_s = min(valid) - lead_s
    count = max(valid) - begin_s + 2
    at = np.array(sorted(valid)) - begin_s
    has = np.zeros(count, dtype=bool)
    has[at] = True

    def column(name: str) -> Ints:
        values = np.zeros(count, dtype=np.int64)
        values[at] = [getattr(valid[utc_s], name) for utc_s in sorted(valid)]
        return values

    fixes = Fixes(
        has,
        *(
            column(name)
            for name in ("lat_e7", "lon_e7", "speed_kmh10", "heading_deg", "satellites", "hdop_fifth")
        ),
    )
    none = np.zeros(count, dtype=np.int64)
    return Drive(path.stem, Wires(begin_s, fixes, none, none + _IDLE_RPM, none == 0))


def _epochs(log: NmeaLog) -> list[Epoch]:
    reader, found = Gnss(floor_s=0), []
    for epoch in log.epochs:
        reader.feed(epoch, len(epoch))
        reader.idle(_SILENT_MS)
        while (taken := reader.take()) is not None:
            found.append(taken)
    return found
