"""The starter: chooses the application slot and runs nothing but what is in it. Updates never touch it.

It lies in <root>/starter beside its own copies of firmware/terminal/update/slots and files (and the __init__
above them). It is run as `micropython ROOT/starter/starter.py ROOT SETTINGS` or, on a board, by main.py:
`import starter; starter.start("", "/settings.json", machine.reset)`.
"""

import sys

RESTART_EXIT = 75
_MODULES = "firmware"


def start(root, settings_path, restart=None):
    """Run the application of the slot that is due, until it wants a restart; then calls restart().

    Without restart() the process ends with exit code RESTART_EXIT; with 2 when no slot is complete.
    """
    _look_only_in(root + "/starter")
    from firmware.terminal.update.slots import Slots

    slots = Slots(root)
    slot = slots.choose()
    if slot is None:
        print("hourfence starter: no slot in %s is complete; load the terminal anew from the depot" % root)
        sys.exit(2)
    try:
        slots.tidy(slot)
    except OSError as error:
        print("hourfence starter: %s cannot be tidied: %s" % (slots.folder(slot), error))
    _look_only_in(slots.folder(slot))
    del slots, Slots
    try:
        from firmware.main import main

        main(settings_path, root, slot)
    except SystemExit as ending:
        # Under exit code 2 the application said itself what a person has to mend.
        if ending.args and ending.args[0] == 2:
            raise
    except KeyboardInterrupt:
        return
    except BaseException as error:
        # Whatever it is: the next start counts, and after the last one the other slot has its turn.
        _tell(error)
    if restart is not None:
        restart()
    sys.exit(RESTART_EXIT)


def _look_only_in(folder):
    """Make folder the only place of our modules: what was imported or lies elsewhere is out of reach."""
    if sys.implementation.name == "micropython":
        # Not even json or os may come from a file: those of the current folder would go first.
        sys.path[:] = [folder, ".frozen"]
    else:
        sys.path[:] = [folder] + [path for path in sys.path if path and not _has_firmware(path)]
    for name in list(sys.modules):
        if name == _MODULES or name.startswith(_MODULES + "."):
            del sys.modules[name]


def _has_firmware(path):
    import os

    try:
        return _MODULES in os.listdir(path)
    except OSError:
        return False


def _tell(error):
    if hasattr(sys, "print_exception"):
        sys.print_exception(error)
    else:
        sys.excepthook(type(error), error, error.__traceback__)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        print("usage: micropython ROOT/starter/starter.py ROOT SETTINGS.json")
        sys.exit(2)
    start(sys.argv[1], sys.argv[2])
