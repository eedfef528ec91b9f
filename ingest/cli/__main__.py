"""python -m ingest.cli: the same command as hourfence."""

from ingest.cli.app import main

main()
