"""The pages of the withheld records, and the one for dead addresses."""


from msgspec import Struct

from ..core.outputs import Output
from ..core.traditional import CONVERSION_SOURCES, create_converter, mark_unconverted
from ..model.language import get_language
from ..model.problems import Problem, describe_problem
from .layout import build_page, get_base_path, get_language_prefix
from .page_context import Link, LocalizedText, PageContext, get_conversion


class WithheldRecordView(Struct, frozen=True):
    """A record that is not published, and what is wrong with it."""

    location: str
    problem: LocalizedText


class ProblemsView(Struct, frozen=True):
    """The records that are not published because something is wrong in their files."""

    withheld: tuple[WithheldRecordView, ...]


class NotFoundText(Struct, frozen=True):
    """What the page for addresses that lead nowhere says in one language."""

    lang: str
    title: str
    text: str
    home_label: str
    href: str


class NotFoundView(Struct, frozen=True):
    """The page for addresses that lead nowhere, in every language of the site."""

    texts: tuple[NotFoundText, ...]


def build_problems_page(edition: PageContext, problems: tuple[Problem, ...]) -> Output:
    """The page of the records that are withheld."""
    title = edition.text("Not published")
    withheld = tuple(WithheldRecordView(f"{one.path}:{one.line}", _problem_text(edition, one)) for one in problems)
    return build_page(edition, "problems/index.html", "pages/problems.html", title, ProblemsView(withheld),
                      trail=(Link(title),))


def _problem_text(edition: PageContext, problem: Problem) -> LocalizedText:
    """What is wrong; it quotes what was typed, so it is never converted."""
    tag = edition.language.tag
    return LocalizedText(mark_unconverted(tag, describe_problem(problem, edition.language)),
                         CONVERSION_SOURCES.get(tag, ""))


def build_not_found_page(edition: PageContext) -> Output:
    """404.html: it must work at any address, so its links begin with the path of the base URL."""
    root = get_base_path(edition.base_url)
    greetings = tuple(_not_found_text(edition, tag, root) for tag in edition.library.site.languages)
    return build_page(edition, "404.html", "pages/missing.html", greetings[0].title, NotFoundView(greetings), root=root)


def _not_found_text(edition: PageContext, tag: str, root: str) -> NotFoundText:
    own, conversion = get_language(tag), get_conversion(edition.library.site, tag)
    said = (own.text("There is no page here"),
            own.text("The address may be mistyped, or the page may have moved. From the front page you can find "
                     "every place and every issue."),
            own.text("To the front page"))
    title, explained, home = map(create_converter(conversion), said) if conversion else said
    return NotFoundText(tag, title, explained, home, f"{root}{get_language_prefix(edition, tag)}index.html")
