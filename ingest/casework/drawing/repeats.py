"""Blind repeats: a second inspector decides a drawn session again, sees neither that nor the first decision.

What he says is kept apart: the first decision stays in force, until a supervisor looks at where they differ.
From both follows how often two people agree, by session and by minute.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import NamedTuple

from ingest.casework import audit
from ingest.casework.who import INSPECTOR, SUPERVISOR, Who
from ingest.decisions.causes import check_cause
from ingest.decisions.choose import Chosen, Minute, said_of
from ingest.decisions.kinds import ACCEPT, REFUSE, RESTORE, SECOND_LOOK, WORDS_MAX, Decision, in_force
from ingest.decisions.kinds import INSPECTOR as INSPECTOR_LAYER
from ingest.decisions.overlay import decided_minutes, judged_digest
from ingest.decisions.refusals import DecisionRefused
from ingest.draw.agreement import Agreement, Pair, of_minutes, of_sessions
from ingest.store.connection import Connection
from ingest.store.desk.deciding import decisions, overlay
from ingest.store.desk.draws import lists as draws
from ingest.store.desk.draws import repeats
from ingest.store.desk.draws import seen as draws_seen
from ingest.store.desk.draws.repeats import Answer, Compared
from ingest.store.judged import Key

HELD_MIN = 30
"""Minutes for which a repeat stays before one inspector."""
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


def take(conn: Connection, who: Who, now: datetime) -> Key | None:
    """Put a repeat before this inspector, the one he has or the next; None where there is none for him.

    He is to see it as any session that waits, without a decision (``is_before``).
    """
    if who.role not in (INSPECTOR, SUPERVISOR):
        return None
    with conn.transaction():
        draws.lock(conn)
        key = repeats.held(conn, who.account, now)
        if key is not None:
            return key
        key = repeats.next_due(conn, who.account, now)
        if key is not None:
            repeats.assign(conn, key, who.account, now, now + timedelta(minutes=HELD_MIN))
            audit.note(conn, who, "repeat.assign", _subject(key), {})
    return key


def is_before(conn: Connection, who: Who, key: Key, now: datetime) -> bool:
    """Whether this session is a repeat that this inspector has before him: nothing of the first decision may
    be shown to him, and what he decides goes to ``answer``."""
    return repeats.held(conn, who.account, now) == key


def answer(
    conn: Connection,
    who: Who,
    now: datetime,
    key: Key,
    kind: str,
    minutes: Chosen,
    cause: str,
    words: str,
) -> tuple[dict[int, int], dict[int, int]]:
    """Keep what the second inspector decides: kind, and for refuse and restore which minutes. Returns Unix
    minute -> verdict before (the machine's) and after. Raises DecisionRefused as a decision would, so that
    the desk answers both alike."""
    if kind not in (ACCEPT, REFUSE, RESTORE, SECOND_LOOK):
        raise DecisionRefused("kind_unknown", kind=kind)
    kept_words = check_cause(kind, cause, words)
    with conn.transaction():
        draws.lock(conn)
        first = repeats.first_person(conn, key)
        if first is None or not is_before(conn, who, key, now):
            raise DecisionRefused("lease_none")
        rows = _minutes(conn, key)
        machine = _verdicts(rows)
        accepts, refuses = said_of(kind, rows, minutes)
        second = Decision(1, INSPECTOR_LAYER, kind, who.account, accepts, refuses)
        both = _both(machine, _first_decisions(conn, key, first[0]), second)
        acts = {"accepts": second.accepts, "refuses": second.refuses}
        said = Answer(*key, who.account, first[0], first[1], first[2], kind, acts, cause, kept_words, both)
        repeats.add_answer(conn, said, now)
        audit.note(conn, who, "repeat.answer", _subject(key), {"kind": kind, "cause": cause})
    return machine, {minute: said for minute, (_, said) in both.items()}


def held(conn: Connection, who: Who, now: datetime) -> Key | None:
    """The repeat that this inspector has before him."""
    return repeats.held(conn, who.account, now)


def machine_mark(conn: Connection, key: Key) -> str:
    """Changes when the machine judges a session otherwise; the last part of overlay.Now.seen."""
    rows = _minutes(conn, key)
    return judged_digest((one.minute, one.machine_verdict) for one in rows).hex()[:16]


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
    """The key that tells which drawn sessions are repeats, once all of the day are answered; else None."""
    told = draws_seen.day_of(conn, day)
    if told is None or told.repeats is None or told.answered < told.repeats:
        return None
    return draws.key_of(conn, day)


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


def _minutes(conn: Connection, key: Key) -> list[Minute]:
    """The session's minutes as the machine judged them, as if nobody had decided."""
    return [
        Minute(one.minute, one.machine_verdict, one.machine_verdict, one.reasons)
        for one in overlay.minutes(conn, [key]).get(key, [])
    ]


def _verdicts(rows: Sequence[Minute]) -> dict[int, int]:
    """Unix minute -> verdict; of a minute recorded twice the best."""
    found: dict[int, int] = {}
    for one in rows:
        found[one.minute] = min(one.verdict, found.get(one.minute, one.verdict))
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
