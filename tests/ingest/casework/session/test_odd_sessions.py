"""Odd sessions: without a position, at the ends of the world, over midnight, full of photos."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from firmware.wire import fields
from ingest.casework.session import view as session_view
from ingest.casework.session.fence_history import fence_history
from ingest.casework.session.neighbours import neighbours
from ingest.casework.up_to_date import bring_up_to_date
from ingest.judging.run import judge_all
from ingest.store import registry, registry_file
from ingest.store.connection import Connection, connect
from ingest.store.evidence import append
from ingest.store.migrate import migrate
from ingest.store.parts import Parts
from tests.ingest.judging.journal import COURSE, INSTRUCTOR, START, Journal, shuttle, the_registry

Fix = tuple[int, ...]
ENDS = ((899_990_000, 1_799_990_000), (-899_990_000, -1_799_990_000), (0, 0), (310_000_000, 1_210_000_000))
MINUTES = 12
NIGHT = START + (16 * 60 - START % 1440) - 6
"""Six minutes before midnight in China."""
PHOTOS = 28
"""A minute, in all but the last."""


def lesson(car: Journal, start: int, fixes: list[list[Fix]], photos: int = 0) -> int:
    """A session of these minutes' fixes, so many photos in each but the last; its number."""
    number = len(car.rows) + 1
    who = {"instructor": INSTRUCTOR, "course": COURSE}
    person = {"role": 2, "person": car.trainee}
    car.write(fields.SIGN_IN, start, session=number, face_id=1, online=1, **person, **who)
    driven = {"odometer_m": 1, "wheel_m": 300, "rpm_max": 1500, "ignition_s": 60, "counted_s": 60, "stops": 0}
    for at, some in enumerate(fixes):
        body = {"session": number, "trainee": car.trainee, "minute": start + at, "fixes": some}
        car.write(fields.MINUTE, start + at, **body, **driven, **who)
        for n in range(photos if at < len(fixes) - 1 else 0):
            digest = bytes([at + 1, n + 1]) * 16
            car.write(fields.PHOTO, start + at, session=number, role=2, moment=2, photo=digest, size=3000)
    car.write(fields.SIGN_OUT, start + len(fixes), session=number, how=1, minutes=1, distance_m=1, **person)
    return number


def far(at: int) -> list[Fix]:
    lat, lon = ENDS[at % len(ENDS)]
    return [(second, lat, lon, 180, 0, 12, 4, 0) for second in range(60)]


@pytest.fixture(scope="module")
def odd(module_postgres_url: str) -> Iterator[tuple[Connection, dict[str, int]]]:
    """A database, and the sessions of terminal 7 by what is odd about them."""
    with connect(module_postgres_url, patience_s=10) as conn:
        migrate(conn)
        registry.load(conn, registry_file.check(the_registry(), "test"))
        Parts().ensure(conn, [START * 60_000_000])
        car = Journal(7, 21)
        numbers = {
            "nowhere": lesson(car, START, [[] for _ in range(MINUTES)]),
            "everywhere": lesson(car, START + 30, [far(at) for at in range(MINUTES)]),
            "photos": lesson(car, START + 60, [shuttle(0.0)] * MINUTES, PHOTOS),
            "night": lesson(car, NIGHT, [shuttle(0.0)] * MINUTES),
        }
        append(conn, car.rows)
        judge_all(conn)
        bring_up_to_date(conn)
        yield conn, numbers


@pytest.mark.parametrize("what", ["nowhere", "everywhere", "photos", "night"])
def test_everything_about_it_can_be_told(odd: tuple[Connection, dict[str, int]], what: str) -> None:
    conn, numbers = odd
    key = (7, numbers[what])
    told = [session_view.view(conn, *key), session_view.trace(conn, *key, None, "gcj02")]
    told += [neighbours(conn, *key), fence_history(conn, *key, None, "gcj02")]
    assert all(told) and json.dumps(told, allow_nan=False)
    view, trace = told[:2]
    assert view is not None and trace is not None and len(view["minutes"]) == len(trace["minutes"]) == MINUTES


def test_what_is_odd_about_each_is_seen(odd: tuple[Connection, dict[str, int]]) -> None:
    conn, numbers = odd
    views = {what: session_view.view(conn, 7, number) or {} for what, number in numbers.items()}
    trace = session_view.trace(conn, 7, numbers["nowhere"]) or {}
    assert [one["second"] for one in trace["minutes"]] == [[]] * MINUTES
    nowhere = [why["name"] for why in views["nowhere"]["minutes"][0]["why"]]
    assert "GNSS_NONE" in nowhere
    assert any("km" in why["en"] for one in views["everywhere"]["minutes"] for why in one["why"])
    assert len(views["photos"]["faces"]) == PHOTOS * (MINUTES - 1)
    night = views["night"]
    assert night["minutes"][0]["time"] == "23:54" and night["minutes"][-1]["time"] == "00:05"
    assert night["head"]["started"]["local"][:10] < night["head"]["ended"]["local"][:10]
