"""Who stands out: never the small by chance, always the one that is planted, whatever the order."""

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.casework.deciding.shares import BY_NAME, SHARES, Columns, Figures, Part, of_suspicion, shares_of
from ingest.casework.numbers import anomalies, early_warnings
from ingest.casework.numbers.anomalies import Funnel, distance, funnel, overdispersion, ranked
from ingest.store.desk.numbers.sums import Sums


def figures(key: str, sessions: int = 100, bad: int = 0, suspicions: dict[int, int] | None = None) -> Figures:
    """Sixty minutes a session, of which `bad` in a thousand are out of the fence and not valid."""
    minutes = sessions * 60
    outside = minutes * bad // 1000
    return Figures(
        Sums(key, sessions=sessions, recorded=minutes, effective=minutes - outside, outside=outside),
        suspicions=suspicions or {},
    )


somebody = st.builds(
    lambda key, sessions, bad: figures(str(key), sessions, bad),
    st.integers(0, 10**6),
    st.integers(0, 400),
    st.integers(0, 1000),
)
everybody = st.lists(somebody, max_size=25, unique_by=lambda one: one.key)


@given(everybody, st.randoms())
def test_the_order_in_which_they_come_is_of_no_matter(rows: list[Figures], draw: random.Random) -> None:
    mixed = list(rows)
    draw.shuffle(mixed)
    assert ranked(mixed) == ranked(rows)


@given(everybody)
def test_every_anomaly_has_causes_that_are_worse_than_the_peers(rows: list[Figures]) -> None:
    found = ranked(rows)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    for one in found:
        assert one.causes and one.score > 0 and one.sessions >= anomalies.SESSIONS_LEAST
        for cause in one.causes:
            assert cause.z > anomalies.LIMIT_Z
            assert (cause.part.share > cause.peers) == BY_NAME[cause.name].more_is_worse


@given(st.integers(3, 30), st.integers(5, 500), st.integers(0, 1000))
def test_equals_have_no_anomaly(many: int, sessions: int, bad: int) -> None:
    assert ranked([figures(f"{nth:02d}", sessions, bad) for nth in range(many)]) == []


@given(st.integers(3, 40), st.integers(50, 300), st.integers(0, 200), st.integers(0, 39))
def test_the_one_that_is_planted_comes_first(many: int, sessions: int, bad: int, at: int) -> None:
    rows = [figures(f"{nth:02d}", sessions, bad) for nth in range(many)]
    rows[at % many] = figures("planted", sessions, bad + 400)
    first = ranked(rows)[0]
    assert first.key == "planted" and {cause.name for cause in first.causes} == {
        "valid_share",
        "out_of_fence",
    }


def test_a_small_number_does_not_rank_above_the_same_share_of_many() -> None:
    rows = [figures(f"{nth:02d}", 200, 50) for nth in range(20)]
    found = ranked([*rows, figures("small", 6, 500), figures("large", 600, 500)])
    assert found[0].key == "large" and found[0].causes[0].z > 3 * found[1].causes[0].z


def test_chance_alone_hardly_ever_stands_out() -> None:
    draw = np.random.default_rng(7)
    named = 0
    for _ in range(20):
        rows = []
        for nth in range(100):
            sessions = int(draw.integers(5, 60))
            outside = int(draw.binomial(sessions * 60, 0.1))
            rows.append(Figures(Sums(f"{nth}", sessions, sessions * 60, outside=outside)))
        named += len(ranked(rows))
    assert named <= 2000 * 0.003


def test_overdispersion_is_taken_off() -> None:
    """Whole sessions are outside or inside: a naive funnel for minutes would name half of all keys."""
    draw = np.random.default_rng(7)
    rows = [Figures(Sums(f"{nth}", 50, 3000, outside=60 * int(draw.binomial(50, 0.1)))) for nth in range(100)]
    assert funnel(BY_NAME["out_of_fence"], Columns(rows)).spread > 4
    assert len(ranked(rows)) <= 2


def test_a_gap_and_a_suspicion_are_causes_too() -> None:
    rows = [figures(f"{nth:02d}") for nth in range(20)]
    rows = [Figures(one.sums, written=6000) for one in rows]
    rows[3] = Figures(rows[3].sums, written=6000, missing=400)
    rows[4] = figures("04", suspicions={80: 30})
    found = {one.key: [cause.name for cause in one.causes] for one in ranked(rows)}
    assert found == {"03": ["sequence_gaps"], "04": ["suspicion_trace_replayed"]}


@given(st.floats(0, 1), st.floats(1, 30), st.integers(1, 10**6))
def test_limits_hold_the_share_and_close_in(share: float, spread: float, n: int) -> None:
    about = Funnel(share, spread)
    low, high = about.limits(n)
    assert 0 <= low <= share + 1e-9 and share - 1e-9 <= high <= 1
    nearer = about.limits(4 * n)
    assert low <= nearer[0] + 1e-9 and nearer[1] <= high + 1e-9


@given(st.lists(st.floats(-50, 50), max_size=40))
def test_overdispersion_is_at_least_one(zs: list[float]) -> None:
    assert overdispersion(np.array(zs)) >= 1


def test_the_distance_is_about_that_of_the_binomial() -> None:
    found = distance(np.array([55, 50, 0]), np.array([100, 100, 0]), 0.5)
    assert found[0] == pytest.approx(1.0, abs=0.01) and found[1:].tolist() == [0, 0]


@given(everybody)
def test_columns_and_single_parts_agree(rows: list[Figures]) -> None:
    columns = Columns(rows)
    for share in SHARES:
        k, n = columns.parts(share)
        assert [share.part(one) for one in rows] == list(zip(k.tolist(), n.tolist(), strict=True))


def test_every_share_has_words_in_both_languages() -> None:
    for share in (*SHARES, *(of_suspicion(kind) for kind in (80, 91, 97))):
        assert share.english and share.chinese and all(share.unit)
    assert len(shares_of(Columns([figures("a", suspicions={80: 1, 97: 2})]))) == len(SHARES) + 2


@given(everybody)
def test_who_is_as_before_has_not_got_worse(rows: list[Figures]) -> None:
    assert early_warnings.worse(rows, {one.key: one for one in rows}) == []


def test_who_got_worse_is_told_and_who_got_better_is_not() -> None:
    before = {f"{nth:02d}": figures(f"{nth:02d}", 80, 100) for nth in range(20)}
    now = [figures(key, 20, 100) for key in before]
    now[5], now[6] = figures("05", 20, 500), figures("06", 20, 0)
    found = early_warnings.worse(now, before)
    assert {(one.key, one.name) for one in found} == {("05", "valid_share"), ("05", "out_of_fence")}
    assert all(one.z > anomalies.LIMIT_Z for one in found)


def test_who_is_new_and_bad_from_the_first_day_is_held_to_the_peers() -> None:
    before = {f"{nth:02d}": figures(f"{nth:02d}", 20, 100) for nth in range(20)}
    now = [*(figures(key, 20, 100) for key in before), figures("99", 20, 600)]
    found = early_warnings.worse(now, before)
    assert {(one.key, one.name, one.is_new) for one in found} == {
        ("99", "valid_share", True),
        ("99", "out_of_fence", True),
    }
    outside = next(one for one in found if one.name == "out_of_fence")
    assert outside.now.share > outside.before.share and outside.before == Part(20 * 120, 20 * 1200)
    assert early_warnings.worse([*now[:-1], figures("99", 20, 100)], before) == []


def test_a_gap_that_is_there_whatever_the_days_is_no_early_warning() -> None:
    before = {f"{nth}": Figures(figures(f"{nth}").sums, 6000, 0) for nth in range(5)}
    now = [Figures(one.sums, 6000, 5000) for one in before.values()]
    assert early_warnings.worse(now, before) == []
