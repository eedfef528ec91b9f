"""What the newest records of terminals tell: last fix, running session, malfunctions, training ban."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from struct import Struct
from typing import NamedTuple

from firmware.wire import records
from firmware.wire.errors import DecodeError
from firmware.wire.fields import SIGN_IN
from ingest.casework.live.register import LiveRegister, NewestMinute
from ingest.judge.evidence import part_of
from ingest.store.connection import Connection
from ingest.store.desk.live import cars as live

WINDOWS = (timedelta(days=3), timedelta(days=40))
"""Records of so long ago are looked for first: they lie in one or two of the table's months, and each month
is a step of its own for each terminal."""
EVER = datetime(1970, 1, 1, tzinfo=UTC)
_BAN = Struct(">BI")
Keys = list[tuple[int, int]]


class OpenSession(NamedTuple):
    """A training session without a sign-out so far. since None: its sign-in has not arrived."""

    session: int
    trainee: int
    instructor: int
    part: int
    since: datetime | None


class Told(NamedTuple):
    """Of one terminal; ban: (on, Unix seconds of its end or 0), as last carried out."""

    newest: NewestMinute | None
    running: OpenSession | None
    malfunctions: tuple[int, ...]
    ban: tuple[bool, int]


def told_by(
    conn: Connection, register: LiveRegister, terminals: Sequence[int], now: datetime
) -> dict[int, Told]:
    """What these terminals tell. Unreadable records tell nothing."""
    newest: dict[int, live.NewestMinute] = {}
    marks: list[live.Mark] = []
    silent = list(terminals)
    for since in _windows(now):
        if not silent:
            break
        found = live.newest_minutes(conn, silent, since)
        marks += live.marks(conn, [(one.terminal, one.seq) for one in found], since)
        newest.update((one.terminal, one) for one in found)
        silent = [terminal for terminal in silent if terminal not in newest]
    if silent:
        marks += live.marks(conn, [(terminal, 0) for terminal in silent], EVER)
    minutes = _read(register, list(newest.values()))
    running = _running(conn, newest, minutes, marks, now)
    malfunctions = _malfunctions(conn, terminals, now)
    bans = {one.terminal: _BAN.unpack(one.body) for one in live.bans(conn, terminals)}
    return {
        terminal: Told(
            minutes.get(terminal),
            running.get(terminal),
            malfunctions.get(terminal, ()),
            (bool(bans[terminal][0]), int(bans[terminal][1])) if terminal in bans else (False, 0),
        )
        for terminal in terminals
    }


def _windows(now: datetime) -> list[datetime]:
    return [*(now - window for window in WINDOWS), EVER]


def _read(register: LiveRegister, newest: Sequence[live.NewestMinute]) -> dict[int, NewestMinute]:
    try:
        found = register.at_the_newest([one.record for one in newest])
        return {one.terminal: minute for one, minute in zip(newest, found, strict=True)}
    except DecodeError:
        # Rare, and only by damage to the database: look again, one by one.
        return {one.terminal: minute for one in newest for minute in _alone(register, one.record)}


def _alone(register: LiveRegister, record: bytes) -> list[NewestMinute]:
    try:
        return register.at_the_newest([record])
    except DecodeError:
        return []


def _running(
    conn: Connection,
    newest: dict[int, live.NewestMinute],
    minutes: dict[int, NewestMinute],
    marks: Iterable[live.Mark],
    now: datetime,
) -> dict[int, OpenSession]:
    """A session runs when nothing after its newest minute, or after its sign-in, ends it."""
    marked = {one.terminal: one for one in marks}
    open_since = [(t, newest[t].session) for t in minutes if t not in marked]
    began: dict[int, datetime] = {}
    for since in _windows(now):
        if unknown := [key for key in open_since if key[0] not in began]:
            began |= live.begun(conn, unknown, since)
    found = {}
    for terminal, session in open_since:
        minute = minutes[terminal]
        found[terminal] = OpenSession(
            session, minute.trainee, minute.instructor, minute.part, began.get(terminal)
        )
    for terminal, mark in marked.items():
        if mark.kind == SIGN_IN:
            try:
                said = records.decode(mark.record)
            except DecodeError:
                continue
            part = part_of(said["course"])
            found[terminal] = OpenSession(mark.seq, said["person"], said["instructor"], part, mark.at)
    return found


def _malfunctions(conn: Connection, terminals: Sequence[int], now: datetime) -> dict[int, tuple[int, ...]]:
    """Codes that are set: those of the newest STATUS record, then what came after it."""
    status: dict[int, tuple[int, bytes]] = {}
    for since in _windows(now):
        silent = [terminal for terminal in terminals if terminal not in status]
        if silent:
            status |= live.newest_status(conn, silent, since)
    codes: dict[int, set[int]] = {}
    for terminal, (_, record) in status.items():
        try:
            bits = records.decode(record)["faults"]
        except DecodeError:
            bits = 0
        codes[terminal] = {bit + 1 for bit in range(bits.bit_length()) if bits >> bit & 1}
    first = [(terminal, seq) for terminal, (seq, _) in status.items()]
    after: Keys = first + [(terminal, 0) for terminal in terminals if terminal not in status]
    for fault in live.faults(conn, after):
        held = codes.setdefault(fault.terminal, set())
        if fault.is_set:
            held.add(fault.code)
        else:
            held.discard(fault.code)
    return {terminal: tuple(sorted(held)) for terminal, held in codes.items() if held}
