"""The field's own lists: "lon,lat;lon,lat;...", one fence a line.

`NAME<tab>list` or `NAME: list` names a fence, `|` stands between the pieces of one fence, and a list need not
repeat its first position: that it closes is how the form is meant. Chinese commas and semicolons are read as
their Latin ones. Lines that are empty or begin with # are skipped.
"""

from __future__ import annotations

from geofence.errors import Where, shown
from geofence.exchange.drawing import Drawings
from geofence.geojson import RawFeature

_LATIN = str.maketrans({"，": ",", "；": ";", "：": ":", "｜": "|", "\u3000": " "})
_REMEDY = "write lon,lat;lon,lat;... in degrees"


def read_lists(text: str, source: str, lines: bool = False) -> Drawings:
    """The fences of a text; with `lines` each list is the line of a corridor, else an area.

    Raises FenceError with the line and the position in it.
    """
    features = []
    for number, raw in enumerate(text.removeprefix("\ufeff").splitlines(), start=1):
        line = raw.strip()
        if line and not line.startswith("#"):
            features.append(_feature(Where(source, f"line {number}"), line.translate(_LATIN), lines))
    if not features:
        raise Where(source).refuse("", "there is no list of positions in it", _REMEDY)
    return Drawings(tuple(features))


def _feature(where: Where, line: str, lines: bool) -> RawFeature:
    name, mark, rest = line.partition("\t")
    if not mark:
        name, mark, rest = line.partition(":")
    properties: dict[str, object] = {"name": name.strip()} if mark and name.strip() else {}
    pieces = [
        _positions(where, number, piece)
        for number, piece in enumerate((rest if mark else line).strip(" |").split("|"), start=1)
    ]
    if lines:
        line_shape = "LineString" if len(pieces) == 1 else "MultiLineString"
        return RawFeature(where, properties, line_shape, pieces[0] if len(pieces) == 1 else pieces)
    rings = [[_closed(piece)] for piece in pieces]
    area_shape = "Polygon" if len(rings) == 1 else "MultiPolygon"
    return RawFeature(where, properties, area_shape, rings[0] if len(rings) == 1 else rings)


def _closed(positions: list[list[float]]) -> list[list[float]]:
    return positions if positions[0] == positions[-1] else [*positions, positions[0]]


def _positions(where: Where, piece_number: int, piece: str) -> list[list[float]]:
    rows = []
    for number, pair in enumerate(piece.strip().strip(";").split(";"), start=1):
        place = f"piece {piece_number}, position {number}"
        numbers = pair.split(",")
        try:
            position = [float(text) for text in numbers]
        except ValueError:
            raise where.refuse(place, f"{shown(pair.strip())} is not a position", _REMEDY) from None
        if len(position) not in (2, 3):
            raise where.refuse(place, f"{shown(pair.strip())} is not a position", _REMEDY)
        rows.append(position[:2])
    return rows
