"""Decisions laid over minutes: layers, order, undo; against a plain reading of the rule, minute by minute."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.decisions.choose import ALL, Minute, accepted_n, chosen_minutes, said_of
from ingest.decisions.kinds import ACCEPT, REFUSE, RESTORE, SECOND_LOOK, UNDO, Decision
from ingest.decisions.overlay import decided_minutes, judged_digest, refuses_rest
from ingest.decisions.refusals import DecisionRefused
from ingest.judge.outcome import ACCEPTED, REFUSED, UNSURE
from ingest.judge.reasons import MINUTE_TWICE

MINUTES = range(6)


@st.composite
def ledgers(draw: st.DrawFn) -> list[Decision]:
    """A session's decisions in the order of time, some of them undone."""
    made: list[Decision] = []
    for number in range(1, draw(st.integers(0, 8)) + 1):
        layer = draw(st.integers(1, 3))
        standing = [one.number for one in made if one.kind != UNDO and one.layer == layer]
        undone = {one.undoes for one in made}
        open_ = [one for one in standing if one not in undone]
        kind = draw(st.sampled_from((ACCEPT, REFUSE, RESTORE, SECOND_LOOK, UNDO)))
        some = st.lists(st.sampled_from(MINUTES), unique=True).map(lambda them: tuple(sorted(them)))
        accepts = draw(some) if kind in (ACCEPT, RESTORE) else ()
        refuses = tuple(set(draw(some)) - set(accepts)) if kind in (ACCEPT, REFUSE) else ()
        if kind == UNDO and not open_:
            continue
        undoes = open_[-1] if kind == UNDO else 0
        made.append(Decision(number, layer, kind, layer, accepts, refuses, undoes))
    return made


def said_last(minute: int, decisions: list[Decision]) -> tuple[int, int] | None:
    """The rule in words: from the highest layer down, and in each from the last back, who first speaks of the
    minute; one that accepts as judged and is silent on it leaves it to the machine; so does a school's."""
    undone = {one.undoes for one in decisions if one.kind == UNDO}
    for layer in (3, 2, 1):
        for one in reversed(decisions):
            if one.layer != layer or one.kind == UNDO or one.number in undone:
                continue
            if layer == 1 and (one.kind == ACCEPT or minute in one.accepts):
                if one.kind == ACCEPT:
                    return None
                continue
            if minute in one.accepts:
                return ACCEPTED, one.number
            if minute in one.refuses:
                return REFUSED, one.number
            if one.kind == ACCEPT:
                return None
    return None


@given(ledgers())
def test_a_school_never_lifts_a_minute(decisions: list[Decision]) -> None:
    """Not even one that the machine accepted when the school did: what is found later holds."""
    laid = decided_minutes([one for one in decisions if one.layer == 1])
    assert ACCEPTED not in {verdict for verdict, _ in laid.values()}


@given(ledgers())
def test_the_highest_layers_last_word_holds(decisions: list[Decision]) -> None:
    laid = decided_minutes(decisions)
    assert {minute: laid.get(minute) for minute in MINUTES} == {
        minute: said_last(minute, decisions) for minute in MINUTES
    }


@given(ledgers(), st.randoms())
def test_the_order_of_rows_says_nothing(decisions: list[Decision], random: object) -> None:
    shuffled = list(decisions)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert decided_minutes(shuffled) == decided_minutes(decisions)


@given(ledgers(), st.integers(1, 3), st.lists(st.sampled_from(MINUTES), min_size=1, unique=True))
def test_an_undo_gives_back_what_was_before(decisions: list[Decision], layer: int, some: list[int]) -> None:
    new = Decision(100, layer, REFUSE, 1, (), tuple(some))
    undone = Decision(101, layer, UNDO, 1, undoes=100)
    assert decided_minutes([*decisions, new, undone]) == decided_minutes(decisions)


def test_who_refused_the_whole_session_refuses_what_comes_later() -> None:
    refused = Decision(1, 2, REFUSE, 1, refuses=(0, 1), whole=True)
    some = Decision(2, 2, RESTORE, 1, accepts=(0,))
    assert refuses_rest([refused]) == refuses_rest([refused, some]) == 1
    assert refuses_rest([some]) == refuses_rest([refused._replace(whole=False)]) == 0
    for after in (
        Decision(3, 2, UNDO, 1, undoes=1),
        Decision(3, 2, RESTORE, 1, accepts=(0, 1), whole=True),
        Decision(3, 3, ACCEPT, 1),
    ):
        assert refuses_rest([refused, after]) == 0
    assert refuses_rest([refused, Decision(3, 1, ACCEPT, 1)]) == 1, "a school's word is below it"


def rows(*verdicts: int) -> list[Minute]:
    return [Minute(at, verdict, verdict, ()) for at, verdict in enumerate(verdicts)]


@given(st.lists(st.sampled_from((ACCEPTED, REFUSED, UNSURE)), max_size=8), ledgers())
def test_accepting_as_judged_changes_no_minute_of_the_machine(
    verdicts: list[int], decisions: list[Decision]
) -> None:
    minutes = rows(*verdicts)
    accepts, refuses = said_of(ACCEPT, minutes, ())
    laid = decided_minutes([*decisions, Decision(100, 3, ACCEPT, 1, accepts, refuses)])
    final = [one for one in decisions if one.layer == 3 and one.kind != UNDO]
    if not final:
        assert [laid.get(one.minute, (one.machine_verdict, 0))[0] for one in minutes] == verdicts
    assert accepted_n(minutes, {}) == verdicts.count(ACCEPTED)


def test_minutes_are_chosen_by_word_by_reason_or_one_by_one() -> None:
    minutes = [
        Minute(0, ACCEPTED, REFUSED, (20,)),
        Minute(1, UNSURE, UNSURE, (36,)),
        Minute(2, REFUSED, REFUSED, (20, 27)),
        Minute(2, REFUSED, REFUSED, (MINUTE_TWICE,)),
    ]
    for chosen, wanted in (
        (ALL, (0, 1, 2)),
        ("accepted", (0,)),
        ("refused", (2,)),
        ("unsure", (1,)),
        ("reason:20", (0, 2)),
        ([2, 1, 2], (1, 2)),
        ([], ()),
    ):
        assert chosen_minutes(minutes, chosen) == wanted
    assert said_of(RESTORE, minutes, "unsure") == ((1,), ())
    assert said_of(REFUSE, minutes, [0]) == ((), (0,))
    assert said_of(SECOND_LOOK, minutes, ALL) == ((), ())
    # The record that repeats a minute stays as judged: a minute given back is given back once.
    assert accepted_n(minutes, {2: (ACCEPTED, 1)}) == 1
    for kind, bad, code in (
        (REFUSE, [], "minutes_missing"),
        (RESTORE, "reason:99", "minutes_missing"),
        (REFUSE, [3], "minutes_unknown"),
        (REFUSE, "some", "minutes_unknown"),
    ):
        with pytest.raises(DecisionRefused) as caught:
            said_of(kind, minutes, bad)
        assert caught.value.code == code


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 2)), max_size=9))
def test_the_digest_tells_every_change_of_a_verdict(minutes: list[tuple[int, int]]) -> None:
    digest = judged_digest(minutes)
    assert judged_digest(reversed(minutes)) == digest
    assert judged_digest([*minutes, (60, 0)]) != digest
    for at, (minute, verdict) in enumerate(minutes):
        other = [*minutes[:at], (minute, (verdict + 1) % 3), *minutes[at + 1 :]]
        assert judged_digest(other) != digest
