"""Which minutes the terminal has signed for, by the key that the registry has for it at that minute."""

import numpy as np

from ingest.judge.columns import Bools, Ints
from ingest.judge.evidence import MinuteMeasures, Signatures

NOT_ASKED, SIGNED, MISSING, BAD = 0, 1, 2, 3


def state_of(minutes: MinuteMeasures, key: Ints, signatures: Signatures) -> Ints:
    """Per minute NOT_ASKED (key 0), SIGNED, MISSING or BAD; minutes must be ordered by terminal.

    One signature that holds is enough: it covers all that hangs together before it, whatever was signed
    wrongly in between.
    """
    signed = _covered(minutes, key, signatures.take(signatures.holds))
    bad = _covered(minutes, key, signatures.take(~signatures.holds))
    states: Ints = np.select([key == 0, signed, bad], [NOT_ASKED, SIGNED, BAD], MISSING).astype(np.int64)
    return states


def _covered(minutes: MinuteMeasures, key: Ints, signatures: Signatures) -> Bools:
    """One pass a signature: there is one a training session, and they come merged."""
    covered = np.zeros(len(minutes), dtype=bool)
    columns = (signatures.terminal, signatures.key, signatures.first_seq, signatures.last_seq)
    for terminal, number, first_seq, last_seq in zip(*(column.tolist() for column in columns), strict=True):
        start, past = np.searchsorted(minutes.terminal, (terminal, terminal + 1))
        seq = minutes.seq[start:past]
        covered[start:past] |= (key[start:past] == number) & (seq >= first_seq) & (seq <= last_seq)
    return covered
