"""Every sentence of the desk in both languages, from texts/<room>.toml.

[section]
key = { en = "...", zh = "..." }      ->  "room.section.key"

{name} stands for a value; {name?session:sessions} for the first word where the value is 1, else the second.
kernel.js reads them alike.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent.parent / "texts"
LANGUAGES = ("zh", "en")
_COUNTED = re.compile(r"\{(\w+)\?([^:{}]*):([^{}]*)\}")


class TextsError(ValueError):
    """A text that is missing in a language, or not a text at all."""


class Texts:
    """key -> language -> text."""

    def __init__(self, known: Mapping[str, Mapping[str, str]]) -> None:
        self._known = dict(known)

    @property
    def keys(self) -> frozenset[str]:
        """All keys."""
        return frozenset(self._known)

    def say(self, key: str, language: str, **values: Any) -> str:
        """The text of a key with its values put in. Raises KeyError for a key that is not there."""
        text = self._known[key][language]
        return _counted(text, values).format(**values) if values else text

    def below(self, prefix: str, language: str) -> dict[str, str]:
        """All texts of keys that begin with the prefix and a dot, by key: what a script of a page needs."""
        return {key: both[language] for key, both in self._known.items() if key.startswith(prefix + ".")}


def _counted(text: str, values: Mapping[str, Any]) -> str:
    return _COUNTED.sub(lambda found: found[2] if str(values[found[1]]) == "1" else found[3], text)


@lru_cache(maxsize=1)
def shipped() -> Texts:
    """The desk's texts. Raises TextsError."""
    known: dict[str, dict[str, str]] = {}
    for file in sorted(FOLDER.glob("*.toml")):
        for key, both in _leaves(file.stem, tomllib.loads(file.read_text(encoding="utf-8"))):
            if set(both) != set(LANGUAGES) or not all(isinstance(t, str) and t for t in both.values()):
                raise TextsError(f"{file.name}: {key} must have en and zh, each a text.")
            known[key] = both
    return Texts(known)


def _leaves(path: str, table: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, str]]]:
    for name, value in table.items():
        if not isinstance(value, dict):
            raise TextsError(f"{path}.{name} is not a table with en and zh.")
        if any(isinstance(inner, dict) for inner in value.values()):
            yield from _leaves(f"{path}.{name}", value)
        else:
            yield f"{path}.{name}", value
