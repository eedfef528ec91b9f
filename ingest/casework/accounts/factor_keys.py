"""Secrets of second factors are sealed with a key that is not in the database: a backup alone gives none
away.

Sealed: ``v1.KEY.BASE64URL``. KEY is the first 8 hexadecimal digits of the key's SHA-256, the rest the nonce
(12 bytes) and AES-256-GCM's ciphertext and tag, which bind the secret to its account. The file is JSON,
``{"keys": ["64 hexadecimal digits", ...]}``: the first key seals, all of them open. A secret from before
there was a key is plain base32, which has no dot.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import secrets
import stat
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ingest.store.connection import Connection, StoreError
from ingest.store.desk.accounts import accounts

_FORM = "v1"
_NONCE_SIZE, _KEY_SIZE = 12, 32
_LOST = (
    "put the file back from where you keep it; if it is lost for good, remove what is there and take all"
    " second factors off with `hourfence account totp-reset NAME`"
)


class KeyFault(StoreError):
    """The key file is missing, unreadable or another one; the text says which file and what to do."""


class FactorKeys:
    """The keys in one file. It is read each time, so that a running desk takes a renewed one at once."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def seal(self, conn: Connection, account: int, secret: str) -> str:
        """A secret as it is kept. Makes the file where no sealed secret needs one yet. Raises KeyFault.

        Call it when the account's row is locked: then `renew` never takes a key away between sealing and
        keeping.
        """
        if not self.path.exists():
            self._make_first(conn)
        key, nonce = self._keys()[0], secrets.token_bytes(_NONCE_SIZE)
        held = nonce + AESGCM(key).encrypt(nonce, secret.encode(), _bound_to(account))
        return f"{_FORM}.{_name(key)}.{base64.urlsafe_b64encode(held).decode()}"

    def open(self, account: int, kept: str) -> str:
        """The secret of what is kept. Raises KeyFault."""
        if not is_sealed(kept):
            return kept
        form, name, text = kept.split(".") if kept.count(".") == 2 else ("", "", "")
        if form != _FORM:
            raise _changed(account)
        key = next((one for one in self._keys() if _name(one) == name), None)
        if key is None:
            raise KeyFault(f"{self.path}: this is not the key {name} of the second factors; {_LOST}.")
        try:
            held = base64.b64decode(text, altchars=b"-_", validate=True)
            return AESGCM(key).decrypt(held[:_NONCE_SIZE], held[_NONCE_SIZE:], _bound_to(account)).decode()
        except (InvalidTag, ValueError):
            raise _changed(account) from None

    def add(self) -> None:
        """Another key, which seals from now on; those before it still open. Raises KeyFault."""
        kept = self._keys() if self.path.exists() else []
        self._write([secrets.token_bytes(_KEY_SIZE), *kept])

    def forget_old(self) -> None:
        """Keep only the key that seals. Raises KeyFault."""
        self._write(self._keys()[:1])

    def newest(self) -> str:
        """The name of the key that seals. Raises KeyFault."""
        return _name(self._keys()[0])

    def is_open_to_others(self) -> bool:
        """Whether others than its owner may read the file."""
        try:
            return bool(self.path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))
        except OSError:
            return False

    def _make_first(self, conn: Connection) -> None:
        # A second key beside a lost one would hide the loss until nobody can log in.
        if any(is_sealed(kept) for kept in accounts.factors(conn).values()):
            raise KeyFault(f"{self.path}: the key of the second factors is missing; {_LOST}.")
        self._write([secrets.token_bytes(_KEY_SIZE)], replace=False)

    def _keys(self) -> list[bytes]:
        try:
            found = [bytes.fromhex(text) for text in json.loads(self.path.read_text("ascii"))["keys"]]
        except FileNotFoundError:
            raise KeyFault(f"{self.path}: the key of the second factors is missing; {_LOST}.") from None
        except OSError as fault:
            raise KeyFault(
                f"{self.path}: the key of the second factors cannot be read ({fault.strerror}); let the"
                " desk's login read it."
            ) from None
        except (ValueError, KeyError, TypeError):
            found = []
        if not found or any(len(key) != _KEY_SIZE for key in found):
            raise KeyFault(f"{self.path}: this is no key of second factors; {_LOST}.")
        return found

    def _write(self, keys: Sequence[bytes], *, replace: bool = True) -> None:
        part = self.path.with_name(f"{self.path.name}.{secrets.token_hex(4)}")
        try:
            part.parent.mkdir(parents=True, exist_ok=True)
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as target:
                json.dump({"keys": [key.hex() for key in keys]}, target)
                target.flush()
                os.fsync(target.fileno())
            if replace:
                part.replace(self.path)
            else:
                # Of two who make it at once the first one's stays.
                with suppress(FileExistsError):
                    os.link(part, self.path)
        except OSError as fault:
            raise KeyFault(
                f"{self.path}: the key of the second factors cannot be written ({fault.strerror}); let the"
                " desk's login write there, or name another file with HOURFENCE_DESK_SECOND_FACTOR_KEY."
            ) from None
        finally:
            with suppress(OSError):
                part.unlink()


def is_sealed(kept: str) -> bool:
    """Whether it is sealed; else it is the plain secret."""
    return "." in kept


def _name(key: bytes) -> str:
    return hashlib.sha256(key).hexdigest()[:8]


def _changed(account: int) -> KeyFault:
    return KeyFault(
        f"The second factor of account {account} was changed in the database, or is another account's; take"
        f" it"
        " off with `hourfence account totp-reset NAME`."
    )


def _bound_to(account: int) -> bytes:
    return b"hourfence second factor %d" % account
