"""The day that the options ask for: a scenario's, or one around a recording."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from ingest.cli.demo.options import DemoOptions
from ingest.cli.faults import UsageError
from simulators.day import build_day
from simulators.day_model import DayPlan
from simulators.scenario import load_scenario
from simulators.school_day import DayResult, FeedsOf, car_feeds
from simulators.truth import expected_accepted


@dataclass(frozen=True)
class Day:
    """A plan, what its receivers hear, and what should be accepted once it has been lived."""

    plan: DayPlan
    feeds_of: FeedsOf
    expected: Callable[[DayResult], dict[str, int]]


def day_of(options: DemoOptions) -> Day:
    """Read scenario or recording. Raises UsageError, ScenarioError and the like before anything starts."""
    scenario = options.scenario or Path(str(files("simulators") / "scenarios" / "demo_day.toml"))
    try:
        plan = build_day(load_scenario(scenario), options.seed, options.cars, options.hours)
    except ValueError as fault:
        raise UsageError(str(fault)) from None
    return Day(plan, car_feeds, lambda result: expected_accepted(plan, result.checks))
