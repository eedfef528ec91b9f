"""The published hashes, and the lists and results that they are of, as plain text for everybody."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Path
from fastapi.responses import PlainTextResponse

from ingest.casework.published import published
from ingest.desk.api.drawing.audits import DayPath, file_of
from ingest.desk.kernel.access import for_everybody
from ingest.desk.kernel.router import Db, page_router

router = page_router()


@router.get("/published.txt", dependencies=[for_everybody()])
def show_published(conn: Db) -> PlainTextResponse:
    """Hashes of the random audit's lists and the audit log's head."""
    return PlainTextResponse(published(conn))


@router.get("/published/{day}/{file}.txt", dependencies=[for_everybody()])
def show_file(conn: Db, day: DayPath, file: Annotated[Literal["list", "drawn"], Path()]) -> PlainTextResponse:
    """A day's closed list, or what was drawn of it: anyone can derive the one from the other and the seed. It
    names schools, terminals and sessions by number, and no person."""
    answer = file_of(conn, day, file)
    # It never changes: a proxy may answer for the desk, which reads it whole each time.
    answer.headers["cache-control"] = "public, max-age=3600"
    return answer
