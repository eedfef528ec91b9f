"""What the terminal does beside the training: sending, orders, signatures over the chain's head, updates."""

from firmware.terminal.orders.book import OrderBook
from firmware.terminal.orders.table import OrderTable
from firmware.terminal.session.states import ASKS
from firmware.terminal.signing import signer as head_signer
from firmware.terminal.uplink.links import Links
from firmware.terminal.uplink.uplink import Uplink
from firmware.wire import fields, orders

DAY_S = 86400
# Slices of a signature between two looks at the ports: few while people train.
SLICES_TRAINING = 2
SLICES = 16


def open_uplink(app, board, key):
    """(Uplink, Ways or None): by the depot's cable where the board has one, else by the network alone."""
    settings, journal = app.settings, app.journal
    ways = None
    open_link = Links(settings, board.open_stream).open_link
    if board.cable is not None:
        from firmware.terminal.depot.depot import Ways

        ways = Ways(
            board.cable,
            settings["terminal"],
            lambda: (key, app.keep.get("public")),
            lambda: (journal.next_seq - 1, journal.through, app.chores.photos_waiting()),
            open_link,
        )
        open_link = ways.open_link
    return Uplink(settings, key, journal, board, open_link, app.screen.show), ways


class Chores:
    """The background work of one terminal; app is firmware.terminal.app.App with its other parts in place.

    update and proof are None where there are no slots.
    """

    def __init__(self, app, board, key):
        self._app = app
        self._journal = app.journal
        self._write = app.recorder.write
        terminal = app.settings["terminal"]
        table = OrderTable(app, app.keep, app.overlay).table
        self.orders = OrderBook(terminal, key, app.keep, app.journal, app.recorder.write, table)
        self._connect(app, board, key, terminal)
        self._signer = None
        if app.keep.get(head_signer.IDENTITY) is not None:
            self._signer = head_signer.HeadSigner(app.keep, terminal)
        self._head = None
        self._signed_s = 0
        self._present = (0, 0)
        self.booted = False
        self.update = None
        self.proof = None
        if app.slots is not None:
            self._open_slots(app, board)

    def _connect(self, app, board, key, terminal):
        uplink = app.uplink
        uplink.orders = self.orders
        uplink.on_server_time = self._on_server_time
        # Time that a desk runs faster than life is not the server's.
        self._in_real_time = board.factor == 1
        if board.camera is not None:
            from firmware.terminal.uplink.photo_queue import PhotoQueue

            uplink.photos = PhotoQueue(app.settings["photos"], terminal, key, board.ticks_ms)

    def photos_waiting(self):
        """How many photos the server has not got yet."""
        photos = self._app.uplink.photos
        return photos.count() if photos is not None else 0

    def _on_server_time(self, utc_s):
        """A receipt has come for a record of this boot: the server's time, and proof of the whole way."""
        if self._in_real_time:
            self._app.clock.on_server_time(utc_s, self._app.session.in_training)
        ways = self._app.ways
        proof = self.proof
        if proof is None or proof.good or (ways is not None and ways.on_cable):
            # What came over the depot's cable proves nothing of the network.
            return
        try:
            proof.transfer()
        except OSError:
            # The mark could not be written; the next proof tries again.
            pass

    def _open_slots(self, app, board):
        from firmware.terminal.update.proof import Proof
        from firmware.terminal.update.update import Update

        self.proof = Proof(app.slots)
        text = app.settings["release_key"]
        if len(text) != 64:
            # Without a release key no update can be believed.
            return
        release_key = bytes([int(text[i : i + 2], 16) for i in range(0, 64, 2)])
        self.update = Update(app.slots, board.name, release_key, self._want)
        self.update.resume()
        app.uplink.on_piece = self.update.on_piece

    def _want(self, image, offset):
        self._app.uplink.want(image, offset)

    def on_boot(self):
        """The boot record is written: settle what the power cut left open. Raises OSError."""
        slots = self._app.slots
        if slots is None:
            self.orders.close_interrupted()
        else:
            # An update goes on after a restart, or was ended by it.
            under_way = 0
            if self.update is not None:
                self._end_update()
                under_way = self.update.order
            self.orders.close_interrupted((under_way, slots.order))
            self._settle_update(slots)
        self.booted = True
        self._present = self._people()
        if self._signer is not None and head_signer.unsigned(self._journal.recent(), self._app.clock.utc_s):
            self._sign()

    def _settle_update(self, slots):
        """What became of the version that an update has installed, once it is known. Raises OSError."""
        from firmware.terminal.update.update import outcome_after_restart

        ended = outcome_after_restart(slots)
        if ended is not None:
            self._app.screen.show("update_done" if ended[1] == orders.DONE else "update_failed", ended[2])
            self.orders.finish(*ended)
            try:
                slots.forget_outcome()
            except OSError:
                # Then it is told once more.
                pass

    def step(self, utc_s):
        """Between the seconds: a slice of each. Raises OSError when the journal refuses a record."""
        self.orders.step(utc_s)
        if self.update is not None:
            self._end_update()
        signer = self._signer
        if signer is not None and signer.busy:
            for _ in range(SLICES_TRAINING if self._app.session.in_training else SLICES):
                signer.step()
            self._head = signer.finished() or self._head
        head = self._head
        if head is not None:
            # A journal that refuses it is asked again.
            self._write(fields.HEAD, head)
            self._head = None
            self._app.screen.show("signed", head["through"])

    def on_second(self, epoch, utc_s):
        """A second has passed. Raises OSError when the journal refuses a record."""
        present = self._people()
        before, self._present = self._present, present
        if self._signer is not None:
            # Who has left may be asked for next by the exam authority: the hour is signed at once.
            left = (before[0] and not present[0]) or (before[1] and not present[1])
            if left or (utc_s and self._signed_s and utc_s - self._signed_s >= DAY_S):
                self._sign()
            elif utc_s and not self._signed_s:
                self._signed_s = utc_s
        proof = self.proof
        if proof is not None and not proof.good:
            self._prove(proof, epoch)
        elif proof is not None and self._app.slots.order:
            self._settle_update(self._app.slots)
        self._end_checks()

    def _prove(self, proof, epoch):
        try:
            if epoch is not None and epoch.valid and epoch.utc_s:
                proof.gnss()
            proof.journal(self._journal)
        except OSError:
            # The mark could not be written; the next second tries again.
            pass

    def _people(self):
        log = self._app.session.log
        return log.number, log.instructor

    def _sign(self):
        self._signer.start(self._journal.next_seq - 1, self._journal.head)
        self._signed_s = self._app.clock.utc_s

    def _end_checks(self):
        """An ordered face check is over when the session asks for nothing more."""
        order = self.orders.opened(orders.FACE_CHECK)
        if not order:
            return
        session = self._app.session
        if not session.duties.ordered and session.state not in ASKS:
            worst = session.duties.take_ordered()
            # Nobody was asked: they had left meanwhile, or the session began anew.
            self.orders.finish(order, orders.REFUSED if worst < 0 else orders.DONE, max(worst, 0))

    def on_faces(self, faces):
        """After each look at the face module: an ordered change of its faces may be over. Raises OSError."""
        result = faces.order_result
        if result is None:
            return
        faces.order_result = None
        order = self.orders.opened(orders.ENROLL)
        told = "enrolled"
        if not order:
            order = self.orders.opened(orders.FORGET)
            told = "forgotten"
        if order:
            self.orders.finish(order, *result)
            if result[0] == orders.DONE:
                self._app.screen.show(told)

    def step_update(self, now_ms):
        """A slice of an update; raises Restart when the new version, or the one before, is to be started."""
        update = self.update
        if update is None:
            return
        if update.busy:
            update.step(now_ms)
        app = self._app
        # Not in_training: a version that never learns the time must not keep the one before from its turn.
        if app.session.log.number:
            return
        if update.restart_wanted or (self.proof is not None and self.proof.overdue(app.clock.uptime_s())):
            from firmware.terminal.update.slots import Restart

            raise Restart()

    def _end_update(self):
        """What became of an update that was ordered, as its ORDER record. Raises OSError."""
        ended = self.update.take_outcome()
        if ended is None:
            return
        if ended[1] == orders.BEGUN:
            self._app.screen.show("update_begun")
        else:
            self._app.screen.show("update_refused", ended[2])
            self.orders.finish(*ended)
