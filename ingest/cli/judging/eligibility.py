"""hourfence eligibility and hourfence stage: the exam side's question, and what stands behind the answer."""

import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from ingest.cli.arguments import number_of
from ingest.cli.database import database
from ingest.cli.faults import UsageError
from ingest.stage.trained import MODES

stage_app = typer.Typer(
    help="Stage reports: keys, checking, syllabus tables, recognised training hours.", no_args_is_help=True
)
_TOO_OLD = 1
_CLOCKS_S = 600
_MODE = {word: number for number, word in MODES.items()}


def show(
    trainee: str,
    part: int | None,
    json_out: Path | None,
    jws: Path | None,
    pdf: Path | None,
    key: Path | None,
) -> None:
    """Answer for one trainee and write the files that were asked for."""
    from ingest.casework.trainee.page import with_waiting
    from ingest.eligibility import eligibility
    from ingest.store.desk.trainee_page import registered

    if (jws is None) != (key is None):
        raise UsageError("--jws and --key go together: name the file to write and the key that signs it.")
    number, now = number_of(trainee, "TRAINEE"), datetime.now(UTC)
    with database() as conn:
        person = registered(conn, number, now)
        if person is None:
            report = eligibility(conn, number, int(now.timestamp()), part)
        else:
            report = with_waiting(conn, number, person.school, now, part)
    whose = ("", "") if person is None else (person.name, person.school_name)
    _write(report, whose, json_out, jws, pdf, key)
    for line in sentences(report, int(now.timestamp())):
        print(line)


def sentences(report: dict[str, Any], now_s: int) -> list[str]:
    """The answer in a few lines, Chinese and English: of when it is, under which syllabus, what it says."""
    from ingest.stage.moments import dated, waits

    table = report["syllabus"]
    lines = [
        dated(report, now_s),
        f"{report['trainee']}: " + ("eligible 符合条件" if report["eligible"] else "not eligible 不符合条件"),
        "  syllabus 大纲 " + (f"{table['version']} (SHA-256 {table['digest']})" if table else "-"),
        *(f"  {one}" for one in [waits(report)] if one),
    ]
    for lack in report["missing"]:
        where = "" if lack["part"] is None else f"part {lack['part']} 第{lack['part']}部分: "
        lines.append(f"  {where}{lack['reason']}: {lack['en']} {lack['zh']}")
    for part in report["parts"]:
        required = "-" if part["hours_required"] is None else part["hours_required"]
        lines.append(
            f"  part {part['part']}: training hours 学时 {part['hours']} of {required}, "
            f"km 公里 {part['kilometres']} of {part['kilometres_required'] or '-'}"
        )
    return lines


def _write(
    report: dict[str, Any],
    whose: tuple[str, str],
    json_out: Path | None,
    jws: Path | None,
    pdf: Path | None,
    key: Path | None,
) -> None:
    """whose: the trainee's name and school, for the PDF."""
    from ingest.stage.jws import load_key, sign

    made: list[tuple[Path, bytes]] = []
    if json_out is not None:
        made.append((json_out, json.dumps(report, indent=1, ensure_ascii=False).encode() + b"\n"))
    if jws is not None and key is not None:
        made.append((jws, sign(report, load_key(key)).encode() + b"\n"))
    if pdf is not None:
        from ingest.stage.pdf import render

        made.append((pdf, render(report, *whose)))
    parts = [(path.with_name(path.name + ".part"), path, data) for path, data in made]
    for part, path, data in parts:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            part.write_bytes(data)
        except OSError as fault:
            raise UsageError(f"{path}: cannot be written ({fault.strerror}); name another file.") from None
    # All of them or none: the names appear once everything is written.
    for part, path, _ in parts:
        part.replace(path)


@stage_app.command("key")
def make_key(file: Annotated[Path, typer.Argument(help="New file for the secret key (JWK).")]) -> None:
    """Make the key that signs stage reports; prints its public half, which is what others check with."""
    from ingest.stage import jws

    print(jws.make_key(file))


@stage_app.command("verify")
def verify(
    file: Annotated[Path, typer.Argument(help="Signed report (JWS).")],
    key: Annotated[Path, typer.Option(help="Public key (JWK).")],
    not_older_than: Annotated[
        int | None,
        typer.Option(min=0, max=36_500, metavar="DAYS", help="Exit 1 for one made more days ago. 最多天数。"),
    ] = None,
) -> None:
    """Check a signed report and print what it says, of when it is first. An answer may change any day."""
    from ingest.stage.jws import load_key, opened
    from ingest.stage.moments import DAY_S, age_s

    try:
        text = file.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        raise UsageError(f"{file}: no signed report can be read there; check the path.") from None
    report, now_s = opened(text, load_key(key)), int(time.time())
    for line in sentences(report, now_s):
        print(line)
    # One from the future is as little of today as an old one; clocks may differ by some minutes.
    if not_older_than is not None and not -_CLOCKS_S <= age_s(report, now_s) <= not_older_than * DAY_S:
        print(
            f"{file}: not made within the last {not_older_than} days; ask for a new one."
            f" 不是最近 {not_older_than} 天内出具，请重新获取。",
            file=sys.stderr,
        )
        raise typer.Exit(_TOO_OLD)


@stage_app.command("syllabus")
def syllabus(
    file: Annotated[
        Path | None, typer.Argument(help="TOML file to load; without one the tables are listed.")
    ] = None,
) -> None:
    """Load a syllabus file, whole or not at all, or list the tables."""
    from ingest.eligibility import syllabuses
    from ingest.stage.syllabus_file import parse
    from ingest.store.stage import load_syllabus

    with database() as conn:
        if file is not None:
            try:
                text = file.read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError) as fault:
                raise UsageError(f"{file}: cannot be read ({fault}); check the path.") from None
            tables = parse(text, file.name)
            new = load_syllabus(conn, file.name, text)
            print(f"Loaded {len(tables)} tables." if new else "These tables are loaded already.")
        for table in syllabuses(conn):
            parts = ", ".join(
                f"part {part}: {needs.hours} h {needs.kilometres} km" for part, needs in table.parts
            )
            until = f" until {table.enrolled_to}" if table.enrolled_to else ""
            print(
                f"{table.vehicle_class} {table.version} from {table.enrolled_from}{until}: {table.hours} h; "
                f"{parts or 'split over the parts not known'}"
            )


@stage_app.command("recognise")
def recognise(
    trainee: Annotated[str, typer.Argument(help="16-digit number.")],
    part: Annotated[int, typer.Option(min=1, max=4)],
    mode: Annotated[str, typer.Option(help="in_car, classroom, simulator or remote.")],
    hours: Annotated[int, typer.Option(min=1, max=200, help="Training hours.")],
    basis: Annotated[str, typer.Option(help="The paper it rests on, such as a certificate's number.")],
    kilometres: Annotated[int, typer.Option(min=0, max=10_000)] = 0,
) -> None:
    """Recognise training hours that no terminal here recorded (classroom, another province)."""
    from ingest.store import stage

    if mode not in _MODE:
        raise UsageError(f"--mode {mode}: choose one of {', '.join(_MODE)}.")
    if not 1 <= len(basis.strip()) <= 200:
        raise UsageError("--basis: name the paper it rests on in 1 to 200 characters.")
    with database() as conn:
        if stage.trainee(conn, number_of(trainee, "TRAINEE"), datetime.now(UTC)) is None:
            raise UsageError(f"{trainee} is no registered trainee; register the trainee first.")
        entry = stage.recognise(
            conn, number_of(trainee, "TRAINEE"), part, _MODE[mode], hours, kilometres, basis.strip()
        )
    print(f"Recognised {hours} training hours as entry {entry}. 已认定 {hours} 学时，编号 {entry}。")


@stage_app.command("take-back")
def take_back(
    entry: Annotated[int, typer.Argument(help="Number of the entry.", min=1)],
    basis: Annotated[str, typer.Option(help="Why.")],
) -> None:
    """Take recognised training hours back; the entry stays and a new one corrects it."""
    from ingest.store import stage

    if not 1 <= len(basis.strip()) <= 200:
        raise UsageError("--basis: say why in 1 to 200 characters.")
    with database() as conn:
        if not stage.take_back(conn, entry, basis.strip()):
            raise UsageError(
                f"Entry {entry} is not there or was taken back already; look at the trainee's report."
            )
    print(f"Entry {entry} is taken back. 已撤销认定 {entry}。")
