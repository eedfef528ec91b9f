"""Scenarios: the demo's day loads, and every mistake is one sentence with file and place."""

import shutil
from collections import Counter
from pathlib import Path

import pytest

from simulators.day import build_day
from simulators.day_model import DayPlan
from simulators.scenario import DEMO_DAY, load_scenario
from simulators.scenario_model import ANOMALY_KINDS, Scenario, ScenarioError


def test_the_demo_day_is_what_was_asked_for(scenario: Scenario) -> None:
    assert len(scenario.cars) == 12 and len(scenario.sessions) >= 22
    assert {session.part for session in scenario.sessions} == {2, 3}
    assert all(30 <= session.minutes <= 75 for session in scenario.sessions)
    first = min(s.start_s for s in scenario.sessions)
    last = max(s.start_s + s.minutes * 60 for s in scenario.sessions)
    assert last - first >= 6 * 3600
    assert Counter(a.kind for a in scenario.anomalies) == Counter(ANOMALY_KINDS)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copy(DEMO_DAY.with_name("demo_ground.geojson"), tmp_path)
    return Path(shutil.copy(DEMO_DAY, tmp_path / "day.toml"))


MISTAKES = [
    ("hours = 6.5", 'hours = "long"', "hours must be a number"),
    ("hours = 6.5", "hours = 3.0", r"session\[\d+\].minutes run beyond the day's hours"),
    ("pulses_per_km = 4000", "pulse_per_km = 4000", "pulse_per_km is not a known entry"),
    ("date = 2026-09-15", 'date = "2026-09-15"', "date must be a date"),
    ('start = "08:05:20"', 'start = "08:05:30"', r"session\[0\].start must lie in seconds"),
    ('start = "08:05:20"', 'start = "8:05"', r"session\[0\].start must be a time of day"),
    ('start = "10:20:22"', 'start = "08:50:22"', r"session\[1\].terminal is still in session s01"),
    ('instructor = "2301300000000010"', 'instructor = "2301300000000009"', r"instructor is still in session"),
    ('name = "s02"', 'name = "s01"', r"session\[1\].name is the same as in session\[0\]"),
    ('trainee = "2301400000000001"', 'trainee = "23"', r"session\[0\].trainee must be 16 decimal digits"),
    ('trainee = "2301400000000001"', 'trainee = "2301400000009999"', "which no .*trainee.* has"),
    ('session = "s13"', 'session = "s99"', "names 's99', which no"),
    ('session = "s13"', 'session = "s12"', "whose anomaly is not 'killed'"),
    ('route = "away"', 'route = "ring"', "not a detour"),
    ("after_min = 17", "after_min = 40", "is too late"),
    ("demo_ground.geojson", "elsewhere.geojson", "elsewhere.geojson, which cannot be read"),
    ("lane_m = 2", "lane_m = true", r"route\[\d\].lane_m must be a number"),
    ("[school]", "[school", "is not TOML"),
]


@pytest.mark.parametrize(("right", "wrong", "sentence"), MISTAKES)
def test_a_mistake_is_named_with_its_place(copy: Path, right: str, wrong: str, sentence: str) -> None:
    text = copy.read_text(encoding="utf-8")
    assert right in text
    copy.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(ScenarioError, match=sentence) as caught:
        load_scenario(copy)
    said = str(caught.value)
    assert said.startswith(str(copy)) and said.endswith(".") and "\n" not in said


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"nowhere\.toml: cannot be read"):
        load_scenario(tmp_path / "nowhere.toml")


def test_the_same_arguments_give_the_same_plan(scenario: Scenario) -> None:
    assert build_day(scenario, 5, 7, 4.0) == build_day(scenario, 5, 7, 4.0)
    assert build_day(scenario, 5) != build_day(scenario, 6)


def keys_are_robust(plan: DayPlan) -> bool:
    return all(18 <= s.start_s % 60 <= 25 or 35 <= s.start_s % 60 <= 42 for s in plan.sessions)


@pytest.mark.parametrize(("cars", "hours"), [(1, 0.3), (2, 0.5), (5, 2.0), (12, 6.5), (12, 13.0), (30, 6.5)])
def test_cars_and_hours_scale_the_day(scenario: Scenario, cars: int, hours: float) -> None:
    plan = build_day(scenario, 1, cars, hours)
    assert len(plan.terminals) == cars
    assert len({terminal.number for terminal in plan.terminals}) == cars
    assert plan.sessions and all(plan.begin_s <= s.start_s and s.end_s <= plan.end_s for s in plan.sessions)
    assert len({session.name for session in plan.sessions}) == len(plan.sessions)
    known = {person.number for person in plan.trainees}
    assert all(
        session.trainee in known and session.end_s - session.start_s >= 480 for session in plan.sessions
    )
    kinds = Counter(session.anomaly for session in plan.sessions if session.anomaly)
    assert all(count == 1 for count in kinds.values())
    if cars == 12 and hours == 6.5:
        assert plan.left_out == () and len(kinds) == 5
    assert keys_are_robust(plan)


def test_more_cars_bring_other_people(scenario: Scenario) -> None:
    plan = build_day(scenario, 1, 24)
    first = {
        session.trainee
        for session in plan.sessions
        if session.terminal in {terminal.number for terminal in plan.terminals[:12]}
    }
    second = {session.trainee for session in plan.sessions} - first
    assert len(second) == len(first)
    names = {person.number: person.name for person in plan.trainees}
    assert all(names[number].endswith("(1)") for number in second)


@pytest.mark.parametrize(("cars", "hours"), [(0, 6.5), (121, 6.5), (12, 0.0), (12, 1000.0)])
def test_sizes_out_of_range_are_refused(scenario: Scenario, cars: int, hours: float) -> None:
    with pytest.raises(ValueError, match="is not between"):
        build_day(scenario, 1, cars, hours)
