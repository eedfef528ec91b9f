"""The head signer on both interpreters: identity, slices, the newest wish, faults, and what a cut leaves.

Run as `micropython FILE FOLDER` and `python FILE FOLDER`; a line that begins with BAD is a wrong value.
"""

import sys
from binascii import hexlify

from firmware.terminal.keep import Keep
from firmware.terminal.signing import signer
from firmware.terminal.signing.signer import (
    HeadSigner,
    SignerError,
    key_id,
    make_identity,
    public_key,
    unsigned,
)
from firmware.wire import records

TERMINAL = 1234567890123456
SEED = bytes(range(32))
HEADS = [bytes([number]) * 32 for number in range(4)]
keep = Keep(sys.argv[1] + "/keep")


def check(name, found, expected):
    print("ok" if found == expected else "BAD", name, found)


def verified(public, body):
    from firmware.terminal.signing import ed25519

    message = records.head_message(TERMINAL, body["through"], body["head"])
    return ed25519.verify(public, message, body["signature"])


def next_body(head_signer):
    steps = 0
    while head_signer.busy:
        head_signer.step()
        steps += 1
        body = head_signer.finished()
        if body is not None:
            return body, steps
    return None, steps


def identity():
    for broken in (bytes(32), bytes(31), b"\xff" * 32):
        try:
            make_identity(keep, lambda count, data=broken: data)
            print("BAD identity from", broken)
        except SignerError:
            check("nothing kept", keep.get("identity"), None)
    try:
        HeadSigner(keep, TERMINAL).step()
        public_key(keep)
        print("BAD key without identity")
    except SignerError as error:
        print(error)
    public = make_identity(keep, lambda count: SEED[:count])
    print(hexlify(public).decode(), hexlify(key_id(public)).decode())
    check("made once", make_identity(keep, lambda count: bytes(reversed(SEED))), public)
    check("public key", public_key(keep), public)
    return public


def signing(public):
    head_signer = HeadSigner(keep, TERMINAL)
    check("idle", (head_signer.busy, head_signer.step(), head_signer.finished()), (False, None, None))
    head_signer.start(5, HEADS[0])
    body, steps = next_body(head_signer)
    print(steps, body["through"], hexlify(body["signature"]).decode())
    check("whole body", (body["head"], body["key"]), (HEADS[0], key_id(public)))
    check("verifies", verified(public, body), True)
    check("once", (head_signer.finished(), head_signer.busy), (None, False))
    values = {"kind": 7, "terminal": TERMINAL, "seq": 6, "prev": bytes(32), "boot": 1, "uptime_s": 2}
    values.update({"utc_s": 3, "clock": 3})
    values.update(body)
    check("a record", records.decode(records.encode(values))["signature"], body["signature"])


def wishes(public):
    head_signer = HeadSigner(keep, TERMINAL)
    head_signer.start(10, HEADS[0])
    for _ in range(20):
        head_signer.step()
    head_signer.start(11, HEADS[1])
    head_signer.start(12, HEADS[2])
    found = []
    while True:
        body, _ = next_body(head_signer)
        if body is None:
            break
        check("verifies", verified(public, body), True)
        found.append(body["through"])
    check("the one that ran, then the newest", found, [10, 12])


class Flipped:
    """An Ed25519 whose signatures have one wrong bit, as after a glitch of the supply."""

    def __init__(self, real, times):
        self.Key = real.Key
        self.Verifying = real.Verifying
        self._real = real
        self.times = times

    def Signing(self, key, message):
        job = self._real.Signing(key, message)
        if self.times:
            self.times -= 1
            job.finish()
            job._result = bytes([job._result[0] ^ 1]) + job._result[1:]
        return job


def faults(public):
    """A module in place of the real one for the import: only there can a fault be planted."""
    from firmware.terminal.signing import ed25519 as real

    package = sys.modules["firmware.terminal.signing"]
    for times, expected in ((1, True), (2, True), (3, False)):
        flipped = Flipped(real, times)
        kept = signer.unload
        signer.unload = lambda: None
        sys.modules["firmware.terminal.signing.ed25519"] = package.ed25519 = flipped
        head_signer = HeadSigner(keep, TERMINAL)
        head_signer.start(20, HEADS[3])
        body, _ = next_body(head_signer)
        check(
            "%d faults" % times,
            (body is not None, head_signer.faults, head_signer.busy),
            (expected, times, False),
        )
        sys.modules["firmware.terminal.signing.ed25519"] = package.ed25519 = real
        signer.unload = kept
        if body is not None:
            check("verifies", verified(public, body), True)


def record(seq, kind, utc_s, **body):
    values = {"kind": kind, "terminal": TERMINAL, "seq": seq, "prev": bytes(32), "boot": 1, "uptime_s": 2}
    values.update({"utc_s": utc_s, "clock": 3})
    values.update(body)
    return records.encode(values)


def after_a_cut():
    def out(seq):
        return record(seq, 5, 1000, session=1, role=2, person=3, how=1, minutes=4, distance_m=5)

    def head(seq, through):
        key, signature = bytes(8), bytes(64)
        return record(seq, 7, 1000, through=through, head=HEADS[0], key=key, signature=signature)

    def other(seq):
        return record(seq, 6, 2000, code=1, state=1, value=0)

    check("nothing", unsigned([]), False)
    check("no sign-out", unsigned([other(1), other(2)]), False)
    check("sign-out alone", unsigned([other(1), out(2)]), True)
    check("covered", unsigned([out(2), head(3, 2)]), False)
    check("a HEAD of before", unsigned([head(3, 2), out(4), other(5)]), True)
    check("a HEAD after it that does not reach it", unsigned([out(2), out(4), head(5, 2)]), True)
    check("covered, more since", unsigned([out(2), head(3, 2), other(4)], 1000 + 86399), False)
    check("a day old", unsigned([out(2), head(3, 2), other(4)], 1000 + 86400), True)
    check("a day old, nothing since", unsigned([out(2), head(3, 2)], 1000 + 86400), False)
    check("time unknown", unsigned([out(2), head(3, 2), other(4)], 0), False)


public = identity()
signing(public)
wishes(public)
faults(public)
after_a_cut()
