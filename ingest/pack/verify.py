"""A pack checked from its bytes alone: nothing secret, no network, no database."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import NamedTuple

from ingest.pack import archive, seal
from ingest.pack.compare import check_credit, check_minutes, check_outcome, check_photos, check_rules
from ingest.pack.decided import check_decisions
from ingest.pack.derive import Derived, derive
from ingest.pack.documents import REPORT, Documents, guarded, of_files
from ingest.pack.faults import PackError
from ingest.pack.make import software
from ingest.pack.paper import render
from ingest.pack.records import (
    check_chain,
    check_order,
    covering,
    decoded,
    heads,
    of_session,
)
from ingest.pack.told import photos_of
from ingest.pack.unproven import unproven


class Line(NamedTuple):
    """One thing that was checked, or (proven False) that a pack cannot prove."""

    english: str
    chinese: str
    proven: bool = True


class Expected(NamedTuple):
    """What the reader knows already: the terminal's public key (hexadecimal), the pack key's fingerprint."""

    public_key: str | None = None
    signer: str | None = None


_NOTHING = Expected()


def verify(data: bytes, expected: Expected = _NOTHING) -> Iterator[Line]:
    """Check everything in order, telling what holds. Raises PackError at the first that does not."""
    files = archive.unpacked(data)
    yield Line(
        f"Zip: {len(files)} files of {len(data)} bytes, stored as they are, nothing beside them.",
        f"压缩文件：{len(files)} 个文件，共 {len(data)} 字节，按原样存放，无夹带。",
    )
    manifest = seal.check_manifest(files)
    yield Line("Manifest: every file has its size and SHA-256.", "清单：每个文件的大小与 SHA-256 相符。")
    signer = seal.check_signature(files, expected.signer)
    whose = (
        ("as expected", "与预期一致")
        if expected.signer
        else ("compare it with the published one", "请与公布值核对")
    )
    yield Line(
        f"Signature: over the manifest, by pack key {signer} ({whose[0]}).",
        f"签名：清单由证据包密钥 {signer} 签名（{whose[1]}）。",
    )
    documents = of_files(files)
    values = decoded(documents.records)
    yield from guarded("session.json", lambda: list(_records(documents, values, expected)))
    derived = derived_of(documents)
    yield from guarded("verdicts.json", lambda: list(_verdicts(documents, derived)))
    decided = guarded(
        "decisions.json", lambda: check_decisions(documents, {one.minute for one in derived.minutes})
    )
    told = documents.decisions
    yield Line(
        f"Decisions: {len(told['decisions'])}, appeals: {len(told['appeals'])}; "
        f"{len(decided)} minutes are decided "
        "as they say.",
        f"决定 {len(told['decisions'])} 项，申诉 {len(told['appeals'])} 件；{len(decided)} 个分钟据此决定。",
    )
    machine, whole = guarded("credit.json", lambda: check_credit(documents, derived, decided))
    yield Line(
        f"Credit: the ledger's entries add up to {machine} min as judged and {whole} min after decisions.",
        f"学时账目：判定 {machine} 分钟，决定之后 {whole} 分钟，账目相符。",
    )
    photos = guarded("photos.json", lambda: check_photos(documents, photos_of(values, documents.numbers[1])))
    yield Line(
        f"Photos: {photos} digests are those in the signed records; "
        f"{len(documents.pictures)} pictures are here "
        "and have them.",
        f"照片：{photos} 个摘要与已签名记录一致；包内 {len(documents.pictures)} 张照片与摘要相符。",
    )
    yield _report(files, documents, manifest["software"], signer)
    for english, chinese in unproven(documents):
        yield Line(english, chinese, False)


def derived_of(documents: Documents) -> Derived:
    """The session of the documents judged again. Raises PackError."""
    source = documents.source()
    derived = guarded("records.bin", lambda: derive(source))
    if derived is None:
        raise PackError("The records hold no such training session.", "这些记录中没有该培训过程。")
    found: Derived = derived
    return found


def _records(documents: Documents, values: list[dict[str, object]], expected: Expected) -> Iterator[Line]:
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
    _check_keys(documents, expected)
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
        yield Line(
            "Signature of the terminal: there is none over this session (the registry has no public key, the "
            "session is still open, or the chain is broken).",
            "终端签名：该培训过程没有终端签名（登记中无公钥、过程未结束或链已断开）。",
            False,
        )
        return
    print_ = hashlib.sha256(bytes.fromhex(head.public_key)).hexdigest()
    yield Line(
        f"Signature of the terminal: HEAD record {head.seq} signs records {min(seqs)} to {head.through} with "
        f"Ed25519; SHA-256 of the public key {print_}.",
        f"终端签名：HEAD 记录 {head.seq} 以 Ed25519 对记录 {min(seqs)} 至 {head.through} 签名"
        f"；公钥 SHA-256 {print_}。",
    )


def _check_keys(documents: Documents, expected: Expected) -> None:
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
    if expected.public_key is not None and expected.public_key.lower() not in keys:
        raise PackError(
            f"The expected public key {expected.public_key} is not the terminal's in this pack.",
            f"证据包中的终端公钥不是预期的 {expected.public_key}。",
        )


def _verdicts(documents: Documents, derived: Derived) -> Iterator[Line]:
    check_rules(documents, derived)
    check_minutes(documents.verdicts["minutes"], derived.minutes)
    yield Line(
        f"Verdicts: {len(derived.minutes)} minutes measured and judged again; every "
        "verdict, reason and number "
        "is the same.",
        f"判定：重新测量并判定 {len(derived.minutes)} 个分钟，判定、原因与数值全部一致。",
    )
    check_outcome(documents.verdicts["outcome"], derived)
    one = derived.outcome
    yield Line(
        f"Sums: {one.minutes_recorded} min recorded, {one.minutes_accepted} accepted, {one.minutes_refused} "
        f"refused, {one.minutes_unsure} unsure, {derived.hours} training hours.",
        f"合计：记录 {one.minutes_recorded} 分钟，有效 {one.minutes_accepted}，无效 "
        f"{one.minutes_refused}，待定 "
        f"{one.minutes_unsure}，{derived.hours} 学时。",
    )


def _report(files: dict[str, bytes], documents: Documents, made_by: dict[str, str], signer: str) -> Line:
    if made_by != software():
        return Line(
            "Report: written by other versions of the software, so it is not written again to be compared; "
            "the signature covers it.",
            "报告：由其他版本的软件生成，不再重新生成比对；签名已覆盖该文件。",
            False,
        )
    if guarded(REPORT, lambda: render(documents, signer)) != files[REPORT]:
        raise PackError(
            "report.pdf is not the report that follows from the other files; it was changed.",
            "report.pdf 不是由其他文件得出的报告，已被改动。",
        )
    return Line("Report: report.pdf follows from the other files.", "报告：report.pdf 由其他文件得出。")
