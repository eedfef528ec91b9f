"""The command hourfence: its commands, and faults turned into sentences."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from ingest.cli import commands, faults
from ingest.cli.depot.firmware import firmware_app
from ingest.cli.depot.gateway import gateway_app
from ingest.cli.depot.update import update_app
from ingest.cli.desk.account import account_app
from ingest.cli.desk.audit import audit_app
from ingest.cli.desk.bench import bench_desk
from ingest.cli.desk.desk import desk
from ingest.cli.desk.draw import draw_app
from ingest.cli.desk.pack import pack
from ingest.cli.desk.serve import serve
from ingest.cli.desk.trainee_link import trainee_link
from ingest.cli.desk.verify import verify
from ingest.cli.grounds.fences import fences_app
from ingest.cli.judging.eligibility import stage_app
from ingest.cli.judging.judge import judge
from ingest.cli.judging.rules import rules_app
from ingest.cli.judging.screen import screen
from ingest.cli.judging.whatif import whatif
from ingest.cli.photos.faces import faces_app
from ingest.cli.photos.photos import photos_app
from ingest.cli.registry.registry import registry_app
from ingest.cli.terminals.orders import order_app
from ingest.embedded.children import exit_on_sigterm

app = typer.Typer(
    help="Training hours that hold up: signed in the car, judged inside the fence, credited with reasons.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
bench_app = typer.Typer(help="Benchmarks; they print figures and never fail by time.", no_args_is_help=True)
app.add_typer(registry_app, name="registry")
app.add_typer(bench_app, name="bench")
app.add_typer(fences_app, name="fences")
app.add_typer(firmware_app, name="firmware")
app.add_typer(gateway_app, name="gateway")
app.add_typer(update_app, name="update")
app.add_typer(order_app, name="order")
app.add_typer(photos_app, name="photos")
app.add_typer(rules_app, name="rules")
app.add_typer(stage_app, name="stage")
app.add_typer(faces_app, name="faces")
app.add_typer(account_app, name="account")
app.add_typer(audit_app, name="audit")
app.add_typer(draw_app, name="draw")


@app.command()
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


@app.command()
def terminal(
    factor: Annotated[int, typer.Option(help="How much faster than life.", min=1, max=60)] = 1,
    language: Annotated[str, typer.Option(help="The terminal's screen: both, zh or en.")] = "both",
    out: Annotated[Path, typer.Option(help="Folder of the logs.")] = Path("build/terminal"),
) -> None:
    """Be the instructor: a terminal on your keyboard and screen, in a simulated car."""
    from ingest.cli.terminal.options import TerminalOptions
    from ingest.cli.terminal.run import run_terminal

    raise typer.Exit(run_terminal(TerminalOptions(factor, language, out)))


@app.command()
def ingest(
    client_id: Annotated[
        str, typer.Option(help="MQTT client id; keeps the broker's session.")
    ] = "hourfence-ingest",
) -> None:
    """Take envelopes from the broker, store the evidence, send receipts; until interrupted."""
    commands.run_ingest(client_id)


app.command()(serve)
app.command()(desk)
app.command("trainee-link")(trainee_link)
app.command()(pack)
app.command()(verify)
bench_app.command("desk")(bench_desk)
app.command()(judge)
app.command()(screen)
app.command()(whatif)


@app.command()
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


@app.command()
def migrate() -> None:
    """Bring the database's tables up to date."""
    commands.run_migrate()


@app.command("terminals")
def show_terminals() -> None:
    """How each terminal is: last heard, firmware, journal, what is wrong, orders and photos outstanding."""
    from ingest.cli.terminals import terminals

    terminals.show()


@bench_app.command("ingest")
def bench_ingest(
    terminals: Annotated[int, typer.Option(min=1)] = 5000,
    per_terminal: Annotated[int, typer.Option(min=1)] = 20,
    connections: Annotated[int, typer.Option(min=1)] = 20,
) -> None:
    """Records per second, stored and receipted, with every check in."""
    commands.run_bench_ingest(terminals, per_terminal, connections)


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


@app.command()
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


@app.command()
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


@bench_app.command("terminal")
def bench_terminal() -> None:
    """What the terminal costs and how quick it is, measured on the real firmware."""
    commands.run_bench_terminal()


@app.command()
def docs(
    folder: Annotated[Path, typer.Option(help="Folder of the reference pages.")] = Path("docs/reference"),
) -> None:
    """Write the reference pages from the tables in the code."""
    commands.run_docs(folder)


def main() -> None:
    """Run the command; a fault the user can mend is one sentence and exit code 2."""
    exit_on_sigterm()
    try:
        app()
    except KeyboardInterrupt:
        print("Interrupted. 已中断。", file=sys.stderr)
        sys.exit(130)
    except faults.MENDABLE as fault:
        print(f"hourfence: {fault}", file=sys.stderr)
        sys.exit(2)
