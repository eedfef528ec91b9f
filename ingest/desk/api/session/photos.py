"""Photos of faces; every one that is shown leaves an entry in the audit log."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query
from fastapi.responses import Response

from ingest.casework.session import photo_view
from ingest.desk.kernel.access import allow
from ingest.desk.kernel.actor import ROLES, Actor
from ingest.desk.kernel.faults import not_found
from ingest.desk.kernel.numbers import Number16
from ingest.desk.kernel.router import Db, api_router

router = api_router("photos")


@router.get(
    "/photos/{digest}",
    summary="A photo",
    response_class=Response,
    responses={200: {"content": {"image/jpeg": {}}}},
)
def show_photo(
    actor: Annotated[Actor, allow(*ROLES, scope="read")],
    conn: Db,
    digest: Annotated[str, Path(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the photo.")],
    terminal: Annotated[Number16, Query(description="The terminal that took it.")],
) -> Response:
    """The JPEG. That it was looked at is written down (face_viewed). 查看照片，查看行为记入审计日志。"""
    data = photo_view.look(conn, actor.who, int(terminal), bytes.fromhex(digest), actor.only_school)
    if data is None:
        raise not_found()
    return Response(data, media_type="image/jpeg", headers={"content-disposition": "inline"})
