"""The wall of the site or of a place: issues as notes in columns by status or phase."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from msgspec import Struct

from ...analysis.statistics import RESOLVED_MEANS
from ...analysis.summaries import ListItem
from ...core.outputs import Output
from ...model.paths import get_place_of
from ...model.thresholds import FRESH_DAYS, STALE_DAYS, THRESHOLDS
from ..filters import ListFilter, build_list_filter, build_place_option, list_term_options
from ..layout import build_breadcrumbs, build_page, join_place_path
from ..page_context import Link, PageContext, get_wall_name, link_to_record
from ..qr_codes import get_qr_path
from ..wall_notes import WallColumnView, WallNote, build_phase_columns, build_status_columns

WALL_FOLDERS = {"status": "wall", "phase": "wall/stages"}
"""Property that the columns show → folder of the wall."""


class WallView(Struct, frozen=True):
    """The wall of the site or of a place.

    `qr_code`: path of that of the wall, "" if there is none; `variants`: links to the walls by status and by stage, the
    current one marked; `child_walls`: links to walls of the places below.
    """

    title: str
    lead: str
    resolved_means: str
    qr_code: str
    place: Link | None
    variants: tuple[tuple[Link, bool], ...]
    columns: tuple[WallColumnView, ...]
    filters: tuple[ListFilter, ...]
    child_walls: tuple[Link, ...]


def build_wall_page(context: PageContext, place: str, columns: str) -> Output:
    """The wall of a place ("" = the site), with one column per `status` or `phase` (`columns`)."""
    scope = link_to_record(context, place)
    path = join_place_path(place, f"{WALL_FOLDERS[columns]}/index.html")
    title = _wall_title(context, scope, columns)
    front = Link(get_wall_name(context), join_place_path(place, "wall/index.html"))
    further = (front, Link(context.text("By stage"))) if columns == "phase" else (front,)
    return build_page(context, path, "pages/wall.html", title, _wall_view(context, place, scope, columns, title),
                      trail=build_breadcrumbs(context, place, *further))


def _wall_title(context: PageContext, scope: Link | None, columns: str) -> str:
    wall = get_wall_name(context)
    if scope:
        wall = context.text("{wall} of {place}", wall=wall, place=scope.text)
    return context.text("{wall} by stage", wall=wall) if columns == "phase" else wall


def _wall_view(context: PageContext, place: str, scope: Link | None, by: str, title: str) -> WallView:
    def build_note(path: str) -> WallNote:
        return _wall_note(context, path)

    walls = context.record_lists.walls if by == "status" else context.record_lists.walls_by_phase
    make = build_status_columns if by == "status" else build_phase_columns
    columns = tuple(make(context, place, walls.get(place) or {}, build_note))
    notes = [note for column in columns for note in column.notes]
    lead = context.text("Open issues, those whose outcome is not known, and those closed in the last {wall_days} "
                        "days. A note with a thick edge has news of the last {fresh_days} days, one with a broken edge "
                        "none for {stale_days} days.", **THRESHOLDS)
    return WallView(title, lead, context.text(RESOLVED_MEANS), get_qr_path(context, join_place_path(place, "wall")),
                    scope, tuple(_wall_variants(context, place, by)), columns,
                    tuple(choice for choice in _wall_filters(context, notes) if len(choice.options) > 2),
                    tuple(_child_wall_links(context, place)))


def _wall_variants(context: PageContext, place: str, by: str) -> Iterator[tuple[Link, bool]]:
    for key, text in (("status", context.text("By status")), ("phase", context.text("By stage"))):
        yield Link(text, join_place_path(place, f"{WALL_FOLDERS[key]}/index.html")), key == by


def _child_wall_links(context: PageContext, place: str) -> Iterator[Link]:
    """Links to the walls below; below an only child, also those to its children's walls."""
    children = context.library.children.get(place, ())
    for child in children:
        if link := link_to_record(context, child):
            yield Link(link.text, f"{child}/wall/index.html", link.lang)
    if len(children) == 1:
        yield from _child_wall_links(context, children[0])


# --- notes ------------------------------------------------------------------------------------------------------------


def _wall_note(context: PageContext, path: str) -> WallNote:
    """The note of an issue as of the day of the report."""
    item = context.site_data.list_items[path]
    day = item.last_step_date.exact
    if day:
        moved = context.plural("last step {n} day ago", "last step {n} days ago", (context.as_of - day).days)
    else:
        moved = context.text("last step: {when}",
                             when=context.language.when(item.last_step_date)) if item.last_step_date.day else ""
    return WallNote(context.rows[path], None, get_place_of(path), item.topics, moved, _age_of_note(context, item, day))


def _age_of_note(context: PageContext, item: ListItem, day: date | None) -> str:
    """`fresh` or `stale`, or "" for what is neither; what is closed or known only from the press is never stale."""
    if day and context.as_of - day <= timedelta(FRESH_DAYS):
        return "fresh"
    last = day or item.last_step_date.latest
    is_late = last is not None and context.as_of - last > timedelta(STALE_DAYS)
    return "stale" if is_late and item.is_open and item.is_judged else ""


def _wall_filters(context: PageContext, notes: Sequence[WallNote]) -> Iterator[ListFilter]:
    """The filters of these notes: only values that occur, in their fixed order."""
    places = {note.place for note in notes}
    topics = {topic for note in notes for topic in note.topics}
    options = {"place": (build_place_option(context, place) for place in context.library.places if place in places),
               "topic": list_term_options(context, "topic", topics),
               "colour": list_term_options(context, "colour", {note.row.colour for note in notes})}
    return (build_list_filter(context, name, options[name], context.text("all")) for name in options)
