"""What anybody may fetch and keep, without an account: the hashes that bind the operator.

A list's SHA-256 stands here from the moment it is closed, a day before its seed comes out; the audit log's
head binds everything before it. Whoever keeps a copy can show that something was changed afterwards.
"""

from __future__ import annotations

from datetime import UTC, datetime

from ingest.store.connection import Connection
from ingest.store.desk.accounts import audit_log
from ingest.store.desk.draws import seen as draws_seen

DAYS = 400
_HEAD = """\
hourfence: published hashes. Keep a copy. In a later one nothing of a day's line may differ but
'-', which becomes the seed, and then the result, once each. The audit log's line moves with every act:
hourfence audit verify --head SHA-256 tells whether the log still holds an entry of your copy.
公开摘要：请留存副本。日后比对同一日期的行，只有“-”可各变更一次，先为种子，后为结果，其余不得变更。
审计日志一行随每次操作更新：用 hourfence audit verify --head 摘要，可核对副本中的记录是否仍在日志中。
audit-log entry, SHA-256, read at  审计日志末条编号、摘要、读取时间
"""
_LISTS = """\
random audit: day, SHA-256 of the list, sessions, closed at, seed rule, seed, SHA-256 of the result
随机抽查：日期、名单摘要、记录数、封存时间、种子规则、种子、结果摘要
files of a day  各日文件: /published/DAY/list.txt, /published/DAY/drawn.txt
"""


def published(conn: Connection) -> str:
    """The text, the newest day first; '-' for what is not known yet."""
    head, now = audit_log.head_and_now(conn)
    lines = [f"{head.entry} {head.digest.hex()} {_utc(now)}"]
    days = [
        f"{one.day} {one.digest.hex()} {one.sessions} {_utc(one.committed_at)} [{one.seed_words}]"
        f" {one.seed or '-'} {one.result_digest.hex() if one.result_digest else '-'}"
        for one in draws_seen.days(conn, None, DAYS)
    ]
    return _HEAD + "\n".join(lines) + "\n\n" + _LISTS + "\n".join(days) + "\n"


def _utc(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
