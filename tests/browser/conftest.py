"""A served desk and a real browser: Debian's chromium driven by playwright.

Every page is watched: an error on its console or a request that leaves the machine fails the test.
"""

import os
import secrets
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
import uvicorn
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright
from psycopg import conninfo, sql

from ingest.desk.app import make_desk
from ingest.desk.kernel.settings import DeskSettings
from ingest.store.connection import Connection, connect
from ingest.store.migrate import migrate
from tests.browser import town as towns
from tests.browser.accounts import CHEAP, KEYS, PASSWORD, Accounts
from tests.browser.town import Town

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SCREENSHOTS = Path("build/screenshots")
# For what will come; only a broken run waits so long.
PATIENCE_MS = 60_000
expect.set_options(timeout=PATIENCE_MS)
SIZES = {"phone": (360, 740), "desk": (1280, 800), "wide": (1920, 1080)}


@dataclass
class Watched:
    """A page and what went wrong on it. forgiven: console errors that a test asks for, by a part of them."""

    page: Page
    base: str
    errors: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    forgiven: list[str] = field(default_factory=list)

    def go(self, path: str) -> None:
        """Open a path of the desk."""
        self.page.goto(self.base + path)

    def wrong(self) -> list[str]:
        """What nobody has forgiven."""
        told = [one for one in self.errors if not any(part in one for part in self.forgiven)]
        return [f"{self.page.url}: {text}" for text in (*told, *self.strangers)]

    def picture(self, name: str) -> None:
        """Keep a screenshot of the whole page in build/screenshots."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for the run; skips with a sentence where there is none."""
    if not Path(CHROMIUM).exists():
        pytest.skip("chromium is missing; install Debian's package chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@dataclass(frozen=True)
class Served:
    """A desk under uvicorn on loopback, the town in its database, people with accounts."""

    base: str
    database_url: str
    data: Path
    town: Town
    accounts: Accounts
    cookies: dict[str, list[dict[str, object]]] = field(default_factory=dict)


@dataclass(frozen=True)
class Filled:
    """A database with town and accounts, of which each file gets a copy; name None: none can be had."""

    name: str | None
    town: Town
    accounts: Accounts


@pytest.fixture(scope="session")
def filled(chromium: Browser, postgres_server_url: str, migrated_template: str | None) -> Iterator[Filled]:
    """Filled once a worker; nobody stays connected to it, so that it can be copied.

    TimescaleDB's workers do stay: where they are, each file fills its own.
    """
    with new_database(postgres_server_url) as url:
        made = fill(url)
        yield made if migrated_template is not None else replace(made, name=None)


def fill(url: str) -> Filled:
    """The town and the accounts in an empty database."""
    with connect(url, patience_s=10) as conn:
        migrate(conn)
    town = towns.fill(url)
    with connect(url, patience_s=10) as conn:
        accounts = Accounts.made(conn, town.first_school, town.second_school)
    return Filled(str(conninfo.conninfo_to_dict(url)["dbname"]), town, accounts)


@contextmanager
def new_database(server_url: str, template: str = "template1") -> Iterator[str]:
    """The URL of a database of its own, dropped in the end."""
    name = f"hourfence_browser_{os.getpid()}_{secrets.token_hex(4)}"
    with psycopg.connect(server_url, autocommit=True) as server:
        server.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        )
        try:
            yield conninfo.make_conninfo(server_url, dbname=name)
        finally:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(scope="module")
def desk(
    filled: Filled, postgres_server_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """A desk of the file's own; what its tests decide stays in it."""
    with new_database(postgres_server_url, filled.name or "template1") as url:
        held = filled if filled.name else fill(url)
        yield from _served(url, held, tmp_path_factory.mktemp("desk"))


def _served(url: str, filled: Filled, data: Path) -> Iterator[Served]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    app = make_desk(DeskSettings(data, second_factor_key=KEYS.path), url)
    app.state.passwords = CHEAP
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="warning", timeout_graceful_shutdown=2))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + 120
    while not server.started:
        assert time.monotonic() < until, "the desk did not start within 120 s"
        time.sleep(0.02)
    yield Served(f"http://127.0.0.1:{port}", url, data, filled.town, filled.accounts)
    server.should_exit = True
    thread.join(10)


@pytest.fixture
def conn(desk: Served) -> Iterator[Connection]:
    """The database behind the desk."""
    with connect(desk.database_url, patience_s=10) as made:
        yield made


def _watch(watched: Watched, host: str) -> None:
    """Note errors of the page's console and scripts, and requests to anybody but the host."""

    def told(message: ConsoleMessage) -> None:
        if message.type == "error":
            watched.errors.append(message.text)

    def asked(request: Request) -> None:
        is_own = request.url.startswith(("data:", "blob:")) or urlsplit(request.url).netloc == host
        if not is_own:
            watched.strangers.append(request.url)

    watched.page.on("console", told)
    watched.page.on("pageerror", lambda fault: watched.errors.append(str(fault)))
    watched.page.on("request", asked)


@pytest.fixture
def open_page(chromium: Browser, desk: Served) -> Iterator[Callable[..., Watched]]:
    """open_page(size="desk", language="en") -> a page of a fresh profile, watched to the end."""
    opened: list[Watched] = []

    def open_one(size: str = "desk", language: str = "en") -> Watched:
        width, height = SIZES[size]
        context = chromium.new_context(
            viewport={"width": width, "height": height}, locale="zh-CN" if language == "zh" else "en-GB"
        )
        context.set_default_timeout(PATIENCE_MS)
        watched = Watched(context.new_page(), desk.base)
        _watch(watched, urlsplit(desk.base).netloc)
        opened.append(watched)
        return watched

    yield open_one
    wrong = [text for one in opened for text in one.wrong()]
    for one in opened:
        one.page.context.close()
    assert not wrong, wrong


OpenPage = Callable[..., Watched]
Enter = Callable[..., Watched]


@pytest.fixture
def enter(open_page: Callable[..., Watched], desk: Served) -> Enter:
    """enter(name, size="desk", language="en") -> a page of somebody who is logged in.

    The first time by the log-in page, then with the cookie it gave.
    """

    def enter_one(name: str, size: str = "desk", language: str = "en") -> Watched:
        watched = open_page(size, language)
        context = watched.page.context
        context.add_cookies([{"name": "hf_lang", "value": language, "url": desk.base}])
        if name in desk.cookies:
            context.add_cookies(desk.cookies[name])  # type: ignore[arg-type]
            return watched
        log_in(watched, name, desk.accounts.code(name))
        desk.cookies[name] = [one for one in context.cookies() if one["name"] == "hourfence"]  # type: ignore[misc]
        return watched

    return enter_one


def log_in(watched: Watched, name: str, code: str, password: str = PASSWORD) -> None:
    """Fill in the log-in page and wait for what comes of it."""
    watched.go("/log-in")
    watched.page.fill("#name", name)
    watched.page.fill("#password", password)
    watched.page.fill("#code", code)
    watched.page.press("#code", "Enter")
    watched.page.wait_for_url(lambda url: urlsplit(url).path != "/log-in")
