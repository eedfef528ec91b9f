"""What minutes of the bench are refused or unsure for: the reasons and numbers of the judge's rules."""

from __future__ import annotations

import json
from typing import NamedTuple

from ingest.judge.rules.table import RULES

_BY_NUMBER = {one.number: one for one in RULES}
_MIX = (
    # (verdict, reasons, how often)
    (1, (20,), 18),
    (1, (27,), 16),
    (2, (35,), 14),
    (1, (22,), 9),
    (2, (38,), 7),
    (1, (23,), 4),
    (1, (24,), 6),
    (1, (26, 27), 6),
    (1, (20, 27), 4),
    (2, (121,), 4),
    (1, (45,), 4),
    (2, (36,), 3),
    (2, (42,), 3),
    (1, (59,), 2),
    (1, (30,), 2),
    (1, (25,), 2),
    (1, (28,), 2),
    (2, (84,), 1),
)


class Cause(NamedTuple):
    """One set of reasons. nth: from 0, as often as weight says."""

    nth: int
    verdict: int
    reasons: list[int]
    numbers: str


def causes() -> list[Cause]:
    """The mix, each set as often as it weighs, so that one may be drawn evenly."""
    drawn = [(verdict, reasons) for verdict, reasons, often in _MIX for _ in range(often)]
    return [
        Cause(nth, verdict, list(reasons), json.dumps({_name(one): _numbers(one, nth) for one in reasons}))
        for nth, (verdict, reasons) in enumerate(drawn)
    ]


def _name(reason: int) -> str:
    return _BY_NUMBER[reason].name


def _numbers(reason: int, nth: int) -> dict[str, int]:
    return {name: 10 + (7 * nth + 13 * at) % 50 for at, name in enumerate(_BY_NUMBER[reason].numbers)}
