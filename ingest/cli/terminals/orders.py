"""hourfence order ...: what a terminal shall do, sent when it is next heard from, and what became of it."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from firmware.wire import orders as wire
from ingest.cli.faults import UsageError

order_app = typer.Typer(help="Orders to terminals, and what became of them.", no_args_is_help=True)

Terminals = Annotated[
    list[str], typer.Option("--terminal", "-t", help="16 digits; may be given several times.")
]
Until = Annotated[str | None, typer.Option(help="Not to be done after that, such as 2026-03-01T18:00+08:00.")]
Operator = Annotated[str | None, typer.Option(help="Who gives the order; default: your login.")]
Role = Annotated[str, typer.Option(help="instructor, trainee or both.")]
OneRole = Annotated[str, typer.Argument(help="instructor or trainee")]
Person = Annotated[str, typer.Argument(help="16 digits")]


@order_app.command("settings")
def settings(
    values: Annotated[list[str], typer.Argument(help="name=value ...")],
    terminal: Terminals,
    until: Until = None,
    operator: Operator = None,
) -> None:
    """Change settings of terminals."""
    from ingest.cli.terminals.order_giving import give
    from ingest.store import order_bodies

    pairs = [value.partition("=") for value in values]
    if any(not equals for _, equals, _ in pairs):
        raise UsageError("A setting is written name=value, such as photo_min=15.")
    body = order_bodies.settings({name: text for name, _, text in pairs})
    give(terminal, wire.SETTINGS, [body], until, operator)


@order_app.command("grounds")
def grounds(
    terminal: Terminals,
    file: Annotated[Path | None, typer.Argument(help="GeoJSON; default: the registry's grounds.")] = None,
    version: Annotated[int | None, typer.Option(help="Of the grounds; default: the present second.")] = None,
    until: Until = None,
    operator: Operator = None,
) -> None:
    """Send terminals the training grounds they warn by."""
    from geofence.compact import order_bodies, pack_grounds
    from ingest.cli.database import database
    from ingest.cli.grounds.grounds_file import read_grounds
    from ingest.cli.terminals.order_giving import GROUNDS_SLICE, give
    from ingest.store import registry

    now_s = int(time.time())
    if file is None:
        with database() as conn:
            document: object = registry.snapshot(conn).grounds
    else:
        document = read_grounds(file)
    try:
        blob = pack_grounds(document, str(file or "registry"), version or now_s, now_s)
    except ValueError as fault:
        raise UsageError(str(fault)) from None
    print(f"{len(blob)} bytes of grounds, version {version or now_s}.")
    give(terminal, wire.GROUNDS, order_bodies(blob, GROUNDS_SLICE), until, operator)


@order_app.command("ban")
def ban(
    terminal: Terminals,
    end: Annotated[str | None, typer.Option(help="End of the ban; default: until it is lifted.")] = None,
    until: Until = None,
    operator: Operator = None,
) -> None:
    """Let terminals count nothing from now on."""
    from ingest.cli.terminals.order_giving import give, second_of
    from ingest.store import order_bodies

    body = order_bodies.training_ban(True, second_of("--end", end))
    give(terminal, wire.TRAINING_BAN, [body], until, operator)


@order_app.command("unban")
def unban(terminal: Terminals, until: Until = None, operator: Operator = None) -> None:
    """Lift a training ban."""
    from ingest.cli.terminals.order_giving import give
    from ingest.store import order_bodies

    give(terminal, wire.TRAINING_BAN, [order_bodies.training_ban(False)], until, operator)


@order_app.command("resend")
def resend(
    first: Annotated[int, typer.Argument(help="First record")],
    last: Annotated[int, typer.Argument(help="Last record")],
    terminal: Terminals,
    until: Until = None,
    operator: Operator = None,
) -> None:
    """Ask for records once more."""
    from ingest.cli.terminals.order_giving import give
    from ingest.store import order_bodies

    give(terminal, wire.RESEND, [order_bodies.resend(first, last)], until, operator)


@order_app.command("face-check")
def face_check(
    terminal: Terminals, role: Role = "both", until: Until = None, operator: Operator = None
) -> None:
    """Let the terminal check faces now."""
    from ingest.cli.terminals.order_giving import give
    from ingest.store import order_bodies

    give(terminal, wire.FACE_CHECK, [order_bodies.face_check(role)], until, operator)


@order_app.command("status")
def status(terminal: Terminals, until: Until = None, operator: Operator = None) -> None:
    """Ask how the terminal is."""
    from ingest.cli.terminals.order_giving import give

    give(terminal, wire.STATUS, [b""], until, operator)


@order_app.command("update")
def update(
    image: Annotated[Path, typer.Argument(help="BOARD-VERSION.image, its .manifest beside it")],
    terminal: Terminals,
    until: Until = None,
    operator: Operator = None,
) -> None:
    """Give terminals a new firmware."""
    from ingest.cli.database import database
    from ingest.cli.terminals.order_giving import give, read_update
    from ingest.store import images

    data, manifest, version = read_update(image)
    with database() as conn:
        digest = images.add(conn, version, manifest, data)
    give(terminal, wire.UPDATE, [manifest], until, operator, digest)


@order_app.command("enroll")
def enroll(
    role: OneRole, person: Person, terminal: Terminals, until: Until = None, operator: Operator = None
) -> None:
    """Let the terminal learn a face."""
    from ingest.cli.terminals.order_giving import give, person_body

    give(terminal, wire.ENROLL, [person_body(role, person)], until, operator)


@order_app.command("forget")
def forget(
    role: OneRole, person: Person, terminal: Terminals, until: Until = None, operator: Operator = None
) -> None:
    """Let the terminal forget a face."""
    from ingest.cli.terminals.order_giving import give, person_body

    give(terminal, wire.FORGET, [person_body(role, person)], until, operator)


@order_app.command("list")
def list_orders(
    terminal: Annotated[str | None, typer.Option("--terminal", "-t", help="16 digits")] = None,
    only_open: Annotated[bool, typer.Option("--open", help="Only those not done.")] = False,
) -> None:
    """Orders and what became of them."""
    from ingest.cli.arguments import number_of
    from ingest.cli.database import database
    from ingest.cli.terminals.order_giving import order_line
    from ingest.store import orders

    number = None if terminal is None else number_of(terminal, "--terminal")
    with database() as conn:
        for order in orders.listed(conn, number, only_open):
            print(order_line(order, int(time.time())))
