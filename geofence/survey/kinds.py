"""The kinds of faults a drawing can have, each a row of data."""

from __future__ import annotations

from typing import NamedTuple

ERROR, WARNING = "error", "warning"


class Kind(NamedTuple):
    """What a fault is called, whether it stops an import, its sentences and what to do about it.

    The sentences take the fault's numbers by name. `mended`: geofence.survey.repair suggests a repair.
    """

    name: str
    severity: str
    english: str
    chinese: str
    remedy: str
    remedy_chinese: str
    mended: bool = False


KINDS = {
    kind.name: kind
    for kind in (
        Kind("UNREADABLE", ERROR, "{problem}", "图形无法读取", "{remedy}", "请重新绘制或重新导出"),
        Kind("PROPERTY", ERROR, "{problem}", "属性缺失或有误：{name}", "{remedy}", "请补充或改正该属性"),
        Kind(
            "AXES_SWAPPED",
            ERROR,
            "latitude and longitude look swapped: {count} of {total} positions lie in China the other way",
            "经纬度疑似颠倒：{total} 个坐标中有 {count} 个对调后才在中国境内",
            "write the longitude first",
            "请按“经度,纬度”的顺序书写",
            mended=True,
        ),
        Kind(
            "OUT_OF_RANGE",
            ERROR,
            "there is no such place: the latitude is beyond 90 or the longitude beyond 180",
            "坐标超出范围：纬度超过 90 度或经度超过 180 度",
            "look for a mistyped coordinate",
            "请检查坐标是否输错",
        ),
        Kind(
            "OUT_OF_CHINA",
            ERROR,
            "{datum} is stated, but this lies outside China, where no such datum is used",
            "声明的坐标系为 {datum}，但该处不在中国境内",
            "state wgs84 or look for a mistyped coordinate",
            "请改为 wgs84 或检查坐标",
        ),
        Kind(
            "TOO_WIDE",
            ERROR,
            "the fence is more than one degree across",
            "围栏跨度超过一度",
            "look for a mistyped coordinate or cut the fence into several",
            "请检查坐标是否输错，或拆成几个围栏",
        ),
        Kind(
            "RING_SHORT",
            ERROR,
            "the ring has {count} different positions",
            "环只有 {count} 个不同的点",
            "a ring needs at least 3; draw it again or take it out",
            "环至少需要 3 个点，请重画或删除",
            mended=True,
        ),
        Kind(
            "RING_OPEN",
            ERROR,
            "the ring is not closed: its last position is {distance_m} m from its first",
            "环未闭合：末点距首点 {distance_m} 米",
            "repeat the first position at the end",
            "请在末尾重复首点",
            mended=True,
        ),
        Kind(
            "RING_FLAT",
            ERROR,
            "the ring encloses no area",
            "环不包含任何面积",
            "draw it again or take it out",
            "请重画或删除",
            mended=True,
        ),
        Kind(
            "LINE_SHORT",
            ERROR,
            "the line has no length",
            "线没有长度",
            "a line needs two different positions",
            "线至少需要两个不同的点",
        ),
        Kind(
            "SELF_CROSSING",
            ERROR,
            "the edge after vertex {vertex} crosses or touches the edge after vertex {other}",
            "第 {vertex} 点之后的边与第 {other} 点之后的边相交或相接",
            "draw the ring so that it visits each place once",
            "请重画，使边不相交",
            mended=True,
        ),
        Kind("RINGS_MISPLACED", ERROR, "{problem}", "{problem_chinese}", "{remedy}", "请重画", mended=True),
        Kind(
            "DUPLICATE_VERTEX",
            WARNING,
            "the position is the same as the one before it",
            "与前一点重复",
            "take one of the two out",
            "请删除其中一个",
            mended=True,
        ),
        Kind(
            "NEAR_VERTEX",
            WARNING,
            "the position is only {distance_cm} cm from the one before it",
            "距前一点仅 {distance_cm} 厘米",
            "take one of the two out",
            "请删除其中一个",
            mended=True,
        ),
        Kind(
            "SPIKE",
            WARNING,
            "the outline runs {length_m} m out to here and back in an angle of {degrees} degrees",
            "边线在此处形成 {degrees} 度、长 {length_m} 米的尖刺",
            "take this position out",
            "请删除该点",
            mended=True,
        ),
        Kind(
            "AREA_SMALL",
            WARNING,
            "the fence is only {area_m2} square metres",
            "围栏面积仅 {area_m2} 平方米",
            "check the drawing; a car needs more",
            "请检查图形，面积过小",
        ),
        Kind(
            "AREA_LARGE",
            WARNING,
            "the fence is {area_m2} square metres",
            "围栏面积达 {area_m2} 平方米",
            "check the drawing; no training ground is that large",
            "请检查图形，面积过大",
        ),
        Kind(
            "OVERLAP",
            WARNING,
            "{area_m2} square metres of it ({percent} %) lie in the fence {with_fence} too",
            "其中 {area_m2} 平方米（{percent}%）与围栏 {with_fence} 重叠",
            "check that both are meant; together they are a union",
            "请确认两者均有必要；重叠时取并集",
        ),
        Kind(
            "DATUM_DOUBT",
            WARNING,
            "{problem}",
            "{problem_chinese}",
            "ask what the map was drawn on and state its datum",
            "请核实绘图所用地图的坐标系",
        ),
        Kind(
            "LEFT_OUT",
            WARNING,
            "{what} is no part of a fence and is left out",
            "{what} 不属于围栏，已忽略",
            "nothing, if that is meant",
            "如无误可不处理",
        ),
    )
}
