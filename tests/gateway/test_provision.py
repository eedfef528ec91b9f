"""A new terminal is provisioned over the cable, once: pseudo-terminals, MicroPython, command, database."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from firmware.terminal.fence.fence import Grounds
from firmware.terminal.keep import Keep
from gateway.papers import fingerprint
from geofence.compact import pack_grounds
from ingest.cli.registry.loading import load_file
from ingest.store import registry
from ingest.store.connection import connect
from ingest.store.migrate import migrate
from tests.conftest import TLS
from tests.gateway.cables import Cable
from tests.gateway.children_of_tests import Child, gateway, on_micropython
from tests.ingest.receive.services import until
from tests.ingest.receive.terminals import registry_of
from tests.spine.ingests import as_url

NUMBER = 4000000000000002
CAR = "8" * 16
HARDWARE = "a1b2c3d4e5f60000"
BOARD = {"gnss": "/dev/ttyS1", "pulses_per_km": 4000}
BROKER = f"mqtts://gateway:its-word@broker.example:8883?ca={TLS / 'ca.pem'}"
RELEASE_KEY = "ab" * 32
# Renames while a terminal gets its number: certificate, identity, public key, settings.
WRITES = 4


class Place:
    """One terminal's flash, one cable, one depot's folder."""

    def __init__(self, folder: Path, micropython: Path) -> None:
        self.folder = folder
        self.micropython = micropython
        self.flash = folder / "flash"
        self.flash.mkdir()
        self.settings_file = self.flash / "settings.json"
        self.settings_file.write_text(json.dumps(BOARD), encoding="utf-8")
        self.registry = folder / "registry.json"
        self.registry.write_text(json.dumps(registry_of(NUMBER + 5)), encoding="utf-8")
        self.out = folder / "papers"
        self.entry = self.out / f"terminal-{NUMBER}.registry.json"
        self.runs = 0

    def terminal(self, cable: Cable, *cut: str, hardware: str = HARDWARE) -> Child:
        self.runs += 1
        log = self.folder / f"terminal-{self.runs}.log"
        places = (cable.terminal_path, self.settings_file, self.flash / "keep", hardware)
        return on_micropython(self.micropython, log, "new_terminal.py", *places, *cut)

    def provision(self, cable: Cable, number: int = NUMBER, **more: Any) -> Child:
        self.runs += 1
        arguments = {
            "--port": cable.gateway_path,
            "--terminal": number,
            "--car": CAR,
            "--registry": self.registry,
            "--broker": BROKER,
            "--release-key": RELEASE_KEY,
            "--out": self.out,
        }
        words = [str(word) for pair in {**arguments, **more}.items() for word in pair]
        return gateway(self.folder / f"depot-{self.runs}.log", "provision", *words)

    def settings(self) -> dict[str, Any]:
        read: dict[str, Any] = json.loads(self.settings_file.read_text(encoding="utf-8"))
        return read

    def check(self, public_key: str) -> None:
        """The terminal and the depot's papers agree, and nothing is left over."""
        held = self.settings()
        (entry,) = json.loads(self.entry.read_text(encoding="utf-8"))["terminals"]
        assert (held["terminal"], held["key_hex"]) == (NUMBER, entry["key_hex"])
        assert (entry["public_key_hex"], entry["car"], entry["school"]) == (public_key, CAR, "9" * 16)
        assert held["host"] == "broker.example" and held["release_key"] == RELEASE_KEY
        assert {name: held[name] for name in BOARD} == BOARD
        assert Path(held["tls_ca"]).read_bytes() == (TLS / "ca.der").read_bytes()
        login = (self.out / f"terminal-{NUMBER}.login").read_text()
        assert login == f"{held['username']}:{held['password']}\n"
        files = sorted(self.out.iterdir())
        assert [file.name.split(".", 1)[1] for file in files] == ["label.txt", "login", "registry.json"]
        assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


@pytest.fixture
def place(tmp_path: Path, micropython: Path) -> Place:
    return Place(tmp_path, micropython)


def public_key_of(terminal: Child) -> str:
    terminal.wait_for("settings {")
    return next(line for line in terminal.said().splitlines() if line.startswith("public ")).split()[1]


def test_a_new_terminal_gets_its_number_and_the_registry_takes_it(
    place: Place, tmp_path: Path, postgres_url: str
) -> None:
    with Cable(tmp_path) as cable, place.terminal(cable) as terminal, place.provision(cable) as depot:
        assert depot.wait() == 0, depot.said()
        public_key = public_key_of(terminal)
    place.check(public_key)
    key = place.settings()["key_hex"]
    assert "4000 0000 0000 0002" in depot.said() and "沪A0001学" in depot.said()
    assert fingerprint(bytes.fromhex(public_key)) in depot.said()
    assert key not in depot.said() and place.settings()["password"] not in depot.said()
    with connect(postgres_url) as conn:
        migrate(conn)
        load_file(conn, place.registry)
        load_file(conn, place.entry)
        loaded = {one.number: one for one in registry.snapshot(conn).terminals}[NUMBER]
    assert (loaded.key.hex(), loaded.public_key and loaded.public_key.hex()) == (key, public_key)


def test_grounds_are_given_as_geojson(place: Place, tmp_path: Path) -> None:
    ring = [[121.4, 31.2], [121.41, 31.2], [121.41, 31.21], [121.4, 31.2]]
    feature = {
        "type": "Feature",
        "geometry": {"type": "Polygon", "coordinates": [ring]},
        "properties": {
            "fence": "f1",
            "ground": "南山",
            "kind": "field",
            "parts": [2],
            "valid_from": "2026-01-01",
            "valid_to": None,
        },
    }
    file = tmp_path / "grounds.geojson"
    file.write_text("{", encoding="utf-8")
    with Cable(tmp_path) as cable:
        with place.provision(cable, **{"--grounds": file}) as depot:
            assert depot.wait() == 2
        assert "grounds.geojson: line 1: " in depot.said() and "Traceback" not in depot.said()
        file.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
        with place.terminal(cable) as terminal, place.provision(cable, **{"--grounds": file}) as depot:
            assert depot.wait() == 0, depot.said()
            place.check(public_key_of(terminal))
    kept = Keep(str(tmp_path / "flash" / "keep")).get("grounds")
    assert kept is not None
    assert kept == pack_grounds(json.loads(file.read_text()), "", Grounds(kept).version)
    assert Grounds(kept).count == 1


def test_a_provisioned_terminal_refuses_another_number(place: Place, tmp_path: Path) -> None:
    with Cable(tmp_path) as cable, place.terminal(cable) as terminal:
        with place.provision(cable) as depot:
            assert depot.wait() == 0, depot.said()
        public_key_of(terminal)
        before = place.settings()
        with place.provision(cable, NUMBER + 1) as again:
            assert again.wait() == 2
        assert f"has the number {NUMBER} already" in again.said() and "Traceback" not in again.said()
        with place.provision(cable) as same:
            assert same.wait() == 2
        assert "has been given away already" in same.said()
    assert place.settings() == before
    with Cable(tmp_path) as cable, place.terminal(cable) as restarted:
        public_key_of(restarted)
        with place.provision(cable, NUMBER + 1) as again:
            assert again.wait() == 2
    assert place.settings() == before
    assert not list(place.out.glob(f"terminal-{NUMBER + 1}*"))


@pytest.mark.parametrize("writes", range(WRITES))
def test_a_power_cut_leaves_it_new_and_the_depot_goes_on(writes: int, place: Place, tmp_path: Path) -> None:
    with (
        Cable(tmp_path) as cable,
        place.provision(cable) as depot,
        place.terminal(cable, str(writes)) as dying,
    ):
        assert dying.wait() == 9
        assert place.settings() == BOARD
        with place.terminal(cable) as terminal:
            assert depot.wait() == 0, depot.said()
            public_key = public_key_of(terminal)
    place.check(public_key)


@pytest.mark.parametrize("upto", [1, 20, 60, 100])
def test_a_cable_pulled_in_the_middle_goes_on(upto: int, place: Place, tmp_path: Path) -> None:
    with Cable(tmp_path) as cable, place.terminal(cable) as terminal:
        cable.up_limit = upto
        with place.provision(cable) as depot:
            until(lambda: cable.pulls == 1, "the cable to be pulled")
            depot.wait_for("等待接线")
            cable.plug()
            assert depot.wait() == 0, depot.said()
        public_key = public_key_of(terminal)
    place.check(public_key)


def test_a_depot_that_missed_the_answer_goes_on_with_the_same_terminal_only(
    place: Place, tmp_path: Path
) -> None:
    with Cable(tmp_path) as cable:
        with place.terminal(cable) as terminal:
            # All but the answer to COMMIT: NEW, then NEXT for settings, certificate and grounds.
            cable.up_limit = 18 + 3 * 14 + 5
            with place.provision(cable) as depot:
                public_key = public_key_of(terminal)
                assert depot.interrupt() == 130
            assert not place.entry.exists()
            cable.plug()
            with place.provision(cable) as depot:
                assert depot.wait() == 0, depot.said()
        place.check(public_key)


def test_a_begun_number_stays_with_its_board(place: Place, tmp_path: Path) -> None:
    with Cable(tmp_path) as cable:
        with place.terminal(cable, "0") as dying, place.provision(cable) as depot:
            assert dying.wait() == 9
            assert depot.interrupt() == 130
        with place.terminal(cable, hardware="0011223344556677"), place.provision(cable) as depot:
            assert depot.wait() == 2
    assert f"was begun on the board {HARDWARE}" in depot.said()
    assert place.settings() == BOARD


def test_numbers_and_cars_are_checked_against_the_registry(
    place: Place, tmp_path: Path, postgres_url: str
) -> None:
    with Cable(tmp_path) as cable:
        with place.provision(cable, NUMBER + 5) as depot:
            assert depot.wait() == 2
        assert "choose one that was never used" in depot.said()
        with place.provision(cable, **{"--car": "7" * 16}) as depot:
            assert depot.wait() == 2
        assert "The car 7777777777777777 is not in" in depot.said()
        with place.provision(cable, **{"--terminal": "12"}) as depot:
            assert depot.wait() == 2
        with connect(postgres_url) as conn:
            migrate(conn)
            load_file(conn, place.registry)
        more = {"HOURFENCE_DATABASE_URL": as_url(postgres_url)}
        words = [
            "--port",
            cable.gateway_path,
            "--terminal",
            str(NUMBER + 5),
            "--car",
            CAR,
            "--broker",
            BROKER,
        ]
        with gateway(tmp_path / "database.log", "provision", *words, **more) as depot:
            assert depot.wait() == 2
        assert "is in the database already" in depot.said()
    assert not place.out.exists()
