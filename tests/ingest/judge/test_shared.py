"""Shares alone, of whatever terminals were judged apart, say what the whole judgement says."""

from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.judge.case.case import Case, Ruling
from ingest.judge.columns import Columns
from ingest.judge.entangled import entangled
from ingest.judge.evidence import Begins, Evidence
from ingest.judge.explain import minute_verdicts
from ingest.judge.judge import judge
from ingest.judge.own import judge_own
from ingest.judge.register.facts import Facts
from ingest.judge.rulebook.rule_set import RuleSet
from ingest.judge.rules import day_cap, overlap, travel
from ingest.judge.shared import SharedCase, Shares, judge_shares, share_out
from tests.ingest.judge.make import START, TERMINAL, TRAINEE, Day, facts, mixed
from tests.ingest.judge.test_properties import KNOWN, days

SHARED = (overlap.trainee, overlap.instructor, overlap.car, day_cap.day_cap_practice)
SHARED += (travel.trainee, travel.instructor)
SMALL = RuleSet("small", day_cap_practice_min=4)
FACTS = facts(*range(TERMINAL, TERMINAL + 3))


def said(case: Case | SharedCase, findings: Any) -> set[tuple[Any, ...]]:
    """Everything that shared rules say, minute by minute."""
    numbers = {rule.number for rule in SHARED}
    found = set()
    for reason, ruling in findings:
        if reason in numbers:
            found |= set(_rows(case, reason, ruling))
    return found


def _rows(case: Case | SharedCase, reason: int, ruling: Ruling) -> Any:
    for at in np.flatnonzero(ruling.any | ruling.flagged):
        session = (case.sessions.terminal[case.row[at]], case.sessions.session[case.row[at]])
        masks = (ruling.refused[at], ruling.unsure[at], ruling.noted[at], ruling.flagged[at])
        looked_at = tuple((name, column[at].item()) for name, column in ruling.numbers.items())
        yield (reason, *map(int, session), int(case.minutes.minute[at]), *map(bool, masks), looked_at)


def of_terminal(evidence: Evidence, terminal: int) -> Evidence:
    """What one terminal sent."""
    tables = {name: getattr(evidence, name) for name in Evidence.__dataclass_fields__}
    return Evidence(**{name: _only(table, terminal) for name, table in tables.items()})


def _only(table: Any, terminal: int) -> Columns:
    only: Columns = table.take(table.terminal == terminal)
    return only


def staged(evidence: Evidence, registry: Facts, rules: RuleSet, seed: int = 0) -> set[tuple[Any, ...]]:
    """Own stage terminal by terminal, shares in any order, only the entangled ones laid out."""
    parts = [share_out(judge_own(of_terminal(evidence, t), registry, rules)) for t in (7, 8, 9)]
    shares = Shares.concat(parts)
    shares = shares.take(np.random.default_rng(seed).permutation(len(shares)))
    shared = judge_shares(shares.take(entangled(shares, (rules,))), (rules,))
    return said(shared.case, shared.rulings)


@settings(max_examples=25, deadline=None)
@given(days(), st.sampled_from([FACTS, KNOWN]), st.sampled_from([RuleSet(), SMALL]), st.integers(0, 9))
def test_staged_is_whole(evidence: Evidence, registry: Facts, rules: RuleSet, seed: int) -> None:
    whole = judge(evidence, registry, rules)
    assert staged(evidence, registry, rules, seed) == said(whole.case, whole.findings)


def two_cars(gap_min: int, north_e7: int) -> Evidence:
    day = Day()
    for terminal, begin, shift_e7 in ((7, START, 0), (8, START + 5 + gap_min, north_e7)):
        number = day.sign_in(begin, terminal, instructor=11, trainee=TRAINEE + terminal)
        places = {f"{end}_lat_e7": 310_000_000 + shift_e7 for end in ("first", "last")}
        for at in range(5):
            day.minute(begin + at, number, terminal, instructor=11, trainee=TRAINEE + terminal, **places)
        day.sign_out(number, begin + 5, terminal, TRAINEE + terminal)
    return day.evidence()


def test_an_instructor_in_two_cars_too_far_apart_leaves_the_later_session_unsure() -> None:
    rules = RuleSet()
    for gap_min, north_e7, far in ((10, 9_000_000, True), (120, 9_000_000, False), (10, 90_000, False)):
        evidence = two_cars(gap_min, north_e7)
        whole = judge(evidence, FACTS, rules)
        found = said(whole.case, whole.findings)
        assert {row[0] for row in found} == ({travel.instructor.number} if far else set())
        assert {row[1] for row in found} == ({8} if far else set())
        assert all(row[4:8] == (False, True, False, True) for row in found)
        assert staged(evidence, FACTS, rules) == found


def test_order_and_repeats_change_no_share() -> None:
    evidence = two_cars(1, 0)
    plain, shuffled = (
        share_out(judge_own(one, FACTS, RuleSet())) for one in (evidence, mixed(evidence, 3, 5))
    )
    for name in Shares.__dataclass_fields__:
        assert getattr(plain, name).tolist() == getattr(shuffled, name).tolist()


def after(evidence: Evidence, seq: int, through: int) -> Evidence:
    """The records of terminal 7 from seq on, its records up to through being there."""
    tables = {name: getattr(evidence, name) for name in Evidence.__dataclass_fields__ if name != "signatures"}
    kept = {
        name: t.take(t.seq >= seq) for name, t in tables.items() if hasattr(t, "seq") and name != "begins"
    }
    return Evidence(**kept, begins=Begins.of_rows([(7, seq, through)]))


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 40), st.booleans(), st.booleans())
def test_a_later_stretch_of_a_terminal_is_judged_as_in_the_whole(spoilt: int, held: bool, lost: bool) -> None:
    """Three sessions; a record is withheld or told lost anywhere; the last session judged by itself."""
    day = Day()
    numbers = [day.session(6, START + 90 * nth, 7) for nth in range(3)]
    if held and spoilt < day.seq(7):
        day.minutes = [row for row in day.minutes if row["seq"] != spoilt]
        day.checks = [row for row in day.checks if row["seq"] != spoilt]
        day.marks = [row for row in day.marks if row["seq"] != spoilt]
        if lost:
            day.tell_lost(spoilt, 7)
    whole = judge(day.evidence(), FACTS, RuleSet())
    begin = numbers[1] - 2
    gone = held and not lost and spoilt < begin
    evidence = after(day.evidence(), begin, spoilt - 1 if gone else begin - 1)
    lost_table = evidence.lost.take(evidence.lost.seq >= begin)
    part = judge(replace(evidence, lost=lost_table), FACTS, RuleSet())
    wanted = [row for row in minute_verdicts(whole) if row.session == numbers[2]]
    assert [row for row in minute_verdicts(part) if row.session == numbers[2]] == wanted
