"""The zip of a pack: what `packed` made is read, every trick with zips is refused by name."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.pack import archive
from ingest.pack.archive import NAMES, packed, unpacked
from ingest.pack.canonical import read, written
from ingest.pack.faults import PackError

FILES = {name: name.encode() * 40 for name in NAMES}
PICTURE = "photos/" + "ab" * 32 + ".jpg"
Trick = Callable[[], bytes]


def zipped(entries: list[tuple[zipfile.ZipInfo, bytes]], comment: bytes = b"") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as target:
        for entry, data in entries:
            target.writestr(entry, data)
        target.comment = comment
    return made.getvalue()


def entries(**changed: bytes) -> list[tuple[zipfile.ZipInfo, bytes]]:
    made = []
    for name in sorted(FILES):
        entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
        entry.create_system, entry.external_attr = 3, 0o100644 << 16
        made.append((entry, changed.get(name, FILES[name])))
    return made


def one_more(name: str, data: bytes = b"x") -> bytes:
    return zipped([*entries(), (zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data)])


def link() -> bytes:
    made = entries()
    made[0][0].external_attr = 0o120777 << 16
    return zipped(made)


def compressed() -> bytes:
    made = entries()
    made[0][0].compress_type = zipfile.ZIP_DEFLATED
    return zipped(made)


def bomb() -> bytes:
    made = entries()
    made[0] = (made[0][0], bytes(40 << 20))
    made[1] = (made[1][0], bytes(40 << 20))
    for entry, _ in made[:2]:
        entry.compress_type = zipfile.ZIP_DEFLATED
    return zipped(made)


def twice() -> bytes:
    data = one_more("Credit.json")
    return data.replace(b"Credit.json", b"credit.json")


def encrypted() -> bytes:
    data = bytearray(packed(FILES))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        begin = data.index(mark)
        data[begin + at] |= 1
    return bytes(data)


def two_names() -> bytes:
    """The local header names another file than the directory: two programs would read two packs."""
    data = packed(FILES)
    return data.replace(b"credit.json", b"cRedit.json", 1)


def changed_moment() -> bytes:
    made = entries()
    made[3][0].date_time = (2026, 1, 1, 0, 0, 0)
    return zipped(made)


def another_order() -> bytes:
    return zipped(entries()[::-1])


def between() -> bytes:
    """Bytes before the directory, whose place is told right."""
    data = packed(FILES)
    end = data.rindex(b"PK\x05\x06")
    (at,) = struct.unpack_from("<I", data, end + 16)
    moved = struct.pack("<I", at + 4)
    return data[:at] + b"more" + data[at:end] + data[end : end + 16] + moved + data[end + 20 :]


def zip64() -> bytes:
    """A size told in 64 bits: other programs read it, and it is another file."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as target:
        for entry, data in entries():
            with target.open(entry, "w", force_zip64=entry.filename == "records.bin") as one:
                one.write(data)
    return made.getvalue()


TRICKS: dict[str, tuple[Trick, str]] = {
    "zip64": (zip64, "beside its files"),
    "path_up": (lambda: one_more("../credit.json"), "leads out of the folder"),
    "path_absolute": (lambda: one_more("/etc/passwd"), "leads out of the folder"),
    "path_of_windows": (lambda: one_more("C:\\credit.json"), "leads out of the folder"),
    "symbolic_link": (link, "symbolic link"),
    "compressed": (compressed, "is compressed"),
    "bomb": (bomb, "larger than|is compressed"),
    "too_large": (lambda: bytes(archive.SIZE_MAX + 1), "none has more than"),
    "too_many": (lambda: zipped([(zipfile.ZipInfo(f"{n}"), b"") for n in range(700)]), "no pack has more"),
    "name_twice": (twice, "twice"),
    "name_in_another_case": (lambda: one_more("Credit.json"), "no file of a pack"),
    "nested_zip": (lambda: one_more("more.zip", packed(FILES)), "no file of a pack"),
    "folder": (lambda: one_more("photos/"), "no file of a pack"),
    "name_with_nul": (
        lambda: one_more("credit.jsonx").replace(b"credit.jsonx", b"credit.json\0"),
        "twice|no file",
    ),
    "file_missing": (lambda: zipped(entries()[1:]), "credit.json is not in the pack"),
    "comment": (lambda: zipped(entries(), b"hello"), "comment"),
    "encrypted": (encrypted, "encrypted"),
    "prepended": (lambda: b"#!/bin/sh\n" + packed(FILES), "beside its files"),
    "appended": (lambda: packed(FILES) + b"more", "beside its files|no whole zip|comment"),
    "between": (between, "beside its files|no whole zip"),
    "two_names": (two_names, "no whole zip|beside its files"),
    "changed_moment": (changed_moment, "beside its files"),
    "another_order": (another_order, "beside its files"),
    "truncated": (lambda: packed(FILES)[:-30], "no whole zip"),
    "cut_in_front": (lambda: packed(FILES)[100:], "no whole zip|beside"),
    "empty": (lambda: b"", "no whole zip"),
    "no_zip": (lambda: b"hello" * 100, "no whole zip"),
}


@pytest.mark.parametrize("name", TRICKS)
def test_a_trick_is_refused(name: str) -> None:
    trick, expected = TRICKS[name]
    with pytest.raises(PackError) as fault:
        unpacked(trick())
    assert re.search(expected, fault.value.english), fault.value.english
    assert fault.value.chinese


@settings(max_examples=40)
@given(st.dictionaries(st.sampled_from(sorted(NAMES)), st.binary(max_size=200)), st.binary(max_size=50))
def test_what_is_packed_is_unpacked(some: dict[str, bytes], picture: bytes) -> None:
    files = {**FILES, **some, PICTURE: picture}
    data = packed(files)
    assert unpacked(data) == files and packed(dict(reversed(files.items()))) == data


def test_every_program_reads_it() -> None:
    with zipfile.ZipFile(io.BytesIO(packed(FILES))) as found:
        assert found.testzip() is None
        assert {name: found.read(name) for name in found.namelist()} == FILES


@settings(max_examples=40)
@given(st.data())
def test_no_byte_can_change(data: st.DataObject) -> None:
    """A flipped byte is in a file's content, which its digest would tell, or the zip is refused."""
    whole = bytearray(packed(FILES))
    at = data.draw(st.integers(0, len(whole) - 1))
    whole[at] ^= data.draw(st.integers(1, 255))
    try:
        found = unpacked(bytes(whole))
    except PackError:
        return
    assert found != FILES


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=10,
)


@settings(max_examples=40)
@given(values)
def test_json_has_one_form(value: object) -> None:
    try:
        data = written(value)
    except UnicodeEncodeError:
        return
    assert read(data, "x") == value
    with pytest.raises(PackError):
        read(data + b" ", "x")
