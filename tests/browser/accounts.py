"""People with accounts for the browser tests; the supervisors have second factors."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pyotp

from ingest.casework.accounts import accounts
from ingest.casework.audit import SYSTEM
from ingest.casework.who import Who
from ingest.store.connection import Connection
from tests.ingest.casework.seats import CHEAP, KEYS

__all__ = ["CHEAP", "KEYS", "PASSWORD", "ROLES", "Accounts"]
PASSWORD = "drei Fahrstunden im Regen"
ROLES = {
    "ines": "inspector",
    "ivan": "inspector",
    "sara": "supervisor",
    "sven": "supervisor",
    "home": "school",
    "away": "school",
    "anna": "auditor",
}
LONG_AGO = timedelta(hours=1)


@dataclass
class Accounts:
    """Second factors and people by name."""

    factors: dict[str, pyotp.TOTP] = field(default_factory=dict)
    people: dict[str, Who] = field(default_factory=dict)

    @classmethod
    def made(cls, conn: Connection, first_school: int, second_school: int) -> Accounts:
        """Make them all; home is of the first school, away of the second."""
        made, then = cls(), datetime.now(UTC) - LONG_AGO
        schools = {"home": first_school, "away": second_school}
        for name, role in ROLES.items():
            number = accounts.add(
                conn, SYSTEM, CHEAP, name, role, schools.get(name, 0), PASSWORD, is_initial=False
            )
            made.people[name] = Who(number, name, role, schools.get(name, 0), "")
            if role == "supervisor":
                made.factors[name] = pyotp.TOTP(accounts.begin_second_factor(conn, KEYS, number))
                accounts.prove_second_factor(conn, SYSTEM, KEYS, number, made.factors[name].at(then), then)
        return made

    def code(self, name: str) -> str:
        """The code that the name's app shows now; empty without a second factor."""
        return self.factors[name].now() if name in self.factors else ""
