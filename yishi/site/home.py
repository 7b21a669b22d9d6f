"""The front page: what this is, the main numbers, where one's own community is, and what moved lately."""

from collections.abc import Iterator

from msgspec import Struct

from ..core.outputs import Output
from .course import stage_names
from .download_links import to_follow
from .edition import Edition, Link, Row, Words, body_of, links_to, name_of, summary_of
from .linked import about_site
from .record import Entry
from .sentences import Count, main_numbers, sentences_on
from .shell import SEARCH, absolute, sheet

MANY_PLACES = 200
"""A site with more places shows only the topmost ones on its front page."""


CASES = 4
"""So many case studies stand there."""


class Family(Struct, frozen=True):
    """A place and the communities directly in it."""

    name: Link
    kind: str
    below: tuple[Link, ...]


class Move(Struct, frozen=True):
    """The latest dated step of an issue."""

    row: Row
    entry: Entry


class HomeView(Struct, frozen=True):
    """Everything that the front page shows."""

    title: Words
    summary: Words | None
    body: Words | None
    numbers: tuple[Link, ...]
    counts: tuple[Count, ...]
    families: tuple[Family, ...]
    moves: tuple[Move, ...]
    cases: tuple[Row, ...]
    follow: tuple[Link, ...]


def home_page(edition: Edition) -> Output:
    """The front page."""
    site = edition.library.site
    summary = summary_of(edition, site) or (Words(site.subtitle, edition.original) if site.subtitle else None)
    view = HomeView(
        title=name_of(edition, site), summary=summary, body=body_of(edition, "site", site, ""),
        numbers=sentences_on(edition, ""), counts=main_numbers(edition, ""),
        families=tuple(_families(edition)), moves=tuple(_moves(edition)),
        cases=tuple(edition.rows[path] for path in edition.holdings.cases[:CASES]), follow=to_follow(edition, ""),
    )
    return sheet(edition, "index.html", "pages/home.html", "", view, about=about_site(edition, _search(edition)),
                 description=summary.text if summary else "")


def _search(edition: Edition) -> str:
    """The address of the search page; "" where the site does not know its own, or has none."""
    return absolute(edition, edition.language.tag, SEARCH) if edition.has_search else ""


def _families(edition: Edition) -> Iterator[Family]:
    """Every place that has communities of its own, and those at the top; of very many places only the latter."""
    children, few = edition.library.children, len(edition.library.places) <= MANY_PLACES
    for path, place in edition.library.places.items():
        communities = [child for child in children.get(path, ()) if not children.get(child)] if few else []
        if communities or (path in children[""] and not (few and children.get(path))):
            kind = edition.label("place_kind", place.kind)
            yield Family(links_to(edition, [path])[0], kind, links_to(edition, communities))


def _moves(edition: Edition) -> Iterator[Move]:
    """The issues whose latest dated step is the most recent, newest first."""
    for path, number in edition.holdings.lately[""]:
        issue = edition.library.issues[path]
        entry = issue.log[number]
        yield Move(edition.rows[path], Entry(
            edition.language.when(entry.date), entry.date.exact.isoformat() if entry.date.exact else "",
            stage_names(edition, issue).get(entry.stage, Words("")), "", entry.text))
