"""How the terminal is: diagnostics, self-tests and STATUS records, from what the parts say of themselves."""

from firmware.terminal.health import selftest
from firmware.terminal.health.health import Health, recall
from firmware.terminal.identity.face_commands import FAULT, VERIFY
from firmware.terminal.loading import once
from firmware.wire import fields

FAULTS = "faults"


class Condition:
    """Watches one terminal. board may have supply_mv(), temperature_c10(); parts are the app's own.

    faults are kept in keep over a restart; photos() counts those that wait for the server.
    """

    def __init__(self, board, keep, journal, recorder, faults=None, photos=None):
        self._board = board
        self._keep = keep
        self._journal = journal
        self._recorder = recorder
        self._photos = photos
        if faults is None:
            kept = keep.get(FAULTS)
            faults = recall(int.from_bytes(kept, "big") if kept else 0, journal.recent())
            once("terminal.journal.lost", "recall", journal, keep)
        self._kept = faults
        self.health = Health(recorder.write, faults)
        # A camera shows itself with each photo, so it needs none for the test.
        self._parts = selftest.ALL & ~selftest.CAMERA
        self._test = selftest.SelfTest(self._parts)
        self._restarts = 0
        self._moment = 0
        self._facts = {}

    @property
    def faults(self):
        """Bits of the diagnostics that are set."""
        return self.health.faults

    def know(self, name, value):
        """A field of STATUS that does not change each second."""
        self._facts[name] = value

    def begin(self, moment, face, steady_ms):
        """Start a self-test; its STATUS record follows within seconds."""
        self._moment = moment
        self._test.begin(moment, steady_ms)
        if not face.pending:
            face.status(steady_ms)

    def on_boot(self, reset_cause, open_session, face, steady_ms):
        """The boot record is written."""
        self._facts["reset_cause"] = reset_cause
        self.health.on_boot(reset_cause, open_session)
        self.begin(selftest.BOOT, face, steady_ms)

    def on_face(self, answer):
        """The face module answered a face check or the self-test's question."""
        if answer.command == VERIFY:
            self.health.on_face(answer.outcome)
        if answer.outcome != FAULT:
            self._test.passed(selftest.FACE)

    def on_second(self, epoch, vehicle, clock, gnss, in_training, face):
        """A second has passed; epoch may be None. Raises OSError when the journal cannot be written.

        Returns the bits of what failed when a self-test has just ended, else 0.
        """
        journal, health = self._journal, self.health
        unreceipted = journal.next_seq - 1 - journal.through
        health.on_clock(clock.contradicted_s, clock.quality)
        health.on_second(epoch, vehicle, in_training, unreceipted, journal.through)
        health.on_supply(self._supply_mv())
        health.on_antenna(gnss.antenna)
        if journal.unread:
            once("terminal.journal.lost", "tell", journal, health, self._keep)
        lost = journal.unread or journal.lost.count
        health.on_journal(lost, journal.free_bytes, journal.size_bytes)
        if vehicle.answered:
            self._test.passed(selftest.WHEEL)
        if self._test.is_due(clock.utc_s, in_training):
            self.begin(selftest.DAILY, face, clock.steady_ms)
        if face.restarts != self._restarts and not face.pending:
            # It got its power after the question, which it has never heard.
            self._restarts = face.restarts
            if self._test.awaits(selftest.FACE):
                face.status(clock.steady_ms)
        failed = self._step_test(epoch, clock, gnss, unreceipted)
        if health.faults != self._kept:
            self._kept = health.faults
            try:
                self._keep.put(FAULTS, health.faults.to_bytes(2, "big"))
            except OSError:
                # The journal's records tell it too.
                pass
        return failed

    def _step_test(self, epoch, clock, gnss, unreceipted):
        journal = self._journal
        if not self._test.moment:
            return 0
        failed = self._test.on_second(
            clock.steady_ms,
            clock.quality,
            gnss.heard,
            self._is_readable(),
            journal.next_seq - 1 - journal.durable_seq,
            journal.free_bytes,
            journal.size_bytes,
        )
        if failed is None:
            return 0
        selftest.tell(self.health, failed, self._parts)
        facts = self._facts
        facts["journal_size"] = journal.size_bytes
        facts["journal_free"] = journal.free_bytes
        facts["unreceipted"] = unreceipted
        facts["satellites"] = epoch.satellites if epoch is not None and epoch.valid else 0
        facts["antenna"] = gnss.antenna
        facts["supply_mv"] = self._supply_mv()
        if self._photos is not None:
            facts["photos"] = self._photos()
        if hasattr(self._board, "temperature_c10"):
            facts["temperature_c10"] = self._board.temperature_c10()
        self._recorder.write(fields.STATUS, selftest.status(self._moment, failed, self.health.faults, facts))
        return failed

    def _is_readable(self):
        journal = self._journal
        return bool(journal.durable_seq) and journal.head_at(journal.durable_seq) is not None

    def _supply_mv(self):
        return self._board.supply_mv() if hasattr(self._board, "supply_mv") else 0
