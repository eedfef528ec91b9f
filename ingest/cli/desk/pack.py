"""hourfence pack: the evidence of one training session, as a file."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Annotated

import typer

from ingest.cli.faults import UsageError

_SESSION_MAX = 2**32


def pack(
    terminal: Annotated[str, typer.Argument(help="16-digit number of the terminal.")],
    session: Annotated[int, typer.Argument(help="Number of the training session.", min=1, max=_SESSION_MAX)],
    out: Annotated[Path, typer.Option(help="The zip to write.")],
    photos: Annotated[
        bool, typer.Option("--photos", help="The photos themselves, not only their digests.")
    ] = False,
) -> None:
    """Write the evidence pack of a training session, which `hourfence verify` checks anywhere."""
    from ingest.casework.packs.build import PackRefused, build, key_fingerprint
    from ingest.casework.who import SUPERVISOR, Who
    from ingest.cli.arguments import number_of
    from ingest.cli.database import database
    from ingest.cli.out_file import try_out

    number = number_of(terminal, "TERMINAL")
    try_out(out)
    who = Who(0, f"command:{getpass.getuser()}", SUPERVISOR, 0, "")
    with database() as conn:
        try:
            data = build(conn, who, number, session, photos)
        except PackRefused as refused:
            raise UsageError(str(refused)) from None
    try:
        out.write_bytes(data)
    except OSError as fault:
        raise UsageError(f"{out}: cannot be written ({fault.strerror}); name another file.") from None
    print(f"{out}: {len(data)} bytes. 已写出证据包，{len(data)} 字节。")
    print(f"Signed by pack key 签名密钥 {key_fingerprint()}")
