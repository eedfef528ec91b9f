"""From a day's plan to true motion: which car drives where in each of its active periods."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from simulators.car import Car, Motion, Span
from simulators.day import seeded
from simulators.day_model import DayPlan, SessionPlan, TerminalPlan
from simulators.grounds import allowed_area, inside
from simulators.projection import LocalMetres
from simulators.route import Route, lay_route, out_and_back
from simulators.scenario_checks import LEAD_S, TAIL_S
from simulators.scenario_model import RouteSpec, Scenario

_GO_AFTER_S = 10
_HALT_BEFORE_S = 10


@dataclass(frozen=True)
class Period:
    """An active period of a car: ignition on, receiver awake. motion covers begin_s..end_s."""

    begin_s: int
    end_s: int
    sessions: tuple[SessionPlan, ...]
    motion: Motion


def frame_of(scenario: Scenario) -> LocalMetres:
    """Local metres around the first route's first waypoint."""
    lon, lat = scenario.routes[0].waypoints[0]
    return LocalMetres(lat, lon)


def routes_of(scenario: Scenario) -> dict[str, Route]:
    """Every route by name, in metres of frame_of(scenario)."""
    frame = frame_of(scenario)
    return {spec.name: _route(spec, frame) for spec in scenario.routes}


def periods(plan: DayPlan, terminal: TerminalPlan) -> tuple[Period, ...]:
    """The active periods of one car, in order. The same plan gives the same motion."""
    if not terminal.sessions:
        return ()
    routes = routes_of(plan.scenario)
    rng = np.random.default_rng(seeded(plan.seed, "car", terminal.number))
    home = _home(plan.scenario, routes, terminal.sessions[0].part, terminal.number)
    car = Car(frame_of(plan.scenario), home, rng, plan.scenario.pulses_per_km)
    found = []
    areas = {part: allowed_area(plan.scenario, part, frame_of(plan.scenario)) for part in (2, 3)}
    for session in terminal.sessions:
        begin_s, end_s = session.start_s - LEAD_S, session.end_s + TAIL_S
        route = _home(plan.scenario, routes, session.part, terminal.number)
        motion = car.motion(
            begin_s, end_s, _spans(session, route, routes, areas[session.part]), _engine_off(session, end_s)
        )
        found.append(Period(begin_s, end_s, (session,), motion))
    return tuple(found)


def _home(scenario: Scenario, routes: dict[str, Route], part: int, terminal: int) -> Route:
    mine = [spec.name for spec in scenario.routes if spec.part == part and spec.kind != "detour"]
    return routes[mine[terminal % len(mine)]]


def _crossings(area: shapely.Geometry, detour: Route) -> tuple[float, float]:
    """How far along the detour the fence is left and entered again."""
    outside = np.flatnonzero(~inside(area, detour.x_m, detour.y_m))
    if not len(outside):
        return 0.0, 0.0
    return float(outside[0]) * detour.step_m, float(outside[-1]) * detour.step_m


def _spans(
    session: SessionPlan, route: Route, routes: dict[str, Route], area: shapely.Geometry
) -> list[Span]:
    go_s, halt_s = session.start_s + _GO_AFTER_S, session.end_s - _HALT_BEFORE_S
    if session.anomaly == "parked_engine_off":
        return [Span(go_s, session.from_s, route), Span(session.to_s, halt_s, route)]
    if session.anomaly == "leave_fence" and session.detour is not None:
        detour = routes[session.detour]
        out_m, in_m = _crossings(area, detour)
        return [Span(go_s, halt_s, route, detour, session.from_s, out_m, in_m)]
    return [Span(go_s, halt_s, route)]


def _engine_off(session: SessionPlan, end_s: int) -> list[tuple[int, int]]:
    off = [(end_s - 5, end_s)]
    if session.anomaly == "parked_engine_off":
        off.append((session.from_s + 5, session.to_s - 10))
    return off


def _route(spec: RouteSpec, frame: LocalMetres) -> Route:
    lon = np.array([place[0] for place in spec.waypoints])
    lat = np.array([place[1] for place in spec.waypoints])
    x, y = frame.to_metres(lon, lat)
    if spec.kind == "out_and_back":
        return out_and_back(spec.name, x.tolist(), y.tolist(), spec.kmh, spec.lane_m)
    return lay_route(spec.name, x.tolist(), y.tolist(), spec.kmh, closed=spec.kind == "loop")
