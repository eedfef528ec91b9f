"""Which inspectors decide a drawn session: chance chooses them too, so that nobody picks whom to look at.

A drawn session is dealt to one inspector, a blind repeat to two: those whose hash is smallest, SHA-256(seed,
line feed, repeat key, line feed, its line, line feed, account's number). Without the key nobody can know; who
it is dealt to depends neither on other sessions nor on how many others there are (rendezvous hashing:
D. Thaler, C. Ravishankar 1998, "Using name-based mappings to increase hit rates").
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection

ONE, TWICE = 1, 2
"""How many inspectors decide a drawn session, and a blind repeat."""


def dealt_to(seed: str, key: str, line: str, inspectors: Collection[int], is_repeat: bool) -> list[int]:
    """The accounts of those who are to decide a drawn session, fewer where there are not as many; inspectors:
    accounts of those who may, each once."""
    by_hash = sorted(inspectors, key=lambda account: (_hash(seed, key, line, account), account))
    return by_hash[: TWICE if is_repeat else ONE]


def _hash(seed: str, key: str, line: str, account: int) -> bytes:
    return hashlib.sha256(f"{seed}\n{key}\n{line}\n{account}".encode()).digest()
