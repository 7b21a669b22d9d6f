"""All numbers of several places side by side: of the communities of a place, or of a group at a showcase."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from ...analysis.obligations import count_overdue
from ...analysis.statistics import DEFINITIONS
from ...core.csv_format import encode_csv
from ...core.outputs import Output
from ...model.paths import get_place_of, get_record_url
from ..download_links import format_table
from ..format_stat import (
    encode_stat_value,
    format_stat,
    get_definition_path,
    get_named_stat,
    get_split_counts,
    get_statistic_path,
    is_due_unknown,
)
from ..layout import (
    COMPARE_PAGE,
    COMPARE_TABLE,
    build_breadcrumbs,
    build_page,
    get_group_page,
    get_group_table,
    join_place_path,
)
from ..page_context import (
    Link,
    PageContext,
    format_place_status,
    link_to_record,
    list_communities,
    localize_name,
    localize_text,
)
from ..record_parts import explain_suppression

ComparedPlace = tuple[str, Link, tuple[Link, ...]]
"""A place: its path, a link to it, and its numbers; none if it has no public record."""


class ComparisonView(Struct, frozen=True):
    """The numbers (`statistics`, each linked to its definition) of `places`, which stand in their fixed order.

    `groups`: the groups of the latest showcase; `others`: a link to the comparison of all, on the page of a group;
    `table`: format, number of rows and path below the site's root of the file of the same as a table.
    """

    statistics: tuple[Link, ...]
    places: tuple[ComparedPlace, ...]
    groups: tuple[Link, ...]
    others: Link | None
    table: Link
    suppression_note: str


def build_comparison_page(context: PageContext, scope: str) -> Output:
    """All numbers of the communities of a place ("" = the site)."""
    place = link_to_record(context, scope)
    title = context.text("Places side by side")
    view = _build_view(context, scope, list_communities(context, scope), tuple(_latest_groups(context, scope)), None,
                       join_place_path(scope, COMPARE_TABLE))
    return build_page(context, join_place_path(scope, COMPARE_PAGE), "pages/comparison.html",
                      context.text("Places side by side: {place}", place=place.text) if place else title, view,
                      trail=build_breadcrumbs(context, scope, Link(title)))


def build_group_page(context: PageContext, event: str, number: int) -> Output:
    """All numbers of the places of group `number` (from 1) of an event."""
    name = localize_name(context, context.library.events[event])
    title = context.text("{name}: {value}", name=name.text, value=_name_group(context, event, number))
    others = Link(context.text("All places side by side"), join_place_path(get_place_of(event), COMPARE_PAGE))
    return build_page(context, get_group_page(event, number), "pages/comparison.html", title,
                      _build_view(context, get_place_of(event), _places_of_group(context, event, number), (), others,
                                  get_group_table(event, number)),
                      trail=build_breadcrumbs(context, get_place_of(event),
                                              Link(name.text, get_record_url(event), name.lang), Link(title)))


def _name_group(context: PageContext, event: str, number: int) -> str:
    """What a group is called on the page of its event: by its label or session, else by its place among the others."""
    record = context.library.events[event]
    group = record.groups[number - 1]
    label = localize_text(context, record, group.label or group.session)
    return label.text or (context.text("Others") if number > 1 else context.number(number))


def build_comparison_table(context: PageContext, scope: str) -> Output:
    """The table of `build_comparison_page` as CSV, once for all languages: a row for each place, a column for each
    statistic by its key."""
    return _build_table(context, join_place_path(scope, COMPARE_TABLE), list_communities(context, scope))


def build_group_table(context: PageContext, event: str, number: int) -> Output:
    """The table of `build_group_page` as CSV."""
    return _build_table(context, get_group_table(event, number), _places_of_group(context, event, number))


def _build_table(context: PageContext, path: str, places: Sequence[str]) -> Output:
    keys = _compared_keys(context, places)
    rows = [(place, link.text, *((one.value for one in numbers) if numbers else ("" for _ in keys)))
            for place, link, numbers in (_compared_place(context, one, keys) for one in places)]
    return Output(path, body=encode_csv([("place", "name", *keys), *rows]))


def _places_of_group(context: PageContext, event: str, number: int) -> Sequence[str]:
    group = context.library.events[event].groups[number - 1]
    return tuple(dict.fromkeys(one.place for one in group.presentations if one.place in context.library.places))


_OVERDUE = "overdue"
"""Stands among the keys of statistics for what is overdue."""


def _compared_keys(context: PageContext, places: Sequence[str]) -> Sequence[str]:
    """What is compared: the issues, how they stand, what is overdue, then the other statistics of which one of the
    places has a number, or has anything where things are only counted."""
    statuses = [f"by_status.{status}" for status in context.library.vocabulary.terms["status"]
                if any(get_split_counts(context, place, "by_status").get(status) for place in places)]
    others = [key for key, definition in DEFINITIONS.items() if definition.kind != "split" and key != "issues"]
    return ["issues", *statuses, _OVERDUE,
            *(key for key in others if any(_tells_something(context, key, place) for place in places))]


def _tells_something(context: PageContext, key: str, place: str) -> bool:
    return _number(context, key, place).value not in ("", "0" if DEFINITIONS[key].kind == "distinct" else "")


def _build_view(context: PageContext, scope: str, places: Sequence[str], groups: tuple[Link, ...], others: Link | None,
                table: str) -> ComparisonView:
    keys = _compared_keys(context, places)
    rows = tuple(_compared_place(context, place, keys) for place in places)
    return ComparisonView(tuple(_name_key(context, scope, key) for key in keys), rows, groups, others,
                          Link(format_table(context, len(places)), table),
                          explain_suppression(context, *(number.text for *_, numbers in rows for number in numbers)))


def _name_key(context: PageContext, scope: str, key: str) -> Link:
    if key == _OVERDUE:
        return Link(context.text("Overdue"), join_place_path(scope, "due/index.html"))
    statistic, _, status = key.partition(".")
    name = format_place_status(context, scope, status) if status else context.text(DEFINITIONS[key].name)
    return Link(name, get_definition_path(statistic))


def _compared_place(context: PageContext, place: str, keys: Sequence[str]) -> ComparedPlace:
    is_reporting = place in context.record_lists.places_reporting
    numbers = tuple(_number(context, key, place) for key in keys) if is_reporting else ()
    return place, link_to_record(context, place) or Link(place), numbers


def _number(context: PageContext, key: str, place: str) -> Link:
    """A number, linked to its section; no text if there is nothing to count."""
    if key == _OVERDUE:
        return _overdue(context, place)
    statistic, stat = key.partition(".")[0], get_named_stat(context, place, key)
    if stat is None:
        return Link("")
    return Link(format_stat(context, statistic, stat).value, get_statistic_path(statistic, place),
                value=encode_stat_value(stat))


def _overdue(context: PageContext, place: str) -> Link:
    number = count_overdue(context.site_data.obligations.get(place) or ())
    if not number and is_due_unknown(context, place):
        return Link("")
    return Link(context.number(number), f"{place}/due/index.html", value=str(number))


def _latest_groups(context: PageContext, scope: str) -> Iterator[Link]:
    """The groups of the newest event of a place that has groups; those without a name say nothing to choose by."""
    lists = context.record_lists
    events = lists.by_kind_in["events"].get(scope, ()) if scope else lists.by_kind["events"]
    event = next((path for path in events if any(group.label for group in context.library.events[path].groups)), "")
    for number, group in enumerate(context.library.events[event].groups if event else (), 1):
        if group.label:
            label = localize_text(context, context.library.events[event], group.label)
            yield Link(label.text, get_group_page(event, number), label.lang)
