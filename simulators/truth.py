"""What each session should be credited, from where the car and the people truly were.

Independent of ingest on purpose: own projection, shapely on true positions, no records read. The policy
is the published one, restated here in minutes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from simulators import face_frames as fm
from simulators.day_model import DayPlan, SessionPlan, TerminalPlan
from simulators.face_module import FaceEvent
from simulators.grounds import allowed_area, inside
from simulators.itinerary import Period, frame_of, periods
from simulators.people import face_name, who_sits

MINIMUM_S = 30
OUT_SECONDS = 5
STAND_M = 10.0
ENGINE_OFF_S = 120
ENGINE_OFF_MINUTE_S = 30
WINDOW_MIN = 5
FACE_AROUND_S = 420
DAY_CAP_MIN = 240
SIGN_IN_S = 2
"""A face check takes about two seconds: the session is open that much after the key."""
_SIGN_IN_OVER_S = 30


@dataclass
class SessionTruth:
    """One session as it truly was. recorded: Unix minutes with a record; void: minute -> why."""

    session: SessionPlan
    recorded: tuple[int, ...]
    void: dict[int, set[str]] = field(default_factory=dict)

    @property
    def accepted(self) -> tuple[int, ...]:
        """The minutes that should be accepted."""
        return tuple(minute for minute in self.recorded if minute not in self.void)

    def refuse(self, minutes: Sequence[int], why: str) -> None:
        """Void minutes, each for one more reason."""
        for minute in minutes:
            self.void.setdefault(minute, set()).add(why)


def truths(plan: DayPlan, checks: Mapping[int, Sequence[FaceEvent]] | None = None) -> dict[str, SessionTruth]:
    """The truth of every session by name. checks: terminal -> what its face module really answered
    (DayResult.checks); without them, the terminal's rule is followed on paper."""
    frame = frame_of(plan.scenario)
    areas = {part: allowed_area(plan.scenario, part, frame) for part in (2, 3)}
    found = {}
    for terminal in plan.terminals:
        for period in periods(plan, terminal):
            for session in period.sessions:
                truth = SessionTruth(session, _recorded(session))
                away = ~inside(areas[session.part], period.motion.x_m, period.motion.y_m)
                _outside(truth, period, away)
                _standing(truth, period)
                _faces(truth, _checks_of(plan, terminal, session, checks))
                if not terminal.honest:
                    truth.refuse(truth.recorded, "wrong key")
                found[session.name] = truth
    honest = {terminal.number for terminal in plan.terminals if terminal.honest}
    _overlaps([truth for truth in found.values() if truth.session.terminal in honest])
    _day_cap(list(found.values()), plan.scenario.utc_offset_min)
    return found


def expected_accepted(
    plan: DayPlan, checks: Mapping[int, Sequence[FaceEvent]] | None = None
) -> dict[str, int]:
    """Minutes that should be accepted, by session name."""
    return {name: len(truth.accepted) for name, truth in truths(plan, checks).items()}


def _stretches(session: SessionPlan) -> list[tuple[int, int]]:
    """The seconds from..to in which fixes end up in records; a power cut loses the minute under way."""
    begin_s, end_s = session.start_s + SIGN_IN_S, session.end_s + SIGN_IN_S
    if session.anomaly != "killed":
        return [(begin_s, end_s)]
    return [(begin_s, session.from_s // 60 * 60), (session.from_s + session.downtime_s, end_s)]


def _recorded(session: SessionPlan) -> tuple[int, ...]:
    minutes = []
    for begin_s, end_s in _stretches(session):
        for minute in range(begin_s // 60, (end_s - 1) // 60 + 1):
            if min(end_s, minute * 60 + 60) - max(begin_s, minute * 60) >= MINIMUM_S:
                minutes.append(minute)
    return tuple(minutes)


def _in_minute(truth: SessionTruth, period: Period, minute: int) -> NDArray[np.int64]:
    """Indices into the motion of the session's seconds in that minute."""
    seconds = np.arange(minute * 60, minute * 60 + 60)
    mine = np.zeros(60, dtype=bool)
    for begin_s, end_s in _stretches(truth.session):
        mine |= (seconds >= begin_s) & (seconds < end_s)
    return seconds[mine] - period.begin_s


def _outside(truth: SessionTruth, period: Period, away: NDArray[np.bool_]) -> None:
    truth.refuse(
        [minute for minute in truth.recorded if away[_in_minute(truth, period, minute)].sum() >= OUT_SECONDS],
        "outside",
    )


def _standing(truth: SessionTruth, period: Period) -> None:
    still = []
    off_s: dict[int, int] = {}
    for minute in truth.recorded:
        at = _in_minute(truth, period, minute)
        if period.motion.odometer_m[at[-1]] - period.motion.odometer_m[at[0]] < STAND_M:
            still.append(minute)
        off_s[minute] = int((~period.motion.ignition[at].astype(bool)).sum())
    truth.refuse(_runs(still), "parked")
    truth.refuse([minute for minute in off_s if _is_off(off_s, minute)], "engine off")


def _is_off(off_s: Mapping[int, int], minute: int) -> bool:
    """Off for half of the minute, and for two minutes in any five that hold it."""
    windows = (range(first, first + WINDOW_MIN) for first in range(minute - WINDOW_MIN + 1, minute + 1))
    longest_s = max(sum(off_s.get(one, 0) for one in window) for window in windows)
    return off_s[minute] >= ENGINE_OFF_MINUTE_S and longest_s >= ENGINE_OFF_S


def _runs(minutes: Sequence[int]) -> list[int]:
    """Those that have a neighbour: two or more in a row."""
    known = set(minutes)
    return [minute for minute in minutes if minute - 1 in known or minute + 1 in known]


def _faces(truth: SessionTruth, checks: Sequence[tuple[str, int, bool]]) -> None:
    """checks: (role, Unix second, right person)."""
    for role in ("I", "T"):
        bad = [at_s for who, at_s, good in checks if who == role and not good]
        good = [at_s for who, at_s, good in checks if who == role and good]
        for minute in truth.recorded:
            begin_s, end_s = minute * 60, minute * 60 + 60
            near = any(begin_s - FACE_AROUND_S <= at_s < end_s + FACE_AROUND_S for at_s in bad)
            last_bad = max((at_s for at_s in bad if at_s < end_s), default=0)
            last_good = max((at_s for at_s in good if at_s < end_s), default=0)
            if near or last_bad > last_good:
                truth.refuse([minute], f"face {role}")
    # Where the first check after the sign-in finds somebody else, nobody knows since when he drove.
    later = sorted((at_s, good) for who, at_s, good in checks if who == "T" and at_s > _signed_in_s(truth))
    if later and not later[0][1]:
        truth.refuse([minute for minute in truth.recorded if minute * 60 + 60 <= later[0][0]], "face T")


def _signed_in_s(truth: SessionTruth) -> int:
    return truth.session.start_s + _SIGN_IN_OVER_S


def _checks_of(
    plan: DayPlan,
    terminal: TerminalPlan,
    session: SessionPlan,
    checks: Mapping[int, Sequence[FaceEvent]] | None,
) -> list[tuple[str, int, bool]]:
    names = {"I": face_name("I", session.instructor), "T": face_name("T", session.trainee)}
    if checks is None:
        return _on_paper(plan, terminal, session, names)
    # A time-out says nothing about who sat there.
    return [
        (event.role, math.ceil(event.answered_s), event.seen == names[event.role])
        for event in checks.get(terminal.number, ())
        if session.start_s - 60 <= event.asked_s <= session.end_s + 60 and event.result != fm.TIMEOUT
    ]


def _on_paper(
    plan: DayPlan, terminal: TerminalPlan, session: SessionPlan, names: dict[str, str]
) -> list[tuple[str, int, bool]]:
    who = who_sits(terminal)
    at_s = session.start_s + SIGN_IN_S
    found = [("T", at_s, True)]
    every_s = plan.scenario.face_check_min * 60
    due_s = at_s + every_s
    if session.anomaly == "killed":
        due_s = min(due_s, session.from_s + session.downtime_s)
    while due_s < session.end_s:
        # Trainee first, then the instructor, about two seconds each.
        turn = [
            (role, due_s + late_s, who(due_s + late_s - 2, role) == names[role])
            for role, late_s in (("T", 2), ("I", 4))
        ]
        found += turn
        wait_s = every_s if all(good for _, _, good in turn) else plan.scenario.face_recheck_s
        next_s = due_s + 4 + wait_s
        back_s = session.from_s + session.downtime_s
        due_s = back_s if session.anomaly == "killed" and due_s < back_s < next_s else next_s
    return found


def _overlaps(found: Sequence[SessionTruth]) -> None:
    """Who is in an earlier-started session already cannot be in another."""
    ordered = sorted(found, key=lambda truth: truth.session.start_s)
    for index, late in enumerate(ordered):
        for early in ordered[:index]:
            for role, why in (("instructor", "instructor elsewhere"), ("trainee", "trainee elsewhere")):
                if getattr(early.session, role) == getattr(late.session, role):
                    both = set(early.recorded) & set(late.recorded)
                    late.refuse(sorted(both), why)


def _day_cap(found: Sequence[SessionTruth], utc_offset_min: int) -> None:
    used: dict[tuple[int, int], int] = {}
    minutes = sorted((minute, truth.session.name, truth) for truth in found for minute in truth.accepted)
    for minute, _, truth in minutes:
        day = (truth.session.trainee, (minute + utc_offset_min) // 1440)
        used[day] = used.get(day, 0) + 1
        if used[day] > DAY_CAP_MIN:
            truth.refuse([minute], "day cap")
