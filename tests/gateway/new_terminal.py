"""A new terminal on MicroPython: PORT SETTINGS_FILE KEEP_FOLDER HARDWARE_HEX [CUT_AFTER].

Waits to be provisioned, then only answers a gateway that would provision it again. CUT_AFTER: it dies, as at
a power cut, instead of writing its so-many-th file.
"""

import binascii
import json
import os
import sys
import time

from firmware.boards.unix_cable import CablePort
from firmware.terminal.depot import provision
from firmware.terminal.depot.depot import Ways
from firmware.terminal.keep import Keep
from firmware.terminal.signing import signer


class Dying:
    """Stands for os in the modules that write: the power goes instead of the n-th rename."""

    def __init__(self, left):
        self.left = left

    def rename(self, old, new):
        self.left -= 1
        if self.left < 0:
            sys.exit(9)
        os.rename(old, new)

    def __getattr__(self, name):
        return getattr(os, name)


def random_bytes(count):
    with open("/dev/urandom", "rb") as source:
        return source.read(count)


def main():
    port = CablePort(sys.argv[1])
    path = sys.argv[2]
    keep = Keep(sys.argv[3])
    hardware = bytes([int(sys.argv[4][i : i + 2], 16) for i in range(0, 16, 2)])
    if len(sys.argv) > 5:
        from firmware.terminal import keep as keep_module

        provision.os = keep_module.os = Dying(int(sys.argv[5]))
    print("up")
    if provision.is_new(path):
        one = provision.Provision(port, path, keep, hardware, random_bytes, print)
        while not one.step():
            time.sleep_ms(5)
        print("has its number")
    settings = provision.read_settings(path)
    key = bytes([int(settings["key_hex"][i : i + 2], 16) for i in range(0, 64, 2)])
    public_key = keep.get(provision.PUBLIC)
    assert public_key == signer.public_key(keep)
    print("public", binascii.hexlify(public_key).decode())
    print("settings", json.dumps(settings))
    ways = Ways(port, settings["terminal"], lambda: (key, public_key), None, None)
    while True:
        ways.step(time.ticks_ms())
        time.sleep_ms(5)


main()
