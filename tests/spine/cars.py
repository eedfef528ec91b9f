"""A car that a test drives live: the real terminal in it, real broker, ingest and database around it."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from typer.testing import CliRunner

from firmware.terminal.journal import journal
from firmware.wire import records
from ingest.cli.app import app
from ingest.cli.mendable import MENDABLE
from ingest.cli.registry.loading import load_file
from ingest.cli.terminal.stage import Stage
from ingest.embedded import children
from ingest.embedded.mosquitto import INGEST, Mosquitto
from ingest.settings import DATABASE_URL, MQTT_URL
from ingest.store import heads
from ingest.store.connection import Connection, connect
from ingest.store.migrate import migrate
from simulators.day_model import DayPlan
from simulators.registry import write_registry
from simulators.terminal_launch import Launch
from tests.spine.ingests import CONNECTED, Ingest, as_url

ROOT = Path(__file__).resolve().parents[2]
FACTOR = 120
PATIENCE_S = 120.0
EARLIER_S = 6 * 3600
PASSWORD = "the terminal's word"
RESTART_EXIT = 75


def development(micropython: Path) -> tuple[list[str], dict[str, str]]:
    """Command and environment of a terminal without slots."""
    return [str(micropython), "-X", "heapsize=512k", str(ROOT / "firmware" / "main.py")], {
        "MICROPYPATH": str(ROOT)
    }


def from_slots(micropython: Path, root: Path) -> tuple[list[str], dict[str, str]]:
    """Command and environment of a terminal that the starter in root starts."""
    starter = str(root / "starter" / "starter.py")
    return [str(micropython), "-X", "heapsize=512k", starter, str(root)], {"MICROPYPATH": ""}


class Server:
    """Broker, database with the plan's registry, and ingest. hourfence() runs a command beside them."""

    def __init__(self, folder: Path, database_url: str, broker: Mosquitto, plan: DayPlan) -> None:
        self.folder, self.database_url, self.broker, self.plan = folder, database_url, broker, plan
        self.terminal = plan.terminals[0].number
        write_registry(plan, folder / "registry.json")
        self.conn: Connection = connect(database_url)
        migrate(self.conn)
        load_file(self.conn, folder / "registry.json")
        self.ingest = Ingest(folder, database_url, broker.url_for(INGEST))

    def __enter__(self) -> Server:
        self.ingest.start()
        self.ingest.wait_for(CONNECTED)
        return self

    def __exit__(self, *what: Any) -> None:
        self.ingest.__exit__(*what)
        self.conn.close()

    def hourfence(self, *words: object, code: int = 0) -> str:
        """What a command says; code is how it must end (2: a sentence for the user)."""
        around = {DATABASE_URL: as_url(self.database_url), MQTT_URL: self.broker.url_for(INGEST)}
        done = CliRunner().invoke(app, [str(word) for word in words], env=around)
        if isinstance(done.exception, MENDABLE):
            assert code == 2, done.exception
            return str(done.exception)
        assert done.exit_code == code, (done.output, done.exception)
        return done.output

    def through(self) -> int:
        """Up to which record the car's terminal is stored without a hole."""
        head = heads.load(self.conn, [self.terminal])[self.terminal]
        self.conn.commit()
        return int(head.through)

    def records(self, kind: int) -> list[dict[str, Any]]:
        """Every stored record of a kind, in the sequence of the chain."""
        rows = self.conn.execute("SELECT record FROM evidence WHERE kind = %s ORDER BY seq", (kind,))
        found = [records.decode(bytes(row[0])) for row in rows]
        self.conn.commit()
        return found


class Car:
    """``with Car(...) as car``: press keys, look at the screen's lines, live on until something is true."""

    def __init__(
        self,
        plan: DayPlan,
        command: tuple[list[str], dict[str, str]],
        broker: tuple[str, int],
        folder: Path,
        settings: Mapping[str, Any] | None = None,
        factor: int = FACTOR,
        begin_s: int | None = None,
    ) -> None:
        self.number = plan.terminals[0].number
        self.folder = folder
        self._children: list[children.Child] = []
        self._log_from = 0
        self._answered = 0
        self.restarts = 0
        more = dict(settings or {})

        def spawn(argv: Sequence[str], *, env: Mapping[str, str], output: IO[bytes]) -> children.Child:
            child = children.spawn(argv, env=env, output=output)
            self._children.append(child)
            return child

        def launch(given: dict[str, object]) -> Launch:
            login = (f"{self.number:016d}", PASSWORD)
            return Launch(*command, spawn, lambda _terminal: login, settings={**given, **more})

        begin = int(time.time()) - EARLIER_S if begin_s is None else begin_s
        self.stage = Stage(plan, launch, broker, folder, factor, "en", begin)
        # A terminal that is switched off for a moment does not hold up the car.
        self.stage.feed.patience_s = 0.2
        self._nobody, self._nobody_in = os.pipe()

    def __enter__(self) -> Car:
        self.stage.start()
        return self

    def __exit__(self, *_what: object) -> None:
        self.stage.close()
        os.close(self._nobody)
        os.close(self._nobody_in)

    @property
    def unit(self) -> Any:
        return self.stage.unit

    def screen(self) -> str:
        """Everything the terminal has said."""
        log = self.stage.unit.log
        return log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""

    def live(self, true: Callable[[], object], what: str, patience_s: float = PATIENCE_S) -> None:
        """Live on until it is true. A terminal that asks to be restarted is started again."""
        end = time.monotonic() + patience_s
        while not true():
            assert time.monotonic() < end, f"waited for {what}; the terminal said: {self.screen()[-3000:]}"
            self.stage.turn(0.05, self._nobody)
            if self._children and self._children[-1].poll() == RESTART_EXIT:
                self.restarts += 1
                self.start()

    def drive_for(self, car_s: int) -> None:
        """Live on for so many seconds of the car's own clock."""
        end_s = self.stage.cockpit.now_s + car_s
        self.live(lambda: self.stage.cockpit.now_s >= end_s, "the car's clock")

    def see(self, words: str) -> None:
        """Live on until the terminal's screen says this, after what was seen last."""
        self.live(lambda: words in self.screen()[self._log_from :], repr(words))
        self._log_from = self.screen().index(words, self._log_from) + len(words)

    def press(self, key: str, words: str) -> None:
        """Press a key and live on until the screen says this."""
        self.stage.press(key)
        self.see(words)

    def sign_in(self) -> None:
        """Instructor and trainee, as soon as the terminal knows the time."""
        self.live(self._is_ready, "the time to be known")
        self.press("I", "signed in.")
        self.press("2", "Training.")

    def _is_ready(self) -> bool:
        """Whether it has asked for its vehicle in seconds with a fix: 16 of them since it was started."""
        return self.stage.cockpit.counts.answered >= self._answered + 16

    def kill(self) -> None:
        """Cut the power."""
        self.stage.unit.kill()
        self.stage.ports.clear()

    def start(self) -> None:
        """Power again."""
        self.stage.ports.clear()
        self._answered = self.stage.cockpit.counts.answered
        self.stage.unit.start()

    def written(self) -> int:
        """The last record in the journal's file."""
        last_seq, _ = journal.look(str(self.stage.unit.journal))
        return int(last_seq)

    def settle(self, server: Server) -> int:
        """Live on until the server has everything that is written; how much that is."""
        self.live(lambda: 0 < self.written() == server.through(), "the server to have everything")
        return self.written()

    def ended(self) -> int | None:
        """How the terminal ended, None while it runs."""
        return self._children[-1].poll()


def python_path() -> dict[str, str]:
    """For children that run our packages."""
    return {"PYTHONPATH": str(ROOT), "PATH": str(Path(sys.executable).parent)}
