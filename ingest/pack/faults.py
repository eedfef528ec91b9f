"""What is wrong with a pack, in one sentence a language."""

from __future__ import annotations


class PackError(ValueError):
    """A pack that is not what it says it is. english, chinese: one sentence each."""

    def __init__(self, english: str, chinese: str) -> None:
        super().__init__(f"{english} {chinese}")
        self.english, self.chinese = english, chinese


def unreadable(name: str, why: object) -> PackError:
    """A file of a pack that does not hold what a pack holds there."""
    return PackError(
        f"{name} does not hold what a pack holds there ({why}); ask for the pack again.",
        f"{name} 的内容不是证据包应有的内容；请重新索取。",
    )
