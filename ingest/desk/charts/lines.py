"""Shares over time: a small line beside a row, and a large one with axes."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from ingest.desk.charts.svg import drawing, element, path, percent

_SMALL = (110, 22)
_LARGE = (640, 180)
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 8, 8, 24

Point = tuple[str, float | None]
"""A day or month, and the share there, 0 to 1; None where there is nothing."""


def sparkline(ident: str, title: str, points: Sequence[Point]) -> Markup:
    """A line without axes on a scale of 0 to 100 %; the last point is marked."""
    width, height = _SMALL
    known = [(at, share) for at, (_, share) in enumerate(points) if share is not None]
    if not known:
        return Markup("")
    step = (width - 6) / max(len(points) - 1, 1)
    places = [(3 + at * step, 3 + (height - 6) * (1 - share)) for at, share in known]
    body = [
        path(places, "line"),
        element("circle", cx=places[-1][0], cy=places[-1][1], r=2.5, class_="last"),
    ]
    first, last = known[0], known[-1]
    told = f"{points[first[0]][0]} {percent(first[1])} – {points[last[0]][0]} {percent(last[1])}"
    return drawing(ident, width, height, title, told, body, "spark")


def over_time(ident: str, title: str, points: Sequence[Point], weights: Sequence[int]) -> Markup:
    """A line of shares above bars of how much each is of. weights: one a point, such as minutes."""
    width, height = _LARGE
    bottom = height - _BOTTOM
    wide = width - _LEFT - _RIGHT
    step = wide / max(len(points), 1)
    most = max(weights, default=0) or 1
    body = []
    for tenths in (0, 5, 10):
        y = bottom - (bottom - _TOP) * tenths / 10
        body.append(element("line", x1=_LEFT, x2=width - _RIGHT, y1=y, y2=y, class_="grid"))
        body.append(
            element("text", f"{tenths * 10} %", x=_LEFT - 6, y=y + 4, text_anchor="end", class_="label")
        )
    places = []
    for at, ((label, share), weight) in enumerate(zip(points, weights, strict=True)):
        tall = (bottom - _TOP) * 0.35 * weight / most
        hint = element("title", f"{label}: {'–' if share is None else percent(share)}, {weight}")
        body.append(
            element(
                "rect",
                [hint],
                x=_LEFT + at * step + step * 0.1,
                y=bottom - tall,
                width=step * 0.8,
                height=tall,
                class_="weight",
            )
        )
        if share is not None:
            places.append((_LEFT + (at + 0.5) * step, bottom - (bottom - _TOP) * share))
    body.append(path(places, "line"))
    body += [element("circle", cx=x, cy=y, r=2, class_="dot") for x, y in places]
    body += _dates([label for label, _ in points], step, height)
    known = [share for _, share in points if share is not None]
    told = f"{percent(min(known))} – {percent(max(known))}" if known else "–"
    return drawing(ident, width, height, title, told, body, "over-time")


def _dates(labels: Sequence[str], step: float, height: float) -> list[Markup]:
    every = max(1, -(-len(labels) // 8))
    return [
        element(
            "text",
            label,
            x=_LEFT + (at + 0.5) * step,
            y=height - 6,
            text_anchor="start" if at == 0 else "middle",
            class_="label",
        )
        for at, label in enumerate(labels)
        if at % every == 0
    ]
