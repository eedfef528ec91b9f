"""GeoJSON text (RFC 7946) to raw features: the structure only, no opinion on values."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import NoReturn

from geofence.errors import FenceError, Where, shown

COLLECTION_MEMBERS = frozenset({"type", "features", "name", "bbox", "crs"})
FEATURE_MEMBERS = frozenset({"type", "id", "properties", "geometry", "bbox"})
GEOMETRY_MEMBERS = frozenset({"type", "coordinates", "bbox"})
SHAPES = ("Polygon", "MultiPolygon", "LineString", "MultiLineString")
# The spellings of "WGS-84, longitude first" that drawing programs write; RFC 7946 needs none.
WGS84_NAMES = frozenset({"urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:OGC::CRS84"})


@dataclass(frozen=True)
class RawFeature:
    """One feature as written: nothing in it has been checked except that it is there."""

    where: Where
    properties: dict[str, object]
    shape: str
    coordinates: object


def parse_json(text: str, source: str) -> object:
    """The JSON value of `text`.

    Raises FenceError for broken JSON (with line and column), for a member written twice in one object,
    and for NaN and Infinity, which JSON does not have.
    """
    where = Where(source)

    def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        members = dict(pairs)
        if len(members) < len(pairs):
            names = [name for name, _ in pairs]
            twice = next(name for name in names if names.count(name) > 1)
            raise where.refuse(
                f"member {shown(twice)}", "it is written twice in one object", "keep one of the two"
            )
        return members

    def constant(name: str) -> NoReturn:
        raise where.refuse("", f"{name} is not a number in JSON", "write a finite number")

    try:
        value: object = json.loads(text, object_pairs_hook=once, parse_constant=constant)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno} column {error.colno}"
        raise where.refuse(
            place, f"this is not JSON ({error.msg})", "mend the file or export it again"
        ) from None
    except FenceError:
        raise
    except (ValueError, RecursionError):
        raise where.refuse(
            "", "it holds a number too long or lists too deep to be read", "export the file again"
        ) from None
    return value


def features_of(document: object, source: str) -> list[RawFeature]:
    """The raw features of a FeatureCollection, in the file's order. Raises FenceError."""
    where = Where(source)
    if not isinstance(document, dict) or document.get("type") != "FeatureCollection":
        raise where.refuse("", "this is not a GeoJSON FeatureCollection", "wrap the features in one")
    _only(where, "the collection", document, COLLECTION_MEMBERS)
    _check_crs(where, document)
    features = document.get("features")
    if not isinstance(features, list) or not features:
        raise where.refuse("features", "there is no list of features with a fence in it", "add a feature")
    return [_feature(source, number, value) for number, value in enumerate(features, start=1)]


def _feature(source: str, number: int, value: object) -> RawFeature:
    where = Where(source, f"feature {number}")
    if not isinstance(value, dict) or value.get("type") != "Feature":
        raise where.refuse("", "it is not a GeoJSON Feature", 'write {"type": "Feature", ...}')
    properties = value.get("properties")
    if not isinstance(properties, dict):
        raise where.refuse("properties", "they are missing", "add the fence's properties")
    fence = properties.get("fence")
    if isinstance(fence, str) and fence:
        where = Where(source, f"feature {number} (fence {shown(fence)})")
    _only(where, "the feature", value, FEATURE_MEMBERS)
    geometry = value.get("geometry")
    if not isinstance(geometry, dict):
        raise where.refuse("geometry", "it is missing", f"draw a {' or '.join(SHAPES)}")
    _only(where, "geometry", geometry, GEOMETRY_MEMBERS)
    shape = geometry.get("type")
    if not isinstance(shape, str) or shape not in SHAPES:
        problem = f"{shown(shape)} cannot be a fence"
        raise where.refuse("geometry", problem, f"use one of {', '.join(SHAPES)}")
    if "coordinates" not in geometry:
        raise where.refuse("geometry", "it has no coordinates", "draw the fence again")
    return RawFeature(where, properties, shape, geometry["coordinates"])


def _only(where: Where, place: str, members: dict[str, object], allowed: frozenset[str]) -> None:
    for name in members:
        if name not in allowed:
            remedy = f"take it out, the members are {', '.join(sorted(allowed))}"
            raise where.refuse(place, f"{shown(name)} is not a known member", remedy)


def _check_crs(where: Where, document: dict[str, object]) -> None:
    crs = document.get("crs")
    if crs is None:
        return
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if not isinstance(name, str) or name not in WGS84_NAMES:
        problem = f"{shown(name)} is not WGS-84 with the longitude first"
        raise where.refuse("crs", problem, "export the file as WGS-84 (CRS84)")
