"""The pages of numbers: tables with charts beside them, conservation, who stands out, what got worse."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Query, Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from ingest.casework.deciding.shares import SHARES, Columns, Figures
from ingest.casework.local_time import local_offset_min
from ingest.casework.numbers import conserved, statistics
from ingest.casework.numbers.anomalies import KEYS_LEAST, LIMIT_Z, SESSIONS_LEAST, distance
from ingest.casework.numbers.anomalies import funnel as funnel_of
from ingest.casework.numbers.early_warnings import BEFORE_DAYS, RECENT_DAYS
from ingest.desk.api.numbers import figures as numbers
from ingest.desk.api.numbers import tables
from ingest.desk.api.numbers.figures import DayFrom, DayTo, Dimension, Order, Ranked, Reader, Warning
from ingest.desk.charts.bars import bars
from ingest.desk.charts.funnel import Point, funnel
from ingest.desk.charts.lines import floor_of, over_time, sparkline
from ingest.desk.kernel import texts
from ingest.desk.kernel.days import days_in_order
from ingest.desk.kernel.paging import After
from ingest.desk.kernel.render import language_of, local, page
from ingest.desk.kernel.router import Db, Json, page_router
from ingest.store.desk.numbers import sums

router = page_router()
ROWS = 50
REASONS_SHOWN = 12
RANKED_SHOWN = 100
ShareName = Annotated[str, Query(pattern=r"^[a-z_]{1,40}$", description="What the funnel shows.")]


@router.get("/numbers")
def show_numbers(
    request: Request,
    actor: Reader,
    conn: Db,
    tab: Dimension = "school",
    day_from: DayFrom = None,
    day_to: DayTo = None,
    order: Order = "recorded",
    ascending: bool = False,
    after: After = None,
) -> HTMLResponse:
    """One dimension's table, the trend of everything and the reasons."""
    told = numbers.table(actor, conn, tab, day_from, day_to, order, ascending, after, ROWS)
    whole = numbers.summary(actor, conn, day_from, day_to)
    first, last = statistics.days(conn, actor.only_school, *days_in_order(day_from, day_to))
    keys = [row["key"] for row in told["items"]]
    trends = statistics.trend(conn, tab, keys, first, last, actor.only_school)
    say = _sayer(request, actor)
    # One scale for all rows, so that they can be held to one another.
    low = floor_of(_share(part.sums) for parts in trends.values() for part in parts)
    scale = say("numbers.page.trend", low=f"{100 * low:.0f} %")
    for at, row in enumerate(told["items"]):
        points = [(str(part.since), _share(part.sums)) for part in trends.get(row["key"], [])]
        row["trend"] = sparkline(f"trend-{at}", f"{scale} {row['key']}", points, low)
    asked = {"tab": tab, "order": order, "ascending": str(ascending).lower(), **_days_asked(told)}
    return page(
        request,
        "numbers/numbers.html",
        actor,
        script_texts=("numbers.script",),
        tab=tab,
        tabs=statistics.DIMENSIONS,
        orders=statistics.ORDERS,
        order=order,
        ascending=ascending,
        told=told,
        columns=tables.columns_of("sums", has_gaps=told["has_gaps"]),
        trend_columns=tables.TREND,
        reason_columns=tables.REASONS,
        reason_rows=[tables.reason_row(one, language_of(request, actor)) for one in whole["reasons"]],
        whole=whole,
        as_of=_as_of(told, local_offset_min(conn)),
        paged=after is not None,
        here=urlencode(asked),
        more=urlencode({**asked, "after": told["next"]}) if told["next"] else "",
        days=urlencode(_days_asked(told)),
        drawn=scale,
        trend=_over_time(say("numbers.page.valid_over_time"), whole, say("numbers.page.minutes_recorded")),
        reasons=_reasons(say("numbers.page.reasons"), whole["reasons"], language_of(request, actor)),
    )


@router.get("/numbers/conservation")
def show_conservation(request: Request, actor: Reader, conn: Db, after: After = None) -> HTMLResponse:
    """written = receipted = stored = judged, red where it is not."""
    told = numbers.conservation(actor, conn, after, 100)
    at = told["recounted_at"]
    return page(
        request,
        "numbers/conservation.html",
        actor,
        told=told,
        columns=tables.CONSERVATION,
        is_equal={
            left: not {one["code"] for one in told["differences_by_code"]} & set(codes)
            for left, _, codes in conserved.BETWEEN
        },
        recounted=local(datetime.fromisoformat(at), local_offset_min(conn)) if at else None,
        more=urlencode({"after": told["next"]}) if told["next"] else "",
        paged=after is not None,
        days="",
    )


@router.get("/numbers/anomalies")
def show_anomalies(
    request: Request,
    actor: Reader,
    conn: Db,
    dimension: Ranked = "instructor",
    day_from: DayFrom = None,
    day_to: DayTo = None,
    share: ShareName = "out_of_fence",
) -> HTMLResponse:
    """Who stands out, with named causes, and a funnel of one share."""
    told, everybody = numbers.ranking_told(actor, conn, dimension, day_from, day_to, RANKED_SHOWN)
    say, language = _sayer(request, actor), language_of(request, actor)
    shown = next((one for one in SHARES if one.name == share), SHARES[1])
    return page(
        request,
        "numbers/anomalies.html",
        actor,
        told=told,
        columns=tables.ANOMALIES,
        rows=[tables.anomaly_rows(one, language) for one in told["items"]],
        asks={
            one["key"]: _sessions_asked(dimension, one["key"], told["from"], told["to"])
            for one in told["items"]
        },
        dimension=dimension,
        dimensions=statistics.RANKED,
        shares=[(one.name, one.english if language == "en" else one.chinese) for one in SHARES],
        share=shown.name,
        limit_z=LIMIT_Z,
        sessions_least=SESSIONS_LEAST,
        days=urlencode(_days_asked(told)),
        as_of=_as_of(told, local_offset_min(conn)),
        funnel_title=say(
            "numbers.anomalies.funnel", share=shown.english if language == "en" else shown.chinese
        ),
        chart=_funnel(
            say("numbers.anomalies.funnel", share=shown.english if language == "en" else shown.chinese),
            shown.name,
            everybody,
            language,
        ),
    )


@router.get("/numbers/warnings")
def show_warnings(
    request: Request, actor: Reader, conn: Db, dimension: Warning = "all", day: DayTo = None
) -> HTMLResponse:
    """What got worse lately, of every dimension."""
    told = numbers.warnings(actor, conn, dimension, day, RANKED_SHOWN)
    language, rows = language_of(request, actor), []
    for one in told["items"]:
        row = tables.warning_row(one, language, texts.shipped())
        begin = date.fromisoformat(told["to"]) - timedelta(days=RECENT_DAYS - 1)
        asked = _sessions_asked(one["dimension"], one["key"], begin.isoformat(), told["to"])
        rows.append({**row, "asks": asked})
    return page(
        request,
        "numbers/warnings.html",
        actor,
        told=told,
        columns=tables.WARNINGS,
        rows=rows,
        dimension=dimension,
        dimensions=(statistics.ALL, *statistics.DIMENSIONS),
        recent=RECENT_DAYS,
        before=BEFORE_DAYS,
        days=urlencode({"to": told["to"]}),
    )


def _sessions_asked(dimension: str, key: str, first: str, last: str) -> str:
    """The queue's filter for all sessions of a key in these days, '' where it has none."""
    if dimension == "operator":
        return ""
    name = "search" if dimension in ("car", "terminal") else dimension
    return urlencode({name: key, "from": first, "to": last, "listed": "true"})


def _sayer(request: Request, actor: Any) -> Any:
    language = language_of(request, actor)
    return lambda key, **values: texts.shipped().say(key, language, **values)


def _days_asked(told: Json) -> dict[str, str]:
    return {"from": told["from"], "to": told["to"]}


def _as_of(told: Json, offset_min: int) -> str | None:
    stamp = told["refreshed_at"]
    return None if stamp is None else local(datetime.fromisoformat(stamp), offset_min)


def _share(one: sums.Sums) -> float | None:
    return one.effective / one.recorded if one.recorded else None


def _over_time(title: str, whole: Json, unit: str) -> Markup:
    points = [(part["since"][5:], part["valid_share"]) for part in whole["trend"]]
    return over_time("over-time", title, points, [part["recorded"] for part in whole["trend"]], unit)


def _reasons(title: str, reasons: list[Json], language: str) -> Markup:
    shown = [one for one in reasons if one["minutes"]][:REASONS_SHOWN]
    rows = [
        (one["sentence"][language] if one["sentence"] else one["name"], one["minutes"], f"{one['minutes']:,}")
        for one in shown
    ]
    return bars("reasons", title, rows)


def _funnel(title: str, name: str, everybody: list[Figures], language: str) -> Markup:
    share = next(one for one in SHARES if one.name == name)
    counted = [one for one in everybody if one.sums.sessions >= SESSIONS_LEAST]
    is_ranked = len(counted) >= KEYS_LEAST
    # The chart marks nobody whom the table beneath it does not rank.
    everybody = counted if is_ranked else everybody
    columns = Columns(everybody)
    about = funnel_of(share, columns)
    k, n = columns.parts(share)
    worse = 1 if share.more_is_worse else -1
    far = worse * distance(k, n, about.share) / about.spread > LIMIT_Z
    points = [
        Point(one.key, of, part / of, out and is_ranked)
        for one, part, of, out in zip(everybody, k.tolist(), n.tolist(), far.tolist(), strict=True)
        if of
    ]
    unit = share.unit[0] if language == "en" else share.unit[1]
    return funnel("funnel", title, points, about.share, about.limits, unit)
