"""Verdicts made again: records measured and judged with nothing but what a pack holds."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, NamedTuple, cast

import numpy as np

from geofence.engine import FenceSet
from geofence.ground import Fence
from ingest.judge.columns import Bools, Ints
from ingest.judge.credit import training_hours
from ingest.judge.entangled import entangled
from ingest.judge.evidence import Begins, Evidence, LostRecords, MinuteMeasures, part_of
from ingest.judge.outcome import ACCEPTED, REFUSED, UNSURE, SessionVerdict
from ingest.judge.own import Own, Rulings, judge_own, verdict_of
from ingest.judge.reasons import BY_NUMBER
from ingest.judge.register.fact_index import FactIndex
from ingest.judge.register.facts import Facts
from ingest.judge.register.registry import school_of
from ingest.judge.rulebook.rule_set import RuleSet
from ingest.judge.rulebook.rulebook import Rulebook
from ingest.judge.shared import Shares, judge_shares, share_out
from ingest.judge.suspicions import Suspicions
from ingest.measure.records import BLOCK, Measurer
from ingest.measure.sort import Sorter
from ingest.measure.stored import records_of
from ingest.pack.facts import SHARE, shares_of

_NAME = 1


class Row(NamedTuple):
    """A record as ingest.measure.stored asks for it."""

    terminal: int
    seq: int
    kind: int
    record: bytes


@dataclass(frozen=True)
class Source:
    """What a session is judged from. first: of the records; through: the server holds, or knows lost, every
    record up to that one; lost: seqs told lost; shares: columns of the neighbours' shares
    (ingest.pack.facts), rule_sets: those that these name."""

    terminal: int
    session: int
    first: int
    through: int
    lost: tuple[int, ...]
    rows: tuple[Row, ...]
    facts: Facts
    fences: tuple[Fence, ...]
    rules: RuleSet | Rulebook
    suspicions: Suspicions
    shares: Mapping[str, Sequence[Any]]
    rule_sets: tuple[RuleSet, ...]


class Minute(NamedTuple):
    """A minute's verdict by the machine; numbers as ingest.judge.explain has them; unsure_counts: whether the
    rules in force at it give credit for unsure minutes."""

    seq: int
    minute: int
    verdict: int
    reasons: list[int]
    numbers: dict[str, Any]
    counted_s: int
    stops: int
    unsure_counts: bool

    @property
    def earns(self) -> bool:
        """Whether it is worth credit as it was judged."""
        return self.verdict == ACCEPTED or (self.verdict == UNSURE and self.unsure_counts)


@dataclass(frozen=True)
class Derived:
    """A session judged again. sets: the rule sets in force at its minutes."""

    minutes: tuple[Minute, ...]
    outcome: SessionVerdict
    hours: int
    sets: tuple[RuleSet, ...]


def derive(source: Source) -> Derived | None:
    """Measure and judge; None where these records make no such session."""
    index = FactIndex(source.facts)
    own = judge_own(_evidence(source, index), cast(Facts, index), source.rules)
    sessions = own.case.sessions
    at = np.flatnonzero((sessions.terminal == source.terminal) & (sessions.session == source.session))
    if not len(at):
        return None
    row = int(at[0])
    mine = own.case.row == row
    minutes = _minutes(source, own, mine)
    sets = tuple(own.rule_sets[nth] for nth in np.unique(own.rule_set[mine]).tolist())
    outcome = _outcome(own, row, minutes)
    shown_by = min(sets, key=lambda rules: rules.digest) if sets else RuleSet()
    return Derived(minutes, outcome, training_hours(outcome, shown_by), sets)


def measured(source: Source, index: FactIndex) -> tuple[MinuteMeasures, Sorter]:
    """The measures of all minutes, and the sorter that has the rest."""
    keys: dict[int, list[str]] = {}
    for fact in source.facts.terminals:
        if fact.public_key and fact.public_key not in keys.setdefault(fact.terminal, []):
            keys[fact.terminal].append(fact.public_key)
    sorter = Sorter({terminal: some for terminal, some in keys.items() if some}, careful=True)
    rules = source.rules if isinstance(source.rules, RuleSet) else source.rules.measuring
    measurer = Measurer(FenceSet(source.fences), rules, partial(school_of, index))
    some = records_of(source.rows)
    taken = sorter.take(some)
    blocks = [taken[begin : begin + BLOCK] for begin in range(0, len(taken), BLOCK)]
    measures = [measurer.measure_joined(some.body, some.size[at], some.start[at]) for at in blocks]
    return MinuteMeasures.concat(measures), sorter


def _evidence(source: Source, index: FactIndex) -> Evidence:
    measures, sorter = measured(source, index)
    evidence = sorter.evidence([measures])
    told = evidence.lost.seq.tolist()
    lost = sorted({seq for seq in (*told, *source.lost) if seq >= source.first})
    begins = [(source.terminal, source.first, min(source.through, source.first - 1))]
    return replace(
        evidence,
        suspicions=source.suspicions,
        lost=LostRecords.of_rows([(source.terminal, seq) for seq in lost]),
        begins=Begins.of_rows(begins if source.first > 1 else []),
    )


def _minutes(source: Source, own: Own, mine: Bools) -> tuple[Minute, ...]:
    at = np.flatnonzero(mine)
    shared = _shared(source, own)
    said = explained(own.rulings, at)
    counts = [rules.unsure_counts == 1 for rules in own.rule_sets]
    minutes, found = own.case.minutes, []
    occurrences: dict[int, int] = {}
    for row in at.tolist():
        verdict, (reasons, numbers) = int(own.verdict[row]), said.get(row, ([], {}))
        minute = int(minutes.minute[row])
        if verdict != REFUSED:
            nth = occurrences[minute] = occurrences.get(minute, -1) + 1
            other, why, more = shared.get((minute, nth), (ACCEPTED, [], {}))
            verdict = REFUSED if REFUSED in (verdict, other) else max(verdict, other)
            reasons, numbers = sorted([*reasons, *why]), {**numbers, **more}
        opinion = int(minutes.counted_s[row]), int(minutes.stops[row])
        unsure_counts = counts[int(own.rule_set[row])]
        found.append(
            Minute(int(minutes.seq[row]), minute, verdict, reasons, numbers, *opinion, unsure_counts)
        )
    return tuple(found)


def _shared(source: Source, own: Own) -> dict[tuple[int, int], tuple[int, list[int], dict[str, Any]]]:
    """(minute, occurrence) -> what shared rules say: verdict, reasons, numbers."""
    shares = share_out(own)
    shares = shares.take((shares.terminal == source.terminal) & (shares.session == source.session))
    columns: dict[str, list[Any]] = {name: list(getattr(shares, name)) for name in SHARE}
    columns["rules"] = [own.rule_sets[nth].digest for nth in shares.rule_set.tolist()]
    columns = {name: [*column, *source.shares[name]] for name, column in columns.items()}
    known = {rules.digest: rules for rules in (*own.rule_sets, *source.rule_sets)}
    digests = sorted(set(columns["rules"]))
    sets = [known[digest] for digest in digests] or [RuleSet()]
    whole: Shares = shares_of(columns, digests)
    found = judge_shares(whole.take(entangled(whole, sets)), sets)
    case = found.case
    sessions = case.sessions
    ours = np.flatnonzero((sessions.terminal == source.terminal) & (sessions.session == source.session))
    at = np.flatnonzero(np.isin(case.row, ours))
    verdict = verdict_of(cast(Any, case), found.rulings)
    return {
        (int(case.minutes.minute[row]), int(case.minutes.seq[row])): (int(verdict[row]), *told)
        for row, told in explained(found.rulings, at).items()
    }


def explained(rulings: Rulings, rows: Ints) -> dict[int, tuple[list[int], dict[str, Any]]]:
    """Row -> (reasons, their numbers), of those of the rows that a rule has something to say of."""
    found: dict[int, tuple[list[int], dict[str, Any]]] = {}
    for reason, ruling in rulings:
        some = rows[ruling.any[rows]]
        looked_at = {name: column[some].tolist() for name, column in ruling.numbers.items()}
        for nth, row in enumerate(some.tolist()):
            reasons, numbers = found.setdefault(row, ([], {}))
            reasons.append(reason)
            if looked_at:
                values = {name: column[nth] for name, column in looked_at.items()}
                numbers[str(BY_NUMBER[reason][_NAME])] = json.loads(json.dumps(values))
    return found


def _outcome(own: Own, row: int, minutes: Sequence[Minute]) -> SessionVerdict:
    sessions, case = own.case.sessions, own.case
    of = {
        name: int(getattr(sessions, name)[row])
        for name in sessions.__dataclass_fields__
        if name != "signed_in"
    }
    at = np.flatnonzero(case.row == row)
    accepted, refused, unsure = (
        sum(minute.verdict == value for minute in minutes) for value in (ACCEPTED, REFUSED, UNSURE)
    )
    reasons: dict[int, int] = {}
    for minute in minutes:
        for reason in minute.reasons:
            reasons[reason] = reasons.get(reason, 0) + 1
    return SessionVerdict(
        of["terminal"],
        of["session"],
        of["trainee"],
        of["instructor"],
        int(case.car[at[0]]) if len(at) else 0,
        of["course"],
        part_of(of["course"]),
        of["start_s"],
        of["end_s"] or None,
        len(minutes),
        accepted,
        refused,
        unsure,
        tuple(sorted(reasons.items())),
    )
