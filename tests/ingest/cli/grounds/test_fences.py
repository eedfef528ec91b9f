"""hourfence fences: check, import, list, as a person runs them."""

import json
import sys

import pytest

from geofence.datum import to_wgs84
from geofence.ground import load_fences
from ingest.cli.app import main

SQUARE = "104,30;104.001,30;104.001,30.001;104,30.001"
UNSTATED = ["--ground", "北场", "--kind", "field", "--parts", "2,3", "--from", "2026-01-01"]
FOR_IMPORT = [*UNSTATED, "--datum", "wgs84"]
WKT = "POLYGON ((104 30, 104.001 30, 104.001 30.001, 104 30.001, 104 30))"
RING = "104,30 104.001,30 104.001,30.001 104,30.001 104,30"
KML = (
    "<kml><Placemark><name>北场</name><Polygon><outerBoundaryIs><LinearRing><coordinates>"
    f"{RING}</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark></kml>"
)
GEOJSON = json.dumps(
    {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"name": "北场", "fill": "#f00"},
                "geometry": {
                    "type": "Polygon",
                    "coordinates": [[[float(n) for n in pair.split(",")] for pair in RING.split()]],
                },
            }
        ],
    }
)


@pytest.fixture
def fences(monkeypatch, capsys, tmp_path):
    """fences(*arguments) -> (exit code, stdout, stderr), in a folder of its own."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["hourfence", "fences", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        told = capsys.readouterr()
        return ended.value.code or 0, told.out, told.err

    return run


@pytest.mark.parametrize(
    ("name", "text", "more"),
    [
        ("a.txt", f"北场: {SQUARE}", []),
        ("a.wkt", WKT, ["--fence", "北场"]),
        ("a.kml", KML, []),
        ("a.geojson", GEOJSON, []),
        ("told-by-its-text", KML, []),
        ("a.txt", WKT, ["--format", "wkt", "--fence", "北场"]),
    ],
)
def test_every_form_is_imported_to_the_same_fence(fences, tmp_path, name, text, more):
    (tmp_path / name).write_text(text)
    code, said, _ = fences("import", name, *FOR_IMPORT, *more, "--out", "out.geojson")
    assert code == 0, said
    (fence,) = load_fences((tmp_path / "out.geojson").read_text(), "out.geojson")
    assert (fence.fence_id, fence.ground, fence.kind, fence.parts) == ("北场", "北场", "field", {2, 3})
    assert fence.geometry.bounds == (104.0, 30.0, 104.001, 30.001)
    assert (fence.valid_to_s, fence.datum) == (None, "wgs84")
    assert said.endswith("1 fence, 0 errors, " + ("1 warning.\n" if "geojson" in name else "0 warnings.\n"))


def test_what_the_form_cannot_carry_is_given_and_the_datum_is_converted_and_recorded(fences, tmp_path):
    (tmp_path / "a.txt").write_text(SQUARE)
    more = ["--classes", "21,22", "--schools", "4401000000000001", "--state", "pending", "--capacity", "8"]
    more += ["--to", "2027-01-01", "--datum", "gcj02", "--half-width", "7.5"]
    code, out, err = fences("import", "a.txt", *FOR_IMPORT, *more)
    assert (code, err) == (0, "1 fence, 0 errors, 0 warnings.\n")
    (fence,) = load_fences(out, "out")
    assert fence.fence_id == "北场"
    assert (fence.vehicle_classes, fence.schools) == ({21, 22}, {4401000000000001})
    assert (fence.state, fence.capacity, fence.datum) == ("pending", 8, "gcj02")
    assert fence.valid_to_s is not None
    feature = json.loads(out)["features"][0]
    assert feature["geometry"]["type"] == "LineString"
    lon, lat = to_wgs84(104, 30, "gcj02")
    assert feature["geometry"]["coordinates"][0] == [round(float(lon), 7), round(float(lat), 7)]


def test_several_fences_are_numbered_after_their_ground_or_what_is_given(fences, tmp_path):
    (tmp_path / "a.txt").write_text(f"{SQUARE}\n{SQUARE.replace('104', '105')}")
    _, out, _ = fences("import", "a.txt", *FOR_IMPORT)
    assert [fence.fence_id for fence in load_fences(out, "x")] == ["北场-1", "北场-2"]
    _, out, _ = fences("import", "a.txt", *FOR_IMPORT, "--fence", "n")
    assert [fence.fence_id for fence in load_fences(out, "x")] == ["n-1", "n-2"]


def test_with_an_error_nothing_is_written_but_the_repair_that_was_asked_for(fences, tmp_path):
    bow_tie = "104,30;104.001,30.001;104.001,30;104,30.001"
    (tmp_path / "a.txt").write_text(f"{bow_tie}\n{SQUARE.replace('104', '105')}")
    code, out, err = fences(
        "import", "a.txt", *FOR_IMPORT, "--out", "out.geojson", "--repaired", "mend.geojson"
    )
    assert code == 2
    assert out.startswith('error   SELF_CROSSING: line 1 (fence "北场-1"), outer ring, vertex 1, at 104.0005')
    assert "        北场-1，外环，第 1 点：" in out
    assert out.endswith("2 fences, 1 error, 0 warnings.\n")
    assert err.startswith("hourfence: a.txt: 1 error stops the import; mend the drawing, or look at the sugg")
    assert not (tmp_path / "out.geojson").exists()
    code, out, _ = fences("check", "mend.geojson")
    assert (code, out) == (0, "2 fences, 0 errors, 0 warnings.\n")


def test_a_missing_property_stops_an_import_and_a_bare_drawing_can_be_checked(fences, tmp_path):
    (tmp_path / "a.txt").write_text(SQUARE)
    code, out, err = fences("import", "a.txt", "--ground", "x")
    assert (code, out) == (2, "")
    assert "missing: kind, parts, valid_from; add what is missing." in err
    assert fences("check", "a.txt")[:2] == (0, "1 fence, 0 errors, 0 warnings.\n")


def test_the_report_as_json(fences, tmp_path):
    (tmp_path / "a.txt").write_text(SQUARE + ";104,30.001")
    code, out, _ = fences("check", "a.txt", "--json")
    report = json.loads(out)
    assert (code, report["file"], report["errors"], report["warnings"]) == (0, "a.txt", 0, 1)
    (fault,) = report["faults"]
    assert (fault["kind"], fault["ring"], fault["vertex"]) == ("DUPLICATE_VERTEX", "outer ring", 5)
    assert (fault["lon"], fault["lat"]) == (104.0, 30.001)
    (mended,) = report["suggested_repair"]["features"]
    assert len(mended["geometry"]["coordinates"][0]) == 5


def test_traces_and_other_fences_are_looked_at(fences, tmp_path):
    (tmp_path / "a.txt").write_text(SQUARE)
    points = "".join(
        f'<trkpt lat="{30 + n % 9 / 10000 + 1e-4:.6f}" lon="{104 + n % 7 / 10000 + 1e-4:.6f}">'
        f"<time>2026-03-01T08:{n // 60:02}:{n % 60:02}Z</time></trkpt>"
        for n in range(300)
    )
    (tmp_path / "a.gpx").write_text(f"<gpx><trk><trkseg>{points}</trkseg></trk></gpx>")
    assert fences("check", "a.txt", "--traces", "a.gpx")[0] == 0
    fences("import", "a.txt", *FOR_IMPORT, "--out", "there.geojson")
    code, out, _ = fences(
        "check", "a.txt", "--traces", "a.gpx", "--datum", "bd09", "--beside", "there.geojson"
    )
    assert code == 0
    assert "warning DATUM_DOUBT:" in out
    assert "100 % of 300 fixes lie inside if it was drawn in WGS-84, 0 % in BD-09 as stated" in out
    code, out, _ = fences("check", "a.txt", "--fence", "b", "--beside", "there.geojson")
    assert "warning OVERLAP:" in out and "(100 %) lie in the fence 北场 too" in out


def test_a_file_is_listed_with_and_without_the_word(fences, tmp_path):
    (tmp_path / "a.txt").write_text(SQUARE)
    fences("import", "a.txt", *FOR_IMPORT, "--state", "pending", "--out", "out.geojson")
    assert (
        fences("out.geojson")
        == fences("list", "out.geojson")
        == (0, "北场: 北场, field, part 2, 3, pending\n", "")
    )


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ["check", "nowhere.kml"],
            "hourfence: nowhere.kml: cannot be read (No such file or directory); check",
        ),
        (["check", "a.txt", "--format", "shp"], "--format shp is not known; give one of auto, geojson, wkt"),
        (["check", "a.txt", "--datum", "amap"], "--datum amap is not known; give one of wgs84, gcj02, bd09."),
        (["check", "a.txt", "--repaired", "a.txt"], "a.txt: is the file that was read; name another one"),
        (["import", "a.txt", *FOR_IMPORT, "--out", "no/x"], "no/x: cannot be written (No such file"),
        (["check", "a.txt", "--traces", "a.gpx"], "a.gpx: cannot be read (No such file or directory)"),
        (["check", "a.txt", "--format", "kml"], "a.txt: line 1 column 1: this is not XML"),
    ],
)
def test_what_a_person_can_mend_is_one_sentence(fences, tmp_path, arguments, sentence):
    (tmp_path / "a.txt").write_text(SQUARE)
    code, _, err = fences(*arguments)
    assert code == 2
    assert sentence in err
    assert (tmp_path / "a.txt").read_text() == SQUARE


def test_the_datum_is_never_guessed(fences, tmp_path):
    (tmp_path / "a.txt").write_text(f"n: {SQUARE}")
    code, out, err = fences("import", "a.txt", *UNSTATED)
    assert code == 2 and out == "" and "add --datum wgs84, gcj02 or bd09" in err
    code, out, _ = fences("import", "a.txt", *FOR_IMPORT)
    assert code == 0 and json.loads(out)["features"][0]["properties"]["drawn_in"] == "wgs84"
