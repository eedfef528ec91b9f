"""Grounds that come from the server in one or several orders, and go into force together or not at all.

Body of a GROUNDS order: version u32, part u8 counted from 1, parts u8, bytes of the blob.
"""

NAME = "grounds"
# The parts so far: version, part, parts, bytes. A power cut between two orders takes nothing away.
UNDER_WAY = "grounds_new"

DONE = 0
REFUSED = 1
MALFORMED = 2
BEGUN = 5


def load_grounds(keep):
    """The grounds in force, or None when none are known."""
    blob = keep.get(NAME)
    if blob is None:
        return None
    # Where no grounds are known their code takes no memory.
    from firmware.terminal.fence.fence import Grounds

    try:
        return Grounds(blob)
    except ValueError:
        return None


def take_order(keep, body):
    """Take one order's body: (outcome, Grounds or None).

    BEGUN: more parts are to come. DONE: all are there, the grounds are kept and given. REFUSED: parts of
    these grounds are missing. MALFORMED: what came is no blob of grounds; what was in force stays in force.
    """
    from firmware.terminal.fence.fence import BLOB_MAX, Grounds

    if len(body) < 7 or not 1 <= body[4] <= body[5]:
        return MALFORMED, None
    part = body[4]
    blob = b""
    if part > 1:
        before = keep.get(UNDER_WAY)
        if before is None or before[:4] != body[:4] or before[4] != part - 1 or before[5] != body[5]:
            return REFUSED, None
        blob = before[6:]
    blob += body[6:]
    if len(blob) > BLOB_MAX:
        keep.drop(UNDER_WAY)
        return MALFORMED, None
    if part < body[5]:
        keep.put(UNDER_WAY, body[:6] + blob)
        return BEGUN, None
    keep.drop(UNDER_WAY)
    try:
        grounds = Grounds(blob)
    except ValueError:
        return MALFORMED, None
    if grounds.version != int.from_bytes(body[:4], "big"):
        return MALFORMED, None
    keep.put(NAME, blob)
    return DONE, grounds
