"""The demo's day, loaded once."""

import pytest

from simulators.day import build_day
from simulators.day_model import DayPlan
from simulators.scenario import load_scenario
from simulators.scenario_model import Scenario


@pytest.fixture(scope="session")
def scenario() -> Scenario:
    return load_scenario()


@pytest.fixture(scope="session")
def plan(scenario: Scenario) -> DayPlan:
    return build_day(scenario, seed=1)
