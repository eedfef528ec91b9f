"""The day behind the table's first three rows: over TLS, a real broker and server, a dead zone."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from firmware.wire import topics
from ingest.cli.bench_terminal.compiled import Compiled
from ingest.cli.bench_terminal.drive import FIELD, ROAD, Driven, drive, numbers_in, plan_of, screen
from ingest.cli.bench_terminal.errors import BenchError
from ingest.cli.bench_terminal.publishes import Published
from ingest.cli.bench_terminal.tls_relay import NAME, TlsRelay, make_authority
from ingest.cli.demo.ingest_child import ingest_child
from ingest.cli.demo.workplace import own_schema
from ingest.cli.registry.loading import load_file
from ingest.cli.surroundings import Surroundings, surroundings
from ingest.settings import MQTT_URL, Settings
from ingest.store.connection import connect
from ingest.store.migrate import migrate
from simulators.registry import write_registry

FACTOR = 40
MINUTES = {FIELD: 6, ROAD: 8}
# From the third minute of the first session into the second one: a backlog comes while the car trains.
OFFLINE_S = (180, 780)
# How often the terminal looks at its heap, in real time.
LOOK_MS = 20
SETTINGS = {"heap_log_ms": LOOK_MS, "photo_min": 4, "face_check_min": 6}
_HEAP_LINE = r"heap live (\d+) of (\d+) bytes"


@dataclass(frozen=True)
class Day:
    """What the day told. heap: the highest live bytes after a collection, and the heap's size."""

    heap_peak: int
    heap_size: int
    peak_after: str
    programmed: int
    erased: int
    modules: Sequence[str]
    driven: Driven
    published: Published
    wire_up: int


def run_day(compiled: Compiled, folder: Path, in_place: bool = False) -> Day:
    """Live it. in_place: with the code in a ROM image, whose bytes do not count as heap. Raises BenchError
    when something of it did not come to pass."""
    folder.mkdir(parents=True)
    plan = plan_of(MINUTES, OFFLINE_S)
    number = topics.number_text(plan.terminals[0].number)
    write_registry(plan, folder / "registry.json")
    settings = Settings.from_environment()
    with (
        surroundings(settings, folder / "server", keep=False, terminals=[number]) as parts,
        own_schema(parts) as database_url,
        _server(database_url, parts, folder),
        TlsRelay((parts.mqtt.host, parts.mqtt.port), make_authority(folder)) as relay,
        screen() as path,
    ):
        more: dict[str, Any] = {**SETTINGS, "screen": path, "tls_name": NAME}
        launch = compiled.launch(
            more,
            lambda one: parts.login(topics.number_text(one)),
            str(relay.authority.resolve()),
            in_place=in_place,
        )
        driven = drive(plan, launch, ("127.0.0.1", relay.port), folder / "day", FACTOR)
    return _told(driven, relay)


@contextmanager
def _server(database_url: str, parts: Surroundings, folder: Path) -> Iterator[None]:
    with connect(database_url) as conn:
        migrate(conn)
        load_file(conn, folder / "registry.json")
    with ingest_child(database_url, parts.mqtt_url or os.environ[MQTT_URL], folder / "ingest.log"):
        yield


def _told(driven: Driven, relay: TlsRelay) -> Day:
    heaps = numbers_in(driven.log, _HEAP_LINE)
    flash = numbers_in(driven.log, r"flash (\d+) (\d+)")
    if not heaps or not flash:
        raise BenchError(f"The terminal did not end as told: {' | '.join(driven.log[-3:])}")
    if not driven.receipted:
        raise BenchError(f"The day's records were not all receipted: {' | '.join(driven.log[-3:])}")
    if not relay.published.full:
        raise BenchError("No envelope with one whole minute went over the air.")
    peak, size = heaps[-1]
    at = driven.log.index(f"heap live {peak} of {size} bytes")
    before = [line for line in driven.log[:at] if not line.startswith("heap live")]
    image = sum(size for (size,) in numbers_in(driven.log, r"image (\d+)"))
    modules = next(line for line in driven.log if line.startswith("modules ")).split()[1:]
    after = before[-1] if before else "the start"
    programmed, erased = flash[-1]
    return Day(peak - image, size, after, programmed, erased, modules, driven, relay.published, relay.wire_up)
