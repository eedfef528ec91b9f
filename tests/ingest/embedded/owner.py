"""A program that owns embedded parts, for tests that end it in every way: ``owner.py FOLDER [ordinary]``.

Starts both parts, commits a row, prints ``{"url", "port", "pids"}`` as one JSON line and waits. With
``ordinary`` it gives up root first (if it has it) and starts PostgreSQL only: the interpreter may be out of
reach then.
"""

import json
import os
import sys
import time
from contextlib import ExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

import psycopg

from ingest.embedded import children, postgres, postgres_files
from ingest.embedded.broker import EmbeddedBroker
from ingest.embedded.postgres import EmbeddedPostgres


def give_up_root(folder: Path) -> None:
    """Become ``nobody`` for good, after reading what may be out of reach then: modules and programs."""
    account = children.unprivileged()
    if account is None:
        return
    bin_dir = postgres_files.binaries(postgres_files.Home(folder, account))
    postgres.binaries = lambda _home: bin_dir
    try:
        psycopg.connect("host=/nonexistent")
    except psycopg.OperationalError:
        pass
    os.setgroups([])
    os.setgid(account.gid)
    os.setuid(account.uid)


def main() -> None:
    folder = Path(sys.argv[1])
    ordinary = "ordinary" in sys.argv[2:]
    children.exit_on_sigterm()
    if ordinary:
        give_up_root(folder)
    with ExitStack() as stack:
        server = stack.enter_context(EmbeddedPostgres(folder / "pg"))
        pids = [server.pid]
        port = None
        if not ordinary:
            broker = stack.enter_context(EmbeddedBroker(folder / "broker"))
            pids.append(broker.pid)
            port = broker.port
        with psycopg.connect(server.url) as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS seen (i int)")
            connection.execute("INSERT INTO seen VALUES (1)")
        print(json.dumps({"url": server.url, "port": port, "pids": pids, "uid": os.geteuid()}), flush=True)
        time.sleep(300)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
