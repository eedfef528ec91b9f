"""A fault: a kind at its place, as sentences in English and Chinese and as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from geofence.positions import E7
from geofence.survey.kinds import KINDS


@dataclass(frozen=True)
class Fault:
    """A kind of fault at its place: which feature, ring (both languages) and vertex, from 1; where on earth.

    lon_e7 and lat_e7 are as drawn, in the datum that was stated.
    """

    kind: str
    feature: str
    fence: str
    ring: tuple[str, str] = ("", "")
    vertex: int | None = None
    lon_e7: int | None = None
    lat_e7: int | None = None
    numbers: Mapping[str, object] = field(default_factory=dict)

    @property
    def severity(self) -> str:
        """`error`, which stops an import, or `warning`."""
        return KINDS[self.kind].severity

    def place(self) -> str:
        """Feature, ring, vertex and coordinates in one line."""
        parts = [self.feature, self.ring[0]]
        parts.append(f"vertex {self.vertex}" if self.vertex is not None else "")
        if self.lon_e7 is not None and self.lat_e7 is not None:
            parts.append(f"at {self.lon_e7 / E7:.7f}, {self.lat_e7 / E7:.7f}")
        return ", ".join(part for part in parts if part)

    def english(self) -> str:
        """Place, problem, what to do, as one sentence."""
        kind = KINDS[self.kind]
        said = f"{kind.english}; {kind.remedy}.".format(**self._told())
        return f"{self.place()}: {said}" if self.place() else said

    def chinese(self) -> str:
        """The same in Chinese, the place by its ring and vertex."""
        kind = KINDS[self.kind]
        parts = [self.fence, self.ring[1], f"第 {self.vertex} 点" if self.vertex is not None else ""]
        place = "，".join(part for part in parts if part)
        said = f"{kind.chinese}；{kind.remedy_chinese}。".format(**self._told())
        return f"{place}：{said}" if place else said

    def _told(self) -> dict[str, object]:
        return {"vertex": self.vertex, **self.numbers}

    def to_json(self) -> dict[str, object]:
        """The fault as the report holds it."""
        degrees = (None if e7 is None else e7 / E7 for e7 in (self.lon_e7, self.lat_e7))
        lon, lat = degrees
        return {
            "kind": self.kind,
            "severity": self.severity,
            "feature": self.feature,
            "fence": self.fence,
            "ring": self.ring[0] or None,
            "vertex": self.vertex,
            "lon": lon,
            "lat": lat,
            "numbers": dict(self.numbers),
            "en": self.english(),
            "zh": self.chinese(),
        }
