"""The short commands: each starts its parts, does one thing, says what it did."""

import logging
import queue
import signal
import sys
import threading
from pathlib import Path

from ingest.cli.surroundings import surroundings
from ingest.settings import Settings
from ingest.store.connection import connect


def _say_log_lines() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    # What it has to say of a lost connection, ingest says in a sentence.
    logging.getLogger("psycopg").setLevel(logging.ERROR)


def set_by_signals() -> threading.Event:
    """An event that SIGINT and SIGTERM set, however many of them come."""
    stop, asked = threading.Event(), queue.SimpleQueue[int]()

    def set_when_asked() -> None:
        asked.get()
        stop.set()

    threading.Thread(target=set_when_asked, name="ingest-signals", daemon=True).start()
    for number in (signal.SIGINT, signal.SIGTERM):
        # A signal may interrupt the handler of the one before: put() allows that, Event.set() does not.
        signal.signal(number, lambda number, _frame: asked.put(number))
    return stop


def run_ingest(client_id: str) -> None:
    """Ingest until SIGINT or SIGTERM; what is in hand is finished first."""
    from ingest.receive.service import IngestService

    _say_log_lines()
    settings = Settings.from_environment()
    stop = set_by_signals()
    with surroundings(settings, settings.data) as parts:
        if settings.mqtt is None:
            print(f"Terminals may connect to {parts.mqtt.host}:{parts.mqtt.port}.", file=sys.stderr)
        IngestService(parts.database_url, parts.mqtt, client_id=client_id).run(stop)


def run_migrate() -> None:
    """Migrate the settings' database."""
    from ingest.store.migrate import migrate

    settings = Settings.from_environment()
    with surroundings(settings, settings.data) as parts, connect(parts.database_url) as conn:
        migrate(conn)
    print("The tables are up to date.")


def run_bench_ingest(terminals: int, per_terminal: int, connections: int) -> None:
    """Run the benchmark of the receiving path."""
    from ingest.bench.ingest_rate import run, sentences

    print("\n".join(sentences(run(terminals, per_terminal, connections))))


def run_bench_terminal() -> None:
    """Run the benchmark of the terminal."""
    from ingest.cli.bench_terminal.run import run

    print("\n".join(run()))


def run_docs(folder: Path) -> None:
    """Write every generated reference page."""
    from ingest.reference.pages import PAGES

    folder.mkdir(parents=True, exist_ok=True)
    for name, render in PAGES.items():
        (folder / name).write_text(render(), encoding="utf-8")
        print(folder / name)
