"""Grounds as a terminal keeps them: fences in whole 1e-7 degrees, packed into one small blob.

All big-endian:
    blob   magic b"HFG1", version u32, fences u16, the fences, CRC-32 u32 of all before
    fence  parts u8 (bit part-1), kind u8 (0 area, 1 corridor; + 2: offsets are u32, else u16),
           valid_from u32, valid_to u32 (Unix seconds, 0 open), half_width_cm u16 (area: 0),
           x_scale u16, y_scale u16 (centimetres per 1e-7 degree of longitude and latitude, times 32768),
           lat_e7 i32, lon_e7 i32 (south-west corner), height, width (offsets), rings u16, the rings
    ring   vertices u16, then (lat, lon) offsets from the corner; a ring does not repeat its first vertex
An area is inside by the even-odd rule over all its rings; a corridor is what lies within the half-width of
its lines. A scale is that of the fence's middle latitude (geofence.projection): the terminal needs no cosine.
"""

from __future__ import annotations

import binascii
import struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geofence.datum import vertices_to_wgs84
from geofence.errors import Where
from geofence.geojson import RawFeature, features_of
from geofence.ground import CHINA_UTC_OFFSET_S, read_fences
from geofence.positions import read_positions
from geofence.projection import LocalPlane
from geofence.properties import APPROVED, Properties, read_properties

MAGIC = b"HFG1"
AREA, CORRIDOR, WIDE = 0, 1, 2
SCALE = 32768
BLOB_MAX = 16384
_U16, _U32 = 0xFFFF, 0xFFFFFFFF

Ring = NDArray[np.int64]
"""Vertices [n, 2] of (lon_e7, lat_e7), the first not repeated at the end."""


def pack_grounds(
    document: object, source: str, version: int, from_s: int = 0, utc_offset_s: int = CHINA_UTC_OFFSET_S
) -> bytes:
    """The approved fences of a parsed GeoJSON FeatureCollection in force at from_s or later, as a blob.

    version: of these grounds, 1 to 2**32 - 1. Raises FenceError for a fence that is not right or too large
    for a terminal, ValueError for a version out of range.
    """
    if not 1 <= version <= _U32:
        raise ValueError(f"version of the grounds {version} is not between 1 and {_U32}.")
    read_fences(document, source, utc_offset_s)
    packed = []
    for feature in features_of(document, source):
        properties = read_properties(feature.where, feature.properties, utc_offset_s)
        lasts = properties.valid_to_s is None or properties.valid_to_s > from_s
        if properties.state == APPROVED and lasts:
            packed.append(_fence(feature, properties))
    body = MAGIC + struct.pack(">IH", version, len(packed)) + b"".join(packed)
    if len(body) + 4 > BLOB_MAX:
        raise Where(source).refuse(
            "",
            f"{len(packed)} fences need {len(body) + 4} bytes",
            f"a terminal holds {BLOB_MAX}; send it fewer",
        )
    return body + struct.pack(">I", binascii.crc32(body))


def order_bodies(blob: bytes, size: int) -> list[bytes]:
    """A blob as the bodies of GROUNDS orders: version u32, part u8 counted from 1, parts u8, the bytes.

    size: of the blob's bytes in one order. Raises ValueError when that would be more than 255 orders.
    """
    slices = [blob[at : at + size] for at in range(0, len(blob), size)]
    if len(slices) > 255:
        raise ValueError(
            f"grounds of {len(blob)} bytes need {len(slices)} orders of {size}; give more bytes."
        )
    return [blob[4:8] + bytes([part, len(slices)]) + piece for part, piece in enumerate(slices, start=1)]


def _fence(feature: RawFeature, properties: Properties) -> bytes:
    rings = _rings(feature, properties.datum)
    every = np.concatenate(rings)
    corner, far = every.min(axis=0), every.max(axis=0)
    lon_e7, lat_e7 = np.rint((corner + far) / 2)
    plane = LocalPlane(int(lat_e7), int(lon_e7))
    wide = bool((far - corner).max() > _U16)
    form = ">u4" if wide else ">u2"
    kind = (AREA if properties.half_width_m is None else CORRIDOR) + (WIDE if wide else 0)
    parts = sum(1 << (part - 1) for part in properties.parts)
    head = struct.pack(
        ">BBIIHHHii",
        parts,
        kind,
        min(max(properties.valid_from_s, 0), _U32),
        min(properties.valid_to_s or 0, _U32),
        round((properties.half_width_m or 0) * 100),
        round(plane.x_m_per_e7 * 100 * SCALE),
        round(plane.y_m_per_e7 * 100 * SCALE),
        int(corner[1]),
        int(corner[0]),
    )
    packed = [head, (far - corner)[::-1].astype(form).tobytes(), struct.pack(">H", len(rings))]
    for ring in rings:
        packed += [struct.pack(">H", len(ring)), (ring - corner)[:, ::-1].astype(form).tobytes()]
    return b"".join(packed)


def _rings(feature: RawFeature, datum: str) -> list[Ring]:
    lines: Any = feature.coordinates
    if feature.shape == "MultiPolygon":
        lines = [ring for polygon in lines for ring in polygon]
    elif feature.shape == "LineString":
        lines = [lines]
    drawn = [read_positions(feature.where, "geometry", line) for line in lines]
    rings = [vertices_to_wgs84(line, datum).astype(np.int64) for line in drawn]
    if feature.shape in ("Polygon", "MultiPolygon"):
        rings = [ring[:-1] for ring in rings]
    if len(rings) > _U16 or max(map(len, rings)) > _U16:
        problem = f"it has more than {_U16} lines or positions"
        raise feature.where.refuse("geometry", problem, "draw it with fewer")
    return rings
