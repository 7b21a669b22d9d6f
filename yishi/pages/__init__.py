"""Library + statistics → the HTML pages of the site, each with exactly what it shows, in every language."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from ..language import language
from ..library import Library
from ..outputs import Output
from ..problems import Problem
from ..progress import Progress
from ..statistics import Statistics
from .case import case_pages, location_pages, method_pages
from .counts import statistic_pages
from .due import due_pages
from .edition import Edition
from .event import event_pages
from .forum import forum_pages
from .gaps import gap_pages
from .holdings import Holdings, holdings_of
from .home import home_page
from .indexes import index_pages
from .issue import issue_pages
from .meeting import meeting_pages
from .others import free_pages, missing_page, problem_page, source_page
from .place import place_pages
from .plan import plan_pages
from .practice import practice_lists
from .register import register_pages
from .report import report_pages
from .review import review_pages
from .rows import edition_of
from .search import search_page
from .shell import Sheet
from .similar import similar_cases
from .teaching import sheet_pages
from .wall import wall_pages

__all__ = ["Holdings", "Sheet", "holdings_of", "pages"]


def pages(library: Library, progress: Mapping[str, Progress], statistics: Statistics, holdings: Holdings, *,
          base_url: str, problems: Sequence[Problem] = (), search: bool = True) -> Iterator[Output]:
    """Every page in every language of the site; the first language stands at the root, others below their tag.

    `progress`: issue path → where it stands. `base_url` is "" if the site has none. `problems` are those of withheld
    records; where there are any, a page names them. Without `search` there is no search page.
    """
    for tag in library.site.languages:
        edition = replace(edition_of(library, progress, statistics, holdings, language(tag), base_url),
                          has_search=search)
        yield from _pages(edition, problems)
        if search:
            yield search_page(edition)
        if tag == edition.first:
            yield missing_page(edition)


def _pages(edition: Edition, problems: Sequence[Problem]) -> Iterator[Output]:
    similar = similar_cases(edition)
    yield home_page(edition)
    yield from place_pages(edition)
    yield from report_pages(edition)
    yield from due_pages(edition)
    yield from issue_pages(edition)
    yield from case_pages(edition, similar)
    yield from sheet_pages(edition, similar)
    yield from location_pages(edition)
    yield from method_pages(edition)
    yield from index_pages(edition)
    yield from wall_pages(edition)
    yield from statistic_pages(edition)
    yield from _practice(edition)
    yield source_page(edition)
    yield from free_pages(edition)
    if problems:
        yield problem_page(edition, problems)


def _practice(edition: Edition) -> Iterator[Output]:
    """The pages of what is done around the issues."""
    yield from practice_lists(edition)
    yield from forum_pages(edition)
    yield from meeting_pages(edition)
    yield from event_pages(edition)
    yield from review_pages(edition)
    yield from plan_pages(edition)
    yield from register_pages(edition)
    yield from gap_pages(edition)
