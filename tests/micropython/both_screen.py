"""The screens through a day, on both interpreters, as a text display shows them."""

from firmware.displays.text import TextScreen
from firmware.terminal.screen.screen import Screen


class Log:
    """A session as far as the screen looks at it."""

    trainee = 0


class Session:
    def __init__(self):
        self.log = Log()
        self.state = "ready"
        self.stops = 0
        self.counted_s = 0
        self.summary = None
        self.in_training = False


class Epoch:
    valid = True
    satellites = 9


def write(frame):
    text = frame.decode()
    if not text.startswith("\x1b[H") or not text.endswith("\x1b[J"):
        print("BAD frame", text)
    for line in text[3:-3].split("\x1b[K\r\n")[:-1]:
        print("   |" + line)


def line(text):
    print("   *", text)


def day(language):
    session = Session()
    screen = Screen(line, TextScreen(write), language)
    second = 0

    def at(until, utc_s, epoch, online, waiting):
        nonlocal second
        while second < until:
            print("  ", second)
            screen.look(session, epoch, utc_s + second if utc_s else 0, online, waiting)
            screen.draw(second * 1000)
            second += 3

    print("==", language)
    screen.show("ready")
    at(9, 0, None, False, 0)
    session.state = "in instructor"
    screen.show("look_instructor")
    at(12, 1790000000, Epoch(), True, 0)
    screen.show("face_1")
    at(18, 1790000000, Epoch(), True, 0)
    session.state = "waiting"
    screen.show("instructor_in", 2301600000000007)
    at(27, 1790000000, Epoch(), True, 2)
    session.state = "training"
    session.in_training = True
    session.log.trainee = 2301700000000042
    session.counted_s = 119
    screen.show("trainee_in", 2301700000000042)
    at(36, 1790000000, Epoch(), True, 0)
    session.stops = 1 | 8 | 128
    screen.show("outside")
    at(57, 1790000000, None, False, 1)
    session.state = "ready"
    session.in_training = False
    session.summary = (2301700000000042, 12, 9, 4567)
    screen.show("trainee_out", 12)
    at(102, 1790000000, Epoch(), True, 0)


day("both")
day("zh")
day("en")

screen = Screen(line, None, "en")
screen.show("nobody heard of this", 5)
screen.show("trainee_out")
screen.draw(0)
screen.set_language("zh")
screen.show("ban_until", 9, 5, 8, 0)


class Away:
    """A display whose cable comes loose."""

    def __init__(self):
        self.away = True
        self.drawn = 0

    def draw(self, placed):
        if self.away:
            raise OSError(19)
        self.drawn += 1


away = Away()
screen = Screen(line, away, "en")
screen.draw(0)
screen.draw(1000)
away.away = False
screen.draw(1100)
screen.draw(1200)
print("drawn", away.drawn)

shared = []
TextScreen(shared.append, True).draw([(0, 0, 1, "A"), (4, 1, 2, "B7"), (0, 3, 2, "\u5b66\u5458")])
print(b"".join(shared).decode().replace("\x1b", "^").replace("\r\n", "/"))
