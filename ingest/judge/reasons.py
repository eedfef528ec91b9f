"""Every reason by its number: those told at the door (firmware.wire.reasons) and those of the rules.

A row is (number, NAME, effect, English, Chinese). `reasons.PARKED` is the number of PARKED.
"""

from firmware.wire import reasons as wire
from ingest.judge.rules.table import RULES

Reason = tuple[int, str, str, str, str]

_AT_THE_DOOR: dict[int, Reason] = dict(wire.BY_NUMBER)
_OF_RULES: dict[int, Reason] = {
    one.number: (one.number, one.name, one.effect, one.english, one.chinese) for one in RULES
}
BY_NUMBER: dict[int, Reason] = dict(sorted({**_OF_RULES, **_AT_THE_DOOR}.items()))
REASONS = tuple(BY_NUMBER.values())
_NUMBERS = {row[1]: row[0] for row in REASONS}


def __getattr__(name: str) -> int:
    try:
        return _NUMBERS[name]
    except KeyError:
        raise AttributeError(f"there is no reason {name}") from None
