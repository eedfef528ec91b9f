"""A scene with all that a pack can hold: one trainee in two cars, photos, a suspicion, decisions."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from firmware.wire import records as wire
from ingest.decisions.kinds import Decision
from ingest.decisions.overlay import decided_minutes, judged_digest
from ingest.judge.suspicions import SCORES_REPEATED, Suspicions
from ingest.judging.run import judge_all
from ingest.store import photos, suspicions
from ingest.store.connection import Connection
from ingest.store.desk.deciding import decisions, overlay
from ingest.store.desk.deciding.decisions import NewDecision
from simulators.worlds.shift import Shift
from simulators.worlds.world import World
from tests.ingest.pack.days import stored

MINUTES = 8


@dataclass(frozen=True)
class Scene:
    """The session with decisions, one of the same terminal after it, and its instructor's other car."""

    terminal: int
    session: int
    next_session: int
    other: int
    other_session: int
    school: int
    trainee: int


def picture(utc_s: int, role: int) -> bytes:
    """A photo's bytes: enough of a JPEG for the store."""
    return photos.JPEG + b"%d %d" % (utc_s, role)


def _digest(utc_s: int, role: int) -> bytes:
    return hashlib.sha256(picture(utc_s, role)).digest()


def play(conn: Connection) -> Scene:
    """Play and judge it, suspect one session, decide it."""
    world = World(3, "pack")
    world.place.ground("field")
    trainee = world.trainee()
    first = Shift(world, world.cab(), "08:00", world.place.ring())
    first.lesson(MINUTES, trainee)
    first.lesson(MINUTES)
    first.end()
    second = Shift(world, world.cab(), "08:03", world.place.ring())
    lesson = second.lesson(MINUTES, trainee, photo=_digest)
    later = second.lesson(MINUTES)
    second.end()
    stored(conn, world.day())
    scene = Scene(
        second.cab.terminal,
        lesson.written.session,
        later.written.session,
        first.cab.terminal,
        conn.execute("SELECT min(session) FROM evidence WHERE session > 0").fetchone()[0],  # type: ignore[index]
        world.school,
        trainee,
    )
    judge_all(conn)
    _suspect(conn, scene)
    judge_all(conn)
    _take_pictures(conn, scene)
    return scene


def _suspect(conn: Connection, scene: Scene) -> None:
    minutes = conn.execute(
        "SELECT min(minute), max(minute) FROM verdict WHERE terminal = %s AND session = %s",
        (scene.terminal, scene.session),
    ).fetchone()
    assert minutes is not None
    other = (scene.other, scene.other_session)
    row = (scene.terminal, scene.session, SCORES_REPEATED, 990, *minutes, *other)
    rows = Suspicions.of_rows([row])
    suspicions.replace(conn, [row[:2]], rows, [{"scores": 12}], "test", [SCORES_REPEATED])


def _take_pictures(conn: Connection, scene: Scene) -> None:
    """Pictures for the photos that the session's records name, as far as they are ours."""
    rows = conn.execute(
        "SELECT seq, record FROM evidence WHERE terminal = %s ORDER BY seq", (scene.terminal,)
    ).fetchall()
    ours = {_digest(at_s, role): picture(at_s, role) for at_s, role in _moments(rows)}
    named = [
        photos.Named(scene.terminal, seq, digest, 0)
        for seq, record in rows
        for digest in ours
        if digest in bytes(record)
    ]
    photos.name(conn, named)
    for one in named:
        data = ours[one.digest]
        with conn.transaction():
            photos.take(conn, scene.terminal, one.digest, len(data), 0, data)


def _moments(rows: list[tuple[int, bytes]]) -> list[tuple[int, int]]:
    times = {wire.decode(bytes(record))["utc_s"] for _, record in rows}
    return [(at_s + away, role) for at_s in times for away in range(-90, 91) for role in (1, 2)]


def decide(conn: Connection, scene: Scene) -> tuple[int, int]:
    """An inspector restores three minutes, a supervisor refuses one of them; (their accounts)."""
    accounts = []
    for name, role in (("li", "inspector"), ("wang", "supervisor")):
        row = conn.execute(
            "INSERT INTO account (name, role) VALUES (%s, %s) RETURNING id", (name, role)
        ).fetchone()
        assert row is not None
        accounts.append(row[0])
    key = (scene.terminal, scene.session)
    minutes = overlay.minutes(conn, [key])[key]
    judged = judged_digest((one.minute, one.machine_verdict) for one in minutes)
    some = [one.minute for one in minutes[:3]]
    for layer, kind, account, accepts, refuses, cause in (
        (2, "restore", accounts[0], some, [], "face_is_right"),
        (3, "refuse", accounts[1], [], some[:1], "not_driving"),
    ):
        new = NewDecision(
            *key,
            layer,
            kind,
            account,
            accepts,
            refuses,
            chosen="",
            cause=cause,
            words="看过照片",
            undoes=0,
            proposed_by=0,
            bulk="",
            judged=judged,
            judged_under="test",
        )
        with conn.transaction():
            decisions.add(conn, [new])
            lay(conn, key)
    row = conn.execute(
        "INSERT INTO appeal (terminal, session, account) VALUES (%s, %s, %s) RETURNING id",
        (*key, accounts[0]),
    ).fetchone()
    assert row is not None
    conn.execute(
        "INSERT INTO appeal_entry (appeal, account, words) VALUES (%s, %s, %s)", (row[0], accounts[0], "申诉")
    )
    return accounts[0], accounts[1]


def lay(conn: Connection, key: tuple[int, int]) -> None:
    """Bring decided minutes and ledger up to the session's decisions."""
    rows = decisions.of_sessions(conn, [key])[key]
    told = [
        Decision(r.id, r.layer, r.kind, r.account, tuple(r.accepts), tuple(r.refuses), r.undoes) for r in rows
    ]
    overlay.lay(conn, {key: decided_minutes(told)}, {})
    overlay.settle(conn, [key])
