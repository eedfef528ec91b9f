"""What the registry says, as the judge takes it in. Times are Unix seconds (UTC)."""

import hashlib
from dataclasses import dataclass

IN_FORCE = 0
REVOKED = 1
UNKNOWN = 2


@dataclass(frozen=True)
class TerminalFact:
    """One entry of the registry: a terminal bound to a car, half-open [valid_from_s, valid_to_s).

    public_key: 64 hexadecimal digits; with one, minutes need a signature under it.
    """

    terminal: int
    car: int
    valid_from_s: int
    valid_to_s: int | None = None
    revoked_s: int | None = None
    public_key: str | None = None


@dataclass(frozen=True)
class Facts:
    """What the registry says; several entries of one terminal follow one another in time."""

    terminals: tuple[TerminalFact, ...]


def key_number(public_key: str) -> int:
    """63 bits that stand for a public key (hexadecimal) in a column; never 0, which means none is asked."""
    return int.from_bytes(hashlib.sha256(bytes.fromhex(public_key)).digest()[:8], "big") >> 1 or 1
