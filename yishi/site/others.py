"""The pages of the withheld records, and the one for dead addresses."""


from msgspec import Struct

from ..core.outputs import Output
from ..core.traditional import SOURCES, as_written, converter
from ..model.language import language
from ..model.problems import Problem, describe
from .edition import Edition, Link, Words, conversion_of
from .shell import path_of_base, prefix_of, sheet


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
