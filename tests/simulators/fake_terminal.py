"""A small terminal that speaks the vehicle protocol: used by test_school_day on real pseudo-terminals.

usage: fake_terminal.py SETTINGS.json. For every GSA line it asks "?", notes the answer with the time of
the RMC, then reads the face port; a key makes it prompt "!T" and send VERIFY.
"""

import json
import os
import select
import sys
import termios
import tty

VERIFY = bytes.fromhex("efaa120002000818")


def main(path: str) -> None:
    with open(path) as source:
        settings = json.load(source)
    lines = {name: os.open(settings[name], os.O_RDWR) for name in ("gnss", "face", "vehicle")}
    for fd in lines.values():
        tty.setraw(fd, termios.TCSANOW)
    with open(os.path.join(settings["journal"], "seen.txt"), "a") as notes:
        notes.write("start\n")
        pending, clock = b"", ""
        while True:
            pending += os.read(lines["gnss"], 4096)
            *whole, pending = pending.split(b"\r\n")
            for line in whole:
                if b"RMC" in line:
                    fields = line.split(b",")
                    clock = (fields[9] + b" " + fields[1][:6] + b" " + fields[2]).decode()
                if b"GSA" in line:
                    second(lines, clock, notes)


def second(lines, clock, notes) -> None:
    os.write(lines["vehicle"], b"?\n")
    answer = b""
    while not answer.endswith(b"\n"):
        answer += os.read(lines["vehicle"], 64)
    face = b""
    while select.select([lines["face"]], [], [], 0)[0]:
        face += os.read(lines["face"], 256)
    notes.write(f"{clock} {answer.decode().strip()} {face.hex()}\n")
    notes.flush()
    key = answer.strip().split(b",")[3]
    if key != b"-":
        os.write(lines["vehicle"], b"!I\n" if key in b"IX" else b"!T\n")
        os.write(lines["face"], VERIFY)


if __name__ == "__main__":
    main(sys.argv[1])
