"""The text of a file in any known form to drawings whose properties are filled up from what was given."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath

from geofence.errors import Where, shown
from geofence.exchange.drawing import Drawings, LeftOut
from geofence.exchange.kml import read_kml
from geofence.exchange.lists import read_lists
from geofence.exchange.wkt import DEPTHS, read_wkt
from geofence.geojson import RawFeature, features_of, parse_json
from geofence.properties import OPTIONAL, REQUIRED

FORMATS = ("geojson", "wkt", "kml", "list")
_BY_SUFFIX = {".geojson": "geojson", ".json": "geojson", ".wkt": "wkt", ".kml": "kml", ".kmz": "kml"}
LINES = ("LineString", "MultiLineString")


def format_of(data: bytes, source: str) -> str:
    """The form of a file by its name's end, else by how it begins."""
    known = _BY_SUFFIX.get(PurePath(source).suffix.lower())
    if known is not None:
        return known
    head = data[:200].removeprefix(b"\xef\xbb\xbf").lstrip()
    if head[:1] in (b"{", b"["):
        return "geojson"
    if head[:1] == b"<" or head[:2] == b"PK":
        return "kml"
    word = head[:20].decode("ascii", "replace").upper()
    return "wkt" if word.startswith((*DEPTHS, "SRID")) else "list"


def read_drawings(data: bytes, source: str, form: str, given: Mapping[str, object]) -> Drawings:
    """The drawings of a file in one of FORMATS.

    `given`: properties for features that do not carry them; `fence` names a single feature, or begins the
    names of several. half_width_m is for lines only, and makes the lists of a list file lines. A feature
    without a fence id is called by its name, else by its ground, and a number. Raises FenceError.
    """
    lines = given.get("half_width_m") is not None
    if form == "kml":
        drawings = read_kml(data, source)
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            place = f"byte {error.start + 1}"
            raise Where(source).refuse(place, "this is not UTF-8 text", "save the file as UTF-8") from None
        drawings = _read_text(text, source, form, lines)
    left_out = list(drawings.left_out)
    count = len(drawings.features)
    filled = [
        _filled(feature, number if count > 1 else None, given, left_out)
        for number, feature in enumerate(drawings.features, start=1)
    ]
    return Drawings(tuple(filled), tuple(left_out))


def _read_text(text: str, source: str, form: str, lines: bool) -> Drawings:
    if form == "geojson":
        return Drawings(tuple(features_of(parse_json(text, source), source)))
    return read_wkt(text, source) if form == "wkt" else read_lists(text, source, lines)


def _filled(
    feature: RawFeature, number: int | None, given: Mapping[str, object], left_out: list[LeftOut]
) -> RawFeature:
    known = REQUIRED + OPTIONAL
    properties = {name: value for name, value in feature.properties.items() if name in known}
    for name in feature.properties:
        if name not in known and name != "name":
            left_out.append(LeftOut(feature.where.feature, f"the property {shown(name)}"))
    for name, value in given.items():
        if name not in properties and name != "fence" and not (name == "half_width_m" and _is_area(feature)):
            properties[name] = value
    # JSON may hold null where an id is missing.
    if properties.get("fence") is None:
        base = given.get("fence") or feature.properties.get("name") or properties.get("ground") or "fence"
        numbered = number is not None and (given.get("fence") or not feature.properties.get("name"))
        properties["fence"] = f"{base}-{number}" if numbered else str(base)
    where = feature.where
    if "fence " not in where.feature:
        where = Where(where.source, f"{where.feature} (fence {shown(properties['fence'])})")
    return RawFeature(where, properties, feature.shape, feature.coordinates)


def _is_area(feature: RawFeature) -> bool:
    return feature.shape not in LINES
