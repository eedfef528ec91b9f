"""Short cuts between two fixes, with real fences: a field of 200 m with a hole or a bay in it."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ingest.measure.drives import drive, measured
from tests.ingest.measure.grounds import SQUARE, field


def hole(half_m: float) -> list[tuple[float, float]]:
    return [(-half_m, -90), (half_m, -90), (half_m, 90), (-half_m, 90), (-half_m, -90)]


@pytest.mark.parametrize(
    ("half_m", "second", "cut_m"),
    [
        # In one second over 60 m of forbidden ground: 30 deep, less 4 of margin and 5 / 8 of bend.
        (30, 31, 30 - 4 - 0.6),
        (30, 33, 30 - 4 - 5.6),
        # After ten seconds, with speeds unknown, it may have gone round.
        (30, 40, 0),
        (30, 45, 0),
        (6, 31, 0),
        (8, 31, 8 - 4 - 0.6),
    ],
)
def test_across_a_strip(half_m: float, second: int, cut_m: float) -> None:
    """Standing half_m + 1 west of the middle till second 30, as far east of it from the next fix on."""
    seconds = [*range(31), *range(second, 60)]
    made = drive(lambda t: (half_m + 1 if t > 30 else -half_m - 1, 0.0), 1, seconds)
    measures = measured(made, field(SQUARE, hole(half_m)))
    assert measures.fix_in.tolist() == [len(seconds)]
    assert measures.cut_m[0] == pytest.approx(cut_m, abs=0.1)


def test_between_two_minutes_it_belongs_to_the_later() -> None:
    made = drive(lambda t: (-31.0 if t < 60 else 31.0, 0.0), 2)
    cut = measured(made, field(SQUARE, hole(30))).cut_m
    assert cut[0] == 0
    assert cut[1] > 20
    elsewhere = drive(lambda t: (-31.0 if t < 60 else 31.0, 0.0), 2, session=9)
    assert measured([made[0], elsewhere[1]], field(SQUARE, hole(30))).cut_m.tolist() == [0, 0]


def test_from_a_fix_that_is_out_nothing_is_cut() -> None:
    made = drive(lambda t: (0.0 if t == 30 else (-31.0, 31.0)[t > 30], 0.0))
    measures = measured(made, field(SQUARE, hole(30)))
    assert (measures.fix_out[0], measures.cut_m[0]) == (1, 0)


@pytest.mark.parametrize(
    ("speed_kmh10", "cut_m"),
    [
        # 82 m in 20 s, at 14.8 km/h straight across: 30 m deep, less 4 of margin, 13 for a way 5 % longer.
        (148, 30 - 4 - 13.1),
        # At 25 km/h it can have gone 64 m further, round the strip.
        (250, 0),
        # At 9 km/h it cannot have come here at all: speeds that wrong say nothing.
        (90, 0),
        (2047, 0),
    ],
)
def test_across_a_strip_while_nobody_looks(speed_kmh10: int, cut_m: float) -> None:
    """Both ends of twenty seconds without a fix tell how fast the car went."""

    def route(t: float) -> tuple[float, float]:
        return -41 + 4.1 * min(max(t - 30, 0), 20), 0.0

    seconds = [*range(31), *range(50, 60)]
    measures = measured(drive(route, 1, seconds, speed_kmh10), field(SQUARE, hole(30)))
    assert measures.fix_in.tolist() == [len(seconds)]
    assert measures.cut_m[0] == pytest.approx(cut_m, abs=0.5)
    later = [*range(31), *range(51, 60)]
    assert measured(drive(route, 1, later, speed_kmh10), field(SQUARE, hole(30))).cut_m[0] == 0


@settings(max_examples=40, deadline=None)
@given(st.floats(0, 15), st.floats(15, 80), st.sampled_from([1, 2, 5, 10, 15, 20]), st.booleans())
def test_driving_round_within_the_field_cuts_nothing(
    speed_ms: float, radius_m: float, every: int, tells: bool
) -> None:
    """However fast, as long as the tyres hold, and however rare the fixes."""
    speed_ms = min(speed_ms, math.sqrt(5.0 * radius_m))
    inner = [
        ((radius_m - 1) * math.cos(angle / 20), (radius_m - 1) * math.sin(angle / 20))
        for angle in range(0, 126)
    ]

    def route(t: float) -> tuple[float, float]:
        along = t * speed_ms / radius_m
        return radius_m * math.cos(along), radius_m * math.sin(along)

    made = drive(route, 2, range(0, 60, every), int(speed_ms * 36) if tells else 2047)
    assert measured(made, field(SQUARE, [*inner[:-1], inner[0]])).cut_m.tolist() == [0, 0]
