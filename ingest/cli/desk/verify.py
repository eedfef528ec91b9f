"""hourfence verify: whether an evidence pack holds, told to a person or to a program."""

from __future__ import annotations

import hashlib
import io
import json
import re
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from ingest.cli.faults import UsageError

_KEY = re.compile("[0-9a-fA-F]{64}")
_FINGERPRINT = re.compile("[A-Za-z0-9_-]{43}")
_STDIN = Path("-")
VALID, CHANGED, WRONG, UNCHECKED = 0, 1, 2, 3
"""Exit statuses. WRONG: a mistake in what was asked, no pack was looked at. UNCHECKED: the pack agrees with
itself, and nobody said whose signature it must have."""
_LAST = {
    VALID: "The pack is valid. 证据包有效。",
    CHANGED: "The pack is not valid. 证据包无效。",
    UNCHECKED: "The pack agrees with itself; its signer was NOT CHECKED. 证据包内部一致，但未核对签名者。",
}
_SIGNER_UNCHECKED = (
    "Anyone can change fences, rules, decisions and credit, let the verdicts follow and sign anew with a key"
    " of their own. Give the published fingerprint with --signer.\n"
    "任何人都可改动围栏、规则、决定与学时，重新得出判定并用自己的密钥签名。"
    "请用 --signer 给出已公布的密钥指纹。"
)


def verify(
    pack: Annotated[Path, typer.Argument(help="The zip that `hourfence pack` wrote; - for standard input.")],
    key: Annotated[
        str | None, typer.Option(help="The terminal's public key that you expect (64 hexadecimal digits).")
    ] = None,
    signer: Annotated[
        str | None, typer.Option(help="Fingerprint of the server's pack key that you expect.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, for programs.")] = False,
) -> None:
    """Check an evidence pack offline: signatures, chain, digests, and every verdict derived again.

    Exit status: 0 valid; 1 changed or damaged; 2 the file or an option is wrong; 3 everything agrees, but
    without --signer nobody checked who signed it.
    """
    from ingest.pack.archive import SIZE_MAX
    from ingest.pack.faults import PackError
    from ingest.pack.lines import Line
    from ingest.pack.verify import Expected
    from ingest.pack.verify import verify as lines_of

    try:
        _check_options(key, signer)
        data = _read(pack, SIZE_MAX + 1)
    except _Wrong as wrong:
        if not as_json:
            raise
        print(json.dumps(_told(None, [], wrong, WRONG), ensure_ascii=False))
        raise typer.Exit(WRONG) from None
    # A terminal that cannot show a sign gets its number: that is no fault of the pack.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    found: list[Line] = []
    fault: PackError | None = None
    try:
        for line in lines_of(data, Expected(key, signer)):
            found.append(line)
            if line.proven and not as_json:
                print(f"ok   {plain(line.english)} {plain(line.chinese)}", flush=True)
    except PackError as wrong:
        fault = wrong
    status = CHANGED if fault else UNCHECKED if signer is None else VALID
    if as_json:
        print(json.dumps(_told(data, found, fault, status), ensure_ascii=False))
    else:
        _tell([line for line in found if not line.proven], fault, status)
    if status:
        raise typer.Exit(status)


class _Wrong(UsageError):
    """A mistake in what was asked, in both languages."""

    def __init__(self, english: str, chinese: str) -> None:
        super().__init__(f"{english} {chinese}")
        self.english, self.chinese = english, chinese


def _check_options(key: str | None, signer: str | None) -> None:
    if key is not None and not _KEY.fullmatch(key):
        raise _Wrong(f"--key is {key!r}; it must be 64 hexadecimal digits.", "--key 须为 64 位十六进制数字。")
    if signer is not None and not _FINGERPRINT.fullmatch(signer):
        raise _Wrong(
            f"--signer is {signer!r}; it must be the 43 characters that `hourfence pack` printed.",
            "--signer 须为 `hourfence pack` 给出的 43 个字符。",
        )


def _read(pack: Path, most: int) -> bytes:
    try:
        if pack == _STDIN:
            return sys.stdin.buffer.read(most)
        with pack.open("rb") as source:
            return source.read(most)
    except OSError as fault:
        raise _Wrong(
            f"{pack}: cannot be read ({fault.strerror}); check the path.", "无法读取该文件，请检查路径。"
        ) from None


def _tell(unproven: list[Any], fault: Any, status: int) -> None:
    if unproven and not fault:
        print("What a pack cannot prove: 证据包不能证明：")
    for line in unproven:
        print(f"  -  {plain(line.english)} {plain(line.chinese)}")
    if fault:
        print(f"FAIL {plain(fault.english)} {plain(fault.chinese)}")
    if status == UNCHECKED:
        print(_SIGNER_UNCHECKED)
    print(_LAST[status])


def _told(data: bytes | None, found: list[Any], fault: Any, status: int) -> dict[str, Any]:
    def sentences(some: list[Any]) -> list[dict[str, str]]:
        return [{"en": one.english, "zh": one.chinese} for one in some]

    return {
        "exit": status,
        "valid": status == VALID,
        "signer_checked": status == VALID,
        "sha256": None if data is None else hashlib.sha256(data).hexdigest(),
        "bytes": None if data is None else len(data),
        "proven": sentences([line for line in found if line.proven]),
        "unproven": sentences([line for line in found if not line.proven]),
        "fault": sentences([fault])[0] if fault else None,
    }


def plain(text: str) -> str:
    """A sentence with what a pack may have put into it: nothing of it moves the cursor, turns the writing
    round or begins a line."""
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in text)
