"""XML without document types or entities: nothing in a file can make it grow or reach for another file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NoReturn
from xml.parsers import expat

from geofence.errors import Where

MAX_DEPTH = 100


@dataclass
class Element:
    """An element: its name without namespace, attributes, the text before its first child, its line."""

    name: str
    attributes: dict[str, str]
    line: int
    text: str = ""
    children: list[Element] = field(default_factory=list)

    def all(self, name: str) -> list[Element]:
        """The children of that name."""
        return [child for child in self.children if child.name == name]

    def one(self, name: str) -> Element | None:
        """The first child of that name."""
        return next(iter(self.all(name)), None)

    def below(self, name: str) -> Iterator[Element]:
        """Every element of that name at any depth, in the order of the text."""
        for child in self.children:
            if child.name == name:
                yield child
            yield from child.below(name)


def read_xml(data: bytes, source: str) -> Element:
    """The root element of a document. Raises FenceError with line and column."""
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    top = Element("", {}, 0)
    path = [top]

    def refuse(problem: str, remedy: str) -> NoReturn:
        place = f"line {parser.CurrentLineNumber} column {parser.CurrentColumnNumber + 1}"
        raise Where(source).refuse(place, problem, remedy)

    def begin(name: str, attributes: dict[str, str]) -> None:
        if len(path) > MAX_DEPTH:
            refuse(f"elements are more than {MAX_DEPTH} deep", "export the file again")
        element = Element(name.rpartition("}")[2], attributes, parser.CurrentLineNumber)
        path[-1].children.append(element)
        path.append(element)

    def write(text: str) -> None:
        if not path[-1].children:
            path[-1].text += text

    def doctype(*_declared: object) -> None:
        refuse("it declares a document type, which a drawing does not need", "take the DOCTYPE out")

    parser.StartElementHandler = begin
    parser.EndElementHandler = lambda _name: path.pop() and None
    parser.CharacterDataHandler = write
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        place = f"line {error.lineno} column {error.offset + 1}"
        problem = f"this is not XML ({expat.ErrorString(error.code)})"
        raise Where(source).refuse(place, problem, "mend the file or export it again") from None
    return top.children[0]
