"""The map of a place: its locations that have a point, drawn without tiles, each with the status of its issues."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from math import cos, radians

from msgspec import Struct

from ...core.outputs import Output
from ...model.paths import get_place_of, get_record_url, list_ancestor_places
from ..format_stat import format_parts
from ..layout import build_breadcrumbs, build_page
from ..page_context import Link, PageContext, link_to_record, localize_name

MAP_PAGE = "map/index.html"

MIN_POINTS = 2
"""With fewer locations that have a point nothing is drawn: a single one shows no position."""

MAX_POINTS = 40
"""With more locations than this, the places below are drawn instead, each in the middle of its locations."""

WIDTH, MARGIN, MAX_HEIGHT = 340, 20, 480
"""In the units of the drawing; on a phone one of them is about a pixel."""

_METRES_PER_DEGREE = 111_320
_SCALE_LENGTHS = tuple(digit * 10 ** power for power in range(6) for digit in (1, 2, 5))


class MapPoint(Struct, frozen=True):
    """A location (or place) on the map: its number, position, and the colour of its most pressing issue."""

    number: str
    x: str
    y: str
    colour: str
    shape: str
    link: Link
    place: Link | None
    statuses: str


class MapView(Struct, frozen=True):
    """The map of a place. `scale`: a length in words, which is drawn from 8 to `scale_end`."""

    scope: Link | None
    height: int
    points: tuple[MapPoint, ...]
    scale: str
    scale_end: str


def build_map_page(context: PageContext, place: str) -> Output:
    """The map of a place that has locations with points."""
    name = localize_name(context, context.library.places[place]).text
    return build_page(context, f"{place}/{MAP_PAGE}", "pages/map.html", context.text("Map of {place}", place=name),
                      _map_view(context, place), trail=build_breadcrumbs(context, place, Link(context.text("Map"))))


def find_mapped_locations(context: PageContext, place: str) -> tuple[str, ...]:
    """The locations there and below that have a point; none if they are too few for a map."""
    found = tuple(path for path, location in context.library.locations.items()
                  if location.point and path.startswith(f"{place}/"))
    return found if len(found) >= MIN_POINTS else ()


def _map_view(context: PageContext, place: str) -> MapView:
    groups = _group_locations(context, place, find_mapped_locations(context, place))
    metres = [_mean_position(context, paths) for paths in groups.values()]
    left, top = (min(one[axis] for one in metres) for axis in (0, 1))
    width, height = (max(max(one[axis] for one in metres) - start, 1.0) for axis, start in ((0, left), (1, top)))
    unit = min((WIDTH - 2 * MARGIN) / width, (MAX_HEIGHT - 2 * MARGIN) / height)
    length = max((one for one in _SCALE_LENGTHS if one * unit <= WIDTH / 3), default=1)
    points = tuple(_map_point(context, number, key, paths, MARGIN + (x - left) * unit, MARGIN + (y - top) * unit)
                   for number, ((key, paths), (x, y)) in enumerate(zip(groups.items(), metres, strict=True), 1))
    return MapView(link_to_record(context, place), round(height * unit) + 2 * MARGIN, points,
                   _length_text(context, length), f"{8 + length * unit:.1f}")


def _group_locations(context: PageContext, place: str, paths: Sequence[str]) -> dict[str, list[str]]:
    """What is drawn → its locations: each location itself; if they are too many, the place directly below."""
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for path in paths:
        child = "/".join(path.split("/")[:place.count("/") + 2])
        groups[child if len(paths) > MAX_POINTS and child in context.library.places else path].append(path)
    return groups


def _mean_position(context: PageContext, paths: Sequence[str]) -> tuple[float, float]:
    """East and south of the origin, in metres; right enough within a town."""
    points = [point for path in paths if (point := context.library.locations[path].point)]
    longitude, latitude = (sum(point[axis] for point in points) / len(points) for axis in (0, 1))
    return longitude * cos(radians(latitude)) * _METRES_PER_DEGREE, -latitude * _METRES_PER_DEGREE


def _map_point(context: PageContext, number: int, key: str, paths: Sequence[str], x: float, y: float) -> MapPoint:
    issues = [context.rows[issue] for path in paths for issue in context.library.referrers(path, "issue.location")]
    numbers = Counter(row.status for row in issues)
    order = [status for status in context.library.vocabulary.terms["status"] if numbers[status]]
    pressing = next((row for row in issues if row.status == order[0]), None)
    parts = ((context.label("status", status), context.number(numbers[status])) for status in order)
    is_place = key in context.library.places
    name = localize_name(context, context.library.places[key] if is_place else context.library.locations[key])
    return MapPoint(context.number(number), f"{x:.1f}", f"{y:.1f}", pressing.colour if pressing else "white",
                    pressing.shape if pressing else "", Link(name.text, get_record_url(key), name.lang),
                    None if is_place else link_to_record(context, get_place_of(key)), format_parts(context, parts))


def _length_text(context: PageContext, metres: int) -> str:
    if metres >= 1000:
        return context.text("{n} km", n=context.number(metres // 1000))
    return context.text("{n} m", n=context.number(metres))


def list_mapped_places(context: PageContext) -> Iterator[str]:
    """The places that have a map."""
    located = (path for path, location in context.library.locations.items() if location.point)
    numbers = Counter(place for path in located for place in list_ancestor_places(path))
    return (place for place in context.library.places if numbers[place] >= MIN_POINTS)
