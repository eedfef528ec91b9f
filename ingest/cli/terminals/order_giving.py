"""What the commands of hourfence order have in common: read, check, write the rows, say what was done."""

from __future__ import annotations

import getpass
import hashlib
from datetime import UTC, datetime
from pathlib import Path

from firmware.terminal.update import manifest
from firmware.wire import orders as wire
from ingest.cli.arguments import number_of
from ingest.cli.database import database
from ingest.cli.faults import UsageError
from ingest.store import order_bodies, orders

GROUNDS_SLICE = wire.BODY_MAX - 6
CODES = {
    wire.SETTINGS: "settings",
    wire.GROUNDS: "grounds",
    wire.TRAINING_BAN: "training ban",
    wire.RESEND: "resend",
    wire.FACE_CHECK: "face check",
    wire.UPDATE: "update",
    wire.STATUS: "status",
    wire.ENROLL: "enroll",
    wire.FORGET: "forget",
}
OUTCOMES = ("done", "refused", "malformed", "unknown to it", "too late", "begun")


def give(
    terminals: list[str],
    code: int,
    bodies: list[bytes],
    until: str | None,
    operator: str | None,
    image: bytes | None = None,
) -> None:
    """The same orders for each terminal, or for none of them. Raises UsageError and StoreError."""
    numbers = [number_of(text, "--terminal") for text in terminals]
    until_s = second_of("--until", until)
    said = []
    with database() as conn, conn.transaction():
        for number in numbers:
            given = orders.add(conn, number, code, bodies, operator or getpass.getuser(), until_s, image)
            which = f"order {given[0]}" if len(given) == 1 else f"orders {given[0]} to {given[-1]}"
            said.append(f"{number:016d}: {CODES[code]}, {which}.")
    print("\n".join(said))


def order_line(order: orders.Order, now_s: int) -> str:
    """One order as a person reads it."""
    state = "waits for the terminal"
    if order.done_at is not None and order.received_at is None:
        state = f"expired, closed {order.done_at:%Y-%m-%d %H:%M} UTC"
    elif order.outcome is not None and order.done_at is not None:
        state = f"{OUTCOMES[order.outcome]} {order.done_at:%Y-%m-%d %H:%M} UTC, value {order.value}"
    elif order.received_at is not None:
        state = f"begun {order.received_at:%Y-%m-%d %H:%M} UTC"
    elif order.until_s and order.until_s < now_s:
        state = "expired"
    elif order.sent_at is not None:
        state = f"sent {order.sent_at:%Y-%m-%d %H:%M} UTC"
    if order.given_as is not None:
        state += f"; given as order {order.given_as}"
    what = CODES.get(order.code, str(order.code))
    return f"{order.terminal:016d} {order.number:>6} {what:<13} by {order.operator}: {state}"


def person_body(role: str, person: str) -> bytes:
    """The body of ENROLL and FORGET. Raises UsageError and StoreError."""
    return order_bodies.person(role, number_of(person, "PERSON"))


def second_of(option: str, text: str | None) -> int:
    """A time to come as Unix seconds, 0 for none. Raises UsageError."""
    if text is None:
        return 0
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None or instant <= datetime.now(UTC):
        shape = "a time to come, with its zone, such as 2030-03-01T18:00+08:00"
        raise UsageError(f"{option} is {text!r}; it must be {shape}.")
    return int(instant.timestamp())


def read_update(image: Path) -> tuple[bytes, bytes, int]:
    """(image, manifest, version) of a build. Who signed it the terminals check. Raises UsageError."""
    beside = image.with_suffix(".manifest")
    try:
        data, signed = image.read_bytes(), beside.read_bytes()
        found = manifest.decode(signed)
    except OSError as fault:
        raise UsageError(
            f"{fault.filename}: cannot be read ({fault.strerror}); name a build's .image."
        ) from None
    except manifest.ManifestError as fault:
        raise UsageError(f"{beside}: {fault}; build the update anew.") from None
    if len(data) != found.size or hashlib.sha256(data).digest() != found.sha256:
        raise UsageError(f"{image}: is not what {beside} was signed for; take the two files of one build.")
    return data, signed, found.version
