"""The free pages."""

from collections.abc import Iterator

from msgspec import Struct

from ..core.outputs import Output, Plan
from ..model.paths import url_of
from .edition import Edition, Link, Words, body_of, name_of, summary_of
from .shell import planned, root_of, sheet


class PageView(Struct, frozen=True):
    """A free page."""

    title: Words
    summary: Words | None
    body: Words | None


def free_pages(edition: Edition) -> Iterator[Plan]:
    """The page of every free page."""
    for path in edition.library.pages:
        yield planned(edition, url_of(path), free_page, path)


def free_page(edition: Edition, path: str) -> Output:
    """The free page at `path`."""
    page = edition.library.pages[path]
    name, summary = name_of(edition, page), summary_of(edition, page)
    view = PageView(name, summary, body_of(edition, path, page, root_of(url_of(path))))
    return sheet(edition, url_of(path), "pages/free_page.html", name.text, view,
                 description=summary.text if summary else "", trail=(Link(name.text, "", name.lang),))
