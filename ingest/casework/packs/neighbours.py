"""Shares of other sessions as a pack tells them: people and cars of others under pseudonyms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from ingest.judge.rulebook.rule_set import RuleSet
from ingest.judging import settle
from ingest.judging.neighbours import Book
from ingest.judging.world import World
from ingest.pack.facts import rule_set_written
from ingest.store.connection import Connection
from ingest.store.judged import ShareRow

_PEOPLE = ("trainee", "instructor", "car")
_PSEUDONYMS = 9_000_000_000_000_001
_LEFT_OUT = ("ord", "pending")


class Others(NamedTuple):
    """Shares of the sessions that settle one, in order, and the rule sets by digest. It costs queries; what
    is told of them does not."""

    rules: Mapping[str, RuleSet]
    shares: list[ShareRow]


def others_of(conn: Connection, world: World, terminal: int, session: int) -> Others:
    """The neighbours of a session."""
    rules = settle.rules_of(conn, world)
    _, rows = settle.weighed(Book(conn, rules, {}, {}), {(terminal, session)})
    others = (row for row in rows if row.key != (terminal, session))
    return Others(rules, sorted(others, key=lambda row: (row.key, row.ord)))


def neighbours(others: Others, own: Iterable[int], hidden: bool) -> dict[str, Any]:
    """The document of that name. own: numbers of the session's people and car, which stay; hidden: all others
    are replaced, in the order of their numbers.

    Terminals and sessions keep their numbers: reasons name them, and of two sessions that began together the
    terminal's number decides.
    """
    names = _names(others.shares, set(own)) if hidden else {}
    digests = sorted({row.rules for row in others.shares})
    return {
        "pseudonyms": hidden,
        "rule_sets": [rule_set_written(others.rules[digest]) for digest in digests],
        "shares": [_told(row, names) for row in others.shares],
    }


def _names(rows: list[ShareRow], own: set[int]) -> dict[int, int]:
    numbers = {getattr(row, name) for row in rows for name in _PEOPLE} - own - {0}
    free = (number for number in range(_PSEUDONYMS, _PSEUDONYMS + 10_000_000) if number not in own)
    return dict(zip(sorted(numbers), free, strict=False))


def _told(row: ShareRow, names: dict[int, int]) -> dict[str, Any]:
    told: dict[str, Any] = {name: value for name, value in row._asdict().items() if name not in _LEFT_OUT}
    for name in _PEOPLE:
        told[name] = names.get(told[name], told[name])
    for name in ("creditable", "accepted"):
        told[name] = bytes(told[name]).hex()
    return told
