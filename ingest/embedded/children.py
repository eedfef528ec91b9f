"""The one place where the embedded parts are started and ended.

A child started here lives in a session of its own (a Ctrl-C in the terminal window does not reach it) and
gets a death signal from the kernel when its owner ends, however that happens.
"""

import ctypes
import os
import pwd
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

PR_SET_PDEATHSIG = 1
Child = subprocess.Popen[bytes]

# Loaded before any fork: between fork and exec nothing may be imported.
_prctl: Any = ctypes.CDLL(None, use_errno=True).prctl if sys.platform == "linux" else None


class EmbeddedError(RuntimeError):
    """An embedded part did not start or stop; the text says which, where and what to do."""


@dataclass(frozen=True)
class Account:
    """The unprivileged account a child of root runs under."""

    uid: int
    gid: int


def unprivileged() -> Account | None:
    """``nobody`` when we are root, else None: stay who we are."""
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        return Account(65534, 65534)
    return Account(entry.pw_uid, entry.pw_gid)


def spawn(
    argv: Sequence[str | Path],
    *,
    account: Account | None = None,
    death_signal: int = signal.SIGKILL,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    output: IO[bytes] | int = subprocess.DEVNULL,
) -> Child:
    """Start a child that gets ``death_signal`` when this process ends. Raises OSError as Popen does."""
    owner = os.getpid()

    def tie_to_owner() -> None:
        # Runs after the change of user, which would clear the setting.
        if _prctl is not None:
            _prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
            if os.getppid() != owner:  # the owner ended before the setting took hold
                os._exit(1)

    def start() -> Child:
        identity: dict[str, Any] = {}
        if account is not None:
            identity = {"user": account.uid, "group": account.gid, "extra_groups": []}
        return subprocess.Popen(
            [str(part) for part in argv],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=cwd,
            env=None if env is None else dict(env),
            start_new_session=True,
            preexec_fn=tie_to_owner,
            **identity,
        )

    return _on_keeper_thread(start)


def stop(child: Child, steps: Sequence[tuple[int, float]] = ((signal.SIGTERM, 5.0),)) -> int:
    """End one child: each signal with its limit in seconds, then SIGKILL. Returns the exit status."""
    try:
        for number, limit_s in steps:
            if child.poll() is not None:
                break
            child.send_signal(number)
            try:
                child.wait(limit_s)
            except subprocess.TimeoutExpired:
                continue
    finally:
        if child.poll() is None:
            child.kill()
    return child.wait()


def exit_on_sigterm() -> None:
    """Make SIGTERM unwind like an exit, so that context managers clean up. Call from the main thread."""

    def leave(number: int, _frame: object) -> None:
        raise SystemExit(128 + number)

    signal.signal(signal.SIGTERM, leave)


# --- the keeper thread -------------------------------------------------------------------------------
# The kernel sends the death signal when the *thread* that forked ends, so every child is forked by one
# thread that lives as long as the process.

_Job = tuple[Callable[[], Child], "Future[Child]"]
_keeper_lock = threading.Lock()
_keeper_jobs: "queue.SimpleQueue[_Job] | None" = None
_keeper_owner = 0


def _on_keeper_thread(start: Callable[[], Child]) -> Child:
    global _keeper_jobs, _keeper_owner
    with _keeper_lock:
        if _keeper_jobs is None or _keeper_owner != os.getpid():  # a fork does not copy threads
            _keeper_jobs, _keeper_owner = queue.SimpleQueue(), os.getpid()
            threading.Thread(target=_keep, args=(_keeper_jobs,), name="children-keeper", daemon=True).start()
        jobs = _keeper_jobs
    future: Future[Child] = Future()
    jobs.put((start, future))
    return future.result()


def _keep(jobs: "queue.SimpleQueue[_Job]") -> None:
    while True:
        start, future = jobs.get()
        try:
            future.set_result(start())
        except BaseException as error:
            future.set_exception(error)
