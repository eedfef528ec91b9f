"""Who a request is of: a browser's cookie or a program's token, never both."""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import Request, Response

from ingest.casework.accounts.guessing import KNOWN_FOR
from ingest.casework.accounts.log_in import csrf_of, is_confirmed, session_of
from ingest.casework.accounts.tokens import bearer_of
from ingest.desk.auth.means import address_of, not_from_here, now_of, policy_of
from ingest.desk.kernel.actor import Actor
from ingest.desk.kernel.faults import DeskFault
from ingest.desk.kernel.settings import DeskSettings
from ingest.store.desk.accounts.browser_sessions import Session

SAFE = ("GET", "HEAD", "OPTIONS")
COOKIE = "hourfence"
BROWSER_COOKIE = "hourfence-browser"
COOKIE_LONGEST = 100


def identify(request: Request) -> Actor | None:
    """The actor, None for nobody. Raises DeskFault for a cookie beside a token and for another site's form.

    Asked once a request; the answer is kept for the rest of it.
    """
    if not hasattr(request.state, "identified"):
        request.state.identified = _identify(request)
    found: Actor | None = request.state.identified
    return found


def cookie_of(request: Request) -> str | None:
    """The cookie of a browser's session, if there is one."""
    found = request.cookies.get(cookie_name(request.app.state.desk.settings))
    return found if found and len(found) <= COOKIE_LONGEST else None


def cookie_name(settings: DeskSettings, name: str = COOKIE) -> str:
    """By https a browser takes a __Host- cookie only from this very host, for all of it, Secure."""
    return "__Host-" + name if settings.https else name


def browser_of(request: Request) -> str:
    """The cookie of a browser that somebody logged in from before, or ''."""
    found = request.cookies.get(cookie_name(request.app.state.desk.settings, BROWSER_COOKIE), "")
    return found if len(found) <= COOKIE_LONGEST else ""


def give_browser_cookie(answer: Response, settings: DeskSettings, cookie: str) -> None:
    """By it a browser is known at the next log-in; it lets nobody in."""
    answer.set_cookie(
        cookie_name(settings, BROWSER_COOKIE),
        cookie,
        max_age=int(KNOWN_FOR.total_seconds()),
        httponly=True,
        samesite="strict",
        secure=settings.https,
        path="/",
    )


def give_cookie(answer: Response, settings: DeskSettings, cookie: str) -> None:
    """It lives as long as the browser; how long the session lives, the server says."""
    answer.set_cookie(
        cookie_name(settings), cookie, httponly=True, samesite="strict", secure=settings.https, path="/"
    )


def take_cookie(answer: Response, settings: DeskSettings) -> None:
    """Have the browser forget it."""
    answer.delete_cookie(
        cookie_name(settings), httponly=True, samesite="strict", secure=settings.https, path="/"
    )


def session_in(request: Request) -> tuple[str, Session] | None:
    """The cookie and its session, also one that is not whole; None for nobody."""
    cookie = cookie_of(request)
    if cookie is None:
        return None
    desk = request.app.state.desk
    with desk.pool.connection() as conn:
        session = session_of(conn, policy_of(desk.settings), cookie, now_of(request.app))
    return None if session is None else (cookie, session)


def check_origin(request: Request) -> None:
    """Raise DeskFault 403 for a request that a page of another site has sent."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        is_ours = site in ("same-origin", "none")
    else:
        origin = request.headers.get("origin")
        is_ours = origin is None or urlsplit(origin).netloc == request.headers.get("host")
    if not is_ours:
        raise not_from_here()


def _identify(request: Request) -> Actor | None:
    # Other kinds may be a proxy's.
    kind, _, text = request.headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer":
        return _by_token(request, text.strip())
    found = session_in(request)
    if found is None or not found[1].is_whole:
        return None
    cookie, session = found
    if request.method not in SAFE:
        check_origin(request)
    return Actor(
        session.account,
        session.name,
        session.role,
        session.school,
        session.language,
        address_of(request),
        None,
        csrf_of(cookie),
        is_confirmed=is_confirmed(policy_of(request.app.state.desk.settings), session, now_of(request.app)),
    )


def _by_token(request: Request, text: str) -> Actor | None:
    if cookie_of(request) is not None:
        raise DeskFault(
            400,
            "token_with_cookie",
            "Send a token or a cookie, not both.",
            "令牌与会话 Cookie 不能同时使用。",
        )
    with request.app.state.desk.pool.connection() as conn:
        found = bearer_of(conn, text, now_of(request.app))
    if found is None:
        return None
    return Actor(
        found.account,
        found.name,
        found.role,
        found.school,
        found.language,
        address_of(request),
        frozenset(found.scopes),
        token=found.token,
    )
