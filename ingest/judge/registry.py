"""The registry as it stood at each minute."""

import numpy as np

from ingest.judge.columns import Ints
from ingest.judge.evidence import MinuteMeasures
from ingest.judge.facts import IN_FORCE, REVOKED, UNKNOWN, Facts, key_number


def at_each_minute(minutes: MinuteMeasures, facts: Facts) -> tuple[Ints, Ints, Ints]:
    """(car, terminal state, key) per minute; minutes must be ordered by terminal.

    car is 0 where no entry covers the minute, key 0 where none with a public key does. State: UNKNOWN for a
    terminal without any entry, REVOKED for a minute that no entry covers or that lies after the revocation,
    else IN_FORCE.
    """
    car = np.zeros(len(minutes), dtype=np.int64)
    state = np.full(len(minutes), UNKNOWN, dtype=np.int64)
    key = np.zeros(len(minutes), dtype=np.int64)
    start_s = minutes.minute * 60
    # In the order of time, so that where two entries overlap the later one holds.
    ordered = sorted(set(facts.terminals), key=lambda fact: (fact.terminal, fact.valid_from_s, repr(fact)))
    for fact in ordered:
        first, past = np.searchsorted(minutes.terminal, (fact.terminal, fact.terminal + 1))
        if first == past:
            continue
        of_terminal = slice(int(first), int(past))
        time_s, states = start_s[of_terminal], state[of_terminal]
        states[states == UNKNOWN] = REVOKED
        covered = time_s >= fact.valid_from_s
        if fact.valid_to_s is not None:
            covered &= time_s < fact.valid_to_s
        states[covered] = IN_FORCE
        car[of_terminal][covered] = fact.car
        key[of_terminal][covered] = key_number(fact.public_key) if fact.public_key else 0
        if fact.revoked_s is not None:
            states[covered & (time_s >= fact.revoked_s)] = REVOKED
    return car, state, key
