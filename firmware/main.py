"""Entry point on the terminal: picks the board, reads its settings, runs the app for ever."""

import sys


def main(settings_path):
    """Run one terminal with the settings file at settings_path."""
    from firmware.boards import unix as board_module
    from firmware.terminal.app import App

    settings, key = board_module.load_settings(settings_path)
    board = board_module.Board(settings)
    app = App(board, settings, key)
    heap = board_module.HeapWatch(board, settings["heap_log_ms"])
    try:
        while True:
            app.step()
            heap.step()
    except KeyboardInterrupt:
        app.uplink.close()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        print("usage: micropython main.py SETTINGS.json")
        sys.exit(2)
    main(sys.argv[1])
