"""Orders that people give to terminals from the desk, each with its entry of the audit log."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from firmware.wire import orders as wire
from ingest.casework import audit
from ingest.casework.who import INSPECTOR, SUPERVISOR, Who
from ingest.decisions.order_causes import check_order_cause, sentence_of
from ingest.store import order_bodies, orders
from ingest.store.connection import Connection
from ingest.store.desk.live import orders_seen
from ingest.store.desk.live.orders_seen import SeenOrder

MAY_ORDER = (SUPERVISOR, INSPECTOR)
FACE_CHECK, BAN, UNBAN, RESEND, STATUS = "face_check", "ban", "unban", "resend", "status"
GIVABLE = (FACE_CHECK, BAN, UNBAN, RESEND, STATUS)
_NAMES = {
    wire.SETTINGS: "settings",
    wire.GROUNDS: "grounds",
    wire.RESEND: RESEND,
    wire.FACE_CHECK: FACE_CHECK,
    wire.UPDATE: "update",
    wire.STATUS: STATUS,
    wire.ENROLL: "enroll",
    wire.FORGET: "forget",
}
OUTCOMES = ("done", "refused", "malformed", "unknown", "expired", "begun")
WAITING, SENT, RECEIVED, IS_DONE, REFUSED, EXPIRED = (
    "waiting",
    "sent",
    "received",
    "done",
    "refused",
    "expired",
)
STATES = (WAITING, SENT, RECEIVED, IS_DONE, REFUSED, EXPIRED)


class OrderRefused(ValueError):
    """An order that this person may not give."""


class TerminalUnknown(ValueError):
    """An order to a terminal that the registry does not have."""


def _ban(options: Mapping[str, Any]) -> bytes:
    return order_bodies.training_ban(True, int(options.get("end_s", 0)))


_CODES: dict[str, tuple[int, Callable[[Mapping[str, Any]], bytes]]] = {
    FACE_CHECK: (wire.FACE_CHECK, lambda options: order_bodies.face_check(str(options.get("role", "both")))),
    BAN: (wire.TRAINING_BAN, _ban),
    UNBAN: (wire.TRAINING_BAN, lambda options: order_bodies.training_ban(False)),
    RESEND: (
        wire.RESEND,
        lambda options: order_bodies.resend(int(options.get("first", 0)), int(options.get("last", 0))),
    ),
    STATUS: (wire.STATUS, lambda options: b""),
}


def give(
    conn: Connection,
    who: Who,
    terminal: int,
    kind: str,
    options: Mapping[str, Any],
    until_s: int = 0,
    cause: str = "",
    words: str = "",
) -> int:
    """Give a terminal one order of GIVABLE; its number.

    options: of face_check role (both, instructor, trainee); of ban end_s (Unix seconds of its end, 0 open);
    of resend first and last (records). until_s: not to be done after that, 0 no limit. cause, words: why
    (ingest.decisions.order_causes), kept with the order and in the log. Raises OrderRefused for a role that
    may give none, DecisionRefused for a cause that does not do, TerminalUnknown, StoreError for options that
    do not fit.
    """
    if who.role not in MAY_ORDER:
        raise OrderRefused(f"The role {who.role} gives no orders; ask an inspector.")
    code, body_of = _CODES[kind]
    body = body_of(options)
    words = check_order_cause(kind, cause, words)
    if not orders_seen.is_registered(conn, terminal):
        raise TerminalUnknown(f"The registry has no terminal {terminal:016d}; load it first.")
    with conn.transaction():
        (number,) = orders.add(conn, terminal, code, [body], who.name, until_s)
        if cause:
            orders_seen.add_cause(conn, terminal, number, cause, words)
        audit.note(
            conn,
            who,
            "order.give",
            f"terminal:{terminal:016d}",
            {
                "order": number,
                "kind": kind,
                "options": dict(options),
                "until_s": until_s,
                "cause": cause,
                "words": words,
            },
        )
    return number


def kind_of(order: SeenOrder) -> str:
    """One word for what is ordered: of GIVABLE, or one that only the command line gives."""
    if order.code == wire.TRAINING_BAN:
        return BAN if order.body[:1] == b"\x01" else UNBAN
    return _NAMES.get(order.code, str(order.code))


def state_of(order: SeenOrder, now_s: int) -> str:
    """Where an order stands, of STATES. Its time may be over before the server has closed it."""
    if order.done_at is not None:
        if order.received_at is None or order.outcome == wire.EXPIRED:
            return EXPIRED
        return IS_DONE if order.outcome == wire.DONE else REFUSED
    if order.received_at is not None:
        return RECEIVED
    if order.until_s and order.until_s < now_s:
        return EXPIRED
    return WAITING if order.sent_at is None else SENT


def shown(order: SeenOrder, now_s: int) -> dict[str, Any]:
    """An order as plain JSON values."""
    return {
        "terminal": f"{order.terminal:016d}",
        "number": order.given_as,
        "kind": kind_of(order),
        "state": state_of(order, now_s),
        "outcome": None if order.outcome is None else OUTCOMES[order.outcome],
        "value": order.value,
        "by": order.operator,
        "cause": order.cause or None,
        "cause_text": dict(zip(("en", "zh"), sentence_of(order.cause), strict=True)) if order.cause else None,
        "words": order.words,
        "until": iso(datetime.fromtimestamp(order.until_s, UTC)) if order.until_s else None,
        "given_at": iso(order.created_at),
        "sent_at": iso(order.sent_at),
        "received_at": iso(order.received_at),
        "done_at": iso(order.done_at),
    }


def iso(instant: datetime | None) -> str | None:
    """RFC 3339 in UTC, whole seconds."""
    # A third of what strftime takes, and there are three a car.
    return None if instant is None else instant.isoformat(timespec="seconds")[:19] + "Z"
