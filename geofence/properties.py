"""The properties of a fence: names, what may be trained there and by whom, validity, approval, datum."""

from __future__ import annotations

from dataclasses import dataclass

from geofence.datum import DATUMS, WGS84
from geofence.errors import Where, shown
from geofence.property_values import (
    read_capacity,
    read_half_width_m,
    read_instant,
    read_name,
    read_one_of,
    read_parts,
    read_schools,
    read_vehicle_classes,
)

REQUIRED = ("fence", "ground", "kind", "parts", "valid_from", "valid_to")
OPTIONAL = ("half_width_m", "vehicle_classes", "schools", "state", "capacity", "datum", "drawn_in")
KINDS = ("field", "road")
APPROVED, PENDING, REFUSED, WITHDRAWN = "approved", "pending", "refused", "withdrawn"
STATES = (APPROVED, PENDING, REFUSED, WITHDRAWN)


@dataclass(frozen=True)
class Properties:
    """Checked properties. Validity in Unix seconds, from inclusive, to exclusive, None is open.

    vehicle_classes (two digits, 21 = C1) and schools (16 digits): None is all of them. capacity: cars at
    once, None is not stated. datum: of the coordinates as they stand; drawn_in: of the drawing, before an
    import converted it.
    """

    fence_id: str
    ground: str
    kind: str
    parts: frozenset[int]
    valid_from_s: int
    valid_to_s: int | None
    half_width_m: float | None
    vehicle_classes: frozenset[int] | None = None
    schools: frozenset[int] | None = None
    state: str = APPROVED
    capacity: int | None = None
    datum: str = WGS84
    drawn_in: str = WGS84


def read_properties(where: Where, values: dict[str, object], utc_offset_s: int) -> Properties:
    """The checked properties of one feature; `utc_offset_s` is the local time that bare dates are in.

    Raises FenceError naming the property.
    """
    for name in REQUIRED:
        if name not in values:
            raise where.refuse(f"properties.{name}", "it is missing", "add it (valid_to may be null)")
    for name in values:
        if name not in REQUIRED + OPTIONAL:
            raise where.refuse(
                f"properties.{name}",
                "no fence has such a property",
                f"the properties are {', '.join(REQUIRED + OPTIONAL)}",
            )
    valid_from_s = read_instant(where, "valid_from", values["valid_from"], utc_offset_s)
    valid_to_s = None
    if values["valid_to"] is not None:
        valid_to_s = read_instant(where, "valid_to", values["valid_to"], utc_offset_s)
        if valid_to_s <= valid_from_s:
            problem = f"{shown(values['valid_to'])} is not after valid_from {shown(values['valid_from'])}"
            raise where.refuse("properties.valid_to", problem, "give a later one or null")
    datum, drawn_in = _datums(where, values)
    return Properties(
        fence_id=read_name(where, "fence", values["fence"]),
        ground=read_name(where, "ground", values["ground"]),
        kind=read_one_of(where, "kind", values["kind"], KINDS, "a kind of fence"),
        parts=read_parts(where, values["parts"]),
        valid_from_s=valid_from_s,
        valid_to_s=valid_to_s,
        half_width_m=read_half_width_m(where, values["half_width_m"]) if "half_width_m" in values else None,
        vehicle_classes=read_vehicle_classes(where, values.get("vehicle_classes")),
        schools=read_schools(where, values.get("schools")),
        state=read_one_of(where, "state", values.get("state", APPROVED), STATES, "a state of approval"),
        capacity=read_capacity(where, values.get("capacity")),
        datum=datum,
        drawn_in=drawn_in,
    )


def _datums(where: Where, values: dict[str, object]) -> tuple[str, str]:
    datum = read_one_of(where, "datum", values.get("datum", WGS84), DATUMS, "a datum")
    drawn_in = read_one_of(where, "drawn_in", values.get("drawn_in", datum), DATUMS, "a datum")
    if datum not in (WGS84, drawn_in):
        problem = f"the coordinates are in {datum}, so they were not converted from {drawn_in}"
        raise where.refuse("properties.drawn_in", problem, "keep only the datum")
    return datum, drawn_in
