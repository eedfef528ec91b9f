"""Whoever runs the desk's database and would change what was done: what the chained log notices."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from typer.testing import CliRunner

from ingest.casework import audit
from ingest.casework.audit import Verified
from ingest.cli.desk.audit import audit_app
from ingest.settings import DATABASE_URL, MQTT_URL
from ingest.store.connection import Connection
from ingest.store.desk.accounts import audit_ledger, audit_log
from tests.ingest.casework.sessions import INSIDE, OUTSIDE
from tests.ingest.desk.security.conftest import Seat
from tests.spine.ingests import as_url

Seats = Callable[[str], Seat]


@pytest.fixture(scope="module")
def lived(seat: Seats, conn: Connection) -> Connection:
    """Somebody has decided, undone, decided many at once, and looked at the log."""
    ines = seat("ines")
    session = f"/v1/sessions/{OUTSIDE[0]:016d}/{OUTSIDE[1]}"
    words = {"cause": "other", "words": "hfd_" + "x" * 30}
    for path, body in (
        (f"{session}/decisions", {"kind": "refuse", "chosen": "all", **words}),
        (f"{session}/undo", {}),
        (f"{session}/decisions", {"kind": "restore", "chosen": "all", "cause": "other", "words": "seen"}),
    ):
        answer = ines.send(path, body)
        assert answer.status_code == 200, answer.text
    many = [{"terminal": f"{terminal:016d}", "session": session} for terminal, session in (INSIDE, OUTSIDE)]
    body = {"kind": "accept", "cause": "evidence_agrees", "sessions": many}
    digest = ines.send("/v1/bulk/preview", body).json()["digest"]
    assert ines.send("/v1/bulk/decide", {**body, "digest": digest}).json()["decided"] == 2
    return conn


@pytest.fixture
def operator(lived: Connection) -> Iterator[Connection]:
    """With the triggers off, as whoever owns the tables can; put back afterwards."""
    with lived.transaction(force_rollback=True):
        for name in ("audit_log", "decision"):
            lived.execute(f"ALTER TABLE {name} DISABLE TRIGGER USER".encode())
        yield lived


def verified(conn: Connection, published: bytes | None = None) -> Verified:
    return audit.verify(audit_log.every(conn), published)


def test_without_the_owners_rights_nothing_is_changed(lived: Connection) -> None:
    for name in ("audit_log", "decision", "appeal_entry"):
        for what in (f"DELETE FROM {name}", f"TRUNCATE {name} CASCADE"):
            with pytest.raises(Exception, match=r"only ever added|append|never"), lived.transaction():
                lived.execute(what.encode())


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit_log SET actor = 'ivan' WHERE entry = 3",
        "UPDATE audit_log SET account = account + 1 WHERE entry = 3",
        "UPDATE audit_log SET role = 'auditor' WHERE entry = 3",
        "UPDATE audit_log SET at = at + interval '1 microsecond' WHERE entry = 3",
        "UPDATE audit_log SET address = '' WHERE entry = (SELECT max(entry) FROM audit_log)",
        "UPDATE audit_log SET subject = subject || ' ' WHERE entry = 2",
        "UPDATE audit_log SET action = 'log_out' WHERE entry = 3",
        "UPDATE audit_log SET details = details || '{\"more\": 1}' WHERE entry = 2",
        "UPDATE audit_log SET details = '{}' WHERE details <> '{}'",
        "UPDATE audit_log SET digest = before WHERE entry = 4",
        "DELETE FROM audit_log WHERE entry = 3",
        "DELETE FROM audit_log WHERE entry = 1",
        "DELETE FROM audit_log WHERE entry = 3; UPDATE audit_log SET entry = entry - 1 WHERE entry > 3",
        "UPDATE audit_log SET entry = entry + 1000 WHERE entry > 3",
        "INSERT INTO audit_log SELECT max(entry) + 1, now(), 1, 'x', 'x', 'x', 'x', '{}', '', sha256(''),"
        " sha256('') FROM audit_log",
    ],
)
def test_a_change_in_the_log_is_noticed(operator: Connection, change: str) -> None:
    assert verified(operator).broken_at is None
    operator.execute(change.encode())
    assert verified(operator).broken_at is not None


def test_what_was_cut_off_or_written_anew_needs_the_published_head(operator: Connection) -> None:
    """The chain alone cannot tell: that is what the head is published for, each day."""
    published = audit_log.head(operator).digest
    assert verified(operator, published).broken_at is None
    operator.execute("DELETE FROM audit_log WHERE entry > (SELECT max(entry) - 3 FROM audit_log)")
    assert verified(operator).broken_at is None
    assert verified(operator, published).broken_at is not None
    operator.execute("DELETE FROM audit_log")
    audit.note(operator, audit.SYSTEM, "log_in", "account:ines", {})
    assert verified(operator).broken_at is None
    assert verified(operator, published).broken_at is not None


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE decision SET undoes = (SELECT max(id) FROM decision) WHERE kind = 'undo'",
        "UPDATE decision SET words = 'else' WHERE id = (SELECT max(id) FROM decision WHERE bulk IS NULL)",
        "UPDATE decision SET account = (SELECT id FROM account WHERE name = 'ivan') WHERE kind = 'undo'",
        "UPDATE decision SET kind = 'refuse' WHERE kind = 'restore'",
        "UPDATE decision SET accepts = accepts[2:] WHERE kind = 'restore'",
        "UPDATE decision SET cause = 'mistaken' WHERE bulk IS NOT NULL",
        "UPDATE decision SET session = session + 1 WHERE bulk IS NOT NULL",
        "INSERT INTO decision (terminal, session, layer, kind, account, cause, words, judged, judged_under)"
        " SELECT terminal, session, 3, 'accept', account, cause, '', judged, judged_under FROM decision"
        " LIMIT 1",
    ],
)
def test_a_change_in_the_ledger_is_noticed(operator: Connection, change: str) -> None:
    assert audit_ledger.first_difference(operator) is None
    operator.execute(change.encode())
    found = audit_ledger.first_difference(operator)
    assert found is not None and found.how == ("untold" if "INSERT" in change else "otherwise")


def test_a_decision_that_is_gone_is_told_as_that(operator: Connection) -> None:
    operator.execute("DELETE FROM decision WHERE kind = 'undo'")
    found = audit_ledger.first_difference(operator)
    assert found is not None and found.how == "gone"


def test_no_secret_is_in_the_log(lived: Connection, seat: Seats) -> None:
    seat("sara").token("read")
    row = lived.execute("SELECT string_agg(l::text, ' ') FROM audit_log l").fetchone()
    assert row is not None
    assert "vier Laster" not in row[0] and "argon2" not in row[0] and "hfd_x" not in row[0]
    for name, value in seat("sara").http.cookies.items():
        assert value not in row[0], name


def test_the_command_tells_it(lived: Connection, module_postgres_url: str) -> None:
    def verify() -> tuple[int, str]:
        env = {DATABASE_URL: as_url(module_postgres_url), MQTT_URL: "mqtt://127.0.0.1:1"}
        done = CliRunner().invoke(audit_app, ["verify"], env=env)
        return done.exit_code, done.output

    assert verify()[0] == 0
    lived.execute("ALTER TABLE decision DISABLE TRIGGER USER")
    change = "UPDATE decision SET words = 'seen' || %s WHERE words = 'seen' || %s"
    try:
        lived.execute(change, ("!", ""))
        status, said = verify()
        assert status == 1 and "in the ledger is not as the audit log tells it. The database was" in said
        assert "compare it with a backup" in said and "与此前的备份比对" in said
    finally:
        lived.execute(change, ("", "!"))
        lived.execute("ALTER TABLE decision ENABLE TRIGGER USER")
    assert verify()[0] == 0
