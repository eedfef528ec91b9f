"""KML 2.2 (OGC 12-007r2): the Placemarks of a file, with their names and ExtendedData.

Polygon is an area, LineString a corridor, MultiGeometry several of one of them. Whatever else a Placemark
draws is left out and told. Data whose names are properties of a fence are taken as such.
"""

from __future__ import annotations

from geofence.errors import Where, shown
from geofence.exchange.drawing import Drawings, LeftOut
from geofence.exchange.property_text import value_of
from geofence.exchange.xml_tree import Element, read_xml
from geofence.geojson import RawFeature

DRAWN = ("Polygon", "LineString", "LinearRing", "Point", "Track", "MultiTrack", "Model")
_REMEDY = "write each position as lon,lat or lon,lat,altitude with blanks between"


def read_kml(data: bytes, source: str) -> Drawings:
    """The areas and lines of a KML file's Placemarks. Raises FenceError with the line."""
    if data.startswith(b"PK"):
        raise Where(source).refuse("", "this is a zipped KML (KMZ)", "unzip it and give the doc.kml inside")
    root = read_xml(data, source)
    if root.name != "kml":
        raise Where(source).refuse("line 1", f"{shown(root.name)} is not KML", "export the file as KML")
    features: list[RawFeature] = []
    left_out: list[LeftOut] = []
    for number, placemark in enumerate(root.below("Placemark"), start=1):
        title = placemark.one("name")
        name = "" if title is None else " ".join(title.text.split())
        named = f" ({shown(name)})" if name else ""
        where = Where(source, f"Placemark {number}{named}, line {placemark.line}")
        features += _features(where, name, placemark, left_out)
    if not features:
        raise Where(source).refuse("", "no Placemark of it is a Polygon or a LineString", "draw the fences")
    return Drawings(tuple(features), tuple(left_out))


def _features(where: Where, name: str, placemark: Element, left_out: list[LeftOut]) -> list[RawFeature]:
    drawn = _drawn(placemark)
    left_out += [
        LeftOut(f"{where.feature}, line {element.line}", f"a {element.name}")
        for element in drawn
        if element.name not in ("Polygon", "LineString")
    ]
    areas: list[object] = [_rings(where, element) for element in drawn if element.name == "Polygon"]
    lines: list[object] = [_positions(where, element) for element in drawn if element.name == "LineString"]
    if areas and lines:
        problem = "it holds areas and lines together, and a fence is one or the other"
        raise where.refuse("", problem, "make two Placemarks of it")
    if not areas and not lines:
        return []
    properties = {**({"name": name} if name else {}), **_data(placemark)}
    if areas:
        shape, coordinates = ("Polygon", areas[0]) if len(areas) == 1 else ("MultiPolygon", areas)
    else:
        shape, coordinates = ("LineString", lines[0]) if len(lines) == 1 else ("MultiLineString", lines)
    return [RawFeature(where, properties, shape, coordinates)]


def _drawn(element: Element) -> list[Element]:
    """What is drawn below an element, MultiGeometry taken apart."""
    found = []
    for child in element.children:
        if child.name == "MultiGeometry":
            found += _drawn(child)
        elif child.name in DRAWN:
            found.append(child)
    return found


def _rings(where: Where, polygon: Element) -> list[object]:
    rings: list[object] = []
    for side, least in (("outerBoundaryIs", 1), ("innerBoundaryIs", 0)):
        linear = [ring for boundary in polygon.all(side) for ring in boundary.all("LinearRing")]
        if len(linear) < least or (least and len(linear) > 1):
            problem = f"the Polygon has {len(linear)} outer rings"
            raise where.refuse(f"line {polygon.line}", problem, "a Polygon has one")
        rings += [_positions(where, ring) for ring in linear]
    return rings


def _positions(where: Where, drawn: Element) -> list[list[float]]:
    coordinates = drawn.one("coordinates")
    rows: list[list[float]] = []
    for text in ("" if coordinates is None else coordinates.text).split():
        numbers = text.split(",")
        try:
            position = [float(number) for number in numbers]
        except ValueError:
            position = []
        if len(position) not in (2, 3):
            place = f"line {drawn.line}, position {len(rows) + 1}"
            raise where.refuse(place, f"{shown(text)} is not a position", _REMEDY)
        rows.append(position[:2])
    return rows


def _data(placemark: Element) -> dict[str, object]:
    """Data and SimpleData by name."""
    found: dict[str, object] = {}
    for extended in placemark.all("ExtendedData"):
        for data in extended.all("Data"):
            value = data.one("value")
            name = data.attributes.get("name", "")
            found[name] = value_of(name, "" if value is None else value.text)
        for simple in extended.below("SimpleData"):
            name = simple.attributes.get("name", "")
            found[name] = value_of(name, simple.text)
    return found
