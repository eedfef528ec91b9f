"""Commands that are loaded when somebody asks for them: a command starts without what the others need."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from importlib import import_module
from typing import Any, ClassVar

import typer
from typer.core import TyperGroup
from typer.main import get_command, get_group


class _Loading(MutableMapping[str, Any]):
    """Commands by name: those that are there, and those to load, by their places."""

    def __init__(self, there: Mapping[str, Any], places: Mapping[str, str]) -> None:
        self._there = dict(there)
        self._places = places
        self._names = dict.fromkeys([*places, *there])

    def __getitem__(self, name: str) -> Any:
        if name in self._names and name not in self._there:
            self._there[name] = _loaded(name, self._places[name])
        return self._there[name]

    def __setitem__(self, name: str, command: Any) -> None:
        self._there[name] = command
        self._names[name] = None

    def __delitem__(self, name: str) -> None:
        del self._names[name]
        self._there.pop(name, None)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def _loaded(name: str, place: str) -> Any:
    """The command at "module:attribute", which is a function or a typer.Typer of several."""
    module, attribute = place.split(":")
    found = getattr(import_module(module), attribute)
    if isinstance(found, typer.Typer):
        group = get_group(found)
        group.name = name
        return group
    single = typer.Typer(add_completion=False)
    single.command(name)(found)
    return get_command(single)


def later(places: Mapping[str, str]) -> type[TyperGroup]:
    """The class of a group that also has these commands: {name: "module:attribute"}."""

    class Later(TyperGroup):
        commands_later: ClassVar[Mapping[str, str]] = places

        def __init__(self, *, commands: Any = None, **attributes: Any) -> None:
            super().__init__(commands=None, **attributes)
            self.commands = _Loading(commands or {}, self.commands_later)

    return Later
