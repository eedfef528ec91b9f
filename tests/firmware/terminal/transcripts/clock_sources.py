"""Where the clock has its time from: RTC, server, GNSS; what TIME records it offers; lost GPS weeks."""

from firmware.terminal.clock import (
    ABSENT_MS,
    BACK_MS,
    GNSS,
    HALF_ROLLOVER_S,
    LEAP_TRAINING_EPOCHS,
    RTC,
    Clock,
)

START = 1789430400
FLOOR = START - 86400 * 365


class Ticks:
    ms = 5000
    silent = True


def make():
    ticks = Ticks()
    return ticks, Clock(lambda: ticks.ms, lambda: ticks.silent, FLOOR)


def told(clock):
    return clock.utc_s - START if clock.utc_s else None, clock.quality, clock.steady_ms


def mapping(clock):
    offer = clock.take_mapping()
    if offer is None:
        return None
    was_s = offer["was_s"] - START if offer["was_s"] else None
    true_s = offer["true_s"] - START
    return offer["uptime_ms"], true_s, offer["true_ms"], offer["source"], was_s, offer["weeks"]


def epochs(ticks, clock, first, count, in_training=False):
    """count epochs from START + first on, one a second; how many seconds were lived."""
    lived = 0
    for second in range(first, first + count):
        ticks.ms += 1000
        lived += 1 if clock.on_epoch(START + second, True, in_training) else 0
    return lived


def rtc():
    for name, utc_s in (("dead", 0), ("1980", 315964800), ("below the floor", FLOOR - 1), ("sound", START)):
        _, clock = make()
        print("rtc", name, clock.on_rtc(utc_s), told(clock), mapping(clock))
    for name, utc_s in (
        ("before the journal", START - 1),
        ("at the journal", START),
        ("ten years on", START + HALF_ROLLOVER_S + 1),
    ):
        _, clock = make()
        clock.not_before(START)
        print("rtc", name, clock.on_rtc(utc_s), told(clock))
    ticks, clock = make()
    ticks.ms += 2400
    clock.on_rtc(START)
    ticks.ms += 3600
    print("carried", clock.in_silence(), told(clock), mapping(clock), mapping(clock))
    print("only once", clock.on_rtc(START + 100), told(clock))


def better_replaces_worse():
    ticks, clock = make()
    clock.on_rtc(START)
    print("rtc", mapping(clock))
    ticks.ms += 6000
    clock.in_silence()
    clock.on_server_time(START + 400, False)
    print("server", told(clock), mapping(clock))
    epochs(ticks, clock, 450, 2)
    print("gnss", told(clock), clock.quality == GNSS, mapping(clock))
    clock.on_server_time(START + 9000, False)
    print("server is late", clock.on_rtc(START + 9000), told(clock), mapping(clock))
    ticks.ms += ABSENT_MS
    clock.in_silence()
    clock.on_server_time(START + 452 + ABSENT_MS // 1000 + 4, False)
    print("absent for long", told(clock), mapping(clock))
    before = clock.utc_s - START
    epochs(ticks, clock, before + 1, 1)
    print("gnss again", told(clock), mapping(clock))


def server_only():
    ticks, clock = make()
    clock.on_server_time(FLOOR - 1, False)
    print("no server time", told(clock))
    clock.on_server_time(START, False)
    print("first", told(clock), mapping(clock))
    for late in (1, 2, 500):
        ticks.ms += 1000
        clock.in_silence()
        clock.on_server_time(START - late, False)
    print("late receipts", told(clock), mapping(clock))
    ticks.ms += 6000
    clock.in_silence()
    clock.on_server_time(START + 9 + 2, True)
    print("small error", told(clock), mapping(clock))
    clock.on_server_time(START + 9 + 9, True)
    print("forward in training", told(clock), mapping(clock))
    clock.on_server_time(START + 900, True)
    print("told, not taken", told(clock), mapping(clock))
    clock.on_server_time(START + 900, False)
    print("taken after it", told(clock), mapping(clock))


def rtc_ahead(in_training, ahead_s):
    """The RTC is ahead, and three receipts over a minute say so."""
    ticks, clock = make()
    clock.on_rtc(START + ahead_s)
    mapping(clock)
    seen = []
    for minute in range(4):
        clock.on_server_time(START + minute * 40, in_training)
        seen.append((told(clock), mapping(clock)))
        for _ in range(4):
            before = clock.utc_s
            ticks.ms += 10000
            clock.in_silence()
            if in_training and clock.utc_s < before:
                print("BAD backwards")
    print("rtc ahead by", ahead_s, "in training" if in_training else "", seen, told(clock), BACK_MS)


def leap_seconds():
    """A receiver without an almanac is 18 s ahead, and steps to UTC when it has one."""
    for in_training in (False, True):
        ticks, clock = make()
        epochs(ticks, clock, 18, 5, in_training)
        print("GPS time", told(clock), mapping(clock))
        last = clock.utc_s
        back = 0
        for second in range(5, 30):
            epochs(ticks, clock, second, 1, in_training)
            back += clock.utc_s < last
            last = clock.utc_s
        print("UTC", told(clock), mapping(clock), "backwards", back, clock.contradicted_s)
    ticks, clock = make()
    epochs(ticks, clock, 58, 2, True)
    ticks.ms += 1000
    lived = clock.on_epoch(0, False, True)
    lived += epochs(ticks, clock, 60, 3, True)
    mapping(clock)
    print("second 60", lived, told(clock), mapping(clock))


def a_glitch_while_ahead_tells_nothing():
    ticks, clock = make()
    epochs(ticks, clock, 0, 5, True)
    mapping(clock)
    clock.on_epoch(START - 20, True, True)
    epochs(ticks, clock, 5, 5, True)
    print("glitch", told(clock), mapping(clock))


def far_behind_in_training():
    """The sign-in was by a wrong RTC: stamps go on, and the truth is told beside them."""
    ticks, clock = make()
    clock.on_rtc(START + 5000)
    mapping(clock)
    epochs(ticks, clock, 0, LEAP_TRAINING_EPOCHS, True)
    print("not yet", told(clock), mapping(clock), clock.contradicted_s)
    epochs(ticks, clock, LEAP_TRAINING_EPOCHS, 1, True)
    print("told", told(clock), mapping(clock), clock.quality == RTC)
    epochs(ticks, clock, LEAP_TRAINING_EPOCHS + 1, 20, True)
    print("once", told(clock), mapping(clock))
    print("after", epochs(ticks, clock, 60, 2, False), told(clock), clock.quality == GNSS)


def lost_weeks():
    def first(utc_s, newest_s=0, known_s=0):
        ticks, clock = make()
        clock.not_before(newest_s)
        clock.on_server_time(known_s, False)
        mapping(clock)
        ticks.ms += 1000
        clock.on_epoch(utc_s, True, False, 1024)
        return told(clock), mapping(clock), clock.contradicted_s

    print("nothing known", first(START))
    print("as the journal", first(START, START - 1000))
    print("before the journal", first(START, START + 90000))
    print("far after it", first(START + HALF_ROLLOVER_S + 90000, START))
    print("as the server", first(START + 1, 0, START))
    print("unlike the server", first(START + 90000, 0, START))


def older_than_the_journal():
    ticks, clock = make()
    clock.not_before(START + 5000)
    print("older", epochs(ticks, clock, 0, LEAP_TRAINING_EPOCHS), told(clock))
    print("insists", epochs(ticks, clock, LEAP_TRAINING_EPOCHS, 2), told(clock), mapping(clock))


def ticks_go_back():
    ticks, clock = make()
    clock.on_rtc(START)
    ticks.ms = 0
    print("lost count", clock.in_silence(), told(clock))
    ticks.ms = 5000
    print("goes on", clock.in_silence(), told(clock))


def journal_refuses():
    _, clock = make()
    clock.on_rtc(START)
    offer = clock.take_mapping()
    clock.put_back(offer)
    print("again", mapping(clock), mapping(clock))


rtc()
better_replaces_worse()
server_only()
for case in ((False, 5000), (True, 5000), (True, 30)):
    rtc_ahead(*case)
leap_seconds()
a_glitch_while_ahead_tells_nothing()
far_behind_in_training()
lost_weeks()
older_than_the_journal()
ticks_go_back()
journal_refuses()
