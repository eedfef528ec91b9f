"""hourfence gateway: the depot's commands, for a terminal on a USB cable."""

import sys
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
    from ingest.cli.faults import UsageError
    from ingest.settings import Settings, parse_mqtt_url

    address = parse_mqtt_url(broker, "--broker") if broker else Settings.from_environment().mqtt
    if address is None:
        raise UsageError("No broker is named; give --broker mqtt://user:password@host or HOURFENCE_MQTT_URL.")
    link = Broker(address)
    try:
        with Line(port) as line:
            terminal = ReadOut(line, link, say, show, stay).run()
    except KeyboardInterrupt:
        say("Interrupted; what has no receipt stays in the terminal. 已中断；未回执的记录仍在终端内。")
        raise typer.Exit(130) from None
    finally:
        link.close()
    say(f"Terminal {terminal:016d}: everything it held is receipted. 全部记录已回执。")
