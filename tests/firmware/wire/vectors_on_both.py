"""Golden vectors on whichever interpreter runs this file: prints one line for each vector."""

import json
import sys

from firmware.wire import bulk, envelope, orders, records, topics


def from_json(values):
    out = dict(values)
    for name in ("prev", "photo", "head", "key", "signature"):
        if name in out:
            out[name] = to_bytes(out[name])
    if "fixes" in out:
        out["fixes"] = [tuple(fix) for fix in out["fixes"]]
    return out


def to_bytes(digits):
    return bytes([int(digits[i : i + 2], 16) for i in range(0, len(digits), 2)])


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
            is_thinned_right(data, vector.get("thin")),
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
    terminal = vectors["terminal"]
    wanted = vectors["receipt"]
    ranges = [(first, last, records.digest(raw[last - 1])) for first, last in wanted["ranges"]]
    head = records.digest(raw[wanted["through"] - 1])
    receipt = envelope.encode_receipt(terminal, wanted["through"], head, key, wanted["utc_s"], ranges)
    print(text(receipt) == wanted["bytes"], envelope.open_receipt(receipt, key)[4] == ranges)
    print(topics.up(terminal) == vectors["up"], topics.down(terminal) == vectors["down"])
    print(topics.bulk(terminal) == vectors["bulk"], topics.terminal_of(vectors["bulk"]))
    message = records.head_message(terminal, len(raw), records.digest(raw[-1]))
    print(text(message) == vectors["head_message"])
    others(vectors, terminal, key)


def is_thinned_right(data, wanted):
    if data[0] != 4:
        return True
    thinned = records.thin(data)
    if wanted is None or thinned is None:
        return wanted is thinned
    return text(thinned) == wanted and records.digest(thinned) == records.digest(data)


def others(vectors, terminal, key):
    wanted = vectors["order"]
    body = bytes((0, 0, 0, wanted["first"], 0, 0, 0, wanted["last"]))
    order = orders.encode(terminal, wanted["order"], wanted["until_utc_s"], wanted["code"], body, key)
    print(text(order) == wanted["bytes"], orders.open_order(order, key)[4] == body)
    photo = bytes(range(7, 39))
    chunk = bulk.encode_chunk(terminal, photo, 11321, 1400, b"abc", key)
    print(text(chunk) == vectors["chunk"], bulk.open_chunk(chunk, key)[2:])
    receipt = bulk.encode_photo_receipt(terminal, photo, 1403, bulk.GO_ON, key)
    print(text(receipt) == vectors["photo_receipt"], bulk.open_photo_receipt(receipt, key)[2:])
    want = bulk.encode_want(terminal, photo[:8], 2800, key)
    print(text(want) == vectors["want"], bulk.open_want(want, key)[2])
    piece = bulk.encode_piece(terminal, photo[:8], 2800, b"defg", key)
    print(text(piece) == vectors["piece"], bulk.open_piece(piece, key)[2:])


main(sys.argv[1])
