"""The published hashes, as plain text for everybody."""

from __future__ import annotations

from fastapi.responses import PlainTextResponse

from ingest.casework.published import published
from ingest.desk.kernel.access import for_everybody
from ingest.desk.kernel.router import Db, page_router

router = page_router()


@router.get("/published.txt", dependencies=[for_everybody()])
def show_published(conn: Db) -> PlainTextResponse:
    """Hashes of the random audit's lists and the audit log's head."""
    return PlainTextResponse(published(conn))
