"""hourfence serve: everything of a server, database and broker included unless they are named."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from ingest.cli.desk.desk import LISTEN, Listen
from ingest.cli.desk.three_parts import check_address, run
from ingest.cli.faults import UsageError

FACTOR = 150


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
