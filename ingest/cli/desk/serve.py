"""hourfence serve: everything of a server, database and broker included unless they are named."""

from __future__ import annotations

import os
import sys
import threading
from typing import IO, Annotated

import typer

from ingest.cli.desk.desk import EMBEDDED, LISTEN, Listen
from ingest.cli.desk.parts import STDERR, Part, PartRefused, run_parts
from ingest.cli.faults import UsageError

FACTOR = 150
INGEST_FINISH_S = 15.0
DESK_FINISH_S = 15.0
JUDGE_FINISH_S = 60.0


def serve(
    listen: Listen = LISTEN,
    every: Annotated[
        float, typer.Option(help="Seconds between two rounds of the judge.", min=1, max=3600)
    ] = 30,
    demo: Annotated[
        bool, typer.Option("--demo", help="With a school day that is lived against it, and accounts.")
    ] = False,
    factor: Annotated[
        int, typer.Option(help="Of --demo: how much faster than life.", min=1, max=600)
    ] = FACTOR,
) -> None:
    """Run ingest, the judge and the desk until interrupted; broker and database are embedded unless named."""
    if demo:
        from ingest.cli.desk.serve_demo import serve_demo

        serve_demo(listen, factor)
        return
    if factor != FACTOR:
        raise UsageError("--factor goes with --demo: a server of its own lives no day.")
    from ingest.cli.commands import set_by_signals
    from ingest.cli.desk.desk import log_to_stderr
    from ingest.cli.surroundings import surroundings
    from ingest.settings import Settings

    log_to_stderr("serve")
    check_address(listen)
    settings = Settings.from_environment()
    stop = set_by_signals()
    with surroundings(settings, settings.data) as around:
        if settings.mqtt is None:
            print(f"Terminals may connect to {around.mqtt.host}:{around.mqtt.port}.", file=sys.stderr)
        urls = around.database_url, around.mqtt_url
        run(*urls, listen, every, stop, embedded_database=around.embedded_database)


def check_address(listen: str) -> None:
    """Raise UsageError now, before anything is started, for an address where nothing can listen."""
    from ingest.cli.desk.web import listening

    listening(listen).close()


def run(
    database_url: str,
    mqtt_url: str | None,
    listen: str,
    every_s: float,
    stop: threading.Event,
    *,
    embedded_database: bool,
    client_id: str = "hourfence-ingest",
    output: IO[bytes] | int = STDERR,
) -> None:
    """Keep the three parts running until stop. mqtt_url None: as the environment names it. output: where what
    they say goes."""
    from ingest.settings import DATABASE_URL, MQTT_URL
    from ingest.store.connection import connect
    from ingest.store.migrate import migrate

    # Once, before three parts would do it at a time.
    with connect(database_url, wait=stop.wait) as conn:
        migrate(conn)
    env = {**os.environ, DATABASE_URL: database_url}
    if mqtt_url is not None:
        env[MQTT_URL] = mqtt_url
    if embedded_database:
        env[EMBEDDED] = "1"
    parts = [
        Part("ingest", ["ingest.cli", "ingest", "--client-id", client_id], INGEST_FINISH_S),
        Part("desk", ["ingest.cli", "desk", "--listen", listen], DESK_FINISH_S),
        Part("judge", ["ingest.cli.desk.rounds", "--every", str(every_s)], JUDGE_FINISH_S),
    ]
    try:
        run_parts(parts, env, stop, output)
    except PartRefused:
        # It has said what to mend.
        raise typer.Exit(2) from None
