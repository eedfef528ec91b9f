"""The pack's report for a person who judges: A4, Chinese and English; the same pack gives the same bytes."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Sequence
from xml.sax.saxutils import escape

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from ingest.pack import sentences, wrapped
from ingest.pack.documents import Documents
from ingest.pack.records import joined
from ingest.pack.section import Rows, Section
from ingest.pack.sketch import sketch

# Every PDF reader has a font for these Chinese character sets, so none is carried along.
_FONT = wrapped.CHINESE
_LATIN = re.compile("([ -~]+)")
_WIDTH = 174 * mm
_PADDING = 3.0
_HAIR = 1.5
_GRID = TableStyle(
    [
        ("GRID", (0, 0), (-1, -1), 0.3, "#888888"),
        ("BACKGROUND", (0, 0), (-1, 0), "#eeeeee"),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), _PADDING),
        ("RIGHTPADDING", (0, 0), (-1, -1), _PADDING),
        ("TOPPADDING", (0, 0), (-1, -1), 1),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
    ]
)
_TEXT = ParagraphStyle("text", fontName=_FONT, fontSize=9, leading=13)
_TITLE = ParagraphStyle("title", parent=_TEXT, fontSize=15, leading=22)
_HEADING = ParagraphStyle("heading", parent=_TEXT, fontSize=11, leading=18, spaceBefore=6, keepWithNext=1)
_CELL = ParagraphStyle("cell", parent=_TEXT, fontSize=7, leading=8.5)


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
        margin=18 * mm,
        leftMargin=18 * mm,
        rightMargin=18 * mm,
        topMargin=16 * mm,
        bottomMargin=18 * mm,
        invariant=1,
        pageCompression=0,
        title="Evidence of one training session",
    )
    foot = _Foot(documents)
    document.build(story, onFirstPage=foot, onLaterPages=foot)
    return made.getvalue()


def _section(section: Section) -> list[Flowable]:
    found: list[Flowable] = [_line(section.title, _HEADING)] if section.title else []
    found += [_line(line) for line in section.lines]
    drawing = sketch(section.drawn) if section.drawn is not None else None
    if drawing is not None:
        found += [Spacer(1, 1 * mm), drawing]
    if section.rows:
        # No spacer between: a heading keeps with what comes next.
        found.append(_table(section.rows, section.widths))
    return found


def _line(text: str, style: ParagraphStyle = _TEXT, width: float = _WIDTH) -> Paragraph:
    """Latin letters from a font that is made for them: those of the Chinese one run together. Lines are
    broken here, as reportlab breaks either between words or anywhere."""
    lines = wrapped.lines_of(text, width - _HAIR, style.fontSize)
    marked = [_LATIN.sub(rf'<font name="{wrapped.LATIN}">\1</font>', escape(line)) for line in lines]
    return Paragraph("<br/>".join(marked), style)


def _table(rows: Rows, widths: Sequence[float]) -> Table:
    whole = sum(widths)
    points = [_WIDTH * one / whole for one in widths]
    cells = [
        [_line(cell, _CELL, width - 2 * _PADDING) for cell, width in zip(row, points, strict=True)]
        for row in rows
    ]
    return Table(cells, points, style=_GRID, repeatRows=1, spaceBefore=1 * mm)


class _Foot:
    """The line under every page that binds it to the signed records."""

    def __init__(self, documents: Documents) -> None:
        terminal, session = documents.numbers
        digest = hashlib.sha256(joined(documents.records)).hexdigest()
        self._text = f"{terminal:016d} / {session}   records.bin SHA-256 {digest}"

    def __call__(self, canvas: Canvas, document: SimpleDocTemplate) -> None:
        canvas.setFont("Helvetica", 7)
        canvas.drawString(18 * mm, 10 * mm, f"{self._text}   {canvas.getPageNumber()}")
