"""The trace against the fences of that moment, drawn: each minute in the letter and line of its verdict.

North is up, east and north have one scale. Letters and dashes tell verdicts apart without colours.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

import shapely
from reportlab.graphics.shapes import Drawing, Line, Polygon, PolyLine, Rect, String

from firmware.wire import records as wire
from ingest.judge.outcome import ACCEPTED, REFUSED
from ingest.pack import wrapped
from ingest.pack.documents import Documents

WIDTH, HEIGHT = 480.0, 230.0
_MARGIN = 14.0
_E7, _M_PER_DEGREE = 1e7, 111_320.0
_LAT, _LON = 1, 2
_LETTERS, _COLOURS = ("A", "R", "U"), ("#1b6e3c", "#b3261e", "#8a5a00")
_DASHES: tuple[list[float] | None, ...] = (None, [4, 2], [1, 2])
_LETTERS_MOST = 20
_STEPS_M = (10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 50_000)
Place = tuple[float, float]


class Driven(NamedTuple):
    """A minute's way: (longitude, latitude) in degrees; its verdict in the end."""

    places: list[Place]
    verdict: int


def sketch(documents: Documents) -> Drawing | None:
    """The drawing; None where no minute has a position."""
    driven = _driven(documents)
    if not driven:
        return None
    one = documents.verdicts["outcome"]
    fences = [
        (fence.fence_id, ring)
        for fence in documents.fence_entries
        if fence.in_force(one["part"], one["start_s"])
        for ring in _rings(fence.geometry)
    ]
    return _drawn(driven, fences, _Scale([place for minute in driven for place in minute.places]))


def _driven(documents: Documents) -> list[Driven]:
    decided = {row["minute"]: row["verdict"] for row in documents.decisions["decided"]}
    verdicts = {
        row["seq"]: decided.get(row["minute"], row["verdict"]) for row in documents.verdicts["minutes"]
    }
    found = []
    for record in documents.records:
        seq = int.from_bytes(record[9:13], "big")
        fixes = wire.decode(record)["fixes"] if seq in verdicts else []
        if fixes:
            places = [(fix[_LON] / _E7, fix[_LAT] / _E7) for fix in fixes]
            found.append(Driven(places, verdicts[seq]))
    return found


def _rings(geometry: shapely.Geometry) -> list[list[Place]]:
    parts = getattr(geometry, "geoms", [geometry])
    return [[(x, y) for x, y in ring.coords] for part in parts for ring in (part.exterior, *part.interiors)]


class _Scale:
    """Degrees to points of the drawing: the trace with a fifth more around it, fences beyond are cut off."""

    def __init__(self, places: list[Place]) -> None:
        lons, lats = [place[0] for place in places], [place[1] for place in places]
        self._lon, self._lat = (min(lons) + max(lons)) / 2, (min(lats) + max(lats)) / 2
        self._east_m = _M_PER_DEGREE * max(math.cos(math.radians(self._lat)), 0.01)
        wide_m = max((max(lons) - min(lons)) * self._east_m, 50.0)
        high_m = max((max(lats) - min(lats)) * _M_PER_DEGREE, 50.0)
        self.points_per_m = min((WIDTH - 2 * _MARGIN) / wide_m, (HEIGHT - 2 * _MARGIN) / high_m) / 1.4

    def __call__(self, places: Iterable[Place]) -> list[Place]:
        scale = self.points_per_m
        return [
            (
                round(WIDTH / 2 + (lon - self._lon) * self._east_m * scale, 2),
                round(HEIGHT / 2 + (lat - self._lat) * _M_PER_DEGREE * scale, 2),
            )
            for lon, lat in places
        ]


def _drawn(driven: list[Driven], fences: list[tuple[str, list[Place]]], scale: _Scale) -> Drawing:
    made = Drawing(WIDTH, HEIGHT)
    frame = shapely.box(0, 0, WIDTH, HEIGHT)
    made.add(Rect(0, 0, WIDTH, HEIGHT, fillColor=None, strokeColor="#888888", strokeWidth=0.5))
    for name, ring in fences:
        _fence(made, name, shapely.Polygon(scale(ring)).buffer(0).intersection(frame))
    for verdict in (ACCEPTED, *range(len(_LETTERS) - 1, REFUSED - 1, -1)):
        for minute in driven:
            if minute.verdict == verdict:
                _way(made, scale(minute.places), verdict)
    every = max(1, math.ceil(len(driven) / _LETTERS_MOST))
    for minute in driven[::every]:
        (x, y), *_ = scale(minute.places[:1])
        made.add(_text(x + 2, y + 2, _LETTERS[minute.verdict], 7, _COLOURS[minute.verdict]))
    _ruler(made, scale.points_per_m)
    return made


def _fence(made: Drawing, name: str, seen: shapely.Geometry) -> None:
    for part in getattr(seen, "geoms", [seen]):
        if part.is_empty or part.geom_type != "Polygon":
            continue
        points = [round(value, 2) for place in part.exterior.coords for value in place]
        made.add(Polygon(points, fillColor="#eef2f7", strokeColor="#33475b", strokeWidth=1))
        inside = part.representative_point()
        made.add(_text(inside.x, inside.y, wrapped.shown(name)[:40], 6, "#33475b"))


def _way(made: Drawing, places: list[Place], verdict: int) -> None:
    points = [value for place in places for value in place]
    line = PolyLine(points, strokeColor=_COLOURS[verdict], strokeWidth=1.1, fillColor=None)
    line.strokeDashArray = _DASHES[verdict]
    made.add(line)


def _ruler(made: Drawing, points_per_m: float) -> None:
    metres = next((step for step in _STEPS_M if step * points_per_m >= 50), _STEPS_M[-1])
    right, length = WIDTH - _MARGIN, min(metres * points_per_m, WIDTH - 2 * _MARGIN)
    made.add(Line(right - length, 10, right, 10, strokeColor="#000000", strokeWidth=1))
    made.add(_text(right - length, 13, f"{metres} m", 7, "#000000"))
    made.add(_text(_MARGIN, HEIGHT - 12, "N", 8, "#000000"))
    made.add(Line(_MARGIN + 10, HEIGHT - 13, _MARGIN + 10, HEIGHT - 4, strokeColor="#000000", strokeWidth=1))


def _text(x: float, y: float, words: str, size: float, colour: str) -> String:
    is_latin = wrapped.LATIN_RUN.fullmatch(words)
    font = wrapped.LATIN if is_latin else wrapped.CHINESE
    return String(round(x, 2), round(y, 2), words, fontName=font, fontSize=size, fillColor=colour)
