"""JSON with one form: sorted keys, no blanks, UTF-8, so that the same values are the same bytes."""

from __future__ import annotations

import json
import math
from typing import Any

from ingest.pack.faults import PackError, unreadable


def written(value: Any) -> bytes:
    """The bytes of a JSON value. Raises ValueError for what JSON cannot say."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode()


def alike(one: Any, other: Any) -> bool:
    """Whether two JSON values say the same; of numbers with a fraction the last digits may differ, as another
    processor's sums do: by a billionth of them, and by a nanounit near 0."""
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(alike(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(alike, one, other))
    return type(one) is type(other) and bool(one == other)


def read(data: bytes, name: str) -> Any:
    """The value of such bytes; name: of the file, for the sentence. Raises PackError for any other form."""
    try:
        value = json.loads(data)
        again = written(value)
    except (ValueError, RecursionError) as fault:
        raise unreadable(name, str(fault)[:80]) from None
    if again != data:
        raise PackError(
            f"{name} is not written as a pack writes it (sorted keys, no blanks); something changed it.",
            f"{name} 的书写形式不是证据包的规范形式，说明被改动过。",
        )
    return value
