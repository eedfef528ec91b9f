"""What the registry says of the cars now: terminals, schools, fences, and the margins fixes are given."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np

from geofence.engine import FenceKeys, FenceSet
from geofence.ground import Fence, read_fences
from ingest.judge.columns import Bools, Ints
from ingest.judge.evidence import part_of
from ingest.judge.register.facts import class_of
from ingest.judge.rulebook.rule_set import RuleSet
from ingest.judging.rules import rules_in_force
from ingest.measure.accuracy import margin_m, measured
from ingest.measure.decode import decode_minutes
from ingest.store import registry
from ingest.store.connection import Connection
from ingest.store.desk.live import cars as live
from ingest.store.desk.live.cars import Bound

IN, UNSURE, OUT, NO_FENCE = "in", "unsure", "out", "no_fence"
_WHERE = {0: IN, 1: UNSURE, 2: OUT, -1: NO_FENCE}
FENCES_KEPT = 8192
"""Outlines by their text: of a registry that is read again hardly one has changed."""
_SPEED_UNKNOWN, _HEADING_UNKNOWN = 2047, 511


class Fix(NamedTuple):
    """A car's last measured fix. utc_s: when; speed_kmh10 and heading_deg None: not told. where: against the
    fences that allow the training at that minute; outside_m: whole metres beyond the nearest, else 0."""

    utc_s: int
    lat_e7: int
    lon_e7: int
    speed_kmh10: int | None
    heading_deg: int | None
    where: str
    outside_m: int


class NewestMinute(NamedTuple):
    """What a minute record tells of its moment. fix None: no satellite fix in it."""

    minute: int
    trainee: int
    instructor: int
    part: int
    fix: Fix | None


class LiveRegister:
    """Terminals with a car and the fences, as of one instant. One thread at a time may ask it."""

    def __init__(self, terminals: Sequence[Bound], fences: Sequence[Fence], rules: RuleSet, key: int) -> None:
        self.terminals = {one.terminal: one for one in terminals}
        self.fences = tuple(fences)
        self.key = key
        self._rules = rules

    @classmethod
    def believed(cls, conn: Connection, now: datetime) -> LiveRegister:
        """As believed at this moment."""
        key = registry.version(conn)
        fences = [fence for text in live.fence_features(conn) for fence in _fences_of(text)]
        rules = rules_in_force(conn)
        measuring = rules if isinstance(rules, RuleSet) else rules.measuring
        return cls(live.bound(conn, now), fences, measuring, key)

    @cached_property
    def _fence_set(self) -> FenceSet:
        return FenceSet(self.fences)

    def at_the_newest(self, records: Sequence[bytes]) -> list[NewestMinute]:
        """Of each minute record its last measured fix. Raises DecodeError for one that cannot be read."""
        if not records:
            return []
        decoded = decode_minutes(records)
        real = measured(decoded)
        rows = np.arange(len(decoded))
        some: Bools = np.asarray(real.any(axis=1))
        last = real.shape[1] - 1 - real[:, ::-1].argmax(axis=1)
        columns = decoded.columns
        minute, course = columns["minute"], columns["course"]
        lat_e7, lon_e7 = decoded.lat_e7[rows, last], decoded.lon_e7[rows, last]
        keys = FenceKeys(part_of(course), class_of(course), self._schools(columns["terminal"]))
        places = self._fence_set.classify(
            keys,
            minute * 60,
            lat_e7[:, None],
            lon_e7[:, None],
            some[:, None],
            margin_m(decoded, self._rules)[rows, last][:, None],
        )
        speed, heading = decoded.fix("speed_kmh10")[rows, last], decoded.fix("heading_deg")[rows, last]
        fixes = zip(
            some.tolist(),
            (minute * 60 + last).tolist(),
            lat_e7.tolist(),
            lon_e7.tolist(),
            speed.tolist(),
            heading.tolist(),
            places.zone[:, 0].tolist(),
            np.rint(places.outside_m).astype(np.int64).tolist(),
            strict=True,
        )
        people = zip(
            minute.tolist(),
            columns["trainee"].tolist(),
            columns["instructor"].tolist(),
            part_of(course).tolist(),
            strict=True,
        )
        return [
            NewestMinute(*who, _fix(*fix) if fix[0] else None) for who, fix in zip(people, fixes, strict=True)
        ]

    def _schools(self, terminals: Ints) -> Ints:
        known = self.terminals
        return np.array(
            [known[one].school if one in known else 0 for one in terminals.tolist()], dtype=np.int64
        )


@lru_cache(maxsize=FENCES_KEPT)
def _fences_of(text: str) -> tuple[Fence, ...]:
    # One by one: a fence that changed has two entries with one id, which a file may not have.
    return read_fences({"type": "FeatureCollection", "features": [json.loads(text)]}, "registry")


def _fix(
    _: bool, utc_s: int, lat_e7: int, lon_e7: int, speed: int, heading: int, zone: int, outside: int
) -> Fix:
    return Fix(
        utc_s,
        lat_e7,
        lon_e7,
        None if speed == _SPEED_UNKNOWN else speed,
        None if heading == _HEADING_UNKNOWN else heading,
        _WHERE[zone],
        outside,
    )
