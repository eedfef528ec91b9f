"""A what-if for people: totals, who gains and loses, reasons, hours, the worst sessions."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from rich.console import Console
from rich.table import Table

from ingest.cli.judging.judge import LOCAL
from ingest.judging.whatif.report import Example, Row, WhatIf

SHOWN = 20
_MOVES = (
    "gained 增加",
    "lost 减少",
    "now unsure 转待核",
    "no more unsure 不再待核",
    "of them refused 其中转无效",
)


def tell(report: WhatIf, console: Console | None = None) -> None:
    """Print it."""
    show = (console or Console()).print
    show(
        f"{report.changed} of {report.looked_at} training sessions would change; {report.judged} minutes were"
        f" judged again. 共查看 {report.looked_at} 个培训过程，其中 {report.changed} 个会改变。",
        highlight=False,
    )
    if report.waiting:
        show(
            f"{report.waiting} sessions were left out, as the judge has yet to come to them; run `hourfence"
            f" judge` to have them in. 另有 {report.waiting} 个培训过程尚待判定，未计入。",
            highlight=False,
        )
    for table in tables(report) if report.changed else ():
        show(table)
    for nth, example in enumerate(report.worst, start=1):
        show("\n".join(_example(nth, example)), highlight=False, markup=False)
    show("Nothing was written. 未写入任何内容。")


def tables(report: WhatIf) -> list[Table]:
    """Every table, those without rows left out."""
    made = [_totals(report)]
    for title, rows in (
        ("school 驾校", report.schools),
        ("ground 训练场地", report.grounds),
        ("instructor 教练员", report.instructors),
        ("trainee 学员", report.trainees),
    ):
        cells = [
            [
                _of(row),
                row.gained,
                row.lost,
                row.to_unsure,
                row.from_unsure,
                row.unsure_to_refused,
                row.sessions,
            ]
            for row in rows
        ]
        made.append(_table(f"Minutes by {title} 学时分钟变化", ("", *_MOVES, "sessions 培训过程"), cells))
    reasons = [[f"{r.name}\n{r.english}\n{r.chinese}", r.appears, r.disappears] for r in report.reasons]
    made.append(_table("Reasons 原因", ("", "appears 新出现", "disappears 消失"), reasons))
    hours = [[f"{h.trainee:016d}", h.part, h.mode, h.before, h.after] for h in report.hours]
    headings = ("trainee 学员", "part 部分", "mode 方式", "before 之前", "after 之后")
    made.append(_table("Whole training hours 学时", headings, hours))
    return [table for table in made if table.row_count]


def _totals(report: WhatIf) -> Table:
    rows = [
        [name, *(getattr(total, field) for field in ("accepted", "refused", "unsure", "credited"))]
        for name, total in (("before 之前", report.before), ("after 之后", report.after))
    ]
    moves = f"gained {report.gained}, lost {report.lost}, now unsure {report.to_unsure}"
    headings = ("", "accepted 有效", "refused 无效", "unsure 待核", "credited 计入")
    table = _table("Minutes of all sessions looked at 全部分钟", headings, rows)
    table.caption = (
        f"{moves}, no more unsure {report.from_unsure}, of them refused 其中转无效 {report.unsure_to_refused}"
    )
    return table


def _table(title: str, headings: tuple[str, ...], rows: list[list[Any]]) -> Table:
    table = Table(title=title)
    for nth, heading in enumerate(headings):
        # Who it is must be read whole; numbers of minutes may wrap their headings.
        table.add_column(
            heading, justify="left" if nth == 0 else "right", no_wrap=nth == 0, min_width=16 * (nth == 0)
        )
    for row in rows[:SHOWN]:
        table.add_row(*(str(cell) for cell in row))
    if len(rows) > SHOWN:
        table.caption = f"and {len(rows) - SHOWN} more; --json has all 其余从略，见 --json"
    return table


def _of(row: Row) -> str:
    if isinstance(row.of, int):
        return f"{row.of:016d}" if row.of else "unknown 未知"
    return row.of or "unknown 未知"


def _example(nth: int, one: Example) -> list[str]:
    who = f"trainee 学员 {one.trainee:016d}, instructor 教练员 {one.instructor:016d}"
    lines = [
        f"{nth}. terminal 终端 {one.terminal:016d}, session 培训过程 {one.session}, {who}, {one.ground}: "
        f"{one.lost} minutes lost 减少分钟, {one.unsure_to_refused} unsure minutes refused 待核转无效"
    ]
    for why in one.reasons:
        when = datetime.fromtimestamp(why["minute"] * 60, UTC).astimezone(LOCAL)
        numbers = ", ".join(f"{name} {value}" for name, value in why["numbers"].items())
        lines += [
            f"   {why['minutes']} x {why['name']}: {why['english']} {why['chinese']}",
            f"     first 首次 {when:%Y-%m-%d %H:%M}" + (f": {numbers}" if numbers else ""),
        ]
    return lines
