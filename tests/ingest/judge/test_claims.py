"""Only a creditable minute takes a person or a car from another session; earlier starts go first."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.judge import reasons
from ingest.judge.claims import _grant
from ingest.judge.flags import flags
from ingest.judge.judge import Judgement
from ingest.judge.register.facts import Facts, TerminalFact
from tests.ingest.judge.make import INSTRUCTOR, START, TERMINAL, TRAINEE, Day, judged

ROGUE = 8
OVERLAPS = {reasons.OVERLAP_TRAINEE, reasons.OVERLAP_INSTRUCTOR, reasons.OVERLAP_CAR}
NOBODY: dict[str, Any] = {"trainee": 901, "instructor": 902}
WORTHLESS: list[dict[str, Any]] = [
    {"fence_in_force": False},
    {"fix_n": 0, "covered_s": 0},
    {"fix_out": 60},
    {"jump_kmh": 999.0},
    {"clock": 0},
    {"rpm_max": 0},
]


def kept(judgement: Judgement) -> int:
    """Accepted minutes of the honest terminal, which overlap with nobody and are not flagged."""
    (honest,) = [session for session in judgement.sessions if session.terminal == TERMINAL]
    assert not OVERLAPS & {reason for reason, _ in honest.reasons}
    assert not [flag for flag in flags(judgement) if flag.terminal == TERMINAL]
    return honest.minutes_accepted


@pytest.mark.parametrize("who", [{"trainee": TRAINEE}, {"instructor": INSTRUCTOR}])
def test_minutes_without_a_sign_in_take_nobody(who: dict[str, int]) -> None:
    day = Day()
    day.session(60)
    for at in range(-1, 60):
        day.minute(START + at, 99, ROGUE, **{**NOBODY, **who})
    assert kept(judged(day)) == 60


@pytest.mark.parametrize("spoilt", WORTHLESS)
def test_minutes_that_are_refused_take_nobody(spoilt: dict[str, Any]) -> None:
    day = Day()
    day.session(60)
    day.session(61, START - 1, ROGUE, **spoilt)
    assert kept(judged(day)) == 60


def test_a_session_without_faces_takes_nobody() -> None:
    day = Day()
    day.session(20)
    day.session(21, START - 1, ROGUE)
    for check in [row for row in day.checks if row["terminal"] == ROGUE]:
        check["outcome"] = 4
    assert kept(judged(day)) == 20


@pytest.mark.parametrize("state", [TerminalFact(ROGUE, 700, 0, 1_577_836_800), TerminalFact(9, 700, 0)])
def test_a_terminal_that_is_not_in_force_takes_nobody(state: TerminalFact) -> None:
    day = Day()
    day.session(20)
    day.session(21, START - 1, ROGUE)
    assert kept(judged(day, Facts((TerminalFact(TERMINAL, 700, 0), state)))) == 20


def test_a_session_that_lost_to_an_earlier_one_takes_nobody_from_a_later_one() -> None:
    """The second loses its trainee to the first, so it takes no instructor from the third."""
    day = Day()
    day.session(10, START, 7, trainee=1, instructor=101)
    day.session(10, START + 1, 8, trainee=1, instructor=102)
    day.session(10, START + 2, 9, trainee=3, instructor=102)
    judgement = judged(day)
    assert [session.minutes_accepted for session in judgement.sessions] == [10, 1, 9]
    assert judgement.sessions[2].reasons == ((reasons.OVERLAP_INSTRUCTOR, 1),)


def test_an_unsure_minute_takes_like_an_accepted_one() -> None:
    day = Day()
    day.session(10, fix_doubt=20)
    day.session(10, START + 5, ROGUE, instructor=INSTRUCTOR + 1)
    judgement = judged(day)
    assert [session.minutes_accepted for session in judgement.sessions] == [0, 5]
    assert {(flag.terminal, flag.reason) for flag in flags(judgement)} == {
        (TERMINAL, reasons.FENCE_DOUBT),
        (TERMINAL, reasons.OVERLAP_TRAINEE),
        (ROGUE, reasons.OVERLAP_TRAINEE),
    }


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 3)), max_size=12))
def test_granted_one_after_the_other(rows: list[tuple[int, int, int]]) -> None:
    numbers = np.array(rows, dtype=np.int64).reshape(-1, 3)
    groups = [np.unique(numbers[:, kind], return_inverse=True)[1] for kind in range(3)]
    held: list[set[int]] = [set(), set(), set()]
    expected = []
    for row in rows:
        free = all(one not in taken for one, taken in zip(row, held, strict=True))
        expected.append(free)
        if free:
            for one, taken in zip(row, held, strict=True):
                taken.add(one)
    assert _grant(groups).tolist() == expected
