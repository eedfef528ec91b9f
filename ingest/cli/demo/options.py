"""What a demo is asked to do, checked before anything starts."""

from dataclasses import dataclass
from pathlib import Path

from ingest.cli.faults import UsageError


@dataclass(frozen=True)
class DemoOptions:
    """Options of hourfence demo. cars and hours None: as the scenario says. Raises UsageError."""

    seed: int
    cars: int | None
    hours: float | None
    out: Path
    factor: int
    trace: Path | None
    fence: Path | None
    part: int | None
    scenario: Path | None

    def __post_init__(self) -> None:
        if self.fence is not None and self.trace is None:
            raise UsageError("--fence goes with --trace; a scenario brings its own ground.")
        if self.part is not None and self.trace is None:
            raise UsageError("--part goes with --trace; a scenario names the part of each session.")
        if self.trace is not None and (self.scenario or self.cars or self.hours):
            raise UsageError(
                "--trace drives one terminal by a recording; leave out --scenario, --cars and --hours."
            )
        for file in (self.trace, self.fence, self.scenario):
            if file is not None and not file.is_file():
                raise UsageError(f"{file}: there is no such file; check the path.")
        if self.out.exists() and not self.out.is_dir():
            raise UsageError(f"{self.out}: is not a folder; name another one with --out.")
