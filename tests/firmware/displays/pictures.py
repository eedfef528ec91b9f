"""Draws the screens as an SSD1306 shows them and prints them, two rows of dots a line. MicroPython only."""

from firmware.displays.panel import HEIGHT, WIDTH, Panel
from firmware.terminal.screen.screen import Screen

DOTS = (" ", "\u2580", "\u2584", "\u2588")


class Glass:
    """Prints what it is shown; draws counts how often that was."""

    def __init__(self):
        self.draws = 0

    def show(self, buffer):
        self.draws += 1
        for y in range(0, HEIGHT, 2):
            line = ""
            for x in range(WIDTH):
                pair = buffer[y // 8 * WIDTH + x] >> (y % 8) & 3
                line += DOTS[pair]
            print(line.rstrip() or ".")


def scenes(screen):
    view = screen.view
    view.utc_s = 1790000000
    yield "ready, no satellites, not connected"
    view.state = "in instructor"
    view.online = True
    view.satellites = 12
    yield "the instructor signs in"
    screen.show("face_2")
    yield "his face is unknown"
    view.state = "training"
    view.trainee = 2301600000004321
    view.counted_s = 47 * 60 + 59
    yield "training"
    view.stops = 1
    yield "the engine is off"
    view.stops = 128
    screen.show("outside")
    yield "left the ground"
    view.stops = 0
    view.state = "waiting"
    view.unreceipted = 3
    screen.summary(55, 48, 12345)
    yield "signed out"


def quiet(_text):
    pass


for language in ("zh", "en"):
    glass = Glass()
    screen = Screen(quiet, Panel(glass), language)
    second = 0
    for name in scenes(screen):
        print("==", language, name)
        screen.draw(second * 1000)
        drawn = glass.draws
        screen.draw(second * 1000 + 900)
        if glass.draws != drawn:
            print("BAD drawn again although nothing had changed")
        second += 12
