"""hourfence photos ...: which photos are missing, and one of those that are there."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ingest.cli.faults import UsageError

photos_app = typer.Typer(help="Photos that the terminals' records name.", no_args_is_help=True)


@photos_app.command("missing")
def missing(
    terminal: Annotated[str | None, typer.Option("--terminal", "-t", help="16 digits")] = None,
) -> None:
    """Photos that records name and that are not stored whole, oldest first."""
    from ingest.cli.arguments import number_of
    from ingest.cli.database import database
    from ingest.store import photos

    number = None if terminal is None else number_of(terminal, "--terminal")
    with database() as conn:
        lacking = photos.missing(conn, number)
    for one in lacking:
        print(
            f"{one.terminal:016d} record {one.seq} {one.utc:%Y-%m-%d %H:%M} UTC {one.digest.hex()}, "
            f"{one.received} bytes here"
        )
    print(f"{len(lacking)} photos missing.")


@photos_app.command("save")
def save(
    digest: Annotated[str, typer.Argument(help="64 hexadecimal digits")],
    file: Annotated[Path, typer.Argument(help="JPEG file to write")],
) -> None:
    """Write a stored photo to a file."""
    from ingest.cli.database import database
    from ingest.store import photos

    try:
        wanted = bytes.fromhex(digest)
    except ValueError:
        raise UsageError(f"{digest!r} is no digest; write 64 hexadecimal digits.") from None
    with database() as conn:
        data = photos.read(conn, wanted)
    if data is None:
        raise UsageError("No whole photo with this digest is stored; see hourfence photos missing.")
    try:
        file.write_bytes(data)
    except OSError as fault:
        raise UsageError(f"{file}: cannot be written ({fault.strerror}); name another file.") from None
    print(f"{file}: {len(data)} bytes.")
