"""All kept secrets of second factors at once: checked, sealed where they are plain, sealed with another
key."""

from __future__ import annotations

from collections.abc import Callable

from ingest.casework.accounts.factor_keys import FactorKeys, is_sealed
from ingest.casework.audit import SYSTEM, note
from ingest.casework.who import Who
from ingest.store.connection import Connection
from ingest.store.desk.accounts import accounts

SUBJECT = "second-factors"


def seal_plain(conn: Connection, keys: FactorKeys) -> int:
    """Seal what is kept plain, from before there was a key; how many. Raises KeyFault, also for the first
    sealed one that the key does not open."""
    kept = accounts.factors(conn)
    for account, secret in kept.items():
        keys.open(account, secret)
    if all(is_sealed(secret) for secret in kept.values()):
        return 0
    with conn.transaction():
        sealed = _seal(conn, keys, lambda secret: not is_sealed(secret))
        note(conn, SYSTEM, "account.factors_sealed", SUBJECT, {"key": keys.newest(), "sealed": sealed})
    return sealed


def renew(conn: Connection, who: Who, keys: FactorKeys) -> int:
    """Another key, and all secrets sealed with it; how many. The old key is then forgotten. Raises KeyFault.

    Until the database has committed the file holds both, so that nothing is lost wherever it breaks off.
    """
    with accounts.alone_with_factors(conn):
        for account, secret in accounts.factors(conn).items():
            keys.open(account, secret)
        keys.add()
        with conn.transaction():
            sealed = _seal(conn, keys, lambda secret: True)
            note(conn, who, "account.key_renewed", SUBJECT, {"key": keys.newest(), "sealed": sealed})
        keys.forget_old()
    return sealed


def _seal(conn: Connection, keys: FactorKeys, is_wanted: Callable[[str], bool]) -> int:
    wanted = {number: kept for number, kept in accounts.lock_factors(conn).items() if is_wanted(kept)}
    for account, kept in wanted.items():
        accounts.reseal(conn, account, kept, keys.seal(conn, account, keys.open(account, kept)))
    return len(wanted)
