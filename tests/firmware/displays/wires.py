# ruff: noqa: UP031
"""What the drivers put on the wires, recorded by a bus in memory. MicroPython only."""

from firmware.displays.panel import Panel
from firmware.displays.ssd1306 import Ssd1306
from firmware.displays.st7789 import St7789


class RecordingI2c:
    """Tells each transfer; fails when away."""

    def __init__(self):
        self.away = False
        self.sent = []

    def writeto(self, address, data):
        if self.away:
            raise OSError(19)
        self.sent.append((address, bytes(data)))

    def writevto(self, address, parts):
        self.writeto(address, b"".join([bytes(part) for part in parts]))

    def tell(self, what):
        print(what, len(self.sent), "transfers")
        for address, data in self.sent:
            print("  %02x" % address, len(data), data[:26].hex())
        self.sent = []


class RecordingSpi:
    """SPI with its two pins: commands with the bytes that follow them."""

    def __init__(self):
        self.told = []
        self._is_data = 0

    def cs(self, level):
        pass

    def dc(self, level):
        self._is_data = level

    def write(self, data):
        if self._is_data:
            self.told[-1][1] += len(data)
            self.told[-1][2] = (self.told[-1][2] + bytes(data))[:6]
        else:
            self.told.append([data[0], 0, b""])

    def tell(self, what):
        print(what)
        for command, count, first in self.told:
            print("  %02x" % command, count, first.hex())
        self.told = []


def oled():
    i2c = RecordingI2c()
    panel = Panel(Ssd1306(i2c))
    panel.draw([(0, 0, 1, "A")])
    i2c.tell("first draw")
    panel.draw([(0, 0, 1, "A")])
    i2c.tell("the same again")
    panel.draw([(0, 0, 1, "A"), (0, 3, 1, "B")])
    i2c.tell("one row more")
    i2c.away = True
    try:
        panel.draw([])
        print("BAD no OSError")
    except OSError:
        i2c.away = False
    panel.draw([])
    i2c.tell("away and back: everything anew")


def colour():
    spi = RecordingSpi()
    panel = Panel(St7789(spi, spi.cs, spi.dc, 320, 240))
    spi.tell("start, 320 by 240")
    panel.draw([(0, 1, 1, "A")])
    spi.tell("one letter at twice the size, in the middle")
    try:
        St7789(spi, spi.cs, spi.dc, 96, 64)
        print("BAD too small a glass is taken")
    except ValueError as error:
        print(error)


oled()
colour()
