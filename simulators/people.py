"""Who presents himself to the camera of a car, by simulated time and by whom the screen asks for."""

from __future__ import annotations

from simulators.day_model import DayPlan, TerminalPlan
from simulators.face_module import NOBODY, STRANGER, Who
from simulators.scenario_checks import LEAD_S, TAIL_S


def face_name(role: str, number: int) -> str:
    """The name under which a person is enrolled: "I" or "T" and 16 digits."""
    return f"{role}{number:016d}"


def enrolled(plan: DayPlan) -> list[str]:
    """Everybody of the school, as the school enrols them in every module; at most 200."""
    people = [face_name("I", person.number) for person in plan.instructors]
    return (people + [face_name("T", person.number) for person in plan.trainees])[:200]


def who_sits(terminal: TerminalPlan) -> Who:
    """The people of one car. In a face_mismatch a stranger sits in the trainee's seat meanwhile."""

    def who(utc_s: int, role: str) -> str:
        for session in terminal.sessions:
            if session.start_s - LEAD_S <= utc_s < session.end_s + TAIL_S:
                if role == "I":
                    return face_name("I", session.instructor)
                if session.anomaly == "face_mismatch" and session.from_s <= utc_s < session.to_s:
                    return STRANGER
                return face_name("T", session.trainee)
        return NOBODY

    return who
