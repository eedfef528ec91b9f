"""What the instructor reads: a line for each event, and four screens on a display if there is one.

show(code, ...) hands one line to the board and lays it over the screen for some seconds; draw() brings the
display up to date. A text that is missing never stops the terminal: the code itself is shown.
"""

from firmware.terminal.screen.layout import CHINESE, ENGLISH, View, compose
from firmware.terminal.screen.texts import sentence_of, text_of
from firmware.terminal.session.states import ASKS, TRAINING

NOTE_S = 4
TURN_S = 3
SUMMARY_S = 30


class Screen:
    """Writes lines through the board's print_line(text); display has draw(placed texts) or is None.

    language: "zh", "en" or "both" (lines carry both, the display takes turns).
    """

    def __init__(self, print_line, display=None, language="both"):
        self._print_line = print_line
        self._display = display
        self._language = language
        self.view = View()
        self._note = None
        self._note_until_s = 0
        self._summary_until_s = 0
        self._drawn = None

    def set_language(self, language):
        """The language from now on: "zh", "en" or "both"."""
        self._language = language

    def show(self, code, *numbers):
        """Show the text of code, filled with numbers."""
        texts = sentence_of(code) or (code, "")
        lines = []
        for text, language in ((texts[0], "en"), (texts[1], "zh")):
            if text and self._language in (language, "both"):
                lines.append(_filled(text, numbers))
        self._print_line(" ".join(lines))
        if text_of(code) is not None:
            self._note = code
            self._note_until_s = 0

    def summary(self, recorded_min, counted_min, distance_m):
        """A training session has ended: its figures stay on the display for a while."""
        self.view.summary = (recorded_min, counted_min, distance_m)
        self._summary_until_s = 0

    def look(self, session, epoch, utc_s, online, unreceipted):
        """Take over what the screens show: session is the app's Session, epoch may be None.

        unreceipted: records that wait for a receipt.
        """
        view = self.view
        view.state = session.state
        view.utc_s = utc_s
        view.online = online
        view.satellites = epoch.satellites if epoch is not None and epoch.valid else 0
        view.trainee = session.log.trainee
        view.counted_s = session.counted_s
        view.stops = session.stops if session.in_training else 0
        view.unreceipted = unreceipted
        if session.summary is not None:
            _, recorded_min, counted_min, distance_m = session.summary
            session.summary = None
            self.summary(recorded_min, counted_min, distance_m)

    def draw(self, steady_ms):
        """Bring the display up to date with the view; steady_ms never goes back."""
        if self._display is None:
            return
        second = steady_ms // 1000
        self._expire(second)
        turn = second // TURN_S
        language = CHINESE if self._language == "zh" else ENGLISH
        if self._language == "both":
            # Each call is shown in both languages before the next one.
            language = ENGLISH if turn & 1 else CHINESE
            turn >>= 1
        placed = compose(self.view, self._note, language, turn)
        if placed != self._drawn:
            self._drawn = placed
            try:
                self._display.draw(placed)
            except OSError:
                # A display that is away stops nothing; it is tried again with the next second.
                self._drawn = None

    def _expire(self, second):
        view = self.view
        if self._note is not None:
            if self._note_until_s == 0:
                self._note_until_s = second + NOTE_S
            elif second >= self._note_until_s:
                self._note = None
        if view.summary is None or view.state in ASKS:
            return
        if self._summary_until_s == 0:
            self._summary_until_s = second + SUMMARY_S
        elif second >= self._summary_until_s or view.state == TRAINING:
            view.summary = None


def _filled(text, numbers):
    try:
        return text % numbers if numbers else text
    except (TypeError, ValueError):
        return text
