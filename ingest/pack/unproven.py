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
        "that fences, registry entries, names and rules are the authority's: compare them with what was "
        "published",
        "围栏、登记、姓名与规则出自主管部门：请与公布内容核对",
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
    newest = f"{(newest_entry(documents) or '-')[:16].replace('T', ' ')} UTC"
    yield (
        f"that nothing was decided or corrected since its newest entry ({newest}): ask the server for "
        "today's pack",
        f"最近一笔记录（{newest}）之后没有新的决定或更正：请向服务器索取当日的证据包",
    )
    yield from _records_unproven(documents)
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


def newest_entry(documents: Documents) -> str | None:
    """When the last decision, word or entry of the ledger was written (UTC text); None without any."""
    told = documents.decisions
    rows = [
        *told["decisions"],
        *told["proposals"],
        *(entry for one in told["appeals"] for entry in one["entries"]),
    ]
    moments = [row["at"] for row in rows] + [row["recorded_at"] for row in documents.credit]
    moments += [one["closed_at"] for one in (*told["proposals"], *told["appeals"]) if one["closed_at"]]
    return max(moments, default=None)


def _records_unproven(documents: Documents) -> Iterator[tuple[str, str]]:
    told = documents.session
    if told["first"] > 1:
        yield (
            f"that no record before {told['first']} is missing: the server says it holds them through "
            f"{told['through']}",
            f"序号 {told['first']} 之前没有缺失记录：服务器称已连续保存至 {told['through']}",
        )
    if told["absent"] or told["lost"]:
        yield (
            f"that the {len(told['absent'])} records that are not there never came, or that the terminal "
            "told them lost",
            f"缺少的 {len(told['absent'])} 条记录确未收到，或终端已声明丢失",
        )
    outside = unsigned(documents)
    if outside:
        yield (
            f"that {len(outside)} records around the session ({outside[0]} to {outside[-1]}) are the "
            "terminal's: its signature over the session does not reach them",
            f"培训过程前后的 {len(outside)} 条记录（{outside[0]} 至 {outside[-1]}）出自该终端："
            "该签名未覆盖它们",
        )


def unsigned(documents: Documents) -> list[int]:
    """Records (seqs) that the head which signs the session does not sign through the chain, itself left out;
    empty without such a head, as then nothing is signed."""
    told = documents.session
    if not told["head"]:
        return []
    seq, through, _ = told["head"]
    begin = max([*(one for one in told["breaks"] if one <= through), told["first"]])
    seqs = (int.from_bytes(record[9:13], "big") for record in documents.records)
    return [one for one in seqs if not begin <= one <= through and one != seq]
