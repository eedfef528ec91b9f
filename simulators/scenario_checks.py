"""What must hold between the entries of a scenario."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from itertools import pairwise

from simulators.scenario_model import Scenario, ScenarioError, SessionSpec

# Engine start, receiver wake-up and instructor's sign-in before; sign-outs after.
LEAD_S = 120
TAIL_S = 100


def check(scenario: Scenario) -> None:
    """Raise ScenarioError for the first thing that does not fit together."""
    _unique(scenario, "car", "terminal", (car.terminal for car in scenario.cars))
    _unique(scenario, "car", "number", (car.number for car in scenario.cars))
    _unique(scenario, "instructor", "number", (person.number for person in scenario.instructors))
    _unique(scenario, "trainee", "number", (person.number for person in scenario.trainees))
    _unique(scenario, "session", "name", (session.name for session in scenario.sessions))
    _unique(scenario, "route", "name", (route.name for route in scenario.routes))
    _persons(scenario)
    shared = {a.session for a in scenario.anomalies if a.kind == "shared_instructor"}
    _apart(scenario, "terminal", lambda s: s.terminal, LEAD_S + TAIL_S, set())
    _apart(scenario, "trainee", lambda s: s.trainee, 0, set())
    _apart(scenario, "instructor", lambda s: s.instructor, 0, shared)
    _anomalies(scenario)


def _refuse(scenario: Scenario, place: str, problem: str) -> ScenarioError:
    return ScenarioError(f"{scenario.source}: {place} {problem}.")


def _unique(scenario: Scenario, table: str, name: str, values: Iterable[Hashable]) -> None:
    seen: dict[Hashable, int] = {}
    for index, value in enumerate(values):
        if value in seen:
            raise _refuse(scenario, f"{table}[{index}].{name}", f"is the same as in {table}[{seen[value]}]")
        seen[value] = index


def _persons(scenario: Scenario) -> None:
    trainees = {person.number for person in scenario.trainees}
    instructors = {person.number for person in scenario.instructors}
    parts = {route.part for route in scenario.routes if route.kind != "detour"}
    for index, session in enumerate(scenario.sessions):
        place = f"session[{index}]"
        if session.trainee not in trainees:
            raise _refuse(
                scenario, f"{place}.trainee", f"names {session.trainee:016d}, which no [[trainee]] has"
            )
        if session.instructor not in instructors:
            raise _refuse(
                scenario,
                f"{place}.instructor",
                f"names {session.instructor:016d}, which no [[instructor]] has",
            )
        if session.part not in parts:
            raise _refuse(scenario, f"{place}.part", f"is {session.part}, for which there is no [[route]]")
        if session.start_s - LEAD_S < scenario.start_s:
            raise _refuse(scenario, f"{place}.start", f"must be at least {LEAD_S} s after the day's start")
        if session.start_s + session.minutes * 60 + TAIL_S > scenario.start_s + scenario.hours * 3600:
            raise _refuse(scenario, f"{place}.minutes", "run beyond the day's hours")


def _apart(
    scenario: Scenario, name: str, key: Callable[[SessionSpec], int], gap_s: int, allowed: set[str | None]
) -> None:
    ordered: Sequence[tuple[int, SessionSpec]] = sorted(
        enumerate(scenario.sessions), key=lambda pair: (key(pair[1]), pair[1].start_s)
    )
    for (_, first), (index, second) in pairwise(ordered):
        if key(first) != key(second) or first.name in allowed or second.name in allowed:
            continue
        if first.start_s + first.minutes * 60 + gap_s > second.start_s:
            raise _refuse(
                scenario,
                f"session[{index}].{name}",
                f"is still in session {first.name}; leave at least {gap_s} s between them",
            )


def _anomalies(scenario: Scenario) -> None:
    sessions = {session.name: session for session in scenario.sessions}
    routes = {route.name: route for route in scenario.routes}
    terminals = {car.terminal for car in scenario.cars}
    marked = {name: session.anomaly for name, session in sessions.items() if session.anomaly}
    for index, anomaly in enumerate(scenario.anomalies):
        place = f"anomaly[{index}]"
        if anomaly.session is None:
            if anomaly.terminal not in terminals:
                raise _refuse(
                    scenario, f"{place}.terminal", f"names {anomaly.terminal:016d}, which no [[car]] has"
                )
            continue
        session = sessions.get(anomaly.session)
        if session is None:
            raise _refuse(
                scenario, f"{place}.session", f"names {anomaly.session!r}, which no [[session]] has"
            )
        if marked.pop(anomaly.session, None) != anomaly.kind:
            raise _refuse(
                scenario, f"{place}.session", f"is {anomaly.session!r}, whose anomaly is not {anomaly.kind!r}"
            )
        if anomaly.after_min + anomaly.minutes + 3 > session.minutes:
            raise _refuse(scenario, f"{place}.after_min", "is too late; end it 3 minutes before the session")
        if anomaly.route is not None and (
            anomaly.route not in routes or routes[anomaly.route].kind != "detour"
        ):
            raise _refuse(scenario, f"{place}.route", f"names {anomaly.route!r}, not a detour [[route]]")
    for name, kind in marked.items():
        raise _refuse(
            scenario, f"session {name}", f"has the anomaly {kind!r}, but no [[anomaly]] tells of it"
        )
