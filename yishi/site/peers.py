"""A place's numbers beside the middle of its peers: places of its kind, and places of like size. Never a ranking."""

from collections.abc import Iterator

from msgspec import Struct

from ..analysis.peers import BANDS, COMPARED, band_of, groups_of, is_enough
from ..analysis.statistics import DEFINITIONS, Stat
from .edition import Edition, Link
from .numbers import Said, machine_value, number_at, said, stat_of


class Beside(Struct, frozen=True):
    """A statistic of a place, and the middles beside it; "" where there are too few cases."""

    name: Link
    own: Link
    kind: str
    size: str


class Comparison(Struct, frozen=True):
    """A place beside its peers: what they are, in words, and each number; none where all have too few peers."""

    kind: str
    size: str
    lines: tuple[Beside, ...]


def comparison_of(edition: Edition, path: str) -> Comparison | None:
    """The place at `path` beside its peers; None where it has nothing to compare."""
    place = edition.library.places[path]
    lines = tuple(_lines(edition, path, groups_of(place)))
    if not lines:
        return None
    return Comparison(edition.label("place_kind", place.kind), _size_in_words(edition, band_of(place)),
                      lines if any(one.kind or one.size for one in lines) else ())


def _lines(edition: Edition, path: str, groups: tuple[str, ...]) -> Iterator[Beside]:
    middles = [edition.book.middles[group] for group in groups]
    for key in COMPARED:
        stat = stat_of(edition, path, key)
        if stat and is_enough(key, stat):
            kind, size = (_in_words(edition, key, middles[n][key]) if n < len(middles) else "" for n in (0, 1))
            at = number_at(key, path)
            yield Beside(Link(edition.text(DEFINITIONS[key].name), at),
                         Link(said(edition, key, stat).value, at, value=machine_value(stat)), kind, size)


def _in_words(edition: Edition, key: str, middle: tuple[float, int] | None) -> str:
    if middle is None:
        return ""
    value: Said = said(edition, key, Stat(middle[0], None, None, {}))
    return edition.text("{value} ({n} places)", value=value.value, n=edition.number(middle[1]))


def _size_in_words(edition: Edition, band: int | None) -> str:
    if band is None:
        return ""
    number, further = edition.number, [start for start in BANDS if start > band]
    if not further:
        return edition.text("{start} households or more", start=number(band))
    if not band:
        return edition.text("fewer than {end} households", end=number(further[0]))
    return edition.text("{start} to under {end} households", start=number(band), end=number(further[0]))
