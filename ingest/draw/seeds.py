"""Where a draw's seed comes from: a rule, named when the list is closed, whose value is only known later.

Two kinds. drand quicknet: a public randomness beacon, one value every 3 s, round r at genesis + (r - 1) * 3 s
(https://docs.drand.love, chain 52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971). Any other
public value: a sentence that says which value is meant, and when it becomes known.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from ingest.draw.errors import DrawError

GENESIS_S, PERIOD_S = 1_692_803_367, 3
WORDS_MAX, TEXT_MIN, TEXT_MAX = 200, 6, 200
_DRAND = re.compile(r"drand quicknet 52db9ba7 round ([1-9][0-9]{0,15})")
_HEX = re.compile(r"[0-9a-f]{64}")


class SeedRule(NamedTuple):
    """Which public value. words: one line that names it; due_s: Unix second from which it can be known."""

    words: str
    due_s: int

    @property
    def drand_round(self) -> int | None:
        """The beacon's round, or None where the value comes from elsewhere."""
        found = _DRAND.fullmatch(self.words)
        return int(found[1]) if found else None


def drand(after_s: int) -> SeedRule:
    """The first round that comes out later than after_s (Unix seconds)."""
    if after_s < GENESIS_S:
        raise DrawError(
            "draw_seed_rule",
            "The beacon has no round before 2023-08-23; set the clock.",
            "随机信标在2023-08-23之前没有轮次；请校准时钟。",
        )
    number = (after_s - GENESIS_S) // PERIOD_S + 2
    return SeedRule(f"drand quicknet 52db9ba7 round {number}", GENESIS_S + (number - 1) * PERIOD_S)


def public(words: str, due_s: int) -> SeedRule:
    """Another public value, named in words such as "SSE Composite, close of 2026-11-24, then the turnover in
    yuan". Raises DrawError for words that are too short or too long, that cannot be printed, or that name a
    round of the beacon."""
    line = normal(words, lower=False)
    if not 10 <= len(line) <= WORDS_MAX or not line.isprintable() or _DRAND.match(line):
        raise DrawError(
            "draw_seed_rule",
            f"Name a public value in 10 to {WORDS_MAX} characters, or leave the rule out for the beacon.",
            f"规则须用10至{WORDS_MAX}个字符写明公开数值的来源；用随机信标则留空。",
        )
    return SeedRule(line, due_s)


def normal(text: str, lower: bool = True) -> str:
    """One spelling of what two persons typed: NFKC, single spaces, no space at the ends, lower case."""
    spaced = " ".join(unicodedata.normalize("NFKC", text).split())
    return spaced.lower() if lower else spaced


def seed_of(rule: SeedRule, text: str) -> str:
    """The seed in its one spelling; raises DrawError for what cannot be the rule's value."""
    seed = normal(text)
    if rule.drand_round is not None:
        if not _HEX.fullmatch(seed):
            raise DrawError(
                "draw_seed_form",
                f"The seed must be the randomness of {rule.words}: 64 hexadecimal digits.",
                f"种子须为该轮次（{rule.words}）的randomness：64位十六进制数字。",
            )
    elif not TEXT_MIN <= len(seed) <= TEXT_MAX or not seed.isprintable():
        raise DrawError(
            "draw_seed_form",
            f"The seed must have {TEXT_MIN} to {TEXT_MAX} printable characters; copy the public value whole.",
            f"种子须为{TEXT_MIN}至{TEXT_MAX}个可见字符；请完整抄录公开数值。",
        )
    return seed
