"""A file that a long command writes at its end: tried before the work, written after it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ingest.cli.faults import UsageError


def try_out(file: Path) -> None:
    """Make sure that it can be written, and leave it as it was; raises UsageError."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        was_there = file.exists()
        with file.open("ab"):
            pass
        if not was_there:
            file.unlink()
    except OSError as fault:
        raise _refused(file, fault) from None


def write_json(file: Path, document: dict[str, Any]) -> None:
    """Write it; raises UsageError."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    except OSError as fault:
        raise _refused(file, fault) from None


def _refused(file: Path, fault: OSError) -> UsageError:
    return UsageError(f"{file}: cannot be written ({fault.strerror}); name another file.")
