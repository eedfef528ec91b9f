"""Entry point on the terminal: picks the board, reads its settings, runs the app for ever.

Run by hand it is a terminal without slots, for development; in a car the starter calls main() with the
folder that holds the slots.
"""

import gc
import sys
import time

RESTART_WAIT_S = 1
PROVISION_STEP_MS = 20
GC_EVERY_BYTES = 16384
# The starter's word for "start me again".
RESTART_EXIT = 75
RESET_SOFT = 4
RESET_UPDATE = 6


def main(settings_path, root=None, slot=None):
    """Run one terminal with the settings file at settings_path, whatever goes wrong inside it.

    With root, the folder of the slots, and the slot that runs (0 a, 1 b): ends with SystemExit(RESTART_EXIT)
    when the starter is to choose again.
    """
    # Collecting early and often keeps the modules together: less room is lost between them.
    gc.threshold(GC_EVERY_BYTES)
    board_module = _board_module()
    try:
        _provision(board_module, settings_path)
        settings, key = board_module.load_settings(settings_path)
        board = board_module.Board(settings)
    except (OSError, ValueError) as error:
        print("hourfence terminal: %s" % error)
        sys.exit(2)
    heap = board_module.HeapWatch(board, settings["heap_log_ms"])
    cause = board.reset_cause()
    slots = None
    if root is not None:
        slots, cause = _slots(root, slot, cause)
    while True:
        try:
            _run(board, settings, key, heap, cause, slots)
        except KeyboardInterrupt:
            return
        except Exception as error:
            if slots is not None and _is_restart(error):
                sys.exit(RESTART_EXIT)
            # As a watchdog would: say what happened, and start again from the journal.
            board.print_exception(error)
            if slots is not None and not slots.proven:
                # Each start of an unproven version counts; after the last one the other slot has its turn.
                sys.exit(RESTART_EXIT)
            time.sleep(RESTART_WAIT_S)
            cause = RESET_SOFT


def _board_module():
    if sys.platform == "esp32":
        from firmware.boards import esp32s3 as board_module
    else:
        from firmware.boards import unix as board_module
    return board_module


def _provision(board_module, settings_path):
    """A terminal without a number waits at the cable until the depot gives it one."""
    if not board_module.is_new(settings_path):
        return
    from firmware.terminal.depot import provision

    port, folder, hardware, random_bytes = board_module.new_ports(settings_path)
    from firmware.terminal.keep import Keep
    from firmware.terminal.screen.texts import sentence_of

    waiting = provision.Provision(
        port, settings_path, Keep(folder), hardware, random_bytes, lambda code: print(*sentence_of(code))
    )
    print("This terminal has no number yet: connect it at the depot. 本终端尚未编号，请在车场连接。")
    while not waiting.step():
        time.sleep_ms(PROVISION_STEP_MS)


def _slots(root, slot, cause):
    """The slots as the starter left them, and why this start is: an update's first one says so."""
    from firmware.terminal.update.slots import RETURNED, Slots

    slots = Slots(root, slot)
    first_of_update = not slots.proven and slots.starts == 1
    return slots, RESET_UPDATE if first_of_update or slots.outcome == RETURNED else cause


def _is_restart(error):
    from firmware.terminal.update.slots import Restart

    return isinstance(error, Restart)


def _run(board, settings, key, heap, cause, slots):
    from firmware.terminal.app import App

    app = App(board, settings, key, cause, slots)
    try:
        while True:
            app.step()
            heap.step()
    finally:
        app.close()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        print("usage: micropython main.py SETTINGS.json")
        sys.exit(2)
    main(sys.argv[1])
