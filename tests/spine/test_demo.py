"""The whole spine, once for real: firmware on MicroPython, broker, ingest, PostgreSQL, judge, ledger."""

import json
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ingest.cli.app import main
from tests.ingest.receive.services import until

ROOT = Path(__file__).resolve().parents[2]
MARK = "HOURFENCE_TEST_MARK"
GONE_LIMIT_S = 60.0
DAY = ("--cars", "5", "--hours", "1", "--seed", "11")


def command(out: Path, *options: str) -> list[str]:
    return [sys.executable, "-m", "ingest.cli", "demo", "--out", str(out), *options]


def environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HOURFENCE_")}
    return {**kept, "PYTHONPATH": str(ROOT), **more}


def run(out: Path, *options: str) -> dict[str, Any]:
    done = subprocess.run(
        command(out, *options), capture_output=True, text=True, timeout=300, env=environment(), check=False
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    report: dict[str, Any] = json.loads((out / "report.json").read_text())
    return report


def marked(mark: str) -> list[int]:
    """Processes that inherited our mark."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                if f"{MARK}={mark}".encode() in (folder / "environ").read_bytes():
                    found.append(int(folder.name))
            except OSError:
                continue
    return found


@pytest.fixture(scope="module")
def day(micropython: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Five cars, an hour: fence left, wrong face, parked, and a replayed envelope."""
    return run(tmp_path_factory.mktemp("day"), *DAY)


def test_every_minute_is_judged_as_the_simulator_knows_it(day: dict[str, Any]) -> None:
    assert len(day["sessions"]) >= 5
    for session in day["sessions"]:
        verdicts = ("minutes_accepted", "minutes_refused", "minutes_unsure")
        assert sum(session[name] for name in verdicts) == session["minutes_recorded"] > 10
        assert session["minutes_accepted"] == session["credited_minutes"] == session["expected_accepted"]
    reasons = {name for session in day["sessions"] for name in session["reasons"]}
    assert {"OUT_OF_FENCE", "FACE_MISMATCH_TRAINEE", "PARKED", "ENGINE_OFF"} <= reasons


def test_nothing_is_lost_and_nothing_invented(day: dict[str, Any]) -> None:
    totals = day["totals"]
    assert totals["records_written"] == totals["receipted"] == totals["stored"] == totals["judged"] > 200
    assert totals["received"] == totals["stored_of_all"] + totals["duplicates"] + totals["quarantined"]
    assert totals["fixes"] > 10_000


def test_the_same_seed_gives_the_same_verdicts(day: dict[str, Any], tmp_path: Path) -> None:
    again = run(tmp_path, *DAY)
    assert again["sessions"] == day["sessions"]


def test_another_seed_gives_another_day(day: dict[str, Any], tmp_path: Path) -> None:
    other = run(tmp_path, "--cars", "2", "--hours", "0.5", "--seed", "12")
    assert other["totals"]["records_written"] != day["totals"]["records_written"]
    assert [s["minutes_accepted"] for s in other["sessions"]] == [
        s["expected_accepted"] for s in other["sessions"]
    ]


def loads(demo: subprocess.Popen[bytes], out: Path) -> bool:
    """Its modules are loaded, no longer only Python's own."""
    return "psycopg" in Path(f"/proc/{demo.pid}/maps").read_text()


def starts(demo: subprocess.Popen[bytes], out: Path) -> bool:
    """Its parts are started, the database first."""
    return (out / "run" / "postgres").exists()


def drives(demo: subprocess.Popen[bytes], out: Path) -> bool:
    """Its terminals are driven about and record."""
    logs = list(out.glob("run/terminals/*/terminal.log"))
    return bool(logs) and all("Training." in log.read_text(errors="replace") for log in logs)


Moment = Callable[[subprocess.Popen[bytes], Path], bool]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda n: n.name)
@pytest.mark.parametrize("moment", [loads, starts, drives], ids=lambda one: one.__name__)
def test_an_interrupted_demo_leaves_nothing_behind(
    micropython: Path, tmp_path: Path, number: signal.Signals, moment: Moment
) -> None:
    mark = uuid.uuid4().hex
    demo = subprocess.Popen(
        command(tmp_path, "--cars", "3", "--hours", "1"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=environment(**{MARK: mark}),
    )
    until(lambda: moment(demo, tmp_path), f"a demo that {moment.__name__}")
    assert demo.poll() is None
    demo.send_signal(number)
    assert demo.wait(GONE_LIMIT_S) != 0
    until(lambda: marked(mark) == [], "every child to end")
    if number != signal.SIGKILL:
        assert list(tmp_path.glob("run")) == []
    stderr = demo.stderr.read().decode() if demo.stderr else ""
    assert "Traceback" not in stderr, stderr


def test_a_second_run_works_after_a_killed_one(micropython: Path, tmp_path: Path) -> None:
    demo = subprocess.Popen(
        command(tmp_path), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment()
    )
    until(lambda: drives(demo, tmp_path), "a demo that drives")
    demo.kill()
    demo.wait()
    assert run(tmp_path, "--cars", "1", "--hours", "0.5")["totals"]["judged"] > 20


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--fence", "x.geojson"], "--fence goes with --trace"),
        (["--trace", "nowhere.gpx"], "nowhere.gpx"),
        (["--scenario", "nowhere.toml"], "nowhere.toml"),
        (["--cars", "0"], "cars: 0"),
        (["--hours", "0.01"], "hours: 0.01"),
    ],
)
def test_wrong_options_are_one_sentence_and_exit_code_2(
    options: list[str],
    sentence: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in set(os.environ) - set(environment()):
        monkeypatch.delenv(name)
    monkeypatch.setattr(sys, "argv", ["hourfence", *command(tmp_path, *options)[3:]])
    with pytest.raises(SystemExit) as ended:
        main()
    said = capsys.readouterr().err
    assert ended.value.code == 2
    assert sentence in said and len(said.strip().splitlines()) == 1


def test_broken_surroundings_are_one_sentence_and_exit_code_2(tmp_path: Path) -> None:
    for name, value in (("HOURFENCE_MQTT_URL", "http://x"), ("HOURFENCE_DATABASE_URL", "mysql://x/y")):
        done = subprocess.run(
            command(tmp_path),
            capture_output=True,
            text=True,
            timeout=120,
            env=environment(**{name: value}),
            check=False,
        )
        assert done.returncode == 2
        assert name in done.stderr and len(done.stderr.strip().splitlines()) == 1
