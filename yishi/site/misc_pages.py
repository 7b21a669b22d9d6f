"""Free pages of text, how the pages can be read, withheld records, and the page for addresses that do not exist."""

from msgspec import Struct

from ..core.outputs import Output
from ..core.traditional import CONVERSION_SOURCES, create_converter, mark_unconverted
from ..model.language import get_language
from ..model.paths import get_record_url
from ..model.problems import Problem, describe_problem
from .layout import ACCESSIBILITY_PAGE, build_page, get_base_path, get_language_prefix
from .page_context import Link, LocalizedText, PageContext, get_conversion
from .record_parts import build_record_parts


class NotFoundText(Struct, frozen=True):
    """The text of the not-found page in one language."""

    lang: str
    title: str
    text: str
    home_label: str
    href: str


def build_free_page(context: PageContext, path: str) -> Output:
    """The free page at `path`."""
    view = build_record_parts(context, path, context.library.pages[path], ())
    return build_page(context, get_record_url(path), "pages/free_page.html", view.title.text, view,
                      description=view.summary.text if view.summary else "",
                      trail=(Link(view.title.text, "", view.title.lang),))


def build_accessibility_page(context: PageContext) -> Output:
    """Who can read the pages how, and whom to tell of a barrier; the view leads to where local matters are raised."""
    title = context.text("Accessibility and contact")
    return build_page(context, ACCESSIBILITY_PAGE, "pages/accessibility.html", title,
                      Link(context.text("Places"), "places/index.html"), trail=(Link(title),))


def build_problems_page(context: PageContext, problems: tuple[Problem, ...]) -> Output:
    """The page of withheld records: the location and the text of each problem."""
    title = context.text("Not published")
    withheld = tuple((f"{problem.path}:{problem.line}", _problem_text(context, problem)) for problem in problems)
    return build_page(context, "problems/index.html", "pages/problems.html", title, withheld, trail=(Link(title),))


def _problem_text(context: PageContext, problem: Problem) -> LocalizedText:
    """The message of a problem; it quotes the typed text, so it is never converted between scripts."""
    tag = context.language.tag
    return LocalizedText(mark_unconverted(tag, describe_problem(problem, context.language)),
                         CONVERSION_SOURCES.get(tag, ""))


def build_not_found_page(context: PageContext) -> Output:
    """404.html, in every language of the site.

    It must work at any address, so its links begin with the path of the base URL.
    """
    root = get_base_path(context.base_url)
    greetings = tuple(_not_found_text(context, tag, root) for tag in context.library.site.languages)
    return build_page(context, "404.html", "pages/missing.html", greetings[0].title, greetings, root=root)


def _not_found_text(context: PageContext, tag: str, root: str) -> NotFoundText:
    own = get_language(tag)
    conversion = get_conversion(context.library.site, tag)
    texts = (own.text("There is no page here"),
             own.text("The address may be mistyped, or the page may have moved. From the front page you can find "
                      "every place and every issue."), own.text("To the front page"))
    title, explained, home = map(create_converter(conversion), texts) if conversion else texts
    return NotFoundText(tag, title, explained, home, f"{root}{get_language_prefix(context, tag)}index.html")
