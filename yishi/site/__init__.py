"""Library + statistics → plans of the HTML pages of the site, each with exactly what it shows, in every language."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace

from ..core.outputs import Plan
from ..core.traditional import SOURCES
from ..model.language import language
from ..model.problems import Problem
from .activities import activity_pages
from .activity_lists import practice_lists
from .amends import change_page, correction_page, withdrawn_page, withdrawn_pages
from .book import Book, book_of
from .case import CaseView, case_pages
from .content_model import content_model_page
from .counts import lines_of, statistic_pages
from .data import data_pages
from .due import due_pages
from .edition import Edition
from .free_page import free_pages
from .frozen import frozen_file, frozen_of, frozen_pages
from .gaps import gap_pages
from .guide import guide_page
from .home import home_page
from .indexes import index_pages
from .issue import IssueView, issue_pages
from .location import LocationView, location_pages
from .method import method_pages
from .others import missing_page, problem_page
from .place import place_pages
from .report import report_pages
from .rows import edition_of
from .search import search_page
from .shell import CHANGES, CONTENT_MODEL, GUIDE, SEARCH, SUBMIT, Sheet, Shell, planned
from .sources import source_page
from .submit import submit_page
from .teaching import SheetView, sheet_pages
from .wall import wall_pages
from .year import year_pages

__all__ = ["KEPT", "Book", "Edition", "Sheet", "Shell", "book_of", "edition_of", "frozen_file",
           "frozen_of", "lines_of", "pages", "withdrawn_page"]


KEPT: Mapping[str, type[Struct]] = {
    "pages/issue.html": IssueView, "pages/case.html": CaseView, "pages/discussion_sheet.html": SheetView,
    "pages/location.html": LocationView}
"""Template → the views it is given, of the pages of which there are very many: what they show is worth keeping."""


def pages(book: Book, *, base_url: str, problems: Sequence[Problem] = (), search: bool = True,
          past: bool = False, revision: str = "", guides: Mapping[str, str] = MappingProxyType({}),
          content_model: str = "") -> Iterator[Plan]:
    """The plan of every page in every language; the first language stands at the root, others below their tag.

    `base_url` is "" if the site has none. `problems` are those of withheld records; where there are any, a page names
    them. Without `search` there is no search page, without `past` none of changes. `revision`: what the
    state of the records is called; `guides`: language → the guide for writers, as Markdown; `content_model`: the
    specification, as Markdown.
    """
    for tag in book.library.site.languages:
        guide = guides.get(SOURCES.get(tag, tag), "")
        edition = replace(edition_of(book, language(tag), base_url), has_search=search, has_past=past,
                          has_guide=bool(guide), has_content_model=bool(content_model))
        yield from _pages(edition, problems, revision)
        if search:
            yield planned(edition, SEARCH, search_page)
        if past:
            yield planned(edition, CHANGES, change_page)
        if guide:
            yield planned(edition, GUIDE, guide_page, guide)
        if content_model:
            yield planned(edition, CONTENT_MODEL, content_model_page, content_model)
        if book.library.site.submit:
            yield planned(edition, SUBMIT, submit_page)
        if tag == edition.first:
            yield planned(edition, "404.html", missing_page)


def _pages(edition: Edition, problems: Sequence[Problem], revision: str) -> Iterator[Plan]:
    yield planned(edition, "index.html", home_page)
    yield from place_pages(edition)
    yield from report_pages(edition)
    yield from year_pages(edition)
    yield from due_pages(edition)
    yield from issue_pages(edition)
    yield from case_pages(edition)
    yield from sheet_pages(edition)
    yield from location_pages(edition)
    yield from method_pages(edition)
    yield from index_pages(edition)
    yield from wall_pages(edition)
    yield from statistic_pages(edition, revision)
    yield from frozen_pages(edition)
    yield from _practice(edition)
    yield planned(edition, "sources/index.html", source_page)
    yield planned(edition, "corrections/index.html", correction_page)
    yield from withdrawn_pages(edition)
    yield from data_pages(edition)
    yield from free_pages(edition)
    if problems:
        yield planned(edition, "problems/index.html", problem_page, tuple(problems))


def _practice(edition: Edition) -> Iterator[Plan]:
    """The pages of what is done around the issues."""
    yield from practice_lists(edition)
    yield from activity_pages(edition)
    yield from gap_pages(edition)
