"""Every table of the numbers as a file; each export is an entry of the audit log."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import Request
from fastapi.responses import Response

from ingest.casework.numbers import statistics
from ingest.casework.numbers.export import MEDIA, Cell, Sheet, exported
from ingest.desk.api.numbers import DayFrom, DayTo, Dimension, Ranked, Warning
from ingest.desk.api.numbers_told import anomaly_told, in_order, reason_told, sums_told, warning_told
from ingest.desk.kernel import texts
from ingest.desk.kernel.access import allow
from ingest.desk.kernel.actor import ROLES, Actor
from ingest.desk.kernel.days import days_in_order
from ingest.desk.kernel.render import language_of
from ingest.desk.kernel.router import Db, api_router
from ingest.store.connection import Connection
from ingest.store.desk.numbers import sums

router = api_router("exports")

Format = Literal["csv", "xlsx", "json"]
Exporter = Annotated[Actor, allow(*ROLES, scope="export")]
OTHER = ("trend", "reasons", "conservation", "anomalies", "warnings")
"""Tables that are no dimension's."""
SUMS = (
    "sessions",
    "recorded",
    "accepted",
    "refused",
    "unsure",
    "effective",
    "valid_share",
    "outside",
    "out_of_fence_share",
    "faceless",
    "face_minutes_share",
    "checks",
    "checks_failed",
    "face_checks_failed_share",
    "records",
    "late_records",
    "late_minutes",
    "late_share",
    "at_quota",
    "suspected",
)
CHAIN = (
    "terminal",
    "school",
    "written",
    "receipted",
    "stored",
    "beyond",
    "lost",
    "judged",
    "unreadable",
    "quarantined",
)
_FILE: dict[int | str, dict[str, Any]] = {
    200: {"description": "The file.", "content": {media.split(";")[0]: {} for media in MEDIA.values()}}
}


@router.get("/exports/statistics/{dimension}.{kind}", response_class=Response, responses=_FILE)
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
    rows: list[list[Cell]] = [[row.key, row.name, *_values(sums_told(row.sums), SUMS)] for row in found.rows]
    columns, gaps = ["key", "name", *SUMS], statistics.gaps(conn, dimension, actor.only_school)
    if gaps is not None:
        columns.append("missing")
        for cells, row in zip(rows, found.rows, strict=True):
            cells.append(gaps.get(row.key, (0, 0))[1])
    return _answer(request, actor, conn, dimension, columns, rows, kind, first, last)


@router.get("/exports/trend.{kind}", response_class=Response, responses=_FILE)
def export_trend(
    request: Request, actor: Exporter, conn: Db, kind: Format, day_from: DayFrom = None, day_to: DayTo = None
) -> Response:
    """The total by day or month. 导出趋势。"""
    first, last = statistics.days(conn, actor.only_school, *days_in_order(day_from, day_to))
    parts = statistics.trend_of_all(conn, first, last, actor.only_school)
    rows = [[part.since, *_values(sums_told(part.sums), SUMS)] for part in parts]
    return _answer(request, actor, conn, "trend", ("since", *SUMS), rows, kind, first, last)


@router.get("/exports/reasons.{kind}", response_class=Response, responses=_FILE)
def export_reasons(
    request: Request, actor: Exporter, conn: Db, kind: Format, day_from: DayFrom = None, day_to: DayTo = None
) -> Response:
    """Counts by reason. 导出原因统计。"""
    first, last = statistics.days(conn, actor.only_school, *days_in_order(day_from, day_to))
    language = language_of(request, actor)
    rows = []
    for one in sums.reasons(conn, "school", None, first, last, actor.only_school):
        told = reason_told(one)
        sentence = told["sentence"][language] if told["sentence"] else ""
        rows.append([one.reason, told["name"], sentence, one.sessions, one.minutes])
    columns = ("reason", "reason_name", "sentence", "sessions", "minutes")
    return _answer(request, actor, conn, "reasons", columns, rows, kind, first, last)


@router.get("/exports/conservation.{kind}", response_class=Response, responses=_FILE)
def export_conservation(request: Request, actor: Exporter, conn: Db, kind: Format) -> Response:
    """Every terminal at each station, and what differs. 导出守恒核对表。"""
    found = statistics.conserved_of(conn, actor.only_school)
    language = language_of(request, actor)
    rows = []
    for _, _, chain in in_order(found):
        told = [
            one.english if language == "en" else one.chinese
            for one in found.by_terminal.get(chain.terminal, [])
        ]
        values = {**chain._asdict(), "terminal": f"{chain.terminal:016d}", "school": f"{chain.school:016d}"}
        rows.append([*_values(values, CHAIN), " ".join(told)])
    return _answer(request, actor, conn, "conservation", (*CHAIN, "differences"), rows, kind, None, None)


@router.get("/exports/anomalies.{kind}", response_class=Response, responses=_FILE)
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
    rows: list[list[Cell]] = []
    for one in found:
        for cause in anomaly_told(one, "")["causes"]:
            told = _values(cause, ("name", "k", "n", "share", "peers", "z"))
            who: list[Cell] = [one.key, names.get(one.key, ""), one.score, one.sessions]
            rows.append([*who, *told, cause["text"][language]])
    columns = ("key", "name", "score", "sessions", "cause", "k", "n", "share", "peers", "z", "sentence")
    return _answer(request, actor, conn, "anomalies", columns, rows, kind, first, last)


@router.get("/exports/warnings.{kind}", response_class=Response, responses=_FILE)
def export_warnings(
    request: Request,
    actor: Exporter,
    conn: Db,
    kind: Format,
    dimension: Warning = "all",
    day: DayTo = None,
) -> Response:
    """What got worse. 导出近期预警。"""
    first, last = statistics.days(conn, actor.only_school, None, day)
    found = statistics.warned(conn, dimension, last, actor.only_school)
    names = statistics.names_of(conn, found)
    language, known = language_of(request, actor), texts.shipped()
    rows: list[list[Cell]] = []
    for row in found:
        told = warning_told(row, names.get((row.dimension, row.what.key), ""))
        shares = [told[when][part] for when in ("now", "before") for part in ("k", "n", "share")]
        of = known.say(f"numbers.dimension.{row.dimension}", language)
        who = [of, row.what.key, told["name"], row.what.name]
        rows.append([*who, *shares, told["z"], told["text"][language]])
    columns = (
        "dimension",
        "key",
        "name",
        "cause",
        "k",
        "n",
        "share",
        "k_before",
        "n_before",
        "share_before",
        "z",
        "sentence",
    )
    return _answer(request, actor, conn, "warnings", columns, rows, kind, first, last)


def _values(told: dict[str, Any], names: Sequence[str]) -> list[Cell]:
    return [told[name] for name in names]


def _answer(
    request: Request,
    actor: Actor,
    conn: Connection,
    name: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    kind: str,
    first: date | None,
    last: date | None,
) -> Response:
    language = language_of(request, actor)
    known = texts.shipped()
    headed = [(column, known.say(f"numbers.column.{column}", language)) for column in columns]
    sheet = Sheet(name, headed, rows)
    asked = {} if first is None or last is None else {"from": first.isoformat(), "to": last.isoformat()}
    stem = "-".join([name, *asked.values()])
    return Response(
        exported(conn, actor.who, sheet, kind, asked),
        media_type=MEDIA[kind],
        headers={"content-disposition": f'attachment; filename="hourfence-{stem}.{kind}"'},
    )
