"""What runs on this machine, read from /proc."""

import os
import time
from pathlib import Path


def working_in(folder: Path) -> set[int]:
    """Processes (zombies left out) whose command line or working folder names ``folder``."""
    found = set()
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            state = (entry / "stat").read_text().rpartition(")")[2].split()[0]
            command = (entry / "cmdline").read_bytes()
            cwd = os.readlink(entry / "cwd")
        except OSError:
            continue
        if state not in "ZX" and (os.fsencode(folder) in command or Path(cwd).is_relative_to(folder)):
            found.add(int(entry.name))
    return found


def wait_until_none(folder: Path, limit_s: float = 60.0) -> set[int]:
    """What still runs in ``folder`` after at most ``limit_s``; normally nothing, long before."""
    deadline = time.monotonic() + limit_s
    while (left := working_in(folder)) and time.monotonic() < deadline:
        time.sleep(0.02)
    return left


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def account_of(pid: int) -> tuple[int, list[int]]:
    """(effective user, supplementary groups)."""
    lines = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return int(lines["Uid"].split()[1]), [int(group) for group in lines["Groups"].split()]
