"""The first stage: what a terminal's own evidence says of its minutes, whatever others did meanwhile."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np

from ingest.judge.case.case import Case, Finding, Ruling, of_sessions
from ingest.judge.case.session import put_together
from ingest.judge.columns import Bools, Ints
from ingest.judge.effects import merged, ruled
from ingest.judge.evidence import Evidence
from ingest.judge.outcome import ACCEPTED, REFUSED, UNSURE
from ingest.judge.register.facts import Facts
from ingest.judge.rulebook.rule import Rule
from ingest.judge.rulebook.rule_set import RuleSet
from ingest.judge.rulebook.rulebook import Places, Rulebook
from ingest.judge.rules.table import LAST_RULES, OWN_RULES

Rulings = tuple[tuple[int, Ruling], ...]
"""(reason number, Ruling) in the order of reason numbers."""


@dataclass(frozen=True, eq=False)
class Own:
    """A Case under the own rules. rule_set: index in rule_sets of the one in force at each minute."""

    case: Case
    rule_sets: tuple[RuleSet, ...]
    rule_set: Ints
    rulings: Rulings
    verdict: Ints


def judge_own(evidence: Evidence, facts: Facts, rules: RuleSet | Rulebook) -> Own:
    """Ask every own rule. Pure; the order of the evidence and repeats in it change nothing.

    Depends on each terminal's own evidence, on the facts and on the rules only: what is judged of one
    terminal beside others is what is judged of it alone.
    """
    case = put_together(evidence, facts)
    rule_sets, rule_set = sets_of(case, rules)
    parts = [_part(case, rules, rule_set == at) for at, rules in enumerate(rule_sets)]
    rulings = [(one.number, _ask(one, parts)) for one in OWN_RULES]
    standing = verdict_of(case, rulings) != REFUSED
    rulings += [(one.number, _ask(one, parts, standing)) for one in LAST_RULES]
    rulings.sort(key=lambda told: told[0])
    return Own(case, rule_sets, rule_set, tuple(rulings), verdict_of(case, rulings))


def sets_of(case: Case, rules: RuleSet | Rulebook) -> tuple[tuple[RuleSet, ...], Ints]:
    """(the rule sets in force, each minute's index among them): of the terminal's school as it was then."""
    if isinstance(rules, RuleSet) or not len(case.minutes):
        only = rules if isinstance(rules, RuleSet) else rules.measuring
        return (only,), np.zeros(len(case.minutes), dtype=np.int64)
    place, minutes = case.registered, case.minutes
    return rules.sets_at(Places(place.province, place.city, place.school, minutes.course, minutes.minute))


def verdict_of(case: Case, rulings: Sequence[tuple[int, Ruling]]) -> Ints:
    """Per minute: any refusal refuses; else any doubt makes unsure; else accepted."""
    verdict = np.full(len(case.minutes), ACCEPTED, dtype=np.int64)
    for mask, value in (("unsure", UNSURE), ("refused", REFUSED)):
        for _, ruling in rulings:
            verdict[getattr(ruling, mask)] = value
    return verdict


def credited(own: Own, verdict: Ints) -> Bools:
    """Minutes that earn credit: accepted ones, and unsure ones where the rule set in force counts them."""
    counts = np.array([rules.unsure_counts == 1 for rules in own.rule_sets], dtype=bool)
    earned: Bools = (verdict == ACCEPTED) | ((verdict == UNSURE) & counts[own.rule_set])
    return earned


def ask(own: Own, rule: Rule, find: Callable[[RuleSet], Finding]) -> Ruling:
    """A rule over the whole Case; each minute keeps what the rule set in force at it makes of it."""
    pieces = []
    for at, rules in enumerate(own.rule_sets):
        under = own.rule_set == at
        ruling = ruled(own.case, rule, rules.effect(rule.name), partial(find, rules))
        pieces.append((np.flatnonzero(under), under, ruling))
    return merged(len(own.rule_set), pieces)


class _Part(NamedTuple):
    """Sessions that have minutes under a rule set: all of their minutes, and which of them are under it."""

    rules: RuleSet
    case: Case
    rows: Ints
    under: Bools


def _part(case: Case, rules: RuleSet, under: Bools) -> _Part:
    if under.all():
        return _Part(rules, case, np.arange(len(under)), under)
    wanted = np.zeros(len(case.sessions), dtype=bool)
    wanted[case.row[under]] = True
    part, rows = of_sessions(case, wanted)
    return _Part(rules, part, rows, under[rows])


def _ask(rule: Rule, parts: Sequence[_Part], *masks: Bools) -> Ruling:
    """An own rule of every part; masks are over all minutes."""
    pieces = []
    for part in parts:
        find = partial(rule.find, part.case, part.rules, *(mask[part.rows] for mask in masks))
        ruling = ruled(part.case, rule, part.rules.effect(rule.name), find)
        pieces.append((part.rows[part.under], part.under, ruling))
    return merged(sum(len(rows) for rows, _, _ in pieces), pieces)
