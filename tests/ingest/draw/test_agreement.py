"""Agreement of two persons: figures of the literature, exact cases, intervals that hold what they promise."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.draw.agreement import Agreement, Interval, Pair, of_minutes, of_sessions, wilson

words = st.sampled_from(["accept", "refuse", "restore"])
pairs = st.lists(st.tuples(words, words), max_size=40)


def table(rows: dict[str, Sequence[int]]) -> list[Pair]:
    names = list(rows)
    return [
        (name, other)
        for name, row in rows.items()
        for other, n in zip(names, row, strict=True)
        for _ in range(n)
    ]


def kappa_of(found: Agreement) -> Interval:
    assert found.kappa is not None
    return found.kappa


def test_the_two_clinicians_of_fleiss() -> None:
    """Fleiss, Levin, Paik 2003, table 18.1: 100 persons, kappa .68, standard error .087."""
    found = of_sessions(table({"psychotic": (75, 1, 4), "neurotic": (5, 4, 1), "organic": (0, 0, 10)}))
    kappa = kappa_of(found)
    assert found.agreed == 89 and kappa.value == pytest.approx(0.6765, abs=5e-5)
    assert kappa.low is not None and (kappa.value - kappa.low) / 1.959964 == pytest.approx(0.0877, abs=5e-4)


def test_a_four_fold_table_by_hand() -> None:
    """20 5 / 10 15: observed .7, by chance .5, kappa .4."""
    found = of_sessions(table({"yes": (20, 5), "no": (10, 15)}))
    assert kappa_of(found).value == pytest.approx(0.4)
    assert found.share == wilson(35, 50)


def test_wilson_by_hand() -> None:
    """Of 10 of 10: from 10 / (10 + z^2) to 1; of 5 of 10: around one half, .2366 to .7634."""
    assert wilson(10, 10) == pytest.approx((1.0, 10 / (10 + 1.959964**2), 1.0))
    assert wilson(5, 10) == pytest.approx((0.5, 0.2366, 0.7634), abs=1e-4)
    assert wilson(0, 0) is None


def test_without_a_choice_there_is_no_kappa() -> None:
    assert of_sessions([]) == Agreement(0, 0, None, None)
    found = of_sessions([("accept", "accept")] * 7)
    assert (found.n, found.agreed, found.kappa) == (7, 7, None)
    assert of_minutes([[]]) == Agreement(0, 0, None, None)


def test_answers_that_never_vary_have_no_interval() -> None:
    assert kappa_of(of_sessions([("a", "b"), ("b", "a")] * 5)) == (-1, None, None)
    assert kappa_of(of_sessions([("a", "a"), ("b", "b")] * 5)) == (1, None, None)
    same = [("accepted", "accepted"), ("refused", "accepted"), ("refused", "refused")]
    assert of_minutes([same, same]).share == (2 / 3, None, None)


@given(pairs)
def test_bounds_and_symmetry(some: list[Pair]) -> None:
    found, mirrored = of_sessions(some), of_sessions([(two, one) for one, two in some])
    assert (found.n, found.agreed, found.share) == (mirrored.n, mirrored.agreed, mirrored.share)
    if found.kappa is None:
        assert mirrored.kappa is None
        return
    assert kappa_of(mirrored) == pytest.approx(tuple(found.kappa))
    low, high = found.kappa.low, found.kappa.high
    assert (low is None) == (high is None)
    assert low is None or high is None or -1 <= low <= found.kappa.value <= high <= 1


@given(st.lists(pairs, max_size=6))
def test_minutes_are_told_as_a_whole(sessions: list[list[Pair]]) -> None:
    found, flat = of_minutes(sessions), of_sessions([pair for one in sessions for pair in one])
    assert (found.n, found.agreed) == (flat.n, flat.agreed)
    assert (found.kappa is None) == (flat.kappa is None)
    if found.kappa and flat.kappa:
        assert found.kappa.value == flat.kappa.value


def test_minutes_of_one_session_give_no_interval() -> None:
    found = of_minutes([[("accepted", "accepted"), ("refused", "accepted"), ("refused", "refused")] * 20])
    assert found.share == (40 / 60, None, None) and kappa_of(found)[1:] == (None, None)


def test_sessions_told_apart_widen_the_interval() -> None:
    """Whole sessions on which two persons differ: the minutes alone would promise too much."""
    sessions = [
        [("refused", "accepted" if n % 4 == 0 else "refused"), ("accepted", "accepted")] * 30
        for n in range(20)
    ]
    by_session, alone = of_minutes(sessions), of_sessions([pair for one in sessions for pair in one])
    assert width(kappa_of(by_session)) > 3 * width(kappa_of(alone))


def width(one: Interval) -> float:
    assert one.low is not None and one.high is not None
    return one.high - one.low


def test_the_interval_holds_what_it_promises() -> None:
    """Truth kappa .6 (two answers, each half; equal in .8): about 95 of 100 intervals hold it."""
    random = Random(5)
    held = 0
    for _ in range(400):
        some = []
        for _ in range(150):
            one = random.choice("ab")
            some.append((one, one if random.random() < 0.8 else "ba"[one == "b"]))
        low, high = kappa_of(of_sessions(some))[1:]
        assert low is not None and high is not None
        held += low <= 0.6 <= high
    assert 0.92 <= held / 400 <= 0.98
