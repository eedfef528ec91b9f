"""hourfence fences: look at drawings of training grounds, import them, list what a file holds."""

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from geofence.ground import load_fences
from geofence.survey.limits import Limits
from ingest.cli.arguments import read_text
from ingest.cli.grounds import fence_files
from ingest.cli.grounds.fence_files import FenceOptions


class _ListByDefault(TyperGroup):
    """`fences FILE` is `fences list FILE`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and not args[0].startswith("-") and args[0] not in self.commands:
            args = ["list", *args]
        return super().parse_args(ctx, args)


fences_app = typer.Typer(
    help="Fences of training grounds: look at drawings, import them, list them.",
    no_args_is_help=True,
    cls=_ListByDefault,
)

File = Annotated[Path, typer.Argument(help="GeoJSON, WKT, KML, or lists lon,lat;lon,lat a line")]
Form = Annotated[str, typer.Option("--format", help="auto, geojson, wkt, kml or list.")]
Datum = Annotated[
    str | None,
    typer.Option(help="What the map was drawn on, where the file does not say: wgs84, gcj02, bd09."),
]
Traces = Annotated[
    list[Path] | None,
    typer.Option(help="Recordings of cars that trained there: GPX, .plt, NMEA. Tells a wrong datum."),
]
Beside = Annotated[
    list[Path] | None, typer.Option(help="GeoJSON of fences that are there already, for overlaps.")
]
Repaired = Annotated[
    Path | None, typer.Option(help="Write the features with every suggested repair; look at it before use.")
]
AsJson = Annotated[bool, typer.Option("--json", help="The report as JSON.")]
Near = Annotated[float, typer.Option(min=0, help="Metres below which two vertices are nearly the same.")]
Spike = Annotated[float, typer.Option(min=0, max=90, help="Degrees below which a vertex is a spike.")]
Smallest = Annotated[float, typer.Option(min=0, help="Square metres below which an area is absurd.")]
Largest = Annotated[float, typer.Option(min=0, help="Square metres above which an area is absurd.")]
Fence = Annotated[str | None, typer.Option(help="The fence's id; of several, what their ids begin with.")]
HalfWidth = Annotated[str | None, typer.Option(help="Metres to each side of lines; makes lists lines.")]


@fences_app.command("list")
def list_fences(file: Annotated[Path, typer.Argument(help="GeoJSON file of fences")]) -> None:
    """Check a GeoJSON file of fences and list what is in it."""
    for fence in load_fences(read_text(file), str(file)):
        parts = ", ".join(str(part) for part in sorted(fence.parts))
        state = "" if fence.state == "approved" else f", {fence.state}"
        print(f"{fence.fence_id}: {fence.ground}, {fence.kind}, part {parts}{state}")


@fences_app.command()
def check(
    file: File,
    form: Form = "auto",
    datum: Datum = None,
    traces: Traces = None,
    beside: Beside = None,
    fence: Fence = None,
    half_width: HalfWidth = None,
    repaired: Repaired = None,
    as_json: AsJson = False,
    near: Near = Limits.near_m,
    spike: Spike = Limits.spike_degrees,
    min_area: Smallest = Limits.min_area_m2,
    max_area: Largest = Limits.max_area_m2,
) -> None:
    """Report what is wrong or doubtful in drawings of fences, each with its place; nothing is changed."""
    limits = Limits(near_m=near, spike_degrees=spike, min_area_m2=min_area, max_area_m2=max_area)
    given = {"datum": datum, "fence": fence, "half_width_m": half_width}
    fence_files.check(FenceOptions(file, form, given, traces or (), beside or (), limits, repaired, as_json))


@fences_app.command("import")
def import_fences(
    file: File,
    ground: Annotated[str | None, typer.Option(help="Name of the training ground.")] = None,
    kind: Annotated[str | None, typer.Option(help="field or road.")] = None,
    parts: Annotated[str | None, typer.Option(help="Parts of training, as 2,3.")] = None,
    valid_from: Annotated[str | None, typer.Option("--from", help="Date or stamp, inclusive.")] = None,
    valid_to: Annotated[str, typer.Option("--to", help="Date or stamp, exclusive; null is open.")] = "null",
    classes: Annotated[str | None, typer.Option(help="Vehicle classes, as 21,22; without it all.")] = None,
    schools: Annotated[str | None, typer.Option(help="16 digits each; without it all.")] = None,
    state: Annotated[str | None, typer.Option(help="approved, pending, refused or withdrawn.")] = None,
    capacity: Annotated[str | None, typer.Option(help="Cars that may train there at once.")] = None,
    fence: Fence = None,
    half_width: HalfWidth = None,
    form: Form = "auto",
    datum: Datum = None,
    traces: Traces = None,
    beside: Beside = None,
    repaired: Repaired = None,
    as_json: AsJson = False,
    near: Near = Limits.near_m,
    spike: Spike = Limits.spike_degrees,
    min_area: Smallest = Limits.min_area_m2,
    max_area: Largest = Limits.max_area_m2,
    out: Annotated[Path | None, typer.Option(help="The GeoJSON to write; without it, printed.")] = None,
) -> None:
    """Turn drawings into the GeoJSON the registry takes, in WGS-84; with an error in the report, nothing.

    Options fill in what the file does not carry itself.
    """
    limits = Limits(near_m=near, spike_degrees=spike, min_area_m2=min_area, max_area_m2=max_area)
    given = {
        "fence": fence,
        "ground": ground,
        "kind": kind,
        "parts": parts,
        "valid_from": valid_from,
        "valid_to": valid_to,
        "vehicle_classes": classes,
        "schools": schools,
        "state": state,
        "capacity": capacity,
        "half_width_m": half_width,
        "datum": datum,
    }
    fence_files.import_fences(
        FenceOptions(file, form, given, traces or (), beside or (), limits, repaired, as_json), out
    )
