"""hourfence trainee-link: the link to a trainee's own page, made where the desk's keys are."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime
from typing import Annotated

import typer

from ingest.cli.faults import UsageError

DAYS = 90


def trainee_link(
    trainee: Annotated[str | None, typer.Argument(help="16-digit number.")] = None,
    days: Annotated[int, typer.Option(help="How long the link holds.", min=1, max=366)] = DAYS,
    base: Annotated[
        str, typer.Option(help="Where the desk is reached, such as https://desk.example.")
    ] = "http://127.0.0.1:8080",
    end_all: Annotated[bool, typer.Option("--end-all", help="End every link given out so far.")] = False,
) -> None:
    """Make a link to a trainee's own page; whoever has it sees that trainee's hours until it ends."""
    from ingest.casework.trainee import link as links
    from ingest.casework.who import SUPERVISOR, Who
    from ingest.cli.arguments import number_of
    from ingest.cli.database import database
    from ingest.settings import Settings
    from ingest.store.desk.trainee_page import registered

    if trainee is None and not end_all:
        raise UsageError("Name a trainee's number, or end all links with --end-all.")
    folder, now = Settings.from_environment().data, datetime.now(UTC)
    who = Who(0, f"command:{getpass.getuser()}", SUPERVISOR, 0, "")
    number = None if trainee is None else number_of(trainee, "TRAINEE")
    with database() as conn:
        if number is not None and registered(conn, number, now) is None:
            raise UsageError(f"{trainee} is no registered trainee; correct the number.")
        if end_all:
            version = links.renew(conn, who, folder).version
            print(f"All links given out so far have ended (key {version}). 此前发出的链接已全部失效。")
        if number is not None:
            token, until = links.give(conn, who, links.link_key(folder), number, days, now)
            print(f"{base.rstrip('/')}/t/{token}")
            print(f"It holds until {until:%Y-%m-%d %H:%M} UTC. 有效期至以上时间。")
