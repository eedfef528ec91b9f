"""The report for eyes: one row a training session, trainees' credit, two lines of conservation."""

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from ingest.cli.demo.report import Report
from ingest.judge.reasons import REASONS

HEADINGS = (
    "session\n培训",
    "part\n部分",
    "made\n记录",
    "ok\n有效",
    "no\n无效",
    "unsure\n待定",
    "credit\n计入",
    "truth\n应有",
)
SENTENCES = {name: (english, chinese) for _, name, _, english, chinese in REASONS}


def show(report: Report, console: Console) -> None:
    """Print the whole report."""
    console.print(_sessions(report))
    console.print(_trainees(report))
    _reasons(report, console)
    _conservation(report, console)


def _sessions(report: Report) -> Table:
    table = Table(
        title="Training sessions, in minutes 培训过程（分钟）", title_justify="left", box=SIMPLE_HEAD
    )
    for heading in HEADINGS:
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("reasons\n原因", overflow="fold")
    for item in report.sessions:
        reasons = "\n".join(f"{name} {count}" for name, count in sorted(item.reasons.items()))
        differs = item.minutes_accepted != item.expected_accepted
        numbers = (
            item.part,
            item.minutes_recorded,
            item.minutes_accepted,
            item.minutes_refused,
            item.minutes_unsure,
            item.credited_minutes,
        )
        known = "" if item.expected_accepted is None else str(item.expected_accepted)
        expected = f"[bold yellow]{known}[/]" if differs else known
        table.add_row(item.session, *(str(number) for number in numbers), expected, reasons)
    return table


def _trainees(report: Report) -> Table:
    table = Table(title="Credit by trainee 学员学时", title_justify="left", box=SIMPLE_HEAD)
    table.add_column("trainee 学员")
    table.add_column("minutes 分钟", justify="right")
    table.add_column("training hours 学时", justify="right")
    minutes: dict[str, int] = {}
    for item in report.sessions:
        minutes[item.trainee] = minutes.get(item.trainee, 0) + item.credited_minutes
    for trainee in sorted(minutes):
        table.add_row(trainee, str(minutes[trainee]), str(report.hours.get(trainee, 0)))
    return table


def _reasons(report: Report, console: Console) -> None:
    met = sorted({name for item in report.sessions for name in item.reasons})
    for name in met:
        english, chinese = SENTENCES[name]
        console.print(f"[bold]{name}[/]  {english} {chinese}")


def _conservation(report: Report, console: Console) -> None:
    totals = report.totals
    console.print(
        f"\nat rest 静止: written {totals.records_written} = receipted {totals.receipted}"
        f" = stored {totals.stored} = judged {totals.judged} {_mark(totals.at_rest)}"
    )
    console.print(
        f"received 接收: {totals.received} = stored {totals.stored_of_all} + duplicates {totals.duplicates}"
        f" + quarantined {totals.quarantined} {_mark(totals.balanced)}"
    )


def _mark(good: bool) -> str:
    return "[bold green]✓[/]" if good else "[bold red]✗ does not balance 不平衡[/]"
