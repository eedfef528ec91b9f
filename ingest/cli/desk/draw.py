"""hourfence draw ...: the random audit: close a day's list, enter its seed, draw, and check a draw again."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ingest.cli.arguments import read_text
from ingest.cli.desk.account import PasswordFile, acting, read_password
from ingest.cli.faults import UsageError

if TYPE_CHECKING:
    from ingest.casework.who import Who
    from ingest.draw.seeds import SeedRule
    from ingest.store.connection import Connection
    from ingest.store.desk.draws.seen import Day as DayTold

draw_app = typer.Typer(
    help="The random audit: lists closed before their seed is known, drawn so that anyone can check.",
    no_args_is_help=True,
)

Day = Annotated[str, typer.Argument(help="Local day, as 2026-11-22.")]
Out = Annotated[Path | None, typer.Option(help="Folder of the published files; default: draws/ of the data.")]
LISTED = 14
DIFFERS = 1


@draw_app.command("commit")
def commit(
    day: Annotated[str | None, typer.Option(help="Local day; default: the last that may be closed.")] = None,
    seed_rule: Annotated[
        str | None, typer.Option(help="Which public value will be the seed; default: a drand round.")
    ] = None,
    seed_at: Annotated[
        str | None, typer.Option(help="When it comes out, as 2026-11-24T21:15+08:00; goes with --seed-rule.")
    ] = None,
    grace_hours: Annotated[int, typer.Option(help="Hours after the day, for late records.", min=1)] = 6,
    out: Out = None,
) -> None:
    """Close a day's list, write it to a file, and print the SHA-256 to publish."""
    from ingest.casework.drawing import draw
    from ingest.casework.local_time import local_offset_min

    rule = _rule(seed_rule, seed_at)
    chosen = None if day is None else _day(day)
    folder = _folder(out)
    with _drawing() as (conn, who):
        made = draw.commit(conn, who, datetime.now(UTC), local_offset_min(conn), chosen, rule, grace_hours)
    file = folder / f"draw-{made.day}-list.txt"
    _write(file, made.text)
    print(f"{made.day}: {made.sessions} sessions 次培训, list closed 名单已封存: {file}")
    print(f"SHA-256 {made.digest.hex()}")
    print(f"Seed 种子: {made.seed_words}, {made.seed_due:%Y-%m-%d %H:%M:%S} UTC")


@draw_app.command("seed")
def seed(
    day: Day,
    seed_text: Annotated[str, typer.Option(help="The public value, as it was published.")],
    by: Annotated[str, typer.Option(help="Name of the supervisor who read it; asked for the password.")],
    published_at: Annotated[
        str | None, typer.Option(help="When it came out; default: when the list says.")
    ] = None,
    password_file: PasswordFile = None,
) -> None:
    """Enter the seed; it stands once two supervisors have entered the same."""
    from ingest.casework.drawing import draw
    from ingest.store.desk.draws import lists as draws

    chosen, at = _day(day), None if published_at is None else _moment(published_at, "--published-at")
    now = datetime.now(UTC)
    with _drawing() as (conn, _):
        who = _proved(conn, by, _password(password_file), now)
        stands = draw.enter_seed(conn, who, now, chosen, seed_text, at)
        readers = len(draws.seed_entries(conn, chosen))
    if stands:
        print(f"The seed of {chosen} stands; draw with: hourfence draw run {chosen}. 种子已确定，可以抽取。")
    elif readers > 1:
        print("What the supervisors entered differs; each copies it again. 录入内容不一致，请各自重新抄录。")
    else:
        print("Noted; another supervisor must enter the same. 已录入，须由另一名监管人员录入相同内容。")


@draw_app.command("run")
def run(day: Day, out: Out = None) -> None:
    """Draw a day, put what is drawn into the queue, and write it to a file."""
    from ingest.casework.drawing import draw

    chosen = _day(day)
    folder = _folder(out)
    with _drawing() as (conn, who):
        result = draw.run(conn, who, chosen)
    file = folder / f"draw-{chosen}-drawn.txt"
    _write(file, result)
    lines = result.count("\n")
    print(f"{chosen}: {lines} sessions drawn, now in the queue 已抽取{lines}次培训，列入待查: {file}")


@draw_app.command("show")
def show(
    day: Annotated[str | None, typer.Argument(help="Local day; default: the last two weeks' lists.")] = None,
    out: Annotated[Path | None, typer.Option(help="Write list and result into this folder again.")] = None,
) -> None:
    """What was closed and drawn, how far it is looked at, and whether a session escaped."""
    from ingest.casework.drawing import repeats
    from ingest.store.desk.draws import seen as draws_seen

    chosen = None if day is None else _day(day)
    with _drawing() as (conn, _):
        found = draws_seen.days(conn, None, LISTED) if chosen is None else draws_seen.day_of(conn, chosen)
        if found is None:
            raise UsageError(f"No list of {chosen} is closed; see hourfence draw show. 没有该日名单。")
        for one in found if isinstance(found, list) else [found]:
            print("\n".join(_lines(one)))
        if chosen is not None:
            key = repeats.repeat_key(conn, chosen)
            if key is not None:
                print(f"  repeat key 复核密钥 {key}")
            for row in draws_seen.drawn(conn, chosen):
                state = "decided 已处理" if row.is_decided else "open 待查"
                names = f" ({', '.join(row.names)})" if row.names else ""
                print(f"  {row.school:016d} {row.terminal:016d} {row.session} {state}{names}")
            _write_again(conn, chosen, out)
        told = draws_seen.conserved(conn)
    state = "nothing escapes 无遗漏" if told.balanced else "DIFFERS 不相符"
    print(
        f"judged 已判定 {told.judged} + gone 已撤销 {told.gone} = listed 已列入 {told.listed}"
        f" + waiting 待列入 {told.waiting}: {state}"
    )


@draw_app.command("check")
def check(
    file: Annotated[Path, typer.Argument(help="The published list.")],
    seed: Annotated[str, typer.Argument(help="The seed, as published.")],
    result: Annotated[Path | None, typer.Option(help="The published result, to be compared.")] = None,
    key: Annotated[str | None, typer.Option(help="The repeat key: print the blind repeats instead.")] = None,
) -> None:
    """Derive a draw again from its list and seed, without a database; exit code 1 when the result differs."""
    from ingest.draw import sampler
    from ingest.draw.day_list import parse
    from ingest.draw.errors import DrawError
    from ingest.draw.seeds import seed_of

    text = read_text(file)
    try:
        whole = parse(text)
        normal = seed_of(whole.terms.seed, seed)
    except DrawError as fault:
        raise UsageError(f"{file}: {fault}") from None
    print(f"list SHA-256 {whole.digest.hex()}", file=sys.stderr)
    if key is not None and not sampler.key_fits(whole, key):
        raise UsageError("This is not the repeat key that the list was bound to. 密钥与名单不符。")
    found = sampler.drawn(whole, normal) if key is None else sampler.again(whole, normal, key)
    derived = sampler.text_of(found)
    print(derived, end="")
    if result is not None and read_text(result) != derived:
        print(f"{result} is not what was derived. {result}与推算结果不符。", file=sys.stderr)
        raise typer.Exit(DIFFERS)


@contextmanager
def _drawing() -> Iterator[tuple[Connection, Who]]:
    from ingest.draw.errors import DrawError

    try:
        with acting() as found:
            yield found
    except DrawError as fault:
        raise UsageError(str(fault)) from None


def _proved(conn: Connection, name: str, password: str, now: datetime) -> Who:
    """The account as one who acts, its password checked with the limits of a log-in."""
    from ingest.casework.accounts import accounts, log_in
    from ingest.casework.accounts.passwords import Passwords
    from ingest.casework.who import Who

    found = accounts.by_name(conn, name)
    who = Who(found.id, found.name, found.role, found.school, "")
    try:
        log_in.check_own_password(conn, Passwords(), log_in.Policy(), who, password, now)
    except log_in.LogInRefused as fault:
        raise UsageError(f"Too many tries; wait {fault.wait_s} s. 尝试次数过多，请稍候。") from None
    if not found.is_active:
        raise UsageError(f"The account {name} is disabled. 账号已停用。")
    return who


def _password(file: Path | None) -> str:
    if file is None and sys.stdin.isatty():
        return getpass.getpass("Password 密码: ")
    return read_password(file)


def _rule(words: str | None, at: str | None) -> SeedRule | None:
    from ingest.draw.errors import DrawError
    from ingest.draw.seeds import public

    if (words is None) != (at is None):
        raise UsageError("--seed-rule and --seed-at go together: which value, and when it comes out.")
    if words is None or at is None:
        return None
    try:
        return public(words, int(_moment(at, "--seed-at").timestamp()))
    except DrawError as fault:
        raise UsageError(str(fault)) from None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{text} is no day; write it as 2026-11-22. 日期格式应为2026-11-22。") from None


def _moment(text: str, option: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise UsageError(f"{option} {text} is no time; write it with its zone, as 2026-11-24T21:15+08:00.")


def _folder(out: Path | None) -> Path:
    """The folder, proved to be one that can be written, before anything is done that cannot be undone."""
    from ingest.cli.out_file import try_out
    from ingest.settings import Settings

    folder = Settings.from_environment().data / "draws" if out is None else out
    try_out(folder / "draw-list.txt")
    return folder


def _write(file: Path, text: str) -> None:
    try:
        file.write_bytes(text.encode())
    except OSError as fault:
        raise UsageError(
            f"{file}: cannot be written ({fault.strerror}); use hourfence draw show DAY --out FOLDER."
        ) from None


def _lines(one: DayTold) -> list[str]:
    lines = [
        f"{one.day}  closed 封存 {one.committed_at:%Y-%m-%d %H:%M:%S} UTC, {one.sessions} sessions 次培训",
        f"  list 名单 SHA-256 {one.digest.hex()}",
        f"  seed 种子 {one.seed_words}, {one.seed_due:%Y-%m-%d %H:%M:%S} UTC: " + (one.seed or _waits(one)),
    ]
    if one.result_digest is not None:
        lines.append(f"  result 结果 SHA-256 {one.result_digest.hex()}")
        lines.append(
            f"  decided 已处理 {one.decided}/{one.drawn}, decided twice 复核 {one.answered}/{one.repeats}"
        )
    return lines


def _waits(one: DayTold) -> str:
    if not one.sessions:
        return "nothing to draw 无需抽取"
    read = f"entered by {one.seed_readers} of 2 录入人数 {one.seed_readers}/2"
    return f"{read}, OVERDUE 已逾期" if one.seed_due <= datetime.now(UTC) else read


def _write_again(conn: Connection, day: date, out: Path | None) -> None:
    from ingest.store.desk.draws import lists as draws

    if out is None:
        return
    folder = _folder(out)
    closed, result = draws.commit_of(conn, day), draws.result_of(conn, day)
    for name, text in (("list", None if closed is None else closed.text), ("drawn", result)):
        if text is not None:
            _write(folder / f"draw-{day}-{name}.txt", text)
            print(folder / f"draw-{day}-{name}.txt")
