"""The terminal's clock: GNSS first, ticks in silence, never backwards within a training session."""

from firmware.terminal.clock import GNSS, LEAP_TRAINING_EPOCHS, SILENCE_S, Clock

START = 1789430400


class Ticks:
    ms = 5000
    silent = False


def make():
    ticks = Ticks()
    return ticks, Clock(lambda: ticks.ms, lambda: ticks.silent)


def told(clock):
    return clock.utc_s - START if clock.utc_s else None, clock.quality, clock.steady_ms, clock.uptime_s()


def cold_start():
    ticks, clock = make()
    print("none", told(clock), clock.on_epoch(0, True, False))
    ticks.ms += 2500
    print("ticks only", clock.on_epoch(0, True, False), told(clock))
    ticks.ms += 1000
    print("time comes", clock.on_epoch(START, True, False), told(clock), clock.quality == GNSS)


def seconds():
    ticks, clock = make()
    clock.on_epoch(START, True, False)
    print("same second", clock.on_epoch(START, True, False), told(clock))
    print("next", clock.on_epoch(START + 1, True, False), told(clock))
    print("gap", clock.on_epoch(START + 61, True, True), told(clock))


def silence():
    ticks, clock = make()
    clock.on_epoch(START, True, False)
    ticks.ms += SILENCE_S * 1000 - 1
    ticks.silent = True
    print("not yet", clock.in_silence())
    ticks.ms += 1
    ticks.silent = False
    print("a busy machine is no silence", clock.in_silence())
    ticks.silent = True
    print("silence", clock.in_silence(), told(clock))
    ticks.ms += 5999
    print("goes on", clock.in_silence(), told(clock), clock.in_silence())


def never_backwards_in_training():
    for in_training in (True, False):
        ticks, clock = make()
        clock.on_epoch(START, True, False)
        ticks.ms += 30000
        ticks.silent = True
        clock.in_silence()
        print("ahead", told(clock), clock.on_epoch(START + 20, True, in_training), told(clock))
        print("then", clock.on_epoch(START + 31, True, in_training), told(clock))


def invalid_epochs_carry_time_but_do_not_set_it():
    ticks, clock = make()
    print("not set", clock.on_epoch(START, False, False), told(clock))
    clock.on_epoch(START, True, False)
    ticks.ms += 1000
    print("carried", clock.on_epoch(START + 1, False, True), told(clock))
    ticks.ms += 1000
    print("not led astray", clock.on_epoch(START + 900000, False, True), told(clock))


def a_leap_needs_a_second_epoch():
    ticks, clock = make()
    clock.on_epoch(START, True, False)
    ticks.ms += 1000
    print("alone", clock.on_epoch(START + 90000, True, False), told(clock))
    ticks.ms += 1000
    print("back", clock.on_epoch(START + 2, True, False), told(clock))
    ticks.ms += 1000
    print(
        "leap",
        clock.on_epoch(START + 90000, True, False),
        clock.on_epoch(START + 90001, True, False),
        told(clock),
    )


def ahead_in_training():
    """A clock that is some seconds ahead stands still until the epochs reach it; then all is as before."""
    ticks, clock = make()
    clock.on_epoch(START + 10, True, True)
    lived = []
    for second in range(7, 14):
        ticks.ms += 1000
        lived.append((clock.on_epoch(START + second, True, True), clock.utc_s - START))
    print("ahead", lived, clock.steady_ms, clock.contradicted_s)


def contradictions_in_training():
    """One wrong time in training neither stops the seconds nor is believed; three in a row are."""
    ticks, clock = make()
    clock.on_epoch(START, True, True)
    ticks.ms += 1000
    print("past", clock.on_epoch(START - 500, True, True), told(clock), clock.contradicted_s)
    ticks.ms += 1000
    print("future", clock.on_epoch(START + 3000, True, True), told(clock), clock.contradicted_s)
    ticks.ms += 1000
    print("true again", clock.on_epoch(START + 3, True, True), told(clock), clock.contradicted_s)
    for second in range(LEAP_TRAINING_EPOCHS + 1):
        ticks.ms += 1000
        clock.on_epoch(START + 3000 + second, True, True)
        if second >= LEAP_TRAINING_EPOCHS - 1:
            print("leap", second, told(clock))
    lived = 0
    for second in range(20):
        ticks.ms += 1000
        lived += 1 if clock.on_epoch(START + 8 + second, True, True) else 0
    print("seconds lived", lived, clock.contradicted_s, told(clock))
    print("out of training", clock.on_epoch(START + 28, True, False), told(clock))


cold_start()
seconds()
ahead_in_training()
contradictions_in_training()
invalid_epochs_carry_time_but_do_not_set_it()
a_leap_needs_a_second_epoch()
silence()
never_backwards_in_training()
