"""However the owner ends, nothing of the embedded parts is left, and the data can be used again."""

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from ingest.embedded.postgres import EmbeddedPostgres
from tests.ingest.embedded.processes import wait_until_none, working_in

OWNER = Path(__file__).with_name("owner.py")


@contextmanager
def owner(folder: Path, *how: str) -> Iterator[tuple["subprocess.Popen[str]", dict[str, Any]]]:
    process = subprocess.Popen(
        [sys.executable, str(OWNER), str(folder), *how], stdout=subprocess.PIPE, text=True, cwd="/"
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, "the owner ended at start"
        yield process, json.loads(line)
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def rows(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT count(*) FROM seen").fetchone()
    assert row is not None
    return int(row[0])


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGKILL, -9), (signal.SIGTERM, 143), (signal.SIGINT, 130)]
)
def test_nothing_is_left(open_folder: Path, number: int, status: int) -> None:
    with owner(open_folder) as (process, said):
        assert set(said["pids"]) <= working_in(open_folder)
        process.send_signal(number)
        assert process.wait(60) == status
        assert wait_until_none(open_folder) == set()
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", said["port"])) != 0
    assert not (open_folder / "pg" / "cluster" / "postmaster.pid").exists()
    assert list((open_folder / "pg" / "sockets").iterdir()) == []
    with EmbeddedPostgres(open_folder / "pg") as again:
        assert rows(again.url) == 1


def test_a_second_owner_takes_over_at_once(open_folder: Path) -> None:
    with owner(open_folder) as (process, _said):
        process.kill()
        process.wait()
        # The killed owner's server may still be shutting down.
        with EmbeddedPostgres(open_folder / "pg") as again:
            assert rows(again.url) == 1


def test_an_ordinary_user_needs_no_root(open_folder: Path) -> None:
    with owner(open_folder, "ordinary") as (process, said):
        assert said["uid"] != 0
        assert (open_folder / "pg" / "cluster").stat().st_uid == said["uid"]
        process.terminate()
        assert process.wait(60) == 143
        assert wait_until_none(open_folder) == set()
