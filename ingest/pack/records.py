"""The signed records of a pack: one file of them, their chain, and the head that the terminal signed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from firmware.wire import fields
from firmware.wire import records as wire
from firmware.wire.errors import DecodeError
from ingest.measure.chain import is_signed
from ingest.pack.faults import PackError

_SIZE = 2
_KEY_ID = 8


class Head(NamedTuple):
    """A HEAD record that holds: its seq, the seq it signs through, and the public key (hexadecimal)."""

    seq: int
    through: int
    public_key: str


def joined(records: Iterable[bytes]) -> bytes:
    """Each record behind its length in two bytes, big-endian."""
    return b"".join(len(record).to_bytes(_SIZE, "big") + record for record in records)


def parted(data: bytes) -> list[bytes]:
    """Inverse of joined. Raises PackError."""
    found, at = [], 0
    while at < len(data):
        begin = at + _SIZE
        at = begin + int.from_bytes(data[at:begin], "big")
        if at > len(data) or at == begin:
            raise PackError("records.bin is cut off within a record.", "records.bin 在一条记录中间被截断。")
        found.append(data[begin:at])
    return found


def decoded(records: Sequence[bytes]) -> list[dict[str, Any]]:
    """The fields of each record. Raises PackError for bytes that are no record."""
    values = []
    for at, record in enumerate(records, start=1):
        try:
            values.append(wire.decode(record))
        except DecodeError as fault:
            raise PackError(
                f"The {at}. record of records.bin is no record ({fault}); something changed its bytes.",
                f"records.bin 的第 {at} 条不是有效记录，其字节被改动。",
            ) from None
    return values


def breaks_of(records: Sequence[bytes], values: Sequence[dict[str, Any]]) -> list[int]:
    """Records (seqs) that do not hang on the one before, the first of the pack left out."""
    found = []
    for at in range(1, len(records)):
        before = wire.digest(records[at - 1])
        if values[at]["seq"] != values[at - 1]["seq"] + 1 or values[at]["prev"] != before:
            found.append(int(values[at]["seq"]))
    return found


def check_order(values: Sequence[dict[str, Any]], session: dict[str, Any]) -> None:
    """One terminal's records in order, from first to last, none missing but those that are named.

    session: the document of that name. Raises PackError.
    """
    terminal, absent = int(session["terminal"]), set(session["absent"])
    for row in values:
        if row["terminal"] != terminal:
            raise PackError(
                f"Record {row['seq']} is of terminal {row['terminal']:016d} and not of {terminal:016d}.",
                f"记录 {row['seq']} 属于终端 {row['terminal']:016d}，而不是 {terminal:016d}。",
            )
    seqs = [row["seq"] for row in values]
    for before, seq in pairwise(seqs):
        if seq <= before:
            raise PackError(
                f"Record {seq} stands behind record {before}: records were put in another order or doubled.",
                f"记录 {seq} 排在记录 {before} 之后：顺序被改动或有重复。",
            )
    wrong = _unexpected(seqs, session["first"], session["last"], absent)
    if wrong is not None:
        seq, what = wrong, ("was added", "是多出的") if wrong in seqs else ("is missing", "缺失")
        raise PackError(
            f"Record {seq} {what[0]}: the pack says it holds records {session['first']} to "
            f"{session['last']}.",
            f"记录 {seq} {what[1]}：证据包声称包含记录 {session['first']} 至 {session['last']}。",
        )


def _unexpected(seqs: Sequence[int], first: int, last: int, absent: set[int]) -> int | None:
    """The first seq that is there and should not be, or the other way round; None where all is as told. The
    span itself is never counted through: it may be told as billions."""
    due = first
    for seq in [*seqs, last + 1]:
        while due in absent:
            due += 1
        if seq != due:
            return min(seq, due)
        due += 1
    return None


def check_chain(records: Sequence[bytes], values: Sequence[dict[str, Any]], known: Sequence[int]) -> None:
    """Every record hangs on the one before it, but for the breaks known to the server. Raises PackError."""
    found = breaks_of(records, values)
    if found != list(known):
        seq = min(set(found) ^ set(known))
        if seq in found:
            raise PackError(
                f"Record {seq} does not hang on the record before it: one of the two was changed.",
                f"记录 {seq} 与前一条记录的链接不符：其中之一被改动。",
            )
        raise PackError(
            f"The pack says that the chain is broken at record {seq}, and it is not.",
            f"证据包声称链在记录 {seq} 处断开，实际并未断开。",
        )


def heads(values: Sequence[dict[str, Any]], records: Sequence[bytes], keys: Sequence[str]) -> list[Head]:
    """The HEAD records that one of these keys (hexadecimal) signed, over a record that is in the pack."""
    digests = {row["seq"]: wire.digest(record) for row, record in zip(values, records, strict=True)}
    found = []
    for row in values:
        if row["kind"] != fields.HEAD or digests.get(row["through"]) != row["head"]:
            continue
        message = wire.head_message(row["terminal"], row["through"], row["head"])
        for key in keys:
            public = bytes.fromhex(key)
            is_its = hashlib.sha256(public).digest()[:_KEY_ID] == row["key"]
            if is_its and is_signed(public, row["signature"], message):
                found.append(Head(row["seq"], row["through"], key))
    return found


def covering(found: Sequence[Head], breaks: Sequence[int], first: int, last: int) -> Head | None:
    """The first of these that signs for records first to last, with no break of the chain in between."""
    for head in found:
        broken = [seq for seq in breaks if first < seq <= head.through]
        if head.through >= last and not broken:
            return head
    return None


def of_session(values: Sequence[dict[str, Any]], session: int) -> list[int]:
    """Seqs of the records of a session, its sign-in among them."""
    return [row["seq"] for row in values if row.get("session") == session or row["seq"] == session]
