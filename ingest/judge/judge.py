"""Evidence to verdicts: put the sessions together, ask every rule, settle overlaps, cap, and sum up."""

from dataclasses import dataclass

import numpy as np

from ingest.judge.case import Case, Claims, Finding
from ingest.judge.claims import settle
from ingest.judge.columns import Bools, Ints
from ingest.judge.evidence import Evidence, part_of
from ingest.judge.facts import Facts
from ingest.judge.outcome import ACCEPTED, REFUSED, UNSURE, SessionVerdict
from ingest.judge.rule_set import RuleSet
from ingest.judge.rules.table import CAPS, OVERLAPS, RULES
from ingest.judge.session import put_together


@dataclass(frozen=True, eq=False)
class Judgement:
    """The verdict on every minute of a Case (ACCEPTED, REFUSED or UNSURE) and every finding behind it.

    findings: (reason number, Finding) in the order of reason numbers.
    """

    case: Case
    claims: Claims
    verdict: Ints
    findings: tuple[tuple[int, Finding], ...]
    sessions: tuple[SessionVerdict, ...]


def judge(evidence: Evidence, facts: Facts, rules: RuleSet) -> Judgement:
    """Judge all minutes. Pure; the order of the evidence and repeats in it change nothing."""
    case = put_together(evidence, facts)
    findings = [(reason, rule(case, rules)) for reason, rule in RULES]
    claims = settle(case, _verdict(case, findings) != REFUSED)
    findings += [(reason, overlap(case, claims)) for reason, overlap in OVERLAPS]
    for reason, cap in CAPS:
        findings.append((reason, cap(case, rules, _verdict(case, findings) == ACCEPTED)))
    findings.sort(key=lambda found: found[0])
    verdict = _verdict(case, findings)
    return Judgement(case, claims, verdict, tuple(findings), _sum_up(case, verdict, findings))


def _verdict(case: Case, findings: list[tuple[int, Finding]]) -> Ints:
    """Any refusal refuses; else any doubt makes unsure; else accepted."""
    verdict = np.full(len(case.minutes), ACCEPTED, dtype=np.int64)
    for mask, value in (("unsure", UNSURE), ("refused", REFUSED)):
        for _, finding in findings:
            verdict[getattr(finding, mask)] = value
    return verdict


def _sum_up(case: Case, verdict: Ints, findings: list[tuple[int, Finding]]) -> tuple[SessionVerdict, ...]:
    def count(mask: Bools) -> list[int]:
        counts: list[int] = np.bincount(case.row[mask], minlength=len(case.sessions)).tolist()
        return counts

    by_verdict = [count(verdict == value) for value in (ACCEPTED, REFUSED, UNSURE)]
    by_reason = [(reason, count(finding.any)) for reason, finding in findings]
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
