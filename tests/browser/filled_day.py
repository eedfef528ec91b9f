"""Fills a database with the demo day, judged and screened, and keeps it: what the desk is looked at with.

    python tests/browser/filled_day.py postgresql://...        fills this database
    python tests/browser/filled_day.py --folder FOLDER         starts a PostgreSQL there, fills it, prints its
                                                               URL, and holds it until interrupted

The day takes about 90 s. The same seed gives the same sessions.
"""

from __future__ import annotations

import argparse
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from ingest.casework.up_to_date import bring_up_to_date  # noqa: E402
from ingest.cli.demo import run as demo  # noqa: E402
from ingest.cli.demo.day import day_of  # noqa: E402
from ingest.cli.demo.options import DemoOptions  # noqa: E402
from ingest.cli.demo.report import Report  # noqa: E402
from ingest.cli.demo.workplace import fresh_folder  # noqa: E402
from ingest.cli.surroundings import surroundings  # noqa: E402
from ingest.embedded.postgres import EmbeddedPostgres  # noqa: E402
from ingest.judging.rules import rules_in_force  # noqa: E402
from ingest.judging.run import judge_all  # noqa: E402
from ingest.judging.screening import screen  # noqa: E402
from ingest.judging.world import World  # noqa: E402
from ingest.settings import Settings  # noqa: E402
from ingest.store.connection import connect  # noqa: E402
from ingest.store.evidence import UTC_END_US  # noqa: E402

SEED = 7
FACTOR = 240


def fill(database_url: str, out: Path, seed: int = SEED, hours: float | None = None) -> Report:
    """Live the demo day into the database, screen it and judge it again with what is suspected.

    out: folder for the day's logs and working files. hours None: the whole day.
    """
    options = DemoOptions(seed, None, hours, out, FACTOR, None, None, None, None)
    day = day_of(options)
    settings = Settings(database_url, None, out)
    with (
        fresh_folder(out) as folder,
        surroundings(settings, folder, keep=False, terminals=demo.numbers_of(day.plan)) as parts,
    ):
        report = demo._run(options, day, database_url, parts, folder, time.monotonic())
    with connect(database_url) as conn:
        screen(conn, World.believed(conn, rules_in_force(conn)), 0, UTC_END_US)
        judge_all(conn)
        bring_up_to_date(conn)
    return report


def main(arguments: Sequence[str]) -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("url", nargs="?", help="database to fill")
    parser.add_argument("--folder", type=Path, help="start a PostgreSQL in this folder and hold it")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--hours", type=float, default=None)
    given = parser.parse_args(arguments)
    if (given.url is None) == (given.folder is None):
        parser.error("give either a database URL or --folder.")
    with TemporaryDirectory(prefix="hf-day-") as out:
        if given.url:
            fill(given.url, Path(out), given.seed, given.hours)
            return 0
        with EmbeddedPostgres(given.folder) as server:
            if not (given.folder / "filled").exists():
                fill(server.url, Path(out), given.seed, given.hours)
                (given.folder / "filled").touch()
            print(server.url, flush=True)
            signal.sigwait([signal.SIGINT, signal.SIGTERM])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
