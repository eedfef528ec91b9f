"""Golden vectors on whichever interpreter runs this file: prints one line for each vector."""

import json
import sys

from firmware.wire import envelope, records, topics


def from_json(values):
    out = dict(values)
    for name in ("prev", "photo"):
        if name in out:
            text = out[name]
            out[name] = bytes([int(text[i : i + 2], 16) for i in range(0, len(text), 2)])
    if "fixes" in out:
        out["fixes"] = [tuple(fix) for fix in out["fixes"]]
    return out


def text(data):
    return "".join(["%02x" % byte for byte in data])


def main(path):
    with open(path) as source:
        vectors = json.load(source)
    raw = []
    for vector in vectors["records"]:
        values = from_json(vector["values"])
        data = records.encode(values)
        raw.append(data)
        back = records.decode(data)
        same = all(back[name] == values[name] for name in values)
        print(
            values["kind"],
            text(data) == vector["bytes"],
            text(records.digest(data)) == vector["digest"],
            same,
        )
    key = bytes(range(32))
    for vector in vectors["envelopes"]:
        chosen = raw[vector["first"] : vector["first"] + vector["count"]]
        payload = envelope.seal(vectors["terminal"], chosen, key)
        print(
            text(payload) == vector["bytes"],
            envelope.parse(payload)[1] == chosen,
            envelope.verify(payload, key),
        )
    receipt = envelope.encode_receipt(vectors["terminal"], len(raw), records.digest(raw[-1]), key)
    print(text(receipt) == vectors["receipt"]["bytes"], envelope.open_receipt(receipt, key)[1])
    print(
        topics.up(vectors["terminal"]) == vectors["up"], topics.down(vectors["terminal"]) == vectors["down"]
    )
    print(topics.terminal_of(vectors["up"]))


main(sys.argv[1])
