"""The year of a place, for print: the issues raised in it and their outcome, its cases and its meetings."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from msgspec import Struct

from ...core.outputs import Output
from ...model.paths import get_folder_name
from ..format_stat import format_parts, get_split_counts, link_number
from ..issue_timeline import describe_result
from ..layout import build_breadcrumbs, build_page
from ..page_context import (
    Link,
    LocalizedText,
    PageContext,
    RecordRow,
    Section,
    format_status,
    localize_name,
    select_rows,
)
from .key_figures import KeyFigure, build_status_figure

MAX_ISSUES_LISTED = 120
"""Maximum number of issues listed on a year page; the lists by month have all of them."""


class YearView(Struct, frozen=True):
    """The year of a place. `sentences` describe the figures; `groups` are the issues, with their outcome in words, that
    have one status now; `more` links to the issues that are not listed.

    `names_places`: the page covers several places, so each record names its own.
    """

    path: str
    name: LocalizedText
    kind: str
    year: str
    is_over: bool
    key_figures: tuple[KeyFigure, ...]
    sentences: tuple[str, ...]
    groups: tuple[Section[tuple[RecordRow, str]], ...]
    more: Link | None
    cases: tuple[RecordRow, ...]
    meetings: tuple[RecordRow, ...]
    other_years: tuple[Link, ...]
    names_places: bool


def build_year_page(context: PageContext, place: str, year: int) -> Output:
    """The page of a year of a place."""
    view = build_year_view(context, place, year)
    title = context.text("{place}: the year {year}", place=view.name.text, year=year)
    return build_page(context, f"{place}/{year}/index.html", "pages/year.html", title, view,
                      trail=build_breadcrumbs(context, place, Link(view.year)),
                      description=" ".join(view.sentences[:1]))


def link_years(context: PageContext, place: str, year: int = 0) -> tuple[Link, ...]:
    """Links to the years of a place, the newest first; `year`, that of the page itself, is not linked."""
    years = reversed(context.record_lists.years_of.get(place) or ())
    return tuple(Link(context.text("Year {year}", year=other), "" if other == year else f"{place}/{other}/index.html")
                 for other in years)


def build_year_view(context: PageContext, place: str, year: int) -> YearView:
    """The view of the page of a year of a place."""
    record = context.library.places[place]
    cases = list_of_year(context, place, year, "cases")
    meetings = list_of_year(context, place, year, "meetings")
    issues = [path for path in list_of_year(context, place, year, "issues")
              if not context.site_data.list_items[path].exclusion_reason]
    return YearView(
        path=place,
        name=localize_name(context, record),
        kind=context.label("place_kind", record.kind),
        year=context.text("Year {year}", year=year),
        is_over=date(year, 12, 31) <= context.as_of,
        key_figures=tuple(_year_key_figures(context, place, year, issues, len(cases), len(meetings))),
        sentences=tuple(_year_sentences(context, place, year, issues)),
        groups=tuple(_outcome_groups(context, issues)),
        more=_link_unlisted_issues(context, place, len(issues) - MAX_ISSUES_LISTED),
        cases=select_rows(context, cases),
        meetings=select_rows(context, meetings),
        other_years=link_years(context, place, year),
        names_places=bool(context.library.children.get(place)),
    )


def _link_unlisted_issues(context: PageContext, place: str, number: int) -> Link | None:
    if number <= 0:
        return None
    return Link(context.text("{n} more in the list", n=context.number(number)), f"{place}/issues/index.html")


def list_of_year(context: PageContext, place: str, year: int, folder: str) -> list[str]:
    """The records of one kind of a year, the newest first."""
    paths = context.record_lists.by_year_in.get(f"{place}/{year}") or ()
    return [path for path in paths if get_folder_name(path) == folder]


# --- numbers ----------------------------------------------------------------------------------------------------------


def _year_key_figures(context: PageContext, place: str, year: int, issues: Sequence[str],
                      cases: int, meetings: int) -> Iterator[KeyFigure]:
    plural = context.plural
    yield KeyFigure(Link(plural("issue raised", "issues raised", len(issues))),
                    link_number(context, "issues", place, len(issues)))
    numbers = Counter(context.site_data.list_items[path].status for path in issues)
    for key in context.library.vocabulary.terms["status"]:
        if numbers[key]:
            name = Link(_status_label(context, issues, key), f"{place}/{year}/index.html#status-{key}")
            yield build_status_figure(key, name, link_number(context, "by_status", place, numbers[key]))
    yield KeyFigure(Link(plural("case study", "case studies", cases)), link_number(context, "cases", place, cases))
    yield KeyFigure(Link(plural("meeting", "meetings", meetings)), Link(context.number(meetings)))


def _year_sentences(context: PageContext, place: str, year: int, issues: Sequence[str]) -> Iterator[str]:
    """What the numbers count, and further facts of the year, in sentences."""
    text = context.text
    list_items = context.site_data.list_items
    yield text("Issues raised here in {year}, by their status on {day}; repeats and drafts are not counted.",
               year=year, day=context.language.day(context.as_of))
    yield context.plural("Whenever it was raised, {n} issue was resolved in this year; "
                         "those resolved in a month that is not known are left out.",
                         "Whenever they were raised, {n} issues were resolved in this year; "
                         "those resolved in a month that is not known are left out.",
                         count_months_of_year(context, place, "resolved_by_month", year))
    proved = Counter(list_items[path].ladder for path in issues if list_items[path].status == "resolved")
    if proved:
        yield text("Of those raised and resolved: {parts}.", parts=_format_terms(context, "ladder", proved))
    if issues:
        topics = Counter(topic for path in issues for topic in list_items[path].topics)
        yield text("By topic: {parts}.", parts=_format_terms(context, "topic", topics))


def count_months_of_year(context: PageContext, place: str, key: str, year: int) -> int:
    """The sum over the months of a year of statistic `key`, which is a split by month."""
    months = get_split_counts(context, place, key)
    return sum(number for month, number in months.items() if month.startswith(f"{year}-"))


def _format_terms(context: PageContext, vocabulary: str, numbers: Mapping[str, int]) -> str:
    """Format values with their numbers, in the order of their vocabulary."""
    return format_parts(context, ((context.label(vocabulary, key), context.number(numbers[key]))
                                  for key in context.library.vocabulary.terms[vocabulary] if numbers.get(key)))


# --- outcomes ---------------------------------------------------------------------------------------------------------


def _outcome_groups(context: PageContext, issues: Sequence[str]) -> Iterator[Section[tuple[RecordRow, str]]]:
    status = {path: context.site_data.list_items[path].status for path in issues}
    for key in context.library.vocabulary.terms["status"]:
        paths = [path for path in issues if status[path] == key]
        if paths:
            listed = [path for path in issues[:MAX_ISSUES_LISTED] if status[path] == key]
            yield Section(_status_label(context, issues, key),
                          tuple((context.rows[path],
                                 describe_result(context, context.site_data.list_items[path], context.progress[path]))
                                for path in listed),
                          Link(context.number(len(paths))), key)


def _status_label(context: PageContext, issues: Sequence[str], status: str) -> str:
    """The label of a status for these issues."""
    list_items = map(context.site_data.list_items.__getitem__, issues)
    is_from_press = all(item.from_press for item in list_items if item.status == status)
    return format_status(context, status, reported=is_from_press)
