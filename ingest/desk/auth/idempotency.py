"""Idempotency-Key on writes below /v1: the same request again gets the first one's answer, done once.

The same key with another request is refused (422), and while the first is being answered, too (409). Answers
that hold, 2xx and refusals by a rule, are kept for a week; after all others the key may be used again,
unless something was done all the same: then that is said (409), and it is not done again.
"""

from __future__ import annotations

import hmac
import json
import logging
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ingest.casework.who import Claim
from ingest.desk.auth.identify import cookie_of
from ingest.desk.auth.means import now_of
from ingest.desk.kernel.actor import Actor
from ingest.desk.kernel.answers import told
from ingest.desk.kernel.faults import DeskFault
from ingest.desk.kernel.pace import keep_pace
from ingest.store.connection import DatabaseAway
from ingest.store.desk.accounts import idempotency

log = logging.getLogger(__name__)

SAFE = ("GET", "HEAD", "OPTIONS")
KEY_LONGEST = 80
BODY_LARGEST = 2 << 20
ANSWER_LARGEST = 1 << 18
KEPT_REFUSALS = (400, 404, 409, 410, 422)


class IdempotencyKeys:
    """ASGI middleware. A route that answers with a secret sets request.state.answer_kept to what may stay."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in SAFE or not scope["path"].startswith("/v1/"):
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        key = request.headers.get("idempotency-key")
        if key is None:
            await self._app(scope, receive, send)
            return
        try:
            await self._once(request, key, send)
        except DeskFault as fault:
            await told(request, fault)(scope, receive, send)
        except DatabaseAway:
            await told(request, _away())(scope, receive, send)

    async def _once(self, request: Request, key: str, send: Send) -> None:
        if not 1 <= len(key) <= KEY_LONGEST or not key.isascii() or not key.isprintable():
            raise _bad_key()
        body = await _body(request)
        again = _Again(request.receive, body)
        desk = request.app.state.desk
        actor: Actor | None = await run_in_threadpool(desk.identify, request)
        if actor is None:
            await self._app(request.scope, again, send)
            return
        # An answer told again is asked for like any other.
        keep_pace(request, actor)
        digest = _digest(request, actor, body)
        found = await run_in_threadpool(_claim, request.app, actor.account, key, digest)
        if isinstance(found, idempotency.Known):
            await _replay(found, digest)(request.scope, again, send)
            return
        request.state.claim = claim = Claim(key, found)
        answer = _Answer(send)
        try:
            await self._app(request.scope, again, answer)
        except Exception:
            await run_in_threadpool(_settle, request.app, actor.account, claim, None)
            raise
        kept = answer.kept(getattr(request.state, "answer_kept", None))
        await run_in_threadpool(_settle, request.app, actor.account, claim, kept)


class _Again:
    """A body that was read, given once more; then what the client does."""

    def __init__(self, receive: Receive, body: bytes) -> None:
        self._receive, self._body = receive, body
        self._given = False

    async def __call__(self) -> Message:
        if self._given:
            return await self._receive()
        self._given = True
        return {"type": "http.request", "body": self._body, "more_body": False}


class _Answer:
    """Sends an answer on and remembers it."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._status, self._is_json, self._body = 0, False, bytearray()

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            kinds = [v for k, v in message["headers"] if k.lower() == b"content-type"]
            self._status = message["status"]
            self._is_json = not kinds or kinds[0].startswith(b"application/json")
        elif len(self._body) <= ANSWER_LARGEST:
            self._body += message.get("body", b"")
        await self._send(message)

    def kept(self, instead: Any) -> tuple[int, str] | None:
        """Status and body to keep, None when the key may be used again."""
        is_done = 200 <= self._status < 300
        if not self._is_json or len(self._body) > ANSWER_LARGEST:
            # Done is done: to give the key back would be to do it again.
            return (409, json.dumps(_done().body(), ensure_ascii=False)) if is_done else None
        if not is_done and self._status not in KEPT_REFUSALS:
            return None
        if instead is not None and is_done:
            return self._status, json.dumps(instead, ensure_ascii=False)
        return self._status, self._body.decode()


async def _body(request: Request) -> bytes:
    body = bytearray()
    try:
        async for part in request.stream():
            body += part
            if len(body) > BODY_LARGEST:
                raise DeskFault(413, "too_large", "The request is larger than 2 MiB.", "请求超过 2 MiB。")
    except ClientDisconnect:
        raise DeskFault(400, "bad_request", "The request cannot be read.", "无法读取该请求。") from None
    return bytes(body)


def _digest(request: Request, actor: Actor, body: bytes) -> bytes:
    # The rights are part of the request: a token with fewer scopes is not told another one's answer.
    scopes = "browser" if actor.scopes is None else ",".join(sorted(actor.scopes))
    head = [
        request.method,
        request.url.path,
        request.url.query,
        request.headers.get("content-type", ""),
        f"{actor.role} {actor.school} {scopes}",
    ]
    # The body may hold a password: whoever reads the database must not be able to guess at it, and the cookie
    # or token is not there.
    shown = request.headers.get("authorization") or cookie_of(request) or ""
    return hmac.digest(shown.encode(), json.dumps(head).encode() + b"\n" + body, "sha256")


def _claim(app: FastAPI, account: int, key: str, digest: bytes) -> int | idempotency.Known:
    with app.state.desk.pool.connection() as conn:
        return idempotency.claim(conn, account, key, digest, now_of(app))


def _settle(app: FastAPI, account: int, claim: Claim, kept: tuple[int, str] | None) -> None:
    # The answer has been sent; a claim that stays behind is taken over later.
    try:
        with app.state.desk.pool.connection() as conn:
            if kept is None and not idempotency.give_back(conn, account, *claim):
                kept = 409, json.dumps(_lost().body(), ensure_ascii=False)
            if kept is not None:
                idempotency.keep(conn, account, *claim, *kept)
    except DatabaseAway as fault:
        log.warning("%s", fault)


def _replay(known: idempotency.Known, digest: bytes) -> Response:
    if known.request != digest:
        raise DeskFault(
            422,
            "key_reused",
            "This Idempotency-Key was used for another request; take a new one.",
            "该幂等键已用于其他请求，请更换新的幂等键。",
        )
    if known.is_lost:
        raise _lost()
    if known.status is None:
        raise being_answered()
    kind = "application/json" if known.body else None
    return Response(known.body, known.status, {"idempotent-replay": "true"}, kind)


def being_answered() -> DeskFault:
    """Another request with the key is being done."""
    return DeskFault(
        409,
        "being_answered",
        "The first request with this Idempotency-Key is still being answered; wait.",
        "使用该幂等键的首个请求仍在处理中，请稍候。",
    )


def _done() -> DeskFault:
    return DeskFault(
        409,
        "done_before",
        "This was done under this Idempotency-Key, and its answer was too large to keep; look how things"
        " stand.",
        "该幂等键对应的请求已完成，但其响应过大未保留；请查看当前状态。",
    )


def _lost() -> DeskFault:
    return DeskFault(
        409,
        "answer_lost",
        "This was done; its answer was lost. Look at what it changed; it was not done again.",
        "该请求已执行，但其响应已丢失；请查看其变更结果，系统未重复执行。",
    )


def _away() -> DeskFault:
    return DeskFault(
        503, "database_away", "The database does not answer; try again soon.", "数据库无响应，请稍后重试。"
    )


def _bad_key() -> DeskFault:
    return DeskFault(
        422,
        "bad_key",
        f"An Idempotency-Key has 1 to {KEY_LONGEST} ASCII characters.",
        f"幂等键须为 1 至 {KEY_LONGEST} 个 ASCII 字符。",
    )
