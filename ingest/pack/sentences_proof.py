"""What the report says of proof: who stands for what, how to check it, and what no pack can prove."""

from __future__ import annotations

from ingest.pack.documents import Documents
from ingest.pack.section import Section
from ingest.pack.unproven import unproven


def proofs(documents: Documents, signer: str) -> Section:
    """Who or what each kind of statement rests on; signer: fingerprint of the pack key."""
    server = f"服务器签名（证据包密钥 {signer}）。\nThe server's signature (pack key {signer})."
    rows = [
        ["内容\nwhat", "由谁证明\nby whom"],
        [
            "定位、车速、转速、计时、人脸核验结果、照片摘要\n"
            "positions, speeds, timing, outcomes of face checks, digests of photos",
            _terminal(documents),
        ],
        [
            "各分钟的判定、原因与数值\nverdicts, reasons and numbers of the minutes",
            "任何人可由上述记录、围栏、登记与规则重新得出。\n"
            "Anybody derives them again from these records, fences, entries and rules.",
        ],
        ["围栏、登记、姓名、规则\nfences, registry entries, names, rules", server],
        [
            "决定、申诉、学时账目\ndecisions, appeals, the ledger's entries",
            "服务器签名；由此得出的分钟与学时可重新计算。\n"
            "The server's signature; which minutes and how much credit follow is derived again.",
        ],
    ]
    return Section("由谁证明什么 What is proven, and by whom", [], rows, (6, 10))


def _terminal(documents: Documents) -> str:
    told = documents.session
    if not told["head"]:
        return (
            "没有终端签名覆盖该培训过程，仅由服务器担保。\n"
            "No signature of the terminal covers this session; only the server stands for it."
        )
    seq, through, key = told["head"]
    digest = next(one["sha256"] for one in documents.terminal["keys"] if one["public_key"] == key)
    return (
        f"终端：记录 {seq} 以 Ed25519 对截至 {through} 的记录链签名；公钥 SHA-256 {digest}。\n"
        f"The terminal: record {seq} signs the chain of records through {through} with Ed25519; SHA-256 of "
        "the public key above."
    )


def how_to_verify(documents: Documents, signer: str) -> Section:
    """The command, and what it leaves open; signer: fingerprint of the pack key."""
    lines = [
        f"hourfence verify PACK.zip --signer {signer}",
        "无需网络、数据库或任何密钥；指纹须与服务器公布的一致。It needs no network, no database and no "
        "secret; the fingerprint must be the one that the server's owner published.",
        "证据包本身不能证明 What a pack cannot prove:",
    ]
    lines += [f"- {chinese}\n  {english}" for english, chinese in unproven(documents)]
    return Section("如何核验 How to verify", lines)
