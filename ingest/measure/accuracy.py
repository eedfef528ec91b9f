"""How far a fix may lie from where the car was, by what its receiver said of it.

A packed fix says satellites, hdop and whether it was measured in twelve bits, so one table answers for all.
"""

from functools import lru_cache

import numpy as np

from firmware.wire.notes import FIX_BITS
from ingest.judge.columns import Bools, Floats
from ingest.judge.rulebook.rule_set import RuleSet
from ingest.measure.decode import DecodedMinutes, Words, field_of

HDOP_UNIT = 0.2
_SAID = sum(row[1] for row in FIX_BITS if row[0] in ("satellites", "hdop_fifth", "estimated"))
_CODES: Words = np.arange(1 << _SAID, dtype=np.uint32)
# The least of the codes that say it.
_ESTIMATED = _CODES[field_of(_CODES, "estimated") == 1].min()


def measured(decoded: DecodedMinutes) -> Bools:
    """n x 60: fixes that a receiver measured, dead-reckoned ones left out."""
    real: Bools = (decoded.words & _ESTIMATED) == 0
    real &= decoded.present
    return real


@lru_cache(maxsize=64)
def margin_table(rules: RuleSet) -> Floats:
    """Margin of error (metres) for each value of the twelve bits: hdop * uere_m, at least fence_margin_min_m.

    With fewer than few_satellites it is few_satellites_factor times that: none is left over to tell a
    reflected signal by. A measured fix of 0 satellites comes from a receiver that does not tell how many.
    """
    hdop_fifth, satellites = field_of(_CODES, "hdop_fifth"), field_of(_CODES, "satellites")
    margin = np.maximum(hdop_fifth * (HDOP_UNIT * rules.uere_m), rules.fence_margin_min_m)
    few = (satellites > 0) & (satellites < rules.few_satellites)
    widened: Floats = np.where(few, margin * rules.few_satellites_factor, margin)
    widened.flags.writeable = False
    return widened


def margin_m(decoded: DecodedMinutes, rules: RuleSet) -> Floats:
    """n x 60 margins of the fixes in metres; what it says where there is no fix means nothing."""
    codes = (decoded.words & np.uint32(len(_CODES) - 1)).astype(np.intp)
    return margin_table(rules)[codes.T].T
