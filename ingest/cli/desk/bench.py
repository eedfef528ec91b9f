"""hourfence bench desk: the desk's pages on a million sessions."""

from __future__ import annotations

import sys
from typing import Annotated

import typer


def bench_desk(
    sessions: Annotated[int, typer.Option(help="Training sessions.", min=100, max=5_000_000)] = 1_000_000,
    minutes_per: Annotated[int, typer.Option(help="Minutes of each, about.", min=8, max=240)] = 60,
    keep: Annotated[
        bool,
        typer.Option("--keep", help="Keep the database in build/bench/desk-data for the next run."),
    ] = False,
) -> None:
    """How fast the desk's queue, session and statistics pages come on a large database."""
    from ingest.bench.desk.run import run, sentences

    def say(words: str) -> None:
        print(words, file=sys.stderr, flush=True)

    print("\n".join(sentences(run(sessions, minutes_per, keep=keep, say=say))))
