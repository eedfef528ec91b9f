"""The pack of a session from a real database: proved, the same bytes, noted, and refused where it must be."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest
import typer
from typer.testing import CliRunner

from firmware.wire import fields
from ingest.casework.packs.build import PackRefused, build
from ingest.casework.who import SCHOOL, SUPERVISOR, Who
from ingest.cli.desk.pack import pack
from ingest.cli.desk.verify import verify as verify_command
from ingest.cli.faults import UsageError
from ingest.judging.run import judge_all
from ingest.pack.archive import unpacked
from ingest.pack.documents import of_files
from ingest.pack.make import made as remade
from ingest.pack.seal import pack_key
from ingest.pack.verify import Expected, verify
from ingest.settings import DATA, DATABASE_URL, MQTT_URL
from ingest.store import judged, rule_layers
from ingest.store.connection import Connection, connect
from ingest.store.judged import Key
from ingest.store.migrate import migrate
from simulators.worlds.shift import Shift
from simulators.worlds.world import Day, World
from tests.ingest.pack import scene as scenes
from tests.ingest.pack.days import add, stored
from tests.ingest.pack.scene import Scene
from tests.spine.ingests import as_url

WHO = Who(0, "test", SUPERVISOR, 0, "")
LAYER = """
format = 1
[[layer]]
name = "x"
[layer.valid]
from = 2026-05-13T09:05:00+08:00
[layer.thresholds]
still_m = 40.0
"""


class Played(NamedTuple):
    """A database with the scene, and where its pack key lies."""

    conn: Connection
    scene: Scene
    folder: Path
    url: str


@pytest.fixture(scope="module")
def played(module_postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    with connect(module_postgres_url, patience_s=10) as conn:
        migrate(conn)
        yield Played(conn, scenes.play(conn), tmp_path_factory.mktemp("pack"), module_postgres_url)


@pytest.fixture
def conn(postgres_url: str) -> Iterator[Connection]:
    with connect(postgres_url, patience_s=10) as made:
        migrate(made)
        yield made


def whole(conn: Connection, folder: Path) -> int:
    """Make and verify the pack of every session; how many."""
    keys = conn.execute("SELECT terminal, session FROM session_outcome ORDER BY 1, 2").fetchall()
    for key in keys:
        list(verify(build(conn, WHO, key[0], key[1], folder=folder)))
    return len(keys)


def test_before_and_after_decisions(played: Played) -> None:
    """Every session of the scene, decided or not; the same state gives the same bytes, and is noted."""
    conn, scene, folder, _ = played
    assert whole(conn, folder) == 4
    key = (scene.terminal, scene.session)
    before = build(conn, WHO, *key, folder=folder)
    assert build(conn, WHO, *key, folder=folder) == before
    scenes.decide(conn, scene)
    after = build(conn, WHO, *key, with_photos=True, folder=folder)
    lines = [line.english for line in verify(after)]
    assert any("2 min after decisions" in line for line in lines)
    assert sum(name.startswith("photos/") for name in unpacked(after)) == 2
    assert unpacked(before)["records.bin"] == unpacked(after)["records.bin"]
    row = conn.execute(
        "SELECT action, subject, details ->> 'bytes' FROM audit_log ORDER BY entry DESC LIMIT 1"
    ).fetchone()
    assert row == ("pack.build", f"session:{key[0]:016d}/{key[1]}", str(len(after)))


def test_others_are_under_pseudonyms_and_few_of_their_records_are_in_it(played: Played) -> None:
    conn, scene, folder, _ = played
    files = unpacked(build(conn, WHO, scene.terminal, scene.session, folder=folder))
    told = json.loads(files["neighbours.json"])
    people = {share[name] for share in told["shares"] for name in ("trainee", "instructor", "car")}
    assert told["pseudonyms"] and scene.trainee in people
    real = {
        row[0]
        for row in conn.execute(
            "SELECT unnest(ARRAY[trainee, instructor, car]) FROM session_outcome WHERE terminal = %s",
            (scene.other,),
        )
    }
    assert people & real == {scene.trainee}
    session = json.loads(files["session.json"])
    held = conn.execute("SELECT count(*) FROM evidence WHERE terminal = %s", (scene.terminal,)).fetchone()
    assert held is not None and session["last"] - session["first"] + 1 < held[0]


def test_neighbours_are_asked_for_once_and_of_everybody_together(
    played: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same queries however many people, cars and windows of records there are."""
    conn, scene, folder, _ = played
    asked: list[list[str]] = []
    ask = judged.settled_neighbours

    def counted(conn: Connection, wanted: Mapping[str, Sequence[tuple[int, int, int]]]) -> set[Key]:
        asked.append(sorted(wanted))
        return ask(conn, wanted)

    monkeypatch.setattr(judged, "settled_neighbours", counted)
    build(conn, WHO, scene.terminal, scene.session, folder=folder)
    assert ["car", "instructor", "trainee"] in asked and len(asked) <= 10


def test_who_may_have_it(played: Played) -> None:
    conn, scene, folder, _ = played
    key = (scene.terminal, scene.session)
    assert build(conn, Who(0, "own", SCHOOL, scene.school, ""), *key, folder=folder)
    for who, number in ((Who(0, "other", SCHOOL, scene.school + 1, ""), scene.session), (WHO, 12345)):
        with pytest.raises(PackRefused) as refused:
            build(conn, who, scene.terminal, number, folder=folder)
        assert refused.value.code == "no_such_session" and refused.value.chinese


def test_the_commands(played: Played, tmp_path: Path) -> None:
    _, scene, folder, url = played
    app = typer.Typer()
    app.command("pack")(pack)
    app.command("verify")(verify_command)
    env = {DATABASE_URL: as_url(url), MQTT_URL: "mqtt://127.0.0.1:1", DATA: str(folder)}
    out = tmp_path / "pack.zip"
    run = CliRunner()
    made = run.invoke(app, ["pack", f"{scene.terminal:016d}", str(scene.session), "--out", str(out)], env=env)
    assert made.exit_code == 0, made.output
    signer = made.output.split()[-1]
    good = run.invoke(app, ["verify", str(out), "--signer", signer])
    assert good.exit_code == 0 and "证据包有效" in good.output and "cannot prove" in good.output
    assert list(verify(out.read_bytes(), Expected(signer=signer)))
    forged = tmp_path / "forged.zip"
    other = pack_key(tmp_path / "other-key.jwk")
    forged.write_bytes(remade(of_files(unpacked(out.read_bytes())), other))
    alone = run.invoke(app, ["verify", str(forged)])
    assert alone.exit_code == 3 and "证据包有效" not in alone.output and "is valid" not in alone.output
    assert run.invoke(app, ["verify", str(forged), "--signer", signer]).exit_code == 1
    data = bytearray(out.read_bytes())
    data[200] ^= 1
    out.write_bytes(data)
    bad = run.invoke(app, ["verify", str(out)])
    assert bad.exit_code == 1 and "FAIL" in bad.output and "证据包无效" in bad.output
    for arguments in (
        ["verify", str(tmp_path / "none.zip")],
        ["verify", str(out), "--key", "ab"],
        ["pack", "12", "1", "--out", str(out)],
        ["pack", f"{scene.terminal:016d}", "9999", "--out", str(out)],
    ):
        assert isinstance(run.invoke(app, arguments, env=env).exception, UsageError)


def small_days() -> tuple[Day, list[int]]:
    """A terminal's two days, three sessions: (the day, their numbers)."""
    world = World(5, "two days")
    world.place.ground("field")
    cab, sessions = world.cab(), []
    for day in (0, 1):
        shift = Shift(world, cab, "09:00", world.place.ring(), day=day, switch_on=day == 0)
        sessions += [shift.lesson(8).written.session for _ in range(2 - day)]
        shift.end()
    return world.day(), sessions


def test_late_and_lost_records_and_rules_of_their_day(conn: Connection, tmp_path: Path) -> None:
    """Records are late, other rules begin within a session: packs hold, but for what is not judged."""
    day, sessions = small_days()
    terminal = day.rows[0].terminal
    minutes = [row for row in day.rows if row.kind == fields.MINUTE]
    late = [minutes[3], minutes[-2]]
    stored(conn, day, [row for row in day.rows if row not in late])
    judge_all(conn)
    assert whole(conn, tmp_path) == 3
    assert json.loads(unpacked(build(conn, WHO, terminal, sessions[0], folder=tmp_path))["session.json"])[
        "absent"
    ]
    rule_layers.load(conn, "x.toml", LAYER)
    judge_all(conn)
    versions = [
        json.loads(unpacked(build(conn, WHO, terminal, session, folder=tmp_path))["rules.json"])["in_force"]
        for session in (sessions[0], sessions[-1])
    ]
    assert [len(some) for some in versions] == [1, 2] and versions[0][0] in versions[1]
    add(conn, late)
    with pytest.raises(PackRefused) as refused:
        build(conn, WHO, terminal, sessions[0], folder=tmp_path)
    assert refused.value.code == "judge_first"
    judge_all(conn)
    assert whole(conn, tmp_path) == 3
