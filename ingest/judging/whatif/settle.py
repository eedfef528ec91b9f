"""The second stage under a draft: what sessions claim from one another, settled in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ingest.judge.outcome import REFUSED, SessionVerdict
from ingest.judge.rulebook.rule_set import RuleSet
from ingest.judging import settle
from ingest.judging.neighbours import Book
from ingest.judging.settle import Said
from ingest.judging.whatif.fresh import Fresh
from ingest.judging.world import World
from ingest.store import judged
from ingest.store import whatif as stored
from ingest.store.connection import Connection
from ingest.store.judged import JudgedSession, Key, ShareRow
from ingest.store.whatif import Minutes

Shared = dict[int, tuple[int, list[int], str]]
"""seq -> (verdict, reasons, numbers as JSON text)."""


@dataclass(frozen=True)
class Sides:
    """A session concerned. session, outcome, credited: under the draft. own: its minutes by its own evidence,
    before and after; None where nothing is said of single minutes on either side. shared: what
    shared rules add because of other sessions, before and after."""

    session: JudgedSession
    outcome: SessionVerdict
    credited: int
    own: tuple[Minutes, Minutes] | None
    shared: tuple[Shared, Shared]


def settle_afresh(
    conn: Connection, world: World, fresh: Mapping[Key, Fresh], rule_sets: Mapping[str, RuleSet]
) -> dict[Key, Sides]:
    """Every session that the fresh ones concern, themselves among them."""
    if not fresh:
        return {}
    rules = {**settle.rules_of(conn, world), **rule_sets}
    old: dict[Key, list[ShareRow]] = {}
    for share in judged.shares_of(conn, fresh, pending=False):
        old.setdefault(share.key, []).append(share)
    book = Book(conn, rules, {key: one.shares for key, one in fresh.items()}, old)
    concerned, shares = settle.weighed(book, set(fresh))
    sessions = judged.settled(conn, concerned - fresh.keys())
    sessions |= {key: one.session for key, one in fresh.items()}
    said = settle.said_of(settle.judge_rows(shares, rules), sessions)
    before = stored.shared_minutes(conn, sessions)
    moved = {key for key, one in fresh.items() if one.minutes is not None}
    minutes = stored.own_minutes(conn, [sessions[key] for key in sorted(moved | said.keys() | before.keys())])
    found = {}
    for key, one in sorted(sessions.items()):
        outcome = settle.outcome_of(one, said.get(key, []))
        credit = settle.credit_of(one, outcome, said.get(key, []))
        own = _own(minutes.get(key), fresh.get(key))
        after = _by_seq(own[1], said[key]) if own and key in said else {}
        found[key] = Sides(one, outcome, credit.minutes, own, (before.get(key, {}), after))
    return found


def _own(held: Minutes | None, fresh: Fresh | None) -> tuple[Minutes, Minutes] | None:
    if held is None:
        return None
    return held, held if fresh is None or fresh.minutes is None else fresh.minutes


def _by_seq(own: Minutes, said: list[Said]) -> Shared:
    seqs: dict[int, list[int]] = {}
    for seq, minute, verdict in zip(*(column.tolist() for column in own[:3]), strict=True):
        if verdict != REFUSED:
            seqs.setdefault(minute, []).append(seq)
    return {seqs[one.minute][one.occurrence]: (one.verdict, one.reasons, one.numbers) for one in said}
