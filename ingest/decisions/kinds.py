"""Layers and kinds of decisions, and a decision as the pure rules read it."""

from __future__ import annotations

from typing import NamedTuple

AUTOMATIC, SCHOOL, INSPECTOR, SUPERVISION = 0, 1, 2, 3
"""The layers; a higher one wins over a lower, and what supervision says is final."""
LAYERS: dict[int, tuple[str, str]] = {
    AUTOMATIC: ("automatic", "自动判定"),
    SCHOOL: ("school", "驾校初审"),
    INSPECTOR: ("human re-check", "人工复核"),
    SUPERVISION: ("supervision (final)", "监管终审"),
}

ACCEPT, REFUSE, RESTORE, SECOND_LOOK = "accept", "refuse", "restore", "second_look"
UNDO, REVERSE = "undo", "reverse"
KINDS: dict[str, tuple[str, str]] = {
    ACCEPT: ("accept as judged", "维持判定"),
    REFUSE: ("refuse minutes", "剔除分钟"),
    RESTORE: ("restore minutes", "恢复分钟"),
    SECOND_LOOK: ("send for a second look", "转他人复看"),
    UNDO: ("undo", "撤回"),
    REVERSE: ("reverse a final decision", "推翻终审"),
}
SETTLING = (ACCEPT, REFUSE, RESTORE)
"""Kinds that say something of minutes."""

WORDS_MAX = 80


class Decision(NamedTuple):
    """One entry of the ledger of decisions.

    number: ascending in time. accepts, refuses: Unix minutes on which it says so. undoes: the number of the
    decision that an undo or a reversal takes out, else 0. judged: digest of the machine's verdicts then.
    whole: it was made of all minutes of the session, not of some.
    """

    number: int
    layer: int
    kind: str
    account: int
    accepts: tuple[int, ...] = ()
    refuses: tuple[int, ...] = ()
    undoes: int = 0
    judged: bytes = b""
    whole: bool = False


def in_force(decisions: list[Decision]) -> list[Decision]:
    """Those that no undo and no reversal took out, without undos and reversals, in the order of time."""
    out = {one.undoes for one in decisions}
    found = [one for one in decisions if one.kind not in (UNDO, REVERSE) and one.number not in out]
    return sorted(found, key=lambda one: one.number)
