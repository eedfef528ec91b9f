"""Which sessions need a human, and why: one rule over what the machine, people and the draw say of one."""

from __future__ import annotations

from typing import NamedTuple

from ingest.decisions.states import APPEALED, DECIDED, FINAL, Stand

SUSPICION_ASKS = 500
"""Score of a suspicion (1..1000) from which on a human is asked even where no rule flags it."""
OUT_SHARE_PERCENT = 10
"""Share of a session's minutes out of fence from which on a human is asked."""
OUT_LEAST_MIN = 5
"""Fewer minutes out of fence than these ask for nobody."""

QUIET_MIN = 60
"""Minutes without a minute record after which a session without a sign-out counts as over."""

WHY: dict[str, tuple[str, str]] = {
    "appealed": ("The school appeals.", "驾校提出申诉。"),
    "changed": (
        "The machine now judges otherwise than when this was decided.",
        "机器判定与处理时已不一致。",
    ),
    "second_look": ("Somebody asked for a second look.", "他人转来复看。"),
    "drawn": ("Drawn by the random audit.", "随机抽查抽中。"),
    "flag": ("A rule asks for a human.", "规则要求人工查看。"),
    "suspicion": ("The screening suspects something.", "筛查发现可疑。"),
    "unsure": ("Minutes are unsure.", "有待定分钟。"),
    "out_of_fence": ("Much of it was out of fence.", "较多时间不在教学区域内。"),
}
"""Code -> (English, Chinese), those that press most first."""


class Found(NamedTuple):
    """What is known of a session, minutes unless said.

    unsure, refused, recorded: by the machine. out_min: refused for being out of fence. late_min: held back
    for records that have not arrived. flags: reasons that are flagged under an effect of look or above.
    suspicions: kind -> highest score (1..1000). is_running: no sign-out yet, and not quiet for QUIET_MIN.
    appeals_before: open appeals of the same school that are older than this session's.
    """

    recorded: int
    refused: int
    unsure: int
    out_min: int
    late_min: int
    flags: tuple[int, ...]
    suspicions: dict[int, int]
    is_drawn: bool
    is_running: bool = False
    appeals_before: int = 0


def reasons_why(found: Found, stand: Stand) -> tuple[str, ...]:
    """Codes of WHY, in its order, of what asks or asked for a human; empty: nothing does."""
    holds = {
        "appealed": stand.state == APPEALED,
        "changed": stand.changed,
        "second_look": stand.not_owner != 0 and not stand.drawn_since,
        "drawn": found.is_drawn,
        "flag": bool(found.flags),
        "suspicion": max(found.suspicions.values(), default=0) >= SUSPICION_ASKS,
        "unsure": found.unsure > 0,
        "out_of_fence": found.out_min >= OUT_LEAST_MIN
        and found.out_min * 100 >= found.recorded * OUT_SHARE_PERCENT,
    }
    return tuple(code for code in WHY if holds[code])


def needs_human(found: Found, stand: Stand) -> bool:
    """Whether it waits for a human: something asks for one, and none has decided since; a final decision
    waits only when the machine has come to judge otherwise, or the random audit drew it afterwards.
    What still runs waits for nobody: its records, and what signs them, are still to come."""
    closed = stand.state in (DECIDED, FINAL) and not (stand.changed or stand.drawn_since)
    return not closed and not found.is_running and bool(reasons_why(found, stand))
