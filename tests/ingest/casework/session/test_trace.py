"""The trace that is shown against the measures that were judged: every count, for drives over the edge."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.casework.session.trace import OUT_COUNTED, Trace, minutes_told, trace_of
from ingest.casework.world_cache import FenceWorld, Ground
from ingest.judge.rulebook.rule_set import RuleSet
from ingest.measure.where import lasted_s
from tests.ingest.measure.drives import drive, measured
from tests.ingest.measure.grounds import SQUARE, field

ENGINE = field(SQUARE)
WORLD = FenceWorld(
    tuple(Ground(fence, {}) for fence in ENGINE.fences),
    np.zeros((len(ENGINE.fences), 4), dtype=np.int64),
    ENGINE,
)
RULES = RuleSet()


def shown(records: list[tuple[int, int, bytes]]) -> Trace:
    found = trace_of([record for _, _, record in records], 1, [], WORLD, RULES)
    assert found is not None
    return found


@settings(max_examples=40)
@given(
    st.lists(st.integers(-140, 140), min_size=4, max_size=8),
    st.integers(1, 3),
    st.sampled_from([3, 8, 40]),
    st.sampled_from([0, 150]),
)
def test_every_count_is_the_judges(corners: list[int], every: int, hdop_fifth: int, wheel_m: int) -> None:
    minutes = len(corners) - 1

    def route(second: float) -> tuple[float, float]:
        at = min(int(second // 60), minutes - 1)
        share = second / 60 - at
        return corners[at] + (corners[at + 1] - corners[at]) * share, 0.0

    records = drive(route, minutes, range(0, 60, every), hdop_fifth=hdop_fifth, wheel_m=wheel_m)
    told, trace = measured(records, ENGINE, RULES), shown(records)
    place = trace.place
    assert (place == 0).sum(axis=1).tolist() == told.fix_in.tolist()
    assert (place == 1).sum(axis=1).tolist() == told.fix_doubt.tolist()
    assert (place >= 2).sum(axis=1).tolist() == told.fix_out.tolist()
    out_s = lasted_s(place == OUT_COUNTED, trace.present, RULES.track_link_s)
    assert out_s.tolist() == told.out_s.tolist()
    assert np.allclose(trace.outside_m, told.outside_m)


def test_a_record_that_cannot_be_read_is_left_out() -> None:
    records = drive(lambda second: (0.0, second), 2)
    damaged = [records[0][2], b"\x04" + bytes(40), records[1][2]]
    found = trace_of(damaged, 1, [], WORLD, RULES)
    assert found is not None and len(found) == 2
    assert trace_of([b"nothing"], 1, [], WORLD, RULES) is None
    assert trace_of([], 1, [], WORLD, RULES) is None


def test_rows_hold_the_fixes_that_are_there() -> None:
    rows = minutes_told(shown(drive(lambda second: (0.0, second), 2, range(0, 60, 7), speed_kmh10=36)))
    assert [len(row["second"]) for row in rows] == [9, 9]  # type: ignore[arg-type]
    assert rows[0]["speed_kmh10"] == [36] * 9 and rows[0]["second"] == list(range(0, 60, 7))
    assert rows[0]["hdop10"] == [8] * 9 and rows[0]["margin_dm"] == [40] * 9
