"""Why an act on accounts or tokens is refused, in both languages."""

from __future__ import annotations


class AccountFault(Exception):
    """A refusal: a stable code and one sentence in each language."""

    def __init__(self, code: str, english: str, chinese: str) -> None:
        super().__init__(english)
        self.code, self.english, self.chinese = code, english, chinese


def no_account() -> AccountFault:
    """There is none of that name or number."""
    return AccountFault(
        "no_such_account", "There is no such account; see the list.", "没有该账号，请查看账号列表。"
    )


def no_browser() -> AccountFault:
    """It was logged out, or is somebody else's."""
    return AccountFault(
        "no_such_browser",
        "No browser of yours has this number; see the list.",
        "没有该编号的浏览器登录，请查看列表。",
    )


def name_taken(name: str) -> AccountFault:
    """Names are unique, also those of disabled accounts."""
    return AccountFault(
        "name_taken",
        f"There is already an account {name}; choose another name.",
        f"账号 {name} 已存在，请换名。",
    )


def bad_name() -> AccountFault:
    """Names are simple enough to be typed and said."""
    return AccountFault(
        "bad_name",
        "An account's name has 2 to 40 of a-z, 0-9, dot, dash, underscore and begins with a letter or digit.",
        "账号名为 2 至 40 个字符，可用 a-z、0-9、点、横线和下划线，并以字母或数字开头。",
    )


def bad_school() -> AccountFault:
    """A school's account sees one school, the others none in particular."""
    return AccountFault(
        "bad_school",
        "The role school needs the school's number; the other roles have none.",
        "驾校角色必须填写驾校编号，其他角色不填。",
    )


def last_supervisor() -> AccountFault:
    """Somebody must be able to mend accounts."""
    return AccountFault(
        "last_supervisor",
        "This is the last active supervisor; make another one first.",
        "这是最后一个有效的监管员账号，请先设立另一个。",
    )


def own_account() -> AccountFault:
    """Nobody takes their own rights."""
    return AccountFault(
        "own_account",
        "Another supervisor must do this to your account.",
        "此操作须由另一位监管员对您的账号进行。",
    )


def wrong_password() -> AccountFault:
    """The present password, asked again before a change."""
    return AccountFault("wrong_password", "The present password is not right.", "当前密码不正确。")


def wrong_confirmation() -> AccountFault:
    """The password and the code, asked again before a grave act: which of them is wrong is not told."""
    return AccountFault(
        "wrong_confirmation",
        "The password or the code is not right. Each code works once.",
        "密码或验证码不正确。每个验证码只能使用一次。",
    )


def wrong_code() -> AccountFault:
    """A code of the second factor that does not fit, or did already once."""
    return AccountFault(
        "wrong_code",
        "The code is not right or was used before; wait for the next one.",
        "验证码不正确或已使用过，请等待下一个验证码。",
    )


def has_second_factor() -> AccountFault:
    """The second factor is replaced only after a supervisor has reset it."""
    return AccountFault(
        "has_second_factor",
        "This account already has a second factor; a supervisor can reset it.",
        "该账号已启用动态验证码，可由监管员重置。",
    )
