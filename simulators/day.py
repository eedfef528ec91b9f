"""Makes a scenario definite for a seed, a number of cars and a number of hours."""

from __future__ import annotations

import hashlib
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from simulators.day_model import DayPlan, SessionPlan, TerminalPlan
from simulators.scenario_checks import TAIL_S
from simulators.scenario_model import AnomalySpec, CarSpec, PersonSpec, Scenario, SessionSpec

SHORTEST_S = 480
_COPY = 10_000_000


@dataclass(frozen=True)
class _Repeat:
    """Which copy of the pattern: cars_copy beside the first, later_copy after it."""

    cars_copy: int
    later_copy: int

    @property
    def first(self) -> bool:
        return self.cars_copy == 0 and self.later_copy == 0

    def person(self, number: int) -> int:
        """Nobody is in two copies: numbers of later copies differ in the digits 8 and 9 from the right."""
        return number + (self.cars_copy + self.later_copy * 10) % 100 * _COPY


def build_day(
    scenario: Scenario, seed: int = 1, cars: int | None = None, hours: float | None = None
) -> DayPlan:
    """The day for `cars` cars and `hours` hours; None takes the scenario's own.

    More cars or hours repeat the pattern, with other people and without anomalies; fewer cut it:
    sessions are shortened to the hour's end, those under 8 minutes are left out, and so is each anomaly
    that no longer fits (named in left_out). The same arguments give the same plan.
    """
    count = len(scenario.cars) if cars is None else cars
    hours = scenario.hours if hours is None else hours
    if not 1 <= count <= 10 * len(scenario.cars):
        raise ValueError(f"cars: {count} is not between 1 and {10 * len(scenario.cars)}.")
    if not 0.25 <= hours <= 10 * scenario.hours:
        raise ValueError(f"hours: {hours:g} is not between 0.25 and {10 * scenario.hours:g}.")
    begin_s = scenario.midnight_s + scenario.start_s
    end_s = begin_s + int(hours * 3600)
    left_out: list[str] = []
    terminals: list[TerminalPlan] = []
    shift_s = math.ceil(scenario.hours * 60) * 60
    for index in range(count):
        car = _car(scenario, index)
        sessions: list[SessionPlan] = []
        for later in range(math.ceil(hours / scenario.hours)):
            repeat = _Repeat(index // len(scenario.cars), later)
            sessions += _sessions(
                scenario,
                seed,
                index % len(scenario.cars),
                car.terminal,
                repeat,
                later * shift_s,
                end_s,
                left_out,
            )
        terminals.append(_terminal(scenario, seed, index, car, tuple(sessions), end_s))
    plan = DayPlan(scenario, seed, begin_s, end_s, tuple(terminals), (), (), tuple(left_out))
    return _with_people(_without_lone_claims(plan, left_out))


def session_key(seed: int, *names: object) -> bytes:
    """32 bytes that depend on the seed and the names only."""
    text = ":".join(str(name) for name in ("hourfence simulation", seed, *names))
    return hashlib.sha256(text.encode()).digest()


def seeded(seed: int, *names: object) -> int:
    """A seed for a generator that depends on the seed and the names only."""
    return int.from_bytes(session_key(seed, *names)[:8], "big")


def _car(scenario: Scenario, index: int) -> CarSpec:
    copy, place = divmod(index, len(scenario.cars))
    car = scenario.cars[place]
    if copy == 0:
        return car
    return CarSpec(car.terminal + copy * _COPY, car.number + copy * _COPY, f"{car.plate}-{copy + 1}")


def _sessions(
    scenario: Scenario,
    seed: int,
    place: int,
    terminal: int,
    repeat: _Repeat,
    shift_s: int,
    end_s: int,
    left_out: list[str],
) -> list[SessionPlan]:
    anomalies = {anomaly.session: anomaly for anomaly in scenario.anomalies if anomaly.session}
    found = []
    for spec in sorted(scenario.sessions, key=lambda s: s.start_s):
        if spec.terminal != scenario.cars[place].terminal:
            continue
        name = spec.name if repeat.first else f"{spec.name}.{repeat.cars_copy}.{repeat.later_copy}"
        session = _session(scenario, seed, spec, name, terminal, repeat, shift_s)
        latest_s = end_s - TAIL_S
        if session.end_s > latest_s:
            session = replace(session, end_s=session.end_s - math.ceil((session.end_s - latest_s) / 60) * 60)
        if session.end_s - session.start_s < SHORTEST_S:
            left_out.append(f"session {name}: does not fit the hours.")
            continue
        anomaly = anomalies.get(spec.name) if repeat.first else None
        found.append(session if anomaly is None else _with_anomaly(session, anomaly, left_out))
    return found


def _session(
    scenario: Scenario, seed: int, spec: SessionSpec, name: str, terminal: int, repeat: _Repeat, shift_s: int
) -> SessionPlan:
    # Keys are pressed a little differently with each seed, well away from second 30.
    late_s = random.Random(seeded(seed, "keys", name)).randint(-2, 2)
    second = min(
        max(spec.start_s % 60 + late_s, 18 if spec.start_s % 60 < 30 else 35),
        25 if spec.start_s % 60 < 30 else 42,
    )
    start_s = scenario.midnight_s + spec.start_s // 60 * 60 + second + shift_s
    return SessionPlan(
        name,
        terminal,
        repeat.person(spec.trainee),
        repeat.person(spec.instructor),
        spec.part,
        start_s,
        start_s + spec.minutes * 60,
    )


def _with_anomaly(session: SessionPlan, anomaly: AnomalySpec, left_out: list[str]) -> SessionPlan:
    minute_s = session.start_s // 60 * 60 + anomaly.after_min * 60
    from_s, to_s = minute_s, minute_s + anomaly.minutes * 60
    if anomaly.kind == "leave_fence":
        to_s = from_s + 720
    elif anomaly.kind == "parked_engine_off":
        from_s, to_s = minute_s + 40, to_s + 20
    elif anomaly.kind == "killed":
        from_s, to_s = minute_s + 30, minute_s + 30 + anomaly.downtime_s
    elif anomaly.kind == "shared_instructor":
        from_s, to_s = session.start_s, session.end_s
    if to_s + (0 if anomaly.kind == "shared_instructor" else 120) > session.end_s:
        left_out.append(f"anomaly {anomaly.kind} in session {session.name}: does not fit the hours.")
        return session
    return replace(
        session,
        anomaly=anomaly.kind,
        from_s=from_s,
        to_s=to_s,
        downtime_s=anomaly.downtime_s,
        detour=anomaly.route,
    )


def _terminal(
    scenario: Scenario, seed: int, index: int, car: CarSpec, sessions: tuple[SessionPlan, ...], end_s: int
) -> TerminalPlan:
    key = session_key(seed, "key", car.terminal)
    mine = [a for a in scenario.anomalies if a.terminal == car.terminal and index < len(scenario.cars)]
    wrong = any(a.kind == "wrong_key" for a in mine)
    offline = tuple(
        (scenario.midnight_s + a.start_s, scenario.midnight_s + a.start_s + a.minutes * 60)
        for a in mine
        if a.kind == "offline" and scenario.midnight_s + a.start_s < end_s
    )
    return TerminalPlan(
        car,
        key,
        session_key(seed, "wrong key", car.terminal) if wrong else key,
        sessions,
        offline,
        any(a.kind == "replay" for a in mine),
    )


def _without_lone_claims(plan: DayPlan, left_out: list[str]) -> DayPlan:
    """The anomaly shared_instructor needs the other car's session to be there still."""
    terminals = []
    for terminal in plan.terminals:
        kept = []
        for session in terminal.sessions:
            if session.anomaly == "shared_instructor" and not any(
                other.instructor == session.instructor
                and other.terminal != session.terminal
                and other.start_s < session.end_s
                and session.start_s < other.end_s
                for other in plan.sessions
            ):
                left_out.append(
                    f"anomaly shared_instructor in session {session.name}: the other car is not there."
                )
                session = replace(session, anomaly=None, from_s=0, to_s=0)
            kept.append(session)
        terminals.append(replace(terminal, sessions=tuple(kept)))
    return replace(plan, terminals=tuple(terminals), left_out=tuple(left_out))


def _with_people(plan: DayPlan) -> DayPlan:
    scenario = plan.scenario
    return replace(
        plan,
        instructors=_people(scenario.instructors, [s.instructor for s in plan.sessions]),
        trainees=_people(scenario.trainees, [s.trainee for s in plan.sessions]),
    )


def _people(known: Sequence[PersonSpec], numbers: Sequence[int]) -> tuple[PersonSpec, ...]:
    """The scenario's own people, then those of repeated patterns under the same names."""
    names = {person.number: person.name for person in known}
    for number in sorted(set(numbers) - set(names)):
        original = number // (_COPY * 100) * (_COPY * 100) + number % _COPY
        match = [p for p in known if p.number // (_COPY * 100) * (_COPY * 100) + p.number % _COPY == original]
        names[number] = f"{match[0].name} ({number // _COPY % 100})" if match else f"{number:016d}"
    return tuple(PersonSpec(number, name) for number, name in names.items())
