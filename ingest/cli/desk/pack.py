"""hourfence pack and hourfence verify: the evidence of one training session, and whether it holds."""

from __future__ import annotations

import getpass
import re
from pathlib import Path
from typing import Annotated

import typer

from ingest.cli.faults import UsageError

_KEY = re.compile("[0-9a-fA-F]{64}")
_FINGERPRINT = re.compile("[A-Za-z0-9_-]{43}")
_SESSION_MAX = 2**32
UNCHECKED = 3
"""Exit status of a pack that agrees with itself, of which nobody said whose signature it must have."""
_SIGNER_UNCHECKED = (
    "The pack agrees with itself, but WHO SIGNED IT WAS NOT CHECKED: anyone can change decisions and credit"
    " and sign anew with a key of their own. Give the published fingerprint with --signer.\n"
    "证据包内部一致，但未核对签名者：任何人都可改动决定与学时后用自己的密钥重新签名。"
    "请用 --signer 给出已公布的密钥指纹。"
)


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


def verify(
    pack: Annotated[Path, typer.Argument(help="The zip that `hourfence pack` wrote.")],
    key: Annotated[
        str | None, typer.Option(help="The terminal's public key that you expect (64 hexadecimal digits).")
    ] = None,
    signer: Annotated[
        str | None, typer.Option(help="Fingerprint of the server's pack key that you expect.")
    ] = None,
) -> None:
    """Check an evidence pack offline: signatures, chain, digests, and every verdict derived again."""
    from ingest.pack.archive import SIZE_MAX
    from ingest.pack.faults import PackError
    from ingest.pack.lines import Line
    from ingest.pack.verify import Expected
    from ingest.pack.verify import verify as lines_of

    if key is not None and not _KEY.fullmatch(key):
        raise UsageError(f"--key is {key!r}; it must be 64 hexadecimal digits.")
    if signer is not None and not _FINGERPRINT.fullmatch(signer):
        raise UsageError(
            f"--signer is {signer!r}; it must be the 43 characters that `hourfence pack` printed."
        )
    try:
        with pack.open("rb") as source:
            data = source.read(SIZE_MAX + 1)
    except OSError as fault:
        raise UsageError(f"{pack}: cannot be read ({fault.strerror}); check the path.") from None
    unproven: list[Line] = []
    try:
        for line in lines_of(data, Expected(key, signer)):
            if line.proven:
                print(f"ok   {line.english} {line.chinese}")
            else:
                unproven.append(line)
    except PackError as fault:
        for line in unproven:
            print(f"  -  {line.english} {line.chinese}")
        print(f"FAIL {fault.english} {fault.chinese}")
        print("The pack is not valid. 证据包无效。")
        raise typer.Exit(1) from None
    print("What a pack cannot prove: 证据包不能证明：")
    for line in unproven:
        print(f"  -  {line.english} {line.chinese}")
    if signer is None:
        print(_SIGNER_UNCHECKED)
        raise typer.Exit(UNCHECKED)
    print("The pack is valid. 证据包有效。")
