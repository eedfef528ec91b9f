"""What is refused about a draw, in both languages."""


class DrawError(ValueError):
    """A draw, list, seed or repeat that is refused. code: stable; en, zh: a sentence, what and what to do."""

    def __init__(self, code: str, en: str, zh: str) -> None:
        super().__init__(f"{en} {zh}")
        self.code, self.en, self.zh = code, en, zh
