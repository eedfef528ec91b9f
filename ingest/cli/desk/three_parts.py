"""The three parts of a server, kept running: ingest, the desk and the judge, each a process of its own."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from typing import IO

import typer

from ingest.cli.desk.desk import EMBEDDED
from ingest.cli.desk.parts import STDERR, Part, PartRefused, run_parts

INGEST_FINISH_S = 15.0
DESK_FINISH_S = 15.0
JUDGE_FINISH_S = 60.0


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
    environment: Mapping[str, str] | None = None,
) -> None:
    """Keep the three parts running until stop. mqtt_url None: as the environment names it. output: where what
    they say goes. environment: what the parts see besides this command's own, which it goes before."""
    from ingest.store.connection import connect
    from ingest.store.migrate import migrate

    # Once, before three parts would do it at a time.
    with connect(database_url, wait=stop.wait) as conn:
        migrate(conn)
    env = environment_of(
        os.environ, database_url, mqtt_url, environment or {}, embedded_database=embedded_database
    )
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


def environment_of(
    own: Mapping[str, str],
    database_url: str,
    mqtt_url: str | None,
    more: Mapping[str, str],
    *,
    embedded_database: bool,
) -> dict[str, str]:
    """What a part is told. own: this command's environment; more: what goes before it."""
    from ingest.settings import DATABASE_URL, MQTT_URL

    env = {**own, **more, DATABASE_URL: database_url}
    if mqtt_url is not None:
        env[MQTT_URL] = mqtt_url
    if embedded_database:
        env[EMBEDDED] = "1"
    return env
