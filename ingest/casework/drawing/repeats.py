"""Blind repeats: two inspectors decide a drawn session, neither knows of the other.

What the second says is kept apart: the first decision stays in force, until a supervisor looks at where they
differ. From both follows how often two people agree, by session and by minute.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import NamedTuple

from ingest.casework import audit
from ingest.casework.deciding.overlay import Now
from ingest.casework.who import SUPERVISOR, Who
from ingest.decisions.choose import Minute
from ingest.decisions.kinds import WORDS_MAX, Decision, in_force
from ingest.decisions.overlay import decided_minutes
from ingest.decisions.refusals import DecisionRefused
from ingest.draw.agreement import Agreement, Pair, of_minutes, of_sessions
from ingest.store.connection import Connection
from ingest.store.desk.deciding import decisions
from ingest.store.desk.deciding.decisions import NewDecision
from ingest.store.desk.draws import lists as draws
from ingest.store.desk.draws import repeats
from ingest.store.desk.draws import seen as draws_seen
from ingest.store.desk.draws.repeats import Answer, Compared
from ingest.store.judged import Key

VERDICTS = ("accepted", "refused", "unsure")


class Figures(NamedTuple):
    """How often people agree; a minute's answer is accepted, refused or unsure."""

    sessions: Agreement
    minutes: Agreement


class PairFigures(NamedTuple):
    """The same of two inspectors; one's account is the smaller number; he stands first in each pair."""

    one: str
    other: str
    figures: Figures


def answer(conn: Connection, who: Who, now: Now, new: NewDecision) -> None:
    """Keep what the second inspector says beside the first decision, which has just been opened. now: as he
    saw the session; new: what he would have decided. Inside the act's transaction."""
    first = repeats.first_person(conn, now.key)
    assert first is not None
    machine = _verdicts(now.minutes)
    second = Decision(1, new.layer, new.kind, new.account, tuple(new.accepts), tuple(new.refuses))
    both = _both(machine, _first_decisions(conn, now.key, first[0]), second)
    acts = {"accepts": new.accepts, "refuses": new.refuses}
    account, decision, kind = first
    said = Answer(
        terminal=new.terminal,
        session=new.session,
        account=who.account,
        first_account=account,
        first_decision=decision,
        first_kind=kind,
        kind=new.kind,
        acts=acts,
        cause=new.cause,
        words=new.words,
        minutes=both,
    )
    repeats.add_answer(conn, said)
    audit.note(conn, who, "repeat.answer", _subject(now.key), {"kind": new.kind, "cause": new.cause})


def settle(conn: Connection, who: Who, now: datetime, key: Key, words: str) -> None:
    """A supervisor has looked at two answers (and decided anew, where the first was wrong)."""
    if who.role != SUPERVISOR:
        raise DecisionRefused("role_may_not")
    if len(words) > WORDS_MAX:
        raise DecisionRefused("words_too_long", length=len(words), most=WORDS_MAX)
    with conn.transaction():
        if not repeats.settle(conn, key, who.account, words, now):
            raise DecisionRefused("changed_meanwhile")
        audit.note(conn, who, "repeat.settle", _subject(key), {"words": words})


def figures(some: Sequence[Compared]) -> Figures:
    """Agreement over all of these, the first persons against the second."""
    return _figures([(one, False) for one in some])


def by_pair(some: Sequence[Compared]) -> list[PairFigures]:
    """Agreement of every two inspectors, whoever of them was first."""

    def pair(one: Compared) -> tuple[int, int]:
        return min(one.first, one.second), max(one.first, one.second)

    found = []
    for accounts, group in groupby(sorted(some, key=pair), key=pair):
        rows = list(group)
        names = {rows[0].first: rows[0].first_name, rows[0].second: rows[0].second_name}
        turned = [(one, one.first != accounts[0]) for one in rows]
        found.append(PairFigures(names[accounts[0]], names[accounts[1]], _figures(turned)))
    return found


def repeat_key(conn: Connection, day: date) -> str | None:
    """The key that tells which drawn sessions are repeats, once all of the day are answered or nobody is
    waited for; else None."""
    told = draws_seen.day_of(conn, day)
    return None if told is None or told.repeats is None or told.repeats_open else draws.key_of(conn, day)


def _figures(some: Sequence[tuple[Compared, bool]]) -> Figures:
    def turn(one: str, two: str, is_turned: bool) -> Pair:
        return (two, one) if is_turned else (one, two)

    kinds = [turn(one.first_kind, one.second_kind, is_turned) for one, is_turned in some]
    minutes = [
        [
            turn(VERDICTS[first], VERDICTS[second], is_turned)
            for first, second, count in one.minutes
            for _ in range(count)
        ]
        for one, is_turned in some
    ]
    return Figures(of_sessions(kinds), of_minutes(minutes))


def _verdicts(rows: Sequence[Minute]) -> dict[int, int]:
    """Unix minute -> the machine's verdict; of a minute recorded twice the best."""
    found: dict[int, int] = {}
    for one in rows:
        found[one.minute] = min(one.machine_verdict, found.get(one.minute, one.machine_verdict))
    return found


def _first_decisions(conn: Connection, key: Key, account: int) -> list[Decision]:
    rows = decisions.of_sessions(conn, [key]).get(key, [])
    some = [
        Decision(row.id, row.layer, row.kind, row.account, tuple(row.accepts), tuple(row.refuses), row.undoes)
        for row in rows
    ]
    return [one for one in in_force(some) if one.account == account]


def _both(machine: Mapping[int, int], first: list[Decision], second: Decision) -> dict[int, tuple[int, int]]:
    laid, laid_again = decided_minutes(first), decided_minutes([second])
    return {
        minute: (laid.get(minute, (verdict, 0))[0], laid_again.get(minute, (verdict, 0))[0])
        for minute, verdict in machine.items()
    }


def _subject(key: Key) -> str:
    return f"session:{key[0]:016d}/{key[1]}"
