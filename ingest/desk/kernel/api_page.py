"""What /v1/openapi.json says beside the routes: how to log in, keys of writes, one error with a name."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from ingest.desk.kernel.access import BROWSER, SAFE, Allowed, allowed_of, routes_of
from ingest.desk.kernel.actor import ROLES
from ingest.desk.kernel.router import ERROR

VERSION = "0.1.0"
_WAYS = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "description": "An API token; x-scope says which scope it needs. Made by `hourfence account token`, "
        "or by its owner on the page Account.",
    },
    "browser": {
        "type": "apiKey",
        "in": "cookie",
        "name": "hourfence",
        "description": "The cookie that the log-in page sets (by https: __Host-hourfence); a write then "
        "carries the page's X-CSRF-Token.",
    },
}
_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 80, "pattern": "^[ -~]+$"},
    "description": "Of your making, one for each thing to be done: the same request again is answered as the "
    "first was (Idempotent-Replay: true) and done once. Kept for a week. 409 answer_lost: it was done, "
    "and its answer was lost; look how things stand.",
}
_ERROR_SAID = (
    "The one shape of every error. code: stable, for programs; message: one sentence in each language; "
    "details: values by name; of a request that is not as this page says `fields`, each with where and what."
)
_ERROR = {"$ref": "#/components/schemas/Error"}


class DeskApi(FastAPI):
    """An application whose OpenAPI document says all that a program must know."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            title="hourfence desk",
            version=VERSION,
            description="Everything the desk's pages do. 监管台页面的全部功能。 Every error has one shape; "
            "16-digit numbers are strings; lists are paged by the cursor `next`; writes take an "
            "Idempotency-Key. An account, and each token, may write and export so many times a minute; more "
            "gets 429 with Retry-After.",
            docs_url=None,
            redoc_url=None,
            openapi_url="/v1/openapi.json",
            **options,
        )

    def openapi(self) -> dict[str, Any]:
        """The document, made once."""
        if self.openapi_schema is None:
            page = super().openapi()
            page["components"]["schemas"]["Error"] = {**ERROR, "description": _ERROR_SAID}
            page["components"]["securitySchemes"] = _WAYS
            for route in routes_of(self.routes):
                allowed = allowed_of(route)
                for method in route.methods or ():
                    one = page["paths"].get(route.path, {}).get(method.lower())
                    if one is not None and allowed is not None:
                        _complete(one, method, allowed)
        return self.openapi_schema or {}


def _complete(one: dict[str, Any], method: str, allowed: Allowed) -> None:
    if allowed.roles:
        one["x-roles"] = [role for role in ROLES if role in allowed.roles]
        one["x-scope"] = allowed.scope
        if allowed.confirmed:
            one["x-confirmed"] = True
        one["security"] = [{"browser": []}] if allowed.scope == BROWSER else [{"token": []}, {"browser": []}]
    if method not in SAFE:
        one.setdefault("parameters", []).append(_KEY)
    for status, answer in one["responses"].items():
        if status >= "400":
            answer["content"] = {"application/json": {"schema": _ERROR}}
