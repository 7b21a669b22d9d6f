"""The activities that the page of a place shows: the newest forums, meetings, events, reviews, plans, registers."""

from collections.abc import Iterator

from msgspec import Struct

from ..model.kinds import ACTIVITIES, KINDS
from .edition import Edition, Link, Row, rows_of
from .promises import Advice, advice_for
from .record import link_to_gaps

SHOWN = 5
"""So many records of one kind stand on a place's own page."""


class Shelf(Struct, frozen=True):
    """The records of one kind: the newest of them, and the list of all."""

    title: str
    number: str
    rows: tuple[Row, ...]
    whole: Link


class Practice(Struct, frozen=True):
    """What is done around the issues of a place and those below it.

    `advice`: what reviewers recommended, and the answers, the open ones first. `gaps`: the page that says where the
    practice is weak and what is planned.
    """

    shelves: tuple[Shelf, ...]
    advice: tuple[Advice, ...]
    gaps: Link | None


def practice_of(edition: Edition, place: str) -> Practice:
    """What is done around the issues of the place at this path; without records its parts are empty."""
    return Practice(
        shelves=tuple(_shelves(edition, place)),
        advice=tuple(advice_for(edition, place))[:SHOWN],
        gaps=link_to_gaps(edition, place),
    )


def _shelves(edition: Edition, place: str) -> Iterator[Shelf]:
    for spec in map(KINDS.__getitem__, ACTIVITIES):
        paths = edition.holdings.of_kind_in[spec.table].get(place, ())
        if paths:
            whole = Link(edition.text("All of them"), f"{place}/{spec.folder}/index.html")
            rows = rows_of(edition, paths[:SHOWN])
            yield Shelf(edition.text(spec.list_title), edition.number(len(paths)), rows, whole)
