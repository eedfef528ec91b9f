"""Who acts: what every act of casework, and its entry of the audit log, is done in the name of."""

from __future__ import annotations

from dataclasses import dataclass

SUPERVISOR, INSPECTOR, SCHOOL, AUDITOR = "supervisor", "inspector", "school", "auditor"
ROLES = (SUPERVISOR, INSPECTOR, SCHOOL, AUDITOR)


@dataclass(frozen=True)
class Who:
    """Who acts: account (0: a command or the system), its name, its role, the only school it sees (role
    school; else 0), and the network address it came from ('' where there is none)."""

    account: int
    name: str
    role: str
    school: int
    address: str
