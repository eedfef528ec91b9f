"""hourfence ingest as a child of a test: started, listened to, ended as an operator would."""

import os
import re
import signal
import sys
from pathlib import Path
from urllib.parse import quote

from psycopg.conninfo import conninfo_to_dict

from ingest.embedded import children
from ingest.settings import DATABASE_URL, MQTT_URL
from tests.ingest.receive.services import LONG_S, until

ROOT = Path(__file__).resolve().parents[2]
CONNECTED = "Connected to the broker"
ENDED = "Ingest ended"
LINE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} [A-Z]")


def environment(**more: str) -> dict[str, str]:
    """This environment without its hourfence settings, so that a test alone says what is used."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HOURFENCE_")}
    return {**kept, "PYTHONPATH": str(ROOT), **more}


def as_url(conninfo: str) -> str:
    """A libpq connection string as the URL that the settings take."""
    parts = {name: quote(str(value), safe="") for name, value in conninfo_to_dict(conninfo).items()}
    login = "".join((parts.pop("user", ""), ":" * ("password" in parts), parts.pop("password", "")))
    more = "&".join(f"{name}={value}" for name, value in parts.items() if name != "dbname")
    return f"postgresql://{login}@/{parts['dbname']}?{more}"


class Ingest:
    """``with Ingest(folder, database_url, mqtt_url) as ingest: ...``; leaving checks how it ended."""

    def __init__(
        self, folder: Path, database_url: str, mqtt_url: str, client_id: str = "hourfence-ingest"
    ) -> None:
        self.log = folder / f"{client_id}.log"
        self._environment = environment(**{DATABASE_URL: as_url(database_url), MQTT_URL: mqtt_url})
        self._client_id = client_id
        self.child: children.Child | None = None
        self._is_asked = False

    def start(self) -> "Ingest":
        self._is_asked = False
        with self.log.open("ab") as output:
            self.child = children.spawn(
                [sys.executable, "-m", "ingest.cli", "ingest", "--client-id", self._client_id],
                env=self._environment,
                output=output,
            )
        return self

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    def lines(self, words: str) -> list[str]:
        """What it said with these words in it."""
        return [line for line in self.said().splitlines() if words in line]

    def wait_for(self, words: str, times: int = 1) -> None:
        until(lambda: self._says(words, times), f"ingest to say {words!r} {times} times")

    def _says(self, words: str, times: int) -> bool:
        assert self.child is not None and self.child.poll() is None, self.said()[-3000:]
        return len(self.lines(words)) >= times

    def ask_to_end(self) -> None:
        assert self.child is not None
        self._is_asked = True
        self.child.send_signal(signal.SIGTERM)

    def end(self) -> int:
        """SIGTERM once, or what it already ended with: in its last moments Python hears no signal."""
        assert self.child is not None
        if self._is_asked:
            return self.child.wait(LONG_S)
        return children.stop(self.child, ((signal.SIGTERM, LONG_S),))

    def __enter__(self) -> "Ingest":
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, *_rest: object) -> None:
        status = self.end()
        if kind is None:
            assert status == 0, self.said()[-3000:]
            # Each line begins with its time: no traceback, no fault told in several lines.
            assert all(LINE.match(line) for line in self.said().splitlines()), self.said()[-3000:]
            assert self.lines(ENDED)
