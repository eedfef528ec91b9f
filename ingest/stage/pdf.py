"""A stage report for paper: the same facts as the JSON, in Chinese and English, bound to it by its digest."""

from __future__ import annotations

import hashlib
import io
import json
import re
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from ingest.stage.moments import ZONE, local, waits

# Every PDF reader has a font for these Chinese character sets, so none is carried along.
_FONT = "STSong-Light"
_MODES = {
    "in_car": "实车 in car",
    "classroom": "课堂 classroom",
    "simulator": "模拟 simulator",
    "remote": "远程 remote",
}
_GRID = TableStyle(
    [
        ("FONT", (0, 0), (-1, -1), _FONT, 8),
        ("GRID", (0, 0), (-1, -1), 0.3, "#888888"),
        ("BACKGROUND", (0, 0), (-1, 0), "#eeeeee"),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ]
)


_TEXT = ParagraphStyle("text", fontName=_FONT, fontSize=9, leading=13, wordWrap="CJK")
_LARGE = ParagraphStyle("large", parent=_TEXT, fontSize=15, leading=22)
_CELL = ParagraphStyle("cell", parent=_TEXT, fontSize=7.5, leading=9)
_UNSIGNED = (
    "本页未签名，仅供阅读；签名的同一答复：GET /v1/trainees/{trainee}/eligibility.jws，"
    "或 hourfence eligibility --jws；用 hourfence stage verify 核验。"
    " This paper is not signed. The same answer, signed: GET /v1/trainees/{trainee}/eligibility.jws"
    " or hourfence eligibility --jws; hourfence stage verify checks it."
    " An answer may change after its day: ask again at the booking."
)
_LATIN = re.compile("([ -~]+)")


def report_digest(report: dict[str, Any]) -> str:
    """SHA-256 (hex) of the report as canonical JSON: sorted keys, no blanks, UTF-8."""
    text = json.dumps(report, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def render(report: dict[str, Any], name: str = "", school: str = "") -> bytes:
    """The report as PDF, A4; the same report gives the same bytes. name, school: whose it is, from the
    registry; the report itself has the number only."""
    made = io.BytesIO()
    document = SimpleDocTemplate(made, pagesize=A4, margin=18 * mm, invariant=1, title="Stage report")
    foot = _Foot(report_digest(report))
    document.build(story(report, name, school), onFirstPage=foot, onLaterPages=foot)
    return made.getvalue()


def story(report: dict[str, Any], name: str = "", school: str = "") -> list[Flowable]:
    """What is on the pages, from top to bottom."""
    pdfmetrics.registerFont(UnicodeCIDFont(_FONT))
    found: list[Flowable] = [_line("培训学时阶段报告 Stage report of training hours", _LARGE)]
    found += [_line(line) for line in _head(report, name, school)]
    found.append(_line(_verdict(report), _LARGE))
    if waiting := waits(report):
        found.append(_line(waiting))
    for lack in report["missing"]:
        found.append(_line(f"{_part_name(lack['part'])} {lack['reason']}: {lack['zh']} {lack['en']}"))
    found += [Spacer(1, 4 * mm), _grid(_parts(report)), Spacer(1, 4 * mm)]
    if report["recognised"]:
        found += [_grid(_recognised(report)), Spacer(1, 4 * mm)]
    found += [_grid(_sessions(report)), Spacer(1, 4 * mm)]
    found += [_line(line) for line in _uncounted(report)]
    return [*found, Spacer(1, 4 * mm), _line(_UNSIGNED.format(trainee=report["trainee"]), _CELL)]


def _line(text: str, style: ParagraphStyle = _TEXT) -> Paragraph:
    """Latin letters from a font that is made for them: those of the Chinese one run together."""
    return Paragraph(_LATIN.sub(r'<font name="Helvetica">\1</font>', escape(text)), style)


def _grid(rows: list[list[str]]) -> Table:
    return Table([[_line(cell, _CELL) for cell in row] for row in rows], style=_GRID, repeatRows=1)


class _Foot:
    """The line under every page that binds it to the JSON."""

    def __init__(self, digest: str) -> None:
        self._digest = digest

    def __call__(self, canvas: Canvas, document: SimpleDocTemplate) -> None:
        canvas.setFont("Helvetica", 7)
        canvas.drawString(18 * mm, 10 * mm, f"SHA-256 {self._digest}   {canvas.getPageNumber()}")


def _head(report: dict[str, Any], name: str, school: str) -> list[str]:
    table = report["syllabus"]
    return [
        *([f"姓名 name {name}   培训机构 school {school or '-'}"] if name else []),
        f"学员 trainee {report['trainee']}   车型 class {report['vehicle_class'] or '-'}"
        f"   入学 enrolled {report['enrolled_on'] or '-'}   {_part_name(report['part'])}",
        f"截至 as of {local(report['as_of'])} {ZONE}   大纲 syllabus {table['version'] if table else '-'}",
    ]


def _part_name(part: int | None) -> str:
    return "全部 whole course" if part is None else f"第{part}部分 part {part}"


def _verdict(report: dict[str, Any]) -> str:
    return "符合条件 ELIGIBLE" if report["eligible"] else "不符合条件 NOT ELIGIBLE"


def _parts(report: dict[str, Any]) -> list[list[str]]:
    rows = [["部分 part", "方式 mode", "学时 hours", "要求 required", "公里 km", "要求 required"]]
    for part in report["parts"]:
        rows.append(
            [_part_name(part["part"]), "合计 all", *_needs(part, "hours"), *_needs(part, "kilometres")]
        )
        for word, mode in part["by_mode"].items():
            hours = mode["hours_recorded_here"] + mode["hours_recognised"]
            rows.append(["", _MODES[word], str(hours), "", f"{mode['metres'] // 100 / 10:.1f}", ""])
    return rows


def _needs(part: dict[str, Any], what: str) -> tuple[str, str]:
    required = part[f"{what}_required"]
    return str(part[what]), "-" if required is None else str(required)


def _recognised(report: dict[str, Any]) -> list[list[str]]:
    rows = [["认定学时 recognised hours", "部分 part", "方式 mode", "依据 basis"]]
    modes = dict(enumerate(_MODES.values(), 1))
    return rows + [
        [str(one["hours"]), str(one["part"]), modes[one["mode"]], one["basis"]]
        for one in report["recognised"]
    ]


def _sessions(report: dict[str, Any]) -> list[list[str]]:
    rows = [
        [
            f"开始 start ({ZONE})",
            "终端 terminal",
            "部分 part",
            "记录 recorded",
            "计入 credited",
            "待定 unsure",
            "公里 km",
        ]
    ]
    for one in report["sessions"]:
        minutes = [str(one[f"minutes_{what}"]) for what in ("recorded", "credited", "unsure")]
        kilometres = f"{one['metres_credited'] // 100 / 10:.1f}"
        rows.append([local(one["started_at"]), one["terminal"], str(one["part"]), *minutes, kilometres])
    return rows


def _uncounted(report: dict[str, Any]) -> list[str]:
    """A line a session that has minutes which do not count, with each reason's minutes."""
    lines = []
    for one in report["sessions"]:
        reasons: dict[str, list[str]] = {}
        for minute in one["minutes"]:
            if minute["verdict"] != "accepted":
                told = minute.get("decided")
                why = (
                    f"{told['layer']['zh']} {told['layer']['en']}: {told['zh']} {told['en']}" if told else ""
                )
                why = why or ", ".join(minute["reasons"]) or minute["verdict"]
                reasons.setdefault(why, []).append(local(minute["at"], "%H:%M"))
        for names, times in reasons.items():
            lines.append(f"{local(one['started_at'])} 未计入 not counted, {names}: {' '.join(times)}")
    return lines
