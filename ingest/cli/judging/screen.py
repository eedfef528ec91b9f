"""hourfence screen: look through training sessions for what looks made up, and say what stands behind it."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from ingest.cli.faults import UsageError

if TYPE_CHECKING:
    from ingest.judging.screening import Screened
    from ingest.store.suspicions import Told

DAY = ["%Y-%m-%d"]
SHOWN = 20


def screen(
    first: Annotated[datetime, typer.Option("--from", formats=DAY, help="First day, local time.")],
    after: Annotated[datetime, typer.Option("--to", formats=DAY, help="First day after it.")],
    shown: Annotated[int, typer.Option(help="How many of the highest scores to print.", min=0)] = SHOWN,
) -> None:
    """Compare training sessions with each other and with all history; write what is suspected of them."""
    from ingest.cli.database import database
    from ingest.judge.rulebook.rule_set import RuleSet
    from ingest.judging.rules import rules_in_force
    from ingest.judging.screening import screen as screen_range
    from ingest.judging.world import World
    from ingest.store import suspicions

    from_us, to_us = range_us(first, after, int(RuleSet().utc_offset_min))
    with database() as conn:
        done = screen_range(conn, World.believed(conn, rules_in_force(conn)), from_us, to_us, _progress)
        told = suspicions.told(conn, from_us // 60_000_000, to_us // 60_000_000 - 1)
    print("\n".join(lines(done, told, shown)))


def range_us(first: datetime, after: datetime, utc_offset_min: int) -> tuple[int, int]:
    """From the local day first to before the local day after, in microseconds. Raises UsageError."""
    if after <= first:
        raise UsageError(f"--from {first:%Y-%m-%d} is not before --to {after:%Y-%m-%d}; exchange them.")
    ahead = timedelta(minutes=utc_offset_min)
    begin, end = (day.replace(tzinfo=UTC) - ahead for day in (first, after))
    if begin.timestamp() < 0:
        raise UsageError(f"--from {first:%Y-%m-%d} lies before 1970; no terminal recorded anything then.")
    return int(begin.timestamp()) * 1_000_000, int(end.timestamp()) * 1_000_000


def lines(done: Screened, told: list[Told], shown: int = SHOWN) -> list[str]:
    """What one run did, how many suspicions of each kind stand, and the highest with their evidence."""
    from ingest.judge.reasons import BY_NUMBER

    out = [
        f"Screened {done.minutes} minutes in {done.sessions} training sessions: {done.prints} prints kept, "
        f"{done.candidates} pairs compared, {sum(done.suspected.values())} suspicions, "
        f"{done.changed} changed."
    ]
    if done.unreadable:
        out.append(f"{done.unreadable} records could not be read and were left out; see the log.")
    for kind, count in sorted(done.suspected.items()):
        _, name, _, english, chinese = BY_NUMBER[kind]
        out.append(f"{count:6d}  {name}: {english} {chinese}")
    for one in told[:shown]:
        other = f", like {one.other_terminal:016d}/{one.other_session}" if one.other_terminal else ""
        numbers = ", ".join(f"{name} {number}" for name, number in sorted(one.numbers.items()))
        name = BY_NUMBER[one.kind][1]
        minutes = f"{_minute(one.first_minute)}..{_minute(one.last_minute)}"
        out.append(
            f"{one.score:4d} {name} {one.terminal:016d}/{one.session}{other}, {minutes} UTC: {numbers}"
        )
    if len(told) > shown:
        out.append(f"and {len(told) - shown} with lower scores; --shown prints more.")
    return out


def _minute(minute: int) -> str:
    return f"{datetime.fromtimestamp(minute * 60, UTC):%Y-%m-%d %H:%M}"


def _progress(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)
