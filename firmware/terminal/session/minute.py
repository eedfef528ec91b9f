"""Builds the minute record of the running training session, second by second.

A minute record is made for each UTC minute of which at least MINIMUM_S seconds lie in the session. What it
has gathered is drafted every DRAFT_S seconds, so that a power cut takes no more than that; a minute that a
power cut ended is recorded whatever its length.
"""

from array import array

from firmware.wire.fields import U32

MINIMUM_S = 30
DRAFT_S = 10
# Further from the minute's first fix than any record can say; a receiver that claims it is broken.
FAR_E7 = 1000000000
# Bits of stops that only inform: outside the ground, no position. A second with no other bit is counted.
INFORMS = 128 | 256


class _Fixes:
    """The fixes of a minute, 16 bytes each: 60 tuples would take 6 KB of heap.

    Of each: lat_e7, lon_e7, speed_kmh10 << 9 | heading_deg, and second << 12 | satellites, hdop_fifth and
    estimated in 5, 6 and 1 bits.
    """

    def __init__(self, fixes=()):
        self._numbers = array("i")
        for fix in fixes:
            self.append(*fix)

    def __len__(self):
        return len(self._numbers) // 4

    def append(self, second, lat_e7, lon_e7, speed_kmh10, heading_deg, satellites, hdop_fifth, estimated):
        numbers = self._numbers
        numbers.append(lat_e7)
        numbers.append(lon_e7)
        numbers.append(speed_kmh10 << 9 | heading_deg)
        numbers.append(second << 12 | satellites << 7 | hdop_fifth << 1 | estimated)

    def last_second(self):
        return self._numbers[-1] >> 12

    def is_near(self, epoch):
        """Whether a record can say where epoch is, beside the first fix."""
        numbers = self._numbers
        return abs(epoch.lat_e7 - numbers[0]) < FAR_E7 and abs(epoch.lon_e7 - numbers[1]) < FAR_E7

    def since(self, begin):
        """From number begin on, a list of tuples as firmware.wire.fixes has them."""
        made = []
        numbers = self._numbers
        for at in range(begin * 4, len(numbers), 4):
            motion, tail = numbers[at + 2], numbers[at + 3]
            made.append(
                (
                    tail >> 12,
                    numbers[at],
                    numbers[at + 1],
                    motion >> 9,
                    motion & 511,
                    tail >> 7 & 31,
                    tail >> 1 & 63,
                    tail & 1,
                )
            )
        return made


class MinuteBuilder:
    """Collects fixes, wheel metres, engine speed, ignition and counted seconds of the current UTC minute."""

    def __init__(self, pulses_per_km):
        self._pulses_per_km = pulses_per_km
        self._pulses = 0
        self._turned = 0
        self._before_m = 0
        self._minute = 0
        self._from_s = 0
        self._last_s = 0
        self._fixes = _Fixes()
        self._rpm_max = 0
        self._ignition_s = 0
        self._counted_s = 0
        self._stops = 0
        self._wheel_m = 0
        self._drafted = 0
        self._drafted_s = 0
        self.odometer_m = 0

    def start(self, utc_s, pulses):
        """A training session begins at utc_s."""
        self._last_s = utc_s - 1
        self._open(utc_s // 60, utc_s, self.metres(pulses))

    def calibrate(self, pulses_per_km):
        """The wheel's pulses for a kilometre are others from now on; the metres so far stay."""
        self._before_m += self._turned * 1000 // self._pulses_per_km
        self._turned = 0
        self._pulses_per_km = pulses_per_km

    def metres(self, pulses):
        """Wheel metres since the terminal's start; a counter that began again at 0 takes none away."""
        step = pulses - self._pulses
        self._turned += step if step >= 0 else pulses
        self._pulses = pulses
        return min(self._before_m + self._turned * 1000 // self._pulses_per_km, U32)

    def _open(self, minute, from_s, odometer_m):
        self._minute = minute
        self._from_s = from_s
        self._fixes = _Fixes()
        self._rpm_max = 0
        self._ignition_s = 0
        self._counted_s = 0
        self._stops = 0
        self._wheel_m = odometer_m
        self._drafted = 0
        self._drafted_s = from_s - 1
        self.odometer_m = odometer_m

    def on_second(self, utc_s, epoch, vehicle, stops=0):
        """One second of the session; epoch may be None. Returns the finished minute's body or None.

        stops: the bits of MINUTE's stops that hold now.
        """
        finished = None
        odometer_m = self.metres(vehicle.pulses)
        minute = utc_s // 60
        if minute != self._minute:
            finished = self._close(self._minute * 60 + 60)
            self._open(minute, minute * 60, self.odometer_m)
        self.odometer_m = odometer_m
        # A receiver may give an epoch only every few seconds; the ignition was on all the while.
        passed_s = min(utc_s - self._last_s, utc_s - self._from_s + 1)
        self._last_s = utc_s
        if vehicle.rpm > self._rpm_max:
            self._rpm_max = min(vehicle.rpm, 65535)
        if vehicle.ignition:
            self._ignition_s = min(self._ignition_s + passed_s, 60)
        if not stops & ~INFORMS:
            self._counted_s = min(self._counted_s + passed_s, 60)
        self._stops |= stops
        if epoch is not None and epoch.valid and epoch.utc_s == utc_s:
            second = utc_s % 60
            fixes = self._fixes
            if not len(fixes) or (fixes.last_second() < second and fixes.is_near(epoch)):
                fixes.append(*_fix(second, epoch))
        return finished

    def draft(self):
        """What a draft has to say, when DRAFT_S have passed since the last one, else None.

        A dict for Journal.draft, without session, trainee, instructor and course. The minute's last seconds
        are drafted by its record.
        """
        if self._last_s - self._drafted_s < DRAFT_S or self._last_s % 60 == 59:
            return None
        values = self._values()
        values["from_s"] = self._from_s % 60
        values["until_s"] = self._last_s % 60
        values["fixes"] = self._fixes.since(self._drafted)
        self._drafted = len(self._fixes)
        self._drafted_s = self._last_s
        return values

    def restore(self, recovered, utc_s, pulses):
        """The session goes on at utc_s after a power cut; recovered: what Journal.recovered tells of it.

        In the same minute this goes on with it. Else the body of that minute as far as it is known is
        returned, and a new one begins.
        """
        self.start(utc_s, pulses)
        if recovered["minute"] != self._minute or recovered["until_s"] >= utc_s % 60:
            return recovered_body(recovered)
        self._from_s = self._minute * 60 + recovered["from_s"]
        self._fixes = _Fixes(recovered["fixes"])
        self._rpm_max = recovered["rpm_max"]
        self._ignition_s = recovered["ignition_s"]
        self._counted_s = recovered["counted_s"]
        self._stops = recovered["stops"]
        # The wheel's counter began at 0 again; what it had turned in this minute is not forgotten.
        self._wheel_m = self.odometer_m - recovered["wheel_m"]
        self._drafted = len(self._fixes)
        return None

    def finish(self):
        """The session ends: body of its last minute, or None when too little of it was in the session."""
        return self._close(self._last_s + 1)

    def _close(self, until_s):
        if until_s - self._from_s < MINIMUM_S:
            return None
        values = self._values()
        values["odometer_m"] = self.odometer_m
        values["fixes"] = self._fixes.since(0)
        return values

    def _values(self):
        return {
            "minute": self._minute,
            "wheel_m": min(max(self.odometer_m - self._wheel_m, 0), 65535),
            "rpm_max": self._rpm_max,
            "ignition_s": self._ignition_s,
            "counted_s": self._counted_s,
            "stops": self._stops,
        }


def recovered_body(recovered):
    """Body of the minute that a power cut ended, from Journal.recovered, however short: no trace is lost.

    Its odometer is 0: the wheel's counter began again.
    """
    body = dict(recovered)
    body["odometer_m"] = 0
    return body


def _fix(second, epoch):
    return (
        second,
        epoch.lat_e7,
        epoch.lon_e7,
        epoch.speed_kmh10,
        epoch.heading_deg,
        min(epoch.satellites, 31),
        epoch.hdop_fifth,
        1 if epoch.estimated else 0,
    )
