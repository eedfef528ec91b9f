"""The records of a pack checked: whole, in order, chained, and signed by the terminal."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from ingest.pack.documents import Documents
from ingest.pack.faults import PackError
from ingest.pack.lines import Line
from ingest.pack.records import check_chain, check_order, covering, heads, of_session


def signed(documents: Documents, values: list[dict[str, Any]], public_key: str | None) -> Iterator[Line]:
    """Check order, chain and keys of the records (values: decoded) and the head that the terminal signed.

    public_key: the terminal's, where the reader knows it. Raises PackError.
    """
    told = documents.session
    terminal, session = documents.numbers
    check_order(values, told)
    check_chain(documents.records, values, told["breaks"])
    yield Line(
        f"Records: {len(values)} of terminal {terminal:016d}, {told['first']} to {told['last']}, "
        f"{len(told['absent'])} not there, chained by SHA-256 with {len(told['breaks'])} breaks.",
        f"记录：终端 {terminal:016d} 的 {len(values)} 条，序号 {told['first']} 至 {told['last']}，缺 "
        f"{len(told['absent'])} 条，SHA-256 链断开 {len(told['breaks'])} 处。",
    )
    _check_keys(documents, public_key)
    yield _head(documents, values, public_key)
    _check_envelopes(documents.envelopes, values)


def _head(documents: Documents, values: list[dict[str, Any]], public_key: str | None) -> Line:
    told, (_, session) = documents.session, documents.numbers
    seqs = of_session(values, session)
    if not seqs:
        raise PackError("No record is of this session.", "没有属于该培训过程的记录。")
    known = heads(values, documents.records, documents.public_keys)
    head = covering(known, told["breaks"], min(seqs), max(seqs))
    if (list(head) if head else None) != told["head"]:
        raise PackError(
            f"The terminal's signature over records {min(seqs)} to {max(seqs)} does not hold: no HEAD record "
            "signs them with a key of terminal.json."
            if told["head"]
            else "A HEAD record signs the session, and session.json says that none does.",
            f"终端对记录 {min(seqs)} 至 {max(seqs)} 的 Ed25519 签名与 session.json 所述不符。",
        )
    if head is None:
        return Line(
            "Signature of the terminal: there is none over this session (the registry has no public key, the "
            "session is still open, or the chain is broken).",
            "终端签名：该培训过程没有终端签名（登记中无公钥、过程未结束或链已断开）。",
            False,
        )
    if public_key is not None and head.public_key != public_key.lower():
        raise PackError(
            f"The session is signed with the terminal's other public key {head.public_key}, not with the "
            "expected one.",
            f"该培训过程由该终端的另一公钥 {head.public_key} 签名，而不是预期的公钥。",
        )
    print_ = hashlib.sha256(bytes.fromhex(head.public_key)).hexdigest()
    return Line(
        f"Signature of the terminal: HEAD record {head.seq} signs records {min(seqs)} to {head.through} with "
        f"Ed25519; SHA-256 of the public key {print_}.",
        f"终端签名：HEAD 记录 {head.seq} 以 Ed25519 对记录 {min(seqs)} 至 {head.through} 签名"
        f"；公钥 SHA-256 {print_}。",
    )


def _check_envelopes(told: list[dict[str, Any]], values: list[dict[str, Any]]) -> None:
    """Every record came in one of the envelopes, within its bounds."""
    came = sorted(
        seq for one in told for seq in one["records"] if one["first"] <= seq < one["first"] + one["count"]
    )
    if came != [row["seq"] for row in values]:
        raise PackError(
            "envelopes.json: its envelopes are not those that brought the records.",
            "envelopes.json：所列封包与记录不对应。",
        )


def _check_keys(documents: Documents, public_key: str | None) -> None:
    keys = documents.public_keys
    entries = {one["public_key"] for one in documents.terminal["entries"]} - {None}
    digests = [hashlib.sha256(bytes.fromhex(key)).hexdigest() for key in keys]
    if set(keys) != entries or [one["sha256"] for one in documents.terminal["keys"]] != digests:
        raise PackError(
            "terminal.json: the public keys are not those of the registry's entries in it.",
            "terminal.json：公钥与其中的登记条目不符。",
        )
    if int(documents.terminal["number"]) != documents.numbers[0]:
        raise PackError("terminal.json is of another terminal.", "terminal.json 属于另一台终端。")
    if public_key is not None and public_key.lower() not in keys:
        raise PackError(
            f"The expected public key {public_key} is not the terminal's in this pack.",
            f"证据包中的终端公钥不是预期的 {public_key}。",
        )
