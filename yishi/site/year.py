"""The year of a place, to be printed: what was raised in it and what became of that, its cases and its meetings."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from msgspec import Struct

from ..core.outputs import Output, Plan
from ..model.paths import folder_of
from .course import result_in_words
from .edition import Edition, Link, Row, Words, listed, name_of, rows_of, status_in_words
from .numbers import number_link, stat_of
from .sentences import Count, status_count
from .shell import planned, sheet, trail_to

MOST = 120
"""So many issues of a year are told one by one; the lists by month hold the rest."""


class Fate(Struct, frozen=True):
    """An issue, and in words what became of it."""

    row: Row
    said: str


class Fates(Struct, frozen=True):
    """The issues of a year that stand at one status now."""

    key: str
    label: str
    number: str
    fates: tuple[Fate, ...]


class YearView(Struct, frozen=True):
    """The year of a place. `counted` says what is counted; `more` leads to the issues that are not told one by one.

    `apart`: the page of a town tells of places below it, so each record names its own.
    """

    path: str
    name: Words
    kind: str
    year: str
    over: bool
    counts: tuple[Count, ...]
    counted: tuple[str, ...]
    groups: tuple[Fates, ...]
    more: Link | None
    cases: tuple[Row, ...]
    meetings: tuple[Row, ...]
    others: tuple[Link, ...]
    apart: bool


def year_pages(edition: Edition) -> Iterator[Plan]:
    """The page of every year of every place that has a public record."""
    for place, years in edition.holdings.years_of.items():
        for year in years:
            yield planned(edition, f"{place}/{year}/index.html", year_page, place, year)


def year_page(edition: Edition, place: str, year: int) -> Output:
    """The page of a year of a place."""
    view = year_view(edition, place, year)
    title = edition.text("{place}: the year {year}", place=view.name.text, year=year)
    return sheet(edition, f"{place}/{year}/index.html", "pages/year.html", title, view,
                 trail=trail_to(edition, place, Link(view.year)), description=" ".join(view.counted[:1]))


def years_of(edition: Edition, place: str, year: int = 0) -> tuple[Link, ...]:
    """The years of a place, the newest first; `year`, the page they stand on, leads nowhere."""
    return tuple(Link(edition.text("Year {year}", year=one), "" if one == year else f"{place}/{one}/index.html")
                 for one in reversed(edition.holdings.years_of.get(place) or ()))


def year_view(edition: Edition, place: str, year: int) -> YearView:
    """What the page of a year of a place shows."""
    record, listings = edition.library.places[place], edition.book.listings
    issues, cases, meetings = (_of_kind(edition, place, year, kind) for kind in ("issues", "cases", "meetings"))
    issues = [path for path in issues if not listings[path].apart]
    rest = edition.text("{n} more in the list", n=edition.number(len(issues) - MOST))
    return YearView(
        path=place, name=name_of(edition, record), kind=edition.label("place_kind", record.kind),
        year=edition.text("Year {year}", year=year), over=date(year, 12, 31) <= edition.as_of,
        counts=tuple(_counts(edition, place, year, issues, (len(cases), len(meetings)))),
        counted=tuple(_counted(edition, place, year, issues)), groups=tuple(_groups(edition, issues)),
        more=Link(rest, f"{place}/issues/index.html") if len(issues) > MOST else None,
        cases=rows_of(edition, cases), meetings=rows_of(edition, meetings),
        others=years_of(edition, place, year), apart=bool(edition.library.children.get(place)),
    )


def _of_kind(edition: Edition, place: str, year: int, folder: str) -> list[str]:
    """The records of one kind of a year, the newest first."""
    paths = edition.holdings.in_year.get(f"{place}/{year}") or ()
    return [path for path in paths if folder_of(path) == folder]


# --- numbers ----------------------------------------------------------------------------------------------------------


def _counts(edition: Edition, place: str, year: int, issues: Sequence[str], others: tuple[int, int]) -> Iterator[Count]:
    text = edition.text
    yield Count(Link(text("issues raised")), number_link(edition, "issues", place, len(issues)))
    found = Counter(edition.book.listings[path].status for path in issues)
    for key in edition.library.vocabulary.terms["status"]:
        if found[key]:
            name = Link(_status(edition, issues, key), f"{place}/{year}/index.html#status-{key}")
            yield status_count(key, name, number_link(edition, "by_status", place, found[key]))
    yield Count(Link(text("case studies")), number_link(edition, "cases", place, others[0]))
    yield Count(Link(text("meetings")), Link(edition.number(others[1])))


def _counted(edition: Edition, place: str, year: int, issues: Sequence[str]) -> Iterator[str]:
    """What the numbers count, and what else is known of the year, in sentences."""
    text, listings = edition.text, edition.book.listings
    yield text("Counted are the issues that were raised here in {year}, by where each stands on {day}; "
               "repeats and drafts are not.", year=year, day=edition.language.day(edition.as_of))
    yield edition.plural("Whenever it was raised, {n} issue was resolved in this year; "
                         "those resolved in a month that is not known are left out.",
                         "Whenever they were raised, {n} issues were resolved in this year; "
                         "those resolved in a month that is not known are left out.", _resolved(edition, place, year))
    proved = Counter(listings[path].ladder for path in issues if listings[path].status == "resolved")
    if proved:
        yield text("Of those raised and resolved: {parts}.", parts=_parts(edition, "ladder", proved))
    if issues:
        topics = Counter(topic for path in issues for topic in listings[path].topics)
        yield text("By topic: {parts}.", parts=_parts(edition, "topic", topics))


def _resolved(edition: Edition, place: str, year: int) -> int:
    stat = stat_of(edition, place, "resolved_by_month")
    months = stat.value if stat and isinstance(stat.value, Mapping) else {}
    return sum(number for month, number in months.items() if month.startswith(f"{year}-"))


def _parts(edition: Edition, vocabulary: str, found: Mapping[str, int]) -> str:
    """Values with their numbers, in the order of their vocabulary."""
    return listed(edition, (edition.text("{label} {number}", label=edition.label(vocabulary, key),
                                         number=edition.number(found[key]))
                            for key in edition.library.vocabulary.terms[vocabulary] if found.get(key)))


# --- what became of it ------------------------------------------------------------------------------------------------


def _groups(edition: Edition, issues: Sequence[str]) -> Iterator[Fates]:
    status = {path: edition.book.listings[path].status for path in issues}
    for key in edition.library.vocabulary.terms["status"]:
        paths = [path for path in issues if status[path] == key]
        if paths:
            told = [path for path in issues[:MOST] if status[path] == key]
            yield Fates(key, _status(edition, issues, key), edition.number(len(paths)),
                        tuple(_fate(edition, path) for path in told))


def _status(edition: Edition, issues: Sequence[str], status: str) -> str:
    """What a status of these issues is called."""
    of_status = (one for path in issues if (one := edition.book.listings[path]).status == status)
    return status_in_words(edition, status, reported=all(one.press for one in of_status))


def _fate(edition: Edition, path: str) -> Fate:
    listing = edition.book.listings[path]
    return Fate(edition.rows[path], result_in_words(edition, listing, edition.progress[path]))
