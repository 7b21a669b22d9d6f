"""The map of a place: its locations that have a point or a boundary, drawn without tiles, each with the status of its
issues."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from math import cos, radians

from msgspec import Struct

from ...core.outputs import Output
from ...model.boundaries import Position, find_middle
from ...model.paths import get_place_of, get_record_url, list_ancestor_places
from ..format_stat import format_parts
from ..layout import build_breadcrumbs, build_page
from ..page_context import Link, PageContext, link_to_record, localize_name

MAP_PAGE = "map/index.html"

MIN_POINTS = 2
"""With fewer locations that have a point nothing is drawn, unless one has a boundary: a single point shows no
position."""

MAX_POINTS = 40
"""With more locations than this, the places below are drawn instead, each in the middle of its locations."""

WIDTH, MARGIN, MAX_HEIGHT = 340, 20, 480
"""In the units of the drawing; on a phone one of them is about a pixel."""

_METRES_PER_DEGREE = 111_320
_SCALE_LENGTHS = tuple(digit * 10 ** power for power in range(6) for digit in (1, 2, 5))


class MapPoint(Struct, frozen=True):
    """A location (or place) on the map: its number, position, and the colour of its most pressing issue; `area`: its
    boundary as the path of an SVG, "" = none."""

    number: str
    x: str
    y: str
    colour: str
    shape: str
    link: Link
    place: Link | None
    statuses: str
    area: str = ""


class MapView(Struct, frozen=True):
    """The map of a place. `scale`: a length in words, which is drawn from 8 to `scale_end`."""

    scope: Link | None
    height: int
    points: tuple[MapPoint, ...]
    scale: str
    scale_end: str


def build_map_page(context: PageContext, place: str) -> Output:
    """The map of a place that has locations with points or boundaries."""
    name = localize_name(context, context.library.places[place]).text
    return build_page(context, f"{place}/{MAP_PAGE}", "pages/map.html", context.text("Map of {place}", place=name),
                      _map_view(context, place), trail=build_breadcrumbs(context, place, Link(context.text("Map"))))


def find_mapped_locations(context: PageContext, place: str) -> tuple[str, ...]:
    """The locations there and below that have a point or a boundary; none if they are too few for a map."""
    found = tuple(path for path, location in context.library.locations.items()
                  if path.startswith(f"{place}/") and (location.point or path in context.library.boundaries))
    return found if len(found) >= MIN_POINTS or any(path in context.library.boundaries for path in found) else ()


def _map_view(context: PageContext, place: str) -> MapView:
    groups = _group_locations(context, place, find_mapped_locations(context, place))
    positions = [_mean_position(context, paths) for paths in groups.values()]
    to_metres = partial(_to_metres, cos(radians(sum(latitude for _, latitude in positions) / len(positions))))
    middles = list(map(to_metres, positions))
    outlines = [[list(map(to_metres, ring)) for ring in context.library.boundaries.get(key, ())] for key in groups]
    frame = _fit_frame([*middles, *(point for rings in outlines for ring in rings for point in ring)])
    length = max((one for one in _SCALE_LENGTHS if one * frame.unit <= WIDTH / 3), default=1)
    points = tuple(
        _map_point(context, number, key, paths, frame.place(middle), "".join(map(frame.draw_ring, rings)))
        for number, ((key, paths), middle, rings) in enumerate(zip(groups.items(), middles, outlines, strict=True), 1))
    return MapView(link_to_record(context, place), frame.height, points, _length_text(context, length),
                   f"{8 + length * frame.unit:.1f}")


class _Frame(Struct, frozen=True):
    """What is drawn where: the metres at the left and upper edge, units of the drawing to a metre, and its height."""

    left: float
    top: float
    unit: float
    height: int

    def place(self, point: Position) -> Position:
        """Where a point, in metres, is drawn."""
        return MARGIN + (point[0] - self.left) * self.unit, MARGIN + (point[1] - self.top) * self.unit

    def draw_ring(self, ring: Iterable[Position]) -> str:
        """A ring as a part of an SVG path; what falls on one place is drawn once."""
        points = dict.fromkeys(f"{x:.1f} {y:.1f}" for x, y in map(self.place, ring))
        return f"M{'L'.join(points)}Z"


def _fit_frame(points: Sequence[Position]) -> _Frame:
    left, top = (min(one[axis] for one in points) for axis in (0, 1))
    width, height = (max(max(one[axis] for one in points) - start, 1.0) for axis, start in ((0, left), (1, top)))
    unit = min((WIDTH - 2 * MARGIN) / width, (MAX_HEIGHT - 2 * MARGIN) / height)
    return _Frame(left, top, unit, round(height * unit) + 2 * MARGIN)


def _group_locations(context: PageContext, place: str, paths: Sequence[str]) -> dict[str, list[str]]:
    """What is drawn → its locations: each location itself; if they are too many, the place directly below."""
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for path in paths:
        child = "/".join(path.split("/")[:place.count("/") + 2])
        groups[child if len(paths) > MAX_POINTS and child in context.library.places else path].append(path)
    return groups


def _mean_position(context: PageContext, paths: Sequence[str]) -> Position:
    """The mean of the points of these locations, or of the middles of their boundaries."""
    points = [context.library.locations[path].point or find_middle(context.library.boundaries[path]) for path in paths]
    longitude, latitude = (sum(point[axis] for point in points) / len(points) for axis in (0, 1))
    return longitude, latitude


def _to_metres(shrinkage: float, position: Position) -> Position:
    """East and south of the origin, in metres; `shrinkage`: the cosine of the latitude, one for the whole map, as a
    change of it by a metre would move a point by another. Right enough within a town."""
    longitude, latitude = position
    return longitude * shrinkage * _METRES_PER_DEGREE, -latitude * _METRES_PER_DEGREE


def _map_point(context: PageContext, number: int, key: str, paths: Sequence[str], at: Position,
               area: str) -> MapPoint:
    issues = [context.rows[issue] for path in paths for issue in context.library.referrers(path, "issue.location")]
    numbers = Counter(row.status for row in issues)
    order = [status for status in context.library.vocabulary.terms["status"] if numbers[status]]
    pressing = next((row for row in issues if row.status == order[0]), None)
    parts = ((context.label("status", status), context.number(numbers[status])) for status in order)
    is_place = key in context.library.places
    name = localize_name(context, context.library.places[key] if is_place else context.library.locations[key])
    colour, shape = (pressing.colour, pressing.shape) if pressing else ("white", "")
    return MapPoint(context.number(number), f"{at[0]:.1f}", f"{at[1]:.1f}", colour, shape,
                    Link(name.text, get_record_url(key), name.lang),
                    None if is_place else link_to_record(context, get_place_of(key)), format_parts(context, parts),
                    area)


def _length_text(context: PageContext, metres: int) -> str:
    if metres >= 1000:
        return context.text("{n} km", n=context.number(metres // 1000))
    return context.text("{n} m", n=context.number(metres))


def list_mapped_places(context: PageContext) -> Iterator[str]:
    """The places that have a map."""
    boundaries = context.library.boundaries
    located = (path for path, location in context.library.locations.items() if location.point or path in boundaries)
    numbers = Counter(place for path in located for place in list_ancestor_places(path))
    bounded = {place for path in boundaries for place in list_ancestor_places(path)}
    return (place for place in context.library.places if numbers[place] >= MIN_POINTS or place in bounded)
