"""Bars from left to right, each beneath its words; HTML: sentences wrap, and a screen reader reads a list."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from ingest.desk.charts.svg import element


def bars(ident: str, title: str, rows: Sequence[tuple[str, int, str]]) -> Markup:
    """rows: (words, value from 0, shown)."""
    most = max((value for _, value, _ in rows), default=0) or 1
    items = [
        element(
            "li",
            [
                element("span", words),
                element("b", shown),
                # The number says it already: to a screen reader the bar is nothing.
                element("progress", "", max=most, value=value, aria_hidden="true"),
            ],
        )
        for words, value, shown in rows
    ]
    return element("ol", items, id=ident, class_="chart bars", aria_label=title)
