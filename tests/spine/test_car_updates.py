"""Updates from hourfence update build to the terminal that the starter starts from its other slot."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from firmware.terminal.update.slots import Slots
from firmware.terminal.update.update import BAD_SIGNATURE, NOT_NEWER, REFUSED_BEFORE, REPLACED, WENT_BACK
from firmware.wire import orders
from firmware.wire.fields import BOOT, ORDER, STATUS
from ingest.cli.app import app
from simulators.day_model import DayPlan
from tests.spine.cars import Car, Server, from_slots

pytestmark = pytest.mark.slow

FIRST, SECOND = 1000001, 1000002
BY_UPDATE = 6
# An update does a little after each second of the receiver.
FACTOR = 240
CRASHING = """
def main(settings_path, root, slot):
    raise RuntimeError("this version does not work")
"""


def hourfence(*words: object) -> str:
    done = CliRunner().invoke(app, [str(word) for word in words])
    assert done.exit_code == 0, (done.output, done.exception)
    return done.output


@dataclass
class Release:
    """A flash folder with version 1.0.1 in slot a, and how further images are built and signed."""

    folder: Path
    public: str

    @property
    def flash(self) -> Path:
        return self.folder / "built" / "flash"

    def image(
        self, version: str, *more: object, source: Path | None = None, key: str = "release.pem"
    ) -> Path:
        out = self.folder / f"{key}-{len(more)}"
        words = ("--version", version, "--board", "unix", "--key", self.folder / key, "--out", out)
        hourfence("update", "build", source or self.flash / "slot_a", *words, *more)
        return out / f"unix-{version}.image"


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    folder = tmp_path_factory.mktemp("release")
    hourfence("firmware", "build", "--board", "unix", "--version", "1.0.1", "--out", folder / "built")
    hourfence("update", "key", folder / "other.pem")
    return Release(folder, hourfence("update", "key", folder / "release.pem").strip())


@pytest.fixture
def root(release: Release, tmp_path: Path) -> Path:
    """The flash of one terminal."""
    return Path(shutil.copytree(release.flash, tmp_path / "flash"))


@pytest.fixture
def car(
    server: Server, micropython: Path, one_car: DayPlan, tmp_path: Path, root: Path, release: Release
) -> Iterator[Car]:
    address = (server.broker.host, server.broker.port)
    settings = {"release_key": release.public}
    command = from_slots(micropython, root)
    with Car(one_car, command, address, tmp_path / "terminal", settings, factor=FACTOR) as one:
        one.live(lambda: server.through() > 0, "the first record")
        yield one


def outcomes(server: Server) -> list[tuple[int, int]]:
    return [(record["outcome"], record["value"]) for record in server.records(ORDER)]


def live_until(server: Server, car: Car, outcome: tuple[int, int]) -> None:
    car.live(lambda: outcomes(server)[-1:] == [outcome], f"{outcome} after {outcomes(server)}")


def give(server: Server, car: Car, image: Path) -> None:
    server.hourfence("order", "update", image, "--terminal", f"{car.number:016d}")


def cut_when(car: Car, true: Callable[[], object], what: str) -> None:
    """kill -9 in that moment, then power again."""
    car.live(true, what)
    car.kill()
    car.start()


def test_an_update_survives_power_cuts_and_is_proven(
    release: Release, server: Server, car: Car, root: Path
) -> None:
    part, other = root / "image.part", root / "slot_b"
    give(server, car, release.image("1.0.2"))
    cut_when(car, lambda: part.exists() and part.stat().st_size > 20000, "the download")
    kept = part.stat().st_size
    assert kept > 20000
    cut_when(car, lambda: len(list(other.rglob("*.mpy"))) > 20, "the unpacking")
    assert not (other / "files").exists()
    live_until(server, car, (orders.DONE, SECOND))
    assert outcomes(server) == [(orders.BEGUN, 0), (orders.DONE, SECOND)]
    assert car.restarts == 1
    car.see(f"New firmware version: {SECOND}.")
    boots = [(r["firmware"], r["slot"], r["reset_cause"]) for r in server.records(BOOT)]
    assert boots == [(FIRST, 0, 1)] * 3 + [(SECOND, 1, BY_UPDATE)]
    slots = Slots(str(root))
    assert (slots.running, slots.proven, slots.order, slots.version) == (1, True, 0, SECOND)
    assert not part.exists()
    car.live(lambda: server.records(STATUS)[-1]["slot"] == 1, "the status")
    listed = server.hourfence("order", "list")
    assert ": done" in listed and f"value {SECOND}" in listed
    assert "firmware 1.0.2" in server.hourfence("terminals")


def test_what_may_not_be_installed_is_refused(release: Release, server: Server, car: Car, root: Path) -> None:
    refused = (
        (release.image("1.0.2", key="other.pem"), BAD_SIGNATURE),
        (release.image("1.0.0"), NOT_NEWER),
        (release.image("1.0.1"), NOT_NEWER),
        (release.image("1.0.0", "--replaces", "1.0.9"), NOT_NEWER),
    )
    for number, (image, reason) in enumerate(refused, 1):
        give(server, car, image)
        car.see(f"The new firmware version was refused ({reason}).")
        # An order is answered twice, as begun and as refused, and the one before may have ended alike.
        car.live(lambda number=number: len(outcomes(server)) >= 2 * number, "the order's two answers")
        assert outcomes(server)[-1] == (orders.REFUSED, reason)
    assert len(outcomes(server)) == 8 and not (root / "image.part").exists()
    give(server, car, release.image("1.0.0", "--replaces", "1.0.1"))
    car.see("A new firmware version is being loaded.")
    before = len(outcomes(server))
    give(server, car, release.image("1.0.2"))
    car.live(lambda: len(outcomes(server)) == before + 2, "the one to be replaced by the other")
    assert (orders.REFUSED, REPLACED) in outcomes(server)[before:]


def test_a_version_that_crashes_at_its_start_gives_the_terminal_back(
    release: Release, server: Server, car: Car, root: Path, tmp_path: Path
) -> None:
    bad = tmp_path / "bad" / "firmware"
    bad.mkdir(parents=True)
    (bad / "__init__.py").write_text("")
    (bad / "main.py").write_text(CRASHING)
    image = release.image("1.0.3", source=tmp_path / "bad")
    give(server, car, image)
    live_until(server, car, (orders.REFUSED, WENT_BACK))
    assert car.screen().count("this version does not work") == 2
    assert "The new firmware version did not work; the old one is back." in car.screen()
    assert outcomes(server)[0] == (orders.BEGUN, 0)
    boots = [(r["firmware"], r["slot"], r["reset_cause"]) for r in server.records(BOOT)]
    assert boots == [(FIRST, 0, 1), (FIRST, 0, BY_UPDATE)]
    give(server, car, image)
    live_until(server, car, (orders.REFUSED, REFUSED_BEFORE))
