"""The decisions of a pack: who decided what, and what follows for the minutes."""

from __future__ import annotations

from typing import Any

from ingest.decisions.choose import ALL
from ingest.decisions.kinds import KINDS, LAYERS, Decision
from ingest.decisions.overlay import decided_minutes, refuses_rest
from ingest.judge.outcome import REFUSED
from ingest.pack.documents import Documents
from ingest.pack.faults import PackError

_WHO = ("account", "proposed_by", "closed_by")


def check_decisions(documents: Documents, minutes: set[int]) -> dict[int, int]:
    """Minute -> verdict by decisions, once they are those that the decisions come to; minutes: those of the
    session. Raises PackError."""
    told = documents.decisions
    _check_people(told)
    numbers = [row["decision"] for row in told["decisions"]]
    if numbers != sorted(set(numbers)):
        raise PackError(
            "decisions.json: the decisions are not in the order of time.",
            "decisions.json：各项决定未按时间排列。",
        )
    plain = [_decision(row) for row in told["decisions"]]
    laid, rest = decided_minutes(plain), refuses_rest(plain)
    if rest:
        laid = {**dict.fromkeys(minutes, (REFUSED, rest)), **laid}
    made = [
        {"minute": minute, "verdict": verdict, "decision": number}
        for minute, (verdict, number) in sorted(laid.items())
        if minute in minutes
    ]
    if told["decided"] != made:
        raise PackError(
            f"decisions.json: {len(told['decided'])} minutes are said to be decided so, and "
            "its decisions come "
            f"to others ({len(made)} minutes).",
            f"decisions.json：列出 {len(told['decided'])} 个已决定的分钟，与各项决定得出的（"
            f"{len(made)} 个）不符。",
        )
    return {row["minute"]: row["verdict"] for row in made}


def _decision(row: dict[str, Any]) -> Decision:
    if row["kind"] not in KINDS or row["layer"] not in LAYERS:
        raise ValueError(f"decision {row['decision']}")
    return Decision(
        row["decision"],
        row["layer"],
        row["kind"],
        row["account"],
        tuple(row["accepts"]),
        tuple(row["refuses"]),
        row["undoes"] or 0,
        whole=row["chosen"] == ALL,
    )


def _check_people(told: dict[str, Any]) -> None:
    """Everybody who decided, proposed or wrote is among the accounts, once; and every decision that is named
    is there. Raises PackError."""
    known = {one["account"] for one in told["accounts"]}
    if len(known) != len(told["accounts"]):
        raise PackError("decisions.json: an account is named twice.", "decisions.json：有账号重复出现。")
    numbers = {row["decision"] for row in told["decisions"]} | {None}
    named = [row["undoes"] for row in told["decisions"]]
    named += [row["decision"] for row in (*told["proposals"], *told["appeals"])]
    for number in named:
        if number not in numbers:
            raise PackError(
                f"decisions.json: decision {number} is named and is not there.",
                f"decisions.json：提到的决定 {number} 不在其中。",
            )
    rows = [*told["decisions"], *told["proposals"], *told["appeals"]]
    rows += [entry for appeal in told["appeals"] for entry in appeal["entries"]]
    for row in rows:
        for name in _WHO:
            if row.get(name) is not None and row[name] not in known:
                raise PackError(
                    f"decisions.json: account {row[name]} acted and is not among the accounts.",
                    f"decisions.json：账号 {row[name]} 有操作记录却不在账号列表中。",
                )
