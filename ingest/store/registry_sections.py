"""The parts of a registry file: which table each fills, its fields, and what a field left out means."""

from __future__ import annotations

from typing import Any, NamedTuple


class Field(NamedTuple):
    """One field of an entry: its name in the file, the kind of its value, and the value where it is left out
    or null; required: it may not be."""

    name: str
    kind: str
    default: Any = None
    required: bool = False

    @property
    def column(self) -> str:
        return self.name.removesuffix("_hex")


class Section(NamedTuple):
    """One list of the file; number: the kind of value that tells its entries apart."""

    table: str
    fields: tuple[Field, ...]
    number: str = "number"

    @property
    def columns(self) -> tuple[str, ...]:
        return ("number", "valid_from", "valid_to", *(field.column for field in self.fields))


def _must(name: str, kind: str) -> Field:
    return Field(name, kind, required=True)


_STATE = Field("state", "state", "approved")
_SCHOOL = _must("school", "number")

SECTIONS: dict[str, Section] = {
    "schools": Section(
        "school", (_must("name", "text"), _STATE, Field("province", "area"), Field("city", "area"))
    ),
    "operators": Section("operator", (_must("name", "text"), _STATE), "operator"),
    "cars": Section(
        "car",
        (
            _must("plate", "text"),
            _SCHOOL,
            _STATE,
            Field("vehicle_class", "class"),
            Field("inspected_until", "date"),
        ),
    ),
    "instructors": Section(
        "instructor",
        (
            _must("name", "text"),
            _SCHOOL,
            _STATE,
            Field("licence_until", "date"),
            Field("permit_until", "date"),
            Field("vehicle_classes", "classes", []),
        ),
    ),
    "trainees": Section(
        "trainee",
        (
            _must("name", "text"),
            _SCHOOL,
            _must("vehicle_class", "text"),
            _STATE,
            Field("enrolled_on", "date"),
            Field("parts_passed", "parts", []),
        ),
    ),
    "terminals": Section(
        "terminal",
        (
            _must("key_hex", "key"),
            _must("car", "number"),
            _SCHOOL,
            Field("revoked_at", "instant"),
            Field("public_key_hex", "key"),
            _STATE,
            Field("operator", "operator"),
        ),
    ),
    "days": Section(
        "training_days",
        (
            Field("province", "area"),
            Field("city", "area"),
            Field("school", "number"),
            Field("windows", "windows", []),
            Field("banned", "dates", []),
            Field("utc_offset_min", "offset", 480),
        ),
        "text",
    ),
}

FENCE_COLUMNS = ("number", "valid_from", "valid_to", "ground", "feature")

COLUMNS: dict[str, tuple[str, ...]] = {
    **{section.table: section.columns for section in SECTIONS.values()},
    "fence": FENCE_COLUMNS,
}
"""Columns of every table of the registry, in the order of its entry type."""

REFERENCES = (
    ("cars", "school"),
    ("instructors", "school"),
    ("trainees", "school"),
    ("terminals", "school"),
    ("terminals", "car"),
    ("terminals", "operator"),
    ("days", "school"),
)
"""(list, field): the field, where given, must name an entry of the table of its name."""
