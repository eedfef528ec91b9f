"""Reads a school day from TOML, with its ground's GeoJSON beside it. Refuses what does not fit together."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from simulators.scenario_checks import check
from simulators.scenario_fields import Table
from simulators.scenario_model import (
    ANOMALY_KINDS,
    SESSION_KINDS,
    AnomalySpec,
    CarSpec,
    PersonSpec,
    RouteSpec,
    Scenario,
    ScenarioError,
    SessionSpec,
)

DEMO_DAY = Path(__file__).parent / "scenarios" / "demo_day.toml"


def load_scenario(path: Path = DEMO_DAY) -> Scenario:
    """Read and check a scenario file. Raises ScenarioError: one sentence with file and place."""
    source = str(path)
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as fault:
        raise ScenarioError(f"{source}: cannot be read ({fault.strerror}); check the path.") from None
    except UnicodeDecodeError:
        raise ScenarioError(f"{source}: is not UTF-8 text; save it as UTF-8.") from None
    except tomllib.TOMLDecodeError as fault:
        raise ScenarioError(f"{source}: is not TOML: {fault}.") from None
    top = Table(source, "", values)
    scenario = _scenario(top, path)
    top.end()
    check(scenario)
    return scenario


def _scenario(top: Table, path: Path) -> Scenario:
    day, offset_min = top.day("date"), top.whole("utc_offset_min", -720, 840, 480)
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    cars = tuple(_car(table) for table in top.tables("car"))
    terminals = {car.terminal for car in cars}
    return Scenario(
        source=str(path),
        name=top.text("name"),
        school=_person(top.table("school")),
        midnight_s=int(midnight.timestamp()) - offset_min * 60,
        utc_offset_min=offset_min,
        start_s=top.clock("start"),
        hours=top.number("hours", 0.25, 15.0),
        pulses_per_km=top.whole("pulses_per_km", 500, 20000, 4000),
        face_check_min=top.whole("face_check_min", 1, 60, 30),
        face_recheck_s=top.whole("face_recheck_s", 10, 3600, 120),
        ground=_ground(top, path.parent),
        routes=tuple(_route(table) for table in top.tables("route")),
        cars=cars,
        instructors=_persons(top, "instructor"),
        trainees=_persons(top, "trainee"),
        sessions=tuple(_session(table, terminals) for table in top.tables("session")),
        anomalies=tuple(_anomaly(table) for table in top.tables("anomaly", least=0)),
    )


def _ground(top: Table, folder: Path) -> dict[str, Any]:
    path = folder / top.text("ground")
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as fault:
        raise top.refuse("ground", f"names {path}, which cannot be read ({fault.strerror})") from None
    except ValueError as fault:
        raise top.refuse("ground", f"names {path}, which is not JSON ({fault})") from None
    if (
        not isinstance(document, dict)
        or document.get("type") != "FeatureCollection"
        or not isinstance(document.get("features"), list)
        or not document["features"]
    ):
        raise top.refuse("ground", f"names {path}, which is not a GeoJSON FeatureCollection with features")
    return document


def _car(table: Table) -> CarSpec:
    found = CarSpec(table.sixteen("terminal"), table.sixteen("number"), table.text("plate"))
    table.end()
    return found


def _person(table: Table) -> PersonSpec:
    found = PersonSpec(table.sixteen("number"), table.text("name"))
    table.end()
    return found


def _persons(top: Table, name: str) -> tuple[PersonSpec, ...]:
    return tuple(_person(table) for table in top.tables(name))


def _route(table: Table) -> RouteSpec:
    kind = table.among("kind", ("loop", "out_and_back", "detour"))
    places, kmh = table.places("waypoints"), table.numbers("kmh", 3.0, 80.0)
    legs = len(places) - (1 if kind == "out_and_back" else 0)
    if len(kmh) != legs:
        raise table.refuse("kmh", f"must have {legs} speeds, one for each leg")
    found = RouteSpec(
        table.text("name"),
        kind,
        table.whole("part", 2, 3),
        places,
        kmh,
        table.number("lane_m", 0.0, 10.0, 2.0),
    )
    table.end()
    return found


def _session(table: Table, terminals: set[int]) -> SessionSpec:
    start_s = table.clock("start")
    if not (18 <= start_s % 60 <= 26 or 34 <= start_s % 60 <= 42):
        raise table.refuse("start", "must lie in seconds 18 to 26 or 34 to 42 of its minute")
    anomaly = table.among("anomaly", SESSION_KINDS) if table.has("anomaly") else None
    terminal = table.sixteen("terminal")
    if terminal not in terminals:
        raise table.refuse("terminal", f"names {terminal:016d}, which no [[car]] has")
    found = SessionSpec(
        table.text("name"),
        terminal,
        table.sixteen("trainee"),
        table.sixteen("instructor"),
        table.whole("part", 2, 3),
        start_s,
        table.whole("minutes", 5, 240),
        anomaly,
    )
    table.end()
    return found


def _anomaly(table: Table) -> AnomalySpec:
    kind = table.among("kind", ANOMALY_KINDS)
    in_session = kind in SESSION_KINDS
    wants: Sequence[str] = {
        "leave_fence": ("after_min", "route"),
        "face_mismatch": ("after_min", "minutes"),
        "parked_engine_off": ("after_min", "minutes"),
        "offline": ("start", "minutes"),
        "killed": ("after_min", "downtime_s"),
    }.get(kind, ())
    found = AnomalySpec(
        kind,
        table.text("session") if in_session else None,
        0 if in_session else table.sixteen("terminal"),
        table.whole("after_min", 1, 230) if "after_min" in wants else 0,
        table.clock("start") if "start" in wants else 0,
        table.whole("minutes", 3, 600) if "minutes" in wants else 0,
        table.whole("downtime_s", 5, 1500) if "downtime_s" in wants else 0,
        table.text("route") if "route" in wants else None,
    )
    table.end()
    return found
