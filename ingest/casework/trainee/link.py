"""The link to a trainee's own page: a signed token that carries the trainee's number and an end, no more.

Token: base64url of version u32, end u32 (Unix seconds), trainee u64, and the first 16 bytes of HMAC-SHA256
over these under the key of that version. A new version of the key ends every link there was.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import os
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from struct import Struct

from ingest.casework import audit
from ingest.casework.who import Who
from ingest.store.connection import Connection, StoreError

FILE = "trainee-links.key"
DAYS_MOST = 366
_CLAIMS = Struct(">IIQ")
_MAC_SIZE = 16
_TITLE = b"hourfence trainee link\x01"
_LENGTH = 43  # characters of 32 bytes in base64 without padding


@dataclass(frozen=True)
class LinkKey:
    """The key that links are signed with now; earlier versions count for nothing."""

    version: int
    secret: bytes

    def token(self, trainee: int, until_s: int) -> str:
        """A token for that trainee until that Unix second."""
        claims = _CLAIMS.pack(self.version, until_s, trainee)
        return base64.urlsafe_b64encode(claims + self._mac(claims)).decode().rstrip("=")

    def opened(self, token: str, now_s: int) -> int | None:
        """The trainee of a token that holds now, else None."""
        found = self.opened_until(token, now_s)
        return found[0] if found else None

    def opened_until(self, token: str, now_s: int) -> tuple[int, int] | None:
        """The trainee of a token that holds now and the Unix second of its end, else None."""
        if len(token) != _LENGTH or not token.isascii():
            return None
        try:
            data = base64.b64decode(token + "=", altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            return None
        claims, mac = data[: _CLAIMS.size], data[_CLAIMS.size :]
        version, until_s, trainee = _CLAIMS.unpack(claims)
        is_ours = hmac.compare_digest(mac, self._mac(claims))
        # Base64 leaves bits over: of several spellings only the one that was given out is taken.
        is_plain = base64.urlsafe_b64encode(data).decode().rstrip("=") == token
        holds = is_ours and is_plain and version == self.version and now_s < until_s
        return (int(trainee), int(until_s)) if holds else None

    def _mac(self, claims: bytes) -> bytes:
        return hmac.digest(self.secret, _TITLE + claims, "sha256")[:_MAC_SIZE]


class LinkKeyAway(StoreError):
    """The key of the trainees' links cannot be read; the text says where it should be and what to do."""


def link_key(folder: Path) -> LinkKey:
    """The key in that folder, made when there is none. Raises LinkKeyAway."""
    path = folder / FILE
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _write(path, LinkKey(1, secrets.token_bytes(32)), replace=False)
        values = json.loads(path.read_text(encoding="ascii"))
        key = LinkKey(int(values["version"]), bytes.fromhex(values["secret"]))
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise LinkKeyAway(
            f"{path}: the key of the trainees' links cannot be read ({fault}); restore it from a backup, or"
            " remove it to end all links."
        ) from None
    if len(key.secret) != 32 or not 1 <= key.version < 2**32:
        raise LinkKeyAway(f"{path}: this is no key of trainees' links; restore it from a backup.")
    return key


def renew(conn: Connection, who: Who, folder: Path) -> LinkKey:
    """A new version of the key: every link given out before ends."""
    key = LinkKey(link_key(folder).version + 1, secrets.token_bytes(32))
    with conn.transaction():
        audit.note(conn, who, "trainee.links_ended", "trainee-links", {"version": key.version})
        _write(folder / FILE, key, replace=True)
    return key


def give(
    conn: Connection, who: Who, key: LinkKey, trainee: int, days: int, now: datetime
) -> tuple[str, datetime]:
    """A token for a trainee, and when it ends; noted in the audit log."""
    until_s = int(now.timestamp()) + days * 86_400
    with conn.transaction():
        details = {"until_s": until_s, "key_version": key.version}
        audit.note(conn, who, "trainee.link", f"trainee:{trainee:016d}", details)
    return key.token(trainee, until_s), datetime.fromtimestamp(until_s, UTC)


def _write(path: Path, key: LinkKey, *, replace: bool) -> None:
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    text = json.dumps({"version": key.version, "secret": key.secret.hex()})
    number = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(number, "w", encoding="ascii") as target:
            target.write(text)
            target.flush()
            os.fsync(target.fileno())
        if replace:
            part.replace(path)
        else:
            try:
                # Of two who make it at once the first one's stays.
                os.link(part, path)
            except FileExistsError:
                return
    finally:
        part.unlink(missing_ok=True)
