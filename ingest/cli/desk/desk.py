"""hourfence desk: the web part alone."""

from __future__ import annotations

import logging
import os
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ingest.cli.faults import UsageError

if TYPE_CHECKING:
    from ingest.casework.accounts.factor_keys import FactorKeys

log = logging.getLogger(__name__)
Listen = Annotated[str, typer.Option(help="HOST:PORT; port 0 takes a free one.")]
LISTEN = "127.0.0.1:8080"
FIRST_ACCOUNT = "hourfence account add NAME --role supervisor"
EMBEDDED = "HOURFENCE_SERVE_EMBEDDED"
"""Set where the database is embedded in hourfence serve: its URL holds no password and may be shown."""
_PATIENCE_S = 30.0


def desk(listen: Listen = LISTEN) -> None:
    """Serve the desk's pages and its API until interrupted."""
    from ingest.casework.accounts.factor_keys import FactorKeys
    from ingest.cli.desk import web
    from ingest.desk.app import make_desk
    from ingest.desk.kernel.settings import DeskSettings, DeskSettingsError
    from ingest.settings import Settings

    log_to_stderr()
    settings = Settings.from_environment()
    try:
        desk_settings = DeskSettings.from_environment(settings.data)
    except DeskSettingsError as fault:
        raise UsageError(str(fault)) from None
    listener = web.listening(listen)
    with listener, _database(settings.database_url, settings.data) as (database_url, is_embedded):
        accounts = _prepared(database_url, FactorKeys(desk_settings.factor_key))
        app = make_desk(desk_settings, database_url)

        def ready() -> None:
            print(ready_line(web.address_of(listener, desk_settings.https)), flush=True)
            if not accounts:
                named = not is_embedded and EMBEDDED not in os.environ
                print(first_account_line(None if named else database_url), flush=True)

        web.server_of(app, desk_settings, ready).run([listener])


def ready_line(address: str) -> str:
    """Where the desk is."""
    return f"The desk is at {address} 监管台地址：{address}"


def first_account_line(database_url: str | None) -> str:
    """How the first account is made. database_url: named where it is an embedded one in use."""
    command = FIRST_ACCOUNT
    if database_url is not None:
        command = f"HOURFENCE_DATABASE_URL={shlex.quote(database_url)} {command}"
    return f"Nobody has an account yet; make the first with: {command} 尚无账号，请用以上命令创建第一个。"


def log_to_stderr(name: str = "desk") -> None:
    """Log lines of this process, each with its name."""
    logging.basicConfig(level=logging.INFO, format=f"%(asctime)s {name}: %(message)s", stream=sys.stderr)
    # What the pool has to say of a lost connection, the desk says in a sentence.
    logging.getLogger("psycopg").setLevel(logging.ERROR)
    logging.getLogger("uvicorn").setLevel(logging.WARNING)


@contextmanager
def _database(url: str | None, data: Path) -> Iterator[tuple[str, bool]]:
    """Its URL, and whether it is one that was started for this."""
    from ingest.embedded.postgres import EmbeddedPostgres

    if url is not None:
        yield url, False
        return
    with EmbeddedPostgres(data / "postgres") as postgres:
        yield postgres.url, True


def _prepared(database_url: str, keys: FactorKeys) -> int:
    """Migrate, seal second factors that are kept plain; how many accounts there are."""
    from ingest.casework.accounts import factor_sealing
    from ingest.casework.accounts.factor_keys import KeyFault
    from ingest.store.connection import connect
    from ingest.store.desk.accounts import accounts
    from ingest.store.migrate import migrate

    with connect(database_url, patience_s=_PATIENCE_S) as conn:
        migrate(conn)
        try:
            factor_sealing.seal_plain(conn, keys)
        except KeyFault as fault:
            # Whoever has no second factor can still work, and the supervisors learn what to do.
            log.error("%s", fault)
        if keys.is_open_to_others():
            log.warning("%s can be read by others than its owner; chmod 600 it.", keys.path)
        return accounts.count(conn)
