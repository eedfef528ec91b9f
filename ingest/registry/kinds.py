"""The sheets that can be imported: their columns, in English and Chinese, and what each cell must be."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.registry import cells
from ingest.registry.cells import Cleaner

ID_NUMBER, PLATE_COLOUR = "id_number", "plate_colour"
CHECKED_ONLY = (ID_NUMBER, PLATE_COLOUR)
"""Columns that are looked at and then forgotten."""


@dataclass(frozen=True)
class Column:
    """A column: its field in the registry, what a heading may call it, how a cell is read.

    required: a number that the registry does not know yet needs it.
    """

    field: str
    headings: tuple[str, ...]
    clean: Cleaner
    required: bool = False


@dataclass(frozen=True)
class Kind:
    """A kind of sheet: section of the registry file it fills, names in both languages, columns.

    names_one: (field, kind it must name an entry of). only_known: the sheet may not add any number.
    """

    section: str
    chinese: str
    columns: tuple[Column, ...]
    names_one: tuple[tuple[str, str], ...] = ()
    only_known: bool = False


def _number(*headings: str) -> Column:
    return Column("number", ("number", "编号", "统一编号", *headings), cells.number, True)


def _name(*headings: str) -> Column:
    return Column("name", ("name", "名称", *headings), cells.words, True)


_SCHOOL = Column("school", ("school", "驾校编号", "培训机构编号", "所属驾校编号"), cells.number, True)
_STATE = Column("state", ("state", "状态", "备案状态"), cells.state)
_PERIOD = (
    Column("valid_from", ("valid from", "生效日期", "启用日期"), cells.day),
    Column("valid_until", ("valid until", "有效期至", "失效日期"), cells.last_day),
)
_IDENTITY = Column(ID_NUMBER, ("id number", "身份证号", "身份证号码", "证件号码"), cells.identity)

KINDS: dict[str, Kind] = {
    "schools": Kind(
        "schools",
        "驾校",
        (
            _number("驾校编号", "培训机构编号"),
            _name("驾校名称", "培训机构名称"),
            _STATE,
            Column("province", ("province", "省级区划代码", "省"), cells.area),
            Column("city", ("city", "市级区划代码", "市"), cells.area),
            *_PERIOD,
        ),
    ),
    "operators": Kind(
        "operators",
        "计时平台运营商",
        (
            Column("number", ("number", "平台编号", "编号"), cells.platform, True),
            _name("运营商名称", "平台名称"),
            _STATE,
            *_PERIOD,
        ),
    ),
    "instructors": Kind(
        "instructors",
        "教练员",
        (
            _number("教练员编号", "教练编号"),
            _name("姓名", "教练员姓名"),
            _SCHOOL,
            _STATE,
            Column("licence_until", ("licence until", "驾驶证有效期至", "驾驶证有效期止"), cells.last_day),
            Column("permit_until", ("permit until", "教练证有效期至", "准教证有效期止"), cells.last_day),
            Column("vehicle_classes", ("vehicle classes", "准教车型"), cells.vehicle_classes),
            _IDENTITY,
            *_PERIOD,
        ),
        (("school", "schools"),),
    ),
    "trainees": Kind(
        "trainees",
        "学员",
        (
            _number("学员编号"),
            _name("姓名", "学员姓名"),
            _SCHOOL,
            Column("vehicle_class", ("vehicle class", "培训车型", "车型"), cells.vehicle_class, True),
            _STATE,
            Column("enrolled_on", ("enrolled on", "报名日期", "报名时间"), cells.day),
            Column("parts_passed", ("parts passed", "已通过科目", "已通过部分"), cells.parts),
            _IDENTITY,
            *_PERIOD,
        ),
        (("school", "schools"),),
    ),
    "cars": Kind(
        "cars",
        "教练车",
        (
            _number("教练车编号", "车辆编号"),
            Column("plate", ("plate", "车牌号", "车牌号码", "号牌号码"), cells.plate, True),
            Column(PLATE_COLOUR, ("plate colour", "plate color", "车牌颜色", "号牌颜色"), cells.words),
            _SCHOOL,
            _STATE,
            Column("vehicle_class", ("vehicle class", "培训车型", "车型"), cells.vehicle_class),
            Column("inspected_until", ("inspected until", "年检有效期至", "检验有效期至"), cells.last_day),
            *_PERIOD,
        ),
        (("school", "schools"),),
    ),
    "terminals": Kind(
        "terminals",
        "计时终端",
        (
            _number("终端编号", "计时终端编号"),
            Column("car", ("car", "教练车编号", "车辆编号"), cells.number),
            Column("school", _SCHOOL.headings, cells.number),
            Column("operator", ("operator", "运营商编号", "平台编号"), cells.platform),
            _STATE,
            *_PERIOD,
        ),
        (("car", "cars"), ("school", "schools"), ("operator", "operators")),
        only_known=True,
    ),
    "grounds": Kind(
        "grounds",
        "训练场地",
        (
            Column("number", ("fence", "number", "围栏编号", "场地编号", "编号"), cells.words, True),
            Column("name", ("ground", "name", "训练场名称", "场地名称", "名称"), cells.words),
            Column("capacity", ("capacity", "容纳车辆数", "核定容量"), cells.quantity),
            Column("state", _STATE.headings, cells.ground_state),
            *_PERIOD,
        ),
        only_known=True,
    ),
}
