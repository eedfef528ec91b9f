"""How much heap the terminal lives on, told on the screen's lines."""

import gc


class HeapWatch:
    """Says how much heap is live, whenever it is more than ever before; every_ms 0: never looks."""

    def __init__(self, board, every_ms):
        self._board = board
        self._every_ms = every_ms
        self._next_ms = 0
        self._peak = 0

    def step(self):
        """Collect and look, if it is time; the collection makes the terminal slower."""
        if not self._every_ms or self._board.real_ms() < self._next_ms:
            return
        self._next_ms = self._board.real_ms() + self._every_ms
        gc.collect()
        live = gc.mem_alloc()
        if live > self._peak:
            self._peak = live
            self._board.print_line("heap live %d of %d bytes" % (live, live + gc.mem_free()))
