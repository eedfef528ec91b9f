"""Which shares shared rules may have something to say of: few, so only they are laid out in minutes."""

from collections.abc import Sequence

import numpy as np

from ingest.judge.case.journeys import group_rows
from ingest.judge.columns import Bools, Ints
from ingest.judge.rulebook.rule_set import RuleSet
from ingest.judge.shared import Shares

_HOLDERS = ("trainee", "instructor")
_DAY_MIN = 1440


def entangled(shares: Shares, rule_sets: Sequence[RuleSet]) -> Bools:
    """Which shares shared rules may have something to say of; of the others they have nothing to say.

    Those that overlap another one of the same person or car, those whose trainee's local day may be over a
    cap, and those whose person was in another car not long before or is after.
    """
    found = np.zeros(len(shares), dtype=bool)
    if not len(shares):
        return found
    car = np.where(shares.car > 0, shares.car, -shares.terminal)
    for holder in (shares.trainee, shares.instructor, car):
        found |= _overlapping(holder, shares.first_minute, shares.last_minute)
    within_min = max(rules.travel_within_min for rules in rule_sets)
    for name in _HOLDERS:
        found |= _travelling(getattr(shares, name), shares, within_min)
    offset_min = np.array([rules.utc_offset_min for rules in rule_sets])[shares.rule_set]
    cap_min = min(rules.day_cap_practice_min for rules in rule_sets)
    return found | _over(shares, offset_min, cap_min)


def _overlapping(holder: Ints, first: Ints, last: Ints) -> Bools:
    order = np.lexsort((last, first, holder))
    found = np.zeros(len(holder), dtype=bool)
    who, begin, end = holder[order], first[order], last[order]
    new = np.ones(len(who), dtype=bool)
    new[1:] = np.diff(who) != 0
    # The furthest end so far within a holder: a holder's number lifts it above that of all before.
    lift = (np.cumsum(new) - 1) << 32
    furthest = np.maximum.accumulate(end + lift)
    again = np.flatnonzero(~new)
    found[order[again]] |= begin[again] + lift[again] <= furthest[again - 1]
    found[order[again - 1]] |= begin[again] <= end[again - 1]
    return found


def _travelling(holder: Ints, shares: Shares, within_min: int) -> Bools:
    order = np.lexsort((shares.last_minute, shares.first_minute, holder))
    found = np.zeros(len(holder), dtype=bool)
    one, other = order[:-1], order[1:]
    near = (holder[one] == holder[other]) & (shares.terminal[one] != shares.terminal[other])
    near &= shares.first_minute[other] - shares.last_minute[one] <= within_min
    found[one[near]] = True
    found[other[near]] = True
    return found


def _over(shares: Shares, offset_min: Ints, cap_min: int) -> Bools:
    """Shares of a trainee's local day with more than cap_min accepted minutes, a share in both its days."""
    days = [(minute + offset_min) // _DAY_MIN for minute in (shares.first_minute, shares.last_minute)]
    two = days[1] != days[0]
    trainee = np.concatenate([shares.trainee, shares.trainee[two]])
    group = group_rows(np.column_stack([trainee, np.concatenate([days[0], days[1][two]])]))
    counts = np.concatenate([shares.accepted_n, shares.accepted_n[two]])
    total = np.zeros(int(group.max()) + 1, dtype=np.int64)
    np.add.at(total, group, counts)
    over = total[group] > cap_min
    found = over[: len(shares)].copy()
    found[two] |= over[len(shares) :]
    return found
