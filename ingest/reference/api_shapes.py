"""The shapes of the API as Markdown: what each field is, in one line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]
_SIXTEEN = "^[0-9]{16}$"
"""Said in words beside every such value."""
_PLAIN = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false"}
_FORMATS = {"date-time": "time", "date": "day"}
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FILES = {"application/json": "JSON", "text/csv": "CSV", _SHEET: "XLSX"}


def shape_list(page: Schema) -> list[str]:
    """Every shape that an operation of the page takes or answers with, by name, a line a field."""
    known = page["components"]["schemas"]
    names = sorted(set(_named(page["paths"], known)))
    return [_shape(name, known[name]) for name in names]


def kind(schema: Schema) -> str:
    """What a value is, in words."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(kind(one) for one in schema["anyOf"]))
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    if "const" in schema:
        return f"`{schema['const']}`"
    if schema.get("type") == "array":
        return f"list of {kind(schema.get('items', {}))}"
    if schema.get("type") == "object":
        inner = schema.get("additionalProperties")
        return f"{kind(inner)} by name" if isinstance(inner, dict) and inner else "object"
    if schema.get("type") == "null":
        return "null"
    told = _FORMATS.get(schema.get("format", ""), _PLAIN.get(schema.get("type", ""), "anything"))
    return told + _bounds(schema)


def answers(operation: Schema) -> str:
    """What an operation answers with when all is well."""
    for status, answer in operation["responses"].items():
        if not status.startswith("2"):
            continue
        content = answer.get("content", {})
        if not content:
            return f"Answers {status} without a body."
        shapes = [kind(one["schema"]) for one in content.values() if "$ref" in one.get("schema", {})]
        if shapes:
            return f"Answers {status} with {shapes[0]}."
        files = ", ".join(_FILES.get(media, f"`{media}`") for media in content)
        return f"Answers {status} with a file: {files}."
    return ""


def _shape(name: str, schema: Schema) -> str:
    said = " ".join(schema.get("description", "").split())
    required = set(schema.get("required", ()))
    lines = [f"### {name}", "", said, ""] if said else [f"### {name}", ""]
    for field, value in schema.get("properties", {}).items():
        optional = "" if field in required else " (may be left out)"
        words = _words(value)
        lines.append(f"- `{field}`{optional}: {kind(value)}{'. ' + words if words else ''}")
    return "\n".join([*lines, ""])


def _words(schema: Schema) -> str:
    """What is said of a value, else of what it may be or of what it is a list."""
    inner = [*schema.get("anyOf", ()), *([schema["items"]] if "items" in schema else ())]
    said = [schema.get("description", ""), *(_words(one) for one in inner)]
    return next((one for one in said if one), "")


def _named(part: Any, known: Schema) -> Iterator[str]:
    """Names of the shapes that a part of the page refers to, and of those that they refer to."""
    seen: set[str] = set()
    waiting = [part]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            name = str(one.get("$ref", "")).rpartition("/")[2]
            if name in known and name not in seen:
                seen.add(name)
                waiting.append(known[name])
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)
    yield from seen


def _number(value: float) -> str:
    return str(int(value)) if int(value) == value else f"{value:g}"


def _bounds(schema: Schema) -> str:
    """The limits of a value that a program must keep to."""
    found = []
    low, high, below = (schema.get(name) for name in ("minimum", "maximum", "exclusiveMaximum"))
    if below is not None:
        # Limits are written as floats, also those of whole numbers; such ones alone are exclusive here.
        high = int(below) - 1
    if low is not None:
        found.append(f"from {low:g}" if high is None else f"{low:g} to {_number(high)}")
    if "maxLength" in schema:
        found.append(f"at most {schema['maxLength']} characters")
    pattern = schema.get("pattern", "")
    if pattern and pattern != _SIXTEEN and "x00" not in pattern:
        found.append(f"as `{pattern}`")
    return f" ({', '.join(found)})" if found else ""
