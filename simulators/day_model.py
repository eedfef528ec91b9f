"""A school day made definite: Unix seconds, keys and people, ready to be driven."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from simulators.scenario_model import COURSES, CarSpec, PersonSpec, Scenario


@dataclass(frozen=True)
class SessionPlan:
    """One training session. start_s and end_s (Unix) are when the trainee's keys are pressed.

    anomaly is its kind or None; from_s..to_s is when it is at work; downtime_s only for killed.
    """

    name: str
    terminal: int
    trainee: int
    instructor: int
    part: int
    start_s: int
    end_s: int
    anomaly: str | None = None
    from_s: int = 0
    to_s: int = 0
    downtime_s: int = 0
    detour: str | None = None

    @property
    def course(self) -> int:
        return COURSES[self.part]


def identity_of(key: bytes) -> bytes:
    """The Ed25519 seed (32 bytes) of the simulated terminal that seals under this key. A real one makes its
    own, by chance, and nobody else ever has it."""
    return hashlib.sha256(b"hourfence simulated identity" + key).digest()


@dataclass(frozen=True)
class TerminalPlan:
    """One terminal. registered_key is what the registry holds, own_key what the terminal signs with."""

    car: CarSpec
    registered_key: bytes
    own_key: bytes
    sessions: tuple[SessionPlan, ...]
    offline: tuple[tuple[int, int], ...]
    replayed: bool

    @property
    def number(self) -> int:
        return self.car.terminal

    @property
    def honest(self) -> bool:
        """Whether the terminal signs with the key that the registry knows."""
        return self.own_key == self.registered_key


@dataclass(frozen=True)
class DayPlan:
    """What will happen. begin_s..end_s Unix; left_out: sentences on what did not fit cars and hours."""

    scenario: Scenario
    seed: int
    begin_s: int
    end_s: int
    terminals: tuple[TerminalPlan, ...]
    instructors: tuple[PersonSpec, ...]
    trainees: tuple[PersonSpec, ...]
    left_out: tuple[str, ...]

    @property
    def sessions(self) -> tuple[SessionPlan, ...]:
        """Every session, terminal by terminal in time order."""
        return tuple(session for terminal in self.terminals for session in terminal.sessions)

    @property
    def replays(self) -> tuple[int, ...]:
        """Terminals of which an old envelope is sent again after the day."""
        return tuple(terminal.number for terminal in self.terminals if terminal.replayed)
