"""An image from a folder of firmware files, its manifest, and the check of both."""

import binascii
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from firmware.terminal.update import manifest
from firmware.terminal.update.manifest import Manifest, ManifestError
from ingest.updates.release_key import UpdateError, verified

SUFFIXES = (".mpy", ".py")
_VERSION = re.compile(r"(\d{1,4})\.(\d{1,3})\.(\d{1,3})")


@dataclass(frozen=True)
class Journal:
    """The journal format a version writes, and the bits of those it reads (bit n-1: format n)."""

    writes: int = manifest.JOURNAL_WRITES
    reads: int = manifest.JOURNAL_READS


def parse_version(text: str) -> int:
    """The number of a version such as 1.2.3, as in the BOOT record; raises UpdateError."""
    found = _VERSION.fullmatch(text)
    number = (
        sum(int(part) * scale for part, scale in zip(found.groups(), (1000000, 1000, 1), strict=True))
        if found
        else 0
    )
    if not 0 < number <= 0xFFFFFFFF:
        raise UpdateError(f"{text!r} is not a version; write it as 1.2.3, up to 4294.967.295.")
    return number


def version_text(number: int) -> str:
    """1.2.3 of its number."""
    return f"{number // 1000000}.{number // 1000 % 1000}.{number % 1000}"


def collect(folder: Path) -> dict[str, bytes]:
    """Every firmware file below folder, which must hold the folder firmware; raises UpdateError."""
    found: dict[str, bytes] = {}
    for path in sorted((folder / "firmware").rglob("*")):
        if path.is_dir() or "__pycache__" in path.parts:
            continue
        name = path.relative_to(folder).as_posix()
        if path.is_symlink() or path.suffix not in SUFFIXES:
            raise UpdateError(f"{path} is no firmware file; an image holds .mpy and .py files only.")
        twin = name.rsplit(".", 1)[0]
        if any(other.rsplit(".", 1)[0] == twin for other in found):
            raise UpdateError(f"{path} lies beside its other form; leave either .mpy or .py of a module.")
        found[name] = path.read_bytes()
    if not any(name in found for name in ("firmware/main.mpy", "firmware/main.py")):
        raise UpdateError(f"{folder} holds no firmware/main; name the folder that holds the folder firmware.")
    return found


def build_image(files: dict[str, bytes]) -> bytes:
    """The image's bytes, the same for the same files. Raises UpdateError for a path it may not hold."""
    if not 1 <= len(files) <= manifest.FILES_MAX:
        raise UpdateError(f"An image holds 1..{manifest.FILES_MAX} files, not {len(files)}.")
    parts = [manifest.image_start(len(files))]
    try:
        for path in sorted(files):
            parts += [manifest.file_head(path, len(files[path]), binascii.crc32(files[path])), files[path]]
    except ManifestError as error:
        raise UpdateError(f"{error}; rename it.") from error
    return b"".join(parts)


def sign_manifest(
    image: bytes,
    version: int,
    board: str,
    secret: Ed25519PrivateKey,
    floor: int = 0,
    replaces: int = 0,
    journal: Journal | None = None,
) -> bytes:
    """The signed manifest of an image; replaces, when not 0, permits going back from exactly that version."""
    journal = journal or Journal()
    digest = hashlib.sha256(image).digest()
    if replaces and replaces <= version:
        raise UpdateError("A permission to go back names a version above the image's own.")
    made = Manifest(version, floor, replaces, len(image), digest, board, journal.writes, journal.reads)
    try:
        made.signature = secret.sign(made.signed())
    except ManifestError as error:
        raise UpdateError(f"The manifest cannot be made: {error}.") from error
    return bytes(made.encode())


def check(image: bytes, signed: bytes, public: str) -> Manifest:
    """The Manifest of a pair that a terminal with this release key would accept; else UpdateError."""
    try:
        found: Manifest = manifest.decode(signed)
    except ManifestError as error:
        raise UpdateError(f"The manifest is damaged ({error}); build the update anew.") from error
    if not verified(public, found.signed(), found.signature):
        raise UpdateError("The signature is not by this release key; sign with the key the terminals know.")
    if len(image) != found.size or hashlib.sha256(image).digest() != found.sha256:
        raise UpdateError("The image is not the one that was signed; take the two files of one build.")
    return found


def unpack(image: bytes) -> dict[str, bytes]:
    """The files of an image; raises UpdateError where a terminal would refuse it."""
    files: dict[str, bytes] = {}
    at = 6
    try:
        if image[:4] != manifest.IMAGE_MAGIC:
            raise UpdateError("The file is not a firmware image; name the .image file of a build.")
        for _ in range(int.from_bytes(image[4:6], "big")):
            end = at + 1 + image[at]
            path = image[at + 1 : end].decode()
            size, crc = (
                int.from_bytes(image[end : end + 4], "big"),
                int.from_bytes(image[end + 4 : end + 8], "big"),
            )
            manifest.check_path(path)
            data, at = image[end + 8 : end + 8 + size], end + 8 + size
            if path in files or len(data) != size or binascii.crc32(data) != crc:
                raise UpdateError(f"The image is damaged at {path}; build it anew.")
            files[path] = data
    except (IndexError, UnicodeDecodeError, ManifestError) as error:
        raise UpdateError(f"The image is damaged ({error}); build it anew.") from error
    if at != len(image) or not files:
        raise UpdateError("The image is damaged at its end; build it anew.")
    return files
