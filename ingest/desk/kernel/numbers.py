"""16-digit numbers and sessions as addresses and JSON have them: as text, for JavaScript lacks 64 bits."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path
from pydantic import Field

SIXTEEN = r"^[0-9]{16}$"
Number16 = Annotated[str, Field(pattern=SIXTEEN, description="16 digits.")]
TerminalPath = Annotated[str, Path(pattern=SIXTEEN, description="The terminal's 16 digits.")]
NumberPath = Annotated[str, Path(pattern=SIXTEEN, description="16 digits.")]
SessionPath = Annotated[int, Path(ge=1, lt=2**32, description="The number of the session on its terminal.")]


def number16(number: int) -> str | None:
    """A number as text, None for 0 (unknown)."""
    return f"{number:016d}" if number else None
