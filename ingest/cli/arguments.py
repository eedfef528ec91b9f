"""What people name on the command line: text files, 16-digit numbers."""

from pathlib import Path

from firmware.wire.fields import NUMBER_MAX
from ingest.cli.faults import UsageError


def read_text(file: Path) -> str:
    """A text file that the user named. Raises UsageError."""
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise UsageError(f"{file}: cannot be read ({fault}); check the path.") from None


def number_of(text: str, option: str) -> int:
    """A 16-digit number. Raises UsageError."""
    if len(text) == 16 and text.isascii() and text.isdigit() and 1 <= int(text) <= NUMBER_MAX:
        return int(text)
    raise UsageError(f"{option} is {text!r}; it must be 16 decimal digits, not all zero.")
