"""Malfunctions that are set and cleared as signed records, in the manner of the US ELD codes.

Each code is set after its stated time and cleared only by a sign that all is well again, also after a
restart. All run on the terminal's own seconds; plain values come in, records go out.
"""

from firmware.wire import fields

POWER = 1
TIMING = 2
POSITIONING = 3
RECORDING = 4
TRANSFER = 5
FACE_MODULE = 6
WHEEL_SENSOR = 7
ANTENNA = 8
CAMERA = 9

# A starter pulls 12 V down for a second or two; a battery that is flat stays down.
SUPPLY_MIN_MV = 10500
SUPPLY_MARGIN_MV = 500
SUPPLY_S = 10
CONTRADICTED_S = 10
NO_TIME_S = 600
NO_FIX_S = 120
NO_RECEIPT_S = 900
NO_PULSE_S = 60
ANTENNA_S = 5
CAMERA_TIMES = 2
MOVING_KMH10 = 150
# Of the journal's size: set below a twentieth, cleared above a tenth.
FULL_PART = 20
ROOM_PART = 10

MODULE_FAULT = 6
SPEED_UNKNOWN = 2047
CLOCK_NONE = 0
CLOCK_GNSS = 3
ANTENNA_OK = 1
_LOST_POWER = (1, 5)


def recall(kept, recent):
    """Bits of the codes that are set: kept (bits put aside, 0 none), then the journal's recent records.

    recent yields records oldest first; the newest word on a code counts. A power cut may have taken either.
    """
    for record in recent:
        if record[0] == fields.DIAGNOSTIC:
            bit = 1 << record[fields.HEADER_SIZE] - 1
            kept = kept | bit if record[fields.HEADER_SIZE + 1] else kept & ~bit
    return kept


class Health:
    """Watches one terminal; write(kind, body, urgent) journals a diagnostic, raises OSError when it cannot.

    faults: bits of the codes that are set (bit code - 1), kept by the app over a restart and given back here
    (see recall).
    """

    def __init__(self, write, faults=0, supply_min_mv=SUPPLY_MIN_MV):
        self._write = write
        self.faults = faults
        self._supply_min_mv = supply_min_mv
        self._supply_s = 0
        self._no_time_s = 0
        self._no_fix_s = 0
        self._no_receipt_s = 0
        self._through = -1
        self._no_pulse_s = 0
        self._pulses = -1
        self._antenna = 0
        self._antenna_s = 0
        self._camera_times = 0

    def is_set(self, code):
        """Whether this code is set."""
        return self.faults >> code - 1 & 1 == 1

    def _state(self, code, faulty, value):
        bit = 1 << code - 1
        if faulty == (self.faults & bit != 0):
            return
        body = {"code": code, "state": 1 if faulty else 0, "value": min(max(value, 0), fields.U32)}
        self._write(fields.DIAGNOSTIC, body)
        self.faults ^= bit

    def on_boot(self, reset_cause, open_session):
        """The boot record is written; open_session: the journal ends within a training session.

        A power cut in training sets the power code (value 0) until the supply is well.
        """
        if open_session and reset_cause in _LOST_POWER:
            self._state(POWER, True, 0)

    def on_second(self, epoch, vehicle, in_training, unreceipted, through=-1):
        """A second of the terminal's time has passed.

        epoch may be None; unreceipted: records that wait; through: the last record that is receipted.
        """
        fixed = epoch is not None and epoch.valid
        if fixed:
            self._no_fix_s = 0
            self._state(POSITIONING, False, 0)
        elif in_training:
            self._no_fix_s += 1
            if self._no_fix_s >= NO_FIX_S:
                self._state(POSITIONING, True, self._no_fix_s)
        self._on_transfer(in_training, unreceipted, through)
        self._on_wheel(vehicle.pulses, fixed and MOVING_KMH10 <= epoch.speed_kmh10 < SPEED_UNKNOWN)

    def _on_transfer(self, in_training, unreceipted, through):
        moved = through > self._through >= 0
        self._through = through
        if not unreceipted or moved:
            self._no_receipt_s = 0
            self._state(TRANSFER, False, unreceipted)
        elif in_training:
            self._no_receipt_s += 1
            if self._no_receipt_s >= NO_RECEIPT_S:
                self._state(TRANSFER, True, unreceipted)

    def _on_wheel(self, pulses, moving):
        if pulses != self._pulses:
            if self._pulses >= 0:
                self._state(WHEEL_SENSOR, False, 0)
            self._pulses = pulses
            self._no_pulse_s = 0
        elif moving:
            self._no_pulse_s += 1
            if self._no_pulse_s >= NO_PULSE_S:
                self._state(WHEEL_SENSOR, True, self._no_pulse_s)
        else:
            self._no_pulse_s = 0

    def on_clock(self, contradicted_s, quality=CLOCK_GNSS):
        """Each second: for how long epochs have contradicted the clock, and the clock's quality."""
        self._no_time_s = self._no_time_s + 1 if quality == CLOCK_NONE else 0
        if contradicted_s >= CONTRADICTED_S:
            self._state(TIMING, True, contradicted_s)
        elif self._no_time_s >= NO_TIME_S:
            self._state(TIMING, True, self._no_time_s)
        elif contradicted_s == 0 and quality == CLOCK_GNSS:
            self._state(TIMING, False, 0)

    def on_supply(self, supply_mv):
        """Each second: the supply in mV, 0 when the board cannot tell (then running is the sign)."""
        low = 0 < supply_mv < self._supply_min_mv
        well = not supply_mv or supply_mv >= self._supply_min_mv + SUPPLY_MARGIN_MV
        # Between the two limits it stays as it is.
        if not (well if self.is_set(POWER) else low):
            self._supply_s = 0
            return
        self._supply_s += 1
        if self._supply_s >= SUPPLY_S:
            self._supply_s = 0
            self._state(POWER, low, supply_mv)

    def on_antenna(self, antenna):
        """Each second: what the receiver says of its antenna (gnss.ANTENNA_OK and so on)."""
        self._antenna_s = self._antenna_s + 1 if antenna == self._antenna else 1
        self._antenna = antenna
        if antenna and self._antenna_s >= ANTENNA_S:
            self._state(ANTENNA, antenna != ANTENNA_OK, antenna)

    def on_lost(self, seq):
        """The journal has lost this record: each is told, in a record of its own, and at once."""
        self._write(fields.DIAGNOSTIC, {"code": RECORDING, "state": 1, "value": seq}, True)
        self.faults |= 1 << RECORDING - 1

    def on_journal(self, lost, free=1, size=1):
        """Each second: whether lost records hold up what the server can say, and the journal's room in bytes.

        The value is 0: any other names a record that is lost, which the server then no longer waits for.
        """
        if free * FULL_PART < size:
            self._state(RECORDING, True, 0)
        elif not lost and free * ROOM_PART >= size:
            self._state(RECORDING, False, 0)

    def on_gap(self):
        """The journal takes records again, after a while in which it refused them."""
        self._state(RECORDING, True, 0)

    def on_face(self, outcome):
        """A face check ended with this outcome."""
        self._state(FACE_MODULE, outcome == MODULE_FAULT, outcome)

    def on_camera(self, well):
        """A photo was asked for, and came whole or not."""
        self._camera_times = 0 if well else self._camera_times + 1
        if well or self._camera_times >= CAMERA_TIMES:
            self._state(CAMERA, not well, self._camera_times)

    def on_part(self, code, failed, bits):
        """A self-test found this part failed or well; bits: all that failed in it."""
        self._state(code, failed, bits)
