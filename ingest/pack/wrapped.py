"""Chinese and English broken into lines: between Chinese characters, never within a word, number or time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from reportlab.pdfbase.pdfmetrics import stringWidth

CHINESE, LATIN = "STSong-Light", "Helvetica"
# Letters of western Europe and the dash between two times are narrow; the Chinese font has them wide.
_NARROW = r"!-~\u00c0-\u00ff\u2013"
LATIN_RUN = re.compile(f"([ {_NARROW}]+)")
_PIECE = re.compile(f"[{_NARROW}]+| +|[^ {_NARROW}]")
_LAST = "\uffff"
_BLANKS = {"\u00a0": " ", "\u3000": "\u3000"}
_NEVER_FIRST = frozenset("，。；：、）》？！”’,.;:)%")


@lru_cache(20_000)
def width_of(text: str, size: float) -> float:
    """Points that it takes, Latin letters in their own font."""
    return float(sum(stringWidth(piece, _font(piece), size) for piece in _PIECE.findall(text)))


def lines_of(text: str, width: float, size: float) -> list[str]:
    """The lines of a text that are at most so many points wide; a line feed always begins another."""
    return [line for part in shown(text).split("\n") for line in _broken(part, width, size)]


def shown(text: str) -> str:
    """The text without signs that turn the writing round or are not seen; those, and what the Chinese
    character set has no place for, by their numbers."""
    return "".join(map(_shown, text))


def _shown(sign: str) -> str:
    if sign == "\n" or (sign.isprintable() and sign <= _LAST):
        return sign
    return _BLANKS.get(sign) or f"[U+{ord(sign):04X}]"


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
    return LATIN if LATIN_RUN.match(piece) else CHINESE
