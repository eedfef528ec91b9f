"""hourfence audit ...: the log of who did what, and whether its chain holds."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ingest.cli.faults import UsageError

if TYPE_CHECKING:
    from ingest.store.desk.accounts.audit_log import Entry

audit_app = typer.Typer(help="The audit log: what was done, by whom, unbroken.", no_args_is_help=True)
TOLD_EVERY = 20_000
BROKEN = 1
_DIFFERS = {
    "gone": (
        "The audit log tells of decision {}, which is missing in the ledger.",
        "审计日志记有第 {} 号处理，但处理台账中缺失。",
    ),
    "untold": (
        "Decision {} is in the ledger, and no entry of the audit log tells of it.",
        "第 {} 号处理在处理台账中，但审计日志没有记录。",
    ),
    "otherwise": (
        "Decision {} in the ledger is not as the audit log tells it.",
        "第 {} 号处理在台账中的内容与审计日志不符。",
    ),
}
_CHANGED = (
    "The database was changed past the desk: keep a copy of it as it is, compare it with a backup of before,"
    " and ask who could write to it.",
    "数据库曾被绕过监管台修改：请原样留存副本，与此前的备份比对，并查明谁有写入权限。",
)
_CUT_OFF = (
    "Entries that were cut off at the end are not seen by this: give a published head with --head.\n"
    "日志末尾被截去的记录无法由此发现：请用 --head 给出已公布的摘要。"
)


@audit_app.command("verify")
def verify(
    head: Annotated[
        str | None, typer.Option("--head", help="A digest that was published: 64 hexadecimal digits.")
    ] = None,
) -> None:
    """Check every entry, and that each decision is as the log tells it; exit code 1 and what is not."""
    from ingest.casework import audit
    from ingest.cli.database import database
    from ingest.store.desk.accounts import audit_ledger, audit_log

    published = _digest(head)
    with database() as conn:
        found = audit.verify(_counted(audit_log.every(conn), audit_log.count(conn)), published)
        differs = audit_ledger.first_difference(conn)
    if found.broken_at is not None:
        print(f"The audit log is broken at entry {found.broken_at}: {found.why}.")
        print(f"审计日志从第 {found.broken_at} 条起不再相符。")
        raise typer.Exit(BROKEN)
    if differs is not None:
        english, chinese = _DIFFERS[differs.how]
        print(f"{english.format(differs.decision)} {_CHANGED[0]}")
        print(f"{chinese.format(differs.decision)}{_CHANGED[1]}")
        raise typer.Exit(BROKEN)
    print(f"All {found.entries} entries follow; head {found.head.entry} {found.head.digest.hex()}.")
    print(f"全部 {found.entries} 条记录前后相符。")
    if published is None:
        print(_CUT_OFF)


@audit_app.command("head")
def head(out: Annotated[Path | None, typer.Option(help="Write it into this file as JSON.")] = None) -> None:
    """The last entry's number and digest, to be published each day."""
    from ingest.cli.database import database
    from ingest.cli.out_file import try_out, write_json
    from ingest.store.desk.accounts import audit_log

    if out is not None:
        try_out(out)
    with database() as conn:
        last, at = audit_log.head_and_now(conn)
    print(f"{last.entry} {last.digest.hex()}")
    if out is not None:
        write_json(out, {"entry": last.entry, "digest": last.digest.hex(), "at": at.isoformat()})


@audit_app.command("list")
def list_entries(
    action: Annotated[str | None, typer.Option(help="Such as log_in, or decision for all of them.")] = None,
    subject: Annotated[str | None, typer.Option(help="Such as account:li.")] = None,
    most: Annotated[int, typer.Option(help="How many, the newest first.", min=1, max=100_000)] = 50,
) -> None:
    """Entries, the newest first."""
    from ingest.cli.database import database
    from ingest.store.desk.accounts import audit_log

    if any("\0" in text for text in (action or "", subject or "")):
        raise UsageError("There is a NUL character in what is looked for; leave it out.")
    with database() as conn:
        for entry in audit_log.listed(conn, None, most, action=action, subject=subject):
            print(_line(entry))


def _line(entry: Entry) -> str:
    address = f" from {entry.address}" if entry.address else ""
    details = json.dumps(entry.details, ensure_ascii=False, sort_keys=True)
    return (
        f"{entry.entry:8d} {entry.at:%Y-%m-%d %H:%M:%S} UTC  {entry.actor or '-'} ({entry.role}){address}: "
        f"{entry.action} {entry.subject} {details}"
    )


def _counted(entries: Iterable[Entry], total: int) -> Iterator[Entry]:
    """The entries, told about on standard error as they go by."""
    for at, entry in enumerate(entries, 1):
        if at % TOLD_EVERY == 0:
            print(f"{at} of {total} entries checked", file=sys.stderr)
        yield entry


def _digest(text: str | None) -> bytes | None:
    if text is None:
        return None
    if re.fullmatch(r"[0-9a-fA-F]{64}", text) is None:
        raise UsageError(f"--head {text} is no digest; give the 64 hexadecimal digits that were published.")
    return bytes.fromhex(text)
