"""Who asks, and whose data that person may see."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.casework.who import Claim, Who
from ingest.desk.kernel.faults import not_found

SUPERVISOR = "supervisor"
INSPECTOR = "inspector"
SCHOOL = "school"
AUDITOR = "auditor"
ROLES = (SUPERVISOR, INSPECTOR, SCHOOL, AUDITOR)

SCOPES = ("read", "decide", "orders", "export", "accounts", "eligibility")
"""What an API token may be good for. A browser's session is good for all that its role may do."""


@dataclass(frozen=True)
class Actor:
    """A known person, or a program with that person's token.

    school: the only school that the role SCHOOL sees, 0 for the other roles. scopes: None for a browser.
    csrf: what a browser's unsafe requests must carry, None for a token. address: where the request came from.
    token: the token's number, 0 for a browser. is_confirmed: the password was given in this browser a short
    time ago; a token is never asked. claim: the request's, if it carries an Idempotency-Key.
    """

    account: int
    name: str
    role: str
    school: int
    language: str
    address: str
    scopes: frozenset[str] | None = None
    csrf: str | None = None
    token: int = 0
    is_confirmed: bool = False
    claim: Claim | None = None

    @property
    def who(self) -> Who:
        """The same for the ledger and the audit log."""
        return Who(self.account, self.name, self.role, self.school, self.address, self.claim)

    def sees(self, school: int) -> bool:
        """Whether this actor may see data of that school."""
        return self.role != SCHOOL or (self.school != 0 and self.school == school)

    def must_see(self, school: int) -> None:
        """Raise DeskFault 404 where sees is false: what one may not see does not exist."""
        if not self.sees(school):
            raise not_found()

    @property
    def only_school(self) -> int | None:
        """The school that every query must be narrowed to, None for all."""
        return self.school if self.role == SCHOOL else None
