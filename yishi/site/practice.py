"""What is done around a place's issues: its forums, meetings, events, reviews, plans and registers.

`practice_of(edition, place)` is what a place's page shows of them; `components/practice.html` holds its macro
`practice(view.practice, page.root, page.original)`.
"""

from collections.abc import Iterator

from msgspec import Struct

from ..core.outputs import Plan
from ..model.language import marked
from .edition import Edition, Link, Row, name_of, rows_of
from .lists import list_pages
from .promises import Advice, advice_for
from .shell import trail_to

SHOWN = 5
"""So many records of one kind stand on a place's own page."""

SHELVES = {
    "forums": (marked("Who deliberates"), marked("Forums of {place}")),
    "meetings": (marked("Meetings"), marked("Meetings of {place}")),
    "events": (marked("Showcases and events"), marked("Showcases and events of {place}")),
    "reviews": (marked("Reviews"), marked("Reviews of {place}")),
    "plans": (marked("Plans"), marked("Plans of {place}")),
    "registers": (marked("Registers"), marked("Registers of {place}")),
}
"""Kind of record by its folder → what a group of them is called, and the list of a place."""


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
    for folder, (title, _) in SHELVES.items():
        paths = edition.holdings.of_kind_in[folder].get(place, ())
        if paths:
            whole = Link(edition.text("All of them"), f"{place}/{folder}/index.html")
            yield Shelf(edition.text(title), edition.number(len(paths)), rows_of(edition, paths[:SHOWN]), whole)


# --- the lists --------------------------------------------------------------------------------------------------------


def practice_lists(edition: Edition) -> Iterator[Plan]:
    """All events, all reviews; and for every place the list of each kind of record that it has."""
    text, held = edition.text, edition.holdings.of_kind
    yield from list_pages(edition, "events", text("Showcases and events"), held["events"],
                          empty=text("No event has been published yet."))
    yield from list_pages(edition, "reviews", text("Reviews"), held["reviews"],
                          empty=text("No review has been published yet."))
    for place in edition.library.places:
        name = name_of(edition, edition.library.places[place])
        for folder, (_, title) in SHELVES.items():
            paths = edition.holdings.of_kind_in[folder].get(place, ())
            if paths:
                yield from list_pages(edition, f"{place}/{folder}", text(title, place=name.text), paths,
                                      empty="", trail=trail_to(edition, place))


def up_to_list(edition: Edition, place: str, folder: str) -> Link:
    """The list of a place in which a record of this kind stands, for the way down to it."""
    return Link(edition.text(SHELVES[folder][0]), f"{place}/{folder}/index.html")


def trail_of(edition: Edition, place: str, folder: str, title: Link) -> tuple[Link, ...]:
    """The way down to a record of this kind."""
    return trail_to(edition, place, up_to_list(edition, place, folder), title)
