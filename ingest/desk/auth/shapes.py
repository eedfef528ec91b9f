"""What the API tells of accounts, tokens and the audit log."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from ingest.desk.kernel.numbers import Number16
from ingest.desk.kernel.shapes import Count, Cursor, Instant


class AccountTold(BaseModel):
    """An account, without any secret. school: of role school, else null."""

    name: str
    role: Literal["supervisor", "inspector", "school", "auditor"]
    school: Number16 | None
    language: Literal["zh", "en"]
    is_active: bool
    has_second_factor: bool
    password_is_initial: bool
    created_at: Instant


class AccountPage(BaseModel):
    """Accounts by name."""

    items: list[AccountTold]
    next: Cursor
    count: Count


class AccountWithPassword(AccountTold):
    """password: the one that was made up, told once; null where it was given."""

    password: str | None


class OwnAccount(AccountTold):
    """scopes: of the token; null for a browser."""

    scopes: list[str] | None


class PasswordChanged(BaseModel):
    """What one's own new password ended."""

    browsers_logged_out: int
    tokens_revoked: int


class ConfirmedUntil(BaseModel):
    """Until when this browser need not be given the password again."""

    confirmed_until: Instant


class Enrolment(BaseModel):
    """What an authenticator app needs, in three ways; null where an Idempotency-Key tells it again."""

    secret: str | None
    address: Annotated[str | None, Field(description="otpauth:// address.")]
    picture: Annotated[str | None, Field(description="QR code of it as SVG.")]


class BrowserTold(BaseModel):
    """A browser that is logged in. address: from where it began, null where that is not known; is_this: the
    one that asks."""

    number: Annotated[str, Field(description="Digits.")]
    begun_at: Instant
    used_at: Instant
    address: str | None
    is_this: bool


class BrowserPage(BaseModel):
    """Browsers, the last used first."""

    items: list[BrowserTold]
    next: Cursor
    count: Count


class TokenTold(BaseModel):
    """A token, without itself. account: its owner's name."""

    number: Annotated[str, Field(description="Digits.")]
    account: str
    label: str
    scopes: list[str]
    created_at: Instant
    expires_at: Instant
    revoked_at: Instant | None
    used_at: Annotated[Instant | None, Field(description="The hour in which it was used last; null: never.")]


class TokenPage(BaseModel):
    """Tokens, the newest first."""

    items: list[TokenTold]
    next: Cursor
    count: Count


class TokenMade(TokenTold):
    """token: told once; null where an Idempotency-Key tells it again."""

    token: str | None


class AuditEntry(BaseModel):
    """One act. before, digest: SHA-256 of the entry before and of this one. account 0: nobody's."""

    entry: int
    at: Annotated[Instant, Field(description="UTC to the microsecond, as it was digested.")]
    account: int
    actor: str
    role: str
    action: str
    subject: str
    details: dict[str, Any]
    address: str
    before: str
    digest: str


class AuditPage(BaseModel):
    """Entries, the newest first."""

    items: list[AuditEntry]
    next: Cursor
    count: Count


class AuditHead(BaseModel):
    """The last entry; 0 and zeros before the first."""

    entry: int
    digest: str
