"""The soak's checks find what they look for: lost records, broken chains, time gone back, inventions."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from firmware.wire import fields, records
from ingest.cli.soak import check as soak
from ingest.cli.soak.confirmations import confirmations, unrecorded
from simulators.fault_day import fault_day
from simulators.scenario import DEMO_DAY, load_scenario

PLAN, FAULTS = fault_day(load_scenario(DEMO_DAY), [15])
TERMINAL = PLAN.terminals[0]
SESSION = TERMINAL.sessions[0]


def header(seq: int, kind: int, utc_s: int) -> dict[str, Any]:
    return {"seq": seq, "kind": kind, "utc_s": utc_s, "boot": 1, "session": 0}


def day() -> list[dict[str, Any]]:
    """A sign-in, minutes until the first power cut, and what follows, as decoded records."""
    start_s = SESSION.start_s
    out = [{**header(1, fields.SIGN_IN, start_s), "role": 2, "person": SESSION.trainee, "session": 1}]
    cut_s = FAULTS[TERMINAL.number].power[0].at_s
    for minute in range(start_s // 60, cut_s // 60 + 1):
        seconds = [s for s in range(60) if start_s <= minute * 60 + s <= cut_s - 8]
        out.append(
            {
                **header(len(out) + 1, fields.MINUTE, minute * 60 + 60),
                "session": 1,
                "trainee": SESSION.trainee,
                "minute": minute,
                "fixes": [(second,) for second in seconds],
            }
        )
    return out


@pytest.fixture
def lived(tmp_path: Path) -> soak.Lived:
    log = tmp_path / "terminal.log"
    log.write_text(f"Trainee {SESSION.trainee:016d} signed in. Training. 学员\n", encoding="utf-8")
    faults = FAULTS[TERMINAL.number]
    first_cut_only = replace(faults, power=faults.power[:1], clock=())
    return soak.Lived(TERMINAL, first_cut_only, 4, 4, log)


def test_a_sound_day_has_nothing_against_it(lived: soak.Lived) -> None:
    decoded, finding = day(), soak.Finding(15)
    assert list(soak._conserved(lived, [1, 2, 3, 4])) == []
    assert list(soak._forward(decoded)) == []
    assert list(soak._not_invented(lived, decoded)) == []
    assert list(soak._confirmed(lived, decoded, finding)) == []
    assert list(soak._trace_kept(lived, decoded, finding)) == []
    assert finding.confirmed == 1 and finding.lost_s == 8


def test_a_lost_record_is_found(lived: soak.Lived) -> None:
    assert "missing [3]" in next(soak._conserved(lived, [1, 2, 4]))
    lived.receipted = 3
    assert "receipted 3" in next(soak._conserved(lived, [1, 2, 3, 4]))


def test_a_confirmed_sign_in_that_is_not_recorded_is_found(lived: soak.Lived) -> None:
    assert "not recorded after seq 0" in next(soak._confirmed(lived, day()[1:], soak.Finding(15)))


INSTRUCTOR = SESSION.instructor
IN, OUT = fields.SIGN_IN, fields.SIGN_OUT
SAID = (
    f"Instructor {INSTRUCTOR:016d} signed in. 教练员",
    f"Trainee {SESSION.trainee:016d} signed in. Training. 学员",
    "Trainee signed out: 3 minutes recorded. 学员已签退",
    "Instructor signed out. 教练员已签退",
)
OFF = "Engine off for long: the instructor was signed out. 熄火时间过长"
READY = "Ready. Instructor, sign in. 就绪，请教练员签到。"
LEFT_OPEN = "A session from long before the restart was closed. 重启前的培训已超时"


def recorded(*signs: tuple[int, int, int, int]) -> list[dict[str, Any]]:
    """(kind, role, person, how) as decoded records; each sign-out of a trainee after 3 minutes."""
    names = ("kind", "role", "person", "how")
    rows = [{**dict(zip(names, sign, strict=True)), "minutes": 3 if sign[1] == 2 else 0} for sign in signs]
    return [{**header(seq, row["kind"], seq), **row} for seq, row in enumerate(rows, 1)]


SIGNED = ((IN, 1, INSTRUCTOR, 0), (IN, 2, SESSION.trainee, 0))
HONEST = (*SIGNED, (OUT, 2, SESSION.trainee, 1), (OUT, 1, INSTRUCTOR, 1))


@pytest.mark.parametrize(
    ("lines", "signs", "lacking"),
    [
        (SAID, HONEST, 0),
        # The power went after the record and before the line.
        (SAID[:3], HONEST, 0),
        ((*SAID[:2], LEFT_OPEN), (*SIGNED, (OUT, 2, SESSION.trainee, 4), (OUT, 1, INSTRUCTOR, 4)), 0),
        ((*SAID[:3], OFF), (*SIGNED, (OUT, 2, SESSION.trainee, 3), (OUT, 1, INSTRUCTOR, 3)), 0),
        # The instructor stayed, the power went, and much later the engine had been off for long.
        ((*SAID[:3], READY, OFF), (*HONEST[:3], (OUT, 1, INSTRUCTOR, 3)), 0),
        # As many records, of other people.
        (SAID, ((IN, 1, 999, 0), (IN, 2, 888, 0), *HONEST[2:]), 2),
        # The sign-out by hand was lost; the restart made another one.
        (SAID[:3], (*SIGNED, (OUT, 2, SESSION.trainee, 4)), 1),
        (SAID, (*HONEST[:3], (OUT, 1, INSTRUCTOR, 3)), 1),
        # All there, the trainee before the instructor.
        (SAID[:2], tuple(reversed(SIGNED)), 1),
        # One record for two lines.
        ((*SAID, SAID[0]), HONEST, 1),
        (("Trainee signed out: 2 minutes recorded.",), HONEST, 1),
    ],
)
def test_each_confirmation_has_a_record_of_its_own(
    lived: soak.Lived,
    lines: tuple[str, ...],
    signs: tuple[tuple[int, int, int, int], ...],
    lacking: int,
) -> None:
    lived.log.write_text("\n".join(lines), encoding="utf-8")
    finding = soak.Finding(15)
    sentences = list(soak._confirmed(lived, recorded(*signs), finding))
    assert len(sentences) == lacking, sentences
    assert finding.confirmed == len(lines) - lines.count(READY)


@pytest.mark.parametrize(("said", "lacking"), [(2, 0), (3, 1), (7, 1)])
def test_after_a_restart_the_screen_tells_all_minutes_of_the_session(said: int, lacking: int) -> None:
    rows: list[dict[str, Any]] = [
        {"kind": fields.MINUTE, "session": 9, "seq": 1},
        {"kind": fields.MINUTE, "session": 9, "seq": 2},
        {"kind": fields.MINUTE, "session": 10, "seq": 3},
        {"kind": OUT, "role": 2, "how": 1, "session": 9, "minutes": 1, "seq": 4},
    ]
    lines = confirmations(f"Trainee signed out: {said} minutes recorded.")
    assert len(list(unrecorded(lines, rows))) == lacking


def test_a_broken_chain_is_found() -> None:
    one = {"kind": fields.DIAGNOSTIC, "terminal": 7, "boot": 1, "uptime_s": 1, "utc_s": 1, "clock": 3}
    body = {"code": 1, "state": 1, "value": 0}
    first = records.encode({**one, **body, "seq": 1, "prev": records.ZERO_DIGEST})
    second = records.encode({**one, **body, "seq": 2, "prev": records.digest(first)})
    assert list(soak._chained([first, second])) == []
    assert list(soak._chained([first, first])) != []


def test_time_that_goes_back_is_found() -> None:
    decoded = day()
    decoded[-1]["minute"] = decoded[1]["minute"]
    assert any("follows" in sentence for sentence in soak._forward(decoded))
    decoded = day()
    decoded[-1]["utc_s"] = decoded[0]["utc_s"] - 1
    assert any("back in time" in sentence for sentence in soak._forward(decoded))


def test_what_was_invented_is_found(lived: soak.Lived) -> None:
    decoded = day()
    decoded[0]["person"] = 1
    assert any("never there" in sentence for sentence in soak._not_invented(lived, decoded))
    assert any("not open" in sentence for sentence in soak._not_invented(lived, day()[1:]))


def test_a_lost_trace_is_found(lived: soak.Lived) -> None:
    decoded, finding = day()[:-1], soak.Finding(15)
    assert any("of trace lost" in sentence for sentence in soak._trace_kept(lived, decoded, finding))
