"""The language switch, and whether the desk is alive."""

from typing import Literal

from fastapi import Request
from fastapi.responses import RedirectResponse

from ingest.desk.kernel.access import for_everybody
from ingest.desk.kernel.paths import path_here
from ingest.desk.kernel.render import LANGUAGE_COOKIE
from ingest.desk.kernel.router import Db, page_router
from ingest.store.connection import answers

router = page_router()
_YEAR_S = 31_536_000


@router.get("/language/{language}", dependencies=[for_everybody()])
def choose(request: Request, language: Literal["zh", "en"], next: str = "/") -> RedirectResponse:
    """Remember the language in a cookie and go back. next: a path of this desk. A link or picture of another
    site changes nothing."""
    answer = RedirectResponse(path_here(next), 303)
    if request.headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
        return answer
    answer.set_cookie(
        LANGUAGE_COOKIE,
        language,
        max_age=_YEAR_S,
        httponly=True,
        samesite="strict",
        secure=request.app.state.desk.settings.https,
    )
    return answer


@router.get("/healthy", dependencies=[for_everybody()])
def healthy(conn: Db) -> dict[str, bool]:
    """Whether the desk answers and reaches its database."""
    answers(conn)
    return {"healthy": True}
