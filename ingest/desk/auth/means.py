"""What log-in and accounts work with: policy, hasher, clock, the client's address, refusals as answers."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Lock

from fastapi import FastAPI, Request

from ingest.casework.accounts.factor_keys import FactorKeys, KeyFault
from ingest.casework.accounts.faults import AccountFault
from ingest.casework.accounts.guessing import LogInRefused
from ingest.casework.accounts.log_in import Policy
from ingest.casework.accounts.passwords import Passwords
from ingest.desk.kernel.faults import DeskFault
from ingest.desk.kernel.settings import DeskSettings

log = logging.getLogger(__name__)

_MAKING = Lock()
_STATUS = {
    "no_such_account": 404,
    "no_such_token": 404,
    "no_such_browser": 404,
    "name_taken": 409,
    "last_supervisor": 409,
    "own_account": 409,
    "has_second_factor": 409,
}


def policy_of(settings: DeskSettings) -> Policy:
    """The settings as log-in needs them."""
    return Policy(
        idle=timedelta(minutes=settings.idle_min),
        longest=timedelta(hours=settings.session_h),
        second_factor=settings.second_factor,
    )


def passwords_of(app: FastAPI) -> Passwords:
    """The hasher of this application, made once; app.state.passwords may hold another one."""
    with _MAKING:
        if not hasattr(app.state, "passwords"):
            app.state.passwords = Passwords()
        found: Passwords = app.state.passwords
        return found


def keys_of(app: FastAPI) -> FactorKeys:
    """The keys of the second factors."""
    settings: DeskSettings = app.state.desk.settings
    return FactorKeys(settings.factor_key)


def now_of(app: FastAPI) -> datetime:
    """The time; app.state.clock may hold another clock."""
    clock: Callable[[], datetime] | None = getattr(app.state, "clock", None)
    return datetime.now(UTC) if clock is None else clock()


def address_of(request: Request) -> str:
    """Where the request came from, as the server (which knows its trusted proxy) has it."""
    return request.client.host if request.client else ""


@contextmanager
def refusals_told() -> Iterator[None]:
    """What casework refuses becomes an answer in the one error shape."""
    try:
        yield
    except AccountFault as fault:
        raise told(fault) from None
    except LogInRefused as refused:
        raise too_often(refused.wait_s or 1) from None
    except KeyFault as fault:
        raise key_away(fault) from None


def told(fault: AccountFault) -> DeskFault:
    """A refusal of casework as an answer."""
    return DeskFault(_STATUS.get(fault.code, 422), fault.code, fault.english, fault.chinese)


def key_away(fault: KeyFault) -> DeskFault:
    """The key of the second factors is not there: the log says where it should be, which is nobody else's."""
    log.error("%s", fault)
    return DeskFault(
        503,
        "second_factor_key",
        "The server lacks its key of the second factors; its operator finds in the log what to do.",
        "服务器缺少动态验证码密钥；请运维人员查看日志处理。",
    )


def too_often(wait_s: int) -> DeskFault:
    """Too many tries failed."""
    minutes = -(-wait_s // 60)
    return DeskFault(
        429,
        "too_many_tries",
        f"Too many tries failed; wait {minutes} min.",
        f"失败次数过多，请等待 {minutes} 分钟。",
        wait_s=wait_s,
    )


def not_from_here() -> DeskFault:
    """The kernel's answer to a form that another site sent."""
    return DeskFault(
        403,
        "csrf",
        "The page is too old or the request came from elsewhere; load the page again.",
        "页面已过期或请求来自其他网站，请重新载入页面。",
    )
