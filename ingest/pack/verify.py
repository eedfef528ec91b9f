"""A pack checked from its bytes alone: nothing secret, no network, no database."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from ingest.pack import archive, seal
from ingest.pack.compare import check_credit, check_minutes, check_outcome, check_photos, check_rules
from ingest.pack.decided import check_decisions
from ingest.pack.derive import Derived, derive
from ingest.pack.documents import REPORT, Documents, guarded, of_files
from ingest.pack.faults import PackError
from ingest.pack.lines import Line
from ingest.pack.make import software
from ingest.pack.paper import render
from ingest.pack.records import decoded
from ingest.pack.signed import signed
from ingest.pack.told import photos_of
from ingest.pack.unproven import unproven


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
    if manifest["software"] != software():
        yield Line(
            f"that this software judges as the one that made the pack did: it was {_versions(manifest)}, and "
            f"here is {_versions({'software': software()})}",
            f"本软件与制作证据包的软件判定一致：制作时为 {_versions(manifest)}，此处为 "
            f"{_versions({'software': software()})}",
            False,
        )
    documents = of_files(files)
    values = decoded(documents.records)
    yield from guarded("session.json", lambda: list(signed(documents, values, expected.public_key)))
    derived = derived_of(documents)
    yield from guarded("verdicts.json", lambda: list(_verdicts(documents, derived)))
    yield from _people(documents, derived)
    yield _photos(documents, values)
    yield _report(files, documents, manifest["software"], signer)
    for english, chinese in unproven(documents):
        yield Line(english, chinese, False)


def _people(documents: Documents, derived: Derived) -> Iterator[Line]:
    """What people decided, and the ledger."""
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


def _photos(documents: Documents, values: list[dict[str, Any]]) -> Line:
    photos = guarded("photos.json", lambda: check_photos(documents, photos_of(values, documents.numbers[1])))
    return Line(
        f"Photos: {photos} digests are those in the signed records; "
        f"{len(documents.pictures)} pictures are here "
        "and have them.",
        f"照片：{photos} 个摘要与已签名记录一致；包内 {len(documents.pictures)} 张照片与摘要相符。",
    )


def _versions(manifest: dict[str, Any]) -> str:
    return ", ".join(f"{name} {number}" for name, number in sorted(dict(manifest["software"]).items()))


def derived_of(documents: Documents) -> Derived:
    """The session of the documents judged again. Raises PackError."""
    source = documents.source()
    derived = guarded("records.bin", lambda: derive(source))
    if derived is None:
        raise PackError("The records hold no such training session.", "这些记录中没有该培训过程。")
    found: Derived = derived
    return found


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
    if guarded(REPORT, lambda: render(documents, signer)) == files[REPORT]:
        return Line("Report: report.pdf follows from the other files.", "报告：report.pdf 由其他文件得出。")
    if made_by != software():
        return Line(
            "that report.pdf says what the other files say: other versions of the software wrote it, and it "
            "cannot be written again here to be compared; the server signs for it",
            "report.pdf 与其他文件一致：它由其他版本的软件生成，无法在此重新生成比对；由服务器签名担保",
            False,
        )
    raise PackError(
        "report.pdf is not the report that follows from the other files; it was changed.",
        "report.pdf 不是由其他文件得出的报告，已被改动。",
    )
