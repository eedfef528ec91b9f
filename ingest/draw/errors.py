"""What is refused about a draw, in both languages."""


class DrawError(ValueError):
    """A draw, list, seed or repeat that is refused. code: stable; a sentence in each language."""

    def __init__(self, code: str, english: str, chinese: str) -> None:
        super().__init__(f"{english} {chinese}")
        self.code, self.english, self.chinese = code, english, chinese
