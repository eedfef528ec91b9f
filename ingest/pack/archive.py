"""The pack's zip: files stored as they are, in the order of names, with fixed times, and nothing else.

A pack is exactly the zip that `packed` makes of its files. So nothing in it can grow when it is opened, and
no two programs can read one zip in two ways.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping

from ingest.pack.faults import PackError

SIZE_MAX = 64 << 20
FILES_MAX = 600
_MOMENT = (0, 0x21)
"""Midnight, and 1980-01-01: where a zip's time begins."""
_VERSION, _UNIX = 20, 3 << 8
_MODE = 0o100644
_LINK = 0o120000
NAMES = frozenset(
    {
        "credit.json",
        "decisions.json",
        "envelopes.json",
        "fences.geojson",
        "manifest.json",
        "neighbours.json",
        "photos.json",
        "records.bin",
        "registry.json",
        "report.pdf",
        "rules.json",
        "session.json",
        "signature.jws",
        "signer.json",
        "suspicions.json",
        "terminal.json",
        "verdicts.json",
    }
)
PICTURE = re.compile(r"photos/[0-9a-f]{64}\.jpg")


def packed(files: Mapping[str, bytes]) -> bytes:
    """The zip of these files (names ASCII): the same bytes for the same files, whichever Python writes it."""
    bodies, directory, at = [], [], 0
    for name in sorted(files):
        data, encoded = files[name], name.encode("ascii")
        told = (_VERSION, 0, 0, *_MOMENT, zlib.crc32(data), len(data), len(data), len(encoded), 0)
        head = struct.pack("<4s5H3I2H", b"PK\3\4", *told) + encoded
        bodies += [head, data]
        entry = struct.pack("<4s6H3I5H2I", b"PK\1\2", _UNIX | _VERSION, *told, 0, 0, 0, _MODE << 16, at)
        directory.append(entry + encoded)
        at += len(head) + len(data)
    listed = b"".join(directory)
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, len(files), len(files), len(listed), at, 0)
    return b"".join((*bodies, listed, end))


def unpacked(data: bytes) -> dict[str, bytes]:
    """The files of a pack. Raises PackError for a zip that `packed` did not make."""
    if len(data) > SIZE_MAX:
        raise PackError(
            f"The pack has {len(data)} bytes, and none has more than {SIZE_MAX}; it is not opened.",
            f"文件有 {len(data)} 字节，证据包不会超过 {SIZE_MAX} 字节，故不打开。",
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as source:
            files = _read(source)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError, ValueError) as fault:
        if isinstance(fault, PackError):
            raise
        raise PackError(
            f"This is no whole zip file ({str(fault)[:80]}): it was cut off or damaged.",
            "这不是完整的压缩文件：已被截断或损坏。",
        ) from None
    if packed(files) != data:
        raise PackError(
            "The zip holds bytes beside its files (in front, behind, between or in its headers); "
            "a pack has none.",
            "压缩文件在其内容之外还夹带了其他字节（前、后、中间或文件头），证据包没有这些。",
        )
    return files


def _read(source: zipfile.ZipFile) -> dict[str, bytes]:
    entries = source.infolist()
    if source.comment:
        raise PackError("The zip carries a comment; a pack has none.", "压缩文件带有注释，证据包没有注释。")
    if len(entries) > FILES_MAX:
        raise PackError(
            f"The zip names {len(entries)} files, and no pack has more than {FILES_MAX}.",
            f"压缩文件列出 {len(entries)} 个文件，证据包不会超过 {FILES_MAX} 个。",
        )
    if sum(entry.file_size for entry in entries) > SIZE_MAX:
        raise PackError(
            f"The zip's files together say they are larger than {SIZE_MAX} bytes; it is not opened.",
            f"压缩文件声称的总大小超过 {SIZE_MAX} 字节，故不打开。",
        )
    files: dict[str, bytes] = {}
    for entry in entries:
        _check(entry, files)
        files[entry.filename] = source.read(entry)
    missing = sorted(NAMES - files.keys())
    if missing:
        raise PackError(f"{missing[0]} is not in the pack.", f"证据包中缺少 {missing[0]}。")
    return files


def _check(entry: zipfile.ZipInfo, before: Mapping[str, bytes]) -> None:
    name = entry.orig_filename
    shown = ascii(name[:80])
    if name in before:
        raise PackError(f"The zip holds {shown} twice.", f"压缩文件中 {shown} 出现了两次。")
    if name.startswith(("/", "\\")) or ".." in name or "\\" in name or ":" in name:
        raise PackError(
            f"The zip holds {shown}, a path that leads out of the folder; it is not opened.",
            f"压缩文件中的 {shown} 指向文件夹之外，故不打开。",
        )
    if entry.external_attr >> 16 & 0o170000 == _LINK:
        raise PackError(
            f"{shown} is a symbolic link; a pack has none.", f"{shown} 是符号链接，证据包没有链接。"
        )
    if entry.flag_bits & 0x1:
        raise PackError(f"{shown} is encrypted; a pack hides nothing.", f"{shown} 被加密，证据包不加密。")
    if name not in NAMES and not PICTURE.fullmatch(name):
        raise PackError(f"{shown} is no file of a pack.", f"{shown} 不是证据包中的文件。")
    if entry.compress_type != zipfile.ZIP_STORED or entry.file_size != entry.compress_size:
        raise PackError(
            f"{shown} is compressed; a pack stores its files as they are, so that none can swell.",
            f"{shown} 经过压缩；证据包按原样存放文件，以免解压后膨胀。",
        )
