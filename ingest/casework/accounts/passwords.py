"""Passwords: which are taken, how they are kept (argon2id), and a check that takes as long for nobody's."""

from __future__ import annotations

import os
import secrets
import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from ingest.casework.accounts.faults import AccountFault

SHORTEST, LONGEST = 12, 200
FEWEST_DIFFERENT = 5
# Each check takes 64 MiB and four threads: a flood of log-ins waits instead of taking memory and processors.
AT_ONCE = max(1, min(4, (os.cpu_count() or 1) // 2))

# Of those that lists of leaked passwords begin with, what is long enough to be asked about here.
_COMMONEST = """
123456789012 1234567890123 12345678901234 123456789abc 1234567890ab 1234567890qw 123456123456 123123123123
012345678910 112233445566 987654321098 1q2w3e4r5t6y 1q2w3e4r5t6y7u 1qaz2wsx3edc 1qaz2wsx3edc4rfv
q1w2e3r4t5y6 qwertyuiop12 qwertyuiop123 qwertyuiopas qwertyuiop[] qwertyuiop123456 qwerty123456
qwerty1234567 qwertyqwerty qweasdzxc123 qazwsxedcrfv qazwsxedc123 asdfghjkl123 asdfghjklzxc zxcvbnm12345
zxcvbnm123456 abcdefghijkl abcd12345678 abc123456789 abc123abc123 a1b2c3d4e5f6 a12345678910 aa1234567890
password1234 password12345 password123456 passwordpassword password2024 password2025 password2026
p@ssw0rd1234 passw0rd1234 p@ssword1234 administrator admin1234567 admin12345678 adminadmin12
adminadminadmin admin123admin letmein12345 letmeinletmein welcome12345 welcome123456 iloveyou1234
iloveyou12345 iloveyouiloveyou woaini123456 woaini1314520 woaini5201314 5201314520131 w123456789012
q123456789012 a123456789012 changeme1234 changemechangeme supervisor12 supervisor123 inspector123
inspector1234 hourfence123 hourfence1234 hourfencehourfence jiaxiao12345 jiaxiao123456
"""
COMMONEST = frozenset(_COMMONEST.split())


class Passwords:
    """Hashes and checks. hasher: argon2-cffi's defaults unless given."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._room = threading.BoundedSemaphore(AT_ONCE)
        self._nobodys = self._hasher.hash(secrets.token_urlsafe(16))

    def hash(self, password: str) -> str:
        """The argon2id hash to keep."""
        with self._room:
            return self._hasher.hash(_normal(password))

    def fits(self, kept: str | None, password: str) -> bool:
        """Whether it is the password; None (no account, no password) takes as long and never fits."""
        with self._room:
            try:
                return self._hasher.verify(kept or self._nobodys, _normal(password)) and kept is not None
            except (Argon2Error, InvalidHashError):
                return False

    def is_outdated(self, kept: str) -> bool:
        """Whether it was hashed with other parameters than now."""
        return self._hasher.check_needs_rehash(kept)


def check_new(name: str, password: str) -> None:
    """Raise AccountFault for a password that is not taken."""
    plain = _normal(password).casefold()
    if not SHORTEST <= len(plain) <= LONGEST:
        raise AccountFault(
            "password_length",
            f"A password has {SHORTEST} to {LONGEST} characters.",
            f"密码长度须为 {SHORTEST} 至 {LONGEST} 个字符。",
        )
    if name.casefold() in plain:
        raise AccountFault(
            "password_has_name", "A password may not contain the account's name.", "密码不得包含账号名。"
        )
    if plain in COMMONEST or len(set(plain)) < FEWEST_DIFFERENT:
        raise AccountFault(
            "password_common",
            "This is one of the commonest passwords; take a few words that belong to nobody else.",
            "该密码过于常见，请改用一组不易猜到的词语。",
        )


def _normal(password: str) -> str:
    # The same password typed on another keyboard is the same text; half a surrogate pair has no UTF-8.
    return unicodedata.normalize("NFKC", password.encode("utf-8", "replace").decode("utf-8"))
