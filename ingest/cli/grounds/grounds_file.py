"""Training grounds in a GeoJSON file that the user named, packed as a terminal keeps them."""

from __future__ import annotations

import json
from pathlib import Path

from geofence.compact import pack_grounds
from ingest.cli.arguments import read_text
from ingest.cli.faults import UsageError


def read_grounds(file: Path) -> object:
    """The parsed file. Raises UsageError."""
    try:
        return json.loads(read_text(file))
    except json.JSONDecodeError as fault:
        raise UsageError(f"{file}: line {fault.lineno}: {fault.msg}; correct the JSON.") from None


def grounds_blob(file: Path | None, now_s: int) -> bytes:
    """The fences in force at now_s (Unix seconds) or later, with now_s as their version; empty without a
    file. Raises UsageError and FenceError."""
    return b"" if file is None else pack_grounds(read_grounds(file), str(file), now_s, now_s)
