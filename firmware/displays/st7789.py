"""ST7789 colour display on SPI, on which the 128 by 64 dots stand enlarged in two colours.

Source: Sitronix ST7789V datasheet, version 1.6, section 9 (commands). dc tells commands (0) from data (1).
"""

import time

DOTS_WIDE = 128
DOTS_HIGH = 64
_SLEEP_OUT = 0x11
_NORMAL = 0x13
_INVERSION_ON = 0x21
_DISPLAY_ON = 0x29
_COLUMNS = 0x2A
_ROWS = 0x2B
_WRITE = 0x2C
_DIRECTION = 0x36
_PIXELS = 0x3A
_RESET = 0x01


class St7789:
    """spi has write(bytes); cs and dc are called with 0 or 1, as machine.Pin.

    width, height: of the glass in the direction it is mounted; direction: MADCTL (0x60 landscape);
    left, top: where the glass begins in the controller's memory. ink, ground: RGB565, two bytes each.
    """

    def __init__(
        self, spi, cs, dc, width, height, direction=0x60, left=0, top=0, ink=b"\xff\xff", ground=b"\x00\x00"
    ):
        self._spi = spi
        self._cs = cs
        self._dc = dc
        self._scale = min(width // DOTS_WIDE, height // DOTS_HIGH)
        if not self._scale:
            raise ValueError("st7789: %d by %d dots are too few for the screens" % (width, height))
        self._ink = ink * self._scale
        self._ground = ground * self._scale
        self._left = left + (width - DOTS_WIDE * self._scale) // 2
        self._top = top + (height - DOTS_HIGH * self._scale) // 2
        self._line = bytearray(DOTS_WIDE * self._scale * 2)
        self._shown = bytearray(DOTS_WIDE * DOTS_HIGH // 8)
        self._start(direction, width, height, left, top, ground)

    def _start(self, direction, width, height, left, top, ground):
        self._command(_RESET)
        time.sleep_ms(150)
        self._command(_SLEEP_OUT)
        time.sleep_ms(120)
        self._command(_PIXELS, b"\x55")
        self._command(_DIRECTION, bytes([direction]))
        self._command(_INVERSION_ON)
        self._command(_NORMAL)
        self._window(left, top, width, height)
        row = ground * width
        for _ in range(height):
            self._data(row)
        self._command(_DISPLAY_ON)

    def show(self, buffer):
        """Bring the 128 by 64 dots (MONO_VLSB) to the glass; only what has changed, 8 rows at a time."""
        view = memoryview(buffer)
        shown = memoryview(self._shown)
        for start in range(0, len(buffer), DOTS_WIDE):
            end = start + DOTS_WIDE
            if view[start:end] != shown[start:end]:
                self._page(view[start:end], start // DOTS_WIDE)
                shown[start:end] = view[start:end]

    def _page(self, dots, page):
        scale = self._scale
        size = 2 * scale
        self._window(self._left, self._top + page * 8 * scale, DOTS_WIDE * scale, 8 * scale)
        line = self._line
        for bit in range(8):
            at = 0
            for column in dots:
                line[at : at + size] = self._ink if column >> bit & 1 else self._ground
                at += size
            for _ in range(scale):
                self._data(line)

    def _window(self, left, top, width, height):
        for command, first, last in ((_COLUMNS, left, left + width - 1), (_ROWS, top, top + height - 1)):
            self._command(command, bytes([first >> 8, first & 255, last >> 8, last & 255]))
        self._command(_WRITE)

    def _command(self, command, data=b""):
        self._cs(0)
        self._dc(0)
        self._spi.write(bytes([command]))
        self._cs(1)
        if data:
            self._data(data)

    def _data(self, data):
        self._cs(0)
        self._dc(1)
        self._spi.write(data)
        self._cs(1)
