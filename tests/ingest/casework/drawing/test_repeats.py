"""Blind repeats with a real database: what is sealed, what both said, what is compared."""

from __future__ import annotations

import psycopg
import pytest

from ingest.casework.deciding import decide as acts
from ingest.casework.deciding import lease as leases
from ingest.casework.drawing import blind, repeats, sealed
from ingest.store.desk.draws import dealt
from ingest.store.desk.draws import lists as draws
from ingest.store.desk.draws import repeats as rows
from ingest.store.desk.queue.filters import Filters
from tests.ingest.casework.drawing.office import (
    DAY,
    MINUTE,
    NOW,
    Office,
    accept,
    by_names,
    refuse,
)
from tests.ingest.casework.people import refused_as


def test_the_first_answer_is_sealed_and_the_second_opens_it(office: Office) -> None:
    key = office.repeats()[0]
    one, two, other = office.two(key)
    before, seen = office.ledger(), blind.lease(office.conn, two, *key).seen
    assert refuse(office, one, key, MINUTE) == 0
    assert office.ledger() == before and blind.lease(office.conn, two, *key).seen == seen
    assert blind.is_apart(office.conn, two, key) and not blind.is_apart(office.conn, office.li, key)
    with refused_as("answer_stands"):
        accept(office, one, key)
    for who, code in ((one, "answer_stands"), (two, "nothing_to_undo")):
        with refused_as(code):
            blind.undo(office.conn, who, *key)
    with refused_as("dealt_to_another"):
        accept(office, other, key)
    told = blind.decide(office.conn, two, *key, "refuse", [MINUTE + 1, MINUTE], "not_driving", "", seen=seen)
    assert (told.decision, told.state, told.before, told.after) == (0, "decided", 2, 0)
    assert by_names(office, key) == [one.name]
    kept = office.conn.execute(
        "SELECT account, first_account, first_kind, kind, acts, words FROM repeat_answer"
    ).fetchone()
    acts_kept = {"accepts": [], "refuses": [MINUTE, MINUTE + 1]}
    assert kept == (two.account, one.account, "refuse", "refuse", acts_kept, "")
    (told_both,) = rows.compared(office.conn, None, None)
    assert told_both.minutes == [(0, 1, 1), (1, 1, 1)] and told_both.differs and not told_both.is_settled
    assert dealt.sealed(office.conn, key) is None and not blind.is_apart(office.conn, two, key)
    with refused_as("nothing_to_undo"):
        acts.undo(office.conn, two, *key)


def test_who_is_second_is_judged_by_what_he_saw(office: Office) -> None:
    key = office.repeats()[0]
    one, two, _ = office.two(key)
    accept(office, one, key)
    with refused_as("changed_meanwhile"):
        blind.decide(office.conn, two, *key, "accept", (), "evidence_agrees", seen="0-0-00")
    assert dealt.sealed(office.conn, key) is not None
    assert rows.compared(office.conn, None, None) == []


@pytest.mark.parametrize("is_second", [False, True])
@pytest.mark.parametrize(
    ("kind", "minutes", "cause", "code"),
    [
        ("undo", [], "mistaken", "kind_unknown"),
        ("refuse", [], "not_driving", "minutes_missing"),
        ("refuse", [MINUTE + 2], "not_driving", "minutes_unknown"),
        ("accept", [], "not_driving", "cause_unfit"),
        ("accept", [], "other", "words_missing"),
        ("restore", [MINUTE], "", "cause_missing"),
        ("accept", [], "appeal_wrong", "cause_without_appeal"),
    ],
)
def test_answers_are_refused_as_decisions_are(
    office: Office, kind: str, minutes: list[int], cause: str, code: str, is_second: bool
) -> None:
    key = office.repeats()[0]
    one, two, _ = office.two(key)
    if is_second:
        accept(office, one, key)
    with refused_as(code):
        blind.decide(office.conn, two, *key, kind, minutes, cause, "")


def test_a_second_look_is_no_first_answer_and_the_other_decides(office: Office) -> None:
    key = office.repeats()[0]
    one, two, other = office.two(key)
    before = office.ledger()
    told = blind.decide(office.conn, one, *key, "second_look", (), "conflict")
    assert (told.state, told.decision) == ("new", 0) and office.ledger() == before
    assert accept(office, two, key) > 0
    assert by_names(office, key) == [one.name, two.name] and rows.compared(office.conn, None, None) == []
    with refused_as("nothing_waits"):
        leases.next_for(office.conn, other, Filters(search=f"{key[0]}/{key[1]}"))


def test_where_the_machine_judges_otherwise_meanwhile_nothing_is_compared(office: Office) -> None:
    key = office.repeats()[0]
    one, two, _ = office.two(key)
    accept(office, one, key)
    office.conn.execute(
        "UPDATE own_verdict SET verdict = 1 WHERE session = %s AND minute = %s", (key[1], MINUTE)
    )
    assert accept(office, two, key) > 0
    assert by_names(office, key) == [one.name, two.name] and rows.compared(office.conn, None, None) == []


def test_a_supervisor_decides_over_it_and_then_it_is_no_repeat(office: Office) -> None:
    key = office.repeats()[0]
    one, two, _ = office.two(key)
    accept(office, one, key)
    assert refuse(office, office.li, key, MINUTE) > 0
    with refused_as("is_final"):
        accept(office, two, key)
    assert sealed.open_overdue(office.conn) == [] and dealt.sealed(office.conn, key) is None
    assert by_names(office, key) == ["li"]


def test_undo_and_repeat_mind_what_was_said_last(office: Office) -> None:
    key = office.repeats()[0]
    one, two, _ = office.two(key)
    with refused_as("nothing_to_repeat"):
        blind.repeat(office.conn, one, *key)
    with refused_as("nothing_to_undo"):
        blind.undo_last(office.conn, one)
    ordinary = next((11, n) for n in range(1, 401) if not rows.drawn(office.conn, [(11, n)]))
    number = refuse(office, one, ordinary, MINUTE)
    told = blind.repeat(office.conn, one, *key, (MINUTE,))
    assert number > 0 and (told.decision, told.after) == (0, 1)
    with refused_as("answer_stands"):
        blind.undo_last(office.conn, one)
    blind.decide(office.conn, two, *key, "accept", (), "evidence_agrees")
    with refused_as("answer_stands"):
        blind.undo_last(office.conn, two)
    assert by_names(office, ordinary) == [one.name]


def test_the_last_is_what_was_said_last_not_what_came_to_hold_last(office: Office) -> None:
    key = office.repeats()[0]
    one, two, _ = office.two(key)
    first, second = [(11, n) for n in range(1, 401) if not rows.drawn(office.conn, [(11, n)])][:2]
    accept(office, one, first)
    blind.decide(office.conn, one, *key, "refuse", "all", "not_driving", "stood")
    assert blind.repeat(office.conn, one, *second).after == 0, "as the sealed answer, not as the one before"
    accept(office, two, key)
    assert blind.undo_last(office.conn, one)[:2] == second
    assert blind.undo_last(office.conn, one)[:2] == first
    with refused_as("nothing_to_undo"):
        blind.undo_last(office.conn, one)
    assert by_names(office, key) == [one.name]


def test_the_key_is_told_when_all_are_answered_and_differences_are_settled(office: Office) -> None:
    conn = office.conn
    first, second = office.repeats()
    for key, *said in ((first, accept, accept), (second, refuse, accept)):
        one, two, _ = office.two(key)
        assert repeats.repeat_key(conn, DAY) is None
        said[0](office, one, key, *[MINUTE] * (said[0] is refuse))
        accept(office, two, key)
    assert repeats.repeat_key(conn, DAY) == draws.key_of(conn, DAY)
    assert {row.session: row.differs for row in rows.compared(conn, DAY, DAY)} == {
        first[1]: False,
        second[1]: True,
    }
    with refused_as("role_may_not"):
        repeats.settle(conn, next(iter(office.inspectors.values())), NOW, second, "")
    repeats.settle(conn, office.li, NOW, second, "the first was right")
    settled = {row.session: row.is_settled for row in rows.compared(conn, DAY, DAY)}
    assert settled == {first[1]: False, second[1]: True}
    with refused_as("changed_meanwhile"):
        repeats.settle(conn, office.li, NOW, second, "again")
    whole = repeats.figures(rows.compared(conn, None, None))
    assert (whole.sessions.n, whole.sessions.agreed) == (2, 1)
    assert (whole.minutes.n, whole.minutes.agreed) == (4, 3)
    with pytest.raises(psycopg.Error):
        conn.execute("UPDATE repeat_answer SET kind = 'accept'")


def test_a_pairs_answers_stand_by_person_not_by_turn() -> None:
    """Chen accepts and Zhou refuses, whoever was first: the pair's kappa is that of constant answers."""
    made = [
        rows.Compared(DAY, 11, n, *persons, NOW, [verdicts], False)
        for n, (persons, verdicts) in enumerate(
            [
                ((1, "chen", "accept", 2, "zhou", "refuse"), (0, 1, 10)),
                ((2, "zhou", "refuse", 1, "chen", "accept"), (1, 0, 10)),
            ]
        )
    ]
    (pair,) = repeats.by_pair(made)
    assert (pair.one, pair.other) == ("chen", "zhou")
    assert pair.figures.sessions.kappa is not None and pair.figures.sessions.kappa.value == 0
    whole = repeats.figures(made)
    assert whole.sessions.kappa is not None and whole.sessions.kappa.value == -1
    assert whole.minutes.n == 20 and whole.minutes.agreed == 0
