"""Shares over time: a small line beside a row, and a large one with axes above bars of how much it is of."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from markupsafe import Markup

from ingest.desk.charts.svg import drawing, element, path, percent

_SMALL = (110, 22)
_LARGE = (460, 220)
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 10, 8, 20
_LINE_H, _BARS_TOP = 128, 150
_DATES = 6

Point = tuple[str, float | None]
"""A day or month, and the share there, 0 to 1; None where there is nothing."""


def floor_of(shares: Iterable[float | None]) -> float:
    """Where an axis of these shares begins: the tenth below the least of them, at most 0.9."""
    known = [share for share in shares if share is not None]
    return max(0, math.ceil(10 * min(known, default=0.0)) - 1) / 10


def sparkline(ident: str, title: str, points: Sequence[Point], low: float = 0.0) -> Markup:
    """A line without axes on a scale of low (0 to 0.9) to 100 %; the last point is marked."""
    width, height = _SMALL
    known = [(at, share) for at, (_, share) in enumerate(points) if share is not None]
    if not known:
        return Markup("")
    step = (width - 6) / max(len(points) - 1, 1)
    places = [(3 + at * step, 3 + (height - 6) * min(1.0, (1 - share) / (1 - low))) for at, share in known]
    body = [
        path(places, "line"),
        element("circle", cx=places[-1][0], cy=places[-1][1], r=2.5, class_="last"),
    ]
    first, last = known[0], known[-1]
    told = f"{points[first[0]][0]} {percent(first[1])} – {points[last[0]][0]} {percent(last[1])}"
    return drawing(ident, width, height, title, told, body, "spark")


def over_time(ident: str, title: str, points: Sequence[Point], weights: Sequence[int], unit: str) -> Markup:
    """A line of shares, its axis from floor_of to 100 %; beneath it bars of how much each is of, from 0.

    weights: one a point, such as minutes; unit: of these, in a word.
    """
    width, height = _LARGE
    low, most = floor_of(share for _, share in points), max(weights, default=0)
    step = (width - _LEFT - _RIGHT) / max(len(points), 1)
    bottom = height - _BOTTOM
    body = []
    for part in (low, (1 + low) / 2, 1.0):
        body += _tick(width, _LINE_H - (_LINE_H - _TOP) * (part - low) / (1 - low), percent(part, 0))
    body += _tick(width, _BARS_TOP, f"{most:,}") + _tick(width, bottom, "0")
    body.append(element("text", unit, x=_LEFT, y=_BARS_TOP - 5, class_="label"))
    places = []
    for at, ((label, share), weight) in enumerate(zip(points, weights, strict=True)):
        tall = (bottom - _BARS_TOP) * weight / (most or 1)
        hint = element("title", f"{label}: {'–' if share is None else percent(share)}, {weight:,} {unit}")
        left = _LEFT + at * step + step * 0.1
        sides = {"x": left, "y": bottom - tall, "width": step * 0.8, "height": tall}
        body.append(element("rect", [hint], **sides, class_="weight"))
        if share is not None:
            place = (_LEFT + (at + 0.5) * step, _LINE_H - (_LINE_H - _TOP) * (share - low) / (1 - low))
            body.append(element("circle", [hint], cx=place[0], cy=place[1], r=2, class_="dot"))
            places.append(place)
    body.append(path(places, "line"))
    body += _dates([label for label, _ in points], step, height)
    known = [share for _, share in points if share is not None]
    told = f"{percent(min(known))} – {percent(max(known))}" if known else "–"
    return drawing(ident, width, height, title, told, body, "over-time")


def _tick(width: float, y: float, words: str) -> list[Markup]:
    return [
        element("line", x1=_LEFT, x2=width - _RIGHT, y1=y, y2=y, class_="grid"),
        element("text", words, x=_LEFT - 5, y=y + 4, text_anchor="end", class_="label"),
    ]


def _dates(labels: Sequence[str], step: float, height: float) -> list[Markup]:
    every = max(1, -(-len(labels) // _DATES))
    return [
        element(
            "text",
            label,
            x=_LEFT + (at + 0.5) * step,
            y=height - 5,
            text_anchor="start" if at == 0 else "middle",
            class_="label",
        )
        for at, label in enumerate(labels)
        if at % every == 0
    ]
