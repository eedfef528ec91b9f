"""One life of a terminal on a real littlefs in an image file, ended by kill -9 inside a block operation.

Run by test_update_littlefs.py on MicroPython: FILE IMAGE WHAT [CUT]. WHAT is new (a flash with the old
version), life (update, proof) or rest (a life, and the state of the flash after it). Prints the block
operations; BAD begins a line about a wrong value.
"""

import os
import sys

import vfs
from update_bench import boot, left_in, life, new_root

from firmware.terminal.update.slots import Slots

ROOT = "/flash"
BLOCK = 512
BLOCKS = 96


class Flash:
    """A block device in a file; operation number `cut` is half done when the process is killed."""

    def __init__(self, path, cut):
        self.file = open(path, "r+b")  # noqa: SIM115
        self.cut = cut
        self.done = 0

    def readblocks(self, number, buffer, offset=0):
        self.file.seek(number * BLOCK + offset)
        self.file.readinto(buffer)

    def writeblocks(self, number, buffer, offset=0):
        self.done += 1
        self.file.seek(number * BLOCK + offset)
        if self.done != self.cut:
            self.file.write(buffer)
            return
        self.file.write(memoryview(buffer)[: len(buffer) // 2])
        # The shell's parent is this process, and nothing of it runs on: no buffer is written, no file closed.
        os.system("kill -9 $PPID")

    def ioctl(self, request, argument):
        if request == 4:
            return BLOCKS
        if request == 5:
            return BLOCK
        if request == 6:
            self.writeblocks(argument, b"\xff" * BLOCK)
        return 0


def main(path, what, cut):
    if what == "new":
        with open(path, "wb") as image:
            for _ in range(BLOCKS):
                image.write(b"\xff" * BLOCK)
    flash = Flash(path, cut)
    if what == "new":
        vfs.VfsLfs2.mkfs(flash)
    vfs.mount(vfs.VfsLfs2(flash), ROOT)
    if what == "new":
        new_root(ROOT, True)
    else:
        told = []
        while not life(ROOT, None, True, told):
            pass
    if what == "rest":
        # As after the next start.
        vfs.umount(ROOT)
        vfs.mount(vfs.VfsLfs2(flash), ROOT)
        boot(ROOT)
        slots = Slots(ROOT)
        print(slots.version, slots.proven, slots.refused, left_in(ROOT))
    vfs.umount(ROOT)
    print(flash.done)


main(sys.argv[1], sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 0)
