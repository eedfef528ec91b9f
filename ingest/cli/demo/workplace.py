"""Where a demo does its work: a folder that only one demo uses at a time, and a database of its own."""

import fcntl
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from psycopg import sql

from ingest.cli.faults import UsageError
from ingest.cli.surroundings import Surroundings
from ingest.store.connection import connect

REMOVE_LIMIT_S = 5.0
REMOVE_AGAIN_S = 0.05


@contextmanager
def fresh_folder(out: Path) -> Iterator[Path]:
    """out/run, emptied, for this demo alone; gone on leaving. A kernel lock, so none is left behind.

    Raises UsageError when another demo works there, or the folder cannot be written.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        holder = os.open(out / ".demo", os.O_CREAT | os.O_RDWR, 0o600)
    except OSError as fault:
        raise UsageError(
            f"{out}: cannot be written ({fault.strerror}); name another folder with --out."
        ) from None
    try:
        try:
            fcntl.flock(holder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise UsageError(f"{out}: another demo works there; name another folder with --out.") from None
        run = out / "run"
        _remove(run)
        run.mkdir()
        yield run
    finally:
        _remove(out / "run")
        (out / ".demo").unlink(missing_ok=True)
        os.close(holder)


def _remove(folder: Path) -> None:
    """Remove it, also where a database interrupted at its start still writes its last files into it."""
    end = time.monotonic() + REMOVE_LIMIT_S
    shutil.rmtree(folder, ignore_errors=True)
    while folder.exists() and time.monotonic() < end:
        time.sleep(REMOVE_AGAIN_S)
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def own_schema(parts: Surroundings) -> Iterator[str]:
    """Database URL for this demo: the embedded database as it is, or a schema of its own in a given one."""
    if parts.embedded_database:
        yield parts.database_url
        return
    name = f"hourfence_demo_{secrets.token_hex(4)}"
    joint = "&" if "?" in parts.database_url else "?"
    with connect(parts.database_url) as conn:
        conn.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(name)))
    try:
        yield f"{parts.database_url}{joint}options={quote(f'-csearch_path={name},public')}"
    finally:
        with connect(parts.database_url) as conn:
            conn.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(name)))
