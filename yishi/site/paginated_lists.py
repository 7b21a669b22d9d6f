"""Long lists: the newest on the front page, all of them by month, a month that is too long by hash of the path.

One new record touches the front page and one other.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256

from msgspec import Struct

from ..core.outputs import Output, OutputPlan
from .filters import ListFilters, build_filters
from .layout import build_page, plan_page
from .page_context import Link, PageContext, RecordRow, format_place_status, select_rows

FRONT_PAGE_SIZE = 50
"""So many records stand on a list's front page."""

MAX_PAGE_SIZE = 200
"""A month's page with more records is split further."""


class ListPage(Struct, frozen=True):
    """One page of a list: its folder, the month it holds ("" = the front page), its records, the folders below it."""

    folder: str
    month: str
    paths: tuple[str, ...]
    total: int
    subpages: tuple[tuple[str, str, int], ...] = ()   # folder, its month ("" = a part of this page's), records in it


class ListView(Struct, frozen=True):
    """A list of issues or cases. `lead` says what is listed; `empty` stands where there is nothing yet.

    `filters` stand on the front page of a list that is long enough for them, and hold for all its pages.
    """

    title: str
    lang: str
    lead: str
    rows: tuple[RecordRow, ...]
    subpages: tuple[Link, ...]
    subpages_title: str
    empty_text: str
    filters: ListFilters | None


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


def split_by_hash(folder: str, month: str, paths: Sequence[str], depth: int = 0) -> Iterator[ListPage]:
    """The page at `folder` with all `paths`, or, where they are too many, with the pages that hold them."""
    if len(paths) <= MAX_PAGE_SIZE:
        yield ListPage(folder, month, tuple(paths), len(paths))
        return
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for path in paths:
        groups[sha256(path.encode()).hexdigest()[depth]].append(path)
    below = tuple((f"{folder}/{digit}", "", len(groups[digit])) for digit in sorted(groups))
    yield ListPage(folder, month, (), len(paths), below)
    for digit in sorted(groups):
        yield from split_by_hash(f"{folder}/{digit}", month, groups[digit], depth + 1)


def _group_by_month(paths: Iterable[str], month: Mapping[str, str | None]) -> dict[str, list[str]]:
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for path in paths:
        groups[month[path] or "unknown"].append(path)
    return {name: groups[name] for name in sorted(groups, key=lambda name: (name != "unknown", name), reverse=True)}


def _month_folder(folder: str, month: str) -> str:
    return f"{folder}/{month.replace('-', '/')}"


def plan_list_pages(edition: PageContext, folder: str, title: str, paths: Sequence[str], *, lead: str = "",
                    lang: str = "",
                    empty: str, trail: Sequence[Link] = (), front: bool = True,
                    filters: Sequence[str] = ()) -> Iterator[OutputPlan]:
    """The pages of a list of issues or cases. Without `front` only those below it: the front is another page.

    `filters` names what it can be filtered by.
    """
    for portion in split_list(folder, paths, edition.record_lists.month_of):
        if portion.folder != folder:
            own = format_list_month(edition, portion.month)
            up = (*trail, Link(title, f"{folder}/index.html", lang))
            yield plan_list_page(edition, portion, f"{title} · {own}", "", empty, up)
        elif front:
            yield plan_list_page(edition, portion, title, lead, empty, trail, lang, filters)


def plan_list_page(edition: PageContext, portion: ListPage, title: str, lead: str, empty: str, trail: Sequence[Link],
                   lang: str = "", filters: Sequence[str] = ()) -> OutputPlan:
    """The plan of one page of a list."""
    return plan_page(edition, f"{portion.folder}/index.html", build_list_page, portion, title, lead, empty,
                     tuple(trail), lang,
                     tuple(filters))


def build_list_page(edition: PageContext, portion: ListPage, title: str, lead: str, empty: str, trail: tuple[Link, ...],
                    lang: str, filters: tuple[str, ...]) -> Output:
    """One page of a list."""
    rows, months = select_rows(edition, portion.paths), [month for _, month, _ in portion.subpages]
    place = portion.folder.rpartition("/")[0] if portion.folder.startswith("places/") else ""
    view = ListView(
        title, lang, lead or format_list_size(edition, portion), rows, link_subpages(edition, portion),
        edition.text("Other parts") if portion.month else edition.text("All, by month"), empty,
        build_filters(edition, filters, place, rows, months, portion.total),
    )
    return build_page(edition, f"{portion.folder}/index.html", "pages/paginated_lists.html", title, view,
                      trail=(*trail, Link(title, "", lang)), description=view.lead)


def group_issues_by_status(edition: PageContext, place: str) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """The issues of a place ("" = the site) that statistics count, by status, so that both agree; then those that they
    leave out, by reason. Each group with its key and its name; it may be empty.
    """
    groups = edition.record_lists.by_status_in.get(place) or {}
    for key, label in _statuses_and_reasons(edition, place):
        yield key, label, groups.get(key, ())


def _statuses_and_reasons(edition: PageContext, place: str) -> Iterator[tuple[str, str]]:
    for status in edition.library.vocabulary.terms["status"]:
        yield status, format_place_status(edition, place, status)
    yield "after_as_of", edition.text("Raised later")
    yield "draft", edition.text("Drafts, not counted")
    yield "duplicate", edition.text("Repeats of another issue")


def format_list_size(edition: PageContext, portion: ListPage) -> str:
    """How many records the list holds, and which of them stand here."""
    if portion.subpages and portion.paths:
        total, shown = edition.number(portion.total), edition.number(len(portion.paths))
        return edition.text("{total} records; the newest {shown} are shown here.", total=total, shown=shown)
    return edition.plural("{n} record.", "{n} records.", portion.total) if portion.total else ""


def link_subpages(edition: PageContext, portion: ListPage) -> tuple[Link, ...]:
    """The links to the pages below a list's page, each with how many records it holds."""
    return tuple(
        Link(edition.text("{name} ({n})", name=format_list_month(edition, month) if month else
                          edition.text("Part {part}", part=folder.rpartition("/")[2].upper()),
                          n=edition.number(number)), f"{folder}/index.html")
        for folder, month, number in portion.subpages
    )


def format_list_month(edition: PageContext, month: str) -> str:
    """`2025-09` as a month, `unknown` in words."""
    return edition.text("month not known") if month == "unknown" else edition.language.month(month)
