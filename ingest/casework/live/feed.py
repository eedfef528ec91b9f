"""One look at the cars for everybody who watches them, and what changed since each of them looked last."""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ingest.casework.live import orders
from ingest.casework.live.cars import LiveCars
from ingest.casework.live.register import LiveRegister
from ingest.casework.live.shown import car_shown, fence_shown
from ingest.store import registry
from ingest.store.connection import Connection, DatabaseAway
from ingest.store.desk.live import orders_seen

log = logging.getLogger(__name__)

LOOK_S = 2.0
REGISTER_S = 300.0
"""Entries of the registry begin and end by themselves: it is read again that often."""
CLOSED_KEPT = 300
Shown = dict[str, Any]
Connections = Callable[[], AbstractContextManager[Connection]]


@dataclass(frozen=True)
class Change:
    """What a watcher is told. event: its id, to go on from; whole: everything there is, else what changed."""

    event: str
    whole: bool
    at: str
    cars: list[Shown]
    orders: list[Shown]


class LiveFeed:
    """The cars as plain JSON values. A thread looks every LOOK_S seconds for as long as somebody watches;
    without watchers a question looks by itself."""

    def __init__(self, connections: Connections, look_s: float = LOOK_S) -> None:
        self._connections, self._look_s = connections, look_s
        self._lock = threading.Lock()
        self._watchers: set[Callable[[], None]] = set()
        self._thread: threading.Thread | None = None
        self._ended = threading.Event()
        self._life, self._epoch, self._version = secrets.token_hex(4), 0, 0
        self._cars: dict[int, tuple[int, Shown]] = {}
        self._orders: dict[tuple[int, int], tuple[int, Shown]] = {}
        self._open: set[tuple[int, int]] = set()
        self._watched: LiveCars | None = None
        self._looked: datetime | None = None
        self._read: datetime | None = None

    def watch(self, told: Callable[[], None]) -> None:
        """Call told, from another thread, whenever something has changed; until unwatch."""
        with self._lock:
            self._watchers.add(told)
            if self._thread is None and not self._ended.is_set():
                self._thread = threading.Thread(target=self._keep_looking, name="live-feed", daemon=True)
                self._thread.start()

    def unwatch(self, told: Callable[[], None]) -> None:
        """The thread ends by itself when nobody is left."""
        with self._lock:
            self._watchers.discard(told)

    def end(self) -> None:
        """Nobody is told anything any more; watchers are woken a last time."""
        self._ended.set()
        for told in self._everybody():
            told()

    @property
    def has_ended(self) -> bool:
        """Whether end was called."""
        return self._ended.is_set()

    def since(self, event: str | None, school: int | None) -> Change | None:
        """What changed after that event for one who sees this school (None: all); everything without an event
        or with one of another life; None when nothing did. Looks first where the last look is too old."""
        now = datetime.now(UTC)
        with self._lock:
            if self._looked is None or (now - self._looked).total_seconds() > 2 * self._look_s:
                self._look(now)
            after = self._after(event)
            cars = [car for version, car in self._cars.values() if version > after]
            told = [order for version, order in self._orders.values() if version > after]
            if school is not None:
                seen = f"{school:016d}"
                own = {car["terminal"] for _, car in self._cars.values() if car["school"] == seen}
                cars = [car for car in cars if car["terminal"] in own]
                told = [order for order in told if order["terminal"] in own]
            if after >= 0 and not cars and not told:
                return None
            assert self._looked is not None
            return Change(self._event(), after < 0, str(orders.iso(self._looked)), cars, told)

    def follow_order(self, terminal: int, number: int) -> None:
        """An order was given here: it is shown until it is done, however quickly that is."""
        with self._lock:
            self._open.add((terminal, number))

    def fences(self) -> list[Shown]:
        """The fences of the register that was looked at last, those in force now."""
        with self._lock:
            now = datetime.now(UTC)
            if self._watched is None:
                self._look(now)
            assert self._watched is not None
            return [
                fence_shown(fence)
                for fence in self._watched.register.fences
                if any(fence.in_force(part, int(now.timestamp())) for part in fence.parts)
            ]

    def _keep_looking(self) -> None:
        while not self._ended.wait(self._look_s):
            with self._lock:
                if not self._watchers:
                    self._thread = None
                    return
                before = self._version
                try:
                    self._look(datetime.now(UTC))
                except Exception as fault:
                    # Whoever watches keeps watching: the database comes back.
                    known = isinstance(fault, DatabaseAway)
                    log.warning("The cars could not be looked at: %s", fault, exc_info=not known)
                changed = self._version != before
            for told in self._everybody() if changed else ():
                told()

    def _everybody(self) -> list[Callable[[], None]]:
        with self._lock:
            return list(self._watchers)

    def _event(self) -> str:
        return f"{self._life}-{self._epoch}-{self._version}"

    def _after(self, event: str | None) -> int:
        life, _, rest = (event or "").partition("-")
        epoch, _, version = rest.partition("-")
        known = life == self._life and epoch == str(self._epoch) and version.isascii() and version.isdigit()
        return int(version) if known and len(version) < 16 else -1

    def _look(self, now: datetime) -> None:
        with self._connections() as conn:
            self._refresh_register(conn, now)
            assert self._watched is not None
            cars = self._watched.look(conn, now)
            found = {order[:2]: order for order in self._order_rows(conn)}
        self._version += 1
        changed = False
        for terminal, car in cars.items():
            changed |= self._put(self._cars, terminal, car_shown(car))
        for order in found.values():
            key = (order.terminal, order.given_as)
            changed |= self._put(self._orders, key, orders.shown(order, int(now.timestamp())))
        if not changed:
            self._version -= 1
        self._drop_closed()
        self._looked = now

    def _put(self, held: dict[Any, tuple[int, Shown]], key: Any, value: Shown) -> bool:
        if key in held and held[key][1] == value:
            return False
        held[key] = (self._version, value)
        return True

    def _order_rows(self, conn: Connection) -> list[orders_seen.SeenOrder]:
        """Orders that are open, and those that were at the last look."""
        rows = orders_seen.open_orders(conn)
        now_open = {(order.terminal, order.given_as) for order in rows}
        closed = self._open - now_open
        if closed:
            rows += orders_seen.by_key(conn, sorted(closed))
        self._open = now_open
        return rows

    def _drop_closed(self) -> None:
        closed = [key for key in self._orders if key not in self._open]
        for key in sorted(closed, key=lambda key: self._orders[key][0])[:-CLOSED_KEPT]:
            del self._orders[key]

    def _refresh_register(self, conn: Connection, now: datetime) -> None:
        old = self._watched
        aged = self._read is None or (now - self._read).total_seconds() > REGISTER_S
        if old is not None and not aged and old.register.key == registry.version(conn):
            return
        register = LiveRegister.believed(conn, now)
        self._read = now
        if old is None or old.register.key != register.key or old.register.terminals != register.terminals:
            # Cars may have gone or changed school: everybody begins anew.
            self._watched, self._epoch = LiveCars(register), self._epoch + 1
            self._cars = {}
