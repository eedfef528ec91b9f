"""Starts database, broker, ingest and the terminal, lets one play, and tells the verdict."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from firmware.terminal.journal import journal
from firmware.wire import topics
from ingest.cli.demo.firmware_launch import launch
from ingest.cli.demo.ingest_child import ingest_child
from ingest.cli.demo.workplace import fresh_folder, own_schema
from ingest.cli.registry.loading import load_file
from ingest.cli.surroundings import Surroundings, surroundings
from ingest.cli.terminal.keyboard import Keyboard
from ingest.cli.terminal.options import TerminalOptions
from ingest.cli.terminal.picture import Window, picture
from ingest.cli.terminal.server import Known, ServerWatch, ask, reason_sentences, session_sentence
from ingest.cli.terminal.stage import Stage
from ingest.settings import MQTT_URL, Settings
from ingest.store.connection import connect
from ingest.store.migrate import migrate
from simulators.day import build_day
from simulators.day_model import DayPlan
from simulators.registry import write_registry
from simulators.scenario import load_scenario

PAINT_S = 0.2
CATCH_UP_S = 20.0
QUIT = "q"
# Faster than life the car would overtake the server's clock, so its day begins earlier.
EARLIER_S = 6 * 3600


def run_terminal(options: TerminalOptions) -> int:
    """Play until q; exit code 0."""
    settings = Settings.from_environment()
    plan = build_day(load_scenario(), cars=1, hours=1.0)
    number = topics.number_text(plan.terminals[0].number)
    print("Starting database, broker and terminal. 正在启动数据库、消息服务器和终端。", file=sys.stderr)
    with (
        fresh_folder(options.out) as folder,
        surroundings(settings, folder, keep=False, terminals=[number]) as parts,
        own_schema(parts) as database_url,
    ):
        known = _play(options, plan, database_url, parts, folder)
    _tell(known)
    return 0


def _play(
    options: TerminalOptions, plan: DayPlan, database_url: str, parts: Surroundings, folder: Path
) -> Known:
    registry = folder / "registry.json"
    write_registry(plan, registry)
    logs = options.out / "logs"
    logs.mkdir(exist_ok=True)
    mqtt_url = parts.mqtt_url or os.environ[MQTT_URL]
    number = plan.terminals[0].number
    with connect(database_url) as conn:
        migrate(conn)
        load_file(conn, registry)
        with ingest_child(database_url, mqtt_url, logs / "ingest.log"):
            stage = Stage(
                plan,
                lambda more: launch(parts, more, folder),
                (parts.mqtt.host, parts.mqtt.port),
                folder / "terminal",
                options.factor,
                options.language,
                int(time.time()) - (EARLIER_S if options.factor > 1 else 0),
            )
            try:
                _game(stage, database_url, number)
            finally:
                stage.close()
                if stage.unit.log.exists():
                    (logs / "terminal.log").write_bytes(stage.unit.log.read_bytes())
        return ask(conn, number)


def _game(stage: Stage, database_url: str, number: int) -> None:
    """Keys, terminal and picture until q; then until the server has everything, or for CATCH_UP_S."""
    watch = ServerWatch(database_url, number)
    try:
        stage.start()
        with Keyboard() as keyboard, Window(sys.stdout) as window:
            end = 0.0
            while not end or (time.monotonic() < end and not _at_rest(stage, watch.known)):
                stage.turn(PAINT_S, keyboard.fileno())
                for key in keyboard.read():
                    if key == QUIT and not end:
                        end = time.monotonic() + CATCH_UP_S
                        stage.link.up()
                    elif not end:
                        stage.press(key)
                window.paint(picture(stage, watch.known, stage.unit.last_lines(1)))
    finally:
        watch.close()


def _at_rest(stage: Stage, known: Known) -> bool:
    """Whether the server has every record that the terminal has written, kept aside ones included."""
    last_seq, _through = journal.look(str(stage.unit.journal))
    return stage.powered and known.stored + known.quarantined >= last_seq


def _tell(known: Known) -> None:
    print(f"The server stored {known.stored} records. 服务器存储记录 {known.stored} 条。")
    if not known.sessions:
        print("No training session was judged: sign in with I, then 2. 没有可判定的培训过程。")
    for row in known.sessions:
        print(session_sentence(row))
    for sentence in reason_sentences(known.sessions):
        print(f"  {sentence}")
