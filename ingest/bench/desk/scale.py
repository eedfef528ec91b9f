"""How large the database of the bench is, and the numbers its people and things have."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

FIRST_DAY = date(2026, 3, 1)
OFFSET_MIN = 480
OPERATORS = 8
SESSIONS_A_DAY = 3
FIRST_TERMINAL = 1_000_000_000_000_000
FIRST_TRAINEE = 2_000_000_000_000_000
FIRST_INSTRUCTOR = 3_000_000_000_000_000
FIRST_CAR = 5_000_000
FIRST_SCHOOL = 4_000
SIGN_IN_AT = 4
"""Where the trainee's sign-in stands among a session's records; its sequence number is the session's."""
BESIDE = 14
"""Records of a session that are no minutes."""


@dataclass(frozen=True)
class Scale:
    """sessions in all, minutes of each; the rest follows in the proportions of a large city."""

    sessions: int = 1_000_000
    minutes_per: int = 60

    @property
    def schools(self) -> int:
        return max(3, min(300, self.sessions // 3000))

    @property
    def cars(self) -> int:
        """As many terminals and instructors."""
        return max(12, min(3000, self.sessions // 300))

    @property
    def grounds(self) -> int:
        return max(4, min(400, self.sessions // 2400))

    def ground_of(self, school: int) -> int:
        """Number of the ground where a school trains, as bench_case has it; not every ground has a school."""
        return 1 + school * 7 % self.grounds

    @property
    def trainees(self) -> int:
        return max(20, self.sessions // 5)

    @property
    def days(self) -> int:
        per_day = self.cars * SESSIONS_A_DAY
        return -(-self.sessions // per_day)

    @property
    def last_day(self) -> date:
        return FIRST_DAY + timedelta(days=self.days - 1)

    @property
    def minutes(self) -> int:
        return self.sessions * self.minutes_per

    @property
    def first_minute(self) -> int:
        """Unix minute of 07:00 of the first local day."""
        return (FIRST_DAY - date(1970, 1, 1)).days * 1440 - OFFSET_MIN + 7 * 60
