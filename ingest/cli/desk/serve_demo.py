"""hourfence serve --demo: a school day lived against a whole server, with accounts to look at it."""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import urlopen

from ingest.casework.accounts import accounts
from ingest.casework.accounts.passwords import Passwords
from ingest.casework.audit import SYSTEM
from ingest.casework.trainee import link as trainee_link
from ingest.casework.who import AUDITOR, INSPECTOR, SCHOOL, SUPERVISOR
from ingest.cli.demo import replay
from ingest.cli.demo.broker_client import forget_session
from ingest.cli.demo.day import Day, day_of
from ingest.cli.demo.firmware_launch import micropython
from ingest.cli.demo.options import DemoOptions
from ingest.cli.demo.run import live_through, numbers_of
from ingest.cli.demo.workplace import fresh_folder, own_schema
from ingest.cli.desk.desk import ready_line
from ingest.cli.desk.three_parts import check_address, run
from ingest.cli.registry.loading import load_file
from ingest.cli.surroundings import Surroundings, surroundings
from ingest.desk.kernel.settings import PREFIX
from ingest.embedded.children import EmbeddedError
from ingest.settings import DATA, DATABASE_URL, Settings
from ingest.store.connection import Connection, connect
from ingest.store.migrate import migrate
from simulators.registry import write_registry

OUT = Path("build/desk-demo")
EVERY_S = 5.0
READY_S = 60.0
SIGN_IN_FIRST = "sets up a second factor at the first log-in 首次登录时设置第二因素"


def serve_demo(listen: str, factor: int, out: Path = OUT) -> None:
    """Run a whole server on parts of its own, live the demo day against it, then go on serving until
    interrupted. What it stored goes with it, and so do its keys."""
    check_address(listen)
    micropython()
    settings = Settings.from_environment()
    day = day_of(DemoOptions(1, None, None, out, factor, None, None, None, None))
    with (
        _until_interrupted(),
        fresh_folder(out) as folder,
        surroundings(settings, folder, keep=False, terminals=numbers_of(day.plan)) as parts,
        own_schema(parts) as database_url,
        connect(database_url) as conn,
    ):
        keys = own_keys(folder)
        migrate(conn)
        registry = folder / "registry.json"
        write_registry(day.plan, registry)
        load_file(conn, registry)
        print(f"A school day with {len(day.plan.terminals)} terminals, {factor} times as fast as life;")
        print("accounts 账号:")
        for name, password, note in _accounts(conn, day.plan.scenario.school.number):
            print(f"  {name:<11} {password}  {note}".rstrip())
        if parts.embedded_database:
            print("Other commands against it, such as hourfence account token 其他命令使用:")
            for name, value in {DATABASE_URL: database_url, **keys}.items():
                print(f"  export {name}='{value}'")
        with _server(database_url, parts, listen, out, keys):
            _wait_until_ready(listen)
            print(ready_line(f"http://{listen}/"), flush=True)
            print(
                f"A trainee's own page 学员页面: http://{listen}{_trainee_page(conn, day, Path(keys[DATA]))}",
                flush=True,
            )
            _lived(day, conn, parts, folder, out, factor)
            print("The day is over; the desk stays until you press Ctrl-C. 演示日已结束，按 Ctrl-C 结束。")
            while True:
                time.sleep(1.0)


def own_keys(folder: Path) -> dict[str, str]:
    """The environment in which the parts make and use keys in the demo's folder alone: what is signed on a
    day of play must not open or prove anything on a real desk."""
    return {DATA: str((folder / "data").absolute()), f"{PREFIX}SECOND_FACTOR_KEY": ""}


def _accounts(conn: Connection, school: int) -> Iterator[tuple[str, str, str]]:
    """(name, password, note) of one account for each role."""
    for role, note in (
        (INSPECTOR, "queue, decisions, live, orders 稽查"),
        (SCHOOL, "its own sessions 驾校"),
        (AUDITOR, "reads all, changes nothing 审计"),
        (SUPERVISOR, f"all; {SIGN_IN_FIRST}"),
    ):
        password = secrets.token_urlsafe(12)
        number = school if role == SCHOOL else 0
        accounts.add(conn, SYSTEM, Passwords(), role, role, number, password, is_initial=False)
        yield role, password, note


def _trainee_page(conn: Connection, day: Day, data: Path) -> str:
    """The path of the page of the trainee who trains first."""
    first = min(day.plan.scenario.sessions, key=lambda session: session.start_s)
    key = trainee_link.link_key(data)
    token, _ = trainee_link.give(conn, SYSTEM, key, first.trainee, 1, datetime.now(UTC))
    return f"/t/{token}"


def _lived(day: Day, conn: Connection, parts: Surroundings, folder: Path, out: Path, factor: int) -> None:
    logs = out / "logs"
    logs.mkdir(exist_ok=True)
    options = DemoOptions(1, None, None, out, factor, None, None, None, None)
    live_through(options, day, conn, parts, folder, logs)
    replay.send_again(conn, day.plan, parts.mqtt)


@contextlib.contextmanager
def _server(
    database_url: str, parts: Surroundings, listen: str, out: Path, keys: dict[str, str]
) -> Iterator[None]:
    """The server's parts in children that are looked after by a thread; what they say goes to a file."""
    stop, client_id = threading.Event(), f"hourfence-desk-demo-{os.getpid()}"
    failed = threading.Event()

    def look_after() -> None:
        try:
            run(
                database_url,
                parts.mqtt_url,
                listen,
                EVERY_S,
                stop,
                embedded_database=parts.embedded_database,
                client_id=client_id,
                output=log,
                environment=keys,
            )
        except BaseException:
            failed.set()
            signal.raise_signal(signal.SIGINT)
            raise

    with (out / "serve.log").open("wb") as log:
        keeper = threading.Thread(target=look_after, name="parts")
        keeper.start()
        try:
            yield
        finally:
            stop.set()
            keeper.join()
            forget_session(parts.mqtt, client_id)
            if failed.is_set():
                print(f"A part of the server could not be kept running; read {out / 'serve.log'}.")


def _wait_until_ready(listen: str) -> None:
    end = time.monotonic() + READY_S
    while time.monotonic() < end:
        with contextlib.suppress(OSError), urlopen(f"http://{listen}/healthy", timeout=2) as answer:
            if answer.status == 200:
                return
        time.sleep(0.2)
    raise EmbeddedError(
        f"The desk did not answer at {listen} within {READY_S:.0f} s; read {OUT / 'serve.log'}."
    )


@contextlib.contextmanager
def _until_interrupted() -> Iterator[None]:
    with contextlib.suppress(KeyboardInterrupt):
        yield
