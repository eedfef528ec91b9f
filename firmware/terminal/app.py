"""Puts the terminal together and turns it: one step reads every port once and never waits for one.

The board hands in ports (see firmware.boards); nothing here knows what machine it runs on.
"""

from firmware.terminal.clock import Clock
from firmware.terminal.face import FaceModule
from firmware.terminal.gnss import Gnss
from firmware.terminal.health import Health
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


class App:
    """One terminal on one board. reset_cause is the BOOT record's: why it starts now."""

    def __init__(self, board, settings, key, reset_cause=RESET_POWER_ON):
        self._board = board
        self._reset_cause = reset_cause
        self._settings = settings
        self.screen = Screen(board.print_line)
        self.journal = Journal(settings["journal"])
        boot = last_boot(self.journal) + 1
        self._open_session = find_open(self.journal)
        self.clock = Clock(board.ticks_ms, board.silent)
        self.recorder = Recorder(settings["terminal"], boot, self.journal, self.clock)
        self.gnss = Gnss(settings["gnss_floor_s"])
        self.face = FaceModule(board.face.send)
        self.uplink = Uplink(
            settings,
            key,
            self.journal,
            board.open_stream,
            board.random_below,
            board.patience_ms,
            self.screen.show,
        )
        self.session = Session(settings, self.recorder, self._ask_face, self.screen.show, self._is_online)
        self.health = Health(self.recorder.write)
        self._buffer = bytearray(READ_SIZE)
        self._booted = False
        self.screen.show("ready")

    def _is_online(self):
        return self.uplink.online

    def _ask_face(self, role):
        if self.face.pending:
            # Else the answer to the question before would be taken for this one.
            self.face.reset()
        self._board.prompt(role)
        self.face.verify(self._settings["face_timeout_s"], self.clock.steady_ms)

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
        count = board.gnss.receive_into(self._buffer)
        if count > 0:
            self.gnss.feed(self._buffer, count)
        else:
            self.gnss.idle(board.gnss_idle_ms())
        while True:
            epoch = self.gnss.take()
            if epoch is None:
                break
            self._on_epoch(epoch)
        if self.clock.in_silence():
            self._on_second(None)
        self.uplink.step(board.real_ms())

    def _on_epoch(self, epoch):
        if self.clock.on_epoch(epoch.utc_s, epoch.valid, self.session.in_training):
            self._on_second(epoch)

    def _on_second(self, epoch):
        utc_s = self.clock.utc_s
        vehicle = self._board.vehicle
        vehicle.sample()
        if not self._booted:
            self._boot()
        if self._open_session is not None and utc_s:
            # Not before the time is known: after a cold start that takes a while.
            self.session.resume(self._open_session, utc_s, vehicle.pulses)
            self._open_session = None
        self._read_face(utc_s, vehicle.pulses)
        self.session.on_second(utc_s, epoch, vehicle)
        if vehicle.key is not None:
            self.session.on_key(vehicle.key, utc_s, vehicle.pulses)
        unreceipted = self.journal.next_seq - 1 - self.journal.through
        self.health.on_second(epoch, vehicle, self.session.in_training, unreceipted)

    def _boot(self):
        """The boot record waits for the first second, so that it carries the time when there is one."""
        self._booted = True
        journal = self.journal
        self.recorder.write(
            fields.BOOT,
            {
                "firmware": FIRMWARE_VERSION,
                "reset_cause": self._reset_cause,
                "unreceipted": journal.next_seq - 1 - journal.through,
                "torn_bytes": journal.torn_bytes,
            },
        )

    def _read_face(self, utc_s, pulses):
        count = self._board.face.receive_into(self._buffer)
        while count > 0:
            self.face.feed(self._buffer, count)
            count = self._board.face.receive_into(self._buffer)
        answer = self.face.poll(self.clock.steady_ms)
        if answer is not None:
            self.health.on_face(answer[0])
            self.session.on_face(answer, utc_s, pulses)
