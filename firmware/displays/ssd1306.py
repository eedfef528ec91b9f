"""SSD1306 OLED, 128 by 64 dots, on I2C. Source: Solomon Systech, SSD1306 datasheet, rev 1.1.

A transfer begins with a control byte: 0x00 commands follow, 0x40 display data follow (section 8.1.5).
"""

ADDRESS = 0x3C
PAGES = 8
PAGE = 128
# Commands of section 9 and 10, charge pump as in the application note at its end.
START = (
    b"\x00"
    b"\xae"  # display off
    b"\xd5\x80"  # clock: divide by 1, oscillator 8
    b"\xa8\x3f"  # multiplex ratio 64
    b"\xd3\x00"  # no display offset
    b"\x40"  # start line 0
    b"\x8d\x14"  # charge pump on
    b"\x20\x00"  # horizontal addressing
    b"\xa1"  # column 127 is segment 0
    b"\xc8"  # scan from COM63
    b"\xda\x12"  # COM pins: alternative, not remapped
    b"\x81\xcf"  # contrast
    b"\xd9\xf1"  # pre-charge 1 and 15 clocks
    b"\xdb\x40"  # VCOMH deselect level
    b"\xa4"  # show the memory
    b"\xa6"  # a set dot is lit
    b"\xaf"  # display on
)
_DATA = b"\x40"


class Ssd1306:
    """i2c has writeto(address, bytes) and writevto(address, parts), as machine.I2C; OSError when it is away.

    Only pages (8 rows of dots) that have changed are sent: 3 ms each at 400 kHz.
    """

    def __init__(self, i2c, address=ADDRESS):
        self._i2c = i2c
        self._address = address
        self._shown = bytearray(PAGES * PAGE)
        self._where = bytearray(b"\x00\x22\x00\x07\x21\x00\x7f")
        self._parts = [_DATA, None]
        self._started = False

    def show(self, buffer):
        """Bring 1024 bytes to the glass. After an OSError the next call begins anew."""
        try:
            if not self._started:
                self._i2c.writeto(self._address, START)
            self._pages(memoryview(buffer), not self._started)
            self._started = True
        except OSError:
            self._started = False
            raise

    def _pages(self, buffer, every):
        shown = memoryview(self._shown)
        for page in range(PAGES):
            start = page * PAGE
            end = start + PAGE
            if every or buffer[start:end] != shown[start:end]:
                self._where[2] = page
                self._i2c.writeto(self._address, self._where)
                self._parts[1] = buffer[start:end]
                self._i2c.writevto(self._address, self._parts)
                shown[start:end] = buffer[start:end]
