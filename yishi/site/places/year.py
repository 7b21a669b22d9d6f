"""The year of a place, to be printed: what was raised in it and what became of that, its cases and its meetings."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from msgspec import Struct

from ...core.outputs import Output, OutputPlan
from ...model.paths import get_folder_name
from ..format_stat import get_stat, link_number
from ..issue_timeline import describe_result
from ..layout import build_breadcrumbs, build_page, plan_page
from ..page_context import (
    Link,
    LocalizedText,
    PageContext,
    RecordRow,
    format_status,
    join_items,
    localize_name,
    select_rows,
)
from .key_figures import KeyFigure, build_status_figure

MAX_ISSUES_LISTED = 120
"""So many issues of a year are told one by one; the lists by month hold the rest."""


class IssueOutcome(Struct, frozen=True):
    """An issue, and in words what became of it."""

    row: RecordRow
    text: str


class OutcomeGroup(Struct, frozen=True):
    """The issues of a year that stand at one status now."""

    key: str
    label: str
    number: str
    outcomes: tuple[IssueOutcome, ...]


class YearView(Struct, frozen=True):
    """The year of a place. `counted` says what is counted; `more` leads to the issues that are not told one by one.

    `apart`: the page of a town tells of places below it, so each record names its own.
    """

    path: str
    name: LocalizedText
    kind: str
    year: str
    is_over: bool
    key_figures: tuple[KeyFigure, ...]
    sentences: tuple[str, ...]
    groups: tuple[OutcomeGroup, ...]
    more: Link | None
    cases: tuple[RecordRow, ...]
    meetings: tuple[RecordRow, ...]
    other_years: tuple[Link, ...]
    names_places: bool


def plan_year_pages(edition: PageContext) -> Iterator[OutputPlan]:
    """The page of every year of every place that has a public record."""
    for place, years in edition.record_lists.years_of.items():
        for year in years:
            yield plan_page(edition, f"{place}/{year}/index.html", build_year_page, place, year)


def build_year_page(edition: PageContext, place: str, year: int) -> Output:
    """The page of a year of a place."""
    view = build_year_view(edition, place, year)
    title = edition.text("{place}: the year {year}", place=view.name.text, year=year)
    return build_page(edition, f"{place}/{year}/index.html", "pages/year.html", title, view,
                      trail=build_breadcrumbs(edition, place, Link(view.year)),
                      description=" ".join(view.sentences[:1]))


def link_years(edition: PageContext, place: str, year: int = 0) -> tuple[Link, ...]:
    """The years of a place, the newest first; `year`, the page they stand on, leads nowhere."""
    return tuple(Link(edition.text("Year {year}", year=one), "" if one == year else f"{place}/{one}/index.html")
                 for one in reversed(edition.record_lists.years_of.get(place) or ()))


def build_year_view(edition: PageContext, place: str, year: int) -> YearView:
    """What the page of a year of a place shows."""
    record, listings = edition.library.places[place], edition.site_data.list_items
    issues, cases, meetings = (_records_of_kind(edition, place, year, kind) for kind in ("issues", "cases", "meetings"))
    issues = [path for path in issues if not listings[path].exclusion_reason]
    rest = edition.text("{n} more in the list", n=edition.number(len(issues) - MAX_ISSUES_LISTED))
    return YearView(
        path=place, name=localize_name(edition, record), kind=edition.label("place_kind", record.kind),
        year=edition.text("Year {year}", year=year), is_over=date(year, 12, 31) <= edition.as_of,
        key_figures=tuple(_year_key_figures(edition, place, year, issues, (len(cases), len(meetings)))),
        sentences=tuple(_year_sentences(edition, place, year, issues)), groups=tuple(_outcome_groups(edition, issues)),
        more=Link(rest, f"{place}/issues/index.html") if len(issues) > MAX_ISSUES_LISTED else None,
        cases=select_rows(edition, cases), meetings=select_rows(edition, meetings),
        other_years=link_years(edition, place, year), names_places=bool(edition.library.children.get(place)),
    )


def _records_of_kind(edition: PageContext, place: str, year: int, folder: str) -> list[str]:
    """The records of one kind of a year, the newest first."""
    paths = edition.record_lists.by_year_in.get(f"{place}/{year}") or ()
    return [path for path in paths if get_folder_name(path) == folder]


# --- numbers ----------------------------------------------------------------------------------------------------------


def _year_key_figures(edition: PageContext, place: str, year: int, issues: Sequence[str],
                      others: tuple[int, int]) -> Iterator[KeyFigure]:
    text = edition.text
    yield KeyFigure(Link(text("issues raised")), link_number(edition, "issues", place, len(issues)))
    found = Counter(edition.site_data.list_items[path].status for path in issues)
    for key in edition.library.vocabulary.terms["status"]:
        if found[key]:
            name = Link(_status_label(edition, issues, key), f"{place}/{year}/index.html#status-{key}")
            yield build_status_figure(key, name, link_number(edition, "by_status", place, found[key]))
    yield KeyFigure(Link(text("case studies")), link_number(edition, "cases", place, others[0]))
    yield KeyFigure(Link(text("meetings")), Link(edition.number(others[1])))


def _year_sentences(edition: PageContext, place: str, year: int, issues: Sequence[str]) -> Iterator[str]:
    """What the numbers count, and what else is known of the year, in sentences."""
    text, listings = edition.text, edition.site_data.list_items
    yield text("Issues raised here in {year}, by their status on {day}; repeats and drafts are not counted.",
               year=year, day=edition.language.day(edition.as_of))
    yield edition.plural("Whenever it was raised, {n} issue was resolved in this year; "
                         "those resolved in a month that is not known are left out.",
                         "Whenever they were raised, {n} issues were resolved in this year; "
                         "those resolved in a month that is not known are left out.",
                         _number_resolved(edition, place, year))
    proved = Counter(listings[path].ladder for path in issues if listings[path].status == "resolved")
    if proved:
        yield text("Of those raised and resolved: {parts}.", parts=_format_parts(edition, "ladder", proved))
    if issues:
        topics = Counter(topic for path in issues for topic in listings[path].topics)
        yield text("By topic: {parts}.", parts=_format_parts(edition, "topic", topics))


def _number_resolved(edition: PageContext, place: str, year: int) -> int:
    stat = get_stat(edition, place, "resolved_by_month")
    months = stat.value if stat and isinstance(stat.value, Mapping) else {}
    return sum(number for month, number in months.items() if month.startswith(f"{year}-"))


def _format_parts(edition: PageContext, vocabulary: str, found: Mapping[str, int]) -> str:
    """Values with their numbers, in the order of their vocabulary."""
    return join_items(edition, (edition.text("{label} {number}", label=edition.label(vocabulary, key),
                                             number=edition.number(found[key]))
                                for key in edition.library.vocabulary.terms[vocabulary] if found.get(key)))


# --- what became of it ------------------------------------------------------------------------------------------------


def _outcome_groups(edition: PageContext, issues: Sequence[str]) -> Iterator[OutcomeGroup]:
    status = {path: edition.site_data.list_items[path].status for path in issues}
    for key in edition.library.vocabulary.terms["status"]:
        paths = [path for path in issues if status[path] == key]
        if paths:
            told = [path for path in issues[:MAX_ISSUES_LISTED] if status[path] == key]
            yield OutcomeGroup(key, _status_label(edition, issues, key), edition.number(len(paths)),
                               tuple(_issue_outcome(edition, path) for path in told))


def _status_label(edition: PageContext, issues: Sequence[str], status: str) -> str:
    """What a status of these issues is called."""
    of_status = (one for path in issues if (one := edition.site_data.list_items[path]).status == status)
    return format_status(edition, status, reported=all(one.from_press for one in of_status))


def _issue_outcome(edition: PageContext, path: str) -> IssueOutcome:
    listing = edition.site_data.list_items[path]
    return IssueOutcome(edition.rows[path], describe_result(edition, listing, edition.progress[path]))
