"""Minute records of hand-made drives."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from firmware.wire import fields, records
from geofence.engine import FenceKeys, Places
from geofence.projection import LocalPlane
from ingest.judge.evidence import MinuteMeasures
from ingest.judge.rulebook.rule_set import RuleSet
from ingest.measure.records import measure_records

PLANE = LocalPlane(310_000_000, 1_210_000_000)
START = 29_540_220
Route = Callable[[float], tuple[float, float]]


class Field:
    """A fence for part 2 alone: the half-plane x <= edge_m, in force until a minute."""

    def __init__(self, edge_m: float = 1e9, until_s: int = 2**40) -> None:
        self.edge_m, self.until_s = edge_m, until_s

    def classify(
        self, keys: FenceKeys, minute_s: Any, lat_e7: Any, lon_e7: Any, present: Any, margin_m: Any
    ) -> Places:
        x_m, _ = PLANE.to_metres(lat_e7, lon_e7)
        in_force = ((minute_s < self.until_s) & (keys.part == 2)).astype(np.int64)
        asked = present & (in_force[:, None] > 0)
        outside_m = np.where(asked, np.maximum(x_m - self.edge_m, 0), 0)
        zone = np.where(outside_m > margin_m, 2, (outside_m > 0).astype(int))
        zone = np.where(asked, zone, -1).astype(np.int8)
        return Places(zone, outside_m.max(axis=1, initial=0), in_force, np.zeros(len(zone), dtype=np.int64))

    def cut_m(self, keys: FenceKeys, minute_s: Any, *ways: Any) -> Any:
        """No straight way between two places of a half-plane leaves it."""
        return np.zeros(len(minute_s))


def drive(
    route: Route,
    minutes: int = 1,
    seconds: Sequence[int] = range(60),
    speed_kmh10: int = 2047,
    **changes: Any,
) -> list[tuple[int, int, bytes]]:
    """Records of a drive whose position (x_m, y_m) at second t is route(t)."""
    made = []
    for at in range(minutes):
        fixes = []
        for second in seconds:
            lat, lon = PLANE.to_e7(*route(at * 60.0 + second))
            fixes.append((second, int(lat), int(lon), speed_kmh10, 511, 12, changes.get("hdop_fifth", 4), 0))
        made.append((7, at + 1, minute_record(at, fixes, **changes)))
    return made


def minute_record(at: int, fixes: list[tuple[int, ...]], **changes: Any) -> bytes:
    """The at-th minute of a session."""
    values = {row[0]: row[2] for row in fields.HEADER + fields.BODY[fields.MINUTE]}
    values |= {"kind": fields.MINUTE, "terminal": 7, "seq": at + 1, "prev": bytes(32), "session": 1}
    values |= {"course": 1212360000, "minute": START + at, "wheel_m": 150, "rpm_max": 1500, "fixes": fixes}
    return records.encode({**values, **{name: value for name, value in changes.items() if name in values}})


def measured(
    made: list[tuple[int, int, bytes]], fences: Any = None, rules: RuleSet | None = None
) -> MinuteMeasures:
    return measure_records(made, fences or Field(), rules or RuleSet())
