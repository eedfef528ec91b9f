"""The states of a session in the queue, and which act leads from which to which."""

from __future__ import annotations

from typing import NamedTuple

from ingest.decisions.kinds import (
    INSPECTOR,
    SECOND_LOOK,
    SETTLING,
    SUPERVISION,
    Decision,
    in_force,
)

NEW, LEASED, DECIDED, APPEALED, FINAL = range(5)
STATES: dict[int, tuple[str, str, str]] = {
    NEW: ("new", "new", "待处理"),
    LEASED: ("leased", "being worked on", "处理中"),
    DECIDED: ("decided", "decided", "已处理"),
    APPEALED: ("appealed", "appealed", "申诉中"),
    FINAL: ("final", "final", "已终审"),
}
"""State -> (name in JSON, English, Chinese). LEASED is how any state but FINAL shows while a lease runs."""
BY_NAME = {name: state for state, (name, _, _) in STATES.items()}

TRANSITIONS: frozenset[tuple[int, str, int]] = frozenset(
    {
        (NEW, "school decides", NEW),  # a school's word does not close what a human is to look at
        (NEW, "second look", NEW),
        (NEW, "inspector decides", DECIDED),
        (NEW, "supervisor decides", FINAL),
        (NEW, "appeal", APPEALED),
        (NEW, "undo", NEW),
        (NEW, "undo", DECIDED),  # of a second look that a decision came before
        (NEW, "machine judges otherwise", NEW),
        (NEW, "drawn", NEW),
        (DECIDED, "school decides", DECIDED),
        (DECIDED, "second look", NEW),
        (DECIDED, "inspector decides", DECIDED),
        (DECIDED, "supervisor decides", FINAL),
        (DECIDED, "appeal", APPEALED),
        (DECIDED, "undo", NEW),
        (DECIDED, "undo", DECIDED),
        (DECIDED, "undo", APPEALED),  # of the decision that closed an appeal
        (DECIDED, "machine judges otherwise", NEW),
        (DECIDED, "drawn", NEW),  # what was said before chance chose it does not answer the audit
        (APPEALED, "school decides", APPEALED),
        (APPEALED, "second look", APPEALED),
        (APPEALED, "inspector decides", DECIDED),
        (APPEALED, "supervisor decides", FINAL),
        (APPEALED, "undo", APPEALED),
        (APPEALED, "machine judges otherwise", APPEALED),
        (APPEALED, "drawn", APPEALED),
        (FINAL, "machine judges otherwise", FINAL),
        (FINAL, "drawn", FINAL),
        (FINAL, "reversal confirmed", NEW),
        (FINAL, "reversal confirmed", DECIDED),  # an inspector had decided before
        (FINAL, "reversal confirmed", APPEALED),  # of the decision that closed an appeal
    }
)
"""(from, act, to): everything that may happen; a test walks all acts and finds no other."""


class Stand(NamedTuple):
    """How a session stands. layer, decision, decided_by: of the decision that decides its state, 0 without;
    not_owner: whose second look, or decision before the draw, it waits for another person for, else 0;
    changed: the machine judges otherwise than when it was decided; drawn_since: people have decided it only
    before the random audit drew it."""

    state: int
    layer: int
    decision: int
    decided_by: int
    not_owner: int
    changed: bool
    drawn_since: bool = False


def stand_of(decisions: list[Decision], is_appealed: bool, judged: bytes, before_draw: int = 0) -> Stand:
    """How a session stands by its decisions, whether an appeal is open, and what the machine says now
    (ingest.decisions.overlay.judged_digest). before_draw: number of the last decision that was made before
    the random audit drew the session; 0 for none, and where it is not drawn."""
    stand = _said(decisions, is_appealed, judged)
    closing = [one for one in decisions if one.layer >= INSPECTOR and one.kind in SETTLING]
    early = [one for one in closing if one.number <= before_draw]
    answers = [one for one in in_force(decisions) if one in closing and one.number > before_draw]
    if not early or answers:
        return stand
    state = NEW if stand.state == DECIDED else stand.state
    # Also whoever took the early decision back is known not to be chosen by chance.
    return stand._replace(state=state, not_owner=stand.not_owner or early[-1].account, drawn_since=True)


def _said(decisions: list[Decision], is_appealed: bool, judged: bytes) -> Stand:
    standing = in_force(decisions)
    final = [one for one in standing if one.layer == SUPERVISION and one.kind in SETTLING]
    last = final[-1] if final else _last_word(standing)
    if last is None:
        return Stand(APPEALED if is_appealed else NEW, 0, 0, 0, 0, False)
    not_owner = last.account if last.kind == SECOND_LOOK else 0
    changed = last.kind in SETTLING and last.judged != judged
    return Stand(
        _state(last, is_appealed, changed), last.layer, last.number, last.account, not_owner, changed
    )


def _last_word(standing: list[Decision]) -> Decision | None:
    """The last decision of a person who closes sessions, else the last of the school."""
    closing = [one for one in standing if one.layer >= INSPECTOR]
    found = closing or standing
    return found[-1] if found else None


def _state(last: Decision, is_appealed: bool, changed: bool) -> int:
    if last.layer == SUPERVISION and last.kind in SETTLING:
        return FINAL
    if is_appealed:
        return APPEALED
    closes = last.layer >= INSPECTOR and last.kind in SETTLING
    return DECIDED if closes and not changed else NEW
