"""Rulebooks read from files."""

from collections.abc import Iterable
from importlib import resources
from pathlib import Path

from ingest.judge.rulebook.layer_checks import RulebookError
from ingest.judge.rulebook.rulebook import Rulebook
from ingest.judge.rulebook.text import parse

NATIONAL = "national-2016.toml"


def national() -> Rulebook:
    """The national rulebook of 2016, which ships with the program."""
    text = resources.files("ingest.rulebooks").joinpath(NATIONAL).read_text(encoding="utf-8")
    return parse(text, NATIONAL)


def load(paths: Iterable[Path] = ()) -> Rulebook:
    """The national rulebook with the layers of these files over it. Raises RulebookError; all or nothing."""
    return Rulebook.join([national(), *(parse(_text(path), path.name) for path in paths)])


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as fault:
        raise RulebookError(f"{path}: byte {fault.start} is not UTF-8; save the file as UTF-8") from None
    except OSError as fault:
        raise RulebookError(f"{path}: cannot be read, {fault.strerror}; check the path") from None
