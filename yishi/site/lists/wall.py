"""The wall: which notes hang on it on a day, of the site, of a place, and as it was when an event took place."""

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from ...core.outputs import Output, OutputPlan
from ...model.paths import get_place_of
from ...model.thresholds import THRESHOLDS
from ..layout import build_breadcrumbs, build_page, join_place_path, plan_page
from ..page_context import Link, LocalizedText, PageContext, link_to_record, localize_name
from ..wall_notes import WallColumnView, WallNote, build_phase_columns, build_status_columns

WALL_FOLDERS = {"status": "wall", "phase": "wall/stages"}
"""What the columns of a wall are → its folder."""


class WallFilter(Struct, frozen=True):
    """What the notes can be chosen by: its name in the address, in words, and its values, each with its text."""

    key: str
    label: str
    options: tuple[tuple[str, LocalizedText], ...]


class WallView(Struct, frozen=True):
    """The wall of the site or of a place. `ways`: the same notes by status and by stage; `below`: walls of places."""

    title: str
    lead: str
    place: Link | None
    variants: tuple[tuple[Link, bool], ...]
    columns: tuple[WallColumnView, ...]
    filters: tuple[WallFilter, ...]
    child_walls: tuple[Link, ...]


def plan_wall_pages(edition: PageContext) -> Iterator[OutputPlan]:
    """The walls of the site and of every place, by status and by stage."""
    for place in ("", *edition.library.places):
        for columns, folder in WALL_FOLDERS.items():
            yield plan_page(edition, join_place_path(place, f"{folder}/index.html"), build_wall_page, place, columns)


def build_wall_page(edition: PageContext, place: str, columns: str) -> Output:
    """The wall of a place ("" = the site), its columns by `status` or by `phase`."""
    scope, path = link_to_record(edition, place), join_place_path(place, f"{WALL_FOLDERS[columns]}/index.html")
    title, front = _wall_title(edition, scope, columns), Link(edition.text("Wall"),
                                                              join_place_path(place, "wall/index.html"))
    further = (front, Link(edition.text("By stage"))) if columns == "phase" else (front,)
    return build_page(edition, path, "pages/wall.html", title, _wall_view(edition, place, scope, columns, title),
                      trail=build_breadcrumbs(edition, place, *further) if scope else further)


def _wall_title(edition: PageContext, scope: Link | None, columns: str) -> str:
    wall = edition.text("Wall of {place}", place=scope.text) if scope else edition.text("Wall")
    return edition.text("{wall} by stage", wall=wall) if columns == "phase" else wall


def _wall_view(edition: PageContext, place: str, scope: Link | None, by: str, title: str) -> WallView:
    def paper(path: str) -> WallNote:
        return _wall_note(edition, path)

    held = edition.record_lists.walls if by == "status" else edition.record_lists.walls_by_phase
    make = build_status_columns if by == "status" else build_phase_columns
    columns = tuple(make(edition, place, held.get(place) or {}, paper))
    papers = [paper for column in columns for paper in column.notes]
    lead = edition.text("Open issues, those whose outcome is not known, and those closed in the last {wall_days} "
                        "days. Each note shows its status by word, shape and colour.", **THRESHOLDS)
    return WallView(title, lead, scope, tuple(_wall_variants(edition, place, by)), columns,
                    tuple(choice for choice in _wall_filters(edition, papers) if len(choice.options) > 1),
                    tuple(_child_wall_links(edition, place)))


def _wall_variants(edition: PageContext, place: str, by: str) -> Iterator[tuple[Link, bool]]:
    for key, text in (("status", edition.text("By status")), ("phase", edition.text("By stage"))):
        yield Link(text, join_place_path(place, f"{WALL_FOLDERS[key]}/index.html")), key == by


def _child_wall_links(edition: PageContext, place: str) -> Iterator[Link]:
    """The walls of the places below, down to where the place divides into several."""
    children = edition.library.children.get(place, ())
    for child in children:
        if link := link_to_record(edition, child):
            yield Link(link.text, f"{child}/wall/index.html", link.lang)
    if len(children) == 1:
        yield from _child_wall_links(edition, children[0])


# --- the notes --------------------------------------------------------------------------------------------------------


def _wall_note(edition: PageContext, path: str) -> WallNote:
    """The note of an issue as it stands."""
    one = edition.site_data.list_items[path]
    day = one.last_step_date.exact
    if day:
        moved = edition.plural("last step {n} day ago", "last step {n} days ago", (edition.as_of - day).days)
    else:
        moved = edition.text("last step: {when}",
                             when=edition.language.when(one.last_step_date)) if one.last_step_date.day else ""
    return WallNote(edition.rows[path], None, get_place_of(path), one.topics, moved)


def _wall_filters(edition: PageContext, papers: Sequence[WallNote]) -> Iterator[WallFilter]:
    """What these notes can be chosen by: only what occurs among them, in its fixed order."""
    yield WallFilter("place", edition.text("Place"), tuple(_place_options(edition, {paper.place for paper in papers})))
    topics, colours = {topic for one in papers for topic in one.topics}, {one.row.colour for one in papers}
    yield WallFilter("topic", edition.text("Topic"), tuple(_term_options(edition, "topic", topics)))
    yield WallFilter("colour", edition.text("Colour"), tuple(_term_options(edition, "colour", colours)))


def _place_options(edition: PageContext, found: Iterable[str]) -> Iterator[tuple[str, LocalizedText]]:
    for place in edition.library.places:
        if place in found:
            yield place, localize_name(edition, edition.library.places[place])


def _term_options(edition: PageContext, vocabulary: str, found: set[str]) -> Iterator[tuple[str, LocalizedText]]:
    return ((key, LocalizedText(edition.label(vocabulary, key))) for key in edition.library.vocabulary.terms[vocabulary]
            if key in found)
