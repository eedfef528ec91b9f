"""The lockstep on real pseudo-terminals, against a small terminal that notes every second it saw."""

import calendar
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO

import pytest

from simulators import face_frames as fm
from simulators.day import build_day
from simulators.day_model import DayPlan, TerminalPlan
from simulators.feed import Feed
from simulators.itinerary import periods
from simulators.people import face_name
from simulators.scenario_model import Scenario
from simulators.school_day import SchoolDay, SchoolDayError, car_feeds
from simulators.terminal_launch import Launch

NOWHERE = ("127.0.0.1", 1)
FAKE = [sys.executable, str(Path(__file__).with_name("fake_terminal.py"))]


def spawn_as_leader(
    argv: Sequence[str], *, env: Mapping[str, str], output: IO[bytes]
) -> "subprocess.Popen[bytes]":
    """As the demo does: a session of its own, so that a port becomes its controlling terminal."""
    return subprocess.Popen(list(argv), env=dict(env), stdout=output, stderr=output, start_new_session=True)


def short_day(scenario: Scenario, cars: int = 1) -> DayPlan:
    return build_day(scenario, seed=3, cars=cars, hours=0.3)


def seen(out: Path, terminal: int) -> list[list[str]]:
    """Per noted second: Unix second, fix, pulses, rpm, ignition, key, face bytes; or "start" alone."""
    rows = []
    for line in (out / f"{terminal:016d}" / "journal" / "seen.txt").read_text().splitlines():
        if line == "start":
            rows.append([line])
            continue
        date, clock, fix, answer, *face = line.split(" ")
        when = calendar.timegm(time.strptime(date + clock, "%d%m%y%H%M%S"))
        rows.append([str(when), fix, *answer.split(","), face[0] if face else ""])
    return rows


def patient_feeds(plan: DayPlan, terminal: TerminalPlan) -> list[Feed]:
    """A busy machine must not fail a test: every second is awaited for as long as it takes."""
    feeds = car_feeds(plan, terminal)
    for feed in feeds:
        feed.patience_s = 60.0
    return feeds


def live(plan: DayPlan, out: Path, factor: int = 3000) -> SchoolDay:
    return SchoolDay(plan, Launch(FAKE, spawn=spawn_as_leader), NOWHERE, out, factor, patient_feeds)


def test_every_second_is_seen_once_with_its_own_answer(scenario: Scenario, tmp_path: Path) -> None:
    plan = short_day(scenario, cars=3)
    told: list[tuple[int, int]] = []
    with live(plan, tmp_path) as day:
        result = day.run(lambda done, whole: told.append((done, whole)))
    for terminal in plan.terminals:
        (period,) = periods(plan, terminal)
        (session,) = period.sessions
        rows = [row for row in seen(tmp_path, terminal.number) if row != ["start"]]
        assert [int(row[0]) for row in rows] == list(range(period.begin_s, period.end_s))
        assert [int(row[2]) for row in rows] == period.motion.pulses.tolist()
        assert [int(row[3]) for row in rows] == period.motion.rpm.tolist()
        keys = {int(row[0]): row[5] for row in rows if row[5] != "-"}
        assert keys == {
            session.start_s - 45: "I",
            session.start_s: "2",
            session.end_s: "O",
            session.end_s + 25: "X",
        }
    assert result.seconds == sum(p.end_s - p.begin_s for t in plan.terminals for p in periods(plan, t))
    assert told and told[-1][0] == told[-1][1]


def test_faces_answer_whom_the_screen_asked_for_and_in_time(scenario: Scenario, tmp_path: Path) -> None:
    plan = short_day(scenario)
    with live(plan, tmp_path) as day:
        checks = day.run().checks
    (session,) = plan.sessions
    names = {"I": face_name("I", session.instructor), "T": face_name("T", session.trainee)}
    events = checks[session.terminal]
    assert [event.role for event in events] == ["I", "T", "T", "I"]
    assert [event.asked_s for event in events] == [
        session.start_s - 45,
        session.start_s,
        session.end_s,
        session.end_s + 25,
    ]
    replies = {}
    for row in seen(tmp_path, session.terminal):
        for message, data in fm.Frames().feed(bytes.fromhex(row[-1])) if row != ["start"] else []:
            if message == fm.REPLY:
                replies[int(row[0])] = data[4 : 4 + 17].decode()
    for event, (at_s, name) in zip(events, sorted(replies.items()), strict=True):
        assert name == names[event.role] == event.seen
        assert event.answered_s <= at_s < event.answered_s + 1


def test_the_same_seed_gives_the_same_seconds(scenario: Scenario, tmp_path: Path) -> None:
    plan = short_day(scenario)
    for name in ("one", "two"):
        with live(plan, tmp_path / name) as day:
            day.run()
    number = plan.terminals[0].number
    assert seen(tmp_path / "one", number) == seen(tmp_path / "two", number)


def test_a_power_cut_loses_its_seconds_and_nothing_else(scenario: Scenario, tmp_path: Path) -> None:
    plan = short_day(scenario)
    (session,) = plan.sessions
    cut_s = session.start_s // 60 * 60 + 210
    killed = replace(session, anomaly="killed", from_s=cut_s, downtime_s=40)
    plan = replace(plan, terminals=(replace(plan.terminals[0], sessions=(killed,)),))
    with live(plan, tmp_path) as day:
        day.run()
        assert day.stands[0].unit.starts == 2
    (period,) = periods(plan, plan.terminals[0])
    rows = seen(tmp_path, session.terminal)
    again = rows.index(["start"], 1)
    before = [int(row[0]) for row in rows[1:again]]
    assert before in (list(range(period.begin_s, cut_s)), list(range(period.begin_s, cut_s - 1)))
    assert [int(row[0]) for row in rows[again + 1 :]] == list(range(cut_s + 40, period.end_s))


def test_time_waits_for_the_wall(scenario: Scenario, tmp_path: Path) -> None:
    plan = short_day(scenario)
    with live(plan, tmp_path, factor=500) as day:
        result = day.run()
    (period,) = periods(plan, plan.terminals[0])
    assert result.wall_s >= (period.end_s - 1 - plan.begin_s) / 500


def test_a_terminal_that_dies_is_named(scenario: Scenario, tmp_path: Path) -> None:
    plan = short_day(scenario)
    command = [sys.executable, "-c", "print('no such port'); raise SystemExit(3)"]
    with (
        SchoolDay(plan, Launch(command), NOWHERE, tmp_path, 1000) as day,
        pytest.raises(SchoolDayError, match=f"{plan.terminals[0].number:016d} ended by itself.*no such port"),
    ):
        day.run()


def test_leaving_ends_every_child_and_closes_every_port(scenario: Scenario, tmp_path: Path) -> None:
    before = len(os.listdir("/proc/self/fd"))
    started: list[subprocess.Popen[bytes]] = []

    def spawn(argv: Sequence[str], *, env: Mapping[str, str], output: IO[bytes]) -> "subprocess.Popen[bytes]":
        started.append(spawn_as_leader(argv, env=env, output=output))
        return started[-1]

    def interrupt(done: int, whole: int) -> None:
        raise KeyboardInterrupt

    plan = short_day(scenario, cars=2)
    with (
        pytest.raises(KeyboardInterrupt),
        SchoolDay(plan, Launch(FAKE, spawn=spawn), NOWHERE, tmp_path, 100) as day,
    ):
        day.run(interrupt)
    assert [child.poll() for child in started] == [-signal.SIGKILL] * 2
    assert len(os.listdir("/proc/self/fd")) == before
