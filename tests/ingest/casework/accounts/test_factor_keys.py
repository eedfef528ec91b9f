"""Secrets of second factors: sealed with a key of a file, which is missed aloud, renewed, and never made
twice."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg.errors import LockNotAvailable

from ingest.casework.accounts import accounts, factor_sealing, second_factor
from ingest.casework.accounts.factor_keys import FactorKeys, KeyFault, is_sealed
from ingest.casework.audit import SYSTEM, verify
from ingest.store.connection import Connection, connect
from ingest.store.desk.accounts import accounts as stored
from ingest.store.desk.accounts import audit_log
from tests.ingest.casework.seats import KEYS, NOW, enrol, enter, make


@pytest.fixture
def keys(tmp_path: Path) -> FactorKeys:
    return FactorKeys(tmp_path / "not yet there" / "second-factor.key")


def kept(conn: Connection, account: int) -> str:
    found = stored.by_id(conn, account)
    assert found is not None
    return found.totp_secret or found.totp_pending or ""


def test_a_secret_is_kept_sealed_from_its_showing_on(conn: Connection, keys: FactorKeys) -> None:
    li = make(conn, "li")
    secret = accounts.begin_second_factor(conn, keys, li)
    assert is_sealed(kept(conn, li)) and secret not in kept(conn, li)
    assert accounts.begin_second_factor(conn, keys, li) == secret, "a page loaded twice shows the same"
    accounts.prove_second_factor(conn, SYSTEM, keys, li, pyotp.TOTP(secret).at(NOW), NOW)
    assert is_sealed(kept(conn, li)) and keys.open(li, kept(conn, li)) == secret
    assert keys.path.stat().st_mode & 0o777 == 0o600 and not keys.is_open_to_others()
    assert [entry.name for entry in keys.path.parent.iterdir()] == [keys.path.name]


def test_what_is_sealed_for_one_account_opens_for_no_other(conn: Connection, keys: FactorKeys) -> None:
    li, wang = make(conn, "li"), make(conn, "wang")
    sealed = keys.seal(conn, li, "ABCDEF")
    assert keys.open(li, sealed) == "ABCDEF" != sealed != keys.seal(conn, li, "ABCDEF")
    with pytest.raises(KeyFault, match="was changed in the database, or is another account's"):
        keys.open(wang, sealed)


@given(at=st.integers(0, 71), other=st.integers(1, 127))
def test_a_changed_secret_does_not_open(at: int, other: int) -> None:
    if "sealed" not in _ONCE:
        KEYS.add()
        _ONCE["sealed"] = KEYS.seal(None, 7, "JBSWY3DPEHPK3PXP")  # type: ignore[arg-type]  # the file is there
    sealed = _ONCE["sealed"]
    changed = sealed[:at] + chr((ord(sealed[at]) + other) % 128) + sealed[at + 1 :]
    # Without a dot it is a plain secret; the last characters of base64 have bits that count for nothing.
    if is_sealed(changed) and at < len(sealed) - 3:
        with pytest.raises(KeyFault):
            KEYS.open(7, changed)


_ONCE: dict[str, str] = {}


def test_a_plain_secret_of_before_is_sealed_when_it_is_used(conn: Connection) -> None:
    li, secret = make(conn, "li"), second_factor.new_secret()
    conn.execute("UPDATE account SET totp_secret = %s WHERE id = %s", (secret, li))
    enter(conn, code=pyotp.TOTP(secret).at(NOW))
    assert is_sealed(kept(conn, li))
    later = NOW + timedelta(seconds=60)
    enter(conn, code=pyotp.TOTP(secret).at(later), later_s=60)


def test_plain_secrets_are_all_sealed_at_once(conn: Connection, keys: FactorKeys) -> None:
    numbers = [make(conn, name) for name in ("li", "wang", "sun")]
    conn.execute("UPDATE account SET totp_secret = 'AAAA' WHERE name = 'li'")
    conn.execute("UPDATE account SET totp_pending = 'BBBB' WHERE name = 'wang'")
    assert factor_sealing.seal_plain(conn, keys) == 2
    assert factor_sealing.seal_plain(conn, keys) == 0
    assert [keys.open(number, kept(conn, number)) for number in numbers[:2]] == ["AAAA", "BBBB"]
    assert kept(conn, numbers[2]) == ""


def test_a_renewed_key_opens_everything_and_the_old_one_nothing(conn: Connection, keys: FactorKeys) -> None:
    li = make(conn, "li")
    totp = enrol(conn, li, keys=keys)
    before, old = kept(conn, li), keys.path.read_bytes()
    assert factor_sealing.renew(conn, SYSTEM, keys) == 1
    assert keys.open(li, kept(conn, li)) == totp.secret and kept(conn, li) != before
    with pytest.raises(KeyFault, match="this is not the key"):
        keys.open(li, before)
    renewed = keys.path.read_bytes()
    keys.path.write_bytes(old)
    with pytest.raises(
        KeyFault, match=r"second-factor.key: this is not the key [0-9a-f]{8} .* put the file back"
    ):
        keys.open(li, kept(conn, li))
    keys.path.write_bytes(renewed)
    entries = list(audit_log.every(conn))
    assert verify(entries).broken_at is None and entries[-1].action == "account.key_renewed"
    assert keys.open(li, kept(conn, li)) not in str(entries)


def test_broken_off_before_the_commit_nothing_is_lost(conn: Connection, keys: FactorKeys) -> None:
    totp = enrol(conn, li := make(conn, "li"), keys=keys)
    keys.add()
    assert keys.open(li, kept(conn, li)) == totp.secret
    assert factor_sealing.renew(conn, SYSTEM, keys) == 1
    assert keys.open(li, kept(conn, li)) == totp.secret


def test_a_secret_that_is_being_kept_is_waited_for(
    apart: Connection, postgres_url: str, keys: FactorKeys
) -> None:
    li = make(apart, "li")
    keys.add()
    with connect(postgres_url) as other:
        other.execute("SET lock_timeout = '50ms'")
        with apart.transaction():
            stored.locked(apart, li)
            stored.set_pending(apart, li, keys.seal(apart, li, "JBSWY3DPEHPK3PXP"))
            with pytest.raises(LockNotAvailable):
                factor_sealing.renew(other, SYSTEM, keys)
        assert factor_sealing.renew(other, SYSTEM, keys) == 1
    assert keys.open(li, kept(apart, li)) == "JBSWY3DPEHPK3PXP"


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda file: file.unlink(), "is missing; put the file back"),
        (lambda file: file.write_text("{}"), "this is no key of second factors; put the file back"),
        (lambda file: file.write_text('{"keys": []}'), "this is no key"),
        (lambda file: file.write_text('{"keys": ["00"]}'), "this is no key"),
        (lambda file: file.write_text('{"keys": ["%s"]}' % ("00" * 32)), "this is not the key"),
        (lambda file: (file.unlink(), file.mkdir()), "cannot be read"),
    ],
)
def test_a_key_that_is_not_there_is_missed_aloud(
    conn: Connection, keys: FactorKeys, spoil: Callable[[Path], object], sentence: str
) -> None:
    li, wang = make(conn, "li"), make(conn, "wang")
    enrol(conn, li, keys=keys)
    spoil(keys.path)
    for act in (
        lambda: keys.open(li, kept(conn, li)),
        lambda: factor_sealing.seal_plain(conn, keys),
        lambda: factor_sealing.renew(conn, SYSTEM, keys),
    ):
        with pytest.raises(KeyFault, match=sentence) as fault:
            act()
        assert str(keys.path) in str(fault.value)
    if not keys.path.exists():
        with pytest.raises(KeyFault, match="is missing"):
            accounts.begin_second_factor(conn, keys, wang)
        assert not keys.path.exists(), "no second key hides that the first is lost"
        accounts.reset_second_factor(conn, SYSTEM, li)
        accounts.begin_second_factor(conn, keys, wang)


def test_a_folder_that_cannot_be_written(conn: Connection, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(KeyFault, match=r"cannot be written .* HOURFENCE_DESK_SECOND_FACTOR_KEY"):
        accounts.begin_second_factor(conn, FactorKeys(tmp_path / "file" / "key"), make(conn, "li"))


def test_others_who_may_read_the_key_are_noticed(
    conn: Connection, keys: FactorKeys, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    keys.seal(conn, 1, "AAAA")
    keys.path.chmod(0o644)
    assert keys.is_open_to_others()
    assert caplog.text == ""
