"""API tokens: told once, kept as a digest, good for their scopes and days, ended with their account."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ingest.casework.accounts import accounts, tokens
from ingest.casework.accounts.faults import AccountFault
from ingest.casework.audit import SYSTEM, canonical
from ingest.casework.who import Who
from ingest.store.connection import Connection
from ingest.store.desk.accounts import audit_log
from ingest.store.desk.accounts import tokens as stored
from tests.ingest.casework.seats import NOW, make


def test_a_token_is_good_for_its_scopes_until_its_end(conn: Connection) -> None:
    li = make(conn, "li")
    number, text = tokens.create(conn, SYSTEM, li, " export at night ", ["export", "read"], 7, NOW)
    found = tokens.bearer_of(conn, text, NOW + timedelta(days=7, seconds=-1))
    assert found is not None
    assert (found.token, found.scopes, found.account, found.name) == (number, ["read", "export"], li, "li")
    assert tokens.bearer_of(conn, text, NOW + timedelta(days=7)) is None
    assert tokens.bearer_of(conn, text + "x", NOW) is None
    assert tokens.bearer_of(conn, "", NOW) is None
    [row] = stored.listed(conn, li, None, 9)
    assert row.label == "export at night"
    assert text not in str(conn.execute("SELECT * FROM api_token").fetchall())
    assert text not in "".join(canonical(entry).decode() for entry in audit_log.every(conn))


def test_a_revoked_token_and_one_of_a_disabled_account_are_good_for_nothing(conn: Connection) -> None:
    li = make(conn, "li")
    who = Who(li, "li", "inspector", 0, "")
    first, second = (tokens.create(conn, who, li, "x", ["read"], 7, NOW) for _ in range(2))
    tokens.revoke(conn, who, first[0], NOW)
    tokens.revoke(conn, who, first[0], NOW)
    assert tokens.bearer_of(conn, first[1], NOW) is None
    assert tokens.bearer_of(conn, second[1], NOW) is not None
    accounts.disable(conn, SYSTEM, li)
    accounts.enable(conn, SYSTEM, li)
    assert tokens.bearer_of(conn, second[1], NOW) is None
    assert [e.action for e in audit_log.every(conn)].count("token.revoke") == 1


def test_somebody_elses_token_is_not_there(conn: Connection) -> None:
    number, text = tokens.create(conn, SYSTEM, make(conn, "li"), "x", ["read"], 7, NOW)
    other = Who(make(conn, "wang"), "wang", "inspector", 0, "")
    with pytest.raises(AccountFault) as fault:
        tokens.revoke(conn, other, number, NOW)
    assert fault.value.code == "no_such_token"
    tokens.revoke(conn, other, number, NOW, of_all=True)
    assert tokens.bearer_of(conn, text, NOW) is None


@pytest.mark.parametrize(
    ("label", "scopes", "days", "code"),
    [
        ("x", [], 7, "bad_scope"),
        ("x", ["read", "everything"], 7, "bad_scope"),
        (" ", ["read"], 7, "bad_label"),
        ("x" * 81, ["read"], 7, "bad_label"),
        ("a\nb", ["read"], 7, "bad_label"),
        ("hfd_abc", ["read"], 7, "bad_label"),
        ("x", ["read"], 0, "bad_days"),
        ("x", ["read"], 99999, "bad_days"),
    ],
)
def test_a_bad_token_is_not_made(
    conn: Connection, label: str, scopes: list[str], days: int, code: str
) -> None:
    li = make(conn, "li")
    with pytest.raises(AccountFault) as fault:
        tokens.create(conn, SYSTEM, li, label, scopes, days, NOW)
    assert fault.value.code == code
    assert stored.count(conn, li) == 0
