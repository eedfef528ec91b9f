"""The day that the options ask for: a scenario's, or one around a recording."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geofence.ground import load_fences
from ingest.cli.arguments import read_text
from ingest.cli.demo.options import DemoOptions
from ingest.cli.faults import UsageError
from simulators.day import build_day
from simulators.day_model import DayPlan
from simulators.scenario import DEMO_DAY, load_scenario
from simulators.scenario_model import ScenarioError
from simulators.school_day import DayResult, FeedsOf, car_feeds
from simulators.trace_day import trace_day
from simulators.traces import TraceError, read_trace
from simulators.truth import expected_accepted

ROAD = 3
NO_FENCES: dict[str, Any] = {"type": "FeatureCollection", "features": []}


@dataclass(frozen=True)
class Day:
    """A plan, what its receivers hear, how fast it may run, further entries for the terminals' settings,
    and what should be accepted once it has been lived (empty where nobody knows)."""

    plan: DayPlan
    feeds_of: FeedsOf
    factor: int
    settings: dict[str, Any]
    expected: Callable[[DayResult], dict[str, int]]


def day_of(options: DemoOptions) -> Day:
    """Read scenario or recording, before anything starts. Raises UsageError or FenceError."""
    try:
        return _scenario_day(options) if options.trace is None else _trace_day(options, options.trace)
    except (ScenarioError, TraceError) as fault:
        raise UsageError(str(fault)) from None


def _scenario_day(options: DemoOptions) -> Day:
    scenario = load_scenario(options.scenario or DEMO_DAY)
    load_fences(json.dumps(scenario.ground), f"{scenario.source}, ground")
    try:
        plan = build_day(scenario, options.seed, options.cars, options.hours)
    except ValueError as fault:
        raise UsageError(str(fault)) from None
    return Day(plan, car_feeds, options.factor, {}, lambda result: expected_accepted(plan, result.checks))


def _trace_day(options: DemoOptions, trace: Path) -> Day:
    ground, part = NO_FENCES, options.part or ROAD
    if options.fence is not None:
        text = read_text(options.fence)
        allowed = [part for fence in load_fences(text, str(options.fence)) for part in fence.parts]
        ground, part = json.loads(text), options.part or min(allowed, default=ROAD)
    made = trace_day(read_trace(trace), ground, part, options.seed)
    return Day(made.plan, made.feeds_of, min(options.factor, made.fastest), made.settings, lambda _result: {})
