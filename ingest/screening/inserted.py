"""Records that came into being at the server: no seal of the terminal's holds them together.

A terminal that signs signs everything: what it signed later than a record and what it did not sign cannot
both be its own. What waits for its first signature is not suspected.
"""

from dataclasses import dataclass

import numpy as np

from ingest.judge.columns import Bools, Columns, Ints
from ingest.judge.evidence import Signatures
from ingest.judge.suspicions import RECORDS_INSERTED
from ingest.screening.sessions import Scored, Sessions, of_sessions

SCORE_UNSIGNED = 1000
SCORE_BESIDE_HOLE = 200
SCORE_NO_BOOT = 800


@dataclass(frozen=True, eq=False)
class RecordHeads(Columns):
    """One row any record of a terminal: what its header says."""

    terminal: Ints
    seq: Ints
    kind: Ints
    boot: Ints


def inserted(sessions: Sessions, signatures: Signatures, heads: RecordHeads, boot_kind: int) -> Scored:
    """Sessions with minutes that lie before a signature which does not cover them, or in a boot whose first
    record is no BOOT although the record before it is there. heads: all records that were read, any order.
    A record that is not there (late, lost, of an unknown time) cuts the chain honestly: what lies before it
    is scored low."""
    minutes = sessions.minutes
    covered, signed_later, cut = _signed(minutes.terminal, minutes.seq, signatures, heads)
    unsigned = signed_later & ~covered
    bootless = _bootless(heads, boot_kind)
    no_boot = np.zeros(len(minutes), dtype=bool)
    if bootless.shape[1]:
        pairs = np.stack([minutes.terminal, minutes.boot])
        both = np.concatenate([bootless, pairs], axis=1)
        _, which = np.unique(both, axis=1, return_inverse=True)
        which = which.reshape(-1)
        no_boot = np.isin(which[bootless.shape[1] :], which[: bootless.shape[1]])
    whole, beside = sessions.sum(unsigned & ~cut), sessions.sum(unsigned & cut)
    started = sessions.sum(no_boot)
    score = np.where(beside > 0, SCORE_BESIDE_HOLE, 0)
    score = np.where(started > 0, SCORE_NO_BOOT, score)
    score = np.where(whole > 0, SCORE_UNSIGNED, score)
    return of_sessions(
        sessions,
        RECORDS_INSERTED,
        score.astype(np.int64),
        unsigned | no_boot,
        unsigned_min=whole,
        unsigned_beside_hole_min=beside,
        without_boot_min=started,
    )


def _signed(
    terminal: Ints, seq: Ints, signatures: Signatures, heads: RecordHeads
) -> tuple[Bools, Bools, Bools]:
    """Per minute, ordered by terminal: a signature that holds covers it; one lies after it; the record is
    not there whose place that one's chain begins after. One pass a terminal that signs."""
    covered, later, cut = np.zeros((3, len(seq)), dtype=bool)
    holding = signatures.take(np.flatnonzero(signatures.holds))
    for number in np.unique(holding.terminal).tolist():
        start, past = np.searchsorted(terminal, (number, number + 1))
        own, mine = seq[start:past], np.flatnonzero(holding.terminal == number)
        there = heads.seq[heads.terminal == number]
        for first_seq, last_seq in zip(
            holding.first_seq[mine].tolist(), holding.last_seq[mine].tolist(), strict=True
        ):
            covered[start:past] |= (own >= first_seq) & (own <= last_seq)
            before = own < first_seq
            later[start:past] |= before
            if first_seq - 1 not in there:
                cut[start:past] |= before
    return covered, later, cut


def _bootless(heads: RecordHeads, boot_kind: int) -> Ints:
    """2 x n: terminal and boot of boots that begin with another record, the one before being there."""
    heads = heads.take(np.lexsort((heads.seq, heads.terminal)))
    same = np.diff(heads.terminal) == 0
    follows = same & (np.diff(heads.seq) == 1) & (np.diff(heads.boot) != 0)
    at = np.flatnonzero(follows & (heads.kind[1:] != boot_kind)) + 1
    # A terminal that has never told a boot is another make: of it nothing follows.
    tells = np.isin(heads.terminal[at], np.unique(heads.terminal[heads.kind == boot_kind]))
    found: Ints = np.stack([heads.terminal[at[tells]], heads.boot[at[tells]]])
    return found
