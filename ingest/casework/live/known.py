"""What is known of cars and orders, each with the version it changed in: who asks is told what changed."""

from __future__ import annotations

import json
import secrets
import threading
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from ingest.casework.live import orders

CLOSED_KEPT = 300
TOLD_KEPT = 64
Shown = dict[str, Any]
OrderKey = tuple[int, int]


class Change(NamedTuple):
    """What a watcher is told. event: its id, to go on from; whole: everything there is, else what changed."""

    event: str
    whole: bool
    at: str
    cars: list[Shown]
    orders: list[Shown]


class Told(NamedTuple):
    """A change as the text that is sent: JSON of Change."""

    event: str
    whole: bool
    text: str


class Known:
    """One object for all threads; it waits for nothing but them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._life, self._epoch, self._version = secrets.token_hex(4), 0, 0
        self._cars: dict[int, tuple[int, Shown]] = {}
        # The same cars as their schools see them: without a trace of the orders that are kept from them.
        self._schools_cars: dict[int, tuple[int, Shown]] = {}
        self._orders: dict[OrderKey, tuple[int, Shown]] = {}
        self._told: dict[tuple[int, int | None], Told] = {}
        self._at: datetime | None = None

    @property
    def at(self) -> datetime | None:
        """When it was looked last; None never."""
        return self._at

    @property
    def event(self) -> str:
        """The id of how things are now; an id of another life or of other cars is no place to go on from."""
        return f"{self._life}-{self._epoch}-{self._version}"

    def put(
        self,
        at: datetime,
        cars: Iterable[tuple[int, Shown]],
        given: Iterable[tuple[OrderKey, Shown]],
        still_open: set[OrderKey],
        *,
        anew: bool,
    ) -> None:
        """What a look found. still_open: orders that are never dropped. anew: cars may have gone or changed
        school, so everybody begins anew."""
        with self._lock:
            self._version += 1
            if anew:
                self._epoch, self._cars, self._schools_cars = self._epoch + 1, {}, {}
            changed = [self._put(self._orders, key, order) for key, order in given]
            hidden = Counter(
                terminal
                for (terminal, _), (_, order) in self._orders.items()
                if order["done_at"] is None and _is_kept_from_schools(order)
            )
            for terminal, car in cars:
                changed.append(self._put(self._cars, terminal, car))
                open_n = hidden[terminal]
                # Orders are read after the cars: one may have been given in between.
                seen = {**car, "orders_open": max(0, car["orders_open"] - open_n)} if open_n else car
                self._put(self._schools_cars, terminal, seen)
            if anew or any(changed):
                self._told = {}
            else:
                self._version -= 1
            self._drop_closed(still_open)
            self._at = at

    def since(self, event: str | None, school: int | None) -> Change | None:
        """What changed after that event for one who sees this school (None: all); everything without an event
        to go on from; None when nothing did."""
        with self._lock:
            return self._change(self._after(event), school)

    def told_since(self, event: str | None, school: int | None) -> Told | None:
        """The same as text, made once for all who go on from the same event."""
        with self._lock:
            after = self._after(event)
            told = self._told.get((after, school))
            if told is None and (change := self._change(after, school)) is not None:
                told = Told(change.event, change.whole, json.dumps(change._asdict(), separators=(",", ":")))
                if len(self._told) < TOLD_KEPT:
                    self._told[after, school] = told
            return told

    def _change(self, after: int, school: int | None) -> Change | None:
        held = self._cars if school is None else self._schools_cars
        cars = [car for version, car in held.values() if version > after]
        told = [order for version, order in self._orders.values() if version > after]
        if school is not None:
            seen = f"{school:016d}"
            own = {car["terminal"] for _, car in self._cars.values() if car["school"] == seen}
            cars = [car for car in cars if car["terminal"] in own]
            told = [one for one in told if one["terminal"] in own and not _is_kept_from_schools(one)]
        if after >= 0 and not cars and not told:
            return None
        return Change(self.event, after < 0, str(orders.iso(self._at)), cars, told)

    def _after(self, event: str | None) -> int:
        life, _, rest = (event or "").partition("-")
        epoch, _, version = rest.partition("-")
        known = life == self._life and epoch == str(self._epoch) and version.isascii() and version.isdigit()
        return int(version) if known and len(version) < 16 else -1

    def _put(self, held: dict[Any, tuple[int, Shown]], key: Any, value: Shown) -> bool:
        if key in held and held[key][1] == value:
            return False
        held[key] = (self._version, value)
        return True

    def _drop_closed(self, still_open: set[OrderKey]) -> None:
        closed = [key for key in self._orders if key not in still_open]
        for key in sorted(closed, key=lambda key: self._orders[key][0])[:-CLOSED_KEPT]:
            del self._orders[key]


def _is_kept_from_schools(order: Shown) -> bool:
    """A face check surprises only whom nobody can warn: a school is told once the terminal has it."""
    return order["kind"] == orders.FACE_CHECK and order["received_at"] is None
