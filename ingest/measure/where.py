"""Where the fixes of a minute lie against the fences that allow it: inside, outside, or too near to say."""

from dataclasses import dataclass

import numpy as np

from ingest.judge.columns import Bools, Floats, Ints
from ingest.judge.rulebook.rule_set import RuleSet
from ingest.measure.cut import Traced, cut_m
from ingest.measure.flips import DOUBT, IN, OUT, Zones, out_beyond_doubt
from ingest.measure.places import Fences, SchoolOf, fence_keys
from ingest.measure.receiver import count


@dataclass(frozen=True, eq=False)
class Where:
    """One row a minute; the fields are those of MinuteMeasures."""

    fix_in: Ints
    fix_out: Ints
    fix_doubt: Ints
    fence_in_force: Bools
    outside_m: Floats
    out_s: Ints
    doubt_s: Ints
    cut_m: Floats
    elsewhere: Ints


def where(
    traced: Traced,
    spread_m: Floats,
    fences: Fences,
    rules: RuleSet,
    school_of: SchoolOf | None,
    skip: int,
    history: Zones,
) -> tuple[Where, Zones]:
    """Count the measured fixes: out beyond their margin, doubt outside but within it, in otherwise.

    spread_m: how far the fixes of a standing car wander, which widens their margins up to wander_max_m.
    skip: so many rows only go before the others; history: the car's side of the fence after them, as
    ingest.measure.flips has it. Out too: that after the last row.
    """
    decoded, real = traced.decoded, traced.real
    keys = fence_keys(decoded, school_of)
    wide = np.flatnonzero(spread_m)
    margin = traced.margin.copy(order="K") if len(wide) else traced.margin
    margin[wide] = np.maximum(margin[wide], np.minimum(spread_m[wide], rules.wander_max_m)[:, None])
    minute_s = decoded.columns["minute"] * 60
    places = fences.classify(keys, minute_s, decoded.lat_e7, decoded.lon_e7, real, margin)
    zone = places.zone
    out = np.zeros(zone.shape, dtype=bool)
    out[skip:], history = out_beyond_doubt(
        zone[skip:], traced.prior.follows[skip:], history, rules.fence_flip_fixes
    )
    fix_in, fix_out, fix_doubt = (count(zone == which) for which in (IN, OUT, DOUBT))
    out_s = lasted_s(out, real, rules.track_link_s)
    doubt_s = lasted_s(zone > IN, real, rules.track_link_s) - out_s
    cut = cut_m(traced, keys, places, fences, rules)
    in_force = places.in_force > 0
    found = Where(
        fix_in, fix_out, fix_doubt, in_force, places.outside_m, out_s, doubt_s, cut, places.elsewhere
    )
    return found, history


def lasted_s(which: Bools, real: Bools, link_s: float) -> Ints:
    """Seconds of each row n x 60 that some of its fixes (real) stand for: one each, and all between two
    neighbours that both are of them and at most link_s apart. So a sparse or thinned minute says what a full
    one does."""
    seconds = count(which)
    rows = np.flatnonzero(seconds)
    rows = rows[~real[rows].all(axis=1)]
    at, second = np.nonzero(real[rows])
    both = which[rows][at, second]
    apart_s = np.diff(second)
    linked = (np.diff(at) == 0) & both[1:] & both[:-1] & (apart_s <= link_s)
    np.add.at(seconds, rows[at[1:][linked]], apart_s[linked] - 1)
    return seconds
