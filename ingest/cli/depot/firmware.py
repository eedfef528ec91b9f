"""hourfence firmware: builds what runs on the terminals."""

from pathlib import Path
from typing import Annotated

import typer

firmware_app = typer.Typer(help="The terminals' firmware.", no_args_is_help=True)


@firmware_app.callback()
def firmware() -> None:
    """The terminals' firmware."""


@firmware_app.command("build")
def build(
    out: Annotated[Path, typer.Option(help="Folder of what is built.")] = Path("build/firmware"),
    board: Annotated[str, typer.Option(help="esp32s3 or unix.")] = "esp32s3",
    version: Annotated[
        str | None, typer.Option(help="Version such as 1.2.3; default: this package's.", show_default=False)
    ] = None,
    source: Annotated[Path, typer.Option(help="The folder firmware of the sources.")] = Path("firmware"),
    limit: Annotated[int | None, typer.Option(help="Bytes that a slot may take.", show_default=False)] = None,
) -> None:
    """Compile the firmware, lay out the flash folder for mpremote, and say how large it is."""
    from importlib.metadata import version as version_of

    from ingest.firmware_build import flash_folder, report
    from ingest.updates.image import parse_version

    number = parse_version(version or version_of("hourfence"))
    modules = flash_folder.build(source, out, number, board)
    allowed = report.LIMIT_BYTES if limit is None else limit
    print("\n".join(report.lines(modules, allowed)))
    report.check(modules, allowed)
    print(f"Version {number} for {board} is in {out / 'flash'}.")
