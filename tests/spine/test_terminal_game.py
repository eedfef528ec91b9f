"""hourfence terminal, played for real: MicroPython, broker, ingest, PostgreSQL, judge, keyboard."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.spine.player import ROOT, Player, environment

pytestmark = pytest.mark.slow

READY = "(sat|星)17"
ROW = r"│ *"


def test_an_instructor_signs_in_trains_leaves_the_ground_and_signs_out(
    micropython: Path, tmp_path: Path
) -> None:
    with Player("--factor", "20", "--language", "en", "--out", str(tmp_path / "game")) as player:
        player.see(READY)
        player.see(ROW + "I instructor in")
        player.press("I")
        player.see(ROW + "T r a i n e e")
        player.see(ROW + "2 3 in   X out")
        player.press("2")
        player.see("counting")
        # 240 s counted are at least four recorded minutes, wherever in a minute they began.
        player.see(ROW + "4  counting")
        player.press("l")
        player.see(ROW + "outside ground!")
        # Two whole minutes further out, so that one of them has no doubt, however slow the machine.
        player.wait_car_s(120)
        player.press("l")
        player.see(ROW + "back on ground")
        player.press("e")
        player.see(ROW + r"\d  STOPPED")
        player.see(ROW + "engine is off")
        player.press("e")
        player.see(ROW + r"\d  counting")
        player.press("O")
        player.see(ROW + r"\d  counted")
        player.see(ROW + r"of \dmin")
        player.see("km all sent")
        player.press("X")
        player.see(ROW + "I instructor in")
        player.see("OUT_OF_FENCE")
        player.press("q")
        code, verdict = player.end()
    assert code == 0
    found = re.search(r"part 2: recorded 记录 (\d+)  accepted 有效 (\d+)  refused 无效 (\d+)", verdict)
    assert found, verdict
    recorded, accepted, refused = map(int, found.groups())
    assert recorded >= 4 and accepted >= 2 and refused >= 1, verdict
    assert "OUT_OF_FENCE" in verdict and "The car was outside the training ground." in verdict


def test_trouble_is_told_and_survived(micropython: Path, tmp_path: Path) -> None:
    with Player("--factor", "20", "--language", "zh", "--out", str(tmp_path / "game")) as player:
        player.see(READY)
        player.press("fI")
        player.see(ROW + "(人脸不符|人脸未登记)")
        player.press("f")
        player.see("trouble 故障: none")
        player.see(ROW + "I 教练员签到")
        player.press("cI")
        player.see(ROW + "(未检测到人脸|核验超时)")
        player.press("c")
        player.see("trouble 故障: none")
        player.press("I")
        player.see(ROW + "学  员")
        player.press("2")
        player.see(ROW + r"\d  计时中")
        player.press("n")
        player.see("NETWORK CUT")
        player.see(ROW + r"\d\d:\d\d 离线")
        player.see(ROW + "1  计时中")
        player.press("p")
        player.see("power off")
        player.see(ROW + r"\d\d:\d\d 离线")
        player.press("n")
        player.see(ROW + r"\d\d:\d\d 在线")
        player.see(ROW + r"\d  计时中")
        player.press("X")
        player.see(ROW + r"\d  已计时")
        player.see("已上传")
        player.see(ROW + "I 教练员签到")
        player.press("q")
        code, verdict = player.end()
    assert code == 0
    assert "part 2: recorded" in verdict


def started_for(folder: Path) -> list[str]:
    """Command lines of processes that name a folder."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
            except OSError:
                continue
            if str(folder) in line:
                found.append(line)
    return found


def test_ctrl_c_gives_the_window_back_and_leaves_nothing_behind(micropython: Path, tmp_path: Path) -> None:
    out = tmp_path / "game"
    with Player("--out", str(out)) as player:
        player.see(READY)
        assert any("settings.json" in line for line in started_for(out))
        player.interrupt()
        code, _ = player.end()
    assert code == 130
    assert player.all.count("\x1b[?1049h") == player.all.count("\x1b[?1049l") == 1
    assert player.all.endswith("\x1b[?1049l")
    assert started_for(out) == []
    assert [path.name for path in out.iterdir()] == ["logs"]


def test_a_language_that_is_none_is_refused(tmp_path: Path) -> None:
    done = run("--language", "fr", "--out", str(tmp_path))
    assert done.returncode == 2
    assert "--language fr: choose one of both, zh, en" in done.stderr


def test_without_a_keyboard_it_says_so(tmp_path: Path) -> None:
    done = run("--out", str(tmp_path))
    assert done.returncode == 2
    assert "run it in a terminal window" in done.stderr and "终端窗口" in done.stderr


def run(*options: str) -> subprocess.CompletedProcess[str]:
    """The command without a window."""
    return subprocess.run(
        [sys.executable, "-m", "ingest.cli", "terminal", *options],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        env=environment(),
        cwd=ROOT,
        check=False,
    )
