"""Puts the terminal together and turns it: one step reads every port once and never waits for one.

The board hands in ports (see firmware.boards); nothing here knows what machine it runs on.
"""

from firmware.terminal.clock import Clock
from firmware.terminal.face_check import FaceCheck
from firmware.terminal.gnss import Gnss
from firmware.terminal.health import RECORDING, Health
from firmware.terminal.journal import Journal
from firmware.terminal.recorder import Recorder
from firmware.terminal.resume import find_open, last_boot
from firmware.terminal.screen import Screen
from firmware.terminal.session import Session
from firmware.terminal.uplink import Uplink
from firmware.wire import fields

FIRMWARE_VERSION = 1000
RESET_POWER_ON = 1
RESET_SOFT = 4
READ_SIZE = 512
RETRY_MS = 10000


class App:
    """One terminal on one board. reset_cause is the BOOT record's: why it starts now."""

    def __init__(self, board, settings, key, reset_cause=RESET_POWER_ON):
        self._board = board
        self._reset_cause = reset_cause
        self._settings = settings
        self.screen = Screen(board.print_line)
        self.journal = Journal(board.open_flash())
        boot = last_boot(self.journal) + 1
        self._open_session = find_open(self.journal)
        self.clock = Clock(board.ticks_ms, board.silent)
        self.recorder = Recorder(settings["terminal"], boot, self.journal, self.clock)
        self.gnss = Gnss(settings["gnss_floor_s"])
        self.face_check = FaceCheck(board, settings)
        self.uplink = Uplink(
            settings,
            key,
            self.journal,
            board.open_stream,
            board.random_below,
            board.patience_ms,
            self.screen.show,
        )
        self.session = self._new_session()
        self.health = Health(self.recorder.write)
        self._buffer = bytearray(READ_SIZE)
        self._booted = False
        self._fault = None
        self._retry_ms = 0
        self.screen.show("ready")

    def _new_session(self):
        return Session(
            self._settings,
            self.recorder,
            self._ask_face,
            self.screen.show,
            self._is_online,
            self._take_photo,
        )

    def _is_online(self):
        return self.uplink.online

    def _ask_face(self, role):
        self.face_check.ask(role, self.clock.steady_ms, self._board.real_ms())

    def _take_photo(self):
        return self.face_check.take_photo(self._board.real_ms())

    def close(self):
        """End the connection and the journal's file; never raises."""
        try:
            self.uplink.close()
            self.journal.close()
        except OSError:
            pass

    def step(self):
        """Read what has come on every port and act on it; call for ever."""
        board = self._board
        board.wait()
        count = self._receive(board.gnss)
        if count > 0:
            self.gnss.feed(self._buffer, count)
        else:
            self.gnss.idle(board.gnss_idle_ms())
        while True:
            epoch = self.gnss.take()
            if epoch is None:
                break
            if self.clock.on_epoch(epoch.utc_s, epoch.valid, self.session.in_training):
                self._on_second(epoch)
        if self.clock.in_silence():
            self._on_second(None)
        self._answer_faces()
        self._step_journal()
        self.uplink.step(board.real_ms())

    def _step_journal(self):
        try:
            self.recorder.step(self._board.ticks_ms())
        except OSError as error:
            if self._fault is None:
                self._halt(error)

    def _answer_faces(self):
        """Faces are answered between the seconds too: nobody waits for the next fix to be let in."""
        if not self._booted or self._fault is not None or self._open_session is not None:
            return
        try:
            self._read_face(self.clock.utc_s, self._board.vehicle.pulses)
        except OSError as error:
            self._halt(error)

    def _receive(self, port):
        """Bytes read from a port into the buffer; a port that fails gives none."""
        try:
            return port.receive_into(self._buffer)
        except OSError:
            return 0

    def _on_second(self, epoch):
        try:
            self._board.vehicle.sample()
        except OSError:
            # The last state stands; the wheel sensor's diagnostic will tell.
            self._board.vehicle.key = None
        if self._fault is not None and self.clock.steady_ms < self._retry_ms:
            return
        try:
            self._live(epoch, self._board.vehicle)
        except OSError as error:
            self._halt(error)

    def _live(self, epoch, vehicle):
        """One second of the terminal's work. Raises OSError when the journal cannot be written."""
        utc_s = self.clock.utc_s
        if not self._booted:
            self._boot()
        if self._fault is not None:
            self._go_on()
        if self._open_session is not None and utc_s:
            # Not before the time is known: after a cold start that takes a while.
            self.session.resume(self._open_session, utc_s, vehicle.pulses)
            self._open_session = None
        self._read_face(utc_s, vehicle.pulses)
        self.session.on_second(utc_s, epoch, vehicle)
        if vehicle.key is not None:
            self.session.on_key(vehicle.key, utc_s, vehicle.pulses)
        self.health.on_clock(self.clock.contradicted_s)
        self.health.on_journal(self.journal.unread)
        unreceipted = self.journal.next_seq - 1 - self.journal.through
        self.health.on_second(epoch, vehicle, self.session.in_training, unreceipted)

    def _halt(self, error):
        """The journal cannot be written: say so, record nothing, keep sending, try again later.

        What the session has not journalled has not happened; it goes on from the journal, as after a restart.
        """
        if self._fault is None:
            self.screen.show("kept", str(error))
        self._fault = error.errno or 1
        self._retry_ms = self.clock.steady_ms + RETRY_MS
        self.session = self._new_session()
        self.health = Health(self.recorder.write)
        try:
            self._open_session = find_open(self.journal)
        except OSError:
            self._open_session = None

    def _go_on(self):
        """There is room again: the gap is told by a diagnostic set and cleared."""
        for state in (1, 0):
            self.recorder.write(fields.DIAGNOSTIC, {"code": RECORDING, "state": state, "value": self._fault})
        self._fault = None

    def _boot(self):
        """The boot record waits for the first second, so that it carries the time when there is one."""
        journal = self.journal
        self.recorder.write(
            fields.BOOT,
            {
                "firmware": FIRMWARE_VERSION,
                "reset_cause": self._reset_cause,
                "unreceipted": journal.next_seq - 1 - journal.through,
                "torn_bytes": journal.torn_bytes,
                "slot": 255,
                "stage": 0,
            },
        )
        self._booted = True

    def _read_face(self, utc_s, pulses):
        answer = self.face_check.step(
            self.session, utc_s, pulses, self.clock.steady_ms, self._board.real_ms()
        )
        if answer is not None:
            self.health.on_face(answer[0])
