"""Bodies of orders, as firmware.wire.orders describes them, each checked before anybody is told anything."""

from __future__ import annotations

import json
from collections.abc import Mapping
from struct import Struct

from firmware.wire.fields import NUMBER_MAX, U32
from firmware.wire.settable import SETTABLE
from ingest.store.connection import StoreError

ROLES = {"both": 0, "instructor": 1, "trainee": 2}
_BAN = Struct(">BI")
_RANGE = Struct(">II")
_PERSON = Struct(">BQ")

Setting = int | str


def settings(given: Mapping[str, str]) -> bytes:
    """Settings by name, each within firmware.wire.settable.SETTABLE. Raises StoreError."""
    if not given:
        raise StoreError(f"No setting is named; write name=value, a name of {', '.join(SETTABLE)}.")
    checked = {name: _setting(name, text) for name, text in given.items()}
    return json.dumps(checked, sort_keys=True, separators=(",", ":")).encode()


def training_ban(on: bool, until_s: int = 0) -> bytes:
    """until_s: Unix seconds, 0 open."""
    return _BAN.pack(on, _word(until_s, "The end of the ban"))


def resend(first_seq: int, last_seq: int) -> bytes:
    """Records first_seq to last_seq once more."""
    if not 1 <= first_seq <= last_seq:
        raise StoreError(f"Records {first_seq} to {last_seq} are none; give the lower number first, from 1.")
    return _RANGE.pack(first_seq, _word(last_seq, "The last record"))


def face_check(role: str) -> bytes:
    """Of one role, or of both."""
    return bytes((_role(role, both=True),))


def person(role: str, number: int) -> bytes:
    """ENROLL and FORGET: a person in a role."""
    if not 1 <= number <= NUMBER_MAX:
        raise StoreError(f"{number} is not a 16-digit number; correct it.")
    return _PERSON.pack(_role(role), number)


def _setting(name: str, text: str) -> Setting:
    values = SETTABLE.get(name)
    if values is None:
        raise StoreError(f"{name} cannot be set by an order; a name is one of {', '.join(SETTABLE)}.")
    if isinstance(values[0], str):
        if text not in values:
            raise StoreError(f"{name} is {text!r}; it must be one of {', '.join(map(str, values))}.")
        return text
    low, high = int(values[0]), int(values[1])
    if not (text.isascii() and text.isdigit()) or not low <= int(text) <= high:
        raise StoreError(f"{name} is {text!r}; it must be a whole number from {low} to {high}.")
    return int(text)


def _role(role: str, both: bool = False) -> int:
    number = ROLES.get(role, -1)
    if number < (0 if both else 1):
        allowed = [name for name, value in ROLES.items() if value or both]
        raise StoreError(f"The role is {role!r}; it must be {' or '.join(allowed)}.")
    return number


def _word(value: int, what: str) -> int:
    if not 0 <= value <= U32:
        raise StoreError(f"{what} is {value}, which is outside 0 to {U32}; correct it.")
    return value
