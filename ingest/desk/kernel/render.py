"""Pages: a template, the actor's language, and what every page shows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from ingest.desk.kernel import texts
from ingest.desk.kernel.actor import AUDITOR, INSPECTOR, ROLES, SCHOOL, SUPERVISOR, Actor

FOLDER = Path(__file__).parent.parent / "templates"
LANGUAGE_COOKIE = "hf_lang"
NAVIGATION = (
    ("/", "kernel.nav.queue", ROLES),
    ("/live", "kernel.nav.live", ROLES),
    ("/numbers", "kernel.nav.numbers", ROLES),
    ("/audits", "kernel.nav.audits", ROLES),
    ("/audit-log", "kernel.nav.audit_log", (SUPERVISOR, AUDITOR)),
    ("/accounts", "kernel.nav.accounts", (SUPERVISOR,)),
)
"""(path, text, roles that see it) of the pages in the head of every page."""
__all__ = ["AUDITOR", "INSPECTOR", "SCHOOL", "SUPERVISOR", "language_of", "local", "page", "zone"]


def page(
    request: Request,
    template: str,
    actor: Actor | None = None,
    *,
    script_texts: tuple[str, ...] = (),
    status: int = 200,
    **context: Any,
) -> HTMLResponse:
    """A rendered page. script_texts: prefixes of the texts that the page's scripts need."""
    language = language_of(request, actor)
    known = texts.shipped()
    for_scripts: dict[str, str] = {}
    for prefix in ("kernel.script", *script_texts):
        for_scripts.update(known.below(prefix, language))
    body = (
        _environment()
        .get_template(template)
        .render(
            actor=actor,
            csrf=None if actor is None else actor.csrf,
            for_scripts=for_scripts,
            language=language,
            navigation=[(path, key) for path, key, roles in NAVIGATION if actor and actor.role in roles],
            path=request.url.path,
            query=request.url.query,
            settings=request.app.state.desk.settings,
            t=partial(_say, known, language),
            **context,
        )
    )
    return HTMLResponse(body, status_code=status)


def language_of(request: Request, actor: Actor | None = None) -> str:
    """zh or en: the cookie's, else the account's, else the browser's first."""
    asked = request.cookies.get(LANGUAGE_COOKIE)
    if asked in texts.LANGUAGES:
        return asked
    if actor is not None:
        return actor.language
    return "en" if request.headers.get("accept-language", "").lower().startswith("en") else "zh"


def local(instant: datetime | None, utc_offset_min: int) -> str:
    """An instant in a ground's zone, always with the zone: 2026-11-22 14:05 UTC+08:00."""
    if instant is None:
        return "–"
    shown = instant.astimezone(UTC) + timedelta(minutes=utc_offset_min)
    return f"{shown:%Y-%m-%d %H:%M} {zone(utc_offset_min)}"


def zone(utc_offset_min: int) -> str:
    """UTC+08:00."""
    sign = "-" if utc_offset_min < 0 else "+"
    hours, minutes = divmod(abs(utc_offset_min), 60)
    return f"UTC{sign}{hours:02d}:{minutes:02d}"


def _say(known: texts.Texts, language: str, key: str, **values: Any) -> str:
    return known.say(key, language, **values)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["local"] = local
    environment.filters["number16"] = lambda number: f"{number:016d}"
    return environment
