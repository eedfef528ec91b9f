"""hourfence update: the release key, images for the terminals, and their check."""

import os
from pathlib import Path
from typing import Annotated

import typer

from ingest.updates import image as images
from ingest.updates.release_key import (
    UpdateError,
    load_release_key,
    make_release_key,
    public_hex,
)

PASSPHRASE = "HOURFENCE_RELEASE_PASSPHRASE"

update_app = typer.Typer(help="Firmware updates: release key, signed images.", no_args_is_help=True)


def _passphrase() -> str | None:
    return os.environ.get(PASSPHRASE) or None


def _write(path: Path, data: bytes) -> None:
    beside = path.with_name(path.name + ".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(data)
        beside.replace(path)
    except OSError as error:
        raise UpdateError(f"{path} cannot be written: {error.strerror}; name another folder.") from error


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UpdateError(f"{path} cannot be read: {error.strerror}; name the file of a build.") from error


@update_app.command("key")
def key(file: Annotated[Path, typer.Argument(help="File for the secret half; it must not exist.")]) -> None:
    """Make the release key; prints its public half, which terminals get at provisioning.

    HOURFENCE_RELEASE_PASSPHRASE, when set, locks the file.
    """
    print(make_release_key(file, _passphrase()))


@update_app.command("build")
def build(
    folder: Annotated[Path, typer.Argument(help="Folder that holds the folder firmware, .mpy or .py files.")],
    version: Annotated[str, typer.Option(help="Version of the image, such as 1.2.3.")],
    board: Annotated[str, typer.Option(help="Board it is for; terminals of another one refuse it.")],
    key: Annotated[Path, typer.Option(help="File of the release key.")],
    floor: Annotated[str | None, typer.Option(help="Lowest version that it may replace.")] = None,
    replaces: Annotated[
        str | None, typer.Option(help="The one newer version that it may replace: a way back, signed.")
    ] = None,
    journal_writes: Annotated[int, typer.Option(help="Journal format it writes.")] = images.Journal.writes,
    journal_reads: Annotated[
        list[int] | None,
        typer.Option(help="Journal format it reads; repeat for more. Default: what it writes."),
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder of the image and its manifest.")] = Path("build/updates"),
) -> None:
    """Make a signed update: BOARD-VERSION.image and BOARD-VERSION.manifest."""
    number = images.parse_version(version)
    reads = 0
    for form in journal_reads or [journal_writes]:
        if not 1 <= form <= 16:
            raise UpdateError(f"Journal format {form} is outside 1..16; name one that there is.")
        reads |= 1 << (form - 1)
    secret = load_release_key(key, _passphrase())
    image = images.build_image(images.collect(folder))
    signed = images.sign_manifest(
        image,
        number,
        board,
        secret,
        images.parse_version(floor) if floor else 0,
        images.parse_version(replaces) if replaces else 0,
        images.Journal(journal_writes, reads),
    )
    images.unpack(image)
    images.check(image, signed, public_hex(secret))
    stem = f"{board}-{images.version_text(number)}"
    _write(out / f"{stem}.image", image)
    _write(out / f"{stem}.manifest", signed)
    print(f"{out / stem}.image: {len(image)} bytes, version {images.version_text(number)} for {board}.")


@update_app.command("check")
def check(
    image: Annotated[Path, typer.Argument(help="The .image file; its .manifest lies beside it.")],
    public: Annotated[str, typer.Option(help="Public half of the release key, 64 hexadecimal digits.")],
) -> None:
    """Say whether a terminal with this release key would accept an update, and what is in it."""
    data = _read(image)
    found = images.check(data, _read(image.with_suffix(".manifest")), public)
    files = images.unpack(data)
    print(
        f"Version {images.version_text(found.version)} for {found.board}: "
        f"{len(data)} bytes, {len(files)} files."
    )
    if found.floor:
        print(f"Replaces {images.version_text(found.floor)} and newer.")
    if found.replaces:
        print(f"May go back from {images.version_text(found.replaces)}.")
