"""A short day of one car: the real firmware on MicroPython, a real broker at the other end of its link."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from firmware.terminal.journal import journal
from ingest.embedded import children
from simulators.cockpit import Event
from simulators.day import build_day
from simulators.day_model import DayPlan
from simulators.scenario import load_scenario
from simulators.school_day import SchoolDay, Stand
from simulators.terminal_launch import Launch

ROOT = Path(__file__).resolve().parents[2]
HOURS = 0.3
FACTOR = 1000
PATIENCE_S = 120.0


def short_day(seed: int = 3) -> DayPlan:
    """One car, one training session, about a quarter of an hour."""
    return build_day(load_scenario(), seed=seed, cars=1, hours=HOURS)


class Road:
    """One terminal and its car. broker (host, port); settings: entries of the terminal's settings file."""

    def __init__(
        self, plan: DayPlan, micropython: Path, broker: tuple[str, int], out: Path, settings: dict[str, Any]
    ) -> None:
        launch = Launch(
            [str(micropython), "-X", "heapsize=512k", str(ROOT / "firmware" / "main.py")],
            {"MICROPYPATH": str(ROOT)},
            lambda argv, *, env, output: children.spawn(argv, env=env, output=output),
            lambda terminal: (f"{terminal:016d}", ""),
            settings=settings,
        )
        self.number = plan.terminals[0].number
        self._out = out
        self.day = SchoolDay(plan, launch, broker, out, FACTOR)

    @property
    def stand(self) -> Stand:
        return self.day.stands[0]

    def drive(self, at: dict[float, Callable[[], object]] | None = None) -> None:
        """Live the day; at: share of the training session (0..1) -> what happens at that second."""
        (session,) = self.stand.terminal.sessions
        length_s = session.end_s - session.start_s
        happened: list[float] = []

        def event(share: float, act: Callable[[], object]) -> Event:
            def happen() -> None:
                act()
                happened.append(share)

            return Event(session.start_s + int(share * length_s), happen)

        events = sorted((at or {}).items(), key=lambda item: item[0])
        self.stand.cockpit.events = [event(share, act) for share, act in events]
        self.day.run()
        assert len(happened) == len(events)

    def held(self) -> tuple[int, int]:
        """(last seq written, last seq receipted), as the journal's files say."""
        last_seq, through = journal.look(str(self.stand.unit.journal))
        return last_seq, through

    def wait_until(self, true: Callable[[], bool], what: str) -> None:
        assert self.day.attend(true, PATIENCE_S), f"waited for {what}; the terminal said: {self.screen()}"

    def wait_for_receipts(self) -> int:
        """Until everything that was written is receipted; how many records that is."""
        self.wait_until(lambda: self.held()[0] == self.held()[1], "the last receipt")
        return self.held()[0]

    def restart(self, settings: dict[str, Any]) -> None:
        """Switch the terminal off and on again, with other settings."""
        file = self._out / f"{self.number:016d}" / "settings.json"
        self.stand.unit.stop()
        file.write_text(json.dumps(json.loads(file.read_text()) | settings), encoding="utf-8")
        self.stand.unit.start()

    def screen(self) -> str:
        return self.stand.unit.log.read_text(encoding="utf-8", errors="replace")

    def __enter__(self) -> "Road":
        return self

    def __exit__(self, *_what: object) -> None:
        self.day.close()
