"""When a session's faces are asked for, and why a second of it does not count: as the firmware has it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulators.worlds.plan import Plan
from simulators.worlds.wires import Wires

ENGINE_OFF, TRAINEE_MISMATCH, INSTRUCTOR_MISMATCH, NOBODY, MODULE_FAULT, OVERDUE = 1, 2, 4, 8, 16, 32
NO_POSITION = 256
INFORMS = 128 | NO_POSITION
OVERDUE_S = 60
_INSTRUCTOR, _TRAINEE = 1, 2
_PERIODIC, _AFTER_RESTART = 2, 5
_ANSWER_S = 2
_LAST_ASK_S = 6

Answers = list[tuple[int, int, int, int]]
"""(utc_s, role, outcome, moment) of each face check, in order."""


def duties(
    plan: Plan, ignition: NDArray[np.bool_], begin_s: int, end_s: int, moment: int
) -> tuple[list[int], list[int], Answers]:
    """(seconds at which faces were asked for, seconds of photos without a check, face checks)."""
    every_s, photo_s = plan.check_min * 60, plan.photo_min * 60
    first_s = begin_s if moment == _AFTER_RESTART else begin_s + every_s
    due = {_TRAINEE: first_s, _INSTRUCTOR: first_s}
    photo_due = begin_s + photo_s
    asked: list[int] = []
    pictures: list[int] = []
    answers: Answers = []
    now = begin_s
    while now < end_s - _LAST_ASK_S:
        # What became due in a parked car comes with the ignition.
        running = bool(ignition[now - begin_s])
        if running and plan.checks and now >= min(due.values()):
            roles = [role for role in (_TRAINEE, _INSTRUCTOR) if due[role] <= now + every_s // 2]
            asked.append(now)
            for role in roles:
                now += _ANSWER_S
                outcome = plan.who(now, role)
                answers.append((now, role, outcome, moment))
                due[role] = now + (plan.recheck_s if outcome else every_s)
                photo_due = now + photo_s
            moment = _PERIODIC
        elif running and plan.photos and now >= photo_due:
            photo_due = now + photo_s
            pictures.append(now + 1)
            now += 1
        else:
            now += 1
    return asked, pictures, answers


def bits(
    plan: Plan, wires: Wires, begin_s: int, asked: list[int], answers: Answers, moment: int
) -> NDArray[np.int64]:
    """The stops of every second of a stretch."""
    found = np.zeros(len(wires.rpm), dtype=np.int64)
    found[~(wires.ignition & (wires.rpm > 0))] |= ENGINE_OFF
    found[~wires.fixes.has] |= NO_POSITION
    for role in (_TRAINEE, _INSTRUCTOR):
        own = [(at_s, outcome) for at_s, who, outcome, _ in answers if who == role]
        for index, (at_s, outcome) in enumerate(own):
            past_s = own[index + 1][0] if index + 1 < len(own) else begin_s + len(found)
            found[at_s - begin_s : past_s - begin_s] |= _stop(role, outcome)
    if moment == _AFTER_RESTART:
        seen_s = answers[-1][0] if answers else begin_s + len(found)
        found[: min(seen_s, begin_s + 2 * _ANSWER_S) - begin_s] |= OVERDUE
    if not plan.checks:
        found[plan.check_min * 60 + OVERDUE_S + 1 :] |= OVERDUE
    return found


def _stop(role: int, outcome: int) -> int:
    if outcome in (1, 2, 3):
        return TRAINEE_MISMATCH if role == _TRAINEE else INSTRUCTOR_MISMATCH
    return (0, 0, 0, 0, NOBODY, NOBODY, MODULE_FAULT)[outcome]
