"""Long lists: the newest records on the front page, all of them by month, large months split by hash of the path.

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
"""A month's page with more records is split further."""

_PART_SIZE = 150
"""Maximum number of records per part, on average."""


class ListPage(Struct, frozen=True):
    """One page of a list: its folder, its month ("" = the front page), its records and its subpages."""

    folder: str
    month: str
    paths: tuple[str, ...]
    total: int
    subpages: tuple[tuple[str, str, int], ...] = ()  # (folder, month or "" for a part of a month, number)


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
    months = _group_by_month(paths, month)
    below = tuple((_month_folder(folder, name), name, len(group)) for name, group in months.items())
    yield ListPage(folder, "", tuple(paths[:FRONT_PAGE_SIZE]), len(paths), below)
    for name, group in months.items():
        yield from split_by_hash(_month_folder(folder, name), name, group)


def split_by_hash(folder: str, month: str, paths: Sequence[str]) -> Iterator[ListPage]:
    """The page at `folder` with all `paths`; if there are too many, an index and pages of parts."""
    if len(paths) <= MAX_PAGE_SIZE:
        yield ListPage(folder, month, tuple(paths), len(paths))
        return
    parts: list[list[str]] = [[] for _ in range(1 << (len(paths) // _PART_SIZE).bit_length())]
    for path in paths:
        parts[choose_part(path, len(parts))].append(path)
    below = tuple((f"{folder}/{number}", "", len(part)) for number, part in enumerate(parts, 1))
    yield ListPage(folder, month, (), len(paths), below)
    for (part_folder, _, size), part in zip(below, parts, strict=True):
        yield ListPage(part_folder, month, tuple(part), size)


def _group_by_month(paths: Iterable[str], month: Mapping[str, str | None]) -> dict[str, list[str]]:
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for path in paths:
        groups[month[path] or "unknown"].append(path)
    return {name: groups[name] for name in sorted(groups, key=lambda name: (name != "unknown", name), reverse=True)}


def _month_folder(folder: str, month: str) -> str:
    return f"{folder}/{month.replace('-', '/')}"


def plan_list_pages(context: PageContext, folder: str, paths: Sequence[str], spec: ListSpec, *,
                    front: bool = True) -> Iterator[OutputPlan]:
    """The plans of a list of issues or cases; without `front` only the subpages, the front being another page."""
    for portion in split_list(folder, paths, context.record_lists.month_of):
        if portion.folder != folder:
            yield plan_part_page(context, portion, folder, spec, format_list_month(context, portion.month))
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
    months = [month for _, month, _ in portion.subpages]
    place = portion.folder.rpartition("/")[0] if portion.folder.startswith("places/") else ""
    view = ListView(
        spec.title, spec.lang, format_list_size(context, portion), rows, link_subpages(context, portion),
        context.text("Other parts") if portion.month else context.text("All, by month"), spec.empty_text,
        build_filters(context, spec.filters, place, rows, months, portion.total), portion.total,
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
        Link(context.text("{name} ({n})", name=format_list_month(context, month) if month else
                          context.text("Part {part}", part=folder.rpartition("/")[2]),
                          n=context.number(number)), f"{folder}/index.html")
        for folder, month, number in portion.subpages
    )


def format_list_month(context: PageContext, month: str) -> str:
    """Format `2025-09` as a month; `unknown` as "month not known"."""
    return context.text("month not known") if month == "unknown" else context.language.month(month)
