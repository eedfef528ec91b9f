"""hourfence account and hourfence audit on a real database."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from ingest.casework.accounts.factor_keys import FactorKeys, KeyFault
from ingest.casework.audit import SYSTEM, note
from ingest.cli.desk.account import account_app
from ingest.cli.desk.audit import audit_app
from ingest.cli.faults import UsageError
from ingest.settings import DATA, DATABASE_URL, MQTT_URL
from ingest.store.connection import Connection, connect
from ingest.store.desk.accounts import accounts, audit_log
from ingest.store.migrate import migrate
from tests.ingest.casework.seats import GOOD, enrol, make
from tests.spine.ingests import as_url

app = typer.Typer()
app.add_typer(account_app, name="account")
app.add_typer(audit_app, name="audit")


@pytest.fixture(scope="module")
def conn(module_postgres_url: str) -> Iterator[Connection]:
    with connect(module_postgres_url) as opened:
        migrate(opened)
        yield opened


@pytest.fixture
def url(module_postgres_url: str, conn: Connection) -> str:
    return as_url(module_postgres_url)


def run(url: str, *arguments: str, typed: str | None = None, data: Path | None = None) -> Result:
    """Run the command; a mendable fault comes out as it is."""
    env = {DATABASE_URL: url, MQTT_URL: "mqtt://127.0.0.1:1", DATA: None if data is None else str(data)}
    result = CliRunner().invoke(app, arguments, env=env, input=typed)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_an_account_from_its_making_to_its_end(url: str, conn: Connection, tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text(GOOD + "\n", encoding="utf-8")
    made = run(url, "account", "add", "boss", "--role", "supervisor", "--password-file", str(file))
    assert "Made the account boss, supervisor." in made.stdout and GOOD not in made.output
    run(
        url,
        "account",
        "add",
        "west",
        "--role",
        "school",
        "--school",
        "5001",
        "--password-file",
        "-",
        typed=GOOD,
    )
    assert run(url, "account", "list").stdout.splitlines() == [
        "boss  supervisor, no second factor",
        "west  school 0000000000005001, no second factor",
    ]
    run(url, "account", "password", "west", "--initial", "--password-file", "-", typed=GOOD + "!\n")
    run(url, "account", "totp-reset", "west")
    told = run(url, "account", "token", "boss", "--scope", "read", "--scope", "export", "--days", "7")
    token = told.stdout.strip()
    assert token.startswith("hfd_") and len(token) == 47
    run(url, "account", "disable", "west")
    assert run(url, "account", "list").stdout.endswith("no second factor, disabled\n")
    run(url, "account", "enable", "west")
    log = run(url, "audit", "list").stdout
    assert [line.split(": ")[1].split()[0] for line in reversed(log.splitlines())] == [
        "account.add",
        "account.add",
        "account.set_password",
        "account.reset_second_factor",
        "token.add",
        "account.disable",
        "account.enable",
    ]
    assert GOOD not in log and token not in log and "command by " in log


def test_the_key_of_the_second_factors_is_renewed(url: str, conn: Connection, tmp_path: Path) -> None:
    keys = FactorKeys(tmp_path / "second-factor.key")
    totp = enrol(conn, number := make(conn, "keyed", "auditor"), keys=keys)
    before = keys.path.read_bytes()
    done = run(url, "account", "renew-key", data=tmp_path)
    assert f"Sealed 1 second factors with the new key in {keys.path}; keep a copy" in done.stdout
    found = accounts.by_id(conn, number)
    assert found is not None and keys.open(number, found.totp_secret or "") == totp.secret
    assert keys.path.read_bytes() != before and totp.secret not in done.output
    keys.path.unlink()
    with pytest.raises(KeyFault, match="is missing; put the file back"):
        run(url, "account", "renew-key", data=tmp_path)
    conn.execute("UPDATE account SET totp_secret = NULL")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("account", "add", "Li", "--role", "auditor", "--password-file", "-"), "An account's name has"),
        (("account", "add", "li", "--role", "boss", "--password-file", "-"), "The role is one of"),
        (("account", "add", "li", "--role", "auditor", "--password-file", "none"), "cannot be read"),
        (("account", "add", "li", "--role", "auditor"), "no terminal to ask"),
        (("account", "disable", "nobody"), "There is no such account"),
        (("account", "token", "nobody", "--scope", "read"), "There is no such account"),
        (("audit", "verify", "--head", "abc"), "is no digest"),
    ],
)
def test_a_mistake_is_one_sentence(url: str, arguments: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        run(url, *arguments, typed=GOOD)


def test_a_weak_password_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match="12 to 200 characters"):
        run(url, "account", "add", "weak", "--role", "auditor", "--password-file", "-", typed="short\n")


def test_the_head_is_published_and_every_later_log_is_checked_against_it(
    url: str, conn: Connection, tmp_path: Path
) -> None:
    note(conn, SYSTEM, "test", "x", {})
    out = tmp_path / "head.json"
    entry, digest = run(url, "audit", "head", "--out", str(out)).stdout.split()
    assert json.loads(out.read_text())["digest"] == digest
    note(conn, SYSTEM, "test", "y", {})
    said = run(url, "audit", "verify", "--head", digest)
    assert "cut off" not in said.stdout
    assert said.exit_code == 0
    assert f"All {int(entry) + 1} entries follow; head {int(entry) + 1} " in said.stdout
    assert run(url, "audit", "list", "--subject", "y", "--action", "test").stdout.count("\n") == 1


def test_a_broken_log_is_told_with_the_entry(url: str, conn: Connection) -> None:
    for at in range(3):
        note(conn, SYSTEM, "test", "broken", {"at": at})
    last = audit_log.head(conn)
    conn.execute("ALTER TABLE audit_log DISABLE TRIGGER append_only")
    conn.execute("DELETE FROM audit_log WHERE entry = %s", (last.entry,))
    blind = run(url, "audit", "verify")
    assert blind.exit_code == 0 and "cut off at the end" in blind.stdout
    cut = run(url, "audit", "verify", "--head", last.digest.hex())
    assert cut.exit_code == 1 and "cut off" in cut.stdout
    conn.execute("UPDATE audit_log SET subject = 'changed' WHERE entry = %s", (last.entry - 1,))
    changed = run(url, "audit", "verify")
    assert changed.exit_code == 1
    assert f"broken at entry {last.entry - 1}: its content does not have its digest." in changed.stdout
