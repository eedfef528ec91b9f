"""Citizens' identity numbers by GB 11643: checked where a sheet has them, never kept.

The check digit is ISO 7064 MOD 11-2 over the first 17 digits; digits 7 to 14 are a date of birth.
"""

from __future__ import annotations

import re
from datetime import date

_WEIGHTS = tuple(2 ** (17 - place) % 11 for place in range(17))
_CHECKS = "10X98765432"
_SHOWN = 3


def check_digit(first_17: str) -> str:
    """The 18th character that belongs to 17 digits."""
    return _CHECKS[sum(int(digit) * weight for digit, weight in zip(first_17, _WEIGHTS, strict=True)) % 11]


def is_identity_number(text: str, today: date) -> bool:
    """Is it 18 characters whose check digit is right and whose date of birth is a past day."""
    if not re.fullmatch(r"[1-9][0-9]{16}[0-9X]", text):
        return False
    try:
        born = date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return False
    return date(1900, 1, 1) <= born < today and check_digit(text[:17]) == text[17]


def masked(text: str) -> str:
    """Enough of a number to find it in the sheet, and not the number."""
    return text[:_SHOWN] + "*" * max(len(text) - _SHOWN - 1, 0) + text[-1:] if len(text) > _SHOWN else "*"
