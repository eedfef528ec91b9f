"""The picture of the game: the terminal's screen, the car, the server, the keys."""

from __future__ import annotations

import shutil
import time
import unicodedata
from collections.abc import Sequence
from typing import TextIO

from ingest.cli.terminal.server import Known, reason_sentences, session_sentence
from ingest.cli.terminal.stage import Stage

COLUMNS = 18
KEYS = (
    "terminal 终端  I instructor in 教练签到     2 3 trainee in 学员签到",
    "               O trainee out 学员签退       X all out 全部签退",
    "car 车辆       e engine 点火/熄火           w s faster slower 加速减速",
    "               a d steer 转向               l leave/return 驶出/返回场地",
    "trouble 故障   f another face 换人          c cover camera 遮挡镜头",
    "               n network 断网/恢复          p power cut 断电",
    "               q quit and see the verdict 退出并查看判定",
)
OFF = ("", "     power off", "      已断电", "")
_OPEN = "\x1b[?1049h\x1b[?25l"
_CLOSE = "\x1b[?25h\x1b[?1049l"


def columns_of(text: str) -> int:
    """Columns a text takes in a terminal window."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def boxed(rows: Sequence[str]) -> list[str]:
    """The terminal's screen in a frame."""
    bar = "─" * (COLUMNS + 2)
    inner = [f"│ {row}{' ' * max(COLUMNS - columns_of(row), 0)} │" for row in rows]
    return [f"┌{bar}┐", *inner, f"└{bar}┘"]


def picture(stage: Stage, known: Known, said: str) -> list[str]:
    """All lines from top to bottom; said: the last line of the terminal's log."""
    rows = stage.glass.rows if stage.powered else OFF
    padded = [*rows, *[""] * (4 - len(rows))][:4]
    lines = [
        "hourfence terminal 计时终端",
        *boxed(padded),
        f"terminal 终端: {said}",
        _car(stage),
        _trouble(stage),
    ]
    lines += [
        f"server 服务器: {known.stored} records stored 已存记录, {known.quarantined} in quarantine 隔离"
    ]
    if known.fault:
        lines.append(f"  {known.fault}")
    lines += [f"  {session_sentence(row)}" for row in known.sessions[-3:]]
    lines += [f"    {sentence}" for sentence in reason_sentences(known.sessions[-3:])[:3]]
    return [*lines, "", *KEYS]


def _car(stage: Stage) -> str:
    car = stage.car
    clock = time.strftime("%H:%M:%S", time.gmtime(stage.cockpit.now_s + 8 * 3600))
    engine = "engine on 已点火" if car.engine else "ENGINE OFF 已熄火"
    way = "leaving the ground 驶出场地" if car.away else "round the ground 场内行驶"
    return f"car 车辆: {clock}  {engine}  {car.speed_kmh:.0f} km/h  {car.odometer_m / 1000:.2f} km  {way}"


def _trouble(stage: Stage) -> str:
    people = stage.people
    found = [
        "NETWORK CUT 网络中断" if not stage.link.is_up else "",
        "a stranger before the camera 他人面对镜头" if people.stranger else "",
        "camera covered 镜头遮挡" if people.covered else "",
    ]
    return "trouble 故障: " + ("; ".join(text for text in found if text) or "none 无")


def _cut(line: str, columns: int) -> str:
    while columns_of(line) > columns:
        line = line[:-1]
    return line


class Window:
    """Paints on the alternate screen of the terminal window; what was there before comes back on leaving."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._shown: list[str] = []

    def __enter__(self) -> Window:
        self._write(_OPEN)
        return self

    def __exit__(self, *_: object) -> None:
        self._write(_CLOSE)

    def paint(self, lines: list[str]) -> None:
        """Show these lines, cut to the window, if they are others than those shown."""
        columns, rows = shutil.get_terminal_size()
        lines = [_cut(line, columns - 1) for line in lines[: rows - 1]]
        if lines != self._shown:
            self._shown = lines
            self._write("\x1b[H" + "".join(f"{line}\x1b[K\n" for line in lines) + "\x1b[J")

    def _write(self, text: str) -> None:
        self._out.write(text)
        self._out.flush()
