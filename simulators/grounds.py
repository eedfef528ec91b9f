"""Where training of a part is allowed, for the truth: shapely on true positions, no geofence engine."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from simulators.projection import Floats, LocalMetres
from simulators.scenario_model import Scenario, ScenarioError


def allowed_area(scenario: Scenario, part: int, frame: LocalMetres) -> shapely.Geometry:
    """The union, in metres of frame, of every fence of that part in force on the scenario's day."""
    day_s = scenario.midnight_s + 43200
    shapes = []
    for index, feature in enumerate(scenario.ground["features"]):
        place = f"{scenario.source}: ground, feature {index + 1}"
        try:
            properties: dict[str, Any] = feature["properties"]
            shape = shapely.from_geojson(json.dumps(feature["geometry"]))
            width_m = float(properties.get("half_width_m") or 0.0)
            if part in properties["parts"] and _in_force(properties, day_s, scenario.utc_offset_min):
                metres = shapely.transform(
                    shape, lambda c: np.column_stack(frame.to_metres(c[:, 0], c[:, 1]))
                )
                shapes.append(metres.buffer(width_m) if width_m else metres)
        except (KeyError, TypeError, ValueError, shapely.errors.ShapelyError) as fault:
            raise ScenarioError(f"{place}: is not a usable fence ({fault}).") from None
    return shapely.union_all(shapes)


def inside(area: shapely.Geometry, x_m: Floats, y_m: Floats) -> NDArray[np.bool_]:
    """Which positions lie in the area."""
    shapely.prepare(area)
    return np.asarray(shapely.contains_xy(area, x_m, y_m), dtype=bool)


def _in_force(properties: dict[str, Any], day_s: int, utc_offset_min: int) -> bool:
    since, until = properties.get("valid_from"), properties.get("valid_to")
    return (since is None or _midnight_s(since, utc_offset_min) <= day_s) and (
        until is None or day_s < _midnight_s(until, utc_offset_min)
    )


def _midnight_s(text: str, utc_offset_min: int) -> int:
    return int(np.datetime64(text[:10], "s").astype(np.int64)) - utc_offset_min * 60
