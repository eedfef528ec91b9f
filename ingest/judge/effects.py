"""From a rule's finding to what it does to the minutes: the rule set says which effect the rule has."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ingest.judge.case.case import Case, Finding, Ruling
from ingest.judge.columns import Bools, Ints
from ingest.judge.rulebook.rule import LOOK, MINUTE, OFF, SESSION, UNSURE, Rule


def ruled(case: Case, rule: Rule, effect: str, find: Callable[[], Finding]) -> Ruling:
    """Ask a rule under an effect of EFFECTS.

    A hit does what the effect says, a doubt never more than leaving the minute unsure. A session is refused
    whole as soon as one of its minutes is hit. A rule that is only to be looked at or noted doubts nothing,
    and one that is off is not asked.
    """
    none = np.zeros(len(case.minutes), dtype=bool)
    if effect == OFF:
        return Ruling(none, none, none, none, {})
    finding = find()
    hit, doubt = finding.hit, finding.doubt
    if effect in (MINUTE, SESSION):
        refused = whole_sessions(case, hit) if effect == SESSION else hit
        unsure, noted = doubt & ~refused, none
    elif effect == UNSURE:
        refused, unsure, noted = none, hit | doubt, none
    else:
        refused, unsure, noted = none, none, hit | doubt
    flagged = refused | unsure | noted if rule.flagged or effect == LOOK else none
    return Ruling(refused, unsure, noted, flagged, finding.numbers)


def merged(n: int, pieces: Sequence[tuple[Ints, Bools, Ruling]]) -> Ruling:
    """One Ruling over n minutes of pieces (rows it speaks about, which of its own minutes these are, it)."""
    if len(pieces) == 1:
        return pieces[0][2]
    masks = np.zeros((4, n), dtype=bool)
    numbers: dict[str, npt.NDArray[Any]] = {}
    for rows, own, ruling in pieces:
        for at, mask in enumerate((ruling.refused, ruling.unsure, ruling.noted, ruling.flagged)):
            masks[at, rows] = mask[own]
        for name, column in ruling.numbers.items():
            numbers.setdefault(name, np.zeros(n, dtype=column.dtype))[rows] = column[own]
    refused, unsure, noted, flagged = masks
    return Ruling(refused, unsure, noted, flagged, numbers)


def whole_sessions(case: Case, mask: Bools) -> Bools:
    """All minutes of the sessions that have a masked one."""
    touched = np.zeros(len(case.sessions), dtype=bool)
    touched[case.row[mask]] = True
    spread: Bools = touched[case.row]
    return spread
