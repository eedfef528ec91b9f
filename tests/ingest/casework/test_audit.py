"""The audit log's chain: every change of it is found, its numbers have no gap, it holds no secret."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.casework.audit import EMPTY, SYSTEM, Entry, canonical, digest, note, verify
from ingest.casework.who import Who
from ingest.store.connection import Connection, connect
from ingest.store.desk.accounts import audit_log

LI = Who(7, "li", "inspector", 0, "192.0.2.7")
BEGIN = datetime(2026, 3, 1, 8, tzinfo=UTC)

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=6,
)
contents = st.tuples(
    st.integers(0, 9), texts, st.sampled_from(["log_in", "face.view"]), texts, st.dictionaries(texts, plain)
)


def chained(some: list[tuple[Any, ...]]) -> list[Entry]:
    """Entries as note makes them, without a database."""
    rows: list[Entry] = []
    for at, (account, actor, action, subject, details) in enumerate(some):
        before = rows[-1].digest if rows else EMPTY.digest
        moment = BEGIN + timedelta(microseconds=at)
        entry = Entry(
            at + 1, moment, account, actor, "inspector", action, subject, details, "::1", before, b""
        )
        rows.append(entry._replace(digest=digest(entry)))
    return rows


logs = st.lists(contents, min_size=1, max_size=6).map(chained)


@settings(max_examples=50)
@given(logs)
def test_what_was_chained_is_verified(rows: list[Entry]) -> None:
    found = verify(iter(rows), rows[-1].digest)
    assert (found.entries, found.broken_at, found.head.digest) == (len(rows), None, rows[-1].digest)


CHANGES: dict[str, Any] = {
    "entry": 99,
    "at": BEGIN - timedelta(days=1),
    "account": 77,
    "actor": "somebody else",
    "role": "auditor",
    "action": "nothing",
    "subject": "session:1/1",
    "details": {"another": 1},
    "address": "198.51.100.1",
    "before": b"\1" * 32,
    "digest": b"\2" * 32,
}


@settings(max_examples=50)
@given(logs, st.data())
def test_any_change_of_any_field_is_found_at_its_entry(rows: list[Entry], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(rows) - 1))
    for field, value in CHANGES.items():
        changed = rows[at]._replace(**{field: value})
        assert verify([*rows[:at], changed, *rows[at + 1 :]]).broken_at == at + 1, field


@settings(max_examples=50)
@given(logs, st.data())
def test_whoever_changes_an_entry_with_its_digest_breaks_the_next(
    rows: list[Entry], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(rows) - 1))
    changed = rows[at]._replace(actor=rows[at].actor + "!")
    changed = changed._replace(digest=digest(changed))
    found = verify([*rows[:at], changed, *rows[at + 1 :]], rows[-1].digest)
    assert found.broken_at == (at + 2 if at + 1 < len(rows) else len(rows) + 1)


@settings(max_examples=50)
@given(logs, st.data())
def test_a_deleted_moved_or_inserted_entry_is_found(rows: list[Entry], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(rows) - 1))
    published = rows[-1].digest
    assert verify(rows[:at] + rows[at + 1 :], published).broken_at == at + 1
    put_in = rows[at]._replace(subject="forged")
    put_in = put_in._replace(digest=digest(put_in))
    assert verify([*rows[:at], put_in, *rows[at:]], published).broken_at is not None
    assert verify([*rows, put_in]).broken_at == len(rows) + 1
    to = data.draw(st.integers(0, len(rows) - 1))
    if to != at:
        moved = rows[:at] + rows[at + 1 :]
        moved.insert(to, rows[at])
        assert verify(moved).broken_at == min(at, to) + 1


def test_cut_off_entries_are_found_only_by_a_published_head() -> None:
    rows = chained([(1, "a", "log_in", "x", {}), (1, "a", "log_out", "x", {})])
    assert verify(rows[:1]).broken_at is None
    assert verify(rows[:1], rows[1].digest).broken_at == 2
    assert verify([], rows[1].digest).broken_at == 1
    assert verify([]) == (0, EMPTY, None, "")


def test_the_canonical_bytes_are_as_documented() -> None:
    [row] = chained([(7, "李", "log_in", "account:li", {"b": [1, None], "a": True})])
    assert canonical(row).decode() == (
        '{"account":7,"action":"log_in","actor":"李","address":"::1","at":"2026-03-01T08:00:00.000000Z",'
        f'"before":"{"0" * 64}","details":{{"a":true,"b":[1,null]}},"entry":1,"role":"inspector",'
        '"subject":"account:li"}'
    )


# --- on a database ---------------------------------------------------------------------------------------


def test_what_comes_back_from_the_database_still_has_its_digest(conn: Connection) -> None:
    details = {"a": [1, 2**70, -1, {"x": "\u2028 \\ 学时 \x01"}], "b": None, "c": "half \ud800 \0", "": False}
    assert note(conn, LI, "decision.add", "session:0000000000000001/3", details) == 1
    assert note(conn, SYSTEM, "draw", "day:2026-03-01", {}) == 2
    found = verify(audit_log.every(conn))
    assert (found.entries, found.broken_at) == (2, None)
    assert found.head == audit_log.head(conn)


def test_numbers_have_no_gap_though_some_roll_back_and_many_write_at_once(
    apart: Connection, postgres_url: str
) -> None:
    def write(name: str) -> None:
        with connect(postgres_url) as own:
            for at in range(15):
                with own.transaction(force_rollback=at % 3 == 2):
                    note(own, LI, "test", name, {"at": at})

    threads = [threading.Thread(target=write, args=(f"writer {n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = verify(audit_log.every(apart))
    assert (found.entries, found.broken_at) == (40, None)


def test_an_act_that_fails_leaves_no_entry(conn: Connection) -> None:
    with pytest.raises(ZeroDivisionError), conn.transaction():
        note(conn, LI, "test", "x", {})
        raise ZeroDivisionError
    assert audit_log.head(conn) == EMPTY


def test_rows_cannot_be_changed_or_taken_out(conn: Connection) -> None:
    note(conn, LI, "test", "x", {})
    for sentence in (
        "UPDATE audit_log SET actor = 'x'",
        "DELETE FROM audit_log",
        "TRUNCATE audit_log",
    ):
        with pytest.raises(psycopg.errors.RaiseException, match="append-only"), conn.transaction():
            conn.execute(sentence)


def test_each_row_changed_behind_the_log_is_found(conn: Connection) -> None:
    for at in range(4):
        note(conn, LI, "test", "x", {"at": at})
    conn.execute("ALTER TABLE audit_log DISABLE TRIGGER append_only")
    head = audit_log.head(conn).digest
    for at in range(1, 5):
        for change in (
            "UPDATE audit_log SET details = '{}' WHERE entry = %s",
            "UPDATE audit_log SET at = at + interval '1 us' WHERE entry = %s",
            "UPDATE audit_log SET account = 0 WHERE entry = %s",
            "UPDATE audit_log SET address = '' WHERE entry = %s",
            "DELETE FROM audit_log WHERE entry = %s",
        ):
            with conn.transaction(force_rollback=True):
                conn.execute(change, (at,))
                assert verify(audit_log.every(conn), head).broken_at == at, change
    assert verify(audit_log.every(conn), head).broken_at is None


@pytest.mark.parametrize(
    "details",
    [
        {"password": "x"},
        {"token": "x"},
        {"deep": [{"new_password": "x"}]},
        {"totp_secret": "x"},
        {"cookie": "x"},
        {"score": 0.5},
        {"at": BEGIN},
    ],
)
def test_a_secret_or_what_is_no_json_is_refused(conn: Connection, details: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        note(conn, LI, "test", "x", details)
    assert audit_log.head(conn) == EMPTY


def test_a_token_that_somebody_typed_into_a_text_is_blotted_out(conn: Connection) -> None:
    token = "hfd_" + "a1-_" * 10
    note(conn, LI, "decision.add", f"x {token}", {"words": ["it is " + token], "deep": {token: token}})
    [entry] = audit_log.listed(conn, None, 9)
    assert token not in canonical(entry).decode()
    assert entry.details["words"] == ["it is hfd_[...]"]


def test_the_list_is_newest_first_and_filtered(conn: Connection) -> None:
    for action, subject in (("face.view", "a"), ("face", "b"), ("facet", "a"), ("log_in", "a")):
        note(conn, LI, action, subject, {})
    assert [row.entry for row in audit_log.listed(conn, None, 3)] == [4, 3, 2]
    assert [row.entry for row in audit_log.listed(conn, 3, 9, action="face")] == [2, 1]
    assert [row.entry for row in audit_log.listed(conn, None, 9, action="face", subject="a")] == [1]
    assert audit_log.listed(conn, None, 9, account=8) == []
