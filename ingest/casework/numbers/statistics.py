"""The numbers as people ask for them: tables, trends, conservation, who stands out, what got worse.

refresh is to be called with the sessions that a judge run or a decision touched, after the queue's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from ingest.casework.deciding.shares import Figures
from ingest.casework.numbers import anomalies, conserved, early_warnings
from ingest.casework.numbers.conserved import Difference, Stations
from ingest.store import conservation as counted
from ingest.store.connection import Connection
from ingest.store.conservation import Counts
from ingest.store.desk.numbers import anomalies as suspected
from ingest.store.desk.numbers import conservation, statistics, sums
from ingest.store.desk.numbers.conservation import Chain
from ingest.store.desk.numbers.statistics import DIMENSIONS, Refreshed
from ingest.store.desk.numbers.sums import Part, Sums
from ingest.store.judged import Key

ORDERS = ("recorded", "sessions", "valid", "outside", "faces", "late", "suspected", "key")
"""What a table may be ordered by."""
ALL = "all"
"""Every dimension, for early warnings."""
TOLD_AS = ("instructor", "car", "terminal", "school", "ground", "operator")
"""Of several dimensions that tell the same, the first tells it: a person before a thing before many."""
RANKED = ("instructor", "car", "terminal", "school")
"""Dimensions whose keys are held to one another."""
_PLACE_OF = {"school": "school", "car": "car", "terminal": "terminal", "operator": "operator"}
DAYS_BY_DAY = 100
"""A longer stretch is shown month by month."""
_MILLIONTHS = 1_000_000


class Row(NamedTuple):
    """A key with its name ('' unknown) and its sums."""

    key: str
    name: str
    sums: Sums
    order: int


class Table(NamedTuple):
    """One page of a table, how many rows all pages have, and their total."""

    rows: list[Row]
    keys_n: int
    total: Sums


class Warned(NamedTuple):
    """What got worse, and of which dimension its key is. also: (dimension, key) of others of which the very
    same counts are told, such as the car of an instructor who has it alone."""

    dimension: str
    what: early_warnings.GotWorse
    also: tuple[tuple[str, str], ...] = ()


class Conserved(NamedTuple):
    """Everything about conservation: counts of the whole (None for a school), stations, chains, differences
    of the whole and by terminal."""

    counts: Counts | None
    stations: Stations
    chains: list[Chain]
    whole: list[Difference]
    by_terminal: dict[int, list[Difference]]
    quarantined: list[tuple[int, int]]


def refresh(conn: Connection, keys: Iterable[Key]) -> Refreshed:
    """Bring the sums up to date for these (terminal, session)."""
    return statistics.refresh(conn, keys)


def rebuild(conn: Connection) -> Refreshed:
    """Make all sums again from nothing."""
    with conn.transaction():
        statistics.empty(conn)
        return statistics.refresh(conn, None)


def days(conn: Connection, school: int | None, first: date | None, last: date | None) -> tuple[date, date]:
    """The stretch asked for, or the last 28 days that have sessions (anybody's where the school has none, up
    to today where nobody has); first is not to be after last."""
    known = statistics.span(conn, school) or statistics.span(conn, None)
    newest = known[1] if known else datetime.now(UTC).date()
    end = last or max(newest, first or newest)
    return first or end - timedelta(days=27), end


def order_value(order: str, one: Sums) -> int:
    """What a table is ordered by: a count, or a share in millionths; -1 for a share of nothing."""
    parts = {
        "valid": (one.effective, one.recorded),
        "outside": (one.outside, one.recorded),
        "faces": (one.checks_failed, one.checks),
        "late": (one.late_records, one.records),
        "suspected": (one.suspected, one.sessions),
    }
    if order in parts:
        k, n = parts[order]
        return k * _MILLIONTHS // n if n else -1
    return 0 if order == "key" else int(getattr(one, order))


def table(
    conn: Connection,
    dimension: str,
    first: date,
    last: date,
    school: int | None,
    *,
    order: str = "recorded",
    ascending: bool = False,
    after: tuple[int, str] | None = None,
    limit: int | None = None,
) -> Table:
    """A page of the table of one dimension. after: (order value, key) of the last row of the page before."""
    everybody = sums.everybody(conn, dimension, first, last, school)
    sign = 1 if ascending or order == "key" else -1
    found = sorted((sign * order_value(order, one), one.key, one) for one in everybody)
    if after is not None:
        mark = (sign * after[0], after[1])
        found = [row for row in found if row[:2] > mark]
    shown = found if limit is None else found[:limit]
    names = sums.names(conn, dimension, [key for _, key, _ in shown])
    rows = [Row(key, names.get(key, ""), one, sign * value) for value, key, one in shown]
    return Table(rows, len(everybody), sums.added(everybody))


def trend(
    conn: Connection, dimension: str, keys: Sequence[str], first: date, last: date, school: int | None
) -> dict[str, list[Part]]:
    """Key -> its sums day by day, or month by month where the stretch is long."""
    grain = sums.DAY if (last - first).days <= DAYS_BY_DAY else sums.MONTH
    found: dict[str, list[Part]] = {}
    for part in sums.of_keys(conn, dimension, keys, first, last, school, grain):
        found.setdefault(part.key, []).append(part)
    return found


def trend_of_all(conn: Connection, first: date, last: date, school: int | None) -> list[Part]:
    """Everything day by day, or month by month where the stretch is long."""
    grain = sums.DAY if (last - first).days <= DAYS_BY_DAY else sums.MONTH
    return sums.of_all(conn, first, last, school, grain)


def conserved_of(conn: Connection, school: int | None) -> Conserved:
    """Conservation of everything, or of one school's terminals."""
    chains = conservation.chains(conn, school)
    by_terminal = {chain.terminal: told for chain in chains if (told := conserved.differences_of(chain))}
    if school is not None:
        return Conserved(None, conserved.stations(chains), chains, [], by_terminal, [])
    counts, aside = counted.read(conn), conservation.quarantined(conn)
    whole = conserved.differences_of_all(
        counts, sum(chain.stored for chain in chains), sum(records for _, records in aside)
    )
    return Conserved(counts, conserved.stations(chains), chains, whole, by_terminal, aside)


def figures(
    conn: Connection, dimension: str, first: date, last: date, school: int | None, *, with_gaps: bool = True
) -> list[Figures]:
    """What the shares of every key of a dimension are read off."""
    kinds: dict[str, dict[int, int]] = {}
    for key, kind, sessions in suspected.suspicions(conn, dimension, first, last, school):
        kinds.setdefault(key, {})[kind] = sessions
    missing = (gaps(conn, dimension, school) if with_gaps else None) or {}
    return [
        Figures(one, *missing.get(one.key, (0, 0)), kinds.get(one.key, {}))
        for one in sums.everybody(conn, dimension, first, last, school)
    ]


def ranking(
    conn: Connection, dimension: str, first: date, last: date, school: int | None
) -> tuple[list[anomalies.Anomaly], list[Figures]]:
    """Who stands out in these days, worst first; and the figures of everybody, for the funnel."""
    everybody = figures(conn, dimension, first, last, school)
    known = [one for one in everybody if one.key.strip("0")]
    return anomalies.ranked(known), known


def worse(conn: Connection, dimension: str, last: date, school: int | None) -> list[early_warnings.GotWorse]:
    """What got worse in the week to last, held to the 28 days before it."""
    begin = last - timedelta(days=early_warnings.RECENT_DAYS - 1)
    recent = figures(conn, dimension, begin, last, school, with_gaps=False)
    ended = begin - timedelta(days=1)
    started = begin - timedelta(days=early_warnings.BEFORE_DAYS)
    before = figures(conn, dimension, started, ended, school, with_gaps=False)
    return early_warnings.worse(
        [one for one in recent if one.key.strip("0")], {one.key: one for one in before}
    )


def worse_of_all(conn: Connection, last: date, school: int | None) -> list[Warned]:
    """What got worse of every dimension's keys, clearest first; the same counts of the same share once."""
    return told_once([Warned(of, one) for of in TOLD_AS for one in worse(conn, of, last, school)])


def told_once(rows: Iterable[Warned]) -> list[Warned]:
    """The first of several dimensions that tell the same, with the others along, clearest first. Where one
    dimension has several with these counts, nobody can tell whose the others' are: each is told by itself."""
    same: dict[tuple[object, ...], list[Warned]] = {}
    for row in rows:
        same.setdefault((row.what.name, row.what.now, row.what.before, row.what.is_new), []).append(row)
    found: list[Warned] = []
    for told in same.values():
        if len({row.dimension for row in told}) == len(told):
            found.append(told[0]._replace(also=tuple((row.dimension, row.what.key) for row in told[1:])))
        else:
            found += told
    return sorted(found, key=lambda row: (-row.what.z, row.dimension, row.what.key, row.what.name))


def warned(conn: Connection, dimension: str, last: date, school: int | None) -> list[Warned]:
    """What got worse of one dimension's keys, or of those of ALL."""
    if dimension == ALL:
        return worse_of_all(conn, last, school)
    return [Warned(dimension, one) for one in worse(conn, dimension, last, school)]


def names_of(conn: Connection, rows: Sequence[Warned]) -> dict[tuple[str, str], str]:
    """(dimension, key) -> name of what was warned of, with those that are told along."""
    found: dict[tuple[str, str], str] = {}
    told = {(row.dimension, row.what.key) for row in rows} | {other for row in rows for other in row.also}
    for of in {of for of, _ in told}:
        keys = sorted(key for other, key in told if other == of)
        found.update({(of, key): name for key, name in sums.names(conn, of, keys).items()})
    return found


def gaps(conn: Connection, dimension: str, school: int | None) -> dict[str, tuple[int, int]] | None:
    """Key -> records written, and those of them that are not stored, as things are now; None for a dimension
    whose keys have no terminals of their own."""
    if dimension not in _PLACE_OF:
        return None
    found: dict[str, tuple[int, int]] = {}
    for chain in conservation.chains(conn, school):
        of = getattr(chain, _PLACE_OF[dimension])
        key = of if isinstance(of, str) else f"{of:016d}"
        written, missing = found.get(key, (0, 0))
        found[key] = (written + chain.written, missing + max(0, chain.written - chain.stored))
    return found


__all__ = ["DIMENSIONS", "ORDERS", "RANKED", "Conserved", "Row", "Table", "conserved_of", "refresh", "table"]
