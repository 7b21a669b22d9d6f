"""Library + statistics → the HTML pages of the site, each with exactly what it shows, in every language."""

from collections.abc import Iterator, Mapping, Sequence

from ..language import language
from ..library import Library
from ..outputs import Output
from ..problems import Problem
from ..progress import Progress
from ..statistics import Statistics
from .case import case_pages, location_pages, method_pages
from .counts import statistic_pages
from .edition import Edition, edition_of
from .holdings import holdings_of
from .home import home_page
from .indexes import index_pages, wall_pages
from .issue import issue_pages
from .others import free_pages, missing_page, problem_page, source_page
from .place import place_pages
from .shell import Sheet

__all__ = ["Sheet", "pages"]


def pages(library: Library, progress: Mapping[str, Progress], statistics: Statistics, *,
          base_url: str, problems: Sequence[Problem] = ()) -> Iterator[Output]:
    """Every page in every language of the site; the first language stands at the root, others below their tag.

    `progress`: issue path → where it stands. `base_url` is "" if the site has none. `problems` are those of withheld
    records; where there are any, a page names them.
    """
    holdings = holdings_of(library, progress)
    for tag in library.site.languages:
        edition = edition_of(library, progress, statistics, holdings, language(tag), base_url)
        yield from _pages(edition, problems)
        if tag == edition.first:
            yield missing_page(edition)


def _pages(edition: Edition, problems: Sequence[Problem]) -> Iterator[Output]:
    yield home_page(edition)
    yield from place_pages(edition)
    yield from issue_pages(edition)
    yield from case_pages(edition)
    yield from location_pages(edition)
    yield from method_pages(edition)
    yield from index_pages(edition)
    yield from wall_pages(edition)
    yield from statistic_pages(edition)
    yield source_page(edition)
    yield from free_pages(edition)
    if problems:
        yield problem_page(edition, problems)
