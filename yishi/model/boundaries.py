"""Boundaries of locations, as GeoJSON (RFC 7946) says them."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

Position = tuple[float, float]
"""Longitude, latitude, in degrees."""

Outline = tuple[tuple[Position, ...], ...]
"""Rings: what is within an odd number of them lies inside."""

MAX_BOUNDARY_POINTS = 2_000
"""Points of a boundary; more would not be seen on a map of a phone's width."""


def parse_outline_file(data: bytes) -> Outline:
    """The outline in a GeoJSON file. Raises ValueError."""
    try:
        return parse_outline(json.loads(data))
    except RecursionError as error:
        raise ValueError from error


def parse_outline(geometry: object) -> Outline:
    """The rings of a Polygon or MultiPolygon, or of a Feature or FeatureCollection of such. Raises ValueError for
    anything else: fewer than three points to a ring, no such longitude or latitude, too many points."""
    rings = tuple(_iter_rings(geometry))
    if not rings or sum(map(len, rings)) > MAX_BOUNDARY_POINTS:
        raise ValueError
    return rings


def find_middle(outline: Outline) -> Position:
    """The centre of mass of the first ring; the mean of its points if it has no area."""
    ring = outline[0]
    pairs = list(zip(ring, (*ring[1:], ring[0]), strict=True))
    start = ring[0]  # subtracted, as the products of degrees lose their digits
    parts = [((x - start[0]) * (b - start[1]) - (a - start[0]) * (y - start[1]), x + a - 2 * start[0],
              y + b - 2 * start[1]) for (x, y), (a, b) in pairs]
    area = sum(cross for cross, _, _ in parts)
    if not area:
        return sum(x for x, _ in ring) / len(ring), sum(y for _, y in ring) / len(ring)
    return (start[0] + sum(cross * x for cross, x, _ in parts) / (3 * area),
            start[1] + sum(cross * y for cross, _, y in parts) / (3 * area))


def _iter_rings(geometry: object) -> Iterator[tuple[Position, ...]]:
    if not isinstance(geometry, Mapping):
        raise ValueError
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if kind == "FeatureCollection":
        for feature in _list(geometry.get("features")):
            yield from _iter_rings(feature)
    elif kind == "Feature":
        yield from _iter_rings(geometry.get("geometry"))
    elif kind in ("Polygon", "MultiPolygon"):
        for polygon in _list([coordinates] if kind == "Polygon" else coordinates):
            yield from map(_parse_ring, _list(polygon))
    else:
        raise ValueError


def _parse_ring(points: object) -> tuple[Position, ...]:
    ring = tuple(map(_parse_position, _list(points)))
    ring = ring[:-1] if ring[:1] == ring[-1:] else ring
    if len(ring) < 3:
        raise ValueError
    return ring


def _parse_position(numbers: object) -> Position:
    """The first two numbers; a third would be the height."""
    try:
        longitude, latitude = map(float, _list(numbers)[:2])
    except (TypeError, OverflowError) as error:
        raise ValueError from error
    if not (abs(longitude) <= 180 and abs(latitude) <= 90):
        raise ValueError
    return longitude, latitude


def _list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError
    return value
