"""The map of a place: drawn from the points of its locations, and nothing where there are none."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.site.test_pages import library_of, site_of, words
from tests.support.workshop import Workshop, tree

SITE: Mapping[str, str] = {
    "site.yaml": "title: 示例镇\nlanguages: [zh-Hans]\n",
    "places/town/place.yaml": "{name: 示例镇, kind: town}",
    "places/town/east/place.yaml": "{name: 东社区, kind: community}",
    "places/town/east/locations.yaml": """
        north: {name: 北院, kind: compound, point: [100.05, 30.06]}
        south: {name: 南院, kind: compound, point: [100.06, 30.05]}
        bare: {name: 无坐标, kind: compound}
        """,
    "places/town/east/issues/leak.yaml":
        "{title: 漏水, topic: leaks, raised: 2025-12-01, location: north, log: [2025-12-02 clarify: 看了]}",
    "places/town/east/issues/lamp.yaml":
        "{title: 灯, topic: lighting, raised: 2025-12-01, location: north, log: [2025-12-02 resolved: 亮了]}",
}


def test_locations_stand_where_they_lie_with_the_status_of_their_issues() -> None:
    """North is above and east to the right; the colour is that of the most pressing issue, the list says all."""
    page = site_of(library_of(SITE))["places/town/east/map/index.html"]
    places = re.findall(r'aria-label="\d (\w+)"><circle cx="([\d.]+)" cy="([\d.]+)" r="13" class="fill-(\w+)"', page)
    (north, *north_at, north_colour), (south, *south_at, south_colour) = places
    assert (north, north_colour, south, south_colour) == ("北院", "yellow", "南院", "white")
    assert float(north_at[0]) < float(south_at[0])
    assert float(north_at[1]) < float(south_at[1])
    assert "北院 东社区 ◐ 推进中1件、已办结1件" in words(page)
    assert "无坐标" not in page


@pytest.mark.parametrize("points", [0, 1])
def test_without_points_there_is_no_map(points: int) -> None:
    """A single point shows no position either."""
    locations = SITE["places/town/east/locations.yaml"]
    for _ in range(2 - points):
        locations = re.sub(r", point: \[[^]]*\]", "", locations, count=1)
    pages = site_of(library_of({**SITE, "places/town/east/locations.yaml": locations}))
    assert not any("map/" in path or "map/index.html" in page for path, page in pages.items())


SQUARE = "[[[100.04, 30.05], [100.05, 30.05], [100.05, 30.06], [100.04, 30.06], [100.04, 30.05]]]"
BOUNDARY = f"{{type: Polygon, coordinates: {SQUARE}}}"


def test_an_area_is_drawn_in_the_colour_of_its_issues_with_its_number_in_the_middle() -> None:
    """Its frame reaches to its edges; a single one makes a map, as it shows where it lies."""
    locations = f"north: {{name: 北院, kind: compound, boundary: {BOUNDARY}}}"
    pages = site_of(library_of({**SITE, "places/town/east/locations.yaml": locations}))
    page = pages["places/town/east/map/index.html"]
    drawn = re.findall(r'<path d="M([^"]+)Z" fill-rule="evenodd" class="fill-(\w+)"', page)
    assert [colour for _, colour in drawn] == ["yellow"]
    corners = [tuple(map(float, corner.split())) for corner in drawn[0][0].split("L")]
    assert {x for x, _ in corners} == {20.0, 320.0}
    assert len(corners) == 4
    middle = re.search(r'<circle cx="([\d.]+)" cy="([\d.]+)"', page)
    assert middle
    assert [float(at) for at in middle.groups()] == pytest.approx(
        [sum(corner[axis] for corner in corners) / 4 for axis in (0, 1)], abs=0.2)
    assert "北院 东社区 ◐ 推进中1件、已办结1件" in words(page)


GEOJSON = {"feature": '{"type": "Feature", "geometry": {"type": "Polygon", "coordinates": ' + SQUARE + "}}",
           "other": '{"type": "FeatureCollection", "features": [{"type": "Point", "coordinates": [1, 2]}]}',
           "huge": '{"type": "Polygon", "coordinates": [[[1' + "0" * 400 + ", 2], [3, 4], [5, 6]]]}",
           "broken": "{", "deep": '{"type": "Feature", "geometry": ' * 5_000}


@pytest.mark.parametrize("name", GEOJSON)
def test_a_boundary_may_stand_in_a_file(name: str, tmp_path: Path) -> None:
    """One that holds none is told at the file; when it changes, the map does, as in a clean build."""
    (tmp_path / "empty").mkdir()
    town = Workshop(tmp_path, tmp_path / "empty")
    for file, text in SITE.items():
        town.write(file, text)
    town.write("places/town/east/locations.yaml", "north: {name: 北院, kind: compound, boundary: yard.geojson}")
    town.write("places/town/east/yard.geojson", GEOJSON[name])
    problems = town.build().checked.problems
    if name != "feature":
        assert [(problem.path, problem.code) for problem in problems] == [
            ("places/town/east/yard.geojson", "not_a_boundary")]
        return
    assert problems == ()
    before = (town.output / "places/town/east/map/index.html").read_text("utf-8")
    town.replace("places/town/east/yard.geojson", "100.05, 30.06", "100.06, 30.06")
    town.build()
    assert (town.output / "places/town/east/map/index.html").read_text("utf-8") != before
    assert tree(town.output) == town.clean()
