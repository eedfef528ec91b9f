"""Terminal, session, fence, satellites, standing: accepted, refused, and the last value on either side."""

from typing import Any

import pytest

from ingest.judge import reasons
from ingest.judge.register.facts import Facts, TerminalFact
from tests.ingest.judge.make import START, TERMINAL, Day, judged, minutes_with, verdicts


def one_minute(**changes: Any) -> Day:
    """Five honest minutes, the third of them changed."""
    day = Day()
    number = day.sign_in(START)
    for at in range(5):
        day.minute(START + at, number, **(changes if at == 2 else {}))
    return day


def test_an_honest_session_is_accepted_whole() -> None:
    day = Day()
    day.session(60)
    judgement = judged(day)
    assert verdicts(judgement) == ["accepted"] * 60
    assert all(not finding.any.any() for _, finding in judgement.findings)
    (session,) = judgement.sessions
    assert (session.minutes_recorded, session.minutes_accepted, session.reasons) == (60, 60, ())
    assert (session.car, session.part) == (700, 2)
    assert (session.start_s, session.end_s) == (START * 60, START * 60 + 3600)


BOUNDARIES = [
    (reasons.OUT_OF_FENCE, {"fix_in": 55, "fix_out": 5}, {"fix_in": 56, "fix_out": 4}),
    (reasons.FENCE_NONE, {"fence_in_force": False}, {"fence_in_force": True}),
    (reasons.JUMP, {"jump_kmh": 200.1}, {"jump_kmh": 200.0}),
    # 20 % of 300 m is 60 m: the share decides. 20 % of 150 m is 30 m: the 50 m decide.
    (reasons.ODO_TRACK_CONFLICT, {"wheel_m": 300, "gnss_m": 239.0}, {"wheel_m": 300, "gnss_m": 240.0}),
    (reasons.ODO_TRACK_CONFLICT, {"wheel_m": 150, "gnss_m": 99.0}, {"wheel_m": 150, "gnss_m": 100.0}),
    (reasons.ODO_TRACK_CONFLICT, {"wheel_m": 99, "gnss_m": 150.0}, {"wheel_m": 100, "gnss_m": 150.0}),
]


@pytest.mark.parametrize(("reason", "refused", "accepted"), BOUNDARIES)
def test_the_last_value_on_either_side(
    reason: int, refused: dict[str, Any], accepted: dict[str, Any]
) -> None:
    if reason == reasons.ODO_TRACK_CONFLICT:
        refused, accepted = ({**case, "speed_m": case["gnss_m"]} for case in (refused, accepted))
    judgement = judged(one_minute(**refused))
    assert minutes_with(judgement, reason) == [2]
    assert verdicts(judgement) == ["accepted"] * 2 + ["refused"] + ["accepted"] * 2
    judgement = judged(one_minute(**accepted))
    assert minutes_with(judgement, reason) == []
    if reason != reasons.OUT_OF_FENCE:
        assert verdicts(judgement) == ["accepted"] * 5


def test_fixes_near_the_edge_make_unsure_and_never_refuse() -> None:
    judgement = judged(one_minute(fix_in=55, fix_out=4, fix_doubt=1))
    assert minutes_with(judgement, reasons.FENCE_DOUBT) == [2]
    assert verdicts(judgement)[2] == "unsure"
    assert verdicts(judged(one_minute(fix_in=56, fix_out=0, fix_doubt=4)))[2] == "accepted"
    assert verdicts(judged(one_minute(fix_in=0, fix_out=0, fix_doubt=60)))[2] == "unsure"


def test_clearly_outside_leaves_no_doubt() -> None:
    judgement = judged(one_minute(fix_in=0, fix_out=30, fix_doubt=30))
    assert minutes_with(judgement, reasons.FENCE_DOUBT) == []
    assert minutes_with(judgement, reasons.OUT_OF_FENCE) == [2]


def test_another_refusal_outweighs_doubt_and_both_are_told() -> None:
    judgement = judged(one_minute(fix_doubt=30, fix_in=30, jump_kmh=400.0))
    assert verdicts(judgement)[2] == "refused"
    assert judgement.sessions[0].reasons == ((reasons.JUMP, 1), (reasons.FENCE_DOUBT, 1))


def test_wheel_and_trace_are_compared_only_where_fixes_cover_the_minute() -> None:
    changes = {"wheel_m": 4000, "gnss_m": 0.0, "speed_m": -1.0}
    assert minutes_with(judged(one_minute(**changes, covered_s=25)), reasons.ODO_TRACK_CONFLICT) == [2]
    assert minutes_with(judged(one_minute(**changes, covered_s=24)), reasons.ODO_TRACK_CONFLICT) == []


@pytest.mark.parametrize(
    ("satellites_m", "conflict"), [(0.0, []), (160.0, []), (400.0, []), (500.0, []), (501.0, [2])]
)
def test_of_an_uncovered_part_nobody_knows_how_far_the_car_went(
    satellites_m: float, conflict: list[int]
) -> None:
    """400 m by the wheel, 36 of 60 s covered: all of them, or none, may have been driven unseen."""
    changes = {"wheel_m": 400, "gnss_m": satellites_m, "speed_m": satellites_m, "covered_s": 36}
    assert minutes_with(judged(one_minute(**changes)), reasons.ODO_TRACK_CONFLICT) == conflict


def test_a_few_missing_fixes_do_not_hide_a_pulse_generator() -> None:
    changes = {"wheel_m": 800, "gnss_m": 0.0, "speed_m": 12.0, "covered_s": 54}
    assert minutes_with(judged(one_minute(**changes)), reasons.ODO_TRACK_CONFLICT) == [2]


def test_satellite_speed_that_agrees_with_the_wheel_clears_it() -> None:
    day = one_minute(wheel_m=200, gnss_m=90.0, speed_m=190.0)
    assert minutes_with(judged(day), reasons.ODO_TRACK_CONFLICT) == []


@pytest.mark.parametrize(
    ("wheel_m", "satellites_m", "conflict"),
    [
        (20, 0.0, 0),
        (21, 0.0, 5),
        (120, 100.0, 0),
        (130, 104.0, 0),
        (130, 103.0, 5),
        (0, 21.0, 5),
        (49, 0.0, 5),
    ],
)
def test_small_disagreements_of_one_kind_add_up(wheel_m: int, satellites_m: float, conflict: int) -> None:
    day = Day()
    day.session(5, wheel_m=wheel_m, gnss_m=satellites_m, speed_m=satellites_m)
    assert len(minutes_with(judged(day), reasons.ODO_TRACK_CONFLICT)) == conflict


def test_disagreements_that_cancel_or_lie_far_apart_do_not_add_up() -> None:
    for pattern in ([45, -45] * 5, [45, 0, 45, 0, 0, 45, 0, 45, 0, 0]):
        day = Day()
        number = day.sign_in(START)
        for at, more_m in enumerate(pattern):
            day.minute(START + at, number, wheel_m=150 + more_m)
        assert minutes_with(judged(day), reasons.ODO_TRACK_CONFLICT) == []


def test_boot_and_diagnostic_records_leave_no_gap() -> None:
    day = Day()
    number = day.sign_in(START)
    day.minute(START, number)
    day.others.append({"terminal": TERMINAL, "seq": day.seq(TERMINAL)})
    day.minute(START + 1, number)
    assert minutes_with(judged(day), reasons.SEQ_GAP) == []


@pytest.mark.parametrize(
    ("fact", "reason", "minutes"),
    [
        (TerminalFact(TERMINAL + 1, 1, 0), reasons.TERM_UNKNOWN, [0, 1, 2, 3, 4]),
        (TerminalFact(TERMINAL, 1, (START + 2) * 60), reasons.TERM_REVOKED, [0, 1]),
        (TerminalFact(TERMINAL, 1, 0, (START + 2) * 60), reasons.TERM_REVOKED, [2, 3, 4]),
        (TerminalFact(TERMINAL, 1, 0, None, (START + 2) * 60), reasons.TERM_REVOKED, [2, 3, 4]),
        (TerminalFact(TERMINAL, 1, 0, None, (START + 2) * 60 - 59), reasons.TERM_REVOKED, [2, 3, 4]),
        (TerminalFact(TERMINAL, 1, 0, None, (START + 5) * 60), reasons.TERM_REVOKED, []),
    ],
)
def test_the_registry_is_asked_as_of_each_minute(fact: TerminalFact, reason: int, minutes: list[int]) -> None:
    judgement = judged(one_minute(), Facts((fact,)))
    assert minutes_with(judgement, reason) == minutes
    assert verdicts(judgement).count("refused") == len(minutes)


def test_a_terminal_moved_to_another_car_is_in_that_car_from_then_on() -> None:
    moved = (START + 2) * 60
    known = Facts((TerminalFact(TERMINAL, 2, moved), TerminalFact(TERMINAL, 1, 0, moved)))
    judgement = judged(one_minute(), known)
    assert judgement.case.car.tolist() == [1, 1, 2, 2, 2]
    assert verdicts(judgement) == ["accepted"] * 5


def test_a_minute_without_its_sign_in_is_refused() -> None:
    day = one_minute()
    day.marks.clear()
    assert minutes_with(judged(day), reasons.SESSION_UNKNOWN) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("change", [{"trainee": 99}, {"instructor": 99}, {"course": 1213360000}])
def test_a_minute_of_somebody_else_than_signed_in_is_refused(change: dict[str, Any]) -> None:
    assert minutes_with(judged(one_minute(**change)), reasons.SESSION_UNKNOWN) == [2]


def test_a_session_that_was_never_closed_is_judged_like_any_other() -> None:
    (session,) = judged(one_minute()).sessions
    assert session.end_s is None
    assert session.minutes_accepted == 5
