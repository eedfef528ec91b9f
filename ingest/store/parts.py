"""Monthly partitions of the evidence, made when the first record of a month arrives.

Months from 2020 to the one after the present get their own partition. A terminal chooses its clock, and shall
not choose the number of partitions with it: what lies outside is filed under one instant in each of the two
fixed partitions of the schema. A TimescaleDB hypertable makes its own; the same bounds hold there.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cache

from ingest.store.connection import Connection

DAY_US = 86_400_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIRST_YEAR, LAST_YEAR = 2020, 2049
BEFORE_US = 0
AFTER_US = int(datetime(LAST_YEAR + 1, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000
_FIRST_US = int(datetime(FIRST_YEAR, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000


def filed_us(utc_us: int, received_us: int) -> int:
    """The time under which a record that says utc_us is filed (its column utc), by the server's clock at its
    receipt: its own from 2020 to the end of the month after receipt, else BEFORE_US or AFTER_US.

    The record itself is stored as it came, and is judged by what it says.
    """
    if utc_us < _FIRST_US:
        return BEFORE_US
    return utc_us if utc_us < _horizon_us(received_us // DAY_US) else AFTER_US


@cache
def _horizon_us(day: int) -> int:
    """The end of the month after the one this day (since 1970) is in."""
    today = _EPOCH + timedelta(days=day)
    months = min(today.year * 12 + today.month + 1, (LAST_YEAR + 1) * 12)
    return int(datetime(months // 12, months % 12 + 1, 1, tzinfo=UTC).timestamp()) * 1_000_000


class Parts:
    """Knows which days are covered, so that a batch of known days costs one set difference."""

    def __init__(self) -> None:
        self._days: set[int] = set()

    def forget(self) -> None:
        """Ask the database again; after a rollback a partition made in it is gone."""
        self._days.clear()

    def ensure(self, conn: Connection, utcs_us: Iterable[int]) -> None:
        """Make the partitions that records of these times (microseconds since 1970) need."""
        days = {utc_us // DAY_US for utc_us in utcs_us} - self._days
        if not days:
            return
        if _native(conn):
            months = {(first.year, first.month) for first in (_EPOCH + timedelta(days=day) for day in days)}
            for year, month in sorted(months):
                if FIRST_YEAR <= year <= LAST_YEAR:
                    _make(conn, year, month)
        self._days |= days


def _native(conn: Connection) -> bool:
    row = conn.execute("SELECT relkind = 'p' FROM pg_class WHERE oid = 'evidence'::regclass").fetchone()
    return row is not None and bool(row[0])


def _make(conn: Connection, year: int, month: int) -> None:
    name = f"evidence_{year:04d}_{month:02d}"
    # In the schema of this evidence: another schema may have a part of the same name.
    there = conn.execute(
        "SELECT 1 FROM pg_class part JOIN pg_class whole USING (relnamespace)"
        " WHERE whole.oid = 'evidence'::regclass AND part.relname = %s",
        (name,),
    ).fetchone()
    if there is not None:
        return
    start = f"{year:04d}-{month:02d}-01 00:00:00+00"
    end = f"{year + month // 12:04d}-{month % 12 + 1:02d}-01 00:00:00+00"
    # Attaching a table locks less than creating a partition: readers of the evidence go on.
    conn.execute(
        f"CREATE TABLE {name} (LIKE evidence INCLUDING ALL);"
        f"ALTER TABLE evidence ATTACH PARTITION {name} FOR VALUES FROM ('{start}') TO ('{end}')".encode()
    )
