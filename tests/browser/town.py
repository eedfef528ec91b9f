"""A small town for the browser to look at: two schools, a day of lessons with all that goes wrong.

Records are written as a terminal writes them, sealed, and taken in by the real pipeline, screened and judged.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import shapely

from firmware.wire import bulk, envelope, topics
from ingest.casework.up_to_date import bring_up_to_date
from ingest.judging.rules import rules_in_force
from ingest.judging.run import judge_all
from ingest.judging.screening import screen
from ingest.judging.world import World as Believed
from ingest.receive.arrival import Arrival, arrival
from ingest.receive.pipeline import Pipeline
from ingest.receive.receipts import Receipt
from ingest.receive.writer import Writer
from ingest.store import registry, registry_file
from ingest.store.connection import connect
from ingest.store.evidence import UTC_END_US
from simulators.camera import scene
from simulators.jpeg import encode
from simulators.route import lay_route
from simulators.worlds.book import Book
from simulators.worlds.place import Drawn
from simulators.worlds.plan import OTHER_PERSON, TRAINEE, UNKNOWN_FACE
from simulators.worlds.shift import Shift
from simulators.worlds.sky import CANYON, TOWN
from simulators.worlds.world import World
from tests.ingest.pack.days import document

MARKUP = "<img src=x onerror=alert(1)>\"'&amp;<script>alert(2)</script>"
SONGBEI = "松北驾驶培训学校 Songbei"
JIANGNAN = f"江南驾校 Jiangnan {MARKUP}"
NORTH, POND, ROAD, SOUTH = (
    "北场 North field",
    "水塘场 Pond field",
    "滨江路 River road",
    f"南场 South {MARKUP}",
)
FAR = (9500.0, -6000.0)
PEOPLE = (
    "王建国 Wang Jianguo",
    "李海燕 Li Haiyan",
    "张立新 Zhang Lixin",
    "刘志强 Liu Zhiqiang",
    f"赵 {MARKUP}",
)
TRAINEES = ("陈晓明", "周丽", "吴刚", "徐静", "孙磊", f"马 {MARKUP}")
CHUNK = 1400


@dataclass(frozen=True)
class Town:
    """What a test needs to know of it; sessions as (terminal, session). photos: bytes by digest."""

    first_school: int
    second_school: int
    outside: tuple[int, int]
    of_second: tuple[int, int]
    with_photos: tuple[int, int]
    trainee: int
    photos: dict[bytes, bytes]
    world: World


class Pictures:
    """The camera of one car: its pictures by digest, a few different ones."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.made: dict[bytes, bytes] = {}
        self._faces: dict[tuple[str, int], bytes] = {}

    def __call__(self, utc_s: int, role: int) -> bytes:
        who = f"{self.name}{role}"
        key = (who, utc_s // 60)
        if key not in self._faces:
            data = encode(scene(who, utc_s // 60, 1))
            self._faces[key] = hashlib.sha256(data).digest()
            self.made[self._faces[key]] = data
        return self._faces[key]


def fill(url: str) -> Town:
    """Live the day in a migrated database, screen it, judge it, bring the queue up to date."""
    world = World(7, "browser")
    town = _lived(world)
    with connect(url, patience_s=10) as conn:
        registry.load(conn, registry_file.check(_registry(world), "town"))
        deliver(url, _payloads([cab.book for cab in world.cabs], town.photos))
        screen(conn, Believed.believed(conn, rules_in_force(conn)), 0, UTC_END_US)
        judge_all(conn)
        bring_up_to_date(conn)
    return town


def _lived(world: World) -> Town:
    place, first = world.place, world.school
    place.ground(NORTH, to_s=world.at("00:00", 20))
    place.ground(f"{NORTH} II", (40.0, 30.0), from_s=world.at("00:00", 20))
    outside = _drives_out(world)
    pictures = Pictures("T")
    photos = _other_face(world, pictures)
    trainee = _in_two_cars(world)
    _one_picture(world)
    _through_the_pond(world)
    _on_the_road(world)
    _along_the_edge(world)
    _honest(world)
    second = _number_of_second_school(world)
    place.ground(SOUTH, FAR)
    theirs = Shift(world, world.cab(), "09:00", place.ring(FAR))
    theirs.route, theirs.along_m = place.along(place.line((FAR[0] + 130.0, FAR[1]))), 0.0
    lesson = theirs.lesson(12)
    theirs.lesson(8)
    theirs.end()
    of_second = (theirs.cab.terminal, lesson.written.session)
    return Town(first, second, outside, of_second, photos, trainee, pictures.made, world)


def _drives_out(world: World) -> tuple[int, int]:
    shift = Shift(world, world.cab(), "08:00", world.place.ring())
    shift.lesson(20)
    inside = shift.route
    shift.route, shift.along_m = world.place.along(world.place.line((125.0, 0.0))), 0.0
    lesson = shift.lesson(26)
    shift.route, shift.along_m = inside, 0.0
    shift.lesson(12)
    shift.end()
    return shift.cab.terminal, lesson.written.session


def _other_face(world: World, pictures: Pictures) -> tuple[int, int]:
    shift = Shift(world, world.cab(), "08:10", world.place.ring())
    from_s = shift.now_s + 600

    def who(utc_s: int, role: int) -> int:
        return UNKNOWN_FACE if role == TRAINEE and utc_s >= from_s else 0

    lesson = shift.lesson(24, who=who, photo=pictures, check_min=8, photo_min=8)
    shift.lesson(10, who=lambda utc_s, role: OTHER_PERSON if role == TRAINEE else 0, check_min=5)
    shift.end()
    return shift.cab.terminal, lesson.written.session


def _in_two_cars(world: World) -> int:
    trainee = world.trainee()
    for clock in ("10:00", "10:07"):
        shift = Shift(world, world.cab(), clock, world.place.ring())
        shift.lesson(18, trainee)
        shift.end()
    return trainee


def _one_picture(world: World) -> None:
    shift = Shift(world, world.cab(), "10:20", world.place.ring())
    picture = hashlib.sha256(b"one picture").digest()
    for _ in range(2):
        shift.lesson(10, photo=lambda utc_s, role: picture, photo_min=5)
    shift.end()


def _through_the_pond(world: World) -> None:
    x, y = -1200.0, 300.0
    corners = [(x - 124, y - 78), (x + 124, y - 78), (x + 124, y + 78), (x - 124, y + 78)]
    hole = [(x - 20, y - 15), (x + 20, y - 15), (x + 20, y + 25), (x - 20, y + 25)]
    world.place.draw(Drawn(POND, "field", (2,), shapely.Polygon(corners, [hole])))
    route = lay_route(
        "through", [x - 50, x + 50, x + 50, x - 50], [y, y, y + 8, y + 8], [18.0, 9.0, 18.0, 9.0]
    )
    shift = Shift(world, world.cab(), "13:00", route)
    shift.lesson(12)
    shift.end()


def _on_the_road(world: World) -> None:
    line = world.place.line((400.0, 500.0))
    world.place.road(ROAD, line)
    shift = Shift(world, world.cab(), "14:00", world.place.along(line), part=3, sky=TOWN)
    shift.lesson(20)
    shift.sky = CANYON
    shift.lesson(20)
    shift.end()


def _along_the_edge(world: World) -> None:
    shift = Shift(world, world.cab(), "16:00", world.place.ring(size=1.33), sky=CANYON)
    shift.lesson(20)
    shift.end()


def _honest(world: World) -> None:
    for clock in ("08:30", "11:00"):
        shift = Shift(world, world.cab(), clock, world.place.ring())
        for _ in range(3):
            shift.lesson(8)
        shift.end()


def _number_of_second_school(world: World) -> int:
    world.school = world.school + 77
    world.entry("schools", school=world.school)
    return world.school


def key_of(terminal: int) -> bytes:
    """The key that a terminal seals with."""
    return hashlib.sha256(b"browser %d" % terminal).digest()


def _registry(world: World) -> dict[str, Any]:
    made = document(world.day())
    for entry, name in zip(made["schools"], (SONGBEI, JIANGNAN), strict=True):
        entry["name"] = name
    for kind, names in (("instructors", PEOPLE), ("trainees", TRAINEES)):
        for at, entry in enumerate(made[kind]):
            entry["name"] = names[at % len(names)]
    for at, entry in enumerate(made["cars"]):
        entry["plate"] = f"黑A{1007 + 7 * at}学"
    for entry in made["terminals"]:
        entry["key_hex"] = key_of(int(entry["number"])).hex()
    return made


def _payloads(books: Iterable[Book], photos: dict[bytes, bytes]) -> Iterator[tuple[str, bytes]]:
    """Envelopes of every terminal, as full as they may be, and the photos that its records name."""
    for book in books:
        key = key_of(book.terminal)
        yield from sealed(book.terminal, [row.record for row in book.rows])
        for digest, data in photos.items():
            if any(digest in row.record for row in book.rows):
                for at in range(0, len(data), CHUNK):
                    piece = data[at : at + CHUNK]
                    chunk = bulk.encode_chunk(book.terminal, digest, len(data), at, piece, key)
                    yield topics.bulk(book.terminal), chunk


def sealed(terminal: int, records: Sequence[bytes]) -> Iterator[tuple[str, bytes]]:
    """(topic, payload) of envelopes that hold these records."""
    held: list[bytes] = []
    room = envelope.PAYLOAD_MAX - envelope.HEAD_SIZE - 32
    for record in [*records, b""]:
        full = sum(2 + len(one) for one in (*held, record)) > room or len(held) == envelope.RECORDS_MAX
        if held and (full or not record):
            yield topics.up(terminal), envelope.seal(terminal, held, key_of(terminal))
            held = []
        held.append(record)


class _Hands:
    """The broker's end, which nobody holds."""

    def __init__(self) -> None:
        self.stop = threading.Event()

    def take(self, timeout_s: float) -> list[Arrival]:
        return []

    def wait(self, seconds: float) -> bool:
        return self.stop.wait(seconds)

    def acknowledge(self, arrivals: Sequence[Arrival]) -> None:
        pass

    def send(self, receipts: Sequence[Receipt]) -> None:
        pass


def deliver(url: str, payloads: Iterable[tuple[str, bytes]]) -> None:
    """Let the server's own pipeline take these in."""
    hands = _Hands()
    writer = Writer(url, hands.wait)
    try:
        pipeline = Pipeline(writer, hands, hands.stop)
        arrivals = [arrival(topic, payload, n + 1, 1) for n, (topic, payload) in enumerate(payloads)]
        for at in range(0, len(arrivals), 200):
            pipeline.land(arrivals[at : at + 200])
    finally:
        writer.close()
