"""From the gate to the ledger: a terminal with its own key pair, its heads, its clock, thinned minutes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from firmware.wire import records, topics
from firmware.wire.fields import FACE_CHECK, HEAD, MINUTE, SIGN_IN, SIGN_OUT, TIME
from ingest.judge import reasons
from ingest.judging.run import judge_all
from ingest.store import answers, registry, registry_file
from tests.ingest.judging.journal import COURSE, INSTRUCTOR, START, shuttle, the_registry
from tests.ingest.receive.conftest import Gate
from tests.ingest.receive.terminals import Terminal

NUMBER, TRAINEE = 7, 21
PAIR = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = PAIR.public_key().public_bytes_raw()
MINUTES = 6


class Car(Terminal):
    """A terminal on its ground; at_s is the time of its next record."""

    def __init__(self) -> None:
        super().__init__(NUMBER)
        self.key = bytes(32)
        self.at_s = START * 60

    def write(self, kind: int, **body: Any) -> bytes:
        head = {"utc_s": self.at_s, "uptime_s": self.at_s - START * 60}
        record = records.encode(self.header(kind) | head | body)
        self.records.append(record)
        return record

    def session(self, dated: bool = True, clock: int = 3) -> Car:
        when: dict[str, Any] = {} if dated else {"utc_s": 0, "clock": 0}
        face = {"moment": 1, "expected": 0, "outcome": 0, "face_id": 1, "score": 90, "photo": bytes([7] * 32)}
        for role, person in ((1, INSTRUCTOR), (2, TRAINEE)):
            self.write(FACE_CHECK, session=0, role=role, matched=person, **face, **when)
        seq = len(self.records) + 1
        who = {"instructor": INSTRUCTOR, "course": COURSE}
        self.write(SIGN_IN, session=seq, role=2, person=TRAINEE, face_id=1, online=1, **who, **when)
        drive = {
            "odometer_m": 1,
            "wheel_m": 300,
            "rpm_max": 1500,
            "ignition_s": 60,
            "counted_s": 57,
            "stops": 128,
        }
        for at in range(START, START + MINUTES):
            self.at_s = (at + 1) * 60
            minute = {"minute": at, "fixes": shuttle(0.0), "clock": clock}
            self.write(MINUTE, session=seq, trainee=TRAINEE, **minute, **drive, **who)
        out = {"how": 2, "minutes": MINUTES, "distance_m": 300 * MINUTES}
        self.write(SIGN_OUT, session=seq, role=2, person=TRAINEE, **out)
        return self

    def time(self, source: int = 3, ahead_s: int = 0) -> Car:
        uptime_ms = (self.at_s - START * 60) * 1000
        true = {"true_s": self.at_s - ahead_s, "true_ms": 0, "was_s": 0, "weeks": 0}
        self.write(TIME, uptime_ms=uptime_ms, source=source, **true)
        return self

    def sign(self, through: int) -> Car:
        head = records.digest(self.records[through - 1])
        signature = PAIR.sign(records.head_message(NUMBER, through, head))
        self.write(
            HEAD, through=through, head=head, key=hashlib.sha256(PUBLIC).digest()[:8], signature=signature
        )
        return self


@pytest.fixture
def gate(postgres_url: str) -> Iterator[Gate]:
    made = Gate(postgres_url)
    yield made
    made.close()


def register(gate: Gate, public_key: bytes | None = PUBLIC) -> None:
    document = the_registry()
    for entry in document["terminals"]:
        if int(entry["number"]) == NUMBER:
            entry["public_key_hex"] = None if public_key is None else public_key.hex()
    registry.load(gate.conn, registry_file.check(document, "test"))


def deliver(gate: Gate, car: Car, first: int, last: int) -> None:
    for seq in range(first, last + 1):
        gate.deliver((topics.up(NUMBER), car.payload(seq, seq)))


def verdicts(gate: Gate) -> list[tuple[int, list[int]]]:
    rows = gate.conn.execute("SELECT verdict, reasons FROM verdict ORDER BY minute").fetchall()
    return [(verdict, list(why)) for verdict, why in rows]


ACCEPTED: tuple[int, list[int]] = (0, [])
UNSIGNED = (2, [reasons.SIGNATURE_MISSING])


def test_minutes_wait_for_the_signature_and_are_credited_with_it(gate: Gate) -> None:
    register(gate)
    car = Car().session()
    deliver(gate, car, 1, len(car.records))
    assert judge_all(gate.conn).new_credit_entries == 0
    assert verdicts(gate) == [UNSIGNED] * MINUTES
    car.sign(6)
    deliver(gate, car, 11, 11)
    judge_all(gate.conn)
    assert verdicts(gate) == [ACCEPTED] * 3 + [UNSIGNED] * 3
    car.sign(10)
    deliver(gate, car, 12, 12)
    judge_all(gate.conn)
    assert verdicts(gate) == [ACCEPTED] * MINUTES
    assert gate.conn.execute("SELECT sum(minutes) FROM credit").fetchone() == (MINUTES,)
    states = gate.conn.execute(
        "SELECT terminal, seq, through, state FROM head_signature ORDER BY seq"
    ).fetchall()
    assert states == [(NUMBER, 11, 6, 0), (NUMBER, 12, 10, 0)]
    opinion = gate.conn.execute("SELECT DISTINCT counted_s, stops FROM verdict").fetchall()
    assert opinion == [(57, 128)]


def test_without_a_public_key_in_the_registry_none_is_asked_for(gate: Gate) -> None:
    register(gate, None)
    car = Car().session()
    deliver(gate, car, 1, len(car.records))
    judge_all(gate.conn)
    assert verdicts(gate) == [ACCEPTED] * MINUTES
    # The key registered later asks for it, taken away again it does not.
    register(gate)
    judge_all(gate.conn)
    assert verdicts(gate) == [UNSIGNED] * MINUTES
    register(gate, None)
    judge_all(gate.conn)
    assert verdicts(gate) == [ACCEPTED] * MINUTES


def test_hours_written_behind_the_desk_stay_unsigned(gate: Gate) -> None:
    """Somebody with the terminal's HMAC key puts a session in; the terminal's next head cannot cover it."""
    register(gate)
    invented = Car().session()
    deliver(gate, invented, 1, len(invented.records))
    honest = Car()
    honest.boot()
    honest.session().sign(len(honest.records))
    deliver(gate, honest, 1, len(honest.records))
    judge_all(gate.conn)
    assert verdicts(gate) == [UNSIGNED] * MINUTES
    assert gate.conn.execute("SELECT count(*) FROM credit").fetchone() == (0,)


def test_a_key_that_is_not_the_terminals_refuses(gate: Gate) -> None:
    register(gate, Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key().public_bytes_raw())
    car = Car().session()
    car.sign(len(car.records))
    deliver(gate, car, 1, len(car.records))
    judge_all(gate.conn)
    bad = (1, [reasons.SIGNATURE_BAD])
    assert verdicts(gate) == [bad] * (MINUTES - 1) + [(1, [reasons.SIGNATURE_BAD, reasons.RATIO_LOW])]
    assert gate.conn.execute("SELECT state FROM head_signature").fetchall() == [(2,)]


def test_thinned_minutes_are_judged_by_their_coarse_fixes(gate: Gate) -> None:
    register(gate)
    car = Car().session()
    car.sign(len(car.records))
    whole = list(car.records)
    car.records = [records.thin(record) or record if record[0] == MINUTE else record for record in whole]
    assert car.records != whole
    deliver(gate, car, 1, len(car.records))
    judged = judge_all(gate.conn)
    assert (judged.stored, judged.judged, judged.minutes) == (len(whole), len(whole), MINUTES)
    assert answers.fixes(gate.conn) == 12 * MINUTES
    assert verdicts(gate) == [ACCEPTED] * MINUTES


def test_a_sign_in_before_the_time_was_known_gets_it_from_the_boot(gate: Gate) -> None:
    register(gate, None)
    car = Car().session(dated=False).time()
    deliver(gate, car, 1, len(car.records) - 1)
    judge_all(gate.conn)
    refused = {reason for _, why in verdicts(gate) for reason in why}
    assert reasons.SESSION_UNKNOWN in refused
    deliver(gate, car, len(car.records), len(car.records))
    judge_all(gate.conn)
    assert verdicts(gate) == [ACCEPTED] * MINUTES


@pytest.mark.parametrize(("ahead_s", "expected"), [(30, ACCEPTED), (300, (2, [reasons.CLOCK_CONFLICT]))])
def test_minutes_by_a_clock_that_was_wrong_are_unsure(
    gate: Gate, ahead_s: int, expected: tuple[int, list[int]]
) -> None:
    register(gate, None)
    car = Car().session(clock=1).time(ahead_s=ahead_s)
    deliver(gate, car, 1, len(car.records))
    judge_all(gate.conn)
    assert verdicts(gate) == [expected] * MINUTES
