"""Statistics by school, ground, person, car, terminal, operator; conservation; who stands out."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from fastapi import Query

from ingest.casework.deciding.shares import Figures
from ingest.casework.numbers import statistics
from ingest.casework.numbers.anomalies import LIMIT_Z
from ingest.casework.numbers.early_warnings import BEFORE_DAYS, RECENT_DAYS
from ingest.desk.api.numbers.shapes import (
    AnomaliesTold,
    ConservationTold,
    StatisticsOne,
    StatisticsSummary,
    StatisticsTable,
    WarningsTold,
)
from ingest.desk.api.numbers.told import (
    anomaly_told,
    chain_told,
    in_order,
    reason_told,
    sums_told,
    warning_told,
    whole_told,
)
from ingest.desk.kernel import paging
from ingest.desk.kernel.access import allow
from ingest.desk.kernel.actor import ROLES, Actor
from ingest.desk.kernel.days import days_in_order
from ingest.desk.kernel.faults import not_found
from ingest.desk.kernel.paging import After, Limit
from ingest.desk.kernel.router import Db, Json, api_router
from ingest.desk.kernel.shapes import rfc3339, sends
from ingest.store.connection import Connection
from ingest.store.desk.numbers import statistics as kept
from ingest.store.desk.numbers import sums

router = api_router("statistics")

Dimension = Literal["school", "ground", "instructor", "car", "terminal", "operator"]
Warning = Literal["all", "school", "ground", "instructor", "car", "terminal", "operator"]
Ranked = Literal["instructor", "car", "terminal", "school"]
Order = Literal["recorded", "sessions", "valid", "outside", "faces", "late", "suspected", "key"]
Reader = Annotated[Actor, allow(*ROLES, scope="read")]
_FIRST, _LAST = date(2000, 1, 1), date(2100, 1, 1)
DayFrom = Annotated[
    date | None, Query(alias="from", ge=_FIRST, le=_LAST, description="First local day; default: 28 days.")
]
DayTo = Annotated[
    date | None,
    Query(alias="to", ge=_FIRST, le=_LAST, description="Last local day; default: the last known."),
]
Key = Annotated[
    str,
    Query(max_length=200, pattern=r"^[^\x00]*$", description="16 digits, or a name; empty: no name."),
]
CHAINS_MOST = 500


@sends(router.get, "/statistics/summary", StatisticsSummary)
def summary(actor: Reader, conn: Db, day_from: DayFrom = None, day_to: DayTo = None) -> Json:
    """The total of all, day by day or month by month, and by reason. 合计、趋势与原因。"""
    first, last = statistics.days(conn, actor.only_school, *days_in_order(day_from, day_to))
    total = sums.added(sums.everybody(conn, "school", first, last, actor.only_school))
    trend = statistics.trend_of_all(conn, first, last, actor.only_school)
    reasons = sums.reasons(conn, "school", None, first, last, actor.only_school)
    return {
        **_stretch(conn, first, last),
        "total": sums_told(total),
        "trend": [{"since": part.since.isoformat(), **sums_told(part.sums)} for part in trend],
        "reasons": [reason_told(one) for one in reasons],
    }


@sends(router.get, "/statistics/conservation", ConservationTold)
def conservation(actor: Reader, conn: Db, after: After = None, limit: Limit = 100) -> Json:
    """written = receipted = stored = judged, and received = stored + duplicates + quarantined; terminals with
    an inequality first. 数据守恒核对。"""
    found = statistics.conserved_of(conn, actor.only_school)
    place = paging.key_of(after, (int, int))
    chains = in_order(found)
    rows = [row for row in chains if place is None or row[:2] > place]
    told = paging.page(rows[: limit + 1], limit, lambda row: row[:2], len(chains))
    told["items"] = [
        chain_told(chain, found.by_terminal.get(chain.terminal, [])) for _, _, chain in told["items"]
    ]
    return {**whole_told(found), **told}


@sends(router.get, "/statistics/anomalies", AnomaliesTold)
def anomalies(
    actor: Reader,
    conn: Db,
    dimension: Ranked = "instructor",
    day_from: DayFrom = None,
    day_to: DayTo = None,
    limit: Limit = 100,
) -> Json:
    """Who stands far from the peers, with named causes, worst first; all of them are in the export.
    异常排名及原因。"""
    return ranking_told(actor, conn, dimension, day_from, day_to, limit)[0]


def ranking_told(
    actor: Actor,
    conn: Connection,
    dimension: Ranked,
    day_from: date | None,
    day_to: date | None,
    limit: int,
) -> tuple[Json, list[Figures]]:
    """Those who stand out most as JSON, and the figures of everybody."""
    first, last = statistics.days(conn, actor.only_school, *days_in_order(day_from, day_to))
    found, everybody = statistics.ranking(conn, dimension, first, last, actor.only_school)
    names = sums.names(conn, dimension, [one.key for one in found[:limit]])
    told = {
        **_stretch(conn, first, last),
        "dimension": dimension,
        "limit_z": LIMIT_Z,
        "items": [anomaly_told(one, names.get(one.key, "")) for one in found[:limit]],
        "count": len(found),
    }
    return told, everybody


@sends(router.get, "/statistics/warnings", WarningsTold)
def warnings(
    actor: Reader, conn: Db, dimension: Warning = "all", day: DayTo = None, limit: Limit = 100
) -> Json:
    """What got worse in the week to `to`, held to the 28 days before (who is new: to the peers), clearest
    first, of all dimensions or one; all of it is in the export. 近期恶化预警。"""
    _, last = statistics.days(conn, actor.only_school, None, day)
    found = statistics.warned(conn, dimension, last, actor.only_school)
    names = statistics.names_of(conn, found[:limit])
    return {
        "to": last.isoformat(),
        "recent_days": RECENT_DAYS,
        "before_days": BEFORE_DAYS,
        "dimension": dimension,
        "items": [warning_told(row, names) for row in found[:limit]],
        "count": len(found),
    }


@sends(router.get, "/statistics/{dimension}", StatisticsTable)
def table(
    actor: Reader,
    conn: Db,
    dimension: Dimension,
    day_from: DayFrom = None,
    day_to: DayTo = None,
    order: Order = "recorded",
    ascending: bool = False,
    after: After = None,
    limit: Limit = 50,
) -> Json:
    """Sums and shares of every key of a dimension in a stretch of local days; missing: records that were
    written and are not stored, as things are now, where a key has terminals of its own. 按维度统计。"""
    first, last = statistics.days(conn, actor.only_school, *days_in_order(day_from, day_to))
    found = statistics.table(
        conn,
        dimension,
        first,
        last,
        actor.only_school,
        order=order,
        ascending=ascending,
        after=paging.key_of(after, (int, str)),
        limit=limit + 1,
    )
    told = paging.page(found.rows, limit, lambda row: (row.order, row.key), found.keys_n)
    gaps = statistics.gaps(conn, dimension, actor.only_school)
    told["items"] = [
        {"key": row.key, "name": row.name, **sums_told(row.sums), "missing": gap_of(gaps, row.key)}
        for row in told["items"]
    ]
    total = {"total": sums_told(found.total), "has_gaps": gaps is not None}
    return {**_stretch(conn, first, last), **total, **told}


@sends(router.get, "/statistics/{dimension}/one", StatisticsOne)
def one(
    actor: Reader, conn: Db, dimension: Dimension, key: Key, day_from: DayFrom = None, day_to: DayTo = None
) -> Json:
    """One key day by day or month by month, and by reason; 404 for one that has no session at all, or none
    of yours. 单个对象的趋势与原因。"""
    first, last = statistics.days(conn, actor.only_school, *days_in_order(day_from, day_to))
    parts = statistics.trend(conn, dimension, [key], first, last, actor.only_school).get(key, [])
    if not parts and not sums.is_known(conn, dimension, key, actor.only_school):
        raise not_found()
    reasons = (
        sums.reasons(conn, dimension, key, first, last, actor.only_school)
        if dimension in kept.TEXT_KEYS or (key.isascii() and key.isdigit() and len(key) == 16)
        else []
    )
    return {
        **_stretch(conn, first, last),
        "key": key,
        "name": sums.names(conn, dimension, [key]).get(key, "") if parts else "",
        "trend": [{"since": part.since.isoformat(), **sums_told(part.sums)} for part in parts],
        "reasons": [reason_told(one) for one in reasons],
    }


def _stretch(conn: Connection, first: date, last: date) -> Json:
    state = kept.state(conn)
    return {
        "from": first.isoformat(),
        "to": last.isoformat(),
        "refreshed_at": rfc3339(state.refreshed_at),
        "late_h": state.late_h,
    }


def gap_of(gaps: dict[str, tuple[int, int]] | None, key: str) -> int | None:
    """Of statistics.gaps what is missing of one key; None where nobody can tell."""
    return None if gaps is None else gaps.get(key, (0, 0))[1]
