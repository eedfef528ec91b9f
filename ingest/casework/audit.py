"""The audit log: every act is one entry, chained to the entry before it, in the act's own transaction.

An entry's digest is SHA-256 over its canonical JSON (UTF-8, sorted keys, no spaces), which holds the digest
of the entry before. Whoever kept a head can tell later whether anything up to it was changed, left out or put
in.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from datetime import UTC, datetime
from typing import Any, NamedTuple

from ingest.casework.who import ClaimLost, Who
from ingest.store.connection import Connection
from ingest.store.desk.accounts import audit_log, idempotency
from ingest.store.desk.accounts.audit_log import EMPTY, Entry, Head

SYSTEM = Who(0, "system", "system", 0, "")

# What the log may never hold, by the name it would have and by the look of our own tokens.
_SECRET_NAME = re.compile(r"passw|token$|secret|cookie|csrf|authorization|totp_code", re.IGNORECASE)
TOKEN_START = "hfd_"
_TOKEN = re.compile(TOKEN_START + r"[\w-]{20,}")


class Verified(NamedTuple):
    """What a check of the log found. entries: how many follow; head: the last of them.

    broken_at: number of the first entry that does not follow, None when all do; why: in words, else ''.
    """

    entries: int
    head: Head
    broken_at: int | None
    why: str


def note(conn: Connection, who: Who, action: str, subject: str, details: Mapping[str, Any]) -> int:
    """Add an entry to the log; its number.

    Call it as the last thing of the act's transaction: from here to the commit nobody else can add an entry.
    action: such as ``decision.add``; subject: such as ``session:0000000000000001/3``. details: JSON without
    floats; an API token in any text is blotted out. Raises ValueError for a detail that is no plain JSON or
    has a secret's name.

    The claim of who's request is marked as done with it; raises ClaimLost where it no longer stands, so that
    the act is undone.
    """
    kept = {name: _plain(value, name) for name, value in details.items()}
    with nullcontext() if audit_log.is_in_transaction(conn) else conn.transaction():
        audit_log.lock(conn)
        if who.claim and not idempotency.mark_done(conn, who.account, *who.claim):
            raise ClaimLost
        last, at = audit_log.head_and_now(conn)
        entry = Entry(
            last.entry + 1,
            at,
            who.account,
            _text(who.name),
            who.role,
            action,
            _text(subject),
            kept,
            _text(who.address),
            last.digest,
            b"",
        )
        audit_log.add(conn, entry._replace(digest=digest(entry)))
    return entry.entry


def canonical(entry: Entry) -> bytes:
    """The bytes that are digested: all of the entry but its digest."""
    return json.dumps(
        {
            "account": entry.account,
            "action": entry.action,
            "actor": entry.actor,
            "address": entry.address,
            "at": _moment(entry.at),
            "before": entry.before.hex(),
            "details": entry.details,
            "entry": entry.entry,
            "role": entry.role,
            "subject": entry.subject,
        },
        sort_keys=True,
        ensure_ascii=False,
        separators=(",", ":"),
        allow_nan=False,
    ).encode()


def digest(entry: Entry) -> bytes:
    """SHA-256 of the entry's canonical JSON."""
    return hashlib.sha256(canonical(entry)).digest()


def verify(rows: Iterable[Entry], published: bytes | None = None) -> Verified:
    """Check entries in the log's order: numbers without a gap from 1, each digest right, each chained.

    published: a digest that was kept elsewhere; some entry must have it, which is how entries cut off at the
    end are found.
    """
    head, is_found = EMPTY, published in (None, EMPTY.digest)
    for row in rows:
        why = _fault(row, head)
        if why:
            return Verified(head.entry, head, head.entry + 1, why)
        head = Head(row.entry, row.digest)
        is_found = is_found or row.digest == published
    if not is_found:
        why = "no entry has the published digest: entries were cut off the end, or all were written anew"
        return Verified(head.entry, head, head.entry + 1, why)
    return Verified(head.entry, head, None, "")


def _fault(row: Entry, head: Head) -> str:
    if row.entry != head.entry + 1:
        return f"entry {row.entry} stands where entry {head.entry + 1} should"
    if row.before != head.digest:
        return "it does not hold the digest of the entry before it"
    if row.digest != digest(row):
        return "its content does not have its digest"
    return ""


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _plain(value: Any, name: str) -> Any:
    """The value as the database gives it back; raises ValueError."""
    if _SECRET_NAME.search(name):
        raise ValueError(f"The audit log may not hold {name}; leave it out of the details.")
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list | tuple):
        return [_plain(one, name) for one in value]
    if isinstance(value, Mapping):
        return {_text(str(key)): _plain(one, str(key)) for key, one in value.items()}
    raise ValueError(
        f"The detail {name} is a {type(value).__name__}; give text, whole numbers, lists or maps."
    )


def _text(text: str) -> str:
    """What PostgreSQL and UTF-8 can hold (no NUL, no half of a surrogate pair), without our tokens."""
    held = text.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")
    return _TOKEN.sub(TOKEN_START + "[...]", held)
