"""A folder of .mpy files as a ROMFS image, MicroPython's file system for memory-mapped flash.

Format: 0xD2CD31 as a record's kind, then records of kind, length and payload; all three numbers in seven bits
a byte, high part first. Directory 4 and file 5 begin with the length of their name and the name; a file then
holds one record of kind 2, its bytes.
"""

from __future__ import annotations

from pathlib import Path

_MAGIC = b"\xd2\xcd\x31"
_DATA, _DIRECTORY, _FILE = 2, 4, 5


def image(folder: Path) -> bytes:
    """The image of what lies below folder."""
    inside = _inside(folder)
    return _MAGIC + _number(len(inside)) + inside


def _inside(folder: Path) -> bytes:
    made = b""
    for path in sorted(folder.iterdir()):
        name = path.name.encode()
        kind, held = (
            (_DIRECTORY, _inside(path)) if path.is_dir() else (_FILE, _record(_DATA, path.read_bytes()))
        )
        made += _record(kind, _number(len(name)) + name + held)
    return made


def _record(kind: int, payload: bytes) -> bytes:
    return _number(kind) + _number(len(payload)) + payload


def _number(value: int) -> bytes:
    made = bytes([value & 127])
    while value := value >> 7:
        made = bytes([value & 127 | 128]) + made
    return made
