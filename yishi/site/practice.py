"""What is done around a place's issues: its forums, meetings, events, reviews, plans and registers.

`practice_of(edition, place)` is what a place's page shows of them; `components/practice.html` holds its macro
`practice(view.practice, page.root, page.original)`.
"""

from collections.abc import Iterator

from msgspec import Struct

from ..core.outputs import Plan
from ..model.kinds import ACTIVITIES, KINDS
from .edition import Edition, Link, Row, name_of, rows_of
from .lists import list_pages
from .promises import Advice, advice_for
from .shell import trail_to

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


def link_to_gaps(edition: Edition, place: str) -> Link | None:
    """The page of the gaps of a place, if it has one."""
    if place not in edition.holdings.with_gaps:
        return None
    return Link(edition.text("Gaps, and what is done about them"), f"{place}/gaps/index.html")


def meetings_to_come(edition: Edition, place: str) -> list[str]:
    """The meetings of a place that are not over on the day of the report, the soonest first."""
    meetings = edition.holdings.of_kind_in["meetings"].get(place, ())
    dates = {path: edition.library.meetings[path].date for path in meetings}
    to_come = [(day, path) for path, when in dates.items() if (day := when.latest) and day >= edition.as_of]
    return [path for _, path in sorted(to_come)]


def _shelves(edition: Edition, place: str) -> Iterator[Shelf]:
    for spec in map(KINDS.__getitem__, ACTIVITIES):
        paths = edition.holdings.of_kind_in[spec.table].get(place, ())
        if paths:
            whole = Link(edition.text("All of them"), f"{place}/{spec.folder}/index.html")
            rows = rows_of(edition, paths[:SHOWN])
            yield Shelf(edition.text(spec.list_title), edition.number(len(paths)), rows, whole)


# --- the lists --------------------------------------------------------------------------------------------------------


def practice_lists(edition: Edition) -> Iterator[Plan]:
    """All events, all reviews; and for every place the list of each kind of record that it has."""
    specs = [KINDS[kind] for kind in ACTIVITIES]
    for spec in specs:
        if spec.list_empty:
            yield from list_pages(edition, spec.folder, edition.text(spec.list_title),
                                  edition.holdings.of_kind[spec.table], empty=edition.text(spec.list_empty))
    for place in edition.library.places:
        name = name_of(edition, edition.library.places[place]).text
        for spec in specs:
            if paths := edition.holdings.of_kind_in[spec.table].get(place, ()):
                yield from list_pages(edition, f"{place}/{spec.folder}", edition.text(spec.list_of_place, place=name),
                                      paths, empty="", trail=trail_to(edition, place))
