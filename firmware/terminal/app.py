"""Puts the terminal together and turns it: one step reads every port once and never waits for one.

The board hands in ports (see firmware.boards); nothing here knows what machine it runs on.
"""

from firmware.terminal.chores import Chores, open_uplink
from firmware.terminal.clock import Clock
from firmware.terminal.fence.watch import FenceWatch
from firmware.terminal.gnss.gnss import Gnss
from firmware.terminal.health import watch
from firmware.terminal.health.condition import Condition
from firmware.terminal.identity.face_check import FaceCheck
from firmware.terminal.journal.journal import Journal
from firmware.terminal.journal.recorder import Recorder
from firmware.terminal.keep import Keep
from firmware.terminal.loading import once
from firmware.terminal.orders.settings_overlay import SettingsOverlay
from firmware.terminal.orders.table import load_ban
from firmware.terminal.screen.screen import Screen
from firmware.terminal.session.session import Session
from firmware.wire import fields

FIRMWARE_VERSION = 1000
RESET_POWER_ON = 1
RESET_WATCHDOG = 3
RESET_SOFT = 4
READ_SIZE = 512
RETRY_MS = 10000
NO_SLOT = 255


class App:
    """One terminal on one board. reset_cause is the BOOT record's: why it starts now.

    slots: the application slots that the starter chose from, None without a starter.
    """

    def __init__(self, board, settings, key, reset_cause=RESET_POWER_ON, slots=None):
        self._board = board
        self._reset_cause = reset_cause
        self.settings = settings
        self.slots = slots
        self.keep = Keep(settings["keep"])
        self.overlay = SettingsOverlay(self.keep, settings)
        self.screen = Screen(board.print_line, board.open_display(), settings["language"])
        self.screen.view.utc_offset_min = settings["utc_offset_min"]
        self.journal = Journal(board.open_flash())
        self.watch = watch.Watch(board.real_ms, board.keep_stage, board.feed, board.stage_is_free)
        last = once("terminal.session.resume", "last_header", self.journal)
        self.clock = Clock(board.ticks_ms, board.silent, settings["gnss_floor_s"])
        if last is not None:
            self.clock.not_before(last["utc_s"])
        self.clock.on_rtc(board.rtc_s())
        boot = last["boot"] + 1 if last is not None else 1
        self.recorder = Recorder(settings["terminal"], boot, self.journal, self.clock)
        self.gnss = Gnss(settings["gnss_floor_s"])
        self.face_check = FaceCheck(board, settings)
        grounds = once("terminal.fence.order", "load_grounds", self.keep)
        self.fence = FenceWatch(self.screen.show, settings["fence_margin_m"], grounds)
        self.session = self._new_session()
        self.session.to_resume = once("terminal.session.resume", "find_open", self.journal, self.keep)
        self.condition = self._new_condition(None)
        self.uplink, self.ways = open_uplink(self, board, key)
        self.chores = Chores(self, board, key)
        self._buffer = bytearray(READ_SIZE)
        self._booted = False
        self._fault = None
        self._retry_ms = 0
        self.screen.show("ready")

    def _new_session(self):
        session = Session(
            self.settings,
            self.recorder,
            self._ask_face,
            self.screen.show,
            self._is_online,
            self._take_photo,
            self.keep,
        )
        session.set_ban(*load_ban(self.keep))
        return session

    def _new_condition(self, faults):
        condition = Condition(
            self._board, self.keep, self.journal, self.recorder, faults, lambda: self.chores.photos_waiting()
        )
        condition.know("reset_cause", self._reset_cause)
        condition.know("firmware", self.version)
        condition.know("slot", self.slot)
        condition.know("settings", self.overlay.order)
        if self.fence.grounds is not None:
            condition.know("grounds", self.fence.grounds.version)
        return condition

    @property
    def version(self):
        """Firmware version of BOOT and STATUS records."""
        return FIRMWARE_VERSION if self.slots is None else self.slots.version

    @property
    def slot(self):
        """The slot this runs from: 0 a, 1 b, 255 none."""
        return NO_SLOT if self.slots is None else self.slots.running

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
        board, at = self._board, self.watch.at
        at(watch.WAIT)
        board.wait()
        at(watch.RECEIVER)
        count = self._receive(board.gnss)
        if count > 0:
            self.gnss.feed(self._buffer, count)
        else:
            self.gnss.idle(board.gnss_idle_ms())
        while True:
            epoch = self.gnss.take()
            if epoch is None:
                break
            if self.clock.on_epoch(epoch.utc_s, epoch.valid, self.session.in_training, epoch.weeks):
                self._on_second(epoch)
        if self.clock.in_silence():
            self._on_second(None)
        at(watch.FACE)
        self._answer_faces()
        at(watch.JOURNAL)
        self._between_seconds()
        at(watch.UPLINK)
        if self.ways is not None and self.ways.step(board.real_ms()):
            self.uplink.hurry()
        self.uplink.step(board.real_ms())
        at(watch.UPDATE)
        self.chores.step_update(board.real_ms())
        self.watch.feed()

    def _receive(self, port):
        """Bytes read from a port into the buffer; a port that fails gives none."""
        try:
            return port.receive_into(self._buffer)
        except OSError:
            return 0

    def _is_recording(self):
        """Whether records may be made: after the boot record, while the journal takes them."""
        return self._booted and self._fault is None

    def _answer_faces(self):
        """Faces are answered between the seconds too: nobody waits for the next fix to be let in."""
        if not self._is_recording() or self.session.to_resume is not None:
            return
        try:
            self._read_face(self.clock.utc_s, self._board.vehicle.pulses)
        except OSError as error:
            self._halt(error)

    def _between_seconds(self):
        if self._fault is not None:
            return
        try:
            if self.recorder.step(self._board.ticks_ms()):
                self.screen.show("thinned")
            if self._is_recording():
                self.chores.step(self.clock.utc_s)
        except OSError as error:
            self._halt(error)

    def _on_second(self, epoch):
        self.watch.at(watch.VEHICLE)
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
        self.watch.at(watch.SCREEN)
        journal = self.journal
        self.screen.look(
            self.session, epoch, self.clock.utc_s, self.uplink.online, journal.next_seq - 1 - journal.through
        )
        # Real time: a person reads at the same pace however fast a simulation runs.
        self.screen.draw(self._board.real_ms())

    def _live(self, epoch, vehicle):
        """One second of the terminal's work. Raises OSError when the journal cannot be written."""
        utc_s, session, at = self.clock.utc_s, self.session, self.watch.at
        at(watch.SESSION)
        if not self._booted:
            self._boot()
        if self._fault is not None:
            self._go_on()
        self._tell_time()
        if session.to_resume is not None and utc_s:
            # Not before the time is known: after a cold start that takes a while.
            session.resume(session.to_resume, utc_s, vehicle.pulses)
        self._read_face(utc_s, vehicle.pulses)
        at(watch.FENCE)
        # A course code's fourth digit is its part.
        part = session.log.course // 1000000 % 10 if session.in_training else 0
        session.outside = self.fence.on_second(epoch, part)
        at(watch.SESSION)
        session.on_second(utc_s, epoch, vehicle)
        if vehicle.key is not None:
            session.on_key(vehicle.key, utc_s, vehicle.pulses)
        at(watch.HEALTH)
        module = self.face_check.module
        failed = self.condition.on_second(epoch, vehicle, self.clock, self.gnss, session.in_training, module)
        if failed:
            self.screen.show("self_test", failed)
        if not self.chores.booted:
            self.chores.on_boot()
        self.chores.on_second(epoch, utc_s)

    def _tell_time(self):
        mapping = self.clock.take_mapping()
        if mapping is None:
            return
        try:
            self.recorder.write(fields.TIME, mapping)
        except OSError:
            self.clock.put_back(mapping)
            raise
        if mapping["source"] > 1:
            self._board.set_rtc(mapping["true_s"])

    def _halt(self, error):
        """The journal cannot be written: say so, record nothing, keep sending, try again later.

        What the session has not journalled has not happened; it goes on from the journal, as after a restart.
        """
        if self._fault is None:
            self.screen.show("kept", str(error))
        self._fault = error.errno or 1
        self._retry_ms = self.clock.steady_ms + RETRY_MS
        self.session = self._new_session()
        self.condition = self._new_condition(self.condition.faults)
        try:
            self.session.to_resume = once("terminal.session.resume", "find_open", self.journal, self.keep)
        except OSError:
            # The next start will find it.
            pass

    def _go_on(self):
        """There is room again: the gap is told by a diagnostic, cleared by the seconds that follow."""
        self.condition.health.on_gap()
        self._fault = None

    def _boot(self):
        """The boot record waits for the first second, so that it carries the time when there is one."""
        journal, cause = self.journal, self._reset_cause
        self.recorder.write(
            fields.BOOT,
            {
                "firmware": self.version,
                "reset_cause": cause,
                "unreceipted": journal.next_seq - 1 - journal.through,
                "torn_bytes": journal.torn_bytes,
                "slot": self.slot,
                "stage": self._board.stage_before if cause == RESET_WATCHDOG else 0,
            },
        )
        self._booted = True
        if cause == RESET_WATCHDOG:
            self.screen.show("watchdog")
        self.condition.on_boot(cause, self.session.in_training, self.face_check.module, self.clock.steady_ms)

    def _read_face(self, utc_s, pulses):
        faces = self.face_check
        busy = faces.camera is not None and faces.camera.busy
        answer = faces.step(self.session, utc_s, pulses, self.clock.steady_ms, self._board.real_ms())
        if busy and not faces.camera.busy:
            self.condition.health.on_camera(not faces.camera.fault)
        if answer is not None:
            self.condition.on_face(answer)
        self.chores.on_faces(faces)
