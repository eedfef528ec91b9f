"""The import report: every kind of fault with its place and sentence, and its suggested repair."""

import numpy as np
import pytest

from geofence.exchange.drawing import Drawings, LeftOut
from geofence.geojson import features_of
from geofence.ground import read_fences
from geofence.survey.kinds import KINDS
from geofence.survey.limits import Limits
from geofence.survey.repair import collection
from geofence.survey.report import Fixes, survey


def square(west=104.0, south=30.0, side=0.001):
    east, north = west + side, south + side
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def report_on(*features, **options):
    document = {"type": "FeatureCollection", "features": list(features)}
    return survey(Drawings(tuple(features_of(document, "x"))), "x", **options)


def with_vertex(index, position):
    ring = square()
    return [*ring[:index], position, *ring[index:]]


BOW_TIE = [[104.0, 30.0], [104.001, 30.001], [104.001, 30.0], [104.0, 30.001], [104.0, 30.0]]
FAULTS = {
    "RING_OPEN": (
        "Polygon",
        [square()[:-1]],
        {},
        "vertex 4, at 104.0000000, 30.0010000: the ring is not closed: its last position is 110.85",
        "外环，第 4 点：环未闭合：末点距首点 110.85 米；请在末尾重复首点。",
    ),
    "RING_SHORT": (
        "Polygon",
        [square(), [[104.0, 30.0], [104.001, 30.0], [104.0, 30.0]]],
        {},
        "hole 1, vertex 1, at 104.0000000, 30.0000000: the ring has 2 different positions; a ring needs",
        "第 1 个内环，第 1 点：环只有 2 个不同的点",
    ),
    "RING_FLAT": (
        "MultiPolygon",
        [[square()], [[[104.0, 30.01], [104.001, 30.01], [104.002, 30.01], [104.0, 30.01]]]],
        {},
        "polygon 2, outer ring, vertex 1, at 104.0000000, 30.0100000: the ring encloses no area; draw it",
        "第 2 个多边形，外环，第 1 点：环不包含任何面积",
    ),
    "LINE_SHORT": (
        "MultiLineString",
        [square(), [[104.0, 30.0], [104.0, 30.0]]],
        {"half_width_m": 5},
        "line 2, vertex 1, at 104.0000000, 30.0000000: the line has no length; a line needs two",
        "第 2 条线，第 1 点：线没有长度",
    ),
    "SELF_CROSSING": (
        "Polygon",
        [BOW_TIE],
        {},
        "vertex 1, at 104.0005000, 30.0005000: the edge after vertex 1 crosses or touches the edge "
        "after vertex 3; draw the ring so that it visits each place once.",
        "外环，第 1 点：第 1 点之后的边与第 3 点之后的边相交或相接",
    ),
    "RINGS_MISPLACED": (
        "Polygon",
        [square(), square(104.01)],
        {},
        "at 104.0100000, 30.0000000: a hole lies outside the outer ring; move the hole inside or take",
        "内环位于外环之外",
    ),
    "DUPLICATE_VERTEX": (
        "Polygon",
        [with_vertex(2, [104.001, 30.0])],
        {},
        "vertex 3, at 104.0010000, 30.0000000: the position is the same as the one before it; take",
        "外环，第 3 点：与前一点重复；请删除其中一个。",
    ),
    "NEAR_VERTEX": (
        "LineString",
        [[104.0, 30.0], [104.001, 30.0], [104.0010002, 30.0]],
        {"half_width_m": 5},
        "line, vertex 3, at 104.0010002, 30.0000000: the position is only 1.9 cm from the one before it",
        "线，第 3 点：距前一点仅 1.9 厘米",
    ),
    "SPIKE": (
        "Polygon",
        [[*square()[:1], [104.0005, 30.0], [104.000501, 29.999], [104.000502, 30.0], *square()[1:]]],
        {},
        "vertex 3, at 104.0005010, 29.9990000: the outline runs 110.9 m out to here and back in an "
        "angle of 0.1 degrees; take this position out.",
        "外环，第 3 点：边线在此处形成 0.1 度、长 110.9 米的尖刺",
    ),
    "AXES_SWAPPED": (
        "Polygon",
        [[position[::-1] for position in square()]],
        {},
        "vertex 1, at 30.0000000, 104.0000000: latitude and longitude look swapped: 5 of 5 positions",
        "经纬度疑似颠倒：5 个坐标中有 5 个对调后才在中国境内",
    ),
    "OUT_OF_RANGE": (
        "Polygon",
        [with_vertex(1, [104.0, 95.0])],
        {},
        "outer ring, vertex 2, at 104.0000000, 95.0000000: there is no such place: the latitude is beyond 90",
        "外环，第 2 点：坐标超出范围",
    ),
    "OUT_OF_CHINA": (
        "Polygon",
        [square(2.0, 48.0)],
        {"datum": "gcj02"},
        "outer ring, vertex 1, at 2.0000000, 48.0000000: GCJ-02 is stated, but this lies outside China",
        "声明的坐标系为 GCJ-02，但该处不在中国境内",
    ),
    "TOO_WIDE": (
        "Polygon",
        [square(side=1.5)],
        {},
        "the fence is more than one degree across; look for a mistyped coordinate or cut the fence",
        "围栏跨度超过一度",
    ),
    "AREA_SMALL": (
        "Polygon",
        [square(side=0.00005)],
        {},
        "at 104.0000250, 30.0000250: the fence is only 27 square metres; check the drawing",
        "围栏面积仅 27 平方米",
    ),
    "AREA_LARGE": (
        "Polygon",
        [square(side=0.05)],
        {},
        "the fence is 26732746",
        "围栏面积达 26732746",
    ),
    "UNREADABLE": (
        "Polygon",
        [[[104.0, 30.0], [104.0, "30"], [104.001, 30.0]]],
        {},
        'outer ring, position 2: [104.0, "30"] is not a position; write each position as',
        "图形无法读取",
    ),
    "PROPERTY": (
        "Polygon",
        [square()],
        {"state": "ok"},
        'properties.state: "ok" is not a state of approval; write "approved"',
        "属性缺失或有误：state",
    ),
}


@pytest.mark.parametrize("kind", FAULTS)
def test_a_fault_has_its_place_and_both_sentences(feature, kind):
    shape, coordinates, properties, english, chinese = FAULTS[kind]
    report = report_on(
        feature(), feature(shape, coordinates, fence="b", valid_from="2027-01-01", **properties)
    )
    faults = [fault for fault in report.faults if fault.kind == kind]
    assert len(faults) == 1
    # A fault that was found is not told again as what the reader of fences cannot take.
    assert kind == "UNREADABLE" or not any(fault.kind == "UNREADABLE" for fault in report.faults)
    told = faults[0].to_json()
    assert (told["feature"], told["fence"], told["severity"]) == (
        'feature 2 (fence "b")',
        "b",
        KINDS[kind].severity,
    )
    assert str(told["en"]).startswith('feature 2 (fence "b")')
    assert english in str(told["en"])
    assert chinese in str(told["zh"])
    assert told["numbers"] == dict(faults[0].numbers) and told["vertex"] == faults[0].vertex
    assert (report.errors == ()) == (KINDS[kind].severity == "warning")


@pytest.mark.parametrize("kind", [kind for kind in FAULTS if KINDS[kind].mended])
def test_the_suggested_repair_has_the_fault_no_more_and_nothing_was_changed(feature, kind):
    shape, coordinates, properties, _, _ = FAULTS[kind]
    broken = feature(shape, coordinates, fence="b", **properties)
    report = report_on(broken)
    assert report.features[0].coordinates == broken["geometry"]["coordinates"]
    again = survey(Drawings(report.mended()), "x")
    assert again.faults == ()
    assert again.repairs == {}
    (fence,) = read_fences(collection(report.mended()), "x")
    assert 100 < again.areas_m2[0] < 12_000
    assert fence.fence_id == "b"


def test_a_bow_tie_is_mended_into_its_two_halves(feature):
    (mended,) = report_on(feature("Polygon", [BOW_TIE])).mended()
    assert mended.shape == "MultiPolygon"
    assert sorted(len(rings[0]) for rings in mended.coordinates) == [4, 4]


def test_a_good_file_has_no_faults_and_no_repair(feature):
    report = report_on(feature("Polygon", [square()]))
    assert (report.faults, report.repairs) == ((), {})
    assert report.to_json() == {
        "fences": 1,
        "errors": 0,
        "warnings": 0,
        "areas_m2": {"field-1": 10696},
        "faults": [],
        "suggested_repair": {"type": "FeatureCollection", "features": []},
    }


def test_every_kind_is_tried():
    assert set(KINDS) == set(FAULTS) | {"OVERLAP", "DATUM_DOUBT", "LEFT_OUT"}


def test_overlaps_are_told_once_with_their_area(feature):
    half = square(104.0005)
    report = report_on(feature("Polygon", [square()]), feature("Polygon", [half], fence="b"))
    (fault,) = report.faults
    assert (fault.kind, fault.fence, fault.numbers["with_fence"]) == ("OVERLAP", "b", "field-1")
    assert "5348 square metres of it (50 %) lie in the fence field-1 too; check that both" in fault.english()
    assert "其中 5348 平方米（50%）与围栏 field-1 重叠" in fault.chinese()


@pytest.mark.parametrize(
    ("properties", "overlaps"),
    [
        ({}, 1),
        ({"parts": [3]}, 0),
        ({"parts": [2, 3]}, 1),
        ({"valid_from": "2027-01-01"}, 0),
        ({"valid_from": "2026-12-31"}, 1),
    ],
)
def test_what_never_meets_is_no_overlap(feature, properties, overlaps):
    first = feature("Polygon", [square()], valid_to="2027-01-01")
    second = feature("Polygon", [square()], fence="b", **properties)
    assert len(report_on(first, second).faults) == overlaps


def test_fences_that_are_there_already_are_overlapped_too_but_not_an_older_version(feature):
    there = read_fences(collection(report_on(feature("Polygon", [square()])).features), "there")
    assert [
        fault.kind for fault in report_on(feature("Polygon", [square()], fence="b"), others=there).faults
    ] == ["OVERLAP"]
    assert report_on(feature("Polygon", [square()]), others=there).faults == ()


def test_touching_fences_do_not_overlap(feature):
    assert (
        report_on(feature("Polygon", [square()]), feature("Polygon", [square(104.001)], fence="b")).faults
        == ()
    )


def test_traces_that_fit_another_datum_are_told(feature):
    rng = np.random.default_rng(1)
    lon, lat = rng.uniform(0.0001, 0.0009, (2, 300)) + np.array([[104.0], [30.0]])
    fixes = Fixes(np.rint(lat * 1e7).astype(np.int32), np.rint(lon * 1e7).astype(np.int32))
    assert report_on(feature("Polygon", [square()]), fixes=fixes).faults == ()
    (fault,) = report_on(feature("Polygon", [square()], datum="gcj02"), fixes=fixes).faults
    assert fault.kind == "DATUM_DOUBT"
    assert "100 % of 300 fixes lie inside if it was drawn in WGS-84" in fault.english()
    assert "若按 WGS-84 解读" in fault.chinese()


def test_what_was_left_out_is_told(feature):
    document = {"type": "FeatureCollection", "features": [feature("Polygon", [square()])]}
    drawings = Drawings(tuple(features_of(document, "x")), (LeftOut("Placemark 3", "a Point"),))
    (fault,) = survey(drawings, "x").faults
    assert (
        fault.english()
        == "Placemark 3: a Point is no part of a fence and is left out; nothing, if that is meant."
    )


def test_an_id_used_twice_and_a_missing_property_are_errors(feature):
    twice = report_on(feature("Polygon", [square()]), feature("Polygon", [square(104.01)]))
    assert [fault.kind for fault in twice.errors] == ["PROPERTY"]
    assert "another feature has the same fence id" in twice.errors[0].english()
    bare = feature("Polygon", [square()])
    del bare["properties"]["ground"], bare["properties"]["kind"]
    (missing,) = report_on(bare).errors
    assert missing.english().endswith("missing: ground, kind; add what is missing.")
    assert "属性缺失或有误：ground, kind" in missing.chinese()
    assert report_on(bare, properties_too=False).faults == ()
    del bare["properties"]["fence"]
    assert [fault.fence for fault in report_on(bare).errors] == [""]


def test_limits_are_settings(feature):
    small = feature("Polygon", [square(side=0.00005)])
    assert report_on(small, limits=Limits(min_area_m2=20)).faults == ()
    assert [f.kind for f in report_on(small, limits=Limits(min_area_m2=0, max_area_m2=20)).faults] == [
        "AREA_LARGE"
    ]
