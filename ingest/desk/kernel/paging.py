"""Keyset pagination: a cursor is the last row's sort key, opaque, and checked when it comes back."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Query

from ingest.desk.kernel.faults import DeskFault

LIMIT_MOST = 200
Limit = Annotated[int, Query(ge=1, le=LIMIT_MOST, description="Rows of a page.")]
After = Annotated[str | None, Query(max_length=400, description="The cursor `next` of the page before.")]


def cursor(key: Sequence[int | str]) -> str:
    """An opaque cursor for a sort key of integers and strings."""
    text = json.dumps(list(key), separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def key_of(text: str | None, kinds: Sequence[type]) -> tuple[Any, ...] | None:
    """The sort key in a cursor, None without one. Raises DeskFault 422 where it is not of these kinds."""
    if text is None:
        return None
    try:
        found = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        found = None
    fits = isinstance(found, list) and len(found) == len(kinds)
    if not fits or not all(_is(one, kind) for one, kind in zip(found, kinds, strict=True)):
        raise DeskFault(
            422,
            "bad_cursor",
            "The cursor is not one of this list; begin without it.",
            "翻页标记无效，请从第一页开始。",
        )
    return tuple(found)


def page(items: list[Any], limit: int, key: Any, count: int | None = None) -> dict[str, Any]:
    """The answer for limit + 1 rows asked for: items, the next cursor or None, and the count that match.

    key: row -> its sort key.
    """
    more = len(items) > limit
    items = items[:limit]
    return {"items": items, "next": cursor(key(items[-1])) if more and items else None, "count": count}


def _is(value: Any, kind: type) -> bool:
    # A number beyond 64 bits would be PostgreSQL's error, not ours; NUL and half of a surrogate pair no text
    # of it can hold.
    if kind is int:
        return type(value) is int and -(2**63) <= value < 2**63
    return type(value) is str and re.search("[\0\ud800-\udfff]", value) is None
