"""The page of a place (a town with its communities, or a community with its own issues), and its lists."""

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from ...analysis.progress import OPEN_STATUSES
from ...analysis.statistics import Stat
from ...core.outputs import Output
from ...model.kinds import ACTIVITIES, KINDS
from ...model.paths import get_place_of, get_record_url
from ...model.records import Place
from ..download_links import build_follow_links
from ..format_stat import encode_stat_value, get_numerator, get_split_counts, get_stat, get_statistic_path, link_number
from ..json_ld import describe_place
from ..layout import COMPARE_PAGE, build_breadcrumbs, build_page, join_place_path
from ..page_context import (
    Link,
    PageContext,
    RecordRow,
    Section,
    format_amount,
    join_sentences,
    link_to_record,
    localize_name,
    select_rows,
)
from ..paginated_lists import group_issues_by_status
from ..recommendations import RecommendationView, list_place_recommendations
from ..record_parts import (
    LabelledValue,
    RecordParts,
    build_record_parts,
    format_location_kind,
    link_gaps_page,
    list_facts,
)
from ..taking_part import AnswerBack, NextMeeting, find_next_meeting, find_ways_to_raise
from .key_figures import KeyFigure, build_key_figures, build_stat_sentences
from .map import find_mapped_locations
from .peer_comparison import PeerComparison, compare_with_peers
from .published_figures import PublishedFigure, list_published_figures
from .year import link_years

MAX_NEWEST = 10
"""Maximum number of issues of each status, and of cases, on a place's own page."""


MAX_PER_ACTIVITY = 5
"""Maximum number of records of one kind of activity on a place's own page."""


class ChildPlace(Struct, frozen=True):
    """A place in the list of those below another. `has_no_records`: no public record yet, so no numbers."""

    name: Link
    kind: str
    has_no_records: bool
    numbers: tuple[Link, ...]


class PlaceTable(Struct, frozen=True):
    """A table of places: `columns` are the names of their numbers; `rows`: each place and its depth, 0 at the top."""

    columns: tuple[str, ...]
    rows: tuple[tuple[int, ChildPlace], ...]


class PlaceView(Struct, frozen=True):
    """The view of a place's page; `sentences` link to their statistics; `comparison`: the page of places
    side by side.

    `status_groups`: the newest issues of each status; `activities`: the newest records of each other kind, there and
    below; `recommendations`: those of reviewers with their answers, open ones first; `gaps`: link to the gaps page.
    """

    path: str
    kind: str
    parts: RecordParts
    has_no_records: bool
    key_figures: tuple[KeyFigure, ...]
    sentences: tuple[Link, ...]
    years: tuple[Link, ...]
    next_meeting: NextMeeting
    follow_links: tuple[Link, ...]
    reporting: Link | None
    peer_comparison: PeerComparison | None
    comparison: str
    children: PlaceTable | None
    status_groups: tuple[Section[RecordRow], ...]
    cases: tuple[RecordRow, ...]
    activities: tuple[Section[RecordRow], ...]
    recommendations: tuple[RecommendationView, ...]
    gaps: Link | None
    published_figures: tuple[PublishedFigure, ...]
    answer_back: AnswerBack
    locations: tuple[tuple[Link, str], ...]
    has_map: bool


def build_places_page(context: PageContext) -> Output:
    """The list of places: a flattened tree, each with its depth, 0 at the top."""
    title = context.text("Places")
    view = _build_place_table(context, tuple(_place_tree(context, "", 0)))
    return build_page(context, "places/index.html", "pages/places.html", title, view, trail=(Link(title),))


def build_place_page(context: PageContext, path: str) -> Output:
    """The page of the place at `path`."""
    view = build_place_view(context, path, context.library.places[path])
    name = view.parts.title
    return build_page(context, get_record_url(path), "pages/place.html", name.text, view,
                      trail=(*build_breadcrumbs(context, path)[:-1], Link(name.text, "", name.lang)),
                      about=describe_place(context, context.library.places[path], get_place_of(path)),
                      description=join_sentences(context, (sentence.text for sentence in view.sentences)),
                      has_card=True)


def build_place_view(context: PageContext, path: str, place: Place) -> PlaceView:
    """The view of the page of the place at `path`."""
    cases = context.record_lists.cases_in.get(path, ())
    return PlaceView(
        path=path, kind=context.label("place_kind", place.kind),
        parts=build_record_parts(context, path, place, _place_facts(context, place)),
        has_no_records=path not in context.record_lists.places_reporting,
        key_figures=build_key_figures(context, path), sentences=build_stat_sentences(context, path),
        years=link_years(context, path),
        next_meeting=find_next_meeting(context, path), follow_links=build_follow_links(context, path),
        reporting=describe_reporting(context, path), peer_comparison=compare_with_peers(context, path),
        comparison=_comparison_path(context, path),
        children=_build_place_table(context, tuple((0, child) for child in context.library.children.get(path, ()))),
        status_groups=tuple(_status_groups(context, path)),
        cases=select_rows(context, cases[:MAX_NEWEST]),
        activities=tuple(_activity_sections(context, path)),
        recommendations=tuple(list_place_recommendations(context, path))[:MAX_PER_ACTIVITY],
        gaps=link_gaps_page(context, path),
        published_figures=tuple(list_published_figures(context, path)),
        answer_back=find_ways_to_raise(context, path, get_record_url(path), localize_name(context, place).text),
        locations=tuple(_location_links(context, path)), has_map=bool(find_mapped_locations(context, path)),
    )


def _comparison_path(context: PageContext, place: str) -> str:
    """The page on which the places below a place, or a place without any and its neighbours, are side by side."""
    if context.library.children.get(place):
        return join_place_path(place, COMPARE_PAGE)
    return f"{join_place_path(get_place_of(place), COMPARE_PAGE)}?a={place}"


# --- the tree ---------------------------------------------------------------------------------------------------------


def _place_tree(context: PageContext, place: str, depth: int) -> Iterator[tuple[int, str]]:
    for child in context.library.children.get(place, ()):
        yield depth, child
        yield from _place_tree(context, child, depth + 1)


def _build_place_table(context: PageContext, places: tuple[tuple[int, str], ...]) -> PlaceTable | None:
    """The table of these places, each with its depth; None if there are none.

    Issues that were closed unsolved, or of which nothing further is known, have columns only where there are some, so
    that the numbers of a row add up.
    """
    numbers = {path: get_split_counts(context, path, "by_status") for _, path in places}
    others = [status for status in ("closed", "unknown") if any(own.get(status) for own in numbers.values())]
    text = context.text
    columns = (text("Issues"), text("Open"), *(context.label("status", one) for one in ("resolved", *others)),
               text("Cases"))
    rows = tuple((depth, _child_place(context, path, numbers[path], others)) for depth, path in places)
    return PlaceTable(columns, rows) if rows else None


def _child_place(context: PageContext, path: str, numbers: Mapping[str, int], others: Iterable[str]) -> ChildPlace:
    """`numbers`: how many issues have each status; `others`: the statuses shown besides open and resolved."""
    place = context.library.places[path]
    name = localize_name(context, place)
    shown = (("issues", sum(numbers.values())), ("by_status", sum(numbers.get(one, 0) for one in OPEN_STATUSES)),
             *(("by_status", numbers.get(one, 0)) for one in ("resolved", *others)),
             ("cases", get_numerator(context, path, "cases")))
    return ChildPlace(
        Link(name.text, get_record_url(path), name.lang), context.label("place_kind", place.kind),
        path not in context.record_lists.places_reporting,
        tuple(link_number(context, key, path, number) for key, number in shown))


def describe_reporting(context: PageContext, place: str) -> Link | None:
    """Say how many of the existing communities have a public record; None if their number is not known."""
    stat = get_stat(context, place, "communities_reporting")
    if stat is None or not stat.denominator:
        return None
    return Link(_reporting_sentence(context, stat), get_statistic_path("communities_reporting", place),
                value=encode_stat_value(stat))


def _reporting_sentence(context: PageContext, stat: Stat) -> str:
    total, reporting = stat.denominator or 0, stat.numerator or 0
    missing = total - reporting
    number = context.number
    if missing < 0:
        return context.plural("{n} community has public records here, more than the {all} that are recorded in all.",
                              "{n} communities have public records here, more than the {all} that are recorded in "
                              "all.", reporting, all=number(total))
    if not missing:
        return context.text("All {all} communities have public records here.", all=number(total))
    return context.text("Of {all} communities, {reporting} with public records here and {missing} without any yet.",
                        all=number(total), reporting=number(reporting), missing=number(missing))


# --- issues by status, activities -------------------------------------------------------------------------------------


def _status_groups(context: PageContext, place: str) -> Iterator[Section[RecordRow]]:
    for key, label, paths in group_issues_by_status(context, place):
        if paths:
            number = link_number(context, "by_status", place, len(paths))
            yield Section(label, select_rows(context, paths[:MAX_NEWEST]), number, key)


def _activity_sections(context: PageContext, place: str) -> Iterator[Section[RecordRow]]:
    for spec in map(KINDS.__getitem__, ACTIVITIES):
        paths = context.record_lists.by_kind_in[spec.table].get(place, ())
        if paths:
            yield Section(context.text(spec.list_title), select_rows(context, paths[:MAX_PER_ACTIVITY]),
                          Link(context.number(len(paths))),
                          more=Link(context.text("All of them"), f"{place}/{spec.folder}/index.html"))


# --- facts and locations ----------------------------------------------------------------------------------------------


def _location_links(context: PageContext, place: str) -> Iterator[tuple[Link, str]]:
    for path, location in context.library.locations.items():
        if get_place_of(path) == place:
            name = localize_name(context, location)
            yield Link(name.text, get_record_url(path), name.lang), format_location_kind(context, location)


def _place_facts(context: PageContext, place: Place) -> Iterator[LabelledValue]:
    known = place.households
    return list_facts(
        (context.text("Households"),
         format_amount(context, known.value, known.unit, known.precision) if known else None),
        (context.text("Division code"), place.code),
        (context.text("Way of working"), link_to_record(context, place.method)))
