"""The commands that need little to be told what to do; what they do is loaded when they do it."""

from pathlib import Path
from typing import Annotated

import typer


def demo(
    seed: Annotated[int, typer.Option(help="Same seed, same verdicts.")] = 1,
    cars: Annotated[int | None, typer.Option(help="Cars, each with its own terminal.")] = None,
    hours: Annotated[float | None, typer.Option(help="Hours of the simulated day.")] = None,
    out: Annotated[Path, typer.Option(help="Folder of the report.")] = Path("build/demo"),
    factor: Annotated[int, typer.Option(help="How much faster than life the day runs.", min=1)] = 300,
    trace: Annotated[
        Path | None, typer.Option(help="A recording to drive one terminal: GPX, GeoLife .plt or NMEA log.")
    ] = None,
    fence: Annotated[Path | None, typer.Option(help="GeoJSON fences around the recording.")] = None,
    part: Annotated[
        int | None,
        typer.Option(help="Part of training of the recording; default: what the fences allow.", min=1, max=4),
    ] = None,
    scenario: Annotated[Path | None, typer.Option(help="TOML file of another school day.")] = None,
) -> None:
    """Run a training day on real parts and print what was credited and why."""
    from ingest.cli.demo.options import DemoOptions
    from ingest.cli.demo.run import run_demo

    options = DemoOptions(seed, cars, hours, out, factor, trace, fence, part, scenario)
    raise typer.Exit(run_demo(options))


def terminal(
    factor: Annotated[int, typer.Option(help="How much faster than life.", min=1, max=60)] = 1,
    language: Annotated[str, typer.Option(help="The terminal's screen: both, zh or en.")] = "both",
    out: Annotated[Path, typer.Option(help="Folder of the logs.")] = Path("build/terminal"),
) -> None:
    """Be the instructor: a terminal on your keyboard and screen, in a simulated car."""
    from ingest.cli.terminal.options import TerminalOptions
    from ingest.cli.terminal.run import run_terminal

    raise typer.Exit(run_terminal(TerminalOptions(factor, language, out)))


def ingest(
    client_id: Annotated[
        str, typer.Option(help="MQTT client id; keeps the broker's session.")
    ] = "hourfence-ingest",
) -> None:
    """Take envelopes from the broker, store the evidence, send receipts; until interrupted."""
    from ingest.cli.commands import run_ingest

    run_ingest(client_id)


def eligibility(
    trainee: Annotated[str, typer.Argument(help="16-digit number.")],
    part: Annotated[int | None, typer.Option(help="Part of training; default: all.", min=1, max=4)] = None,
    json: Annotated[Path | None, typer.Option(help="Write the report as JSON.")] = None,
    jws: Annotated[Path | None, typer.Option(help="Write it signed (JWS); needs --key.")] = None,
    pdf: Annotated[Path | None, typer.Option(help="Write it as PDF.")] = None,
    key: Annotated[Path | None, typer.Option(help="The key that signs (JWK).")] = None,
) -> None:
    """Is this trainee eligible? If not, exactly what is short; exit code 0 either way."""
    from ingest.cli.judging.eligibility import show

    show(trainee, part, json, jws, pdf, key)


def migrate() -> None:
    """Bring the database's tables up to date."""
    from ingest.cli.commands import run_migrate

    run_migrate()


def show_terminals() -> None:
    """How each terminal is: last heard, firmware, journal, what is wrong, orders and photos outstanding."""
    from ingest.cli.terminals import terminals

    terminals.show()


def soak(
    seeds: Annotated[int, typer.Option(help="How many seeds, each a day of one terminal.", min=1)] = 20,
    first: Annotated[int, typer.Option(help="The first seed.", min=1)] = 1,
    batch: Annotated[int, typer.Option(help="Terminals at a time.", min=1, max=90)] = 25,
    factor: Annotated[int, typer.Option(help="How much faster than life the days run.", min=1)] = 1440,
    out: Annotated[Path, typer.Option(help="Folder of the report.")] = Path("build/soak"),
) -> None:
    """Live through days with power cuts, network cuts and wrong clocks; report what does not hold."""
    from ingest.cli.soak.run import SoakOptions, run_soak

    raise typer.Exit(run_soak(SoakOptions(first, seeds, batch, factor, out)))


def scenarios(
    seed: Annotated[int, typer.Option(help="Same seed, same days. 101 to 105 are held out.", min=1)] = 101,
    only: Annotated[str | None, typer.Option(help="One family by its name.")] = None,
    families: Annotated[bool, typer.Option("--families", help="List the families and end.")] = False,
    out: Annotated[Path, typer.Option(help="Folder of the report.")] = Path("build/scenarios"),
) -> None:
    """Judge the library of named days and print how often the verdict is wrong."""
    from ingest.cli.scenarios.run import ScenarioOptions, list_families, run_scenarios

    if families:
        list_families()
    else:
        raise typer.Exit(run_scenarios(ScenarioOptions(seed, only, out)))


def docs(
    folder: Annotated[Path, typer.Option(help="Folder of the reference pages.")] = Path("docs/reference"),
) -> None:
    """Write the reference pages from the tables in the code."""
    from ingest.cli.commands import run_docs

    run_docs(folder)
