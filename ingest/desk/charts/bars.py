"""Bars from left to right, one a row, with their words before and their number after."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from ingest.desk.charts.svg import drawing, element

_WIDTH, _ROW, _WORDS = 640, 24, 280
_CHARACTERS = 40
_WIDE = "\u2e80"


def bars(ident: str, title: str, rows: Sequence[tuple[str, int, str]]) -> Markup:
    """rows: (words, value from 0, shown). Words that are too long are cut and whole in the hint."""
    most = max((value for _, value, _ in rows), default=0) or 1
    body = []
    for at, (words, value, shown) in enumerate(rows):
        y = at * _ROW
        long = (_WIDTH - _WORDS - 90) * value / most
        body.append(
            element(
                "g",
                [
                    element("title", f"{words} {shown}"),
                    element("text", cut(words), x=_WORDS - 8, y=y + 16, text_anchor="end", class_="label"),
                    element("rect", x=_WORDS, y=y + 4, width=max(long, 1.0), height=_ROW - 8, class_="bar"),
                    element("text", shown, x=_WORDS + max(long, 1.0) + 6, y=y + 16, class_="value"),
                ],
            )
        )
    told = "; ".join(f"{words} {shown}" for words, _, shown in rows[:3])
    return drawing(ident, _WIDTH, max(len(rows), 1) * _ROW, title, told, body, "bars")


def cut(words: str) -> str:
    """At most so many characters, where a Chinese one counts as two."""
    wide = 0
    for at, character in enumerate(words):
        wide += 2 if character >= _WIDE else 1
        if wide > _CHARACTERS:
            return words[: at - 1].rstrip() + "…"
    return words
