"""The documents of a pack, field by field, as far as their readers do not hold them to more."""

from __future__ import annotations

from ingest.pack.shape import ANY, Maybe, Shape

_DECISION: Shape = {
    "decision": int,
    "at": str,
    "layer": int,
    "kind": str,
    "account": int,
    "accepts": [int],
    "refuses": [int],
    "chosen": str,
    "cause": str,
    "words": str,
    "undoes": Maybe(int),
    "proposed_by": Maybe(int),
    "bulk": Maybe(str),
    "judged": str,
    "judged_under": str,
}
_PROPOSAL: Shape = {
    "proposal": int,
    "at": str,
    "decision": int,
    "account": int,
    "cause": str,
    "words": str,
    "closed_at": Maybe(str),
    "outcome": Maybe(str),
    "closed_by": Maybe(int),
}
_APPEAL: Shape = {
    "appeal": int,
    "opened_at": str,
    "account": int,
    "closed_at": Maybe(str),
    "decision": Maybe(int),
    "entries": [{"entry": int, "at": str, "account": int, "words": str}],
}
_CREDIT: Shape = {
    "entry": int,
    "recorded_at": str,
    "trainee": str,
    "part": int,
    "minutes": int,
    "corrects": Maybe(int),
    "decision": Maybe(int),
    "judged_under": str,
}
_SUSPICION: Shape = {
    "terminal": int,
    "session": int,
    "kind": int,
    "score": int,
    "first_minute": int,
    "last_minute": int,
    "other_terminal": int,
    "other_session": int,
    "numbers": dict,
    "screened_under": str,
}
_SESSION: Shape = {
    "terminal": str,
    "session": int,
    "first": int,
    "last": int,
    "through": int,
    "lost": [int],
    "absent": [int],
    "breaks": [int],
    "head": Maybe([ANY]),
    "names": {name: Maybe(str) for name in ("school", "trainee", "instructor", "car")},
}
SHAPES: dict[str, Shape] = {
    "session": _SESSION,
    "terminal": {"number": str, "entries": [dict], "keys": [{"public_key": str, "sha256": str}]},
    "registry": {"checked": [str], "entries": dict},
    "fences": {"type": str, "features": [dict]},
    "rules": dict,
    "suspicions": [_SUSPICION],
    "neighbours": {"pseudonyms": bool, "rule_sets": [dict], "shares": [dict]},
    "verdicts": {"minutes": [dict], "outcome": dict, "judged_under": str},
    "decisions": {
        "decisions": [_DECISION],
        "decided": [{"minute": int, "verdict": int, "decision": int}],
        "proposals": [_PROPOSAL],
        "appeals": [_APPEAL],
        "accounts": [{"account": int, "name": str, "role": str}],
    },
    "credit": [_CREDIT],
    "photos": [dict],
    "envelopes": [{"first": int, "count": int, "seal": str, "records": [int]}],
}
"""By document of ingest.pack.documents.Documents."""
