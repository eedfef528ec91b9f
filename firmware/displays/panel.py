"""Draws placed texts as dots: 128 by 64, glyphs of 8 or 16 by 16, at scale 1 or 2."""

import framebuf

from firmware.displays.glyphs_ascii import ASCII
from firmware.displays.glyphs_han import HAN, SHAPES

WIDTH = 128
HEIGHT = 64
_CELL = 8
_LINE = 16


class Panel:
    """driver.show(buffer) brings the dots to the glass: 1024 bytes, a byte is 8 dots down (MONO_VLSB)."""

    def __init__(self, driver):
        self._driver = driver
        self.buffer = bytearray(WIDTH * HEIGHT // 8)
        self._dots = framebuf.FrameBuffer(self.buffer, WIDTH, HEIGHT, framebuf.MONO_VLSB)
        # One glyph at a time is copied here: framebuf takes no read-only memory.
        self._glyph = bytearray(2 * _LINE)
        self._narrow = framebuf.FrameBuffer(self._glyph, 8, _LINE, framebuf.MONO_HLSB)
        self._wide = framebuf.FrameBuffer(self._glyph, 16, _LINE, framebuf.MONO_HLSB)

    def draw(self, placed):
        """Draw a whole screen: (column, row, scale, text) each."""
        self._dots.fill(0)
        for column, row, scale, text in placed:
            x = column * _CELL
            for sign in text:
                x += self._sign(sign, x, row * _LINE, scale)
        self._driver.show(self.buffer)

    def _sign(self, sign, x, y, scale):
        """Draw one character; returns how wide it is."""
        width = self._take(sign)
        source = self._narrow if width == 8 else self._wide
        if scale == 1:
            self._dots.blit(source, x, y)
            return width
        for row in range(_LINE):
            for column in range(width):
                if source.pixel(column, row):
                    self._dots.fill_rect(x + column * scale, y + row * scale, scale, scale, 1)
        return width * scale

    def _take(self, sign):
        """Copy a character's glyph; returns its width. One without a glyph is a box."""
        code = ord(sign)
        if 32 <= code < 127:
            at = (code - 32) * _LINE
            self._glyph[:_LINE] = ASCII[at : at + _LINE]
            return 8
        place = HAN.find(sign)
        if place < 0:
            self._wide.fill(0)
            self._wide.rect(1, 1, 14, 14, 1)
            return 16
        at = place * 2 * _LINE
        self._glyph[:] = SHAPES[at : at + 2 * _LINE]
        return 16
