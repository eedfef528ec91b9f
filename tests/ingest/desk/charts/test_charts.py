"""Charts are well-formed, told in words, without an inline style, and whatever is in a name stays text."""

import xml.etree.ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from ingest.desk.charts.bars import bars
from ingest.desk.charts.funnel import Point, funnel
from ingest.desk.charts.lines import floor_of, over_time, sparkline
from ingest.desk.charts.svg import element, percent

NAMES = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=60)
SHARES = st.none() | st.floats(0, 1)
SVG = "{http://www.w3.org/2000/svg}"


def read(chart: str) -> ET.Element:
    tree = ET.fromstring(chart)
    names = {one.tag for one in tree.iter()}
    assert names <= {
        SVG + name
        for name in ["svg", "title", "desc", "g", "text", "line", "rect", "circle", "path", "polygon"]
    }
    assert not any(name in one.attrib for one in tree.iter() for name in ("style", "onload", "href"))
    told = tree.attrib["aria-labelledby"].split(" ")
    assert [one.attrib["id"] for one in tree if one.tag in (SVG + "title", SVG + "desc")] == told
    return tree


@given(NAMES, st.lists(st.tuples(NAMES, SHARES), max_size=40))
def test_a_line_is_well_formed(title: str, points: list[tuple[str, float | None]]) -> None:
    tree = read(over_time("a", title, points, [7] * len(points), "minutes"))
    for dot in tree.iter(SVG + "circle"):
        assert 7.9 <= float(dot.attrib["cy"]) <= 128.1
    assert tree[0].text == (title or None)
    small = sparkline("b", title, points, floor_of(share for _, share in points))
    if any(share is not None for _, share in points):
        read(small)
    else:
        assert small == ""


@given(st.lists(st.tuples(NAMES, st.integers(0, 10**9), NAMES), max_size=30))
def test_bars_have_their_words_and_are_within(rows: list[tuple[str, int, str]]) -> None:
    tree = ET.fromstring(bars("a", "t", rows))
    held = [(one[0].text or "", int(one[2].attrib["value"]), one[1].text or "") for one in tree]
    assert held == rows and tree.attrib["aria-label"] == "t"
    assert all(value <= int(one[2].attrib["max"]) for one, (_, value, _) in zip(tree, rows, strict=True))


@given(st.lists(SHARES, max_size=9))
def test_an_axis_begins_below_everything(shares: list[float | None]) -> None:
    low = floor_of(shares)
    assert 0 <= low <= 0.9 and all(share is None or share >= low for share in shares)


@given(
    st.lists(
        st.builds(Point, NAMES, st.integers(0, 10**6), st.floats(0, 1), st.booleans()),
        min_size=1,
        max_size=40,
    ),
    st.floats(0, 1),
)
def test_a_funnel_holds_its_points(points: list[Point], middle: float) -> None:
    made = funnel("a", "t", points, middle, lambda n: (middle / 2, middle), "minutes")
    if not any(point.n for point in points):
        assert made == ""
        return
    tree = read(made)
    dots = list(tree.iter(SVG + "circle"))
    assert all(45 <= float(dot.attrib["cx"]) <= 447 for dot in dots)
    assert len(dots) + len(list(tree.iter(SVG + "polygon"))) == sum(point.n > 0 for point in points)


def test_markup_in_a_name_stays_text() -> None:
    made = bars("a", "<script>", [("</text><script>alert(1)</script>", 1, '"><x')])
    assert "<script>" not in made and "&lt;script&gt;" in made
    assert element("g", class_='" onload="x') == '<g class="&#34; onload=&#34;x"/>'


def test_shares_are_told_in_percent() -> None:
    assert percent(0.8531) == "85.3 %"
