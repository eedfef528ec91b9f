"""Number plates of mainland China by colour (GA 36): which a text can be, and whether it is a trainer's."""

from __future__ import annotations

import re

_PROVINCES = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新"
_START = f"[{_PROVINCES}][A-HJ-NP-Z]"
_ANY = "[A-HJ-NP-Z0-9]"
_PATTERNS = {
    "training": rf"{_START}{_ANY}{{4}}学",
    # Two letters at most among the five.
    "blue": rf"{_START}(?!(?:[0-9]*[A-HJ-NP-Z]){{3}}){_ANY}{{5}}",
    # New energy: small cars D or F class in front, large ones at the end.
    "green": rf"{_START}(?:[A-HJK]{_ANY}[0-9]{{4}}|[0-9]{{5}}[A-HJK])",
}
COLOURS = {
    "blue": ("蓝", "蓝色", "blue", "1"),
    "training": ("黄", "黄色", "教练", "学", "yellow", "2"),
    "green": ("绿", "绿色", "新能源", "渐变绿", "green", "5"),
}
"""Kind of plate -> what a sheet calls its colour. Training cars have yellow plates that end in 学."""


def kinds_of(plate: str) -> set[str]:
    """The kinds of plate that a text fits: training, blue, green; none for a malformed one."""
    return {kind for kind, pattern in _PATTERNS.items() if re.fullmatch(pattern, plate)}


def kind_of_colour(colour: str) -> str | None:
    """The kind of plate that a colour stands for, None for a colour that is not known here."""
    named = [kind for kind, names in COLOURS.items() if colour.lower() in names]
    return named[0] if named else None
