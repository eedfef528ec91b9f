"""hourfence terminals: how each one is, a line or two a terminal."""

from __future__ import annotations

from datetime import datetime

from firmware.wire import records
from ingest.store.terminals import Standing, Stuck

DIAGNOSTICS = (
    "power",
    "timing",
    "positioning",
    "recording",
    "transfer",
    "face module",
    "wheel sensor",
    "antenna",
    "camera",
)
_UNKNOWN_C10 = 32767


def show() -> None:
    """Print every registered terminal."""
    from ingest.cli.database import database
    from ingest.store import terminals

    with database() as conn:
        stuck = {one.terminal: one for one in terminals.stuck(conn)}
        contested = terminals.contested_from(conn)
        for standing in terminals.standings(conn):
            number = standing.terminal
            print("\n    ".join(lines(standing, stuck.get(number), contested.get(number))))


def lines(standing: Standing, stuck: Stuck | None, contested_from: int | None) -> list[str]:
    """One terminal: what is always said, then what somebody should look at."""
    heard = "never heard" if standing.heard is None else f"heard {_when(standing.heard)}"
    first = [f"{standing.terminal:016d}", heard, f"through {standing.through}"]
    state = standing.status or standing.boot
    if state is not None:
        first.append(f"firmware {_version(records.decode(state)['firmware'])}")
    if standing.status is not None:
        first += _status(records.decode(standing.status))
    if standing.head_through:
        first.append(f"signed through {standing.head_through}")
    said = [", ".join(first)]
    if standing.diagnostics:
        said.append("set: " + ", ".join(_diagnostic(code) for code in standing.diagnostics))
    if standing.lost:
        said.append(f"{standing.lost} records lost on its flash, as it said itself")
    if standing.orders_open or standing.photos_missing:
        said.append(f"{standing.orders_open} orders open, {standing.photos_missing} photos missing")
    if stuck is not None:
        said.append(
            f"does not get on since {_when(stuck.since)}: {stuck.beyond} records beyond a hole, "
            f"{stuck.quarantined} put aside"
        )
    if contested_from is not None:
        said.append(f"contradicts itself from record {contested_from} on")
    return said


def _status(values: dict[str, int]) -> list[str]:
    free = values["journal_free"] * 100 // max(values["journal_size"], 1)
    said = [
        f"journal {free} % free",
        f"{values['unreceipted']} records and {values['photos']} photos waiting",
    ]
    if values["temperature_c10"] != _UNKNOWN_C10:
        said.append(f"{values['temperature_c10'] / 10:.1f} °C")
    if values["self_test"]:
        said.append(f"self-test failed ({values['self_test']:#x})")
    return said


def _diagnostic(code: int) -> str:
    return DIAGNOSTICS[code - 1] if 1 <= code <= len(DIAGNOSTICS) else str(code)


def _version(number: int) -> str:
    return f"{number // 1_000_000}.{number // 1000 % 1000}.{number % 1000}"


def _when(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M} UTC"
