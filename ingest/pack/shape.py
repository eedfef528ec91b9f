"""Whether a JSON value has the shape of a pack's document: every field there, of its kind, and no other."""

from __future__ import annotations

from typing import Any, NamedTuple

from ingest.pack.faults import PackError, unreadable

Shape = Any
"""A type (int, float, str, bool, dict, list); [shape]: a list of such; {name: shape}: exactly these fields;
Maybe(shape): that or null; ANY."""
ANY = object()


class Maybe(NamedTuple):
    """A value of that shape, or null."""

    shape: Shape


def check(value: Any, shape: Shape, name: str, where: str = "") -> None:
    """name: of the file, for the sentence. Raises PackError."""
    if shape is ANY or (isinstance(shape, Maybe) and value is None):
        return
    if isinstance(shape, Maybe):
        check(value, shape.shape, name, where)
    elif isinstance(shape, list):
        for at, one in enumerate(_of_type(value, list, name, where)):
            check(one, shape[0], name, f"{where}[{at}]")
    elif isinstance(shape, dict):
        _check_fields(_of_type(value, dict, name, where), shape, name, where)
    else:
        _of_type(value, shape, name, where)


def _check_fields(value: dict[str, Any], shape: dict[str, Shape], name: str, where: str) -> None:
    for field in sorted(value.keys() ^ shape.keys()):
        what = "is no field of a pack" if field in value else "is not there"
        raise unreadable(name, f"{where}.{field[:40]} {what}")
    for field, one in shape.items():
        check(value[field], one, name, f"{where}.{field}")


def _of_type(value: Any, kind: type, name: str, where: str) -> Any:
    """The value, where it is exactly of this type: true is no number, and 1.0 is not 1."""
    if type(value) is not kind:
        raise unreadable(name, f"{where or 'the whole'} is {type(value).__name__}, not {kind.__name__}")
    return value


__all__ = ["ANY", "Maybe", "PackError", "Shape", "check"]
