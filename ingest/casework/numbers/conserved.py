"""Conservation in words: each station's count beside the next one's, and what every difference means. Pure.

Four stations: written by the terminals = receipted = stored = judged. And what is received: stored +
duplicates + quarantined.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from ingest.store.conservation import Counts
from ingest.store.desk.numbers.conservation import Chain

WORDS: dict[str, tuple[str, str]] = {
    "put_aside": (
        "records have come under this terminal's number since it last got one through, and were put aside,"
        " not stored: its key or its registry entry may be wrong; hourfence terminals tells the reason.",
        "条记录以该终端编号上传，自其上次成功入库以来均被隔离、未存储：终端密钥或备案可能有误，"
        "原因见 hourfence terminals。",
    ),
    "not_receipted": (
        "records that their terminal has written are not receipted: those beyond a gap are stored, the others"
        " have not arrived; they come with the terminal's next contact or by the depot cable.",
        "条记录终端已写入但尚未回执：缺口之后的已存储，其余尚未到达；终端下次联网或经场站数据线即可补传。",
    ),
    "not_stored": (
        "records are receipted, but neither stored nor told lost by their terminal: the terminal may"
        " have deleted what is not here; restore the database from its backup.",
        "条记录已回执，但既未存储，终端也未报告丢失：终端可能已删除原始数据，请从备份恢复数据库。",
    ),
    "stored_more": (
        "more rows of evidence are stored than the ingest took in: rows were put in by hand.",
        "条原始记录多于接收程序所存：有数据被人工写入。",
    ),
    "not_judged": (
        "stored records have not come out of the judge: run hourfence judge.",
        "条已存记录尚未判定：请运行 hourfence judge。",
    ),
    "unreadable": (
        "stored records cannot be read by the judge: the terminal's firmware made records that this"
        " server does not know; look at them with hourfence terminals.",
        "条已存记录无法判读：终端固件生成了本系统不识别的记录，请用 hourfence terminals 查看。",
    ),
    "judged_more": (
        "more records came out of the judge than are stored: evidence is missing from the database;"
        " restore it.",
        "条记录已判定但存储中已不存在：数据库缺失原始记录，请恢复。",
    ),
    "received_lost": (
        "received records are neither stored, nor duplicates, nor quarantined: the ingest lost them;"
        " look into its log at once.",
        "条收到的记录既未存储，也非重复或隔离：接收程序丢失了数据，请立即检查日志。",
    ),
    "received_more": (
        "more records landed than were received: they were counted twice or put in by hand.",
        "条记录入库多于接收：被重复计数或人工写入。",
    ),
    "heads_differ": (
        "records are the difference between what the ingest counted as stored and what the heads add up to:"
        " rows were changed by hand or a backup is of another time.",
        "条差异：接收计数的已存记录与各终端链头之和不符，数据被人工改动或备份时间不一致。",
    ),
    "quarantine_differs": (
        "records are the difference between what was counted as quarantined and what the table holds: rows of"
        " the quarantine were deleted or added by hand.",
        "条差异：隔离计数与隔离表不符，隔离记录被人工删除或添加。",
    ),
}
"""What a difference means: sentences that follow on its number."""


class Difference(NamedTuple):
    """An inequality. terminal: whose, 0 of the whole; records: by how many."""

    code: str
    terminal: int
    records: int
    english: str
    chinese: str


class Kind(NamedTuple):
    """All inequalities of one code: at how many terminals, of how many records together."""

    code: str
    terminals: int
    records: int


BETWEEN = (
    ("written", "receipted", ("put_aside", "not_receipted")),
    ("receipted", "stored", ("not_stored", "stored_more")),
    ("stored", "judged", ("not_judged", "unreadable", "judged_more")),
)
"""(one station, the next, what may lie between them). Sums may be equal where terminals are not."""


class Stations(NamedTuple):
    """Counts at the four stations. judged includes what is known as unreadable only in `unreadable`."""

    written: int
    receipted: int
    stored: int
    beyond: int
    lost: int
    judged: int
    unreadable: int
    quarantined: int


def stations(chains: Sequence[Chain]) -> Stations:
    """The sum over all terminals."""
    return Stations(*(sum(getattr(chain, name) for chain in chains) for name in Stations._fields))


def kinds(by_terminal: Mapping[int, Sequence[Difference]]) -> list[Kind]:
    """What differs anywhere, by code, in the order of WORDS."""
    found = []
    for code in WORDS:
        records = [one.records for told in by_terminal.values() for one in told if one.code == code]
        if records:
            found.append(Kind(code, len(records), sum(records)))
    return found


def recounted_at(chains: Sequence[Chain]) -> datetime | None:
    """The moment since which every one that has rows has had them counted; None where one never had."""
    filled = [chain for chain in chains if chain.receipted or chain.stored]
    moments = [chain.recounted_at for chain in filled if chain.recounted_at is not None]
    return min(moments) if moments and len(moments) == len(filled) else None


def differences_of(chain: Chain) -> list[Difference]:
    """Every inequality of one terminal; none where written = receipted = stored = judged.

    Records told lost by their terminal are no inequality: nobody has them, and it has said so.
    """
    missing = chain.written - chain.receipted - chain.put_aside
    kept = chain.receipted - chain.lost + chain.beyond - chain.stored
    waiting = chain.stored - chain.judged - chain.unreadable
    found = []
    for code, records in (
        ("put_aside", chain.put_aside),
        ("not_receipted", missing),
        ("not_stored", kept),
        ("stored_more", -kept),
        ("not_judged", waiting),
        ("unreadable", chain.unreadable),
        ("judged_more", -waiting),
    ):
        if records > 0:
            found.append(_told(code, chain.terminal, records))
    return found


def differences_of_all(counts: Counts, heads_stored: int, table_quarantined: int) -> list[Difference]:
    """Every inequality of the whole. heads_stored: sum over heads; table_quarantined: records it holds."""
    found = []
    for code, records in (
        ("received_lost", counts.missing),
        ("received_more", -counts.missing),
        ("heads_differ", abs(counts.stored - heads_stored)),
        ("quarantine_differs", abs(counts.quarantined - table_quarantined)),
    ):
        if records > 0:
            found.append(_told(code, 0, records))
    return found


def _told(code: str, terminal: int, records: int) -> Difference:
    english, chinese = WORDS[code]
    return Difference(code, terminal, records, f"{records:,} {english}", f"{records:,} {chinese}")
