"""One look at the cars for everybody who watches them, again and again while somebody does."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime

from ingest.casework.live import orders
from ingest.casework.live.cars import LiveCars
from ingest.casework.live.known import Change, Known, OrderKey, Shown, Told
from ingest.casework.live.register import LiveRegister
from ingest.casework.live.shown import car_shown, fence_shown
from ingest.store import registry
from ingest.store.connection import Connection, DatabaseAway
from ingest.store.desk.live import orders_seen

log = logging.getLogger(__name__)

LOOK_S = 2.0
IDLE_S = 30.0
"""So often the cars are looked at for nobody: a look asks only for those that sent something since."""
REGISTER_S = 300.0
"""Entries of the registry begin and end by themselves: it is read again that often."""
Connections = Callable[[], AbstractContextManager[Connection]]


class LiveFeed:
    """A thread looks every LOOK_S seconds while somebody watches, and every IDLE_S otherwise once keep_warm
    was called; without a thread a question looks by itself."""

    def __init__(self, connections: Connections, look_s: float = LOOK_S) -> None:
        self._connections, self._look_s = connections, look_s
        self._known = Known()
        # Looking takes as long as the database does: nobody who only asks waits for it.
        self._looking, self._lock = threading.Lock(), threading.Lock()
        self._watchers: set[Callable[[], None]] = set()
        self._thread: threading.Thread | None = None
        self._is_warm = False
        self._stirred, self._ended = threading.Event(), threading.Event()
        self._open: set[OrderKey] = set()
        self._watched: LiveCars | None = None
        self._is_other = False
        self._read: datetime | None = None

    def keep_warm(self) -> None:
        """Look from now on, though nobody watches: the first to come does not wait for thousands of cars."""
        with self._lock:
            self._is_warm = True
            self._begin()

    def watch(self, told: Callable[[], None]) -> None:
        """Call told, from another thread, whenever something has changed; until unwatch."""
        with self._lock:
            if not self._watchers:
                self._stirred.set()
            self._watchers.add(told)
            self._begin()

    def unwatch(self, told: Callable[[], None]) -> None:
        """The thread ends by itself when nobody is left and nothing is to be kept warm."""
        with self._lock:
            self._watchers.discard(told)

    def end(self) -> None:
        """Nobody is told anything any more; watchers are woken a last time."""
        self._ended.set()
        self._stirred.set()
        for told in self._everybody():
            told()

    @property
    def has_ended(self) -> bool:
        """Whether end was called."""
        return self._ended.is_set()

    def since(self, event: str | None, school: int | None) -> Change | None:
        """As Known.since; looks first where the last look is too old."""
        self._see_to_it()
        return self._known.since(event, school)

    def told_since(self, event: str | None, school: int | None) -> Told | None:
        """As Known.told_since; looks first where the last look is too old."""
        self._see_to_it()
        return self._known.told_since(event, school)

    def follow_order(self, terminal: int, number: int) -> None:
        """An order was given here: it is shown until it is done, however quickly that is."""
        with self._lock:
            self._open.add((terminal, number))

    def fences(self) -> list[Shown]:
        """The fences of the register that was looked at last, those in force now."""
        self._see_to_it()
        watched, now_s = self._watched, int(time.time())
        assert watched is not None
        return [
            fence_shown(fence)
            for fence in watched.register.fences
            if any(fence.in_force(part, now_s) for part in fence.parts)
        ]

    def _begin(self) -> None:
        if self._thread is None and not self._ended.is_set():
            self._thread = threading.Thread(target=self._keep_looking, name="live-feed", daemon=True)
            self._thread.start()

    def _see_to_it(self) -> None:
        if self._is_too_old(datetime.now(UTC)):
            with self._looking:
                # Of several who waited the first one looks for all.
                if self._is_too_old(now := datetime.now(UTC)):
                    self._look(now)

    def _is_too_old(self, now: datetime) -> bool:
        at = self._known.at
        return at is None or (now - at).total_seconds() > 2 * self._look_s

    def _keep_looking(self) -> None:
        told_of = self._known.event
        while not self._ended.is_set():
            with self._lock:
                is_watched = bool(self._watchers)
                if not is_watched and not self._is_warm:
                    self._thread = None
                    return
            try:
                with self._looking:
                    self._look(datetime.now(UTC))
            except Exception as fault:
                # Whoever watches keeps watching: the database comes back.
                known = isinstance(fault, DatabaseAway)
                log.warning("The cars could not be looked at: %s", fault, exc_info=not known)
            # Whoever asked without watching may have looked in between: that is told here too.
            if (event := self._known.event) != told_of:
                told_of = event
                for told in self._everybody():
                    told()
            if is_watched:
                self._ended.wait(self._look_s)
            else:
                self._stirred.wait(IDLE_S)
                self._stirred.clear()

    def _everybody(self) -> list[Callable[[], None]]:
        with self._lock:
            return list(self._watchers)

    def _look(self, now: datetime) -> None:
        """Only with _looking held."""
        with self._connections() as conn:
            self._refresh_register(conn, now)
            assert self._watched is not None
            found = self._watched.look(conn, now)
            rows = self._order_rows(conn)
        cars = [(terminal, car_shown(car)) for terminal, car in found.items()]
        given = [((row.terminal, row.given_as), orders.shown(row, int(now.timestamp()))) for row in rows]
        with self._lock:
            still_open = set(self._open)
        self._known.put(now, cars, given, still_open, anew=self._is_other)
        self._is_other = False

    def _order_rows(self, conn: Connection) -> list[orders_seen.SeenOrder]:
        """Orders that are open, and those that were at the last look."""
        with self._lock:
            before = set(self._open)
        rows = orders_seen.open_orders(conn)
        now_open = {(order.terminal, order.given_as) for order in rows}
        closed = before - now_open
        if closed:
            rows += orders_seen.by_key(conn, sorted(closed))
        with self._lock:
            # What was given meanwhile stays for the next look.
            self._open = (self._open - closed) | now_open
        return rows

    def _refresh_register(self, conn: Connection, now: datetime) -> None:
        old = self._watched
        aged = self._read is None or (now - self._read).total_seconds() > REGISTER_S
        if old is not None and not aged and old.register.key == registry.version(conn):
            return
        register = LiveRegister.believed(conn, now)
        self._read = now
        if old is None or old.register.key != register.key or old.register.terminals != register.terminals:
            self._watched, self._is_other = LiveCars(register), True
