"""The soak's checks find what they look for: lost records, broken chains, time gone back, inventions."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from firmware.wire import fields, records
from ingest.cli.soak import check as soak
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
    assert "confirmed 1 times" in next(soak._confirmed(lived, day()[1:], soak.Finding(15)))


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
