"""What the desk answers when something is wrong: JSON under /v1, a page elsewhere, never a traceback."""

from __future__ import annotations

import logging
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from ingest.desk.kernel.actor import Actor
from ingest.desk.kernel.faults import DeskFault, not_found
from ingest.desk.kernel.field_faults import fields_told
from ingest.desk.kernel.headers import always
from ingest.desk.kernel.render import page
from ingest.store.connection import DatabaseAway

log = logging.getLogger(__name__)


def answer_faults(app: FastAPI) -> None:
    """Make the app answer every fault in the one shape."""
    app.add_exception_handler(DeskFault, _desk_fault)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(DatabaseAway, _away)
    app.add_exception_handler(Exception, _unforeseen)


def told(request: Request, fault: DeskFault) -> Response:
    """The answer for a fault: JSON, a page, or the way to the log-in."""
    headers = {"retry-after": str(fault.details["wait_s"])} if "wait_s" in fault.details else {}
    if request.url.path.startswith("/v1/"):
        if fault.status == 401:
            headers["www-authenticate"] = "Bearer"
        return JSONResponse(fault.body(), fault.status, headers)
    if fault.status == 401 and request.method == "GET":
        back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/log-in?next={quote(back, safe='')}", 303)
    actor = getattr(request.state, "actor", None)
    answer = page(request, "kernel/fault.html", actor, status=fault.status, fault=fault)
    answer.headers.update(headers)
    return answer


def _desk_fault(request: Request, fault: Exception) -> Response:
    assert isinstance(fault, DeskFault)
    return told(request, fault)


def _invalid(request: Request, fault: Exception) -> Response:
    assert isinstance(fault, RequestValidationError)
    return told(
        request,
        DeskFault(
            422,
            "invalid_request",
            "The request is not as the API page says; see details.",
            "请求不符合接口说明，请查看详情。",
            fields=fields_told(fault.errors()),
        ),
    )


def _http(request: Request, fault: Exception) -> Response:
    assert isinstance(fault, HTTPException)
    if fault.status_code == 404:
        if not hasattr(request.state, "actor") and not request.url.path.startswith("/v1/"):
            # No route has asked who it is, and the page is to speak their language.
            request.state.actor = _known(request)
        return told(request, not_found())
    known = {
        400: ("bad_request", "The request cannot be read.", "无法读取该请求。"),
        405: ("method_not_allowed", "This address does not take that method.", "该地址不支持此方法。"),
        413: ("too_large", "The request is too large.", "请求内容过大。"),
    }
    code, english, chinese = known.get(
        fault.status_code, ("http_error", "The request was refused.", "请求被拒绝。")
    )
    answer = told(request, DeskFault(fault.status_code, code, english, chinese))
    for name, value in (fault.headers or {}).items():
        answer.headers[name] = value
    return answer


def _known(request: Request) -> Actor | None:
    try:
        found: Actor | None = request.app.state.desk.identify(request)
    except (DeskFault, DatabaseAway):
        return None
    return found


def _away(request: Request, fault: Exception) -> Response:
    log.warning("%s", fault)
    return told(
        request,
        DeskFault(
            503,
            "database_away",
            "The database does not answer; try again soon.",
            "数据库无响应，请稍后重试。",
        ),
    )


def _unforeseen(request: Request, fault: Exception) -> Response:
    # A path may hold a secret, a trainee's link; its pattern never does.
    where = getattr(request.scope.get("route"), "path", "unknown")
    log.error("A request of %s %s failed.", request.method, where, exc_info=fault)
    answer = told(
        request,
        DeskFault(500, "internal", "Something went wrong here; it is noted.", "系统内部出错，已记录。"),
    )
    # This answer alone is made outside of the middleware that sets them.
    answer.headers.update({**always(request.app.state.desk.settings), "cache-control": "no-store"})
    return answer
