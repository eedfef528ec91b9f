"""What every answer about a session begins with: its head, the rules it was judged by, its zone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from firmware.wire.fields import MINUTE, MINUTE_THIN
from geofence.datum import WGS84
from ingest.casework.session.fences import Asked
from ingest.casework.session.trace import Trace, trace_of
from ingest.casework.world_cache import FenceWorld
from ingest.explain.number_values import clock_text
from ingest.judge.register.facts import class_of
from ingest.judge.rulebook.rule_set import RuleSet
from ingest.store.connection import Connection
from ingest.store.desk.session import view as session_view
from ingest.store.desk.session.view import Head, Stored

AFTER = 16
"""Records after the last minute that are looked at for the sign-outs."""


class Read(NamedTuple):
    """is_mixed: several rule sets judged it, and rules is the first. offset_min: minutes that the ground's
    time is ahead of UTC."""

    head: Head
    rules: RuleSet
    is_mixed: bool
    offset_min: int

    @property
    def last_s(self) -> int:
        """Unix second at which it ended, as far as is known."""
        head = self.head
        return head.ended_s or max(head.started_s, head.started_s + 60 * head.recorded)

    def asked(self, datum: str = WGS84) -> Asked:
        """What it asks of fences."""
        head = self.head
        vehicle_class = class_of(head.course)
        return Asked(
            head.started_s,
            self.last_s,
            head.part,
            vehicle_class,
            head.school,
            head.now_s,
            self.offset_min,
            datum,
        )

    def trace(self, conn: Connection, world: FenceWorld, stored: Sequence[Stored]) -> Trace | None:
        """Its fixes, measured anew out of its stored records; None without a minute that can be read."""
        head = self.head
        minutes = [
            one.record
            for one in stored
            if one.kind in (MINUTE, MINUTE_THIN) and head.first_seq <= one.seq <= head.last_seq
        ]
        bindings = session_view.bindings(conn, head.terminal)
        return trace_of(minutes, head.session, bindings, world, self.rules)


def read(conn: Connection, terminal: int, session: int, only_school: int | None) -> Read | None:
    """None where there is no such session, or it is not that school's."""
    head = session_view.head(conn, terminal, session)
    if head is None or (only_school is not None and head.school != only_school):
        return None
    sets = session_view.rule_sets(conn, head.rule_sets.split())
    # What fixes are measured by is the same in all sets of a session (Rulebook.measuring).
    rules = RuleSet(sets[0][1], sets[0][2]["effects"], **sets[0][2]["thresholds"]) if sets else RuleSet()
    offset_min = int(rules.utc_offset_min) if head.utc_offset_min is None else head.utc_offset_min
    return Read(head, rules, len(sets) > 1, offset_min)


def moment(utc_s: int, offset_min: int) -> dict[str, Any]:
    """{"utc_s", "local"} as the API tells a second."""
    return {"utc_s": utc_s, "local": clock_text(utc_s, offset_min, "%Y-%m-%d %H:%M:%S")}
