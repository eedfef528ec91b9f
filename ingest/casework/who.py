"""Who acts: what every act of casework, and its entry of the audit log, is done in the name of."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

SUPERVISOR, INSPECTOR, SCHOOL, AUDITOR = "supervisor", "inspector", "school", "auditor"
ROLES = (SUPERVISOR, INSPECTOR, SCHOOL, AUDITOR)


class Claim(NamedTuple):
    """The claim that a request has on the Idempotency-Key it carries: the key, the claim's number."""

    key: str
    number: int


class ClaimLost(Exception):
    """The request took so long that another one claimed its key, which does it: nothing is done here."""


@dataclass(frozen=True)
class Who:
    """Who acts: account (0: a command or the system), its name, its role, the only school it sees (role
    school; else 0), the network address it came from ('' where there is none), and the claim of the request
    by which it acts."""

    account: int
    name: str
    role: str
    school: int
    address: str
    claim: Claim | None = None

    @property
    def aside(self) -> Who:
        """The same person, for an entry of the audit log that is not what the request is to do."""
        return replace(self, claim=None)
