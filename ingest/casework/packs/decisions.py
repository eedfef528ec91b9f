"""Decisions, appeals and credit of a session as a pack's documents tell them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from ingest.store.connection import Connection
from ingest.store.desk.deciding import decisions
from ingest.store.desk.session import packs
from ingest.store.desk.session.packs import AppealRow


def decisions_told(conn: Connection, terminal: int, session: int) -> dict[str, Any]:
    """Everything that people did about the session, and who they are."""
    key = (terminal, session)
    rows = decisions.of_sessions(conn, [key]).get(key, [])
    told = {
        "decisions": [
            {
                "decision": row.id,
                "at": moment(row.at),
                "layer": row.layer,
                "kind": row.kind,
                "account": row.account,
                "accepts": sorted(row.accepts),
                "refuses": sorted(row.refuses),
                "chosen": row.chosen,
                "cause": row.cause,
                "words": row.words,
                "undoes": row.undoes or None,
                "proposed_by": row.proposed_by or None,
                "bulk": None if row.bulk is None else str(row.bulk),
                "judged": bytes(row.judged).hex(),
                "judged_under": row.judged_under,
            }
            for row in rows
        ],
        "decided": [row._asdict() for row in packs.decided(conn, *key)],
        "proposals": [_plain(row._asdict()) for row in packs.proposals(conn, *key)],
        "appeals": _appeals(packs.appeals(conn, *key)),
    }
    acted = sorted(set(_people(told)))
    return {**told, "accounts": [row._asdict() for row in packs.accounts(conn, acted)]}


def credit_told(conn: Connection, terminal: int, session: int) -> list[dict[str, Any]]:
    """The ledger's entries of the session."""
    rows = [_plain(row._asdict()) for row in packs.credit(conn, terminal, session)]
    return [{**row, "trainee": f"{row['trainee']:016d}"} for row in rows]


def moment(at: datetime) -> str:
    """An instant in UTC."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: moment(value) if isinstance(value, datetime) else value for name, value in row.items()}


def _appeals(rows: Iterable[AppealRow]) -> list[dict[str, Any]]:
    found: dict[int, dict[str, Any]] = {}
    for row in rows:
        one = {name: getattr(row, name) for name in AppealRow._fields[:5]}
        entries = found.setdefault(row.appeal, {**_plain(one), "entries": []})["entries"]
        if row.entry is not None and row.entry_at is not None:
            entries.append(
                {
                    "entry": row.entry,
                    "at": moment(row.entry_at),
                    "account": row.entry_account,
                    "words": row.words,
                }
            )
    return list(found.values())


def _people(told: dict[str, Any]) -> Iterable[int]:
    rows = [*told["decisions"], *told["proposals"], *told["appeals"]]
    rows += [entry for appeal in told["appeals"] for entry in appeal["entries"]]
    for row in rows:
        yield from (
            row[name] for name in ("account", "proposed_by", "closed_by") if row.get(name) is not None
        )
