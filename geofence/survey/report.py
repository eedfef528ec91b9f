"""The import report of a file's drawings: every check, in one order, and the suggested repairs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geofence.corridors import read_corridor
from geofence.datum import DATUMS, WGS84
from geofence.datum_fit import fit, fit_sentence
from geofence.errors import FenceError
from geofence.exchange.drawing import Drawings
from geofence.geojson import RawFeature
from geofence.ground import CHINA_UTC_OFFSET_S, Fence, read_fences
from geofence.outlines import read_outline
from geofence.positions import E7
from geofence.properties import REQUIRED, Properties, read_properties
from geofence.property_values import read_half_width_m
from geofence.survey.crossings import crossing_faults
from geofence.survey.drawn import Drawn, read_drawn
from geofence.survey.faults import Fault
from geofence.survey.kinds import ERROR, KINDS
from geofence.survey.limits import Limits
from geofence.survey.outline_faults import Outline, area_faults, area_m2, misplaced_faults, overlap_faults
from geofence.survey.repair import collection, repaired
from geofence.survey.vertices import path_faults
from geofence.survey.whereabouts import whereabouts_faults

AXES_SWAPPED = "AXES_SWAPPED"


@dataclass(frozen=True)
class Fixes:
    """Fixes of earlier traces, WGS-84, int32[n] each."""

    lat_e7: NDArray[np.int32]
    lon_e7: NDArray[np.int32]


@dataclass(frozen=True)
class Report:
    """What was found. `repairs`: by the feature's index, the feature mended, where one can be suggested.

    `areas_m2`: by index, of the features that could be read.
    """

    features: tuple[RawFeature, ...]
    faults: tuple[Fault, ...]
    repairs: Mapping[int, RawFeature]
    areas_m2: Mapping[int, float]

    @property
    def errors(self) -> tuple[Fault, ...]:
        """The faults that stop an import."""
        return tuple(fault for fault in self.faults if fault.severity == ERROR)

    def mended(self) -> tuple[RawFeature, ...]:
        """The features, each mended where a repair is suggested."""
        return tuple(self.repairs.get(index, feature) for index, feature in enumerate(self.features))

    def to_json(self) -> dict[str, object]:
        """The report as JSON, the repairs as a FeatureCollection of the mended features alone."""
        return {
            "fences": len(self.features),
            "errors": len(self.errors),
            "warnings": len(self.faults) - len(self.errors),
            "areas_m2": {
                str(self.features[index].properties.get("fence")): round(area)
                for index, area in self.areas_m2.items()
            },
            "faults": [fault.to_json() for fault in self.faults],
            "suggested_repair": collection([self.repairs[index] for index in sorted(self.repairs)]),
        }


def survey(
    drawings: Drawings,
    source: str,
    limits: Limits | None = None,
    fixes: Fixes | None = None,
    others: Sequence[Fence] = (),
    properties_too: bool = True,
    utc_offset_s: int = CHINA_UTC_OFFSET_S,
) -> Report:
    """Look at drawings. Without errors in the report and with `properties_too`, read_fences takes them.

    others: fences that are there already, for overlaps. fixes: for the datum.
    """
    limits = limits or Limits()
    faults = [Fault("LEFT_OUT", left.place, "", numbers={"what": left.what}) for left in drawings.left_out]
    repairs: dict[int, RawFeature] = {}
    outlines: dict[int, Outline] = {}
    for index, feature in enumerate(drawings.features):
        found, outline, repair = _feature(feature, limits, fixes, properties_too, utc_offset_s)
        faults += found
        if outline is not None:
            outlines[index] = outline
        if repair is not None:
            repairs[index] = repair
    faults += overlap_faults(list(outlines.values()), [_of_fence(fence) for fence in others], limits)
    if properties_too and not any(fault.severity == ERROR for fault in faults):
        faults += _whole(drawings.features, source, utc_offset_s)
    areas_m2 = {index: area_m2(outline.outline_e7) for index, outline in outlines.items()}
    return Report(drawings.features, tuple(faults), repairs, areas_m2)


def _feature(
    feature: RawFeature, limits: Limits, fixes: Fixes | None, properties_too: bool, utc_offset_s: int
) -> tuple[list[Fault], Outline | None, RawFeature | None]:
    faults = list(_property_faults(feature, utc_offset_s)) if properties_too else []
    properties = None if faults or not properties_too else _properties(feature, utc_offset_s)
    try:
        drawn = read_drawn(feature)
    except FenceError as error:
        return [*faults, _unreadable(error, feature)], None, None
    datum = _datum(feature)
    shape_faults = [*whereabouts_faults(drawn, datum), *path_faults(drawn, limits), *crossing_faults(drawn)]
    if drawn.polygons and not any(fault.severity == ERROR for fault in shape_faults):
        shape_faults += misplaced_faults(drawn)
    repair = None
    if any(KINDS[fault.kind].mended for fault in shape_faults):
        repair = repaired(feature, drawn, any(f.kind == AXES_SWAPPED for f in shape_faults), limits)
    faults += shape_faults
    outline = None
    if not any(fault.severity == ERROR for fault in shape_faults):
        try:
            outline_e7 = _outline_e7(feature, datum)
        except FenceError as error:
            return [*faults, _unreadable(error, feature)], None, repair
        outline = Outline(feature.where.feature, drawn.fence, outline_e7, properties)
        faults += area_faults(outline, limits)
        if fixes is not None:
            faults += _datum_doubt(feature, drawn, datum, fixes)
    return faults, outline, repair


def _outline_e7(feature: RawFeature, datum: str) -> shapely.Geometry:
    where = feature.where
    if feature.shape in ("Polygon", "MultiPolygon"):
        return read_outline(where, feature.shape, feature.coordinates, datum)
    width = read_half_width_m(where, feature.properties.get("half_width_m"))
    return read_corridor(where, feature.shape, feature.coordinates, width, datum)


def _property_faults(feature: RawFeature, utc_offset_s: int) -> Iterator[Fault]:
    missing = [name for name in REQUIRED if name not in feature.properties]
    fence = str(feature.properties.get("fence", ""))
    if missing:
        names = ", ".join(missing)
        told = {"name": names, "problem": f"missing: {names}", "remedy": "add what is missing"}
        yield Fault("PROPERTY", feature.where.feature, fence, numbers=told)
    else:
        try:
            read_properties(feature.where, feature.properties, utc_offset_s)
        except FenceError as error:
            name = error.place.removeprefix("properties.")
            told = {"name": name, "problem": f"{error.place}: {error.problem}", "remedy": error.remedy}
            yield Fault("PROPERTY", feature.where.feature, fence, numbers=told)


def _properties(feature: RawFeature, utc_offset_s: int) -> Properties:
    return read_properties(feature.where, feature.properties, utc_offset_s)


def _datum(feature: RawFeature) -> str:
    """The datum stated; a wrong one is told as a property."""
    stated = feature.properties.get("datum", WGS84)
    return stated if isinstance(stated, str) and stated in DATUMS else WGS84


def _datum_doubt(feature: RawFeature, drawn: Drawn, datum: str, fixes: Fixes) -> Iterator[Fault]:
    as_drawn = shapely.transform(_outline_e7(feature, WGS84), lambda vertices: vertices / E7)
    said = fit_sentence(fit(as_drawn, fixes.lat_e7, fixes.lon_e7), datum)
    if said is not None:
        told = {"problem": said[0], "problem_chinese": said[1]}
        yield Fault("DATUM_DOUBT", drawn.where.feature, drawn.fence, numbers=told)


def _unreadable(error: FenceError, feature: RawFeature) -> Fault:
    problem = f"{error.place}: {error.problem}" if error.place else error.problem
    fence = str(feature.properties.get("fence", ""))
    told = {"problem": problem, "remedy": error.remedy}
    return Fault("UNREADABLE", feature.where.feature, fence, numbers=told)


def _whole(features: Sequence[RawFeature], source: str, utc_offset_s: int) -> Iterator[Fault]:
    """What only the reader of the whole file sees, such as an id used twice."""
    try:
        read_fences(collection(features), source, utc_offset_s)
    except FenceError as error:
        problem = f"{error.place}: {error.problem}"
        name = error.place.removeprefix("properties.")
        told = {"name": name, "problem": problem, "remedy": error.remedy}
        yield Fault("PROPERTY", error.feature, "", numbers=told)


def _of_fence(fence: Fence) -> Outline:
    outline_e7 = shapely.transform(fence.geometry, lambda vertices: np.rint(vertices * E7))
    properties = Properties(
        fence.fence_id,
        fence.ground,
        fence.kind,
        fence.parts,
        fence.valid_from_s,
        fence.valid_to_s,
        half_width_m=None,
    )
    return Outline("", fence.fence_id, outline_e7, properties)
