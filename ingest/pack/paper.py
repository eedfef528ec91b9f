"""The pack's report for a person who judges: A4, Chinese and English; the same pack gives the same bytes."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from functools import partial
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    CondPageBreak,
    Flowable,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
    TableStyle,
)

from ingest.pack import sentences, wrapped
from ingest.pack.documents import Documents
from ingest.pack.records import joined
from ingest.pack.section import Rows, Section
from ingest.pack.sketch import sketch

# Every PDF reader has a font for these Chinese character sets, so none is carried along.
_FONT = wrapped.CHINESE
_MARGIN, _FRAME = 18 * mm, 6.0
_WIDTH = A4[0] - 2 * (_MARGIN + _FRAME)
_PADDING = 3.0
_HAIR = 1.5
_GREY = "#eeeeee"
_TOGETHER = 28 * mm
"""A heading that has less than this below it begins the next page."""
_GRID = TableStyle(
    [
        ("GRID", (0, 0), (-1, -1), 0.3, "#888888"),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), _PADDING),
        ("RIGHTPADDING", (0, 0), (-1, -1), _PADDING),
        ("TOPPADDING", (0, 0), (-1, -1), 1),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
    ]
)
_HEADED = TableStyle([("BACKGROUND", (0, 0), (-1, 0), _GREY)], parent=_GRID)
_SIDE = TableStyle([("BACKGROUND", (0, 0), (0, -1), _GREY)], parent=_GRID)
_SIDES = TableStyle(
    [("BACKGROUND", (0, 0), (0, -1), _GREY), ("BACKGROUND", (2, 0), (2, -1), _GREY)], parent=_GRID
)
_TEXT = ParagraphStyle("text", fontName=_FONT, fontSize=9, leading=13)
_TITLE = ParagraphStyle("title", parent=_TEXT, fontSize=15, leading=22)
_HEADING = ParagraphStyle("heading", parent=_TEXT, fontSize=11, leading=18, spaceBefore=6)
_CELL = ParagraphStyle("cell", parent=_TEXT, fontSize=7, leading=8.5)
_FACT = ParagraphStyle("fact", parent=_TEXT, fontSize=8.5, leading=10.5)


def render(documents: Documents, signer: str) -> bytes:
    """The report as PDF; signer: fingerprint of the pack key."""
    pdfmetrics.registerFont(UnicodeCIDFont(_FONT))
    story: list[Flowable] = [_line("培训学时证据报告 Evidence of one training session", _TITLE)]
    for section in sentences.sections(documents, signer):
        story += _section(section)
    made = io.BytesIO()
    # Not compressed: another machine's zlib may come to other bytes.
    document = SimpleDocTemplate(
        made,
        pagesize=A4,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=16 * mm,
        bottomMargin=18 * mm,
        invariant=1,
        pageCompression=0,
        title="Evidence of one training session",
    )
    document.build(story, canvasmaker=partial(_Numbered, _foot(documents)))
    return made.getvalue()


def _section(section: Section) -> list[Flowable]:
    found: list[Flowable] = []
    if section.title:
        found += [CondPageBreak(_TOGETHER), _line(section.title, _HEADING)]
    found += [_line(line) for line in section.lines]
    drawing = sketch(section.drawn) if section.drawn is not None else None
    if drawing is not None:
        found += [Spacer(1, 1 * mm), drawing]
    if section.rows:
        found.append(_table(section.rows, section.widths, section.is_headed))
    return found


def _line(text: str, style: ParagraphStyle = _TEXT, width: float = _WIDTH) -> Paragraph:
    """Latin letters from a font that is made for them: those of the Chinese one run together. Lines are
    broken here, as reportlab breaks either between words or anywhere."""
    lines = wrapped.lines_of(text, width - _HAIR, style.fontSize)
    marked = [
        wrapped.LATIN_RUN.sub(rf'<font name="{wrapped.LATIN}">\1</font>', escape(line)) for line in lines
    ]
    return Paragraph("<br/>".join(marked), style)


def _table(rows: Rows, widths: Sequence[float], is_headed: bool) -> Table:
    whole = sum(widths)
    points = [_WIDTH * one / whole for one in widths[: len(rows[0])]]
    style = _CELL if is_headed else _FACT
    cells = [
        [_line(cell, style, width - 2 * _PADDING) for cell, width in zip(row, points, strict=True)]
        for row in rows
    ]
    drawn = _HEADED if is_headed else _SIDES if len(points) > 2 else _SIDE
    return Table(cells, points, style=drawn, repeatRows=int(is_headed), spaceBefore=1 * mm)


def _foot(documents: Documents) -> str:
    """The line under every page that binds it to the signed records."""
    terminal, session = documents.numbers
    digest = hashlib.sha256(joined(documents.records)).hexdigest()
    return f"{terminal:016d} / {session}   records.bin SHA-256 {digest}"


class _Numbered(Canvas):  # type: ignore[misc]
    """Pages that are put out once it is known how many there are, each with its number and a foot."""

    def __init__(self, foot: str, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._foot, self._pages = foot, list[dict[str, Any]]()

    def showPage(self) -> None:
        """Keep the page."""
        self._pages.append(dict(vars(self)))
        self._startPage()

    def save(self) -> None:
        """Put all pages out."""
        pages = self._pages
        for nth, page in enumerate(pages, start=1):
            self.__dict__.update(page)
            self.setFont(wrapped.LATIN, 7)
            self.drawString(_MARGIN + _FRAME, 10 * mm, self._foot)
            self.drawRightString(A4[0] - _MARGIN - _FRAME, 10 * mm, f"{nth} / {len(pages)}")
            super().showPage()
        super().save()
