"""Well-known text (OGC 06-103r4): one or more geometries, as databases and drawing programs export them."""

from __future__ import annotations

import re
from typing import NoReturn

from geofence.errors import Where, shown
from geofence.exchange.drawing import Drawings
from geofence.geojson import RawFeature

# The depth of brackets around a position.
DEPTHS = {"LINESTRING": 1, "POLYGON": 2, "MULTILINESTRING": 2, "MULTIPOLYGON": 3}
NAMES = {
    "LINESTRING": "LineString",
    "POLYGON": "Polygon",
    "MULTILINESTRING": "MultiLineString",
    "MULTIPOLYGON": "MultiPolygon",
}
_TOKEN = re.compile(
    r"\s*(?:(?P<word>[A-Za-z]+)|(?P<number>[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)|(?P<mark>\S))"
)
_ORDINATES = {"Z": 3, "M": 3, "ZM": 4}


def read_wkt(text: str, source: str) -> Drawings:
    """The geometries of a text, one after the other, with or without ; between; SRID=4326 may stand before.

    Further ordinates (Z, M) are left aside. Raises FenceError with line and column.
    """
    cursor = _Cursor(text, source)
    features: list[RawFeature] = []
    while not cursor.ended():
        features.append(_geometry(cursor, len(features) + 1))
        while cursor.took(";"):
            pass
    if not features:
        cursor.refuse("there is no geometry in it", "write POLYGON ((lon lat, lon lat, ...))")
    return Drawings(tuple(features))


class _Cursor:
    """The tokens of a text, one by one."""

    def __init__(self, text: str, source: str) -> None:
        self._text, self.source = text, source
        self._at = 0
        self._match = _TOKEN.match(text)

    def ended(self) -> bool:
        return self._match is None

    def kind(self) -> str | None:
        return None if self._match is None else self._match.lastgroup

    def token(self) -> str:
        return "" if self._match is None else str(self._match[str(self._match.lastgroup)])

    def next(self) -> str:
        token = self.token()
        if self._match is not None:
            self._at = self._match.end()
            self._match = _TOKEN.match(self._text, self._at)
        return token

    def took(self, mark: str) -> bool:
        if self.kind() == "mark" and self.token() == mark:
            self.next()
            return True
        return False

    def expect(self, mark: str) -> None:
        if not self.took(mark):
            self.refuse(
                f"{self.named()} stands where {shown(mark)} should", "mend the text or export it again"
            )

    def named(self) -> str:
        return shown(self.token()) if self.token() else "the end of the text"

    def refuse(self, problem: str, remedy: str) -> NoReturn:
        at = len(self._text) if self._match is None else self._match.start(str(self._match.lastgroup))
        line = self._text.count("\n", 0, at) + 1
        column = at - self._text.rfind("\n", 0, at)
        raise Where(self.source).refuse(f"line {line} column {column}", problem, remedy)


def _geometry(cursor: _Cursor, number: int) -> RawFeature:
    if cursor.token().upper() == "SRID":
        cursor.next()
        cursor.expect("=")
        if cursor.token() != "4326":
            cursor.refuse(f"SRID {cursor.named()} is not WGS-84", "export it as 4326")
        cursor.next()
        cursor.expect(";")
    name = cursor.token().upper()
    if name not in DEPTHS:
        cursor.refuse(f"{cursor.named()} cannot be a fence", f"use one of {', '.join(DEPTHS)}")
    cursor.next()
    ordinates = None
    if cursor.kind() == "word" and cursor.token().upper() in _ORDINATES:
        ordinates = _ORDINATES[cursor.next().upper()]
    if cursor.token().upper() == "EMPTY":
        cursor.refuse("the geometry is empty", "draw the fence again or take it out")
    return RawFeature(
        Where(cursor.source, f"geometry {number}"), {}, NAMES[name], _list(cursor, DEPTHS[name], ordinates)
    )


def _list(cursor: _Cursor, depth: int, ordinates: int | None) -> list[object]:
    cursor.expect("(")
    items: list[object] = []
    while True:
        items.append(_list(cursor, depth - 1, ordinates) if depth > 1 else _position(cursor, ordinates))
        if not cursor.took(","):
            cursor.expect(")")
            return items


def _position(cursor: _Cursor, ordinates: int | None) -> list[float]:
    numbers = []
    while cursor.kind() == "number":
        numbers.append(float(cursor.next()))
    if len(numbers) != ordinates if ordinates is not None else not 2 <= len(numbers) <= 4:
        cursor.refuse(f"a position before here has {len(numbers)} numbers", "write each as lon lat")
    return numbers[:2]
