"""Which sessions share many prints with one and the same shift in time: candidates to be compared."""

from dataclasses import dataclass

import numpy as np

from ingest.judge.columns import Bools, Columns, Ints
from ingest.screening.rhythm import Prints

SLACK_S = 2
"""Crossings of a copy may be taken so much earlier or later."""
VOTES_MIN = 3
APART_S = 300


@dataclass(frozen=True, eq=False)
class Hits(Columns):
    """One row a print that two sessions share: seen in one at utc_s, in the other (older or the same) at
    other_utc_s."""

    terminal: Ints
    session: Ints
    utc_s: Ints
    other_terminal: Ints
    other_session: Ints
    other_utc_s: Ints


@dataclass(frozen=True, eq=False)
class Candidates(Columns):
    """One row a pair of sessions and a shift: what happens at s in the other happens at s + shift_s here."""

    terminal: Ints
    session: Ints
    other_terminal: Ints
    other_session: Ints
    shift_s: Ints
    votes: Ints


def hits_within(probes: Prints, prints: Prints) -> Hits:
    """Hits among the prints of one run, each pair once: the other is the earlier one. A session meets itself
    only APART_S away."""
    prints = prints.take(np.argsort(prints.print, kind="stable"))
    low = np.searchsorted(prints.print, probes.print, "left")
    count = np.searchsorted(prints.print, probes.print, "right") - low
    own = np.repeat(np.arange(len(probes)), count)
    first = np.cumsum(count) - count
    kept = np.arange(len(own)) - np.repeat(first - low, count)
    mine, other = probes.take(own), prints.take(kept)
    hits = Hits(mine.terminal, mine.session, mine.utc_s, other.terminal, other.session, other.utc_s)
    return hits.take(np.flatnonzero(is_earlier(hits)))


def is_earlier(hits: Hits) -> Bools:
    """The other side was driven before; of two at the same second the lower numbers count as before."""
    shift_s = hits.utc_s - hits.other_utc_s
    same = (hits.terminal == hits.other_terminal) & (hits.session == hits.other_session)
    lower = (hits.other_terminal < hits.terminal) | (
        (hits.other_terminal == hits.terminal) & (hits.other_session < hits.session)
    )
    at_once = np.abs(shift_s) <= SLACK_S
    earlier: Bools = np.where(same, shift_s >= APART_S, np.where(at_once, lower, shift_s > 0))
    return earlier


def candidates(hits: Hits, votes_min: int = VOTES_MIN, most: int = 6) -> Candidates:
    """Pairs and shifts with at least votes_min prints taken at different seconds.

    Of each session the `most` with the most votes, of two alike the lower numbers first."""
    if not len(hits):
        return Candidates.empty()
    shift_s = hits.utc_s - hits.other_utc_s
    pair = (hits.terminal, hits.session, hits.other_terminal, hits.other_session)
    # Two grids, half a cell apart, so that no shift falls on an edge of both.
    tables = [_voted(pair, shift_s, hits.utc_s, 2 * SLACK_S + 1, phase) for phase in (0, SLACK_S)]
    found = Candidates.concat(tables)
    found = found.take(np.flatnonzero(found.votes >= votes_min))
    order = np.lexsort(
        (
            found.shift_s,
            found.other_session,
            found.other_terminal,
            -found.votes,
            found.session,
            found.terminal,
        )
    )
    found = found.take(order)
    new = np.ones(len(found), dtype=bool)
    new[1:] = (np.diff(found.terminal) != 0) | (np.diff(found.session) != 0)
    first = np.maximum.accumulate(np.where(new, np.arange(len(found)), 0))
    return found.take(np.flatnonzero(np.arange(len(found)) - first < most))


def _voted(pair: tuple[Ints, ...], shift_s: Ints, utc_s: Ints, cell_s: int, phase: int) -> Candidates:
    cell = (shift_s + phase) // cell_s
    keys = np.stack([*pair, cell, utc_s])
    once, index = np.unique(keys, axis=1, return_index=True)
    groups, inverse, votes = np.unique(once[:-1], axis=1, return_inverse=True, return_counts=True)
    sums = np.zeros(groups.shape[1], dtype=np.int64)
    np.add.at(sums, inverse.reshape(-1), shift_s[index])
    middle_s = (2 * sums + votes) // (2 * votes)
    terminal, session, other_terminal, other_session = groups[:4]
    return Candidates(terminal, session, other_terminal, other_session, middle_s, votes.astype(np.int64))
