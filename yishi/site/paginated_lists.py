"""Long lists: the newest records on the front page, all of them by year, large years by month, large months split by
hash of the path.

A new record changes only the front page and one sub-page.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from ..core.hashes import choose_part
from ..core.outputs import Output, OutputPlan
from .filters import ListFilter, build_filters
from .layout import build_page, plan_page
from .page_context import Link, PageContext, RecordRow, format_place_status, select_rows

FRONT_PAGE_SIZE = 50
"""Number of records on the front page of a list."""

MAX_PAGE_SIZE = 200
"""The page of a year or a month with more records is split further."""

_PART_SIZE = 150
"""Maximum number of records per part, on average."""


class ListPage(Struct, frozen=True):
    """One page of a list: its folder, its year or month ("" = the front page), its records and its subpages."""

    folder: str
    period: str
    paths: tuple[str, ...]
    total: int
    subpages: tuple[tuple[str, str, int], ...] = ()  # (folder, year or month or "" for a part of a month, number)


class ListSpec(Struct, frozen=True):
    """What all pages of a list say. `lang`: the language of its title ("" = that of the page); `empty_text`: shown if
    there is nothing yet; `filters`: the names of the filters on its front page."""

    title: str
    empty_text: str
    trail: tuple[Link, ...] = ()
    lang: str = ""
    filters: tuple[str, ...] = ()


class ListView(Struct, frozen=True):
    """A list of `total` issues or cases. `lead`: its size; `empty_text`: shown if there is nothing yet.

    `filters` are on the front page of a list that is long enough, and apply to all its pages.
    """

    title: str
    lang: str
    lead: str
    rows: tuple[RecordRow, ...]
    subpages: tuple[Link, ...]
    subpages_title: str
    empty_text: str
    filters: tuple[ListFilter, ...]
    total: int


def split_list(folder: str, paths: Sequence[str], month: Mapping[str, str | None]) -> Iterator[ListPage]:
    """The pages of the list at `folder`, the front page first."""
    if len(paths) <= FRONT_PAGE_SIZE:
        yield ListPage(folder, "", tuple(paths), len(paths))
        return
    years = [tuple(_split_year(folder, year, group, month))
             for year, group in _group_by_period(paths, month, "YYYY").items()]
    yield ListPage(folder, "", tuple(paths[:FRONT_PAGE_SIZE]), len(paths),
                   tuple(link for pages in years for link in _links_to_year(pages[0])))
    for pages in years:
        yield from pages


def _split_year(folder: str, year: str, paths: Sequence[str], month: Mapping[str, str | None]) -> Iterator[ListPage]:
    """The page of a year below `folder`; if it has too many records, an index of its months, and their pages."""
    if len(paths) <= MAX_PAGE_SIZE or year == _UNKNOWN:
        yield from split_by_hash(_period_folder(folder, year), year, paths)
        return
    months = _group_by_period(paths, month, "YYYY-MM")
    below = tuple((_period_folder(folder, name), name, len(group)) for name, group in months.items())
    yield ListPage(_period_folder(folder, year), year, (), len(paths), below)
    for name, group in months.items():
        yield from split_by_hash(_period_folder(folder, name), name, group)


def _links_to_year(page: ListPage) -> Iterable[tuple[str, str, int]]:
    """The subpages by which the front page leads to a year: its months if it is an index of these, else its page."""
    months = tuple(subpage for subpage in page.subpages if subpage[1])
    return months or ((page.folder, page.period, page.total),)


def split_by_hash(folder: str, period: str, paths: Sequence[str]) -> Iterator[ListPage]:
    """The page at `folder` with all `paths`; if there are too many, an index and pages of parts."""
    if len(paths) <= MAX_PAGE_SIZE:
        yield ListPage(folder, period, tuple(paths), len(paths))
        return
    parts: list[list[str]] = [[] for _ in range(1 << (len(paths) // _PART_SIZE).bit_length())]
    for path in paths:
        parts[choose_part(path, len(parts))].append(path)
    below = tuple((f"{folder}/{number}", "", len(part)) for number, part in enumerate(parts, 1))
    yield ListPage(folder, period, (), len(paths), below)
    for (part_folder, _, size), part in zip(below, parts, strict=True):
        yield ListPage(part_folder, period, tuple(part), size)


_UNKNOWN = "unknown"
"""The period of the records whose month is not known."""


def _group_by_period(paths: Iterable[str], month: Mapping[str, str | None], form: str) -> dict[str, list[str]]:
    """Period, in the form `YYYY` or `YYYY-MM` → its records, the latest first, unknown ones last."""
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for path in paths:
        groups[(month[path] or "")[:len(form)] or _UNKNOWN].append(path)
    return {name: groups[name] for name in sorted(groups, key=lambda name: (name != _UNKNOWN, name), reverse=True)}


def _period_folder(folder: str, period: str) -> str:
    return f"{folder}/{period.replace('-', '/')}"


def plan_list_pages(context: PageContext, folder: str, paths: Sequence[str], spec: ListSpec, *,
                    front: bool = True) -> Iterator[OutputPlan]:
    """The plans of a list of issues or cases; without `front` only the subpages, the front being another page."""
    for portion in split_list(folder, paths, context.record_lists.month_of):
        if portion.folder != folder:
            yield plan_part_page(context, portion, folder, spec, format_period(context, portion.period))
        elif front:
            yield plan_list_page(context, portion, spec)


def plan_part_page(context: PageContext, portion: ListPage, folder: str, spec: ListSpec, name: str) -> OutputPlan:
    """The plan of a page called `name` below the front page of a list at `folder`."""
    trail = (*spec.trail, Link(spec.title, f"{folder}/index.html", spec.lang))
    return plan_list_page(context, portion, ListSpec(f"{spec.title} · {name}", spec.empty_text, trail))


def plan_list_page(context: PageContext, portion: ListPage, spec: ListSpec) -> OutputPlan:
    """The plan of one page of a list."""
    return plan_page(context, f"{portion.folder}/index.html", build_list_page, portion, spec)


def build_list_page(context: PageContext, portion: ListPage, spec: ListSpec) -> Output:
    """One page of a list."""
    rows = select_rows(context, portion.paths)
    periods = [period for _, period, _ in portion.subpages]
    place = portion.folder.rpartition("/")[0] if portion.folder.startswith("places/") else ""
    view = ListView(
        spec.title, spec.lang, format_list_size(context, portion), rows, link_subpages(context, portion),
        context.text("All, by date") if any(periods) else context.text("Other parts"), spec.empty_text,
        build_filters(context, spec.filters, place, rows, periods, portion.total), portion.total,
    )
    return build_page(context, f"{portion.folder}/index.html", "pages/paginated_lists.html", spec.title, view,
                      trail=(*spec.trail, Link(spec.title, "", spec.lang)), description=view.lead)


def group_issues_by_status(context: PageContext, place: str) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """(key, name, paths) of the issues of a place ("" = the site): by status, then the excluded ones by reason.

    Statistics count by the same groups, so that both agree. A group may be empty.
    """
    groups = context.record_lists.by_status_in.get(place) or {}
    for key, label in _statuses_and_reasons(context, place):
        yield key, label, groups.get(key, ())


def _statuses_and_reasons(context: PageContext, place: str) -> Iterator[tuple[str, str]]:
    for status in context.library.vocabulary.terms["status"]:
        yield status, format_place_status(context, place, status)
    yield "after_as_of", context.text("Raised later")
    yield "draft", context.text("Drafts, not counted")
    yield "duplicate", context.text("Repeats of another issue")


def format_list_size(context: PageContext, portion: ListPage) -> str:
    """Say how many records the list has, and how many of them this page shows."""
    if portion.subpages and portion.paths:
        total = context.number(portion.total)
        shown = context.number(len(portion.paths))
        return context.text("{total} records; the newest {shown} are shown here.", total=total, shown=shown)
    return context.plural("{n} record.", "{n} records.", portion.total) if portion.total else ""


def link_subpages(context: PageContext, portion: ListPage) -> tuple[Link, ...]:
    """The links to the subpages of a list's page, each with its number of records."""
    return tuple(
        Link(context.text("{name} ({n})", name=format_period(context, period) if period else
                          context.text("Part {part}", part=folder.rpartition("/")[2]),
                          n=context.number(number)), f"{folder}/index.html")
        for folder, period, number in portion.subpages
    )


def format_period(context: PageContext, period: str) -> str:
    """Format `2025` as a year, `2025-09` as a month; `unknown` as "month not known"."""
    if period == _UNKNOWN:
        return context.text("month not known")
    return context.language.month(period) if "-" in period else context.language.year(period)
