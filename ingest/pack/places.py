"""In which fences a minute was, for the report: by its first fix, whatever the margin."""

from __future__ import annotations

import shapely

from firmware.wire import records as wire
from ingest.pack.documents import Documents

NOWHERE = "无 none"
_E7 = 1e7
_LAT, _LON = 1, 2


def fences_by_minute(documents: Documents) -> dict[int, str]:
    """Record (seq) -> ids of the fences in force that its first fix lies in, or NOWHERE; without a fix it is
    left out."""
    part = documents.verdicts["outcome"]["part"]
    fences = documents.fence_entries
    wanted = {one["seq"]: one["minute"] for one in documents.verdicts["minutes"]}
    found = {}
    for record in documents.records:
        seq = int.from_bytes(record[9:13], "big")
        if seq not in wanted:
            continue
        fixes = wire.decode(record)["fixes"]
        if not fixes:
            continue
        place = shapely.Point(fixes[0][_LON] / _E7, fixes[0][_LAT] / _E7)
        at_s = wanted[seq] * 60
        inside = {one.fence_id for one in fences if one.in_force(part, at_s) and one.geometry.covers(place)}
        found[seq] = " ".join(sorted(inside)) or NOWHERE
    return found
