"""The terminal as firmware.main runs it, until a file `stop` lies beside its settings; its totals.

With a ROMFS image named in HOURFENCE_ROM, the firmware is imported from there and stays there, as it does in
a chip's flash; prints "image N", its bytes, which here lie on the heap.
Prints "flash P E": bytes programmed and sectors erased by the journal since the start, then "modules" and the
names of all that were loaded. An interrupt would not do: it may come while the heap is being collected.
"""

import os
import sys

_rom = os.getenv("HOURFENCE_ROM")
if _rom:
    import vfs

    with open(_rom, "rb") as _source:
        _image = _source.read()
    vfs.mount(vfs.VfsRom(_image), "/rom")
    sys.path[:] = ["/rom", ".frozen"]
    print("image", len(_image))

from firmware import main as entry  # noqa: E402
from firmware.boards import unix  # noqa: E402

LOOK_EVERY = 64

_opened = []
_open_flash = unix.Board.open_flash
_stop = sys.argv[1][: sys.argv[1].rfind("/") + 1] + "stop"


def _counted(board):
    flash = _open_flash(board)
    _opened.append(flash)
    return flash


class Watch(unix.HeapWatch):
    """The heap watch, which also sees that the end has come."""

    turns = 0

    def step(self):
        super().step()
        self.turns += 1
        if self.turns % LOOK_EVERY == 0:
            try:
                os.stat(_stop)
            except OSError:
                return
            raise KeyboardInterrupt


unix.Board.open_flash = _counted
unix.HeapWatch = Watch
entry.main(sys.argv[1])
print("flash", sum(f.programmed_bytes for f in _opened), sum(f.erased_sectors for f in _opened))
print("modules", " ".join(sorted(sys.modules)))
