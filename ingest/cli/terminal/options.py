"""What a played terminal is asked to do, checked before anything starts."""

import sys
from dataclasses import dataclass
from pathlib import Path

from ingest.cli.faults import UsageError

LANGUAGES = ("both", "zh", "en")


@dataclass(frozen=True)
class TerminalOptions:
    """Options of hourfence terminal. factor: how much faster than life. Raises UsageError."""

    factor: int
    language: str
    out: Path

    def __post_init__(self) -> None:
        if self.language not in LANGUAGES:
            raise UsageError(f"--language {self.language}: choose one of {', '.join(LANGUAGES)}.")
        if self.out.exists() and not self.out.is_dir():
            raise UsageError(f"{self.out}: is not a folder; name another one with --out.")
        if not (sys.stdin.isatty() and sys.stdout.isatty()):
            raise UsageError(
                "hourfence terminal is played with a keyboard: run it in a terminal window, without pipes. "
                "请在终端窗口中直接运行，不要使用管道。"
            )
