"""hourfence account ...: who may use the desk; the first supervisor is made here."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ingest.cli.faults import UsageError

if TYPE_CHECKING:
    from ingest.casework.who import Who
    from ingest.store.connection import Connection

account_app = typer.Typer(help="Accounts of the desk, their second factors and tokens.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="a-z, 0-9, dot, dash, underscore")]
PasswordFile = Annotated[
    Path | None, typer.Option("--password-file", help="Its first line; - for standard input.")
]
Initial = Annotated[
    bool, typer.Option("--initial", help="Its owner must choose another password at the next log-in.")
]
LISTED = 500


@account_app.command("add")
def add(
    name: Name,
    role: Annotated[str, typer.Option(help="supervisor, inspector, school or auditor.")],
    school: Annotated[int, typer.Option(help="Number of the school that the role school sees.")] = 0,
    password_file: PasswordFile = None,
    initial: Initial = False,
) -> None:
    """Make an account; the password is asked for twice, or read."""
    from ingest.casework.accounts import accounts
    from ingest.casework.accounts.passwords import Passwords

    password = read_password(password_file)
    with acting() as (conn, who):
        accounts.add(conn, who, Passwords(), name, role, school, password, is_initial=initial)
    print(f"Made the account {name}, {role}.")
    if role == "supervisor":
        print("At the first log-in it is given its second factor: have an authenticator app ready.")


@account_app.command("list")
def list_accounts() -> None:
    """All accounts."""
    from ingest.store.desk.accounts import accounts

    with acting() as (conn, _):
        after = ""
        while rows := accounts.listed(conn, after, LISTED):
            for row in rows:
                factor = "second factor" if row.totp_secret else "no second factor"
                school = f" {row.school:016d}" if row.school else ""
                state = "" if row.is_active else ", disabled"
                print(f"{row.name}  {row.role}{school}, {factor}{state}")
            after = rows[-1].name


@account_app.command("password")
def password(name: Name, password_file: PasswordFile = None, initial: Initial = False) -> None:
    """Give an account another password; its browsers are logged out, its tokens revoked."""
    from ingest.casework.accounts import accounts
    from ingest.casework.accounts.passwords import Passwords

    text = read_password(password_file)
    with acting() as (conn, who):
        number = accounts.by_name(conn, name).id
        ended = accounts.set_password(conn, who, Passwords(), number, text, is_initial=initial)
    print(f"{name} has another password; logged out: {ended.sessions}, tokens revoked: {ended.tokens}.")


@account_app.command("totp-reset")
def totp_reset(name: Name) -> None:
    """Take an account's second factor off, for a lost telephone; its browsers are logged out."""
    from ingest.casework.accounts import accounts

    with acting() as (conn, who):
        accounts.reset_second_factor(conn, who, accounts.by_name(conn, name).id)
    print(f"{name} has no second factor now.")


@account_app.command("renew-key")
def renew_key() -> None:
    """Seal the secrets of all second factors with a new key; the old key is forgotten. People notice
    nothing."""
    from ingest.casework.accounts import factor_sealing
    from ingest.casework.accounts.factor_keys import FactorKeys
    from ingest.desk.kernel.settings import DeskSettings, DeskSettingsError
    from ingest.settings import Settings

    try:
        settings = DeskSettings.from_environment(Settings.from_environment().data)
    except DeskSettingsError as fault:
        raise UsageError(str(fault)) from None
    keys = FactorKeys(settings.factor_key)
    with acting() as (conn, who):
        sealed = factor_sealing.renew(conn, who, keys)
    print(f"Sealed {sealed} second factors with the new key in {keys.path}; keep a copy of it.")
    print(f"已用新密钥加密 {sealed} 个动态验证码；密钥文件：{keys.path}，请另行备份。")


@account_app.command("disable")
def disable(name: Name) -> None:
    """Let an account log in no more; its browsers are logged out, its tokens revoked."""
    from ingest.casework.accounts import accounts

    with acting() as (conn, who):
        accounts.disable(conn, who, accounts.by_name(conn, name).id)
    print(f"{name} is disabled.")


@account_app.command("enable")
def enable(name: Name) -> None:
    """Let a disabled account log in again."""
    from ingest.casework.accounts import accounts

    with acting() as (conn, who):
        accounts.enable(conn, who, accounts.by_name(conn, name).id)
    print(f"{name} is enabled.")


@account_app.command("token")
def token(
    name: Name,
    scope: Annotated[
        list[str], typer.Option(help="read, decide, orders, export, accounts or eligibility; several times.")
    ],
    days: Annotated[int, typer.Option(help="How long it is good.", min=1)] = 90,
    label: Annotated[str, typer.Option(help="What it is for.")] = "made by command",
) -> None:
    """Make an API token and print it once."""
    from datetime import UTC, datetime

    from ingest.casework.accounts import accounts, tokens

    with acting() as (conn, who):
        owner = accounts.by_name(conn, name).id
        number, text = tokens.create(conn, who, owner, label, scope, days, datetime.now(UTC))
    print(f"Token {number} of {name}, good for {days} days; it is not shown again:", file=sys.stderr)
    print(text)


@contextmanager
def acting() -> Iterator[tuple[Connection, Who]]:
    """The database, and the login of this machine as who acts; refusals become the user's mistakes."""
    import getpass
    from dataclasses import replace

    from ingest.casework.accounts.faults import AccountFault
    from ingest.casework.audit import SYSTEM
    from ingest.cli.database import database

    try:
        login = getpass.getuser()
    except (KeyError, OSError):
        login = "unknown"
    try:
        with database() as conn:
            yield conn, replace(SYSTEM, name=f"command by {login}")
    except AccountFault as fault:
        raise UsageError(fault.english) from None


def read_password(file: Path | None) -> str:
    """From the terminal, typed twice, or the first line of a file. Raises UsageError."""
    import getpass

    if file is None:
        if not sys.stdin.isatty():
            raise UsageError("There is no terminal to ask for the password; name a --password-file, or - .")
        text = getpass.getpass("Password: ")
        if getpass.getpass("Once more: ") != text:
            raise UsageError("The two passwords differ; begin again.")
        return text
    if str(file) == "-":
        return sys.stdin.readline().rstrip("\r\n")
    try:
        with file.open(encoding="utf-8") as lines:
            return lines.readline().rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as fault:
        raise UsageError(f"{file}: cannot be read ({fault}); check the path.") from None
