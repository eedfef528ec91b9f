"""From a rule's finding to what it does to the minutes: the rule set says which effect the rule has."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ingest.judge.case import Case, Finding, Ruling
from ingest.judge.columns import Bools, Ints
from ingest.judge.rule import LOOK, MINUTE, SESSION, UNSURE, Rule


def rule_on(case: Case, rule: Rule, finding: Finding, effect: str) -> Ruling:
    """Apply an effect of EFFECTS other than off.

    A hit does what the effect says, a doubt never more than leaving the minute unsure. A session is refused
    whole as soon as one of its minutes is hit. A rule that is only to be looked at or noted doubts nothing.
    """
    hit, doubt = finding.hit, finding.doubt
    none = np.zeros(len(hit), dtype=bool)
    if effect in (MINUTE, SESSION):
        refused = whole_sessions(case, hit) if effect == SESSION else hit
        unsure, noted = doubt & ~refused, none
    elif effect == UNSURE:
        refused, unsure, noted = none, hit | doubt, none
    else:
        refused, unsure, noted = none, none, hit | doubt
    flagged = refused | unsure | noted if rule.flagged or effect == LOOK else none
    return Ruling(refused, unsure, noted, flagged, finding.numbers)


def silent(case: Case) -> Ruling:
    """What a rule that is off has to say."""
    none = np.zeros(len(case.minutes), dtype=bool)
    return Ruling(none, none, none, none, {})


def merged(rulings: Sequence[Ruling], which: Ints) -> Ruling:
    """One Ruling in which each minute is that of rulings[which]."""
    if len(rulings) == 1:
        return rulings[0]
    masks = [np.zeros(len(which), dtype=bool) for _ in range(4)]
    numbers: dict[str, npt.NDArray[Any]] = {}
    for at, ruling in enumerate(rulings):
        rows = which == at
        of_ruling = (ruling.refused, ruling.unsure, ruling.noted, ruling.flagged)
        for mask, own in zip(masks, of_ruling, strict=True):
            mask[rows] = own[rows]
        for name, column in ruling.numbers.items():
            numbers.setdefault(name, np.zeros(len(which), dtype=column.dtype))[rows] = column[rows]
    refused, unsure, noted, flagged = masks
    return Ruling(refused, unsure, noted, flagged, numbers)


def whole_sessions(case: Case, mask: Bools) -> Bools:
    """All minutes of the sessions that have a masked one."""
    touched = np.zeros(len(case.sessions), dtype=bool)
    touched[case.row[mask]] = True
    spread: Bools = touched[case.row]
    return spread
