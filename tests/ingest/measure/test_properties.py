"""What must hold of measures whatever the drive: blocks, order, repeats, fixes taken away, fences added."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.wire import records
from geofence.engine import FenceSet
from ingest.judge.evidence import MinuteMeasures
from ingest.judge.rulebook.rule_set import RuleSet
from ingest.measure.decode import decode_joined
from ingest.measure.records import Measurer, measure_blocks
from tests.ingest.measure.drives import PLANE, minute_record
from tests.ingest.measure.grounds import SQUARE, box, field

RULES = RuleSet()
FIELD = field(SQUARE, box(-20, 20))
LARGER = FenceSet([*FIELD.fences, *field(box(-40, 130), fence="F2").fences])


@st.composite
def drives(draw: st.DrawFn) -> list[list[tuple[int, ...]]]:
    """Fixes of some minutes: a walk about the field's edge, standing now and then, fixes missing."""
    order = np.random.default_rng(draw(st.integers(0, 10_000)))
    x_m, y_m = order.uniform(-120, 120, 2)
    minutes = []
    for _ in range(draw(st.integers(1, 6))):
        speed_ms = draw(st.sampled_from([0.0, 0.3, 4.0, 15.0]))
        missing = draw(st.sampled_from([0.0, 0.0, 0.1, 0.8, 1.0]))
        fixes = []
        heading = order.uniform(0, 6)
        for second in range(60):
            heading += order.normal(0, 0.3)
            x_m = float(np.clip(x_m + speed_ms * np.cos(heading), -125, 125))
            y_m = float(np.clip(y_m + speed_ms * np.sin(heading), -125, 125))
            if order.random() >= missing:
                lat, lon = PLANE.to_e7(x_m + order.normal(0, 1), y_m + order.normal(0, 1))
                said = order.integers(0, 12), order.integers(3, 14), int(order.random() < 0.05)
                speed = 2047 if order.random() < 0.1 else int(speed_ms * 36)
                fixes.append((second, int(lat), int(lon), speed, 511, *(int(one) for one in said)))
        minutes.append(fixes)
    return minutes


def made(minutes: list[list[tuple[int, ...]]], sessions: list[int] | None = None) -> list[bytes]:
    """Their records: minute after minute, a new session where sessions say so, the wheel as in a slow car."""
    return [
        minute_record(at, fixes, session=(sessions or [1] * 9)[at], wheel_m=3 * (at % 2))
        for at, fixes in enumerate(minutes)
    ]


def measures_of(block: list[bytes], fences: FenceSet = FIELD) -> MinuteMeasures:
    return Measurer(fences, RULES).measure(block)


def same(one: MinuteMeasures, other: MinuteMeasures) -> None:
    for name, column in vars(one).items():
        assert getattr(other, name).tolist() == column.tolist(), name


@settings(max_examples=40, deadline=None)
@given(drives(), st.lists(st.sampled_from([1, 1, 2]), min_size=9, max_size=9), st.sets(st.integers(1, 5)))
def test_blocks_change_nothing(minutes: Any, sessions: list[int], cuts: set[int]) -> None:
    """To the last bit, thinned minutes among them."""
    whole = [records.thin(one) or one if at == 2 else one for at, one in enumerate(made(minutes, sessions))]
    bounds = [0, *sorted(cut for cut in cuts if cut < len(whole)), len(whole)]
    blocks = [whole[low:high] for low, high in pairwise(bounds)]
    same(measures_of(whole), MinuteMeasures.concat(list(measure_blocks(blocks, FIELD, RULES))))


@settings(max_examples=20, deadline=None)
@given(drives(), st.integers(0, 40), st.booleans())
def test_a_buffer_is_as_good_as_a_list(minutes: Any, gap: int, backwards: bool) -> None:
    """Records lie in it anywhere, with other bytes between them."""
    block = made(minutes)
    starts, buffer = {}, b"\xff" * gap
    for at in range(len(block))[:: -1 if backwards else 1]:
        starts[at] = len(buffer)
        buffer += block[at] + b"\xff" * gap
    lengths = np.array([len(record) for record in block])
    begins = np.array([starts[at] for at in range(len(block))])
    same(measures_of(block), Measurer(FIELD, RULES).measure_joined(buffer, lengths, begins))


def test_a_record_beyond_the_buffer_is_told() -> None:
    record = minute_record(0, [])
    for lengths, starts in (([len(record) + 1], [0]), ([len(record)], [1]), ([len(record)], [-1])):
        with pytest.raises(ValueError, match="do not hold"):
            decode_joined(record, np.array(lengths), np.array(starts))


@settings(max_examples=40, deadline=None)
@given(drives(), st.data())
def test_fixes_taken_away_add_nothing(minutes: Any, data: st.DataObject) -> None:
    """No more seconds in, seen, covered or told of."""
    order = np.random.default_rng(data.draw(st.integers(0, 10_000)))
    share = data.draw(st.sampled_from([0.05, 0.5]))
    fewer = [[fix for fix in fixes if order.random() > share] for fixes in minutes]
    less, more = measures_of(made(fewer)), measures_of(made(minutes))
    for name in ("fix_in", "fix_n", "covered_s", "still_s", "slow_s", "speed_sum"):
        assert (getattr(less, name) <= getattr(more, name)).all(), name


@settings(max_examples=40, deadline=None)
@given(drives())
def test_a_fence_added_takes_nobody_out(minutes: Any) -> None:
    less, more = measures_of(made(minutes), LARGER), measures_of(made(minutes))
    for name in ("out_s", "fix_out", "outside_m"):
        assert (getattr(less, name) <= getattr(more, name)).all(), name
    assert (less.fix_in >= more.fix_in).all()
    assert (less.out_s + less.doubt_s <= more.out_s + more.doubt_s).all()


@settings(max_examples=40, deadline=None)
@given(drives())
def test_every_fix_is_in_or_out_or_in_doubt(minutes: Any) -> None:
    found = measures_of(made(minutes))
    assert (found.fix_in + found.fix_out + found.fix_doubt == found.fix_n).all()
    full = found.fix_n == 60
    assert (found.fix_in + found.out_s + found.doubt_s == found.fix_n)[full].all()
    assert (found.out_s <= found.fix_out)[full].all()
    assert ((found.out_s > 0) <= (found.fix_out > 0)).all()
    assert (found.doubt_s >= 0).all() and (found.out_s + found.doubt_s <= 60).all()
    assert (found.out_s + found.doubt_s >= found.fix_out + found.fix_doubt).all()
