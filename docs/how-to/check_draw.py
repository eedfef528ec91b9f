"""Derive a day's random audit again: python3 check_draw.py LIST SEED [REPEAT_KEY]; prints the drawn lines."""

import hashlib
import sys


def smallest(lines, seed, permille):
    by_hash = sorted(lines, key=lambda line: (hashlib.sha256(f"{seed}\n{line}".encode()).digest(), line))
    return sorted(by_hash[: -(-len(lines) * permille // 1000)])


def main(path, seed, key=None):
    with open(path, "rb") as file:
        raw = file.read()
    print("list SHA-256:", hashlib.sha256(raw).hexdigest(), file=sys.stderr)
    lines = raw.decode().splitlines()
    head = {line.split()[1]: line.split()[2:] for line in lines if line.startswith("#")}
    schools = {}
    for line in lines[len(head) :]:
        schools.setdefault(line.split()[1], []).append(line)
    found = sorted(line for one in schools.values() for line in smallest(one, seed, int(head["drawn"][0])))
    if key is not None:
        if hashlib.sha256(key.encode()).hexdigest() != head["again"][-1]:
            sys.exit("This is not the repeat key that the list was bound to.")
        found = smallest(found, f"{seed}\n{key}", int(head["again"][0]))
    print("".join(f"{line}\n" for line in found), end="")


main(*sys.argv[1:])
