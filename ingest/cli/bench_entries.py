"""hourfence bench: its commands."""

from typing import Annotated

import typer

from ingest.cli.later import later

LATER = {"desk": "ingest.cli.desk.bench:bench_desk"}

bench_app = typer.Typer(
    help="Benchmarks; they print figures and never fail by time.", no_args_is_help=True, cls=later(LATER)
)


@bench_app.command("ingest")
def bench_ingest(
    terminals: Annotated[int, typer.Option(min=1)] = 5000,
    per_terminal: Annotated[int, typer.Option(min=1)] = 20,
    connections: Annotated[int, typer.Option(min=1)] = 20,
) -> None:
    """Records per second, stored and receipted, with every check in."""
    from ingest.cli.commands import run_bench_ingest

    run_bench_ingest(terminals, per_terminal, connections)


@bench_app.command("judge")
def bench_judge(
    cars: Annotated[int, typer.Option(help="Cars, each with its own terminal.", min=1)] = 4000,
    hours: Annotated[int, typer.Option(help="Hours that each is driven.", min=1, max=11)] = 8,
    workers: Annotated[int, typer.Option(help="Processes that judge.", min=1)] = 2,
) -> None:
    """How long a city's day takes to judge, from evidence in a database to verdicts and digests."""
    from ingest.bench.judge import run, sentences

    print("\n".join(sentences(run(cars, hours, workers))))


@bench_app.command("whatif")
def bench_whatif(
    cars: Annotated[int, typer.Option(help="Cars of one ground.", min=1)] = 100,
    days: Annotated[int, typer.Option(help="Days of history.", min=1, max=30)] = 30,
    workers: Annotated[int, typer.Option(help="Processes that judge.", min=1)] = 2,
) -> None:
    """How long what-ifs over a ground's history take."""
    from ingest.bench.whatif import run, sentences

    print("\n".join(sentences(run(cars, days, workers=workers))))


@bench_app.command("terminal")
def bench_terminal() -> None:
    """What the terminal costs and how quick it is, measured on the real firmware."""
    from ingest.cli.commands import run_bench_terminal

    run_bench_terminal()
