"""Chinese and English broken into lines: between Chinese characters, never within a word, number or time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from reportlab.pdfbase.pdfmetrics import stringWidth

CHINESE, LATIN = "STSong-Light", "Helvetica"
_PIECE = re.compile(r"[!-~\u2013]+| +|[^ -~\u2013]")
_NEVER_FIRST = frozenset("，。；：、）》？！”’,.;:)%")


@lru_cache(20_000)
def width_of(text: str, size: float) -> float:
    """Points that it takes, Latin letters in their own font."""
    return float(sum(stringWidth(piece, _font(piece), size) for piece in _PIECE.findall(text)))


def lines_of(text: str, width: float, size: float) -> list[str]:
    """The lines of a text that are at most so many points wide; a line feed always begins another."""
    return [line for part in text.split("\n") for line in _broken(part, width, size)]


def _broken(text: str, width: float, size: float) -> Iterator[str]:
    line, taken = "", 0.0
    for piece in _pieces(text, width, size):
        is_blank = piece.isspace()
        wide = width_of(piece, size)
        if line and not is_blank and taken + wide > width:
            yield line.rstrip()
            line, taken = "", 0.0
        if line or not is_blank:
            line, taken = line + piece, taken + wide
    yield line.rstrip()


def _pieces(text: str, width: float, size: float) -> Iterator[str]:
    """What stays together: words, characters with the signs that may not begin a line; a word that no line
    holds (a digest) is cut."""
    held = ""
    for piece in _PIECE.findall(text):
        if held and piece in _NEVER_FIRST:
            held += piece
            continue
        if held:
            yield from _cut(held, width, size)
        held = piece
    yield from _cut(held, width, size)


def _cut(piece: str, width: float, size: float) -> Iterator[str]:
    while len(piece) > 1 and width_of(piece, size) > width:
        fits = next(n for n in range(len(piece) - 1, 0, -1) if n == 1 or width_of(piece[:n], size) <= width)
        yield piece[:fits]
        piece = piece[fits:]
    yield piece


def _font(piece: str) -> str:
    return LATIN if " " <= piece[:1] <= "~" else CHINESE
