"""What no pack can prove by itself, in plain words."""

from __future__ import annotations

from collections.abc import Iterator

from ingest.pack.documents import Documents

_ALWAYS = (
    (
        "that the public key is this terminal's: compare its SHA-256 with the registry "
        "of whoever installed it",
        "公钥属于该终端：请与安装方的登记核对其 SHA-256",
    ),
    (
        "that fences, registry entries and rules are the authority's: compare them with what was published",
        "围栏、登记与规则出自主管部门：请与公布内容核对",
    ),
    (
        "that a person decided what decisions.json says: the server signs for it, its audit log shows it",
        "decisions.json 中的决定确由本人作出：由服务器签名担保，审计日志可查",
    ),
    (
        "that the seals of envelopes.json hold: only who has the terminal's secret key can check them",
        "envelopes.json 中的封印有效：只有持有终端密钥者才能核验",
    ),
)


def unproven(documents: Documents) -> Iterator[tuple[str, str]]:
    """(English, Chinese) of everything that rests on the server's word or on the reader's comparison."""
    yield from _ALWAYS
    told = documents.session
    if told["first"] > 1:
        yield (
            f"that no record before {told['first']} is missing: the server says it holds them through "
            f"{told['through']}",
            f"序号 {told['first']} 之前没有缺失记录：服务器称已连续保存至 {told['through']}",
        )
    if documents.neighbours["shares"]:
        yield (
            "that other sessions were as neighbours.json says: their own packs show it",
            "neighbours.json 中其他培训过程属实：由它们各自的证据包证明",
        )
    if documents.suspicions:
        yield (
            "that suspicions.json was screened rightly: it compares with sessions that are not in the pack",
            "suspicions.json 的筛查结果：其比对对象不在本证据包中",
        )
