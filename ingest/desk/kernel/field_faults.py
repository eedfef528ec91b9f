"""What is wrong with a field of a request, in both languages, by pydantic's type of the error."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

WHAT: dict[str, tuple[str, str]] = {
    "missing": ("It is missing.", "缺少该项。"),
    "extra_forbidden": ("It is not known here; leave it out.", "不接受该项，请去掉。"),
    "string_pattern_mismatch": ("Its form must be {pattern}.", "格式须为 {pattern}。"),
    "string_too_long": ("At most {max_length} characters.", "最多 {max_length} 个字符。"),
    "string_too_short": ("Too short: the least length is {min_length}.", "至少 {min_length} 个字符。"),
    "string_type": ("It must be text.", "须为文本。"),
    "greater_than_equal": ("At least {ge}.", "不得小于 {ge}。"),
    "less_than_equal": ("At most {le}.", "不得大于 {le}。"),
    "greater_than": ("More than {gt}.", "须大于 {gt}。"),
    "less_than": ("Less than {lt}.", "须小于 {lt}。"),
    "int_parsing": ("It must be a whole number.", "须为整数。"),
    "int_type": ("It must be a whole number.", "须为整数。"),
    "bool_parsing": ("It must be true or false.", "须为 true 或 false。"),
    "date_parsing": ("It must be a date such as 2026-05-12.", "须为日期，例如 2026-05-12。"),
    "date_from_datetime_parsing": ("It must be a date such as 2026-05-12.", "须为日期，例如 2026-05-12。"),
    "datetime_parsing": (
        "It must be a time such as 2026-05-12T08:00:00Z.",
        "须为时间，例如 2026-05-12T08:00:00Z。",
    ),
    "datetime_from_date_parsing": (
        "It must be a time such as 2026-05-12T08:00:00Z.",
        "须为时间，例如 2026-05-12T08:00:00Z。",
    ),
    "timezone_aware": (
        "It must say its zone, as 2026-05-12T08:00:00Z does.",
        "须注明时区，例如 2026-05-12T08:00:00Z。",
    ),
    "literal_error": ("It must be one of {expected}.", "须为以下之一：{expected}。"),
    "enum": ("It must be one of {expected}.", "须为以下之一：{expected}。"),
    "too_long": ("At most {max_length} entries.", "最多 {max_length} 项。"),
    "too_short": ("At least {min_length} of them.", "至少 {min_length} 项。"),
    "list_type": ("It must be a list.", "须为列表。"),
    "bool_type": ("It must be true or false.", "须为 true 或 false。"),
    "model_attributes_type": (
        "It must be a JSON object, with the header Content-Type: application/json.",
        "须为 JSON 对象，并带请求头 Content-Type: application/json。",
    ),
    "json_invalid": ("The body is not JSON.", "请求体不是有效的 JSON。"),
}
"""Type -> (English, Chinese); the numbers are those of the API's own limits, never what was sent."""
OTHER = ("It is not as the API page says.", "不符合接口说明。")


def fields_told(faults: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Where and what of each; never the value that was sent, which may be a secret."""
    return [
        {"where": [str(step) for step in one["loc"]], "what": what_told(one["type"], one.get("ctx") or {})}
        for one in faults
    ]


def what_told(kind: str, limits: Mapping[str, Any]) -> dict[str, str]:
    """The sentence for one type of error, with the limit that was not kept."""
    english, chinese = WHAT.get(kind, OTHER)
    # "'a', 'b' or 'c'" as pydantic lists them.
    said = {name: str(value).replace(" or ", ", ") for name, value in limits.items()}
    try:
        return {"en": english.format(**said), "zh": chinese.format(**said)}
    except KeyError:
        return {"en": OTHER[0], "zh": OTHER[1]}
