"""Notes that inspectors leave one another on a session. Nothing rests on them: no verdict, no credit."""

from __future__ import annotations

from typing import Any

from ingest.casework import audit
from ingest.casework.drawing import blind
from ingest.casework.session.read import moment
from ingest.casework.session.read import read as read_session
from ingest.casework.who import AUDITOR, INSPECTOR, SUPERVISOR, Who
from ingest.decisions.causes import plain_words
from ingest.decisions.refusals import DecisionRefused
from ingest.decisions.states import LEASED, NEW
from ingest.store.connection import Connection
from ingest.store.desk.session import notes as stored
from ingest.store.desk.session import view as session_view

WORDS_MAX = 1000
WRITERS = (SUPERVISOR, INSPECTOR)
READERS = (*WRITERS, AUDITOR)


def add(conn: Connection, who: Who, terminal: int, session: int, words: str) -> int:
    """Note something on a session (1..1000 characters) and in the audit log; the note's number. Raises
    DecisionRefused."""
    if who.role not in WRITERS:
        raise DecisionRefused("role_may_not", role=who.role)
    words = plain_words(words)
    if not 1 <= len(words) <= WORDS_MAX:
        raise DecisionRefused("note_length", length=len(words), most=WORDS_MAX)
    with conn.transaction():
        if session_view.head(conn, terminal, session) is None:
            raise DecisionRefused("no_such_session")
        number = stored.add(conn, terminal, session, who.account, words)
        details = {"note": number, "words": words}
        audit.note(conn, who, "note.add", f"session:{terminal:016d}/{session}", details)
        return number


def told(conn: Connection, who: Who, terminal: int, session: int) -> list[dict[str, Any]] | None:
    """The session's notes, oldest first; None where there is no such session.

    Of one that the random audit has drawn an inspector sees his own alone until it is decided: two people may
    be asked apart. Raises DecisionRefused."""
    if who.role not in READERS:
        raise DecisionRefused("role_may_not", role=who.role)
    read = read_session(conn, terminal, session, None)
    if read is None:
        return None
    is_new = read.head.drawn and read.head.state in (NEW, LEASED)
    is_own_alone = who.role == INSPECTOR and (is_new or blind.is_apart(conn, who, (terminal, session)))
    found = []
    for one in stored.of_session(conn, terminal, session):
        if is_own_alone and one.account != who.account:
            continue
        at = moment(int(one.at.timestamp()), read.offset_min)
        found.append({"id": one.id, "at": at, "name": one.name, "role": one.role, "words": one.words})
    return found
