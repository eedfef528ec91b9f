"""Who a request is of: a browser's cookie or a program's token."""

from fastapi import Request

from ingest.desk.kernel.actor import Actor


def identify(request: Request) -> Actor | None:
    """The actor, None for nobody."""
    return None
