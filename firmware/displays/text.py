"""The screens on a text terminal: a serial VT100 display, or the terminal that the unix board runs in."""

COLUMNS = 16
ROWS = 4
_HOME = "\x1b[H"
_REST_OF_LINE = "\x1b[K\r\n"
_REST_OF_SCREEN = "\x1b[J"
# Lines below the screens scroll by themselves; the cursor stays with them.
_OWN_ROWS = "\x1b[2J\x1b[%dr\x1b[%dH" % (ROWS + 2, ROWS + 2)
_LEAVE = "\x1b7"
_COME_BACK = "\x1b8"


class TextScreen:
    """write(bytes) reaches the display. shared: other lines are printed on it too, below the screens."""

    def __init__(self, write, shared=False):
        self._write = write
        self._shared = shared
        if shared:
            write(_OWN_ROWS.encode())

    def draw(self, placed):
        """Draw a whole screen: (column, row, scale, text) each."""
        lines = [_line(placed, row) for row in range(ROWS)]
        frame = _HOME + _REST_OF_LINE.join(lines) + _REST_OF_LINE
        if self._shared:
            frame = _LEAVE + frame + _COME_BACK
        else:
            frame += _REST_OF_SCREEN
        self._write(frame.encode())


def _line(placed, row):
    """What stands in a row; a text of scale 2 stands in the upper of its rows, wide."""
    line = ""
    width = 0
    for column, at_row, scale, text in sorted(placed):
        if at_row != row:
            continue
        if column > width:
            line += " " * (column - width)
            width = column
        for sign in text:
            columns = 2 if ord(sign) >= 0x2E80 else 1
            line += sign
            if scale == 2:
                line += " " * columns
            width += columns * scale
    return line
