"""How long to wait before the next try: longer each time, and drawn, so that terminals spread."""

_MASK = 0xFFFFFFFF


class Jitter:
    """Random numbers of one terminal: xorshift32, begun from the board's random and the terminal's number.

    Terminals whose boards all draw the same at power-on still differ by their numbers.
    """

    def __init__(self, terminal, random_below):
        mixed = (terminal ^ (terminal >> 32)) * 2654435761 + random_below(1 << 30) * 40503
        self._state = (mixed ^ (mixed >> 15)) & _MASK or 1
        for _ in range(8):
            self.below(2)

    def below(self, limit):
        """A random integer in 0..limit-1."""
        state = self._state
        state ^= state << 13 & _MASK
        state ^= state >> 17
        state ^= state << 5 & _MASK
        self._state = state
        return state % limit


class Backoff:
    """Exponential back-off with full jitter: each wait is drawn from 0 to a ceiling that doubles."""

    def __init__(self, jitter, patience_ms, first_s, max_s):
        self._jitter = jitter
        self._patience_ms = patience_ms
        self._first_s = first_s
        self._max_s = max_s
        self._ceiling_s = first_s

    def next_ms(self):
        """Milliseconds to wait now; the next ceiling is twice as high."""
        ceiling_ms = self._patience_ms(self._ceiling_s)
        self._ceiling_s = min(self._ceiling_s * 2, self._max_s)
        return self._jitter.below(ceiling_ms + 1)

    def reset(self):
        """It has worked: begin with the first ceiling again."""
        self._ceiling_s = self._first_s
