"""The second stage: what crosses terminals, over what own rules left of each training session.

A session's share is who it claims and which minutes, as bits: small enough that those of a city's day fit in
memory, and that those of one person's day are read again for one late record.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import cast

import numpy as np
import numpy.typing as npt

from ingest.judge.case.case import Case, Finding, Ruling
from ingest.judge.case.journeys import Journeys, group_rows, journeys_of
from ingest.judge.claims import Claimed, settle, settle_journeys
from ingest.judge.columns import Bools, Columns, Ints
from ingest.judge.outcome import ACCEPTED, REFUSED, UNSURE
from ingest.judge.own import Own, Rulings, ask, credited, verdict_of
from ingest.judge.rulebook.rule import Rule
from ingest.judge.rulebook.rule_set import RuleSet
from ingest.judge.rules.table import CAPS, OVERLAPS

Objects = npt.NDArray[np.object_]

SPAN_MIN = 1440
"""A share spans at most so many minutes; a longer session has several."""
_OWN = 0
_JOURNEY = ("from_minute", "from_lat_e7", "from_lon_e7", "to_minute", "to_lat_e7", "to_lon_e7")
_HOLDERS = ("trainee", "instructor")
_CLAIMED = (*_HOLDERS, "car", "rule_set")


@dataclass(frozen=True, eq=False)
class Shares(Columns):
    """One row a (session, trainee, instructor, car, rule set), of minutes that no own rule refused.

    rule_set: index in a list of rule sets kept beside. occurrence: 0, but 1 .. for a minute that the session
    recorded again. car: 0 where the registry names none. from_* and to_* as in case.journeys, of the
    person's whole part in the session. creditable, accepted: bits from first_minute on, most significant
    first, as bytes; accepted minutes are creditable and not unsure. accepted_n: minutes that caps count, the
    unsure ones among them where the rule set has them count.
    """

    terminal: Ints
    session: Ints
    occurrence: Ints
    trainee: Ints
    instructor: Ints
    car: Ints
    rule_set: Ints
    start_s: Ints
    first_minute: Ints
    last_minute: Ints
    from_minute: Ints
    from_lat_e7: Ints
    from_lon_e7: Ints
    to_minute: Ints
    to_lat_e7: Ints
    to_lon_e7: Ints
    accepted_n: Ints
    creditable: Objects
    accepted: Objects


@dataclass(frozen=True, eq=False)
class SharedSessions(Columns):
    """The sessions of some shares, ordered by (terminal, session)."""

    terminal: Ints
    session: Ints
    start_s: Ints


@dataclass(frozen=True, eq=False)
class SharedMinutes(Columns):
    """The creditable minutes of some shares; seq is the occurrence within the session's minute."""

    terminal: Ints
    seq: Ints
    minute: Ints
    trainee: Ints
    instructor: Ints


@dataclass(frozen=True)
class SharedCase:
    """As much of a Case as shared rules look at, ordered by (terminal, session, minute, occurrence)."""

    sessions: SharedSessions
    minutes: SharedMinutes
    row: Ints
    car: Ints


@dataclass(frozen=True)
class Shared:
    """What shared rules say. own_verdict: ACCEPTED or UNSURE by the own rules; rulings: the shared ones;
    rule_set: index in rule_sets of the one in force at each minute."""

    case: SharedCase
    claims: Claimed
    own_verdict: Ints
    rulings: Rulings
    rule_sets: tuple[RuleSet, ...]
    rule_set: Ints


def judge_shared(own: Own, claims: Claimed) -> Rulings:
    """Ask the rules about what sessions claim from one another, then the caps about what is left.

    A minute that an own rule refused takes no part: no shared rule has anything to say of it.
    """
    case, rulings, shared = own.case, list(own.rulings), []
    creditable = own.verdict != REFUSED
    for one in OVERLAPS:
        shared.append((one.number, _among(creditable, ask(own, one, partial(_overlap, one, case, claims)))))
    rulings += shared
    for cap in CAPS:
        accepted = credited(own, verdict_of(case, rulings))
        ruling = _among(creditable, ask(own, cap, partial(_cap, cap, case, accepted)))
        rulings.append((cap.number, ruling))
        shared.append((cap.number, ruling))
    return tuple(sorted(shared, key=lambda found: found[0]))


def judge_claims(own: Own) -> tuple[Claimed, Rulings]:
    """What all the minutes of an Own claim from one another, and what shared rules say of it."""
    claims = settle(own.case, own.verdict != REFUSED)
    return claims, judge_shared(own, claims)


def judge_shares(shares: Shares, rule_sets: Sequence[RuleSet]) -> Shared:
    """The same from shares alone, whatever their order."""
    case, verdict, rule_set, journeys, journey = _laid_out(shares)
    claims = settle_journeys(case, np.ones(len(verdict), dtype=bool), journeys, journey)
    none = np.zeros(len(verdict), dtype=bool)
    known = ((_OWN, Ruling(none, verdict == UNSURE, none, none, {})),)
    own = Own(cast(Case, case), tuple(rule_sets), rule_set, known, verdict)
    return Shared(case, claims, verdict, judge_shared(own, claims), own.rule_sets, rule_set)


def share_out(own: Own) -> Shares:
    """The shares of an Own's sessions; sessions without a creditable minute have none."""
    case, minutes = own.case, own.case.minutes
    creditable = own.verdict != REFUSED
    at = np.flatnonzero(creditable)
    if not len(at):
        return Shares.empty()
    journeys, journey = journeys_of(case, creditable)
    row, minute = case.row[at], minutes.minute[at]
    first = np.zeros(len(case.sessions), dtype=np.int64)
    first[row[::-1]] = minute[::-1]
    keys = (minutes.trainee[at], minutes.instructor[at], case.car[at], own.rule_set[at])
    again = _occurrence(row, minute)
    group = group_rows(np.column_stack([row, again, *keys, (minute - first[row]) // SPAN_MIN]))
    # One minute of each group speaks for it, the earliest; the minutes come in the order of time.
    n = int(group.max()) + 1
    begin, end = np.zeros((2, n), dtype=np.int64)
    begin[group[::-1]], end[group] = np.arange(len(at))[::-1], np.arange(len(at))
    lead = at[begin]
    accepted = own.verdict[at] == ACCEPTED
    columns = {
        "terminal": case.sessions.terminal[case.row[lead]],
        "session": case.sessions.session[case.row[lead]],
        "occurrence": again[begin],
        **{name: key[begin] for name, key in zip(_CLAIMED, keys, strict=True)},
        "start_s": case.sessions.start_s[case.row[lead]],
        "first_minute": minute[begin],
        "last_minute": minute[end],
        **{name: getattr(journeys, name)[journey[lead]] for name in _JOURNEY},
        "accepted_n": np.bincount(group[credited(own, own.verdict)[at]], minlength=n).astype(np.int64),
    }
    return Shares(
        **columns,
        creditable=_packed(group, minute, minute[begin], minute[end], accepted | True),
        accepted=_packed(group, minute, minute[begin], minute[end], accepted),
    )


def _overlap(overlap: Rule, case: Case, claims: Claimed, rules: RuleSet) -> Finding:
    return overlap.find(case, claims, rules)


def _cap(cap: Rule, case: Case, accepted: Bools, rules: RuleSet) -> Finding:
    return cap.find(case, rules, accepted)


def _among(creditable: Bools, ruling: Ruling) -> Ruling:
    return Ruling(
        ruling.refused & creditable,
        ruling.unsure & creditable,
        ruling.noted & creditable,
        ruling.flagged & creditable,
        ruling.numbers,
    )


def _occurrence(row: Ints, minute: Ints) -> Ints:
    """How many of the same row and minute stand right before each."""
    new = np.ones(len(row), dtype=bool)
    new[1:] = (np.diff(row) != 0) | (np.diff(minute) != 0)
    starts = np.flatnonzero(new)
    counted: Ints = np.arange(len(row)) - starts[np.cumsum(new) - 1]
    return counted


def _packed(group: Ints, minute: Ints, first: Ints, last: Ints, mask: Bools) -> Objects:
    """For each group the masked minutes as bits from its first minute on."""
    sizes = (last - first) // 8 + 1
    begins = np.concatenate([[0], np.cumsum(sizes)])
    flat = np.zeros(int(begins[-1]) * 8, dtype=bool)
    flat[(begins[:-1] * 8 - first)[group[mask]] + minute[mask]] = True
    raw = np.packbits(flat).tobytes()
    packed = np.empty(len(first), dtype=object)
    packed[:] = [raw[begins[at] : begins[at + 1]] for at in range(len(first))]
    return packed


def _unpacked(shares: Shares, packed: Objects) -> tuple[Ints, Ints]:
    """(share, minute) of every bit that is set."""
    sizes = np.fromiter((len(bits) for bits in packed), dtype=np.int64, count=len(packed))
    at = np.flatnonzero(np.unpackbits(np.frombuffer(b"".join(packed), dtype=np.uint8)))
    begins = np.concatenate([[0], np.cumsum(sizes)]) * 8
    share = (np.searchsorted(begins, at, side="right") - 1).astype(np.int64)
    return share, shares.first_minute[share] + at - begins[share]


def _laid_out(shares: Shares) -> tuple[SharedCase, Ints, Ints, Journeys, Ints]:
    """(case, own verdict, rule set, journeys, each minute's journey) of the shares' minutes."""
    share, minute = _unpacked(shares, shares.creditable)
    sessions, row_of = _sessions(shares)
    order = np.lexsort((shares.occurrence[share], minute, row_of[share]))
    share, minute = share[order], minute[order]
    sure = np.column_stack(_unpacked(shares, shares.accepted))
    both = group_rows(np.concatenate([np.column_stack([share, minute]), sure]))
    verdict = np.where(np.isin(both[: len(share)], both[len(share) :]), ACCEPTED, UNSURE).astype(np.int64)
    columns = (shares.terminal, shares.occurrence, None, shares.trainee, shares.instructor)
    minutes = SharedMinutes(*(minute if column is None else column[share] for column in columns))
    journeys, journey_of = _journeys(shares, row_of)
    case = SharedCase(sessions, minutes, row_of[share], shares.car[share])
    return case, verdict, shares.rule_set[share], journeys, journey_of[share]


def _sessions(shares: Shares) -> tuple[SharedSessions, Ints]:
    row_of = group_rows(np.column_stack([shares.terminal, shares.session]))
    n = int(row_of.max(initial=-1)) + 1
    columns = np.zeros((3, n), dtype=np.int64)
    for column, values in zip(columns, (shares.terminal, shares.session, shares.start_s), strict=True):
        column[row_of] = values
    return SharedSessions(*columns), row_of


def _journeys(shares: Shares, row_of: Ints) -> tuple[Journeys, Ints]:
    group = group_rows(np.column_stack([row_of, shares.trainee, shares.instructor]))
    n = int(group.max(initial=-1)) + 1
    columns: dict[str, Ints] = {"row": np.zeros(n, dtype=np.int64)}
    columns["row"][group] = row_of
    for name in ("terminal", *_HOLDERS, *_JOURNEY):
        columns[name] = np.zeros(n, dtype=np.int64)
        columns[name][group] = getattr(shares, name)
    columns["first_minute"] = np.full(n, np.iinfo(np.int64).max)
    columns["last_minute"] = np.zeros(n, dtype=np.int64)
    np.minimum.at(columns["first_minute"], group, shares.first_minute)
    np.maximum.at(columns["last_minute"], group, shares.last_minute)
    return Journeys(**columns), group
