"""The second stage: what is pending is settled with its neighbours, and outcomes, days and ledger follow."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from ingest.judge.credit import training_hours
from ingest.judge.entangled import entangled
from ingest.judge.flags import flags_of
from ingest.judge.outcome import ACCEPTED, REFUSED, UNSURE, Credit, Flag, SessionVerdict
from ingest.judge.own import verdict_of
from ingest.judge.rulebook.rule_set import RuleSet
from ingest.judge.shared import Shared, Shares, judge_shares
from ingest.judging.neighbours import Book
from ingest.judging.verdict_rows import explained_texts
from ingest.judging.world import World
from ingest.store import judged, judged_days, outcomes, own_verdicts, shared_verdicts
from ingest.store.connection import Connection
from ingest.store.desk.deciding import overlay
from ingest.store.desk.queue import due as queue_due
from ingest.store.judged import JudgedSession, Key, ShareRow
from ingest.store.shared_verdicts import SharedRow

_DAY_MIN = 1440


class Change(NamedTuple):
    """A session's accepted minutes before and after; None where there was or is no such session."""

    terminal: int
    session: int
    trainee: int
    instructor: int
    before: int | None
    after: int | None


@dataclass(frozen=True)
class Settled:
    """What was settled: sessions looked at, rows touched, entries added to the ledger, what changed."""

    sessions: int = 0
    touched: int = 0
    new_credit_entries: int = 0
    changes: tuple[Change, ...] = ()


class Said(NamedTuple):
    """What shared rules say of one minute of a session, and the rule set in force at it."""

    minute: int
    occurrence: int
    verdict: int
    own_verdict: int
    reasons: list[int]
    numbers: str
    rules: RuleSet

    @property
    def steps(self) -> int:
        """Minutes of credit that it adds: 0, or -1 where it takes the minute's credit."""
        return self._earns(both(self.own_verdict, self.verdict)) - self._earns(self.own_verdict)

    @property
    def day(self) -> int:
        """Its local day since 1970-01-01."""
        day: int = (self.minute + self.rules.utc_offset_min) // _DAY_MIN
        return day

    def _earns(self, verdict: int) -> bool:
        return verdict == ACCEPTED or (verdict == UNSURE and self.rules.unsure_counts == 1)


def settle(conn: Connection, world: World) -> Settled:
    """Settle all that is pending, in one transaction."""
    with conn.transaction():
        pending = {one.key: one for one in judged.pending(conn)}
        return _settle(conn, world, pending) if pending else Settled()


def _settle(conn: Connection, world: World, pending: dict[Key, JudgedSession]) -> Settled:
    rules = rules_of(conn, world)
    fresh: dict[Key, list[ShareRow]] = {key: [] for key in pending}
    old: dict[Key, list[ShareRow]] = {}
    for share in judged.pending_shares(conn):
        fresh[share.key].append(share)
    for share in judged.shares_of(conn, pending, pending=False):
        old.setdefault(share.key, []).append(share)
    book = Book(conn, rules, fresh, old)
    concerned, shares = weighed(book, set(pending))
    shared = judge_rows(shares, rules)
    sessions = {**judged.settled(conn, concerned - pending.keys()), **pending}
    before = judged.settled(conn, pending)
    result = _write(conn, world, rules, shared, sessions, before)
    judged.promote(conn)
    laid = overlay.settle(conn, list(sessions))
    queue_due.add(conn, list(sessions))
    return replace(result, new_credit_entries=result.new_credit_entries + laid)


def weighed(book: Book, keys: set[Key]) -> tuple[set[Key], list[ShareRow]]:
    """(sessions that these concern, themselves among them; the shares that settle them)."""
    concerned = book.overlapping(keys)
    concerned |= book.same_day(concerned) | book.on_the_way(keys)
    involved = concerned | book.same_day(concerned) | book.on_the_way(concerned)
    involved = book.overlapping(involved)
    book.fetch(involved)
    fresh = book.fresh
    return concerned, [s for key in involved for s in (fresh[key] if key in fresh else book.held[key])]


def rules_of(conn: Connection, world: World) -> dict[str, RuleSet]:
    """Rule sets by digest: those of the world, and all that sessions were judged under before."""
    known = {
        digest: RuleSet(version, body["effects"], **body["thresholds"])
        for digest, version, body in judged_days.rule_sets(conn)
    }
    return {**known, world.measuring.digest: world.measuring}


def judge_rows(rows: list[ShareRow], rules: Mapping[str, RuleSet]) -> Shared:
    """Ask the shared rules about these shares; rules by digest."""
    digests = sorted({row.rules for row in rows})
    sets = [rules[digest] for digest in digests]
    columns: dict[str, Any] = {}
    for name in Shares.__dataclass_fields__:
        if name == "rule_set":
            columns[name] = np.array([digests.index(row.rules) for row in rows], dtype=np.int64)
        elif name in ("creditable", "accepted"):
            columns[name] = np.empty(len(rows), dtype=object)
            columns[name][:] = [getattr(row, name) for row in rows]
        else:
            columns[name] = np.array([getattr(row, name) for row in rows], dtype=np.int64)
    shares = Shares(**columns)
    sets = sets or [RuleSet()]
    return judge_shares(shares.take(entangled(shares, sets)), sets)


def said_of(shared: Shared, keys: Iterable[Key]) -> dict[Key, list[Said]]:
    """What is said of the minutes of these sessions, in the order of (minute, occurrence)."""
    wanted, case = set(keys), shared.case
    verdict = verdict_of(case, shared.rulings)  # type: ignore[arg-type]
    found: dict[Key, list[Said]] = {}
    for row, (reasons, numbers) in sorted(explained_texts(shared.rulings).items()):
        session = int(case.row[row])
        key = (int(case.sessions.terminal[session]), int(case.sessions.session[session]))
        if key in wanted:
            minute, occurrence = int(case.minutes.minute[row]), int(case.minutes.seq[row])
            rules = shared.rule_sets[shared.rule_set[row]]
            said = int(verdict[row]), int(shared.own_verdict[row])
            told = Said(minute, occurrence, *said, reasons, numbers, rules)
            found.setdefault(key, []).append(told)
    return found


def _write(
    conn: Connection,
    world: World,
    rules: Mapping[str, RuleSet],
    shared: Shared,
    sessions: dict[Key, JudgedSession],
    before: dict[Key, JudgedSession],
) -> Settled:
    said = said_of(shared, sessions)
    outcomes_of = {key: outcome_of(one, said.get(key, [])) for key, one in sessions.items() if not one.gone}
    under = {key: _under(one, rules) for key, one in sessions.items()}
    changes = _changes(conn, sessions, outcomes_of)
    touched = _write_shared(conn, sessions, said)
    rows = (
        (verdict, training_hours(verdict, set_of(sessions[key], rules)), under[key])
        for key, verdict in outcomes_of.items()
    )
    keys = list(sessions)
    touched += outcomes.replace_sessions(conn, rows, keys)
    touched += outcomes.replace_flags(conn, _flags(shared, sessions, under), keys)
    credits = [
        (credit_of(sessions[key], one, said.get(key, [])), under[key]) for key, one in outcomes_of.items()
    ]
    entries = outcomes.append_credit(conn, credits, keys)
    _write_days(conn, sessions, said)
    return Settled(len(sessions), touched, entries, tuple(changes))


def outcome_of(one: JudgedSession, said: Sequence[Said]) -> SessionVerdict:
    """A session summed up: what its own evidence says, and what shared rules add."""
    body = json.loads(one.body)
    counts = list(body["counts"])
    reasons = {int(number): minutes for number, minutes in body["reasons"].items()}
    for minute in said:
        counts[minute.own_verdict] -= 1
        counts[both(minute.own_verdict, minute.verdict)] += 1
        for reason in minute.reasons:
            reasons[reason] = reasons.get(reason, 0) + 1
    return SessionVerdict(
        one.terminal,
        one.session,
        one.trainee,
        one.instructor,
        one.car,
        body["course"],
        body["part"],
        body["start_s"],
        body["end_s"] or None,
        sum(counts),
        counts[ACCEPTED],
        counts[REFUSED],
        counts[UNSURE],
        tuple(sorted(reasons.items())),
    )


def both(own: int, shared: int) -> int:
    """A minute's verdict, of that by own rules and that by shared ones."""
    return REFUSED if REFUSED in (own, shared) else max(own, shared)


def set_of(one: JudgedSession, rules: Mapping[str, RuleSet]) -> RuleSet:
    """The rule set that a session's training hours are shown by: the first by digest where it has several."""
    return rules[one.rules.split(" ")[0]] if one.rules else RuleSet()


def _under(one: JudgedSession, rules: Mapping[str, RuleSet]) -> str:
    """Rule sets and registry by name and digest: everything but the evidence that a verdict depends on."""
    sets = " ".join(f"{rules[digest].version} {digest[:12]}" for digest in one.rules.split(" ") if digest)
    return f"rules {sets}, registry {one.registry[:12]}"


def credit_of(one: JudgedSession, verdict: SessionVerdict, said: Sequence[Said]) -> Credit:
    """What a session earns, each minute under the rule set in force at it."""
    minutes = json.loads(one.body)["credited"] + sum(minute.steps for minute in said)
    return Credit(verdict.terminal, verdict.session, verdict.trainee, verdict.part, minutes)


def _changes(
    conn: Connection, sessions: dict[Key, JudgedSession], now: dict[Key, SessionVerdict]
) -> list[Change]:
    held = outcomes.accepted_minutes(conn, list(sessions))
    changes = []
    for key, one in sorted(sessions.items()):
        before = held.get(key)
        after = now[key].minutes_accepted if key in now else None
        if before != after:
            changes.append(Change(*key, one.trainee, one.instructor, before, after))
    return changes


def _write_shared(conn: Connection, sessions: dict[Key, JudgedSession], said: dict[Key, list[Said]]) -> int:
    where = [(*key, sessions[key].first_seq, sessions[key].last_seq) for key in said]
    minutes = own_verdicts.minutes_of(conn, where)
    wanted: list[SharedRow] = []
    for key, told in said.items():
        seqs: dict[int, list[int]] = {}
        for seq, minute, verdict in minutes[key]:
            if verdict != REFUSED:
                seqs.setdefault(minute, []).append(seq)
        wanted += [
            SharedRow(key[0], seqs[t.minute][t.occurrence], key[1], t.minute, t.verdict, t.reasons, t.numbers)
            for t in told
        ]
    return shared_verdicts.replace(conn, wanted, list(sessions))


def _flags(
    shared: Shared, sessions: dict[Key, JudgedSession], under: dict[Key, str]
) -> list[tuple[Flag, str]]:
    found = []
    for key, one in sessions.items():
        if not one.gone:
            for reason, records, first, last in json.loads(one.body)["flags"]:
                found.append(Flag(reason, *key, 0, 0, records, first, last))
    case = shared.case
    told = flags_of(case, shared.rulings, shared.claims)
    found += [flag for flag in told if (flag.terminal, flag.session) in sessions]
    return [(flag, under[flag.terminal, flag.session]) for flag in found]


def _write_days(conn: Connection, sessions: dict[Key, JudgedSession], said: dict[Key, list[Said]]) -> None:
    rows = []
    for key, one in sessions.items():
        days = {} if one.gone else {day: bytes.fromhex(text) for day, text in json.loads(one.body)["days"]}
        told: dict[int, list[Said]] = {}
        for minute in said.get(key, ()):
            told.setdefault(minute.day, []).append(minute)
        rows += [
            (day, *key, judged_days.of_session(digest, [minute[:-1] for minute in told.get(day, ())]))
            for day, digest in days.items()
        ]
    judged_days.replace(conn, rows, list(sessions))
