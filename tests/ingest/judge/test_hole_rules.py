"""Holes in the trace: the time covered counts; a short one is a doubt wherever the car comes out of it, a
long one refuses."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.judge import reasons
from tests.ingest.judge.make import HONEST, START, Day, judged, minutes_with, verdicts

NONE, THIN = reasons.GNSS_NONE, reasons.GNSS_THIN
DARK = {"fix_n": 0, "covered_s": 0, "gnss_m": 0.0, "speed_m": -1.0, "first_lat_e7": 0, "last_lat_e7": 0}
METRE_E7 = 90
"""1e-7 degrees of latitude in a metre, nearly."""


def drive(dark: dict[int, dict[str, Any]], length: int = 12, on_m: int = 0, after: int = 99) -> Day:
    """A session with these minutes dark; from minute `after` on its fixes lie on_m further north."""
    day = Day()
    number = day.sign_in(START)
    for at in range(length):
        place = HONEST["first_lat_e7"] + (on_m * METRE_E7 if at >= after else 0)
        changes = {"first_lat_e7": place, "last_lat_e7": place}
        day.minute(START + at, number, **{**changes, **({**DARK, **dark[at]} if at in dark else {})})
    day.sign_out(number, START + length)
    return day


@pytest.mark.parametrize(
    ("fix_n", "covered_s", "verdict"),
    [(4, 30, "accepted"), (6, 50, "accepted"), (9, 24, "unsure"), (10, 24, "unsure"), (10, 25, "accepted")],
)
def test_the_time_covered_counts_and_not_the_number_of_fixes(
    fix_n: int, covered_s: int, verdict: str
) -> None:
    judgement = judged(drive({4: {"fix_n": fix_n, "covered_s": covered_s}}))
    assert verdicts(judgement) == ["accepted"] * 4 + [verdict] + ["accepted"] * 7
    assert minutes_with(judgement, NONE if fix_n < 10 else THIN) == ([4] if verdict == "unsure" else [])


@pytest.mark.parametrize(
    ("hole", "verdict"),
    [((0,), "unsure"), ((0, 1), "unsure"), ((4, 5), "unsure"), ((10, 11), "unsure"), ((4, 5, 6), "refused")],
)
def test_a_short_hole_is_in_doubt_and_a_long_one_refuses(hole: tuple[int, ...], verdict: str) -> None:
    judgement = judged(drive({at: {} for at in hole}))
    assert minutes_with(judgement, NONE) == list(hole)
    assert verdicts(judgement) == [verdict if at in hole else "accepted" for at in range(12)]


@pytest.mark.parametrize(("on_m", "wheel_m"), [(0, 0), (500, 200), (500, 480), (500, 600), (500, 604)])
@pytest.mark.parametrize(("few", "reason"), [({}, NONE), ({"fix_n": 20, "covered_s": 20}, THIN)])
def test_where_the_car_comes_out_of_a_hole_clears_none_of_it(
    on_m: int, wheel_m: int, few: dict[str, int], reason: int
) -> None:
    """Straight on by its wheel, as in a road tunnel, or not: what the dark hides may be outside."""
    dark = {4: {"wheel_m": wheel_m // 2, **few}, 5: {"wheel_m": wheel_m - wheel_m // 2, **few}}
    judgement = judged(drive(dark, on_m=on_m, after=6))
    assert minutes_with(judgement, reason) == [4, 5]
    assert "accepted" not in verdicts(judgement)[4:6]


def test_the_fixes_outside_taken_away_turn_no_refusal_into_credit() -> None:
    """The one minute that shows the car in a hole of the ground loses its fixes."""
    outside, dark = drive({}), drive({4: {"wheel_m": 150}})
    outside.minutes[4].update({"fix_in": 0, "fix_out": 60, "out_s": 60, "outside_m": 80.0})
    assert [verdicts(judged(day))[4] for day in (outside, dark)] == ["refused", "unsure"]


@settings(max_examples=25, deadline=None)
@given(st.sets(st.integers(0, 11)), st.sets(st.integers(0, 11), max_size=2))
def test_a_fix_less_is_never_a_minute_more(dark: set[int], more: set[int]) -> None:
    """Whatever is dark already: what more darkness leaves accepted was accepted before."""
    before = verdicts(judged(drive({at: {} for at in dark})))
    after = verdicts(judged(drive({at: {} for at in dark | more})))
    assert all(was == "accepted" for was, then in zip(before, after, strict=True) if then == "accepted")
