"""What decides something between a pin and the app; no hardware in it, so it is tried without a board."""

# machine.reset_cause() on the ESP32 port, and the BOOT record's numbers for them.
_CAUSES = {
    1: 1,  # power on; the port says the same after a brown-out
    2: 2,  # reset pin
    3: 3,  # watchdog
    4: 1,  # deep sleep: the terminal never sleeps, so the power was switched
    5: 4,  # software
}


def reset_cause_of(machine_cause):
    """The BOOT record's reset_cause for what machine.reset_cause() says; 0 unknown."""
    return _CAUSES.get(machine_cause, 0)


class WideCounter:
    """A total from a counter that begins at 0 again when it reaches limit.

    Must be told the count at least once while the counter goes round: 30000 pulses are minutes of driving.
    """

    def __init__(self, limit):
        self._limit = limit
        self._last = 0
        self.total = 0

    def take(self, count):
        """The counter stands at count; the total since the start."""
        self.total += (count - self._last) % self._limit
        self._last = count
        return self.total


class EngineSpeed:
    """Revolutions a minute from ignition pulses: pulses_per_turn x ten (a four-cylinder engine gives 2)."""

    def __init__(self, pulses_per_turn10=20):
        self._per_turn10 = pulses_per_turn10
        self._total = None
        self._ms = 0
        self.rpm = 0

    def take(self, total, ms):
        """So many pulses by now; ms is the board's clock. Asked too soon, the speed stays as it was."""
        if self._total is None:
            self._total = total
            self._ms = ms
            return self.rpm
        passed_ms = ms - self._ms
        if passed_ms < 200:
            return self.rpm
        self.rpm = (total - self._total) * 600000 // (self._per_turn10 * passed_ms)
        self._total = total
        self._ms = ms
        return self.rpm


class Buttons:
    """Keys of the terminal from the levels of their pins; a press counts once, when two looks agree."""

    def __init__(self, keys):
        self._keys = keys
        self._levels = [0] * len(keys)
        self._stable = [0] * len(keys)
        self._pressed = ""

    def look(self, levels):
        """levels: 1 where a button is down, in the order of the keys. Call every few milliseconds."""
        for i in range(len(self._keys)):
            level = levels[i]
            if level == self._levels[i] and level != self._stable[i]:
                self._stable[i] = level
                if level and len(self._pressed) < 4:
                    self._pressed += self._keys[i]
            self._levels[i] = level

    def take(self):
        """The oldest key that was pressed and not taken, or None."""
        if not self._pressed:
            return None
        key = self._pressed[0]
        self._pressed = self._pressed[1:]
        return key


def supply_mv_of(microvolts, ratio1000):
    """Millivolts of the car's supply from the ADC's microvolts behind a divider of ratio1000 / 1000."""
    return min(microvolts * ratio1000 // 1000000, 65535)


def bcd_time(registers):
    """UTC seconds since 1970 from a DS3231's registers 0..6 (bytes), or 0 when they are no time.

    Source: Maxim DS3231 datasheet, figure 1: seconds, minutes, hours, day, date, month with century, year.
    """
    numbers = []
    for i, mask in enumerate(b"\x7f\x7f\x3f\x07\x3f\x1f\xff"):
        value = registers[i] & mask
        if value & 15 > 9 or value >> 4 > 9:
            return 0
        numbers.append((value >> 4) * 10 + (value & 15))
    second, minute, hour, _, day, month, year = numbers
    if second > 59 or minute > 59 or hour > 23 or not 1 <= month <= 12 or not 1 <= day <= 31:
        return 0
    return (days_from_1970(2000 + year, month, day) * 24 + hour) * 3600 + minute * 60 + second


def time_bcd(year, month, day, hour, minute, second):
    """The same registers for a civil time, UTC; the day of the week is left at 1."""
    numbers = (second, minute, hour, 1, day, month, year - 2000)
    return bytes([number // 10 << 4 | number % 10 for number in numbers])


def days_from_1970(year, month, day):
    """Days since 1970-01-01 of a Gregorian date (H. Hinnant, chrono-compatible date algorithms)."""
    year -= month <= 2
    era = year // 400
    of_era = year - era * 400
    of_year = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1
    return era * 146097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719468
