"""Files of fences that the user named: read in any form, reported, written as the registry takes them."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from geofence.datum import DATUMS
from geofence.exchange.drawings import FORMATS, format_of, read_drawings
from geofence.exchange.property_text import value_of
from geofence.exchange.registry_form import registry_feature
from geofence.ground import load_fences
from geofence.properties import REQUIRED
from geofence.survey.kinds import ERROR, KINDS
from geofence.survey.limits import Limits
from geofence.survey.repair import collection
from geofence.survey.report import Fixes, Report, survey
from ingest.cli.arguments import read_text
from ingest.cli.faults import UsageError

MAX_BYTES = 50_000_000


@dataclass(frozen=True)
class FenceOptions:
    """What `fences check` and `fences import` are given.

    form: one of FORMATS, or auto. given: texts by property. traces, beside: files.
    """

    file: Path
    form: str = "auto"
    given: dict[str, str | None] = field(default_factory=dict)
    traces: Sequence[Path] = ()
    beside: Sequence[Path] = ()
    limits: Limits = field(default_factory=Limits)
    repaired: Path | None = None
    as_json: bool = False


def look_at(options: FenceOptions, properties_too: bool | None = None) -> Report:
    """The import report of the file; properties_too None: if a feature has any of a fence's own.

    Writes the repaired file if one was asked for. Raises UsageError and FenceError.
    """
    if options.form not in ("auto", *FORMATS):
        raise UsageError(f"--format {options.form} is not known; give one of auto, {', '.join(FORMATS)}.")
    datum = options.given.get("datum")
    if datum is not None and datum not in DATUMS:
        raise UsageError(f"--datum {datum} is not known; give one of {', '.join(DATUMS)}.")
    data, source = _read_bytes(options.file), str(options.file)
    form = format_of(data, source) if options.form == "auto" else options.form
    given = {name: value_of(name, text) for name, text in options.given.items() if text is not None}
    drawings = read_drawings(data, source, form, given)
    if properties_too is None:
        told = {name for feature in drawings.features for name in feature.properties}
        properties_too = bool(told & (set(REQUIRED) - {"fence"}))
    others = [fence for path in options.beside for fence in load_fences(read_text(path), str(path))]
    fixes = read_fixes(options.traces) if options.traces else None
    report = survey(drawings, source, options.limits, fixes, others, properties_too)
    if options.repaired is not None:
        _write(options, options.repaired, collection(report.mended()))
    return report


def check(options: FenceOptions) -> None:
    """Print the report. Raises UsageError if it has errors."""
    report = look_at(options)
    print("\n".join(_lines(report, options)))
    _refuse_errors(report, options.file)


def import_fences(options: FenceOptions, out: Path | None) -> None:
    """Print the report and write the registry's GeoJSON; without `out` it is printed, the report to stderr.

    Raises UsageError if the report has errors; then nothing is written.
    """
    report = look_at(options, properties_too=True)
    print("\n".join(_lines(report, options)), file=sys.stderr if out is None else sys.stdout)
    _refuse_errors(report, options.file)
    _refuse_unstated(report, options.file)
    document = collection([registry_feature(feature) for feature in report.features])
    if out is None:
        print(_json(document))
    else:
        _write(options, out, document)


def read_fixes(traces: Sequence[Path]) -> Fixes:
    """The fixes of recordings: GPX, GeoLife .plt, NMEA logs. Raises UsageError."""
    from simulators.traces import TraceError, read_trace

    try:
        read = [read_trace(path) for path in traces]
    except TraceError as fault:
        raise UsageError(str(fault)) from None
    fixed = [trace.utc_s > 0 for trace in read]
    lat_e7 = np.concatenate([trace.lat_e7[fix] for trace, fix in zip(read, fixed, strict=True)])
    lon_e7 = np.concatenate([trace.lon_e7[fix] for trace, fix in zip(read, fixed, strict=True)])
    return Fixes(lat_e7.astype(np.int32), lon_e7.astype(np.int32))


def _refuse_unstated(report: Report, file: Path) -> None:
    """A drawing of GCJ-02 taken for WGS-84 lies some 500 m off: nobody may leave it to a guess."""
    for feature in report.features:
        if not {"datum", "drawn_in"} & set(feature.properties):
            raise UsageError(
                f"{file}: it does not say which datum it was drawn in; add --datum wgs84, gcj02 or bd09"
                " (maps on the web in China are gcj02 or bd09). 未注明坐标系，请用 --datum 指定。"
            )


def _refuse_errors(report: Report, file: Path) -> None:
    if report.errors:
        count = len(report.errors)
        stop = "1 error stops" if count == 1 else f"{count} errors stop"
        remedy = "mend the drawing"
        if any(KINDS[fault.kind].mended for fault in report.errors):
            remedy += ", or look at the suggested repair with --repaired OUT.geojson"
        raise UsageError(f"{file}: {stop} the import; {remedy}.")


def _lines(report: Report, options: FenceOptions) -> list[str]:
    if options.as_json:
        return [_json({"file": str(options.file), **report.to_json()})]
    lines = []
    for fault in report.faults:
        mark = "error  " if fault.severity == ERROR else "warning"
        lines += [f"{mark} {fault.kind}: {fault.english()}", f"        {fault.chinese()}"]
    warnings = len(report.faults) - len(report.errors)
    counts = {"fence": len(report.features), "error": len(report.errors), "warning": warnings}
    lines.append(", ".join(f"{n} {word}{'' if n == 1 else 's'}" for word, n in counts.items()) + ".")
    return lines


def _json(document: dict[str, object]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=1)


def _write(options: FenceOptions, out: Path, document: dict[str, object]) -> None:
    if out.resolve() == options.file.resolve():
        raise UsageError(f"{out}: is the file that was read; name another one to write.")
    try:
        out.write_text(_json(document) + "\n", encoding="utf-8")
    except OSError as fault:
        raise UsageError(f"{out}: cannot be written ({fault.strerror}); check the path.") from None


def _read_bytes(file: Path) -> bytes:
    try:
        if file.stat().st_size > MAX_BYTES:
            raise UsageError(f"{file}: is larger than {MAX_BYTES // 1_000_000} MB; cut it into pieces.")
        return file.read_bytes()
    except OSError as fault:
        raise UsageError(f"{file}: cannot be read ({fault.strerror}); check the path.") from None
