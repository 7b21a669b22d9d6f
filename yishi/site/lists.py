"""Long lists: the newest on the front page, all of them by month, a month that is too long by hash of the path.

One new record touches the front page and one other.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256

from msgspec import Struct

from ..core.outputs import Output, Plan
from .edition import Edition, Link, Row, rows_of, status_in
from .filters import Filters, filters_of
from .shell import planned, sheet

NEWEST = 50
"""So many records stand on a list's front page."""

LONGEST = 200
"""A month's page with more records is split further."""


class Portion(Struct, frozen=True):
    """One page of a list: its folder, the month it holds ("" = the front page), its records, the folders below it."""

    folder: str
    month: str
    paths: tuple[str, ...]
    total: int
    below: tuple[tuple[str, str, int], ...] = ()   # folder, its month ("" = a part of this page's), records in it


class ListView(Struct, frozen=True):
    """A list of issues or cases. `lead` says what is listed; `empty` stands where there is nothing yet.

    `filters` stand on the front page of a list that is long enough for them, and hold for all its pages.
    """

    title: str
    lang: str
    lead: str
    rows: tuple[Row, ...]
    more: tuple[Link, ...]
    more_title: str
    empty: str
    filters: Filters | None


def portions(folder: str, paths: Sequence[str], month: Mapping[str, str | None]) -> Iterator[Portion]:
    """The pages of the list at `folder`, the front page first."""
    if len(paths) <= NEWEST:
        yield Portion(folder, "", tuple(paths), len(paths))
        return
    months = _by_month(paths, month)
    below = tuple((_month_folder(folder, name), name, len(group)) for name, group in months.items())
    yield Portion(folder, "", tuple(paths[:NEWEST]), len(paths), below)
    for name, group in months.items():
        yield from parted(_month_folder(folder, name), name, group)


def parted(folder: str, month: str, paths: Sequence[str], depth: int = 0) -> Iterator[Portion]:
    """The page at `folder` with all `paths`, or, where they are too many, with the pages that hold them."""
    if len(paths) <= LONGEST:
        yield Portion(folder, month, tuple(paths), len(paths))
        return
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for path in paths:
        groups[sha256(path.encode()).hexdigest()[depth]].append(path)
    below = tuple((f"{folder}/{digit}", "", len(groups[digit])) for digit in sorted(groups))
    yield Portion(folder, month, (), len(paths), below)
    for digit in sorted(groups):
        yield from parted(f"{folder}/{digit}", month, groups[digit], depth + 1)


def _by_month(paths: Iterable[str], month: Mapping[str, str | None]) -> dict[str, list[str]]:
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for path in paths:
        groups[month[path] or "unknown"].append(path)
    return {name: groups[name] for name in sorted(groups, key=lambda name: (name != "unknown", name), reverse=True)}


def _month_folder(folder: str, month: str) -> str:
    return f"{folder}/{month.replace('-', '/')}"


def list_pages(edition: Edition, folder: str, title: str, paths: Sequence[str], *, lead: str = "", lang: str = "",
               empty: str, trail: Sequence[Link] = (), front: bool = True,
               filters: Sequence[str] = ()) -> Iterator[Plan]:
    """The pages of a list of issues or cases. Without `front` only those below it: the front is another page.

    `filters` names what it can be filtered by.
    """
    for portion in portions(folder, paths, edition.holdings.month):
        if portion.folder != folder:
            own = month_in_words(edition, portion.month)
            up = (*trail, Link(title, f"{folder}/index.html", lang))
            yield plan_of(edition, portion, f"{title} · {own}", "", empty, up)
        elif front:
            yield plan_of(edition, portion, title, lead, empty, trail, lang, filters)


def plan_of(edition: Edition, portion: Portion, title: str, lead: str, empty: str, trail: Sequence[Link],
            lang: str = "", filters: Sequence[str] = ()) -> Plan:
    """The plan of one page of a list."""
    return planned(edition, f"{portion.folder}/index.html", list_page, portion, title, lead, empty, tuple(trail), lang,
                   tuple(filters))


def list_page(edition: Edition, portion: Portion, title: str, lead: str, empty: str, trail: tuple[Link, ...],
              lang: str, filters: tuple[str, ...]) -> Output:
    """One page of a list."""
    rows, months = rows_of(edition, portion.paths), [month for _, month, _ in portion.below]
    place = portion.folder.rpartition("/")[0] if portion.folder.startswith("places/") else ""
    view = ListView(
        title, lang, lead or counted(edition, portion), rows, more_of(edition, portion),
        edition.text("In parts") if portion.month else edition.text("All, by month"), empty,
        filters_of(edition, filters, place, rows, months, portion.total),
    )
    return sheet(edition, f"{portion.folder}/index.html", "pages/paginated_lists.html", title, view,
                 trail=(*trail, Link(title, "", lang)), description=view.lead)


def by_status(edition: Edition, place: str) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """The issues of a place ("" = the site) that statistics count, by status, so that both agree; then those that they
    leave out, by reason. Each group with its key and its name; it may be empty.
    """
    groups = edition.holdings.by_status_in.get(place) or {}
    for key, label in _statuses_and_reasons(edition, place):
        yield key, label, groups.get(key, ())


def _statuses_and_reasons(edition: Edition, place: str) -> Iterator[tuple[str, str]]:
    for status in edition.library.vocabulary.terms["status"]:
        yield status, status_in(edition, place, status)
    yield "after_as_of", edition.text("Raised later")
    yield "draft", edition.text("Drafts, not counted")
    yield "duplicate", edition.text("Repeats of another issue")


def counted(edition: Edition, portion: Portion) -> str:
    """How many records the list holds, and which of them stand here."""
    if portion.below and portion.paths:
        total, shown = edition.number(portion.total), edition.number(len(portion.paths))
        return edition.text("{total} records; the newest {shown} stand here.", total=total, shown=shown)
    return edition.plural("{n} record.", "{n} records.", portion.total) if portion.total else ""


def more_of(edition: Edition, portion: Portion) -> tuple[Link, ...]:
    """The links to the pages below a list's page, each with how many records it holds."""
    return tuple(
        Link(edition.text("{name} ({n})", name=month_in_words(edition, month) if month else
                          edition.text("Part {part}", part=folder.rpartition("/")[2].upper()),
                          n=edition.number(number)), f"{folder}/index.html")
        for folder, month, number in portion.below
    )


def month_in_words(edition: Edition, month: str) -> str:
    """`2025-09` as a month, `unknown` in words."""
    return edition.text("month not known") if month == "unknown" else edition.language.month(month)
