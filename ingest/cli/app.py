"""The command hourfence: its commands, and faults turned into sentences."""

import sys
from collections.abc import Sequence
from importlib import import_module

import typer

from ingest.cli.later import later
from ingest.embedded.children import exit_on_sigterm

# Where each command is, in the order of the help.
PLACES = {
    "demo": "ingest.cli.entries:demo",
    "terminal": "ingest.cli.entries:terminal",
    "ingest": "ingest.cli.entries:ingest",
    "serve": "ingest.cli.desk.serve:serve",
    "desk": "ingest.cli.desk.desk:desk",
    "trainee-link": "ingest.cli.desk.trainee_link:trainee_link",
    "pack": "ingest.cli.desk.pack:pack",
    "verify": "ingest.cli.desk.verify:verify",
    "judge": "ingest.cli.judging.judge:judge",
    "screen": "ingest.cli.judging.screen:screen",
    "whatif": "ingest.cli.judging.whatif:whatif",
    "eligibility": "ingest.cli.entries:eligibility",
    "migrate": "ingest.cli.entries:migrate",
    "terminals": "ingest.cli.entries:show_terminals",
    "soak": "ingest.cli.entries:soak",
    "scenarios": "ingest.cli.entries:scenarios",
    "docs": "ingest.cli.entries:docs",
    "registry": "ingest.cli.registry.registry:registry_app",
    "bench": "ingest.cli.bench_entries:bench_app",
    "fences": "ingest.cli.grounds.fences:fences_app",
    "firmware": "ingest.cli.depot.firmware:firmware_app",
    "gateway": "ingest.cli.depot.gateway:gateway_app",
    "update": "ingest.cli.depot.update:update_app",
    "order": "ingest.cli.terminals.orders:order_app",
    "photos": "ingest.cli.photos.photos:photos_app",
    "rules": "ingest.cli.judging.rules:rules_app",
    "stage": "ingest.cli.judging.eligibility:stage_app",
    "faces": "ingest.cli.photos.faces:faces_app",
    "account": "ingest.cli.desk.account:account_app",
    "audit": "ingest.cli.desk.audit:audit_app",
    "draw": "ingest.cli.desk.draw:draw_app",
}

# What these load as soon as they run.
RUNNING = {
    "demo": "ingest.cli.demo.run",
    "terminal": "ingest.cli.terminal.run",
    "ingest": "ingest.receive.service",
    "eligibility": "ingest.cli.judging.eligibility",
    "terminals": "ingest.cli.terminals.terminals",
    "soak": "ingest.cli.soak.run",
    "scenarios": "ingest.cli.scenarios.run",
}

app = typer.Typer(
    help="Training hours that hold up: signed in the car, judged inside the fence, credited with reasons.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    cls=later(PLACES),
)


@app.callback()
def _hourfence() -> None:
    """A group of commands, though none is loaded yet."""


def load(words: Sequence[str]) -> None:
    """Load what the command in these words will need; an import must not be interrupted later."""
    name = next((word for word in words if word in PLACES), None)
    if name is not None:
        import_module(PLACES[name].split(":")[0])
        import_module(RUNNING.get(name, "ingest.cli.commands"))


def main() -> None:
    """Run the command; a fault the user can mend is one sentence and exit code 2."""
    exit_on_sigterm()
    try:
        app()
    except KeyboardInterrupt:
        print("Interrupted. 已中断。", file=sys.stderr)
        sys.exit(130)
    except Exception as fault:
        from ingest.cli.mendable import MENDABLE

        if not isinstance(fault, MENDABLE):
            raise
        print(f"hourfence: {fault}", file=sys.stderr)
        sys.exit(2)
