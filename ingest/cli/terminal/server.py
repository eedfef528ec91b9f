"""What the server has of this terminal, asked again and again beside the game."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import psycopg

from ingest.judge.reasons import REASONS
from ingest.judging.run import judge_all
from ingest.store import answers, conservation
from ingest.store.answers import SessionRow
from ingest.store.connection import Connection, StoreError, connect

EVERY_S = 2.0
SENTENCES = {name: (english, chinese) for _, name, _, english, chinese in REASONS}


@dataclass(frozen=True)
class Known:
    """Records stored and in quarantine, judged training sessions. fault: why nothing newer is known."""

    stored: int = 0
    quarantined: int = 0
    sessions: tuple[SessionRow, ...] = ()
    fault: str = ""


def ask(conn: Connection, terminal: int) -> Known:
    """Judge everything and read what there is of the terminal."""
    judge_all(conn)
    rows = tuple(row for row in answers.sessions(conn) if row.terminal == terminal)
    counts = conservation.read(conn)
    return Known(answers.stored_by_terminal(conn).get(terminal, 0), counts.quarantined, rows)


class ServerWatch:
    """Asks every other second in a thread of its own; `known` is the newest answer. close() ends it."""

    def __init__(self, database_url: str, terminal: int) -> None:
        self.known = Known()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(database_url, terminal), daemon=True)
        self._thread.start()

    def _run(self, database_url: str, terminal: int) -> None:
        try:
            with connect(database_url) as conn:
                while not self._stop.wait(EVERY_S):
                    self.known = ask(conn, terminal)
        except (psycopg.Error, StoreError) as fault:
            known = self.known
            self.known = Known(known.stored, known.quarantined, known.sessions, str(fault).splitlines()[0])

    def close(self) -> None:
        """Ask no more; returns when the last question is answered."""
        self._stop.set()
        self._thread.join(30.0)


def session_sentence(row: SessionRow) -> str:
    """One training session in a line, both languages."""
    return (
        f"part {row.part}: recorded 记录 {row.recorded}  accepted 有效 {row.accepted}  "
        f"refused 无效 {row.refused}  unsure 待定 {row.unsure}  credited 计入 {row.credited}"
    )


def reason_sentences(rows: tuple[SessionRow, ...]) -> list[str]:
    """Why minutes did not count: reason, minutes and its sentence, most minutes first."""
    minutes: dict[str, int] = {}
    for row in rows:
        for name, count in row.reasons.items():
            minutes[name] = minutes.get(name, 0) + count
    return [
        f"{name} × {count}: {' '.join(SENTENCES.get(name, ('', '')))}"
        for name, count in sorted(minutes.items(), key=lambda item: (-item[1], item[0]))
    ]
