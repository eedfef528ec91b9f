"""A served desk and a real browser: Debian's chromium driven by playwright.

Every page is watched: an error on its console or a request that leaves the machine fails the test.
"""

import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright

from ingest.desk.app import make_desk
from ingest.desk.kernel.settings import DeskSettings

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
SIZES = {"phone": (360, 740), "desk": (1280, 800), "wide": (1920, 1080)}


@dataclass
class Watched:
    """A page and what went wrong on it."""

    page: Page
    base: str
    errors: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)

    def go(self, path: str) -> None:
        """Open a path of the desk."""
        self.page.goto(self.base + path)

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
    """A desk under uvicorn on loopback."""

    base: str
    database_url: str


def serve(settings: DeskSettings, database_url: str) -> Iterator[Served]:
    """Serve a desk for as long as the generator lives."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(
        uvicorn.Config(
            make_desk(settings, database_url), port=port, log_level="warning", timeout_graceful_shutdown=2
        )
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + 20
    while not server.started:
        assert time.monotonic() < until, "the desk did not start within 20 s"
        time.sleep(0.02)
    yield Served(f"http://127.0.0.1:{port}", database_url)
    server.should_exit = True
    thread.join(10)


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[Callable[..., Watched]]:
    """open_page(base, size="desk", language="en") -> a page of a fresh profile, watched to the end."""
    opened: list[Watched] = []

    def open_one(base: str, size: str = "desk", language: str = "en") -> Watched:
        width, height = SIZES[size]
        context = chromium.new_context(
            viewport={"width": width, "height": height}, locale="zh-CN" if language == "zh" else "en-GB"
        )
        context.set_default_timeout(10_000)
        watched = Watched(context.new_page(), base)
        host = urlsplit(base).netloc
        page = watched.page
        page.on("console", lambda told: told.type == "error" and watched.errors.append(told.text))
        page.on("pageerror", lambda fault: watched.errors.append(str(fault)))
        page.on(
            "request",
            lambda request: (
                request.url.startswith(("data:", "blob:"))
                or urlsplit(request.url).netloc == host
                or watched.strangers.append(request.url)
            ),
        )
        opened.append(watched)
        return watched

    yield open_one
    wrong = [f"{one.page.url}: {text}" for one in opened for text in (*one.errors, *one.strangers)]
    for one in opened:
        one.page.context.close()
    assert not wrong, wrong
