"""A small registry, and sheets of it as CSV and XLSX."""

import io
from collections.abc import Sequence
from datetime import date
from typing import Any

from openpyxl import Workbook

from ingest.registry.merge import ALWAYS
from ingest.registry.take_in import TakenIn, take_in

TODAY = date(2026, 6, 1)
SCHOOL, OTHER = "0000000000000001", "0000000000000002"
CAR, CAR_2 = "0000000000000011", "0000000000000012"
INSTRUCTOR, TRAINEE, TERMINAL = "0000000000000021", "0000000000000031", "0000000000000041"
NEW = "2301500000000017"


def item(number: str, **fields: Any) -> dict[str, Any]:
    return {"number": number, "valid_from": ALWAYS, "valid_to": None, **fields}


def known() -> dict[str, list[dict[str, Any]]]:
    """Two schools, two cars, and one of the rest."""
    car = {"school": SCHOOL, "state": "approved", "vehicle_class": "C1", "inspected_until": None}
    licence = {"licence_until": None, "permit_until": None, "vehicle_classes": ["C1"]}
    enrolment = {"vehicle_class": "C1", "enrolled_on": "2026-01-05", "parts_passed": [1]}
    return {
        "schools": [item(SCHOOL, name="南山驾校", state="approved"), item(OTHER, name="北山驾校")],
        "cars": [item(CAR, plate="黑A0001学", **car), item(CAR_2, plate="黑A0002学", **car)],
        "instructors": [item(INSTRUCTOR, name="王", school=SCHOOL, state="approved", **licence)],
        "trainees": [item(TRAINEE, name="李", school=SCHOOL, state="approved", **enrolment)],
        "terminals": [
            item(TERMINAL, key_hex="ab" * 32, car=CAR, school=SCHOOL, state="approved", operator=None)
        ],
        "operators": [item("A0107", name="平台", state="approved")],
        "days": [],
        "grounds": [
            {
                "type": "Feature",
                "geometry": {
                    "type": "Polygon",
                    "coordinates": [[[121, 31], [121.001, 31], [121.001, 31.001], [121, 31]]],
                },
                "properties": {
                    "fence": "field-1",
                    "ground": "南山训练场",
                    "kind": "field",
                    "parts": [2],
                    "valid_from": "2026-01-01",
                    "valid_to": None,
                },
            }
        ],
    }


def csv_of(*rows: Sequence[str], encoding: str = "utf-8") -> bytes:
    return "\r\n".join(",".join(row) for row in rows).encode(encoding)


def xlsx_of(*rows: Sequence[Any], title: str = "Sheet1", text: bool = False) -> bytes:
    """A workbook of one sheet; text: every cell is text."""
    book = Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append([str(value) if text and value is not None else value for value in row])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def taken(kind: str, *rows: Sequence[str], **more: Any) -> TakenIn:
    """A CSV of these rows, the first the headings, taken in."""
    return take_in(csv_of(*rows), "sheet.csv", kind, known(), TODAY, more.pop("from_day", TODAY), **more)


def told(found: TakenIn) -> list[tuple[str, int, str]]:
    """(code, row, column) of every fault."""
    return [(fault.code, fault.row, fault.column) for fault in found.report.faults]
