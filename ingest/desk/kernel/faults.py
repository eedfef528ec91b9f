"""One error shape: {"error": {"code", "message": {"en", "zh"}, "details"}}."""

from __future__ import annotations

from typing import Any


class DeskFault(Exception):
    """An answer that is an error: HTTP status, stable code, one sentence in each language."""

    def __init__(self, status: int, code: str, english: str, chinese: str, **details: Any) -> None:
        super().__init__(english)
        self.status, self.code, self.english, self.chinese = status, code, english, chinese
        self.details = details

    def body(self) -> dict[str, Any]:
        """The JSON of the answer."""
        message = {"en": self.english, "zh": self.chinese}
        return {"error": {"code": self.code, "message": message, "details": self.details}}


def not_found() -> DeskFault:
    """What does not exist, or not for the one who asks."""
    return DeskFault(404, "not_found", "There is nothing here for you.", "此处没有您可查看的内容。")


def not_known() -> DeskFault:
    """Nobody is logged in."""
    return DeskFault(401, "not_logged_in", "Log in first.", "请先登录。")


def token_not_known() -> DeskFault:
    """A token came, and it is nobody's now."""
    return DeskFault(
        401,
        "token_unknown",
        "The token is not known, has expired or was revoked; make another.",
        "令牌无效、已过期或已撤销，请另建令牌。",
    )


def only_browser() -> DeskFault:
    """No token is good for this."""
    return DeskFault(
        403,
        "only_browser",
        "A token is not good for this; log in on the desk's pages.",
        "此操作不能使用令牌，请在监管台页面登录后进行。",
    )


def lacks_scope(scope: str) -> DeskFault:
    """The token is not good for this."""
    return DeskFault(
        403,
        "scope_missing",
        f"The token lacks the scope {scope}; make one that has it.",
        f"该令牌缺少权限范围 {scope}，请另建令牌。",
        scope=scope,
    )


def confirm_first() -> DeskFault:
    """A browser is logged in, and the password was given too long ago for this."""
    return DeskFault(
        403,
        "confirm_first",
        "Nothing was done: give your password first, to show that it is you.",
        "操作未执行：请先输入密码，确认是您本人。",
        confirm="/v1/account/confirm",
    )


def not_allowed() -> DeskFault:
    """The role is not enough."""
    return DeskFault(403, "not_allowed", "Your role does not allow this.", "您的角色无权进行此操作。")
