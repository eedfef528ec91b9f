"""The cars now: where each is, who trains in it, what is wrong with it, by its terminal's newest records."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from ingest.casework.live.register import Fix, LiveRegister
from ingest.casework.live.told import OpenSession, Told, told_by
from ingest.store import terminals
from ingest.store.connection import Connection
from ingest.store.desk.live import cars as live

OFFLINE_AFTER_S = 300
"""A terminal in training sends once a minute; five minutes of silence are worth a look."""

ASIDE_S = 30
"""So often it is asked which terminals do not get on."""


class Running(NamedTuple):
    """A training session without a sign-out so far. since None: its sign-in has not arrived."""

    session: int
    trainee: int
    trainee_name: str
    instructor: int
    instructor_name: str
    part: int
    since: datetime | None


class Car(NamedTuple):
    """One car as far as its terminal told. heard_at None: never. offline_since: set when that is longer ago
    than OFFLINE_AFTER_S. malfunctions: diagnostic codes that are set. banned_until_s: Unix seconds of the end
    of the training ban in force, 0 open, None no ban. put_aside: records quarantined since one was last
    stored, or kept beyond a hole: the terminal sends and does not get on."""

    terminal: int
    car: int
    plate: str
    school: int
    school_name: str
    is_revoked: bool
    heard_at: datetime | None
    offline_since: datetime | None
    fix: Fix | None
    running: Running | None
    malfunctions: tuple[int, ...]
    banned_until_s: int | None
    orders_open: int
    put_aside: int


class LiveCars:
    """Every terminal with a car; look() asks only for those that sent something since the last look."""

    def __init__(self, register: LiveRegister) -> None:
        self.register = register
        self._stored: dict[int, int] = {}
        self._told: dict[int, Told] = {}
        self._names: dict[int, str] = {}
        self._aside: dict[int, int] = {}
        self._aside_asked: datetime | None = None

    def look(self, conn: Connection, now: datetime) -> dict[int, Car]:
        """Terminal -> its car, now. A few queries, however many cars there are."""
        known = self.register.terminals
        heard = {one.terminal: one for one in live.heard(conn) if one.terminal in known}
        fresh = [one.terminal for one in heard.values() if self._stored.get(one.terminal) != one.stored]
        if fresh:
            self._told.update(told_by(conn, self.register, fresh, now))
            self._stored.update((terminal, heard[terminal].stored) for terminal in fresh)
            self._learn_names(conn, fresh)
        orders = live.open_order_counts(conn)
        self._look_aside(conn, now)
        return {
            terminal: self._car(terminal, heard.get(terminal), orders.get(terminal, 0), now)
            for terminal in known
        }

    def _look_aside(self, conn: Connection, now: datetime) -> None:
        if self._aside_asked is None or (now - self._aside_asked).total_seconds() >= ASIDE_S:
            self._aside_asked = now
            self._aside = {one.terminal: one.beyond + one.quarantined for one in terminals.stuck(conn)}

    def _learn_names(self, conn: Connection, fresh: Sequence[int]) -> None:
        told = [running for terminal in fresh if (running := self._told[terminal].running)]
        trainees = {one.trainee for one in told} - self._names.keys()
        instructors = {one.instructor for one in told} - self._names.keys()
        if trainees or instructors:
            self._names.update(live.names(conn, sorted(trainees), sorted(instructors)))

    def _car(self, terminal: int, heard: live.Heard | None, orders_open: int, now: datetime) -> Car:
        bound, told = self.register.terminals[terminal], self._told.get(terminal)
        silent = heard is not None and (now - heard.at).total_seconds() > OFFLINE_AFTER_S
        return Car(
            terminal=terminal,
            car=bound.car,
            plate=bound.plate,
            school=bound.school,
            school_name=bound.school_name,
            is_revoked=bound.revoked_at is not None and bound.revoked_at <= now,
            heard_at=heard.at if heard else None,
            offline_since=heard.at if heard and silent else None,
            fix=told.newest.fix if told and told.newest else None,
            running=self._running(told.running) if told and told.running else None,
            malfunctions=told.malfunctions if told else (),
            banned_until_s=_ban_now(told, now) if told else None,
            orders_open=orders_open,
            put_aside=self._aside.get(terminal, 0),
        )

    def _running(self, told: OpenSession) -> Running:
        names = self._names
        return Running(
            told.session,
            told.trainee,
            names.get(told.trainee, ""),
            told.instructor,
            names.get(told.instructor, ""),
            told.part,
            told.since,
        )


def snapshot(conn: Connection, register: LiveRegister, now: datetime) -> list[Car]:
    """All cars now, by terminal, from nothing."""
    return list(LiveCars(register).look(conn, now).values())


def _ban_now(told: Told, now: datetime) -> int | None:
    on, until_s = told.ban
    return until_s if on and (until_s == 0 or until_s > now.timestamp()) else None
