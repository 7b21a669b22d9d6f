"""The wall: which notes hang on it on a day, of the site, of a place, and as it was when an event took place."""

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from ..core.outputs import Output, Plan
from ..model.paths import place_of
from ..model.thresholds import THRESHOLDS
from .edition import Edition, Link, Words, link_to, name_of
from .shell import page_of, planned, sheet, trail_to
from .wall_notes import Column, Paper, columns_of, stages_of

FOLDERS = {"status": "wall", "phase": "wall/stages"}
"""What the columns of a wall are → its folder."""


class Choice(Struct, frozen=True):
    """What the notes can be chosen by: its name in the address, in words, and its values, each with its text."""

    key: str
    label: str
    options: tuple[tuple[str, Words], ...]


class WallView(Struct, frozen=True):
    """The wall of the site or of a place. `ways`: the same notes by status and by stage; `below`: walls of places."""

    title: str
    lead: str
    place: Link | None
    ways: tuple[tuple[Link, bool], ...]
    columns: tuple[Column, ...]
    choices: tuple[Choice, ...]
    below: tuple[Link, ...]


def wall_pages(edition: Edition) -> Iterator[Plan]:
    """The walls of the site and of every place, by status and by stage."""
    for place in ("", *edition.library.places):
        for columns, folder in FOLDERS.items():
            yield planned(edition, page_of(place, f"{folder}/index.html"), wall_page, place, columns)


def wall_page(edition: Edition, place: str, columns: str) -> Output:
    """The wall of a place ("" = the site), its columns by `status` or by `phase`."""
    scope, path = link_to(edition, place), page_of(place, f"{FOLDERS[columns]}/index.html")
    title, front = _title(edition, scope, columns), Link(edition.text("Wall"), page_of(place, "wall/index.html"))
    further = (front, Link(edition.text("By stage"))) if columns == "phase" else (front,)
    return sheet(edition, path, "pages/wall.html", title, _view(edition, place, scope, columns, title),
                 trail=trail_to(edition, place, *further) if scope else further)


def _title(edition: Edition, scope: Link | None, columns: str) -> str:
    wall = edition.text("Wall of {place}", place=scope.text) if scope else edition.text("Wall")
    return edition.text("{wall} by stage", wall=wall) if columns == "phase" else wall


def _view(edition: Edition, place: str, scope: Link | None, by: str, title: str) -> WallView:
    def paper(path: str) -> Paper:
        return _paper(edition, path)

    held = edition.holdings.walls if by == "status" else edition.holdings.walls_by_phase
    make = columns_of if by == "status" else stages_of
    columns = tuple(make(edition, place, held.get(place) or {}, paper))
    papers = [paper for column in columns for paper in column.papers]
    lead = edition.text("Open issues, those nothing further is known of, and those closed in the last {wall_days} "
                        "days. Each note shows its status by word, shape and colour.", **THRESHOLDS)
    return WallView(title, lead, scope, tuple(_ways(edition, place, by)), columns,
                    tuple(choice for choice in _choices(edition, papers) if len(choice.options) > 1),
                    tuple(_below(edition, place)))


def _ways(edition: Edition, place: str, by: str) -> Iterator[tuple[Link, bool]]:
    for key, text in (("status", edition.text("By status")), ("phase", edition.text("By stage"))):
        yield Link(text, page_of(place, f"{FOLDERS[key]}/index.html")), key == by


def _below(edition: Edition, place: str) -> Iterator[Link]:
    """The walls of the places below, down to where the place divides into several."""
    children = edition.library.children.get(place, ())
    for child in children:
        if link := link_to(edition, child):
            yield Link(link.text, f"{child}/wall/index.html", link.lang)
    if len(children) == 1:
        yield from _below(edition, children[0])


# --- the notes --------------------------------------------------------------------------------------------------------


def _paper(edition: Edition, path: str) -> Paper:
    """The note of an issue as it stands."""
    one = edition.book.listings[path]
    day = one.moved.exact
    if day:
        moved = edition.plural("last step {n} day ago", "last step {n} days ago", (edition.as_of - day).days)
    else:
        moved = edition.text("last step: {when}", when=edition.language.when(one.moved)) if one.moved.day else ""
    return Paper(edition.rows[path], None, place_of(path), one.topics, moved)


def _choices(edition: Edition, papers: Sequence[Paper]) -> Iterator[Choice]:
    """What these notes can be chosen by: only what occurs among them, in its fixed order."""
    yield Choice("place", edition.text("Place"), tuple(_places(edition, {paper.place for paper in papers})))
    topics, colours = {topic for one in papers for topic in one.topics}, {one.row.colour for one in papers}
    yield Choice("topic", edition.text("Topic"), tuple(_terms(edition, "topic", topics)))
    yield Choice("colour", edition.text("Colour"), tuple(_terms(edition, "colour", colours)))


def _places(edition: Edition, found: Iterable[str]) -> Iterator[tuple[str, Words]]:
    for place in edition.library.places:
        if place in found:
            yield place, name_of(edition, edition.library.places[place])


def _terms(edition: Edition, vocabulary: str, found: set[str]) -> Iterator[tuple[str, Words]]:
    return ((key, Words(edition.label(vocabulary, key))) for key in edition.library.vocabulary.terms[vocabulary]
            if key in found)
