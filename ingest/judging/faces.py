"""A second look at stored photos: read, compared session by session, written as suspicions.

Each session is written when it is done, so that a run that was interrupted goes on where it stopped. Nothing
is measured or scored here (ingest/faces), and nothing judged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from firmware.wire import records as wire
from firmware.wire.errors import DecodeError
from ingest.faces.likeness import likeness
from ingest.faces.looks import APART_MAX, near_bands
from ingest.faces.people import (
    TRAINEE,
    Measured,
    Seen,
    Session,
    Taken,
    by_terminal,
    compare,
    photos_of,
)
from ingest.faces.scores import Alike, scored
from ingest.faces.seeing import cells_of
from ingest.judge.suspicions import PHOTO_KINDS
from ingest.store import photo_looks, photos, suspicions
from ingest.store.connection import Connection
from ingest.store.photo_looks import Kept, Looked

FACES = "faces 2026.1"
DAY_US = 86_400_000_000
AROUND_US = DAY_US // 2
"""So much is read before and after, so that a session's photos are all there."""

NEAR_MAX = 24
"""Photos whose likeness is measured for one photo: those with the nearest looks."""

_OF_PHOTO = ("terminal", "seq", "session", "role", "moment", "utc_s")
_AT_ONCE = 40
_PICTURES_KEPT = 256

Name = tuple[int, int]
See = Callable[[bytes], Seen]
Progress = Callable[[str], None]


@dataclass
class Done:
    """What one run did. sessions with photos; compared: of these anew, the others were done before;
    photos looked at; suspected: kind -> rows that stand; changed: rows that are other than before."""

    sessions: int = 0
    compared: int = 0
    photos: int = 0
    suspected: Counter[int] = field(default_factory=Counter)
    changed: int = 0
    _told: dict[Name, list[int]] = field(default_factory=dict, repr=False, compare=False)

    def tell(self, names: Iterable[Name], rows: Iterable[tuple[int, int, int]]) -> None:
        """These sessions' suspicions (terminal, session, kind), instead of those told of them before."""
        for name in names:
            self.suspected.subtract(self._told.pop(name, ()))
        for terminal, session, kind in rows:
            self._told.setdefault((terminal, session), []).append(kind)
            self.suspected[kind] += 1
        self.suspected = +self.suspected


def compare_stored(
    conn: Connection,
    see: See,
    model: str,
    within_us: tuple[int, int],
    only: Name | None = None,
    progress: Progress = lambda _: None,
) -> Done:
    """Look at the photos of the training sessions that began in within_us (from, before), or of only one.

    see: what is seen in a photo's bytes, as model sees it. conn: an autocommit connection. Again on the same
    photos it changes nothing. Sessions outside that a photo of these was used in again are scored anew too.
    """
    done = Done()
    for from_us, to_us in _days(conn, within_us):
        some = [one for one in _sessions(conn, from_us, to_us) if only in (None, one[0][:2])]
        for start in range(0, len(some), _AT_ONCE):
            part = some[start : start + _AT_ONCE]
            fresh = []
            for at, (session, groups) in enumerate(part, start=start + 1):
                if _measure(conn, see, model, session, groups, done):
                    fresh.append((session.terminal, session.session))
                progress(f"session {at} of {len(some)} of this day, {done.photos} photos looked at")
            names = [(session.terminal, session.session) for session, _ in part]
            done.sessions += len(names)
            _score(conn, names, fresh, done)
    return done


def _days(conn: Connection, within_us: tuple[int, int]) -> Iterator[tuple[int, int]]:
    """The part of within_us that has photos, a day at a time."""
    span = photo_looks.span(conn)
    if span is None:
        return
    begin, end = max(within_us[0], span[0] - AROUND_US, 0), min(within_us[1], span[1] + 1)
    while begin < end:
        yield begin, min(begin + DAY_US, end)
        begin += DAY_US


def _sessions(conn: Connection, from_us: int, to_us: int) -> list[tuple[Session, dict[int, list[Taken]]]]:
    """Sessions that began in this time and have photos, with these by role."""
    around = max(from_us - AROUND_US, 0), to_us + AROUND_US
    read = (record for _, _, record in photo_looks.records(conn, *around))
    taken = by_terminal(one for one in map(_taken, read) if one is not None)
    found = []
    for record in photo_looks.sign_ins(conn, from_us, to_us, sorted(taken)):
        session = _session(record)
        groups = {} if session is None else photos_of(session, taken[session.terminal])
        if session is not None and groups:
            found.append((session, groups))
    return found


def _taken(record: bytes) -> Taken | None:
    try:
        values = wire.decode(record)
    except DecodeError:
        return None
    person = values.get("matched") or values.get("expected") or 0
    return Taken(**{name: values[name] for name in _OF_PHOTO}, person=person, digest=values["photo"])


def _session(record: bytes) -> Session | None:
    try:
        values = wire.decode(record)
    except DecodeError:
        return None
    if values["role"] != TRAINEE or not values["session"]:
        return None
    return Session(*(values[name] for name in ("terminal", "session", "utc_s", "person", "instructor")))


def _measure(
    conn: Connection, see: See, model: str, session: Session, groups: dict[int, list[Taken]], done: Done
) -> bool:
    """Compare a session's photos unless that is done; whether it was to do."""
    name = session.terminal, session.session
    enrolled = {role: photo_looks.enrolled(conn, session.person(role)) for role in groups}
    if _is_done(photo_looks.done(conn, name, model), groups, enrolled):
        return False
    measured: list[Measured] = []
    for role, taken in groups.items():
        seen = {one.digest: see(photos.read(conn, one.digest) or b"") for one in taken}
        photo = enrolled[role]
        measured += compare(session.session, taken, seen, (photo[0], see(photo[1])) if photo else None)
        done.photos += len(seen)
    looked = {one.digest: Looked(one.digest, one.faces, one.look) for one in measured}
    photo_looks.replace(conn, name, list(looked.values()), [Kept(*one) for one in measured], model)
    done.compared += 1
    return True


def _is_done(
    rows: Sequence[tuple[int, int, bytes, bytes | None]],
    groups: dict[int, list[Taken]],
    enrolled: dict[int, tuple[bytes, bytes] | None],
) -> bool:
    wanted = {(role, one.seq, one.digest) for role, taken in groups.items() for one in taken}
    own = {one.digest for taken in groups.values() for one in taken}
    for role, _, _, reference in rows:
        photo = enrolled.get(role)
        if reference != photo[0] if photo else reference is not None and reference not in own:
            return False
    return {row[:3] for row in rows} == wanted


def _score(conn: Connection, names: Sequence[Name], fresh: Iterable[Name], done: Done) -> None:
    """Write what is suspected of these sessions, and of those in which a fresh one's photo came again."""
    again = {name for row in _with_look(conn, list(fresh)) for name in _after(conn, row)}
    concerned = sorted({*names, *again})
    measured = photo_looks.kept(conn, concerned)
    like = lru_cache(_PICTURES_KEPT)(lambda digest: cells_of(photos.read(conn, digest) or b""))

    def alike(row: Kept) -> Iterator[Alike]:
        for near in photo_looks.near_before(conn, row, near_bands(row.look or 0), APART_MAX, NEAR_MAX):
            one, other = like(row.digest), like(near.digest)
            if one is not None and other is not None:
                same = 1000 if near.digest == row.digest else round(1000 * likeness(other, one))
                late, early = (row.terminal, row.session), (near.terminal, near.session)
                yield Alike(late, row.utc_s, row.seq, early, near.seq, same, near.apart)

    found = [one for row in measured if row.look is not None for one in alike(row)]
    table, numbers = scored([Measured(*row) for row in measured], found)
    done.changed += suspicions.replace(conn, concerned, table, numbers, FACES, PHOTO_KINDS, pairs=())
    done.tell(
        concerned, zip(*(of.tolist() for of in (table.terminal, table.session, table.kind)), strict=True)
    )


def _with_look(conn: Connection, names: Sequence[Name]) -> list[Kept]:
    return [row for row in photo_looks.kept(conn, names) if row.look is not None]


def _after(conn: Connection, row: Kept) -> list[Name]:
    return photo_looks.sessions_after(conn, row, near_bands(row.look or 0), APART_MAX)
