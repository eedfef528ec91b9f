"""Every table of the numbers as a file; each export is an entry of the audit log."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal, NamedTuple

from fastapi import Request
from fastapi.responses import Response

from ingest.casework.local_time import local_offset_min
from ingest.casework.numbers import statistics
from ingest.casework.numbers.export import MEDIA, Cell, Head, Sheet, exported
from ingest.desk.api.numbers import tables
from ingest.desk.api.numbers.figures import DayFrom, DayTo, Dimension, Ranked, Warning, gap_of
from ingest.desk.api.numbers.told import (
    anomaly_told,
    chain_told,
    in_order,
    reason_told,
    sums_told,
    warning_told,
)
from ingest.desk.kernel import texts
from ingest.desk.kernel.access import allow
from ingest.desk.kernel.actor import ROLES, Actor
from ingest.desk.kernel.days import days_in_order
from ingest.desk.kernel.render import language_of, local
from ingest.desk.kernel.router import Db, Json, api_router
from ingest.store.connection import Connection
from ingest.store.desk.numbers import sums

router = api_router("exports")

Format = Literal["csv", "xlsx", "json"]
Exporter = Annotated[Actor, allow(*ROLES, scope="export")]
OTHER = ("trend", "reasons", "conservation", "anomalies", "warnings")
"""Tables that are no dimension's."""


class Said(NamedTuple):
    """How a file for people says things. offset_min: of its times, ahead of UTC."""

    language: str
    offset_min: int


def _file(table: str) -> dict[int | str, dict[str, Any]]:
    """What OpenAPI says of a table's file."""
    binary = {"schema": {"type": "string", "format": "binary"}}
    media = {MEDIA["csv"].split(";")[0]: {"schema": {"type": "string"}}, MEDIA["xlsx"]: binary}
    what = (
        "The file. CSV: UTF-8 with a mark, headings in the reader's language, 16-digit numbers end in a tab."
    )
    return {200: {"description": what, "model": tables.EXPORTED[table], "content": media}}


@router.get("/exports/statistics/{dimension}.{kind}", response_class=Response, responses=_file("sums"))
def export_table(
    request: Request,
    actor: Exporter,
    conn: Db,
    dimension: Dimension,
    kind: Format,
    day_from: DayFrom = None,
    day_to: DayTo = None,
) -> Response:
    """The whole table of a dimension. 导出统计表。"""
    first, last = statistics.days(conn, actor.only_school, *days_in_order(day_from, day_to))
    found = statistics.table(conn, dimension, first, last, actor.only_school)
    gaps = statistics.gaps(conn, dimension, actor.only_school)
    columns = tables.columns_of("sums", has_gaps=gaps is not None)
    rows = [
        {"key": row.key, "name": row.name, **sums_told(row.sums), "missing": gap_of(gaps, row.key)}
        for row in found.rows
    ]
    return _answer(request, actor, conn, dimension, columns, rows, kind, _days(first, last))


@router.get("/exports/trend.{kind}", response_class=Response, responses=_file("trend"))
def export_trend(
    request: Request, actor: Exporter, conn: Db, kind: Format, day_from: DayFrom = None, day_to: DayTo = None
) -> Response:
    """The total by day or month. 导出趋势。"""
    first, last = statistics.days(conn, actor.only_school, *days_in_order(day_from, day_to))
    parts = statistics.trend_of_all(conn, first, last, actor.only_school)
    rows = [{"since": part.since, **sums_told(part.sums)} for part in parts]
    return _answer(request, actor, conn, "trend", tables.TREND, rows, kind, _days(first, last))


@router.get("/exports/reasons.{kind}", response_class=Response, responses=_file("reasons"))
def export_reasons(
    request: Request, actor: Exporter, conn: Db, kind: Format, day_from: DayFrom = None, day_to: DayTo = None
) -> Response:
    """Counts by reason. 导出原因统计。"""
    first, last = statistics.days(conn, actor.only_school, *days_in_order(day_from, day_to))
    language = language_of(request, actor)
    counted = sums.reasons(conn, "school", None, first, last, actor.only_school)
    rows = [tables.reason_row(reason_told(one), language) for one in counted]
    return _answer(request, actor, conn, "reasons", tables.REASONS, rows, kind, _days(first, last))


@router.get("/exports/conservation.{kind}", response_class=Response, responses=_file("conservation"))
def export_conservation(request: Request, actor: Exporter, conn: Db, kind: Format) -> Response:
    """Every terminal at each station, and what differs. 导出守恒核对表。"""
    found = statistics.conserved_of(conn, actor.only_school)
    language = language_of(request, actor)
    told = (chain_told(one, found.by_terminal.get(one.terminal, [])) for _, _, one in in_order(found))
    rows = [tables.chain_row(one, language) for one in told]
    return _answer(request, actor, conn, "conservation", tables.CONSERVATION, rows, kind, {})


@router.get("/exports/anomalies.{kind}", response_class=Response, responses=_file("anomalies"))
def export_anomalies(
    request: Request,
    actor: Exporter,
    conn: Db,
    kind: Format,
    dimension: Ranked = "instructor",
    day_from: DayFrom = None,
    day_to: DayTo = None,
) -> Response:
    """Who stands out, one row a cause. 导出异常排名。"""
    first, last = statistics.days(conn, actor.only_school, *days_in_order(day_from, day_to))
    found, _ = statistics.ranking(conn, dimension, first, last, actor.only_school)
    names = sums.names(conn, dimension, [one.key for one in found])
    language = language_of(request, actor)
    told = (anomaly_told(one, names.get(one.key, "")) for one in found)
    rows = [row for one in told for row in tables.anomaly_rows(one, language)]
    asked = {"dimension": dimension, **_days(first, last)}
    return _answer(request, actor, conn, "anomalies", tables.ANOMALIES, rows, kind, asked)


@router.get("/exports/warnings.{kind}", response_class=Response, responses=_file("warnings"))
def export_warnings(
    request: Request,
    actor: Exporter,
    conn: Db,
    kind: Format,
    dimension: Warning = "all",
    day: DayTo = None,
) -> Response:
    """What got worse. 导出近期预警。"""
    _, last = statistics.days(conn, actor.only_school, None, day)
    found = statistics.warned(conn, dimension, last, actor.only_school)
    names = statistics.names_of(conn, found)
    language = language_of(request, actor)
    rows = [tables.warning_row(warning_told(row, names), language, texts.shipped()) for row in found]
    asked = {"dimension": dimension, "to": last.isoformat()}
    return _answer(request, actor, conn, "warnings", tables.WARNINGS, rows, kind, asked)


def _days(first: date, last: date) -> dict[str, str]:
    return {"from": first.isoformat(), "to": last.isoformat()}


def _answer(
    request: Request,
    actor: Actor,
    conn: Connection,
    name: str,
    columns: Sequence[tables.Column],
    rows: Iterable[Json],
    kind: str,
    asked: dict[str, str],
) -> Response:
    """The file. asked: what was asked for, which is noted and is in the file's name."""
    language, known = language_of(request, actor), texts.shipped()
    heads = [
        Head(one.name, known.say(f"numbers.column.{one.name}", language), one.kind == tables.SHARE)
        for one in columns
    ]
    said = Said(language, local_offset_min(conn))
    cells = [[_cell(row[one.name], one, kind, said) for one in columns] for row in rows]
    body = exported(conn, actor.who, Sheet(name, heads, cells), kind, asked)
    stem = "-".join([name, *asked.values()])
    return Response(
        body,
        media_type=MEDIA[kind],
        headers={"content-disposition": f'attachment; filename="hourfence-{stem}.{kind}"'},
    )


def _cell(value: Any, column: tables.Column, kind: str, said: Said) -> Cell:
    """A value as that kind of file has it: for people instants have the zone, and yes is said in words."""
    if kind == "json":
        return value  # type: ignore[no-any-return]
    if isinstance(value, bool):
        return texts.shipped().say("numbers.page.yes", said.language) if value else ""
    if value is not None and column.name.endswith("_at"):
        return local(datetime.fromisoformat(value), said.offset_min)
    return value  # type: ignore[no-any-return]
