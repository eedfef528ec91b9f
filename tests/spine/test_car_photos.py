"""Photos of a live car: named in signed records, sent when there is room, whole at the server by digest."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from firmware.wire.fields import FACE_CHECK, PHOTO
from ingest.store import photos
from simulators.day_model import DayPlan
from tests.spine.cars import Car, Server, development


@pytest.fixture
def car(server: Server, micropython: Path, one_car: DayPlan, tmp_path: Path) -> Iterator[Car]:
    address = (server.broker.host, server.broker.port)
    command = development(micropython)
    with Car(one_car, command, address, tmp_path / "terminal", {"photo_min": 1}) as one:
        one.live(lambda: server.through() > 0, "the first record")
        yield one


def under_way(server: Server) -> list[int]:
    """Bytes of photos that are here in part."""
    rows = server.conn.execute("SELECT received FROM photo WHERE received > 0 AND received < size").fetchall()
    server.conn.commit()
    return [row[0] for row in rows]


def test_photos_of_every_moment_arrive_whole_though_the_network_is_cut(
    server: Server, car: Car, tmp_path: Path
) -> None:
    car.sign_in()
    before = 0
    while not before:
        # Until one is caught; what was still on its way may make it whole.
        car.stage.link.up()
        car.live(lambda: under_way(server), "a photo to be under way")
        car.stage.link.down()
        before = sum(under_way(server))
    car.drive_for(30)
    car.stage.link.up()
    car.live(lambda: len(server.records(PHOTO)) > 1, "photos between the face checks")
    car.stage.people.stranger = True
    server.hourfence("order", "face-check", "--terminal", f"{car.number:016d}")
    car.see("Not the trainee's face")
    car.stage.people.stranger = False
    car.see("Minutes count again.")
    car.press("X", "Instructor signed out.")
    car.settle(server)
    named = {bytes(r["photo"]): r["moment"] for kind in (FACE_CHECK, PHOTO) for r in server.records(kind)}
    checks = server.records(FACE_CHECK)
    assert all(any(check["photo"]) for check in checks)
    assert {check["moment"] for check in checks} >= {1, 3, 4} and {c["outcome"] for c in checks} == {0, 2}
    car.live(lambda: not photos.missing(server.conn), "the photos")
    assert server.hourfence("photos", "missing") == "0 photos missing.\n"
    for digest in named:
        saved = tmp_path / "one.jpg"
        server.hourfence("photos", "save", digest.hex(), saved)
        data = saved.read_bytes()
        assert hashlib.sha256(data).digest() == digest
        assert data.startswith(b"\xff\xd8") and data.endswith(b"\xff\xd9")
    car.live(lambda: not list((car.folder / "photos").glob("*.jpg")), "the terminal to let its photos go")
    row = server.conn.execute("SELECT refused FROM bulk_count").fetchone()
    assert row == (0,)
    assert "photos missing" not in server.hourfence("terminals")


def test_a_revoked_terminal_is_put_aside_and_shown(server: Server, car: Car) -> None:
    car.sign_in()
    document = json.loads((server.folder / "registry.json").read_text(encoding="utf-8"))
    document["terminals"][0]["revoked_at"] = "2026-01-01T00:00:00Z"
    (server.folder / "revoked.json").write_text(json.dumps(document), encoding="utf-8")
    server.hourfence("registry", "load", server.folder / "revoked.json")
    car.live(lambda: "put aside" in server.hourfence("terminals"), "the revocation")
    at = server.through()
    car.press("X", "Instructor signed out.")
    car.drive_for(60)
    assert server.through() == at < car.written()
    document["terminals"][0]["revoked_at"] = None
    (server.folder / "again.json").write_text(json.dumps(document), encoding="utf-8")
    server.hourfence("registry", "load", server.folder / "again.json")
    car.settle(server)
    assert "put aside" not in server.hourfence("terminals")
