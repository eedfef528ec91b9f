"""Rows of a sheet against what the registry says: which entries come new, and which end for them.

Entries are the objects of a registry file (number, valid_from, valid_to, ...), every time a text with its
zone. A row without a day of its own changes what it says from `from_day` on; what it leaves out stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from ingest.registry.rows import Row

Item = dict[str, Any]
ALWAYS = "1970-01-01T00:00:00+00:00"
_PERIOD = ("valid_from", "valid_until")


class Merged:
    """The entries of one section by number, as they stand after the rows taken so far."""

    def __init__(self, known: Iterable[Item], from_day: date, utc_offset_min: int) -> None:
        self._zone = timezone(timedelta(minutes=utc_offset_min))
        self._from = self._midnight(from_day)
        self._items: dict[str, dict[str, Item]] = {}
        self._changed: dict[tuple[str, str], Item] = {}
        for item in known:
            self._put({**item, "valid_from": item["valid_from"] or ALWAYS})

    def knows(self, number: str) -> bool:
        """Has the registry, or a row before, an entry of that number."""
        return number in self._items

    def numbers(self) -> set[str]:
        return set(self._items)

    def holding(self, number: str, at: str | None = None) -> Item | None:
        """The entry of a number that holds at a time (default: from_day); of several the later."""
        when = instant(at) if at else self._from
        found = [item for item in self._items.get(number, {}).values() if _covers(item, when)]
        return max(found, key=lambda item: instant(item["valid_from"]), default=None)

    def base_of(self, row: Row) -> Item | None:
        """What the row changes: the entry that holds where it begins, else the last one."""
        at = self._begin(row)
        of_number = self._items.get(row.number, {})
        covering = of_number.get(at) or self.holding(row.number, at)
        return covering or max(of_number.values(), key=lambda item: instant(item["valid_from"]), default=None)

    def take(self, row: Row) -> None:
        """Merge the row in."""
        base = self.base_of(row)
        said = {name: value for name, value in row.fields.items() if name not in _PERIOD}
        until = row.fields.get("valid_until")
        end = None if until is None else self._midnight(date.fromisoformat(until) + timedelta(days=1))
        if base is None:
            begin = self._begin(row) if "valid_from" in row.fields else ALWAYS
            self._change({**said, "valid_from": begin, "valid_to": _text(end)})
            return
        same = all(base.get(name) == value for name, value in said.items())
        begin = self._begin(row)
        said_already = end is not None and instant_or_none(base["valid_to"]) == end
        if same and "valid_from" not in row.fields and (said_already or _covers(base, self._from)):
            if end is not None and not said_already:
                self._change({**base, "valid_to": _text(end)})
            return
        covered = _covers(base, instant(begin))
        if covered and instant(base["valid_from"]) < instant(begin):
            self._change({**base, "valid_to": begin})
        kept = base["valid_to"] if covered else self._next_begin(row.number, begin)
        made = {**base, **said, "valid_from": begin, "valid_to": _text(end) if end else kept}
        if made != self._items.get(row.number, {}).get(begin):
            self._change(made)

    def changed(self) -> list[Item]:
        """Every entry that is new or different, by number and time."""
        return [self._changed[key] for key in sorted(self._changed)]

    def _next_begin(self, number: str, begin: str) -> str | None:
        later = [other for other in self._items.get(number, {}) if instant(other) > instant(begin)]
        return min(later, key=instant, default=None)

    def _begin(self, row: Row) -> str:
        given = row.fields.get("valid_from")
        return self._midnight(date.fromisoformat(given)).isoformat() if given else self._from.isoformat()

    def _midnight(self, day: date) -> datetime:
        return datetime(day.year, day.month, day.day, tzinfo=self._zone).astimezone(UTC)

    def _put(self, item: Item) -> None:
        self._items.setdefault(item["number"], {})[item["valid_from"]] = item

    def _change(self, item: Item) -> None:
        self._put(item)
        self._changed[item["number"], item["valid_from"]] = item


def instant(text: str) -> datetime:
    """A time with its zone."""
    return datetime.fromisoformat(text)


def instant_or_none(text: str | None) -> datetime | None:
    return None if text is None else instant(text)


def _text(when: datetime | None) -> str | None:
    return None if when is None else when.isoformat()


def _covers(item: Mapping[str, Any], when: datetime) -> bool:
    end = instant_or_none(item["valid_to"])
    return instant(item["valid_from"]) <= when and (end is None or when < end)
