"""Where the command hourfence starts: it can be interrupted before anything else is loaded."""

import signal
import sys


def main() -> None:
    """Load the commands and run the one that is asked for."""
    ends_python = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if ends_python:
        # Nothing runs yet that would need ending, and a KeyboardInterrupt inside an import becomes any error.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from ingest.cli import app

    app.load(sys.argv[1:])
    if ends_python:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    app.main()
