"""hourfence gateway: the depot's commands, for a terminal on a USB cable."""

import sys
import time
from pathlib import Path
from typing import Annotated

import typer

gateway_app = typer.Typer(help="The depot: terminals on a USB cable.", no_args_is_help=True)

PORT = Annotated[str, typer.Option(help="Serial port of the terminal, such as /dev/ttyACM0.")]
BROKER = Annotated[
    str | None, typer.Option(help="mqtt:// or mqtts:// URL; default: HOURFENCE_MQTT_URL.", show_default=False)
]


def say(sentence: str) -> None:
    """What happened, for the person at the depot."""
    if sys.stderr.isatty():
        print("\r\x1b[K", end="", file=sys.stderr)
    print(sentence, file=sys.stderr, flush=True)


def show(line: str) -> None:
    """The progress: one line that changes, or lines where nobody watches."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{line}", end="", file=sys.stderr, flush=True)
    else:
        print(line, file=sys.stderr, flush=True)


@gateway_app.command("serial")
def serial(
    port: PORT,
    broker: BROKER = None,
    stay: Annotated[bool, typer.Option(help="Wait for the next terminal instead of ending.")] = False,
) -> None:
    """Read a terminal's journal out over its cable and publish it; receipts go back over the cable."""
    from gateway.broker import Broker
    from gateway.line import Line
    from gateway.readout import ReadOut
    from ingest.cli.depot.provisioning import broker_address

    link = Broker(broker_address(broker))
    try:
        with Line(port) as line:
            terminal = ReadOut(line, link, say, show, stay).run()
    except KeyboardInterrupt:
        say("Interrupted; what has no receipt stays in the terminal. 已中断；未回执的记录仍在终端内。")
        raise typer.Exit(130) from None
    finally:
        link.close()
    say(f"Terminal {terminal:016d}: everything it held is receipted. 全部记录已回执。")


@gateway_app.command("provision")
def provision(
    port: PORT,
    terminal: Annotated[str, typer.Option(help="The terminal's new number, 16 digits.")],
    car: Annotated[str, typer.Option(help="Number of the car it is bolted into, 16 digits.")],
    broker: BROKER = None,
    registry: Annotated[
        Path | None, typer.Option(help="registry.json that knows cars and terminals; default: the database.")
    ] = None,
    grounds: Annotated[Path | None, typer.Option(help="GeoJSON of the terminal's training grounds.")] = None,
    release_key: Annotated[
        str | None, typer.Option(help="Public key of the firmware's releases, 64 hexadecimal digits.")
    ] = None,
    settings: Annotated[
        Path | None, typer.Option(help="JSON file of more terminal settings, such as pulses_per_km.")
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder of registry entry, login and label.")] = Path(
        "build/terminals"
    ),
) -> None:
    """Give a new terminal its number, key, broker and grounds, once, and print its label."""
    from gateway.papers import Papers
    from ingest.cli.arguments import number_of
    from ingest.cli.depot import provisioning
    from ingest.cli.grounds.grounds_file import grounds_blob

    address = provisioning.broker_address(broker)
    number = number_of(terminal, "--terminal")
    papers = Papers(out, number)
    found = provisioning.car_of(registry, number, number_of(car, "--car"))
    ca, blob = provisioning.certificate(address), grounds_blob(grounds, int(time.time()))
    try:
        label = provisioning.provision(
            port,
            papers,
            number,
            found,
            lambda key, word: provisioning.terminal_settings(
                number, address, key, word, release_key, settings
            ),
            ca,
            blob,
            say,
        )
    except KeyboardInterrupt:
        say("Interrupted; start again with the same number to go on. 已中断；用同一编号可继续。")
        raise typer.Exit(130) from None
    print(label, end="")
    say(f"Load {papers.entry} with hourfence registry load, and give the broker the login in {papers.login}.")
