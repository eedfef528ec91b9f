"""hourfence faces ...: a second look at stored photos, and photos taken at enrolment."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ingest.cli.faults import UsageError

if TYPE_CHECKING:
    from ingest.faces.model import FaceModel
    from ingest.judging.faces import Done

DAY = ["%Y-%m-%d"]
ENROLLED_BYTES_MAX = 2_000_000
faces_app = typer.Typer(
    help="A second look at faces; needs the extra: pip install 'hourfence\\[face]'.", no_args_is_help=True
)


@faces_app.command("compare")
def compare(
    first: Annotated[
        datetime | None, typer.Option("--from", formats=DAY, help="First day, local time.")
    ] = None,
    after: Annotated[datetime | None, typer.Option("--to", formats=DAY, help="First day after it.")] = None,
    session: Annotated[
        str | None, typer.Option(help="One training session: TERMINAL/SEQ, as hourfence screen prints it.")
    ] = None,
) -> None:
    """Compare the faces of each training session's photos, and look for photos used again."""
    from functools import partial

    from ingest.cli.database import database
    from ingest.faces.model import MODEL
    from ingest.faces.seeing import see
    from ingest.judging.faces import compare_stored
    from ingest.store.photo_looks import signed_in_us

    only = None if session is None else name_of(session)
    within_us = _within_us(first, after)
    with _model() as model, database() as conn:
        if only is not None:
            began_us = signed_in_us(conn, only)
            if began_us is None:
                raise UsageError(f"No sign-in {session} is stored; hourfence screen prints TERMINAL/SEQ.")
            within_us = began_us, began_us + 1
        done = compare_stored(conn, partial(see, model), MODEL, within_us, only, _progress)
    if sys.stderr.isatty():
        print(file=sys.stderr)
    print("\n".join(lines(done)))


@faces_app.command("enrol")
def enrol(
    person: Annotated[str, typer.Argument(help="16-digit number of a trainee or instructor.")],
    file: Annotated[Path, typer.Argument(help="JPEG file with one face.")],
) -> None:
    """Keep a person's photo as the one that all others are compared with."""
    from ingest.cli.arguments import number_of
    from ingest.cli.database import database
    from ingest.faces.seeing import see
    from ingest.store import photo_looks

    number = number_of(person, "PERSON")
    try:
        data = file.read_bytes()
    except OSError as fault:
        raise UsageError(f"{file}: cannot be read ({fault.strerror}); name another file.") from None
    if len(data) > ENROLLED_BYTES_MAX:
        raise UsageError(f"{file}: {len(data)} bytes; {ENROLLED_BYTES_MAX} are the most, save it smaller.")
    with _model() as model:
        found = len(see(model, data).faces)
    if found != 1:
        raise UsageError(f"{file}: {found} faces were found; take a JPEG file that shows exactly one.")
    with database() as conn:
        photo_looks.enrol(conn, number, data)
    print(f"{number:016d}: enrolled photo kept, {len(data)} bytes.")


@faces_app.command("forget")
def forget(
    person: Annotated[str, typer.Argument(help="16-digit number of a trainee or instructor.")],
) -> None:
    """Delete a person's enrolled photo."""
    from ingest.cli.arguments import number_of
    from ingest.cli.database import database
    from ingest.store import photo_looks

    number = number_of(person, "PERSON")
    with database() as conn:
        gone = photo_looks.forget(conn, number)
    print(f"{number:016d}: {'enrolled photo deleted' if gone else 'no enrolled photo was kept'}.")


def lines(done: Done) -> list[str]:
    """What one run did, and how many suspicions of each kind stand."""
    from ingest.judge.reasons import BY_NUMBER

    out = [
        f"{done.sessions} training sessions with photos, {done.compared} of them compared now: "
        f"{done.photos} photos looked at, {sum(done.suspected.values())} suspicions, {done.changed} changed."
    ]
    for kind, count in sorted(done.suspected.items()):
        _, name, _, english, chinese = BY_NUMBER[kind]
        out.append(f"{count:6d}  {name}: {english} {chinese}")
    return out


def name_of(session: str) -> tuple[int, int]:
    """(terminal, session) of TERMINAL/SEQ. Raises UsageError."""
    terminal, slash, seq = session.partition("/")
    if not (slash and terminal.isascii() and terminal.isdigit() and len(terminal) == 16):
        raise UsageError(f"--session {session!r}: write TERMINAL/SEQ, 16 digits, a slash and a number.")
    if not (seq.isascii() and seq.isdigit() and len(seq) <= 10 and int(seq) > 0):
        raise UsageError(f"--session {session!r}: {seq!r} is no sequence number; write one from 1 on.")
    return int(terminal), int(seq)


def _within_us(first: datetime | None, after: datetime | None) -> tuple[int, int]:
    from ingest.cli.judging.screen import range_us
    from ingest.judge.rulebook.rule_set import RuleSet
    from ingest.store.evidence import UTC_END_US

    # Where one end is not given, the day on which time begins or ends for a terminal.
    offset_min = int(RuleSet().utc_offset_min)
    from_us, to_us = range_us(first or datetime(1970, 1, 2), after or datetime(2106, 2, 7), offset_min)
    return 0 if first is None else from_us, UTC_END_US if after is None else to_us


@contextmanager
def _model() -> Iterator[FaceModel]:
    from ingest.faces.errors import ExtraMissing
    from ingest.faces.model import FaceModel
    from ingest.faces.pictures import check

    try:
        check()
        yield FaceModel()
    except ExtraMissing as fault:
        raise UsageError(str(fault)) from None


def _progress(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)
