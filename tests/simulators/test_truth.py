"""The truth of the demo's day: each anomaly has the effect it must have, and nothing else has any."""

from collections import Counter
from dataclasses import replace

import pytest

from simulators.day import build_day
from simulators.day_model import DayPlan
from simulators.face_module import FaceEvent
from simulators.people import face_name
from simulators.scenario_model import Scenario
from simulators.truth import SessionTruth, expected_accepted, truths


@pytest.fixture(scope="module")
def found(plan: DayPlan) -> dict[str, SessionTruth]:
    return truths(plan)


def one(found: dict[str, SessionTruth], kind: str) -> SessionTruth:
    (truth,) = [truth for truth in found.values() if truth.session.anomaly == kind]
    return truth


def reasons(truth: SessionTruth) -> Counter[str]:
    return Counter(why for void in truth.void.values() for why in void)


def test_sessions_without_anomaly_are_accepted_whole(plan: DayPlan, found: dict[str, SessionTruth]) -> None:
    honest = {terminal.number for terminal in plan.terminals if terminal.honest}
    plain = [t for t in found.values() if t.session.anomaly is None and t.session.terminal in honest]
    assert len(plain) >= 15
    for truth in plain:
        assert not truth.void
        assert len(truth.accepted) == (truth.session.end_s - truth.session.start_s) // 60


def test_leaving_the_fence_voids_about_eight_minutes_in_a_row(found: dict[str, SessionTruth]) -> None:
    truth = one(found, "leave_fence")
    assert 8 <= len(truth.void) <= 10 and set(reasons(truth)) == {"outside"}
    assert max(truth.void) - min(truth.void) + 1 == len(truth.void)


def test_another_face_voids_around_it_until_the_next_good_check(found: dict[str, SessionTruth]) -> None:
    truth = one(found, "face_mismatch")
    assert set(reasons(truth)) == {"face T"}
    # The first check after the sign-in finds the stranger, so nobody knows since when he drove.
    assert min(truth.void) == truth.recorded[0]
    # Checked again every two minutes: the last bad check is within the last two of the stranger's stay.
    assert truth.session.to_s // 60 - 2 <= max(truth.void) - 7 < truth.session.to_s // 60
    assert len(truth.void) == max(truth.void) - min(truth.void) + 1


def test_parked_with_the_engine_off_voids_the_whole_minutes(found: dict[str, SessionTruth]) -> None:
    assert reasons(one(found, "parked_engine_off")) == {"parked": 11, "engine off": 11}


def test_the_power_cut_loses_one_minute_and_voids_none(found: dict[str, SessionTruth]) -> None:
    truth = one(found, "killed")
    assert not truth.void
    lost = set(range(truth.recorded[0], truth.recorded[-1] + 1)) - set(truth.recorded)
    assert lost == {truth.session.from_s // 60}


def test_the_later_claim_on_the_instructor_is_void(found: dict[str, SessionTruth]) -> None:
    truth = one(found, "shared_instructor")
    (early,) = [
        t
        for t in found.values()
        if t.session.instructor == truth.session.instructor
        and t.session.terminal != truth.session.terminal
        and t.session.start_s < truth.session.start_s < t.session.end_s
    ]
    assert not early.void
    assert set(truth.void) == set(early.recorded) & set(truth.recorded) and len(truth.void) > 20


def test_a_wrong_key_is_worth_nothing(plan: DayPlan, found: dict[str, SessionTruth]) -> None:
    (wrong,) = [terminal for terminal in plan.terminals if not terminal.honest]
    assert all(found[session.name].accepted == () for session in wrong.sessions) and wrong.sessions


@pytest.mark.parametrize("seed", [2, 3])
def test_other_seeds_have_the_same_effects(scenario: Scenario, plan: DayPlan, seed: int) -> None:
    first, other = expected_accepted(plan), expected_accepted(build_day(scenario, seed))
    assert first.keys() == other.keys()
    assert all(abs(first[name] - other[name]) <= 2 for name in first)


def test_what_the_face_module_answered_counts_before_paper(plan: DayPlan) -> None:
    session = next(s for s in plan.sessions if s.anomaly is None)
    right, other = face_name("T", session.trainee), "?"
    checks = {
        session.terminal: [
            FaceEvent(session.start_s, session.start_s + 1.2, "T", right, 0),
            FaceEvent(session.start_s + 900, session.start_s + 902.5, "T", other, 8),
            FaceEvent(session.start_s + 1020, session.start_s + 1021.1, "T", right, 0),
        ]
    }
    truth = truths(plan, checks)[session.name]
    bad = (session.start_s + 903) // 60
    assert sorted(truth.void) == list(range(truth.recorded[0], bad + 8))


def test_the_daily_cap_is_four_hours(scenario: Scenario) -> None:
    plan = build_day(scenario, 1)
    trainee = plan.trainees[0].number
    terminals = tuple(
        replace(t, sessions=tuple(replace(s, trainee=trainee) for s in t.sessions)) for t in plan.terminals
    )
    found = truths(replace(plan, terminals=terminals))
    assert sum(len(truth.accepted) for truth in found.values()) == 240
