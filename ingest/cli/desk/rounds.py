"""The judging part of hourfence serve, a process of its own: what is stored is judged, screened, and shown.

Run as ``python -m ingest.cli.desk.rounds --every 30``. Ends on SIGINT or SIGTERM after the batch in hand.
"""

from __future__ import annotations

import argparse
import logging
import threading
import time
from datetime import UTC, date, datetime

import psycopg

from ingest.casework.drawing.daily import close_and_draw
from ingest.casework.up_to_date import bring_up_to_date
from ingest.cli.commands import set_by_signals
from ingest.cli.desk.desk import log_to_stderr
from ingest.judge.rulebook.rule_set import RuleSet
from ingest.judging.errors import JudgingError
from ingest.judging.rules import rules_in_force
from ingest.judging.run import judge_all
from ingest.judging.screening import screen
from ingest.judging.world import World
from ingest.settings import Settings
from ingest.store.connection import Connection, DatabaseAway, StoreError, connect
from ingest.store.desk.draws.seen import Overdue, overdue
from ingest.store.desk.live.unscreened_days import unscreened_days
from ingest.store.desk.numbers.recount import recount

log = logging.getLogger(__name__)

DAYS_A_ROUND = 3
"""Days that are screened in one round: after a long absence the newest come first."""
QUIET_MIN = 60
REST_TIMES = 4
_DAY_US = 86_400_000_000
_MINUTE_US = 60_000_000


def main() -> int:
    """Rounds until a signal; 1 when the settings name no database."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--every", type=float, default=30.0)
    every_s = float(parser.parse_args().every)
    log_to_stderr("judge")
    url = Settings.from_environment().database_url
    if url is None:
        log.error("HOURFENCE_DATABASE_URL is not set; hourfence serve sets it.")
        return 1
    stop = set_by_signals()
    while not stop.is_set():
        try:
            with connect(url, wait=stop.wait) as conn:
                _rounds(conn, stop, every_s)
        except DatabaseAway as fault:
            log.warning("%s", fault)
        except psycopg.OperationalError as fault:
            log.warning("The database went away (%s); trying again.", str(fault).splitlines()[0])
            stop.wait(1.0)
    return 0


class Rests:
    """How long a day that was screened rests before it is screened again: as long as REST_TIMES its screening
    took. A city's day takes minutes, and sessions of it end all the time; judging must not wait for that."""

    def __init__(self) -> None:
        self._until: dict[int, float] = {}

    def is_resting(self, day: int, now: float) -> bool:
        """now: monotonic seconds."""
        return now < self._until.get(day, now)

    def begin(self, day: int, began: float, ended: float) -> None:
        """Its screening took from began to ended, monotonic seconds."""
        self._until[day] = ended + REST_TIMES * (ended - began)


def _rounds(conn: Connection, stop: threading.Event, every_s: float) -> None:
    rests = Rests()
    while not stop.is_set():
        began = time.monotonic()
        try:
            said = one_round(conn, stop, rests)
        except (JudgingError, StoreError) as fault:
            said = str(fault)
        if said:
            log.info("%s (%.1f s)", said, time.monotonic() - began)
        stop.wait(max(0.0, every_s - (time.monotonic() - began)))


def one_round(conn: Connection, stop: threading.Event, rests: Rests) -> str:
    """Judge what is due, screen days that have ended sessions, judge what that changes, bring queue and sums
    up to date, count a share of the evidence again. What changed, as a sentence; '' for nothing."""
    rules = rules_in_force(conn)
    done = judge_all(conn, rules, stop=stop.is_set)
    settled, entries = done.settled, done.new_credit_entries
    offset_min = (rules if isinstance(rules, RuleSet) else rules.measuring).utc_offset_min
    quiet = int(time.time()) // 60 - QUIET_MIN
    due = unscreened_days(conn, quiet, int(offset_min), DAYS_A_ROUND)
    days, changed = [day for day in due if not rests.is_resting(day, time.monotonic())], 0
    for day in days:
        if stop.is_set():
            break
        began, begin_us = time.monotonic(), day * _DAY_US - int(offset_min) * _MINUTE_US
        changed += screen(conn, World.believed(conn, rules), begin_us, begin_us + _DAY_US).changed
        rests.begin(day, began, time.monotonic())
    if changed and not stop.is_set():
        again = judge_all(conn, rules, stop=stop.is_set)
        settled, entries = settled + again.settled, entries + again.new_credit_entries
    shown = bring_up_to_date(conn)
    _, differ = recount(conn)
    closed, drawn = close_and_draw(conn, datetime.now(UTC))
    if not (settled or changed or shown or closed or drawn or differ):
        return ""
    return (
        _recounted(differ)
        + _audited(closed, drawn, overdue(conn, datetime.now(UTC)) if closed else Overdue(0, None))
        + (
            f"{settled} training sessions settled, {entries} ledger entries, {len(days)} days screened,"
            f" {shown} in queue and sums brought up to date"
        )
    )


def _recounted(differ: int) -> str:
    return f"EVIDENCE IS MISSING OR PUT IN BY HAND at {differ} terminals, see /numbers/conservation; " * bool(
        differ
    )


def _audited(closed: date | None, drawn: list[date], waits: Overdue) -> str:
    told = [f"random audit: the list of {closed} is closed"] if closed else []
    told += [f"random audit: {day} is drawn" for day in drawn]
    if waits.lists:
        told.append(
            f"RANDOM AUDIT WAITS: two supervisors must enter the seed of {waits.lists} lists, the oldest of"
            f" {waits.oldest}, see /audits"
        )
    return "".join(f"{one}; " for one in told)


if __name__ == "__main__":
    raise SystemExit(main())
