"""Children: tied to their owner, ended by their own id, within a time limit."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from ingest.embedded import children

# Says that it is ready, so that the test does not signal it before it listens.
STUBBORN = """
import signal, time
for number in ({}):
    signal.signal(number, signal.SIG_IGN)
print("ready", flush=True)
time.sleep(300)
"""


def spawn_stubborn(folder: Path, *ignored: str) -> children.Child:
    said = folder / "said"
    code = STUBBORN.format("".join(f"signal.{name}, " for name in ignored))
    with open(said, "wb") as output:
        child = children.spawn([sys.executable, "-c", code], output=output)
    while not said.read_bytes():
        assert child.poll() is None
    return child


def test_stop_asks_first(tmp_path: Path) -> None:
    child = spawn_stubborn(tmp_path)
    assert children.stop(child) == -signal.SIGTERM
    assert children.stop(child) == -signal.SIGTERM


def test_stop_goes_on_to_the_next_signal_and_then_kills(tmp_path: Path) -> None:
    child = spawn_stubborn(tmp_path, "SIGTERM")
    assert children.stop(child, ((signal.SIGTERM, 0.2), (signal.SIGINT, 20.0))) in (-signal.SIGINT, 1)
    child = spawn_stubborn(tmp_path, "SIGTERM", "SIGINT")
    assert children.stop(child, ((signal.SIGTERM, 0.2), (signal.SIGINT, 0.2))) == -signal.SIGKILL


def test_a_child_outlives_the_thread_that_asked_for_it(tmp_path: Path) -> None:
    """The kernel's death signal follows the thread that forked."""
    made: list[children.Child] = []
    thread = threading.Thread(target=lambda: made.append(spawn_stubborn(tmp_path)))
    thread.start()
    thread.join()
    with pytest.raises(subprocess.TimeoutExpired):
        made[0].wait(0.5)
    assert children.stop(made[0]) == -signal.SIGTERM


def test_a_child_has_its_own_session(tmp_path: Path) -> None:
    """So that Ctrl-C reaches the owner only, which then ends its children in order."""
    child = spawn_stubborn(tmp_path)
    assert os.getsid(child.pid) == child.pid != os.getsid(0)
    children.stop(child)


def test_a_missing_program_is_the_callers_error() -> None:
    with pytest.raises(FileNotFoundError):
        children.spawn(["/nonexistent/program"])


def test_a_fork_of_the_owner_can_spawn_too() -> None:
    children.stop(children.spawn([sys.executable, "-c", "pass"]))
    pid = os.fork()
    if pid == 0:  # in the copy: no threads but this one
        try:
            status = children.spawn([sys.executable, "-c", "raise SystemExit(7)"]).wait(60)
        except BaseException:
            status = 1
        os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 7
