"""The page of a place - a town that rolls up its communities, a community with its own matters - and its lists."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from ...analysis.progress import OPEN_STATUSES
from ...analysis.statistics import Stat
from ...core.outputs import Output, OutputPlan
from ...model.paths import get_place_of, get_record_url
from ...model.records import Place
from ..download_links import build_follow_links
from ..filters import CASE_FILTERS, ISSUE_FILTERS
from ..format_stat import encode_stat_value, get_stat, get_statistic_path, link_number
from ..json_ld import describe_place
from ..layout import build_breadcrumbs, build_page, get_language_root, plan_page
from ..page_context import (
    Link,
    LocalizedText,
    PageContext,
    RecordRow,
    format_amount,
    join_sentences,
    link_to_records,
    localize_body,
    localize_name,
    localize_summary,
    select_rows,
)
from ..paginated_lists import group_issues_by_status, plan_list_pages
from ..record_parts import LabelledValue, format_location_kind, link_sources, list_remarks
from .contact_office import ContactOffice, find_contact_office
from .key_figures import KeyFigure, build_key_figures, build_stat_sentences
from .next_meeting import NextMeeting, find_next_meeting
from .peer_comparison import PeerComparison, compare_with_peers
from .place_activities import PlaceActivities, build_place_activities
from .published_figures import PublishedFigure, list_published_figures
from .year import link_years

MAX_NEWEST = 10
"""So many issues of each status, and cases, stand on a place's own page."""


class ChildPlace(Struct, frozen=True):
    """A place in the list of those below another. `silent`: it has no public record yet, and so no numbers."""

    name: Link
    kind: str
    has_no_records: bool
    issues: Link
    open: Link
    resolved: Link
    cases: Link


class StatusGroup(Struct, frozen=True):
    """The issues of one status: how many, and the newest of them."""

    key: str
    label: str
    number: Link
    rows: tuple[RecordRow, ...]


class PlaceView(Struct, frozen=True):
    """Everything that the page of a place shows. `numbers` are sentences, each leading to its statistic."""

    path: str
    name: LocalizedText
    kind: str
    summary: LocalizedText | None
    body: LocalizedText | None
    from_press: bool
    has_no_records: bool
    key_figures: tuple[KeyFigure, ...]
    sentences: tuple[Link, ...]
    years: tuple[Link, ...]
    next_meeting: NextMeeting | None
    follow_links: tuple[Link, ...]
    reporting: Link | None
    peer_comparison: PeerComparison | None
    children: tuple[tuple[int, ChildPlace], ...]
    status_groups: tuple[StatusGroup, ...]
    cases: tuple[RecordRow, ...]
    activities: PlaceActivities
    published_figures: tuple[PublishedFigure, ...]
    contact_office: ContactOffice | None
    locations: tuple[tuple[Link, str], ...]
    facts: tuple[LabelledValue, ...]
    sources: tuple[Link, ...]
    remarks: tuple[LabelledValue, ...]


class PlacesView(Struct, frozen=True):
    """All places as a tree, flattened: each with its depth, 0 at the top."""

    rows: tuple[tuple[int, ChildPlace], ...]


def plan_place_pages(edition: PageContext) -> Iterator[OutputPlan]:
    """The list of places; for every place its page, its issues and its cases."""
    yield plan_page(edition, "places/index.html", build_places_page)
    for path in edition.library.places:
        yield plan_page(edition, get_record_url(path), build_place_page, path)
        yield from _plan_lists(edition, path)


def _plan_lists(edition: PageContext, path: str) -> Iterator[OutputPlan]:
    text, held, trail = edition.text, edition.record_lists, build_breadcrumbs(edition, path)
    name = localize_name(edition, edition.library.places[path])
    yield from plan_list_pages(edition, f"{path}/issues", text("Issues of {place}", place=name.text),
                               held.issues_in.get(path, ()), trail=trail, filters=ISSUE_FILTERS,
                               empty=text("No issue of this place has been published yet."))
    yield from plan_list_pages(edition, f"{path}/cases", text("Case studies of {place}", place=name.text),
                               held.cases_in.get(path, ()), trail=trail, filters=CASE_FILTERS,
                               empty=text("No case study of this place has been published yet."))


def build_places_page(edition: PageContext) -> Output:
    """The list of places."""
    title = edition.text("Places")
    view = PlacesView(tuple(_place_tree(edition, "", 0)))
    return build_page(edition, "places/index.html", "pages/places.html", title, view, trail=(Link(title),))


def build_place_page(edition: PageContext, path: str) -> Output:
    """The page of the place at `path`."""
    view = build_place_view(edition, path, edition.library.places[path])
    return build_page(edition, get_record_url(path), "pages/place.html", view.name.text, view,
                      trail=(*build_breadcrumbs(edition, path)[:-1], Link(view.name.text, "", view.name.lang)),
                      about=describe_place(edition, edition.library.places[path], get_place_of(path)),
                      description=join_sentences(edition, (one.text for one in view.sentences)))


def build_place_view(edition: PageContext, path: str, place: Place) -> PlaceView:
    """What the page of the place at `path` shows."""
    cases = edition.record_lists.cases_in.get(path, ())
    return PlaceView(
        path=path, name=localize_name(edition, place), kind=edition.label("place_kind", place.kind),
        summary=localize_summary(edition, place), body=localize_body(edition, path, place,
                                                                     get_language_root(get_record_url(path))),
        from_press=place.basis == "press", has_no_records=path not in edition.record_lists.places_reporting,
        key_figures=build_key_figures(edition, path), sentences=build_stat_sentences(edition, path),
        years=link_years(edition, path),
        next_meeting=find_next_meeting(edition, path), follow_links=build_follow_links(edition, path),
        reporting=describe_reporting(edition, path), peer_comparison=compare_with_peers(edition, path),
        children=tuple((0, _child_place(edition, child)) for child in edition.library.children.get(path, ())),
        status_groups=tuple(_status_groups(edition, path)),
        cases=select_rows(edition, cases[:MAX_NEWEST]),
        activities=build_place_activities(edition, path),
        published_figures=tuple(list_published_figures(edition, path)),
        contact_office=find_contact_office(edition, path),
        locations=tuple(_location_links(edition, path)), facts=tuple(_place_facts(edition, place)),
        sources=link_sources(edition, path, place), remarks=tuple(list_remarks(edition, path, place)),
    )


# --- the tree ---------------------------------------------------------------------------------------------------------


def _place_tree(edition: PageContext, place: str, depth: int) -> Iterator[tuple[int, ChildPlace]]:
    for child in edition.library.children.get(place, ()):
        yield depth, _child_place(edition, child)
        yield from _place_tree(edition, child, depth + 1)


def _child_place(edition: PageContext, path: str) -> ChildPlace:
    place = edition.library.places[path]
    name, status = localize_name(edition, place), get_stat(edition, path, "by_status")
    values = status.value if status and isinstance(status.value, Mapping) else {}
    cases = get_stat(edition, path, "cases")

    def number(key: str, value: int) -> Link:
        return link_number(edition, key, path, value)

    return ChildPlace(
        Link(name.text, get_record_url(path), name.lang), edition.label("place_kind", place.kind),
        path not in edition.record_lists.places_reporting,
        number("issues", sum(values.values())), number("by_status", sum(values.get(one, 0) for one in OPEN_STATUSES)),
        number("by_status", values.get("resolved", 0)), number("cases", (cases and cases.numerator) or 0),
    )


def describe_reporting(edition: PageContext, place: str) -> Link | None:
    """How many of the communities that there are have a public record; None where their number is not known."""
    stat = get_stat(edition, place, "communities_reporting")
    if stat is None or not stat.denominator:
        return None
    return Link(_reporting_sentence(edition, stat), get_statistic_path("communities_reporting", place),
                value=encode_stat_value(stat))


def _reporting_sentence(edition: PageContext, stat: Stat) -> str:
    all_of_them, reporting = stat.denominator or 0, stat.numerator or 0
    silent = all_of_them - reporting
    number = edition.number
    if silent < 0:
        return edition.plural("{n} community has public records here, more than the {all} that are recorded in all.",
                              "{n} communities have public records here, more than the {all} that are recorded in "
                              "all.", reporting, all=number(all_of_them))
    if not silent:
        return edition.text("All {all} communities have public records here.", all=number(all_of_them))
    return edition.plural("Of {all} communities, {reporting} have public records here; {n} has no public record yet.",
                          "Of {all} communities, {reporting} have public records here; {n} have no public record yet.",
                          silent, all=number(all_of_them), reporting=number(reporting))


# --- issues by status ------------------------------------------------------------------------------------------------


def _status_groups(edition: PageContext, place: str) -> Iterator[StatusGroup]:
    for key, label, paths in group_issues_by_status(edition, place):
        if paths:
            number = link_number(edition, "by_status", place, len(paths))
            yield StatusGroup(key, label, number, select_rows(edition, paths[:MAX_NEWEST]))


# --- facts and locations ----------------------------------------------------------------------------------------------


def _location_links(edition: PageContext, place: str) -> Iterator[tuple[Link, str]]:
    for path, location in edition.library.locations.items():
        if get_place_of(path) == place:
            name = localize_name(edition, location)
            yield Link(name.text, get_record_url(path), name.lang), format_location_kind(edition, location)


def _place_facts(edition: PageContext, place: Place) -> Iterator[LabelledValue]:
    if place.households:
        known = place.households
        households = format_amount(edition, known.value, known.unit, known.precision)
        yield LabelledValue(edition.text("Households"), (Link(households),))
    if place.code:
        yield LabelledValue(edition.text("Division code"), (Link(place.code),))
    if place.method in edition.library.methods:
        yield LabelledValue(edition.text("Way of working"), link_to_records(edition, [place.method or ""]))
