"""An office whose audit is drawn: its inspectors and supervisors, what is dealt to whom."""

from __future__ import annotations

from datetime import date, timedelta

from ingest.casework.drawing import blind
from ingest.casework.who import Who
from ingest.draw.day_list import parse
from ingest.draw.sampler import again, key_fits
from ingest.store.connection import Connection
from ingest.store.desk.deciding import decisions
from ingest.store.desk.draws import dealt
from ingest.store.desk.draws import lists as draws
from ingest.store.judged import Key
from tests.ingest.casework.draw_rows import add_account, moment

DAY = date(2026, 11, 22)
CLOSING = moment("2026-11-22 22:00")
NOW = CLOSING + timedelta(hours=3)
SEED = "5e" * 32
STARTED = moment("2026-11-22 01:00")
MINUTE = int(STARTED.timestamp()) // 60
NAMES = ("chen", "zhou", "wu")


class Office:
    """400 sessions of one school, 20 drawn, 2 of them repeats; three inspectors and two supervisors."""

    def __init__(self, conn: Connection) -> None:
        self.conn = conn
        rows = conn.execute("SELECT id, name, role FROM account").fetchall()
        people = {name: Who(number, name, role, 0, "") for number, name, role in rows}
        self.inspectors = {people[name].account: people[name] for name in NAMES}
        self.li, self.wang = people["li"], people["wang"]

    def repeats(self) -> list[Key]:
        """The repeats, derived from what will be published."""
        key, commit = draws.key_of(self.conn, DAY), draws.commit_of(self.conn, DAY)
        assert key is not None and commit is not None
        whole = parse(commit.text)
        assert key_fits(whole, key)
        return [(one.terminal, one.session) for one in again(whole, SEED, key)]

    def two(self, key: Key) -> tuple[Who, Who, Who]:
        """Whom a repeat is dealt to, and the other inspector."""
        one, two = (self.inspectors[account] for account in dealt.waited_for(self.conn, key))
        (other,) = (who for who in self.inspectors.values() if who not in (one, two))
        return one, two, other

    def ledger(self) -> list[tuple[object, ...]]:
        """What anybody could see a decision by."""
        return [
            row
            for table in ("decision", "decided_minute", "credit", "queue_entry", "appeal")
            for row in self.conn.execute(f"SELECT * FROM {table} ORDER BY 1, 2, 3".encode()).fetchall()
        ]


def hire(conn: Connection) -> None:
    """Make the accounts."""
    for name in NAMES:
        add_account(conn, name, "inspector")
    for name in ("li", "wang"):
        add_account(conn, name)


def accept(office: Office, who: Who, key: Key) -> int:
    return blind.decide(office.conn, who, *key, "accept", (), "evidence_agrees").decision


def refuse(office: Office, who: Who, key: Key, *minutes: int) -> int:
    return blind.decide(office.conn, who, *key, "refuse", minutes, "not_driving", " stood ").decision


def by_names(office: Office, key: Key) -> list[str]:
    return [one.name for one in decisions.of_sessions(office.conn, [key]).get(key, [])]
