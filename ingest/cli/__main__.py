"""python -m ingest.cli: the same command as hourfence."""

from ingest.cli.start import main

main()
