"""Which sessions are drawn: of each school those whose hash under the seed is smallest.

A session's hash is SHA-256(seed, line feed, its line), so that what is drawn depends neither on the order of
the list nor on other schools' lines, and one line more takes at most one other's place in its own school:
consistent sampling (A. Broder 1997, "On the resemblance and containment of documents"; R. Rivest 2018,
"Consistent Sampling with Replacement", as used for election audits).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from itertools import groupby

from ingest.draw.day_list import DayList, Listed


def wanted(count: int, permille: int) -> int:
    """How many of count: the share rounded up, so at least 1 of any (5 % of 1 to 20 is 1, of 21 is 2)."""
    return -(-count * permille // 1000)


def rank(seed: str, line: str) -> bytes:
    """A line's place under a seed, 32 bytes; the smaller the sooner."""
    return hashlib.sha256(f"{seed}\n{line}".encode()).digest()


def drawn(day: DayList, seed: str) -> list[Listed]:
    """The drawn sessions of every school, in the list's order."""
    by_school = sorted(day.listed, key=lambda one: one.school)
    found: list[Listed] = []
    for _, group in groupby(by_school, key=lambda one: one.school):
        found += _smallest(list(group), seed, day.terms.drawn_permille)
    return sorted(found, key=lambda one: one.line)


def again(day: DayList, seed: str, key: str) -> list[Listed]:
    """Of the drawn sessions those that a second inspector decides too, blind. key: the repeat key, whose
    SHA-256 stands in the list; without it nobody can tell, although the seed is public."""
    return sorted(
        _smallest(drawn(day, seed), f"{seed}\n{key}", day.terms.again_permille), key=lambda one: one.line
    )


def key_fits(day: DayList, key: str) -> bool:
    """Whether this is the repeat key that the list was bound to."""
    return hashlib.sha256(key.encode()).hexdigest() == day.terms.key_digest


def text_of(sessions: Iterable[Listed]) -> str:
    """Their lines as published, each with its line feed."""
    return "".join(f"{one.line}\n" for one in sessions)


def _smallest(some: Sequence[Listed], seed: str, permille: int) -> list[Listed]:
    return sorted(some, key=lambda one: (rank(seed, one.line), one.line))[: wanted(len(some), permille)]
