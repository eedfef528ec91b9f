"""The fixes of a training session as the judge measured them: each with its margin of error and its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from firmware.wire.errors import DecodeError
from firmware.wire.fields import MINUTE_THIN
from ingest.casework.world_cache import FenceWorld
from ingest.judge.columns import Bools, Floats, Ints
from ingest.judge.register.fact_index import FactIndex
from ingest.judge.register.facts import Facts, TerminalFact
from ingest.judge.register.registry import school_of
from ingest.judge.rulebook.rule_set import RuleSet
from ingest.measure.accuracy import HDOP_UNIT, margin_m, measured
from ingest.measure.decode import DecodedMinutes, decode_minutes
from ingest.measure.flips import NO_HISTORY, OUT, out_beyond_doubt
from ingest.measure.motion import before, ends_of
from ingest.measure.places import fence_keys
from ingest.measure.receiver import SPEED_UNKNOWN
from ingest.measure.wander import wander
from ingest.store.desk.session.view import Bound

OUT_COUNTED = 3
"""Place of a fix that is out while the car counts as out (ingest.measure.flips); OUT alone is one too few."""
_RECKONED = 4
_HDOP10 = round(HDOP_UNIT * 10)


@dataclass(frozen=True, eq=False)
class Trace:
    """Minutes of a session in the order of seq, fixes n x 60; where present is False nothing is meant.

    place: 0 in, 1 in doubt, 2 out, 3 out and counted, 4 dead-reckoned, -1 nothing to say. margin_m: the
    radius that the judge gave the fix.
    """

    decoded: DecodedMinutes
    present: Bools
    place: Ints
    margin_m: Floats
    outside_m: Floats

    def __len__(self) -> int:
        return len(self.present)

    @property
    def box(self) -> tuple[int, int, int, int] | None:
        """South, north, west, east in 1e-7 degree; None without a fix."""
        if not self.present.any():
            return None
        lat, lon = self.decoded.lat_e7[self.present], self.decoded.lon_e7[self.present]
        return int(lat.min()), int(lat.max()), int(lon.min()), int(lon.max())


def trace_of(
    records: Sequence[bytes], session: int, bindings: Sequence[Bound], world: FenceWorld, rules: RuleSet
) -> Trace | None:
    """The trace of a session out of its terminal's minute records in the order of seq; None where none of
    them can be read. As ingest.measure.where does it: a test compares every count."""
    decoded = decoded_minutes(records)
    if decoded is None:
        return None
    real = measured(decoded)
    ends = ends_of(real)
    margin = margin_m(decoded, rules).copy(order="K")
    spread_m = wander(decoded, real, ends, rules).spread_m
    wide = np.flatnonzero(spread_m)
    margin[wide] = np.maximum(margin[wide], np.minimum(spread_m[wide], rules.wander_max_m)[:, None])
    keys = fence_keys(decoded, partial(school_of, _schools(decoded, bindings)))
    with world.lock:
        places = world.engine.classify(
            keys, decoded.columns["minute"] * 60, decoded.lat_e7, decoded.lon_e7, real, margin
        )
    follows = before(decoded, real, ends).follows
    counted, _ = out_beyond_doubt(places.zone, follows, NO_HISTORY, rules.fence_flip_fixes)
    place = places.zone.astype(np.int64)
    place[counted & (places.zone == OUT)] = OUT_COUNTED
    place[decoded.present & ~real] = _RECKONED
    mine = np.flatnonzero(decoded.columns["session"] == session)
    return Trace(
        _some(decoded, mine), decoded.present[mine], place[mine], margin[mine], places.outside_m[mine]
    )


def minutes_told(trace: Trace) -> list[dict[str, object]]:
    """The trace as plain rows, one a minute, with a list for each field of the fixes that are there."""
    decoded, columns = trace.decoded, trace.decoded.columns
    speed, satellites, hdop = (
        decoded.fix(name).astype(np.int64) for name in ("speed_kmh10", "satellites", "hdop_fifth")
    )
    rows: list[dict[str, object]] = []
    for at in range(len(trace)):
        second = np.flatnonzero(trace.present[at])
        told = speed[at][second]
        margin_dm = np.rint(trace.margin_m[at][second] * 10).astype(np.int64)
        row: dict[str, object] = {
            "minute": int(columns["minute"][at]),
            "seq": int(columns["seq"][at]),
            "thinned": bool(columns["kind"][at] == MINUTE_THIN),
            "second": second.tolist(),
            "lat_e7": decoded.lat_e7[at][second].tolist(),
            "lon_e7": decoded.lon_e7[at][second].tolist(),
            "speed_kmh10": [None if value == SPEED_UNKNOWN else value for value in told.tolist()],
            "satellites": satellites[at][second].tolist(),
            "hdop10": (hdop[at][second] * _HDOP10).tolist(),
            "place": trace.place[at][second].tolist(),
            "wheel_m": int(columns["wheel_m"][at]),
            "rpm_max": int(columns["rpm_max"][at]),
            "ignition_s": int(columns["ignition_s"][at]),
            "margin_dm": margin_dm.tolist(),
        }
        rows.append(row)
    return rows


def decoded_minutes(records: Sequence[bytes]) -> DecodedMinutes | None:
    """Minute records of one terminal as columns, those left out that cannot be read; None without any."""
    try:
        return decode_minutes(records) if records else None
    except DecodeError:
        # Rare, and only by damage to the database: leave out what cannot be read.
        whole = [record for record in records if _can_be_read(record)]
        return decode_minutes(whole) if whole else None


def _can_be_read(record: bytes) -> bool:
    try:
        decode_minutes([record])
    except DecodeError:
        return False
    return True


def _schools(decoded: DecodedMinutes, bindings: Sequence[Bound]) -> FactIndex:
    terminal = int(decoded.columns["terminal"][0])
    facts = (TerminalFact(terminal, one.car, one.from_s, one.to_s, school=one.school) for one in bindings)
    return FactIndex(Facts(tuple(facts)))


def _some(decoded: DecodedMinutes, rows: Ints) -> DecodedMinutes:
    columns = {name: column[rows] for name, column in decoded.columns.items()}
    return DecodedMinutes(
        columns, decoded.present[rows], decoded.lat_e7[rows], decoded.lon_e7[rows], decoded.words[rows]
    )
