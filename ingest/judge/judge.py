"""Evidence to verdicts: put the sessions together, ask every rule, settle overlaps, cap, and sum up."""

from dataclasses import dataclass

import numpy as np

from ingest.judge.case.case import Case, Claims, Ruling
from ingest.judge.columns import Bools, Ints
from ingest.judge.evidence import Evidence, part_of
from ingest.judge.outcome import ACCEPTED, REFUSED, UNSURE, SessionVerdict
from ingest.judge.own import Rulings, credited, judge_own, verdict_of
from ingest.judge.register.facts import Facts
from ingest.judge.rulebook.rule_set import RuleSet
from ingest.judge.rulebook.rulebook import Rulebook
from ingest.judge.shared import judge_claims


@dataclass(frozen=True, eq=False)
class Judgement:
    """The verdict on every minute of a Case (ACCEPTED, REFUSED or UNSURE) and every finding behind it.

    findings: (reason number, Ruling) in the order of reason numbers. credited: minutes that earn credit.
    """

    case: Case
    claims: Claims
    verdict: Ints
    findings: Rulings
    sessions: tuple[SessionVerdict, ...]
    credited: Bools


def judge(evidence: Evidence, facts: Facts, rules: RuleSet | Rulebook) -> Judgement:
    """Judge all minutes. Pure; the order of the evidence and repeats in it change nothing."""
    own = judge_own(evidence, facts, rules)
    case = own.case
    claims, shared = judge_claims(own)
    rulings = sorted([*own.rulings, *shared], key=lambda found: found[0])
    verdict = verdict_of(case, rulings)
    sessions = _sum_up(case, verdict, rulings)
    return Judgement(case, claims, verdict, tuple(rulings), sessions, credited(own, verdict))


def _sum_up(case: Case, verdict: Ints, rulings: list[tuple[int, Ruling]]) -> tuple[SessionVerdict, ...]:
    def count(mask: Bools) -> list[int]:
        counts: list[int] = np.bincount(case.row[mask], minlength=len(case.sessions)).tolist()
        return counts

    by_verdict = [count(verdict == value) for value in (ACCEPTED, REFUSED, UNSURE)]
    by_reason = [(reason, count(ruling.any)) for reason, ruling in rulings]
    car = np.zeros(len(case.sessions), dtype=np.int64)
    # The first minute names the session's car: written backwards, it has the last word.
    car[case.row[::-1]] = case.car[::-1]
    cars, sessions = car.tolist(), case.sessions
    columns = (sessions.terminal, sessions.session, sessions.trainee, sessions.instructor, sessions.course)
    rows = zip(*(column.tolist() for column in (*columns, sessions.start_s, sessions.end_s)), strict=True)
    return tuple(
        SessionVerdict(
            terminal=terminal,
            session=session,
            trainee=trainee,
            instructor=instructor,
            car=cars[at],
            course=course,
            part=part_of(course),
            start_s=start_s,
            end_s=end_s or None,
            minutes_recorded=sum(counts[at] for counts in by_verdict),
            minutes_accepted=by_verdict[ACCEPTED][at],
            minutes_refused=by_verdict[REFUSED][at],
            minutes_unsure=by_verdict[UNSURE][at],
            reasons=tuple((reason, counts[at]) for reason, counts in by_reason if counts[at]),
        )
        for at, (terminal, session, trainee, instructor, course, start_s, end_s) in enumerate(rows)
    )
