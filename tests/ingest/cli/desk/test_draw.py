"""hourfence draw: a day by commands, from list to check, and what is refused in a sentence."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from typer.testing import CliRunner, Result

from ingest.casework import audit
from ingest.casework.accounts import accounts
from ingest.casework.accounts.passwords import Passwords
from ingest.cli.desk.draw import draw_app
from ingest.cli.faults import UsageError
from ingest.draw.seeds import GENESIS_S, PERIOD_S
from ingest.store.connection import Connection, connect
from ingest.store.migrate import migrate
from tests.ingest.casework.draw_rows import add_sessions
from tests.spine.ingests import as_url

RUNNER = CliRunner()
BEACON = "drand quicknet 52db9ba7 round"
PASSWORD = "nine ferry boats at noon"


@pytest.fixture
def conn(postgres_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Connection]:
    monkeypatch.setenv("HOURFENCE_DATABASE_URL", as_url(postgres_url))
    monkeypatch.setenv("HOURFENCE_MQTT_URL", "mqtt://127.0.0.1:1")
    monkeypatch.setenv("HOURFENCE_DATA", str(tmp_path / "data"))
    with connect(postgres_url, patience_s=10) as made:
        migrate(made)
        yield made


def run(*words: str | Path, given: str = "") -> Result:
    return RUNNER.invoke(draw_app, [str(word) for word in words], input=given)


def refused(*words: str | Path, given: str = "") -> str:
    done = run(*words, given=given)
    assert isinstance(done.exception, UsageError), done.output
    return str(done.exception)


def yesterday() -> date:
    """A local day that is over everywhere and has had its grace."""
    return (datetime.now(UTC) - timedelta(days=2)).date()


def test_a_day_by_commands(conn: Connection, tmp_path: Path) -> None:
    day = yesterday()
    add_sessions(conn, 11, datetime(day.year, day.month, day.day, 3, tzinfo=UTC), range(1, 42))
    quick = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    for name, role in (("li", "supervisor"), ("wang", "supervisor"), ("chen", "inspector")):
        accounts.add(conn, audit.SYSTEM, quick, name, role, 0, PASSWORD, is_initial=False)
    out = tmp_path / "published"
    done = run("commit", "--day", day.isoformat(), "--out", out)
    assert done.exit_code == 0, done.exception
    listed = out / f"draw-{day}-list.txt"
    digest = hashlib.sha256(listed.read_bytes()).hexdigest()
    assert digest in done.output and "41 sessions" in done.output
    assert "already" in refused("commit", "--day", day.isoformat())
    seed = ("seed", day.isoformat(), "--seed-text", "ab" * 32, "--password-file", "-", "--by")
    assert "cannot be known before" in refused(*seed, "li", given=PASSWORD + "\n")
    sooner(conn)
    assert "password" in refused(*seed, "li", given="not it\n")
    assert "no such account" in refused(*seed, "nobody", given=PASSWORD + "\n")
    assert "another supervisor" in run(*seed, "li", given=PASSWORD + "\n").output
    assert "two supervisors" in refused("run", day.isoformat(), "--out", out)
    assert "stands" in run(*seed, "wang", given=PASSWORD + "\n").output
    assert "3 sessions drawn" in run("run", day.isoformat(), "--out", out).output
    result = out / f"draw-{day}-drawn.txt"
    assert conn.execute("SELECT count(*) FROM queue_entry WHERE drawn").fetchone() == (3,)
    shown = run("show", day.isoformat(), "--out", tmp_path / "again")
    assert (
        "nothing escapes" in shown.output
        and "0/3" in shown.output
        and shown.output.count("(chen)") == 3
        and "key" not in shown.output
    )
    assert (tmp_path / "again" / result.name).read_bytes() == result.read_bytes()
    listed = tmp_path / "again" / listed.name
    assert hashlib.sha256(listed.read_bytes()).hexdigest() in shown.output
    assert day.isoformat() in run("show").output
    assert run("check", listed, "AB" * 32, "--result", result).exit_code == 0
    changed = tmp_path / "changed.txt"
    changed.write_text(listed.read_text().replace("drawn 50", "drawn 90"))
    assert run("check", changed, "ab" * 32, "--result", result).exit_code == 1
    assert run("check", listed, "ac" * 32, "--result", result).exit_code == 1
    assert "key" in refused("check", listed, "ab" * 32, "--key", "x")


def sooner(conn: Connection) -> None:
    """As if the list had been closed two hours ago: the beacon's round is out."""
    closed, day, text = conn.execute(
        "SELECT committed_at, day, convert_from(list, 'UTF8') FROM draw_commit"
    ).fetchone() or (None, None, "")
    assert isinstance(closed, datetime)
    before = closed - timedelta(hours=2)
    due = GENESIS_S + ((int(before.timestamp()) + 3600 - GENESIS_S) // PERIOD_S + 1) * PERIOD_S
    lines = text.split("\n")
    lines[2] = f"# committed {before:%Y-%m-%dT%H:%M:%SZ}"
    number = (due - GENESIS_S) // PERIOD_S + 1
    lines[5] = (
        f"# seed {datetime.fromtimestamp(due, UTC):%Y-%m-%dT%H:%M:%SZ} drand quicknet 52db9ba7 round {number}"
    )
    whole = "\n".join(lines).encode()
    conn.execute("ALTER TABLE draw_commit DISABLE TRIGGER append_only")
    conn.execute(
        "UPDATE draw_commit SET committed_at = %s, seed_due = to_timestamp(%s), list = %s,"
        " digest = sha256(%s) WHERE day = %s",
        (before, due, whole, whole, day),
    )
    conn.execute("ALTER TABLE draw_commit ENABLE TRIGGER append_only")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("commit", "--day", "22.11.2026"), "is no day"),
        (("commit", "--day", "2999-01-01"), "cannot be closed before"),
        (("commit", "--seed-rule", "the lottery of Sunday"), "go together"),
        (
            ("commit", "--seed-rule", "the lottery of Sunday", "--seed-at", "2026-11-22T21:15"),
            "with its zone",
        ),
        (("commit", "--seed-rule", "x", "--seed-at", "2999-11-22T21:15+08:00"), "public value"),
        (("commit", "--seed-rule", "the lottery of Sunday", "--seed-at", "2020-11-22T21:15+08:00"), "later"),
        (
            ("commit", "--seed-rule", "the lottery of Sunday", "--seed-at", "9999-12-31T23:59-12:00"),
            "with its zone",
        ),
        (("commit", "--day", "9999-12-31"), "cannot be closed before"),
        (("show", "2026-01-01"), "No list"),
        (("run", "2026-01-01"), "not closed yet"),
        (("check", "/nowhere/list.txt", "seed"), "cannot be read"),
    ],
)
def test_mistakes_are_told_and_change_nothing(
    module_env: Connection, words: tuple[str, ...], said: str
) -> None:
    assert said in refused(*words)
    assert module_env.execute("SELECT count(*) FROM draw_commit").fetchone() == (0,)


@pytest.fixture(scope="module")
def module_env(module_postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    with pytest.MonkeyPatch.context() as patch, connect(module_postgres_url, patience_s=10) as made:
        patch.setenv("HOURFENCE_DATABASE_URL", as_url(module_postgres_url))
        patch.setenv("HOURFENCE_MQTT_URL", "mqtt://127.0.0.1:1")
        patch.setenv("HOURFENCE_DATA", str(tmp_path_factory.mktemp("data")))
        migrate(made)
        yield made


def test_a_list_that_is_none_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "list.txt"
    file.write_text("nothing\n")
    assert "Line 1" in refused("check", file, "seed 1")
