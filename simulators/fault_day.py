"""Days with faults, one terminal for each seed: the plan of all of them, their feeds and their events."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from simulators.cockpit import Event
from simulators.day import seeded, session_key
from simulators.day_model import DayPlan, SessionPlan, TerminalPlan
from simulators.fault_feed import FaultFeed
from simulators.fault_plan import DAY_S, FREEZE, FaultPlan, plan_faults
from simulators.feed import Feed
from simulators.itinerary import periods
from simulators.network import Link
from simulators.scenario_model import CarSpec, PersonSpec, Scenario
from simulators.terminal_launch import TerminalUnit

SESSIONS = (2, 4)
SESSION_MIN = (5, 11)
PART = 2

_NUMBER = 5_000_000_000_000_000
_CAR, _INSTRUCTOR, _TRAINEE = 1_000_000, 2_000_000, 3_000_000


def terminal_of(seed: int) -> int:
    """The 16-digit number of the terminal that lives through this seed's day."""
    return _NUMBER + seed


def fault_day(scenario: Scenario, seeds: Sequence[int]) -> tuple[DayPlan, dict[int, FaultPlan]]:
    """A day of 24 hours from the scenario's midnight on, with a terminal for each seed; faults by terminal.

    Ground, routes and settings are the scenario's; people, sessions and faults come from the seeds.
    """
    begin_s = scenario.midnight_s
    terminals = [_terminal(seed, begin_s) for seed in seeds]
    plan = DayPlan(
        replace(scenario, cars=tuple(terminal.car for terminal in terminals), sessions=(), anomalies=()),
        seeds[0],
        begin_s,
        begin_s + DAY_S,
        tuple(terminals),
        tuple(PersonSpec(_NUMBER + _INSTRUCTOR + seed, f"Instructor {seed}") for seed in seeds),
        tuple(PersonSpec(_NUMBER + _TRAINEE + seed, f"Trainee {seed}") for seed in seeds),
        (),
    )
    faults = {
        terminal.number: plan_faults(seed, begin_s, terminal.sessions)
        for seed, terminal in zip(seeds, terminals, strict=True)
    }
    return plan, faults


def _terminal(seed: int, begin_s: int) -> TerminalPlan:
    rng = random.Random(f"hourfence fault day {seed}")
    number = terminal_of(seed)
    count = rng.randint(*SESSIONS)
    # One slot for each session, so that they stay apart; the last hour is for coming to rest.
    slot_s = (DAY_S - 2 * 3_600) // count
    sessions = []
    for index in range(count):
        minutes = rng.randint(*SESSION_MIN)
        start_s = begin_s + 1_800 + index * slot_s + rng.randrange(0, slot_s - 2_400)
        sessions.append(
            SessionPlan(
                f"seed {seed} session {index + 1}",
                number,
                _NUMBER + _TRAINEE + seed,
                _NUMBER + _INSTRUCTOR + seed,
                PART,
                start_s,
                start_s + minutes * 60 + rng.randint(0, 59),
            )
        )
    key = session_key(seed, "key", number)
    return TerminalPlan(
        CarSpec(number, _NUMBER + _CAR + seed, f"SEED {seed}"), key, key, tuple(sessions), (), False
    )


def fault_feeds(faults: Mapping[int, FaultPlan]) -> Callable[[DayPlan, TerminalPlan], list[Feed]]:
    """What SchoolDay asks for the feeds of each terminal."""

    def feeds_of(plan: DayPlan, terminal: TerminalPlan) -> list[Feed]:
        jumps = faults[terminal.number].clock
        return [
            FaultFeed(
                period, np.random.default_rng(seeded(plan.seed, "receiver", terminal.number, index)), jumps
            )
            for index, period in enumerate(periods(plan, terminal))
        ]

    return feeds_of


def fault_events(
    faults: Mapping[int, FaultPlan],
) -> Callable[[TerminalPlan, TerminalUnit, Link], list[Event]]:
    """What SchoolDay asks for the events of each terminal: the cuts of its plan, in time order."""

    def events_of(terminal: TerminalPlan, unit: TerminalUnit, link: Link) -> list[Event]:
        mine = faults[terminal.number]
        events = [Event(cut.at_s, unit.kill, cut.back_s, unit.start) for cut in mine.power]
        for cut in mine.network:
            events.append(Event(cut.at_s, link.freeze if cut.how == FREEZE else link.down))
            events.append(Event(cut.back_s, link.up))
        return sorted(events, key=lambda event: event.at_s)

    return events_of
