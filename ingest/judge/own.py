"""The first stage: what a terminal's own evidence says of its minutes, whatever others did meanwhile."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ingest.judge.case import Case, Finding, Ruling
from ingest.judge.columns import Ints
from ingest.judge.effects import merged, rule_on, silent
from ingest.judge.evidence import Evidence
from ingest.judge.facts import Facts
from ingest.judge.outcome import ACCEPTED, REFUSED, UNSURE
from ingest.judge.rule import OFF, Rule
from ingest.judge.rule_set import RuleSet
from ingest.judge.rules.table import OWN_RULES
from ingest.judge.session import put_together

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


def judge_own(evidence: Evidence, facts: Facts, rules: RuleSet) -> Own:
    """Ask every own rule. Pure; the order of the evidence and repeats in it change nothing.

    Depends on each terminal's own evidence, on the facts and on the rules only: what is judged of one
    terminal beside others is what is judged of it alone.
    """
    case = put_together(evidence, facts)
    rule_sets, rule_set = (rules,), np.zeros(len(case.minutes), dtype=np.int64)
    rulings = tuple((one.number, _ask_own(case, rule_sets, rule_set, one)) for one in OWN_RULES)
    return Own(case, rule_sets, rule_set, rulings, verdict_of(case, rulings))


def verdict_of(case: Case, rulings: Sequence[tuple[int, Ruling]]) -> Ints:
    """Per minute: any refusal refuses; else any doubt makes unsure; else accepted."""
    verdict = np.full(len(case.minutes), ACCEPTED, dtype=np.int64)
    for mask, value in (("unsure", UNSURE), ("refused", REFUSED)):
        for _, ruling in rulings:
            verdict[getattr(ruling, mask)] = value
    return verdict


def ask(own: Own, rule: Rule, find: Callable[[RuleSet], Finding]) -> Ruling:
    """A rule over the whole Case; each minute keeps what the rule set in force at it makes of it."""
    return _ask(own.case, own.rule_sets, own.rule_set, rule, find)


def _ask_own(case: Case, rule_sets: tuple[RuleSet, ...], rule_set: Ints, rule: Rule) -> Ruling:
    return _ask(case, rule_sets, rule_set, rule, lambda rules: rule.find(case, rules))


def _ask(
    case: Case,
    rule_sets: tuple[RuleSet, ...],
    rule_set: Ints,
    rule: Rule,
    find: Callable[[RuleSet], Finding],
) -> Ruling:
    rulings = []
    for rules in rule_sets:
        effect = rules.effect(rule.name)
        rulings.append(silent(case) if effect == OFF else rule_on(case, rule, find(rules), effect))
    return merged(rulings, rule_set)
