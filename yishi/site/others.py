"""The pages beside the records': sources, free pages, withheld records, and the one for dead addresses."""

from collections.abc import Iterator

from msgspec import Struct

from ..core.outputs import Output, Plan
from ..core.traditional import SOURCES, as_written, converter
from ..model.kinds import KINDS
from ..model.language import language
from ..model.paths import SOURCE_ANCHOR, url_of
from ..model.problems import Problem, describe
from ..model.records import Reference
from .edition import Edition, Link, Words, body_of, conversion_of, links_to, name_of, summary_of
from .shell import path_of_base, planned, prefix_of, root_of, sheet

CITED = 200
"""So many records that cite a source are listed below it."""


class SourceView(Struct, frozen=True):
    """A press report or document: what is known of it, and what cites it."""

    anchor: str
    title: Words
    url: str
    facts: tuple[str, ...]
    note: str
    citing: tuple[Link, ...]
    more: str


class SourcesView(Struct, frozen=True):
    """All sources."""

    sources: tuple[SourceView, ...]


class PageView(Struct, frozen=True):
    """A free page."""

    title: Words
    summary: Words | None
    body: Words | None


class Withheld(Struct, frozen=True):
    """A record that is not published, and what is wrong with it."""

    where: str
    said: Words


class ProblemsView(Struct, frozen=True):
    """The records that are not published because something is wrong in their files."""

    withheld: tuple[Withheld, ...]


class Greeting(Struct, frozen=True):
    """What the page for addresses that lead nowhere says in one language."""

    lang: str
    title: str
    text: str
    home: str
    href: str


class MissingView(Struct, frozen=True):
    """The page for addresses that lead nowhere, in every language of the site."""

    greetings: tuple[Greeting, ...]


def source_page(edition: Edition) -> Output:
    """The page of all sources."""
    title = edition.text("Sources")
    view = SourcesView(tuple(_source(edition, path, source) for path, source in edition.library.sources.items()))
    return sheet(edition, "sources/index.html", "pages/sources.html", title, view, trail=(Link(title),))


def _source(edition: Edition, path: str, source: Reference) -> SourceView:
    citing = edition.library.named_by(path, *(f"{kind}.source" for kind in KINDS))
    over = len(citing) - CITED
    return SourceView(
        SOURCE_ANCHOR + path.rpartition("/")[2], name_of(edition, source), source.url or "",
        tuple(_bibliography(edition, source)), source.note or "", links_to(edition, citing[:CITED]),
        edition.plural("and {n} more record", "and {n} more records", over) if over > 0 else "",
    )


def _bibliography(edition: Edition, source: Reference) -> Iterator[str]:
    text, when = edition.text, edition.language.when
    yield source.publisher or text("publisher not known")
    if source.published.day:
        yield text("published {when}", when=when(source.published))
    else:
        yield text("date of publication not known")
    if source.document_no:
        yield text("document no. {number}", number=source.document_no)
    if source.accessed and source.accessed.day:
        yield text("looked up {when}", when=when(source.accessed))


def free_pages(edition: Edition) -> Iterator[Plan]:
    """The page of every free page."""
    for path in edition.library.pages:
        yield planned(edition, url_of(path), free_page, path)


def free_page(edition: Edition, path: str) -> Output:
    """The free page at `path`."""
    page = edition.library.pages[path]
    name, summary = name_of(edition, page), summary_of(edition, page)
    view = PageView(name, summary, body_of(edition, path, page, root_of(url_of(path))))
    return sheet(edition, url_of(path), "pages/page.html", name.text, view,
                 description=summary.text if summary else "", trail=(Link(name.text, "", name.lang),))


def problem_page(edition: Edition, problems: tuple[Problem, ...]) -> Output:
    """The page of the records that are withheld."""
    title = edition.text("Not published")
    withheld = tuple(Withheld(f"{one.path}:{one.line}", _said(edition, one)) for one in problems)
    return sheet(edition, "problems/index.html", "pages/problems.html", title, ProblemsView(withheld),
                 trail=(Link(title),))


def _said(edition: Edition, problem: Problem) -> Words:
    """What is wrong; it quotes what was typed, so it is never converted."""
    tag = edition.language.tag
    return Words(as_written(tag, describe(problem, edition.language)), SOURCES.get(tag, ""))


def missing_page(edition: Edition) -> Output:
    """404.html: it must work at any address, so its links begin with the path of the base URL."""
    root = path_of_base(edition.base_url)
    greetings = tuple(_greeting(edition, tag, root) for tag in edition.library.site.languages)
    return sheet(edition, "404.html", "pages/missing.html", greetings[0].title, MissingView(greetings), root=root)


def _greeting(edition: Edition, tag: str, root: str) -> Greeting:
    own, conversion = language(tag), conversion_of(edition.library.site, tag)
    said = (own.text("There is no page here"),
            own.text("The address may be mistyped, or the page may have moved. From the front page you can find "
                     "every place and every issue."),
            own.text("To the front page"))
    title, explained, home = map(converter(conversion), said) if conversion else said
    return Greeting(tag, title, explained, home, f"{root}{prefix_of(edition, tag)}index.html")
