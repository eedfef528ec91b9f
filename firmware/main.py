"""Entry point on the terminal: picks the board, reads its settings, runs the app for ever."""

import sys
import time

RESTART_WAIT_S = 1


def main(settings_path):
    """Run one terminal with the settings file at settings_path, whatever goes wrong inside it."""
    from firmware.boards import unix as board_module
    from firmware.terminal.app import RESET_POWER_ON, RESET_SOFT

    try:
        settings, key = board_module.load_settings(settings_path)
        board = board_module.Board(settings)
    except (OSError, ValueError) as error:
        print("hourfence terminal: %s" % error)
        sys.exit(2)
    heap = board_module.HeapWatch(board, settings["heap_log_ms"])
    cause = RESET_POWER_ON
    while True:
        try:
            _run(board, settings, key, heap, cause)
        except KeyboardInterrupt:
            return
        except Exception as error:
            # As a watchdog would: say what happened, and start again from the journal.
            board.print_exception(error)
            time.sleep(RESTART_WAIT_S)
            cause = RESET_SOFT


def _run(board, settings, key, heap, cause):
    from firmware.terminal.app import App

    app = App(board, settings, key, cause)
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
