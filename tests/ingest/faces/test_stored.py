"""Photos in a real PostgreSQL, compared session by session; pictures are drawn, faces told by the test."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from firmware.wire import records as wire
from firmware.wire.fields import FACE_CHECK, PHOTO, SIGN_IN
from ingest.faces.looks import look_of
from ingest.faces.model import Face
from ingest.faces.people import Seen
from ingest.faces.pictures import grey_of
from ingest.judge.suspicions import (
    PHOTO_FACE_DIFFERS,
    PHOTO_LOOKS_REUSED,
    PHOTO_NO_FACE,
    TRACE_REPLAYED,
    Suspicions,
)
from ingest.judging import faces
from ingest.judging.faces import Done, compare_stored
from ingest.store import photo_looks, photos, suspicions
from ingest.store.connection import Connection, connect
from ingest.store.evidence import UTC_END_US, EvidenceRow, append
from ingest.store.migrate import migrate
from ingest.store.parts import Parts
from tests.ingest.faces.seats import empty, jpeg, seat

ALWAYS = (0, UTC_END_US)
BEGIN_S = 1_780_000_000
INSTRUCTOR, TRAINEE = 1, 2
MODEL = "told by a test"


@pytest.fixture
def conn(postgres_url: str) -> Iterator[Connection]:
    with connect(postgres_url, patience_s=10) as made:
        migrate(made)
        yield made


@dataclass
class Car:
    """Records of one terminal, and who is to be seen in which picture (nobody: no face)."""

    conn: Connection
    terminal: int
    faces: dict[bytes, float]
    utc_s: int = BEGIN_S
    seq: int = 0
    seen: list[bytes] = field(default_factory=list)

    def record(self, kind: int, **body: Any) -> None:
        self.seq += 1
        session = body["session"]
        values = {"kind": kind, "terminal": self.terminal, "seq": self.seq, "prev": bytes(32), "boot": 1}
        values |= {"uptime_s": self.seq, "utc_s": self.utc_s, "clock": 3, **body}
        record, utc_us = wire.encode(values), self.utc_s * 1_000_000
        row = EvidenceRow(self.terminal, self.seq, utc_us, utc_us, session, 1, 1, kind, bytes(32), record)
        Parts().ensure(self.conn, [utc_us])
        append(self.conn, [row])

    def photo(
        self, session: int, moment: int, picture: bytes, who: float | None, role: int = TRAINEE
    ) -> None:
        digest = hashlib.sha256(picture).digest()
        if who is not None:
            self.faces[digest] = who
        people = {"expected": 70 + self.terminal, "matched": 70 + self.terminal}
        checked = {"outcome": 0, "face_id": 1, "score": 255}
        self.record(FACE_CHECK, session=session, role=role, moment=moment, photo=digest, **people, **checked)
        named = photos.Named(self.terminal, self.seq, digest, self.utc_s * 1_000_000)
        photos.name(self.conn, [named])
        with self.conn.transaction():
            photos.take(self.conn, self.terminal, digest, len(picture), 0, picture)

    def session(self, pictures: list[tuple[bytes, float | None]]) -> int:
        """A sign-in with the first picture, the others a quarter of an hour apart; the session's number."""
        self.photo(0, 1, *pictures[0])
        number = self.seq + 1
        sign_in = {"session": number, "role": TRAINEE, "person": 70 + self.terminal, "instructor": 9}
        self.record(SIGN_IN, **sign_in, course=1_121_000_000, face_id=1, online=1)
        for picture, who in pictures[1:]:
            self.utc_s += 900
            self.photo(number, 2, picture, who)
        self.utc_s += 3_600
        return number


class Eyes:
    """See as the pictures' makers say; count how often."""

    def __init__(self) -> None:
        self.faces: dict[bytes, float] = {}
        self.asked = 0

    def __call__(self, picture: bytes) -> Seen:
        self.asked += 1
        grey = grey_of(picture)
        assert grey is not None
        who = self.faces.get(hashlib.sha256(picture).digest())
        found = () if who is None else (Face(60, np.array([who, *[0.0] * 127])),)
        return Seen(found, look_of(grey))


def drawing(at: int) -> np.ndarray:  # type: ignore[type-arg]
    """A picture unlike all others; who it shows is for Eyes to say."""
    return seat(f"drawing {at}", at)


def drawn(at: int) -> bytes:
    return jpeg(drawing(at))


def run(conn: Connection, eyes: Eyes, **more: Any) -> Done:
    return compare_stored(conn, eyes, MODEL, more.pop("within_us", ALWAYS), **more)


def rows(conn: Connection) -> list[tuple[int, ...]]:
    table = suspicions.read(conn)
    return list(zip(*(column.tolist() for column in vars(table).values()), strict=True))


def kinds(conn: Connection) -> list[tuple[int, int, int]]:
    return [(row[0], row[1], row[2]) for row in rows(conn)]


def test_nothing_stored_is_nothing_to_do(conn: Connection) -> None:
    assert run(conn, Eyes()) == Done()


def test_another_face_and_none_are_told_and_the_rest_is_not(conn: Connection) -> None:
    eyes = Eyes()
    car = Car(conn, 1, eyes.faces)
    honest = car.session([(drawn(1), 0.0), (drawn(2), 0.35), (drawn(3), 0.4)])
    swapped = car.session([(drawn(4), 0.0), (drawn(5), 0.7), (drawn(6), 0.72)])
    left = car.session([(drawn(7), 0.0), (jpeg(empty(8)), None), (jpeg(empty(9)), None)])
    done = run(conn, eyes)
    assert (done.sessions, done.compared, done.photos) == (3, 3, 9)
    assert kinds(conn) == [(1, swapped, PHOTO_FACE_DIFFERS), (1, left, PHOTO_NO_FACE)]
    assert [row[3] for row in rows(conn)] == [900, 666]
    kept = photo_looks.kept(conn, [(1, honest)])
    assert [row.distance_1000 for row in kept] == [0, 350, 400]
    assert {row.reference for row in kept} == {kept[0].digest}
    assert suspicions.due(conn)[1] == [(1, swapped), (1, left)]


def test_a_copy_is_found_across_trainees_and_days_and_an_empty_seat_is_not(conn: Connection) -> None:
    eyes = Eyes()
    early, late = Car(conn, 1, eyes.faces), Car(conn, 2, eyes.faces, utc_s=BEGIN_S + 3 * 86_400)
    first = early.session([(drawn(1), 0.0), (drawn(2), 0.1), (jpeg(empty(3)), None)])
    copied = jpeg(np.clip(drawing(2).astype(np.int64) + 12, 0, 255), 60)
    # That no face is found in the copy does not hide it.
    second = late.session([(drawn(901), 0.0), (copied, None), (jpeg(empty(3), 60), None)])
    run(conn, eyes)
    pairs = [row for row in rows(conn) if row[2] == PHOTO_LOOKS_REUSED]
    assert [(row[:3], row[6:]) for row in pairs] == [((2, second, PHOTO_LOOKS_REUSED), (1, first))]
    assert pairs[0][3] >= 500 and pairs[0][4] == pairs[0][5] == (BEGIN_S + 3 * 86_400 + 900) // 60


def test_again_changes_nothing_and_looks_at_nothing(conn: Connection) -> None:
    eyes = Eyes()
    car = Car(conn, 1, eyes.faces)
    car.session([(drawn(1), 0.0), (drawn(2), 0.9), (jpeg(drawing(1), 60), 0.0)])
    trace = Suspicions.of_rows([(1, 2, TRACE_REPLAYED, 900, 5, 6, 0, 0)])
    suspicions.replace(conn, [(1, 2)], trace, [{}], "another", [TRACE_REPLAYED])
    first = run(conn, eyes)
    assert first.changed == 2 and eyes.asked == 3
    before = rows(conn)
    assert [row[2] for row in before] == [TRACE_REPLAYED, PHOTO_FACE_DIFFERS, PHOTO_LOOKS_REUSED]
    second = run(conn, eyes)
    assert (second.sessions, second.compared, second.photos, second.changed) == (1, 0, 0, 0)
    assert eyes.asked == 3 and rows(conn) == before
    assert compare_stored(conn, eyes, "another model", ALWAYS).compared == 1


def test_an_interrupted_run_goes_on(conn: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    eyes = Eyes()
    car = Car(conn, 1, eyes.faces)
    for at in range(3):
        car.session([(drawn(10 * at), 0.0), (drawn(10 * at + 1), 0.7)])
    monkeypatch.setattr(faces, "_AT_ONCE", 2)

    def interrupted(picture: bytes) -> Seen:
        if eyes.asked == 5:
            raise KeyboardInterrupt
        return eyes(picture)

    with pytest.raises(KeyboardInterrupt):
        compare_stored(conn, interrupted, MODEL, ALWAYS)
    assert len(rows(conn)) == 2
    done = run(conn, eyes)
    assert (done.compared, done.photos, eyes.asked) == (1, 2, 7)
    assert len(rows(conn)) == 3 == done.suspected.total()


def test_a_session_scored_twice_in_a_run_is_counted_once() -> None:
    done = Done()
    done.tell([(1, 2), (1, 5)], [(1, 2, PHOTO_NO_FACE), (1, 5, PHOTO_LOOKS_REUSED)])
    done.tell([(1, 5), (1, 9)], [(1, 5, PHOTO_NO_FACE)])
    assert done.suspected == {PHOTO_NO_FACE: 2}


def test_the_order_of_the_days_does_not_matter(conn: Connection) -> None:
    eyes = Eyes()
    car = Car(conn, 1, eyes.faces)
    car.session([(drawn(1), 0.0), (drawn(2), 0.1)])
    middle_us = (BEGIN_S + 86_400) * 1_000_000
    car.utc_s = BEGIN_S + 2 * 86_400
    second = car.session([(drawn(51), 0.0), (jpeg(drawing(2), 50), 0.1)])
    run(conn, eyes, within_us=(middle_us, UTC_END_US))
    assert kinds(conn) == []
    run(conn, eyes, within_us=(0, middle_us))
    assert kinds(conn) == [(1, second, PHOTO_LOOKS_REUSED)]
    found = rows(conn)
    run(conn, eyes)
    run(conn, eyes, within_us=(0, middle_us))
    assert rows(conn) == found


def test_one_session_alone(conn: Connection) -> None:
    eyes = Eyes()
    car = Car(conn, 1, eyes.faces)
    car.session([(drawn(1), 0.0), (drawn(2), 0.8)])
    second = car.session([(drawn(3), 0.0), (drawn(4), 0.8)])
    run(conn, eyes, only=(1, second))
    assert kinds(conn) == [(1, second, PHOTO_FACE_DIFFERS)]


def test_the_enrolled_photo_is_the_reference_once_there_is_one(conn: Connection) -> None:
    eyes = Eyes()
    car = Car(conn, 1, eyes.faces)
    number = car.session([(drawn(1), 0.7), (drawn(2), 0.7)])
    run(conn, eyes)
    assert kinds(conn) == []
    enrolled = drawn(77)
    eyes.faces[hashlib.sha256(enrolled).digest()] = 0.0
    photo_looks.enrol(conn, 71, enrolled)
    assert run(conn, eyes).compared == 1
    assert kinds(conn) == [(1, number, PHOTO_FACE_DIFFERS)]
    assert run(conn, eyes).compared == 0
    assert photo_looks.forget(conn, 71) and not photo_looks.forget(conn, 71)
    run(conn, eyes)
    assert kinds(conn) == []


def test_no_descriptor_of_a_face_is_kept(conn: Connection) -> None:
    columns = conn.execute(
        "SELECT table_name, column_name FROM information_schema.columns WHERE data_type = 'bytea'"
        " AND table_name IN ('photo_look', 'photo_compared', 'enrolled_photo') ORDER BY 1, 2"
    ).fetchall()
    told = {"photo_look": ["digest"], "photo_compared": ["digest", "reference"]}
    told["enrolled_photo"] = ["bytes", "digest"]
    assert columns == sorted((table, name) for table, names in told.items() for name in names)


def test_an_announced_photo_counts_once(conn: Connection) -> None:
    eyes = Eyes()
    car = Car(conn, 1, eyes.faces)
    number = car.session([(drawn(1), 0.0), (drawn(2), 0.1)])
    digest = hashlib.sha256(drawn(2)).digest()
    car.record(PHOTO, session=number, role=TRAINEE, moment=2, photo=digest, size=9_000)
    photos.name(conn, [photos.Named(1, car.seq, digest, car.utc_s * 1_000_000)])
    assert run(conn, eyes).photos == 2
    assert run(conn, eyes).compared == 0 and kinds(conn) == []
