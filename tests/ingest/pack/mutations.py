"""Named changes of a pack's files, each with words of the sentence that must name what is wrong.

Each is made as somebody would who writes the whole pack anew with a key of his own: manifest, signature and
report follow the change. None: without knowing the server's key nobody can tell; with it, it is told.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from firmware.wire import records as wire
from ingest.pack.canonical import written
from ingest.pack.records import joined, parted

Files = dict[str, bytes]
Change = Callable[[Files], None]
MUTATIONS: dict[str, tuple[Change, str | None]] = {}
MINUTE_AT = 6
"""Place of a minute's record in the clean pack, whose first record is number 1."""


def named(expected: str | None) -> Callable[[Change], Change]:
    """Take a change into MUTATIONS under its name."""

    def take(change: Change) -> Change:
        assert change.__name__ not in MUTATIONS
        MUTATIONS[change.__name__] = change, expected
        return change

    return take


def change_json(files: Files, name: str, change: Callable[[Any], None]) -> None:
    """Change a document in place."""
    value = json.loads(files[name])
    change(value)
    files[name] = written(value)


def change_records(files: Files, change: Callable[[list[bytes]], None]) -> None:
    """Change the list of records in place."""
    records = parted(files["records.bin"])
    change(records)
    files["records.bin"] = joined(records)


def encoded(record: bytes, **values: Any) -> bytes:
    """The record with other values."""
    return bytes(wire.encode({**wire.decode(record), **values}))
