"""Which settled sessions have a say in what changed: those that share a person or car at a time, or a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ingest.judge.rulebook.rule_set import RuleSet
from ingest.store import judged
from ingest.store.connection import Connection
from ingest.store.judged import Key, ShareRow

_DAY_MIN = 1440
_HOLDERS = ("trainee", "instructor", "car")
_PEOPLE = ("trainee", "instructor")


@dataclass
class Book:
    """Shares by session: the fresh ones in the place of the settled ones, the others fetched when asked for.

    old: the settled shares of the fresh sessions, whose neighbours are concerned too.
    """

    conn: Connection
    rules: Mapping[str, RuleSet]
    fresh: dict[Key, list[ShareRow]]
    old: dict[Key, list[ShareRow]]
    held: dict[Key, list[ShareRow]] = field(default_factory=dict)

    def fetch(self, keys: Iterable[Key]) -> None:
        """Have the shares of these sessions at hand."""
        missing = [key for key in keys if key not in self.fresh and key not in self.held]
        self.held.update({key: [] for key in missing})
        for share in judged.shares_of(self.conn, missing, pending=False) if missing else ():
            self.held[share.key].append(share)

    def shares(self, key: Key) -> list[ShareRow]:
        """What the session claims, and what it claimed before."""
        if key in self.fresh:
            return [*self.fresh[key], *self.old.get(key, ())]
        return self.held[key]

    def overlapping(self, keys: set[Key]) -> set[Key]:
        """These sessions, all that overlap them in a person or car, those that overlap these, and on."""
        found, edge = set(keys), set(keys)
        while edge:
            self.fetch(edge)
            rows = [share for key in edge for share in self.shares(key)]
            edge = self._of(rows, _HOLDERS, 0) - found
            found |= edge
        return found

    def same_day(self, keys: set[Key]) -> set[Key]:
        """The sessions of the local days of these sessions' trainees."""
        self.fetch(keys)
        wanted = set()
        for share in (share for key in keys for share in self.shares(key)):
            offset_min = self.rules[share.rules].utc_offset_min
            first, last = ((at + offset_min) // _DAY_MIN for at in (share.first_minute, share.last_minute))
            wanted.add((share.trainee, first * _DAY_MIN - offset_min, (last + 1) * _DAY_MIN - 1 - offset_min))
        return self._settled({"trainee": wanted})

    def on_the_way(self, keys: set[Key]) -> set[Key]:
        """Sessions of the same people so shortly before or after that the way between may be asked about."""
        self.fetch(keys)
        within_min = max(rules.travel_within_min for rules in self.rules.values())
        rows = [share for key in keys for share in self.shares(key)]
        return self._of(rows, _PEOPLE, within_min)

    def _of(self, rows: list[ShareRow], holders: tuple[str, ...], around_min: int) -> set[Key]:
        wanted = {
            name: {
                (getattr(row, name), row.first_minute - around_min, row.last_minute + around_min)
                for row in rows
                if getattr(row, name) > 0
            }
            for name in holders
        }
        return self._settled(wanted)

    def _settled(self, wanted: Mapping[str, set[tuple[int, int, int]]]) -> set[Key]:
        by_column = {column: sorted(some) for column, some in wanted.items()}
        return judged.settled_neighbours(self.conn, by_column) - self.fresh.keys()
