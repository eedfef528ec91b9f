"""Who holds a person or a car in a minute that two training sessions claim, and who came from where."""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from ingest.judge.case.case import Claims
from ingest.judge.case.journeys import Journeys, before, journeys_of
from ingest.judge.columns import Bools, Ints

_MINUTE_BITS = 27


class Claiming(Protocol):
    """Minutes ordered by (row of their session, minute, seq), as ingest.judge.case.case.Case has them."""

    @property
    def sessions(self) -> Any: ...

    @property
    def minutes(self) -> Any: ...

    @property
    def row(self) -> Ints: ...

    @property
    def car(self) -> Ints: ...


@dataclass(frozen=True)
class Claimed(Claims):
    """Claims and journeys. journey: each minute's index in journeys, -1 for a minute that claims nothing;
    before_trainee, before_instructor: per journey, the one of that person before it (case.journeys).
    """

    journeys: Journeys
    journey: Ints
    before_trainee: Ints
    before_instructor: Ints


def settle(case: Claiming, creditable: Bools) -> Claimed:
    """What the creditable minutes of a Case claim from one another."""
    return settle_journeys(case, creditable, *journeys_of(case, creditable))


def settle_journeys(case: Claiming, creditable: Bools, journeys: Journeys, journey: Ints) -> Claimed:
    """Grant each minute's trainee, instructor and car to one session; only creditable minutes claim any.

    In the order of the sessions' starts (of two that started together the lower terminal number first) a
    minute is granted unless one granted before it holds its trainee, instructor or car. So a minute that is
    worth nothing by itself, or that lost to an earlier one, takes nothing from anybody.
    """
    minutes = case.minutes
    # A car that the registry does not name is still the one that this terminal sits in.
    car = np.where(case.car > 0, case.car, -minutes.terminal)
    holders = (minutes.trainee, minutes.instructor, car)
    rivals = _rivals(holders, minutes.minute, creditable)
    start_s = case.sessions.start_s[case.row[rivals]]
    rivals = rivals[np.lexsort((minutes.seq[rivals], case.row[rivals], start_s, minutes.minute[rivals]))]
    groups = [_groups(holder[rivals], minutes.minute[rivals]) for holder in holders]
    granted = _grant(groups)
    claims = []
    for group in groups:
        claimed = np.full(len(minutes), -1, dtype=np.int64)
        owner = np.full(len(group), len(group), dtype=np.int64)
        owner[group[granted]] = np.flatnonzero(granted)
        lost = np.flatnonzero(~granted & (owner[group] < np.arange(len(group))))
        claimed[rivals[lost]] = case.row[rivals[owner[group[lost]]]]
        claims.append(claimed)
    befores = (before(journeys, holder) for holder in (journeys.trainee, journeys.instructor))
    return Claimed(claims[0], claims[1], claims[2], journeys, journey, *befores)


def _rivals(holders: tuple[Ints, ...], minute: Ints, creditable: Bools) -> Ints:
    """Creditable minutes whose (holder, minute) occurs more than once: few, so only they are settled."""
    at = np.flatnonzero(creditable)
    repeated = np.zeros(len(at), dtype=bool)
    for holder in holders:
        keys = _groups(holder[at], minute[at], unique=False)
        order = np.argsort(keys, kind="stable")
        same = np.diff(keys[order]) == 0
        repeated[order[1:][same]] = True
        repeated[order[:-1][same]] = True
    return at[repeated]


def _groups(holder: Ints, minute: Ints, unique: bool = True) -> Ints:
    """A number for each (holder, minute); unique: from 0 on without a gap."""
    keys: Ints = np.unique(holder, return_inverse=True)[1].astype(np.int64) << _MINUTE_BITS | minute
    return np.unique(keys, return_inverse=True)[1].astype(np.int64) if unique else keys


def _grant(groups: list[Ints]) -> Bools:
    """One after the other in the given order: granted unless a granted one before shares a group."""
    n = len(groups[0])
    granted, open_ = np.zeros(n, dtype=bool), np.ones(n, dtype=bool)
    # Each round settles at least the first open one; a round is a link in a chain of sessions.
    while open_.any():
        at = np.flatnonzero(open_)
        leads = np.ones(len(at), dtype=bool)
        for group in groups:
            first = np.zeros(n, dtype=np.int64)
            first[group[at[::-1]]] = at[::-1]
            leads &= first[group[at]] == at
        granted[at[leads]] = True
        open_[at[leads]] = False
        for group in groups:
            taken = np.zeros(n, dtype=bool)
            taken[group[at[leads]]] = True
            open_ &= ~taken[group]
    return granted
