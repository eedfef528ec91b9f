"""An audit-log entry's actor and details in words; what has no words is told as it is noted."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from ingest.decisions.causes import BY_CODE
from ingest.desk.kernel import texts
from ingest.desk.kernel.render import local

ROOM = "audit_detail"
_COMMAND = "command by "


def actor_told(actor: str, language: str) -> str:
    """An account's name; what the desk did by itself, or a command, in words."""
    say = texts.shipped().say
    if actor == "system":
        return say(f"{ROOM}.who.system", language)
    if actor.startswith(_COMMAND):
        return say(f"{ROOM}.who.command", language, login=actor.removeprefix(_COMMAND))
    return actor


def actor_noted(said: str, language: str) -> str:
    """An actor as the log has it, by the words of actor_told; any other name as it is."""
    say = texts.shipped().say
    if said == say(f"{ROOM}.who.system", language):
        return "system"
    before, _, after = say(f"{ROOM}.who.command", language, login="\n").partition("\n")
    is_command = said.startswith(before) and said.endswith(after)
    return _COMMAND + said[len(before) : len(said) - len(after)] if is_command else said


def details_told(details: dict[str, Any], language: str, offset_min: int) -> list[tuple[str, str, str]]:
    """(name as noted, name in words, value in words) of each detail, by name. offset_min: of moments."""
    names = texts.shipped().below(f"{ROOM}.name", language)
    return [
        (name, names.get(f"{ROOM}.name.{name}", name), _value(name, value, language, offset_min))
        for name, value in sorted(details.items())
    ]


def _value(name: str, value: Any, language: str, offset_min: int) -> str:
    if isinstance(value, bool) or value is None:
        word = "none" if value is None else "yes" if value else "no"
        return texts.shipped().say(f"{ROOM}.value.{word}", language)
    if name.endswith("_s") and isinstance(value, int) and value > 0:
        return local(datetime.fromtimestamp(value, UTC), offset_min)
    if name.endswith("_at") and isinstance(value, str):
        return local(datetime.fromisoformat(value), offset_min)
    if name == "cause" and value in BY_CODE:
        return BY_CODE[value].english if language == "en" else BY_CODE[value].chinese
    if isinstance(value, list):
        return ", ".join(_value("", one, language, offset_min) for one in value)
    return str(value)
