"""The commands about terminals, orders and photos, on a real database."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from typer.testing import CliRunner

from firmware.wire import orders as wire
from firmware.wire.fields import DIAGNOSTIC, STATUS
from ingest.cli.app import app
from ingest.cli.mendable import MENDABLE
from ingest.settings import DATABASE_URL, MQTT_URL
from ingest.store import orders, photos
from ingest.updates import image as updates
from tests.ingest.receive.conftest import Gate
from tests.ingest.receive.terminals import terminal_with
from tests.spine.ingests import as_url

NUMBER, OTHER = 8001, 8002
TEXT = f"{NUMBER:016d}"
JPEG = photos.JPEG + bytes(500)
Run = Callable[..., str]
FIELD = {"type": "Polygon", "coordinates": [[[121.4, 31.2], [121.41, 31.2], [121.41, 31.21], [121.4, 31.2]]]}
STATE: dict[str, Any] = {
    "moment": 2,
    "firmware": 1_002_003,
    "slot": 0,
    "reset_cause": 1,
    "self_test": 0,
    "faults": 8,
    "journal_size": 4_000_000,
    "journal_free": 1_000_000,
    "unreceipted": 4,
    "photos": 2,
    "temperature_c10": 415,
    "supply_mv": 12_100,
    "satellites": 14,
    "antenna": 1,
    "faces": 3,
    "grounds": 0,
    "settings": 0,
}


@pytest.fixture
def gate(postgres_url: str) -> Iterator[Gate]:
    made = Gate(postgres_url)
    made.register(NUMBER, OTHER)
    yield made
    made.close()


@pytest.fixture
def run(gate: Gate) -> Run:
    """Runs the command on the gate's database; what it printed. A mendable fault comes out as it is."""

    def invoke(*arguments: str) -> str:
        env = {DATABASE_URL: as_url(gate.url), MQTT_URL: "mqtt://127.0.0.1:1"}
        result = CliRunner().invoke(app, arguments, env=env)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == 0, result.output
        return result.output

    return invoke


def test_every_order_is_written_as_the_wire_has_it(gate: Gate, run: Run) -> None:
    t = ("-t", TEXT, "--operator", "Wang")
    run("order", "settings", "photo_min=10", "language=zh", *t)
    run("order", "ban", *t)
    run("order", "unban", *t)
    run("order", "resend", "5", "9", *t)
    run("order", "face-check", "--role", "trainee", *t)
    run("order", "status", *t)
    run("order", "enroll", "instructor", "2" * 16, *t)
    said = run("order", "forget", "trainee", "3" * 16, *t, "-t", f"{OTHER:016d}")
    assert said == f"{TEXT}: forget, order 8.\n{OTHER:016d}: forget, order 1.\n"
    bodies = [(one.code, one.body) for one in due_all(gate)]
    assert bodies == [
        (wire.SETTINGS, b'{"language":"zh","photo_min":10}'),
        (wire.TRAINING_BAN, bytes((1, 0, 0, 0, 0))),
        (wire.TRAINING_BAN, bytes(5)),
        (wire.RESEND, bytes((0, 0, 0, 5, 0, 0, 0, 9))),
        (wire.FACE_CHECK, b"\x02"),
        (wire.STATUS, b""),
        (wire.ENROLL, b"\x01" + int("2" * 16).to_bytes(8, "big")),
        (wire.FORGET, b"\x02" + int("3" * 16).to_bytes(8, "big")),
    ]
    orders.follow(gate.conn, [orders.News(NUMBER, 1, wire.SETTINGS, wire.DONE, 7)])
    lines = run("order", "list", "-t", TEXT).splitlines()
    assert len(lines) == 8
    assert lines[0].startswith(f"{TEXT}      1 settings      by Wang: done ")
    assert lines[1].startswith(f"{TEXT}      2 training ban  by Wang: sent ")
    assert len(run("order", "list", "--open").splitlines()) == 8


def due_all(gate: Gate) -> list[orders.Due]:
    found: list[orders.Due] = []
    while some := orders.due(gate.conn, [NUMBER], 1_800_000_000 + len(found)):
        found += some
        gate.conn.execute(
            "UPDATE terminal_order SET received_at = now() WHERE number <= %s AND terminal = %s",
            (some[-1].number, NUMBER),
        )
    gate.conn.execute("UPDATE terminal_order SET received_at = NULL")
    return found


def test_the_list_shows_what_expired_and_both_numbers(gate: Gate, run: Run) -> None:
    run("order", "status", "-t", TEXT, "--until", "2099-01-01T00:00:00Z")
    run("order", "status", "-t", TEXT)
    run("order", "status", "-t", TEXT)
    now_s = int(datetime(2100, 1, 1, tzinfo=UTC).timestamp())
    orders.expire(gate.conn, now_s)
    orders.follow(gate.conn, [orders.News(NUMBER, 40, wire.STATUS, wire.DONE, 0)])
    assert [one.number for one in orders.due(gate.conn, [NUMBER], now_s)] == [41]
    expired, *others = run("order", "list", "-t", TEXT).splitlines()
    assert f"{TEXT}      1 status " in expired and ": expired, closed 2" in expired
    assert [line.split()[1] for line in others] == ["41", "42"]
    assert others[0].endswith("UTC; given as order 2") and ": sent 2" in others[0]
    assert others[1].endswith("waits for the terminal; given as order 3")
    assert len(run("order", "list", "--open").splitlines()) == 2
    assert run("order", "status", "-t", TEXT) == f"{TEXT}: status, order 43.\n"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("settings", "photo_min=0"), "photo_min is '0'; it must be a whole number from 1 to 240."),
        (("settings", "key=1"), "key cannot be set"),
        (("settings", "photo_min"), "name=value"),
        (("resend", "9", "5"), "lower number first"),
        (("face-check", "--role", "nobody"), "The role is 'nobody'"),
        (("enroll", "both", "2" * 16), "it must be instructor or trainee"),
        (("status", "--until", "2020-01-01T00:00:00Z"), "a time to come"),
        (("status", "-t", "9" * 16), "no terminal 9999999999999999"),
        (("update", "/nowhere/x.image"), "cannot be read"),
    ],
)
def test_a_wrong_order_is_one_sentence_and_nothing_is_written(
    gate: Gate, run: Run, arguments: tuple[str, ...], sentence: str
) -> None:
    with pytest.raises(MENDABLE, match=sentence):
        run("order", *arguments, "-t", TEXT)
    assert orders.listed(gate.conn) == []


def test_grounds_go_in_as_many_orders_as_they_need(gate: Gate, run: Run, tmp_path: Path) -> None:
    properties = {
        "fence": "f{}",
        "ground": "南山",
        "kind": "field",
        "parts": [2],
        "valid_from": "2026-01-01",
        "valid_to": None,
    }
    features = [
        {"type": "Feature", "geometry": FIELD, "properties": {**properties, "fence": f"f{number}"}}
        for number in range(60)
    ]
    file = tmp_path / "grounds.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    said = run("order", "grounds", str(file), "--version", "77", "-t", TEXT)
    bodies = [one.body for one in due_all(gate)]
    assert {body[:4] for body in bodies} == {(77).to_bytes(4, "big")}
    assert [tuple(body[4:6]) for body in bodies] == [(at + 1, len(bodies)) for at in range(len(bodies))]
    assert len(bodies) > 1
    blob = b"".join(body[6:] for body in bodies)
    assert said.startswith(f"{len(blob)} bytes of grounds, version 77.\n")


def test_an_update_is_kept_with_its_manifest(gate: Gate, run: Run, tmp_path: Path) -> None:
    image = updates.build_image({"firmware/main.py": b"print(1)\n"})
    manifest = updates.sign_manifest(image, 1_002_003, "unix", Ed25519PrivateKey.generate())
    file = tmp_path / "unix-1.2.3.image"
    file.write_bytes(image)
    file.with_suffix(".manifest").write_bytes(manifest)
    run("order", "update", str(file), "-t", TEXT)
    (due,) = due_all(gate)
    assert (due.code, due.body) == (wire.UPDATE, manifest)
    kept = gate.conn.execute("SELECT digest, version, bytes FROM firmware_image").fetchall()
    assert kept == [(hashlib.sha256(image).digest(), 1_002_003, image)]
    file.write_bytes(image + b"x")
    with pytest.raises(MENDABLE, match="is not what"):
        run("order", "update", str(file), "-t", TEXT)


def test_missing_photos_and_how_the_terminals_are(gate: Gate, run: Run, tmp_path: Path) -> None:
    digest = hashlib.sha256(JPEG).digest()
    terminal = terminal_with(NUMBER, 0)
    terminal.face_check(digest)
    terminal.write(DIAGNOSTIC, code=9, state=1, value=0)
    terminal.write(DIAGNOSTIC, code=3, state=1, value=0)
    terminal.write(DIAGNOSTIC, code=3, state=0, value=0)
    gate.deliver((terminal.topic, terminal.payload(1, 6)))
    assert f"{TEXT} record 3 2026-02-25 " in run("photos", "missing")
    assert run("photos", "missing", "-t", f"{OTHER:016d}") == "0 photos missing.\n"
    run("order", "status", "-t", TEXT)
    assert [line.strip() for line in run("terminals").splitlines()] == [
        f"{TEXT}, heard {heard(gate)}, through 6, firmware 0.0.1",
        "set: camera",
        "1 orders open, 1 photos missing",
        f"{OTHER:016d}, never heard, through 0",
    ]
    terminal.write(STATUS, **STATE)
    gate.deliver(terminal.last(), terminal.chunk(JPEG, 0))
    first = run("terminals").splitlines()[0]
    assert first.endswith("firmware 1.2.3, journal 25 % free, 4 records and 2 photos waiting, 41.5 °C")
    assert run("photos", "missing") == "0 photos missing.\n"
    run("photos", "save", digest.hex(), str(tmp_path / "face.jpg"))
    assert (tmp_path / "face.jpg").read_bytes() == JPEG
    with pytest.raises(MENDABLE, match="No whole photo"):
        run("photos", "save", "00" * 32, str(tmp_path / "none.jpg"))


def heard(gate: Gate) -> str:
    row = gate.conn.execute("SELECT last_received_at FROM terminal_head").fetchone()
    assert row is not None
    return f"{row[0]:%Y-%m-%d %H:%M} UTC"
