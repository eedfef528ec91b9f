"""Recordings of real receivers: GPX files, GeoLife .plt files, raw NMEA logs.

Positions are given on at their own times and nothing is put between them; NMEA logs are given on byte
for byte. Files that cannot be read are refused whole with one sentence.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import numpy as np

from simulators.projection import Ints

_MAX_BYTES = 200_000_000
_TIMED = re.compile(rb"\$..(?:(?:RMC|GGA|GNS|ZDA|GBS|GST),|GLL,(?:[^,*\r\n]*,){4})(\d{6}(?:\.\d+)?)[,*]")
_RMC = re.compile(
    rb"\$..RMC,(\d{6})(?:\.\d+)?,A,(\d{2,3})(\d{2}\.\d+),([NS]),(\d{3})(\d{2}\.\d+),([EW]),"
    rb"[^,]*,[^,]*,(\d{6}),"
)


class TraceError(ValueError):
    """A recording that cannot be used; the sentence names the file and the place."""


@dataclass(frozen=True)
class Positions:
    """Samples in time order, one a second at most. Unknown satellites or hdop100 are -1.

    dropped: samples left out because they repeat a second or go back in time.
    """

    source: str
    utc_s: Ints
    lat_e7: Ints
    lon_e7: Ints
    satellites: Ints
    hdop100: Ints
    dropped: int


@dataclass(frozen=True)
class NmeaLog:
    """A raw log cut into epochs, which joined are the file's bytes. first_fix: first epoch with a fix, or -1.

    utc_s: Unix second of each epoch's valid RMC, 0 where it has none; lat_e7, lon_e7 likewise.
    """

    source: str
    epochs: tuple[bytes, ...]
    utc_s: Ints
    lat_e7: Ints
    lon_e7: Ints

    @property
    def first_fix(self) -> int:
        found = np.flatnonzero(self.utc_s)
        return int(found[0]) if len(found) else -1


def read_trace(path: Path) -> Positions | NmeaLog:
    """Read a recording by its suffix: .gpx, .plt, else as an NMEA log. Raises TraceError."""
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise TraceError(f"{path}: is larger than {_MAX_BYTES // 1_000_000} MB; cut it into pieces.")
        data = path.read_bytes()
    except OSError as fault:
        raise TraceError(f"{path}: cannot be read ({fault.strerror}); check the path.") from None
    if path.suffix.lower() == ".gpx":
        return read_gpx(data, str(path))
    if path.suffix.lower() == ".plt":
        return read_plt(data, str(path))
    return read_nmea(data, str(path))


def read_gpx(data: bytes, source: str) -> Positions:
    """Track samples (trkpt) of a GPX file; each needs a time with its zone. DTDs are refused."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise TraceError(f"{source}: is not UTF-8; save it as UTF-8.") from None
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise TraceError(f"{source}: holds a DTD, which a recording does not need; remove it.")
    try:
        root = ET.fromstring(text)
    except ET.ParseError as fault:
        raise TraceError(f"{source}: is not XML: {fault}.") from None
    rows = []
    for index, sample in enumerate(e for e in root.iter() if _tag(e) == "trkpt"):
        place = f"{source}: trkpt {index + 1}"
        fields = {_tag(child): (child.text or "").strip() for child in sample}
        where = _degrees(sample.get("lat"), sample.get("lon"), place)
        seen = _scaled(fields.get("sat"), 1), _scaled(fields.get("hdop"), 100)
        rows.append((_instant(fields.get("time", ""), place), *where, *seen))
    return _positions(rows, source)


def read_plt(data: bytes, source: str) -> Positions:
    """A GeoLife .plt: six lines of head, then lat,lon,0,altitude,days,date,time (UTC)."""
    lines = data.decode("utf-8", "replace").splitlines()
    if not lines or not lines[0].lower().startswith("geolife"):
        raise TraceError(f"{source}: line 1: does not say Geolife trajectory; is this another kind of file?")
    rows = []
    for number, line in enumerate(lines[6:], start=7):
        if not line.strip():
            continue
        fields = line.split(",")
        place = f"{source}: line {number}"
        if len(fields) != 7:
            raise TraceError(f"{place}: has {len(fields)} fields, needs 7.")
        rows.append(
            (
                _instant(f"{fields[5]}T{fields[6].strip()}Z", place),
                *_degrees(fields[0], fields[1], place),
                -1,
                -1,
            )
        )
    return _positions(rows, source)


def read_nmea(data: bytes, source: str) -> NmeaLog:
    """Cut a raw log where a sentence's time differs from the one before; binary and bad lines stay in place.

    Before the first time (the receiver does not know it yet) the cut is after every RMC.
    """
    cuts, last = [0], b""
    for line in re.finditer(rb"\$[^\r\n$]*", data):
        timed = _TIMED.match(line.group())
        if timed is not None:
            if last and timed.group(1) != last:
                cuts.append(line.start())
            last = timed.group(1)
        elif not last and line.group()[3:6] == b"RMC":
            cuts.append(line.end())
    epochs = [data[begin:end] for begin, end in pairwise([*cuts, len(data)]) if end > begin]
    if b"$" not in data or not any(_TIMED.search(epoch) for epoch in epochs):
        raise TraceError(f"{source}: holds no NMEA sentence with a time; give a .gpx, a .plt or an NMEA log.")
    rows = [_rmc(epoch) for epoch in epochs]
    table = np.array(rows, dtype=np.int64)
    return NmeaLog(source, tuple(epochs), table[:, 0], table[:, 1], table[:, 2])


def _rmc(epoch: bytes) -> tuple[int, int, int]:
    found = _RMC.search(epoch)
    if found is None:
        return 0, 0, 0
    clock, lat, lat_minutes, north, lon, lon_minutes, east, day = (part.decode() for part in found.groups())
    try:
        utc = datetime.strptime(day + clock, "%d%m%y%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return 0, 0, 0
    lat_e7 = round((int(lat) + float(lat_minutes) / 60.0) * 1e7) * (1 if north == "N" else -1)
    lon_e7 = round((int(lon) + float(lon_minutes) / 60.0) * 1e7) * (1 if east == "E" else -1)
    return int(utc.timestamp()), lat_e7, lon_e7


def _tag(element: ET.Element) -> str:
    return str(element.tag).rsplit("}", 1)[-1]


def _instant(text: str, place: str) -> int:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise TraceError(f"{place}: {text!r} is not a time such as 2026-09-15T00:10:20Z.") from None
    if instant.tzinfo is None:
        raise TraceError(f"{place}: the time {text!r} has no zone; add Z for UTC.")
    return int(instant.timestamp())


def _degrees(lat: str | None, lon: str | None, place: str) -> tuple[int, int]:
    try:
        values = float(lat or "x"), float(lon or "x")
    except ValueError:
        raise TraceError(f"{place}: latitude {lat!r}, longitude {lon!r} are not degrees.") from None
    if not (abs(values[0]) <= 90 and abs(values[1]) <= 180):
        raise TraceError(f"{place}: latitude {lat}, longitude {lon} are not on Earth.")
    return round(values[0] * 1e7), round(values[1] * 1e7)


def _scaled(text: str | None, factor: int) -> int:
    """A number that need not be there; -1 for unknown."""
    try:
        value = float(text or "x") * factor
    except ValueError:
        return -1
    return round(value) if 0 <= value < 10000 else -1


def _positions(rows: list[tuple[int, int, int, int, int]], source: str) -> Positions:
    kept: list[tuple[int, int, int, int, int]] = []
    for row in rows:
        if not kept or row[0] > kept[-1][0]:
            kept.append(row)
    if len(kept) < 2:
        raise TraceError(f"{source}: holds fewer than two samples with different times.")
    table = np.array(kept, dtype=np.int64)
    return Positions(
        source, table[:, 0], table[:, 1], table[:, 2], table[:, 3], table[:, 4], len(rows) - len(kept)
    )
