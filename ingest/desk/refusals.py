"""What the rules refuse, as answers: which HTTP status stands for which code of ingest.decisions.refusals."""

from __future__ import annotations

import logging

from fastapi import FastAPI, Request, Response

from ingest.casework.packs.refused import PackRefused
from ingest.casework.trainee.link import LinkKeyAway
from ingest.casework.who import ClaimLost
from ingest.decisions.refusals import REFUSALS, DecisionRefused
from ingest.desk.auth.idempotency import being_answered
from ingest.desk.kernel.answers import told
from ingest.desk.kernel.faults import DeskFault, not_found
from ingest.stage.jws import StageError

log = logging.getLogger(__name__)
_MISSING = ("no_such_session", "not_yours", "proposal_none", "appeal_none")
"""What one may not see does not exist."""
_UNREADABLE = (
    "kind_unknown",
    "cause_missing",
    "cause_unknown",
    "cause_unfit",
    "cause_without_appeal",
    "cause_of_school",
    "words_missing",
    "words_too_long",
    "thread_too_long",
    "appeal_short",
    "note_length",
    "minutes_missing",
    "minutes_unknown",
    "cursor_bad",
    "filter_bad",
    "too_many",
)
_STATUS = {
    "role_may_not": 403,
    "school_cannot_restore": 403,
    "too_large": 413,
    **dict.fromkeys(_UNREADABLE, 422),
}


def answer_refusals(app: FastAPI) -> None:
    """Make the app answer what the rules refuse in the one error shape."""
    app.add_exception_handler(DecisionRefused, _refused)
    app.add_exception_handler(PackRefused, _refused)
    app.add_exception_handler(StageError, _key_away)
    app.add_exception_handler(LinkKeyAway, _key_away)
    app.add_exception_handler(ClaimLost, lambda request, _: told(request, being_answered()))


def fault_of(refused: DecisionRefused | PackRefused) -> DeskFault:
    """The answer: 404, 403, 413, 422, or 409 for what does not go with how things stand."""
    if refused.code in _MISSING:
        return not_found()
    status = _STATUS.get(refused.code, 409)
    details = {name: value for name, value in refused.details.items() if isinstance(value, str | int)}
    return DeskFault(status, refused.code, refused.english, refused.chinese, **details)


def codes() -> list[tuple[int, str, str, str]]:
    """(status, code, English, Chinese) of all that the rules refuse and that is told under its own code."""
    faults = [fault_of(DecisionRefused(code)) for code in REFUSALS if code not in _MISSING]
    return sorted((one.status, one.code, one.english, one.chinese) for one in faults)


def _key_away(request: Request, fault: Exception) -> Response:
    # The log says where it should be, which is nobody else's.
    log.error("%s", fault)
    away = DeskFault(
        503,
        "server_key",
        "The server cannot read one of its keys; its operator finds in the log what to do.",
        "服务器无法读取密钥；请运维人员查看日志处理。",
    )
    return told(request, away)


def _refused(request: Request, refused: Exception) -> Response:
    assert isinstance(refused, DecisionRefused | PackRefused)
    return told(request, fault_of(refused))
