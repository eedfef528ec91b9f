"""What each order does to the terminal: code -> do(order, body), giving (outcome, value)."""

from firmware.wire import orders
from firmware.wire.errors import DecodeError
from firmware.wire.pack import word

BOTH = 0
INSTRUCTOR = 1
TRAINEE = 2
BAN = "ban"


def _sized(body, size):
    if len(body) != size:
        raise DecodeError("order: %d bytes, needs %d" % (len(body), size))


def load_ban(keep):
    """(whether training is banned, until when in Unix seconds, 0 without end) as ordered last."""
    kept = keep.get(BAN)
    if kept is None or len(kept) != 5:
        return False, 0
    return kept[0] == 1, word(kept, 1)


class OrderTable:
    """The orders of one terminal: table for OrderBook. app gives its parts by their names."""

    def __init__(self, app, keep, overlay):
        self._app = app
        self._keep = keep
        self._overlay = overlay
        self.table = {
            orders.SETTINGS: self._settings,
            orders.GROUNDS: self._grounds,
            orders.TRAINING_BAN: self._ban,
            orders.RESEND: self._resend,
            orders.FACE_CHECK: self._face_check,
            orders.UPDATE: self._update,
            orders.STATUS: self._status,
            orders.ENROLL: self._enroll,
            orders.FORGET: self._forget,
        }

    def _settings(self, order, body):
        outcome, value = self._overlay.take(order, body)
        if outcome == orders.DONE:
            self._spread()
        return outcome, value

    def _spread(self):
        """The settings have changed in place: give them to the parts that keep their own."""
        app = self._app
        app.screen.set_language(app.settings["language"])
        app.fence.set_margin(app.settings["fence_margin_m"])
        app.session.duties.configure(app.settings)
        app.session.minute.calibrate(app.settings["pulses_per_km"])
        app.condition.know("settings", self._overlay.order)
        app.screen.show("settings")

    def _grounds(self, order, body):
        from firmware.terminal.fence.order import take_order

        outcome, grounds = take_order(self._keep, body)
        if outcome == orders.BEGUN:
            # The parts that follow are orders of their own.
            return orders.DONE, 0
        if grounds is None:
            return outcome, 0
        self._app.fence.grounds = grounds
        self._app.condition.know("grounds", grounds.version)
        self._app.screen.show("grounds", grounds.version)
        return outcome, grounds.version

    def _ban(self, order, body):
        _sized(body, 5)
        if body[0] > 1:
            return orders.MALFORMED, 0
        self._keep.put(BAN, body)
        self._app.session.set_ban(body[0] == 1, word(body, 1))
        self._app.screen.show("ban" if body[0] else "unban")
        return orders.DONE, word(body, 1)

    def _resend(self, order, body):
        _sized(body, 8)
        return self._app.uplink.resend(word(body, 0), word(body, 4))

    def _face_check(self, order, body):
        _sized(body, 1)
        if body[0] > TRAINEE:
            return orders.MALFORMED, 0
        if not self._app.session.order_face_check(body[0]):
            return orders.REFUSED, 0
        return orders.BEGUN, body[0]

    def _update(self, order, body):
        update = self._app.chores.update
        if update is None:
            from firmware.terminal.update.update import NO_SLOTS

            return orders.REFUSED, NO_SLOTS
        update.begin(order, body)
        return orders.BEGUN, 0

    def _status(self, order, body):
        from firmware.terminal.health.selftest import ORDERED

        app = self._app
        app.condition.begin(ORDERED, app.face_check.module, app.clock.steady_ms)
        return orders.DONE, 0

    def _enroll(self, order, body):
        found = self._faces(order, body, self._app.face_check.enroll)
        if found[0] == orders.BEGUN:
            self._app.screen.show("enroll")
        return found

    def _forget(self, order, body):
        return self._faces(order, body, self._app.face_check.forget)

    def _faces(self, order, body, change):
        _sized(body, 9)
        role, person = body[0], int.from_bytes(body[1:9], "big")
        if not INSTRUCTOR <= role <= TRAINEE or not person:
            return orders.MALFORMED, 0
        if not change(role, person, self._app.clock.steady_ms):
            return orders.REFUSED, 0
        return orders.BEGUN, role
