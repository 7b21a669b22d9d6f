"""The wall: which notes hang on it on a day, of the site, of a place, and as it was when an event took place."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from ..outputs import Output, Plan
from ..progress import Progress
from .edition import SHAPES, Edition, Link, Row, link_to
from .holdings import raised_by
from .rows import with_status
from .shell import page_of, planned, sheet, trail_to

WALL_DAYS = 90
"""So long a matter stays on the wall after it was closed."""

WALL_NOTES = 200
"""So many notes hang in one column of the wall; the list holds the rest."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A note: the issue as it stood on the day of the wall; `now`, where it stands elsewhere by now."""

    row: Row
    now: Row | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the wall: its notes, and how many more the list holds; `empty` stands where there is no note."""

    label: str
    shape: str
    papers: tuple[Paper, ...]
    more: Link | None
    empty: str


@dataclass(frozen=True, slots=True)
class WallView:
    """The wall of the site or of a place."""

    title: str
    place: Link | None
    columns: tuple[Column, ...]


def wall_pages(edition: Edition) -> Iterator[Plan]:
    """The wall of the site, and of every place."""
    for place in ("", *edition.library.places):
        yield planned(edition, page_of(place, "wall/index.html"), wall_page, place)


def wall_page(edition: Edition, place: str) -> Output:
    """The wall of a place ("" = the site)."""
    scope, held = link_to(edition, place), edition.holdings
    title = edition.text("Wall of {place}", place=scope.text) if scope else edition.text("Wall")
    issues = held.issues_in.get(place, ()) if scope else held.issues
    columns = tuple(columns_on(edition, edition.as_of, issues, edition.progress, place))
    return sheet(edition, page_of(place, "wall/index.html"), "pages/wall.html", title, WallView(title, scope, columns),
                 trail=trail_to(edition, place, Link(title)) if scope else (Link(title),))


def columns_on(edition: Edition, day: date, issues: Iterable[str], progress: Mapping[str, Progress],
               place: str) -> Iterator[Column]:
    """The wall of a place ("" = the site) on `day`: those of the issues that hang on it, by status.

    `progress`: where each stood on that day.
    """
    raised = raised_by(edition.library, issues, day)
    for status in edition.library.vocabulary.terms["status"]:
        at_status = [path for path in raised if progress[path].status == status]
        hanging = [path for path in at_status if _hangs(progress[path], day)]
        papers = tuple(paper_of(edition, path, progress[path]) for path in hanging[:WALL_NOTES])
        over = len(hanging) - WALL_NOTES
        more = _more(edition, over, f"{place}/issues" if place else f"status/{status}") if over > 0 else None
        yield Column(edition.label("status", status), SHAPES[status], papers, more,
                     "" if papers else _why_empty(edition, len(at_status)))


def _more(edition: Edition, number: int, folder: str) -> Link:
    """The list of the notes that do not fit into a column."""
    return Link(edition.text("{n} more in the list", n=edition.number(number)), f"{folder}/index.html")


def _why_empty(edition: Edition, earlier: int) -> str:
    """What stands in a column without notes; `earlier`: so many were closed before its days."""
    if not earlier:
        return edition.text("No note")
    return edition.plural("No note from these days; {n} earlier one stands under “all issues”.",
                          "No note from these days; {n} earlier ones stand under “all issues”.", earlier)


def paper_of(edition: Edition, path: str, then: Progress) -> Paper:
    """The note of an issue as it stood, and as it stands if that is not the same."""
    row = edition.rows[path]
    return Paper(with_status(edition, row, then), row if edition.progress[path].status != then.status else None)


def _hangs(progress: Progress, day: date) -> bool:
    """Whether an issue is on the wall of `day`: open, not known further, or closed in the last days before."""
    if progress.status not in ("resolved", "closed"):
        return True
    closed = progress.resolved if progress.status == "resolved" else progress.closed
    return bool(closed and closed.latest and closed.latest >= day - timedelta(WALL_DAYS))
