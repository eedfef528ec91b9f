"""Why there is no pack, in both languages."""

from __future__ import annotations


class PackRefused(Exception):
    """No pack was made. code: stable; english, chinese: one sentence each."""

    def __init__(self, code: str, english: str, chinese: str) -> None:
        super().__init__(f"{english} {chinese}")
        self.code, self.english, self.chinese = code, english, chinese
        self.details: dict[str, object] = {}


def no_such_session() -> PackRefused:
    """Never recorded or judged; or not for the one who asks."""
    return PackRefused("no_such_session", "There is no such training session.", "没有该培训过程。")


def judge_first(why: str, chinese: str) -> PackRefused:
    """What is stored does not follow from the evidence as it is now."""
    return PackRefused(
        "judge_first",
        f"The stored verdicts do not follow from what is stored now; run `hourfence judge` first. {why}",
        f"已存判定与现有证据不符，请先运行 hourfence judge。{chinese}",
    )


def too_large() -> PackRefused:
    """More than a pack may hold."""
    return PackRefused(
        "too_large",
        "The pack would be larger than 64 MiB; ask for it without photos.",
        "证据包超过 64 MiB；请不含照片重新索取。",
    )
