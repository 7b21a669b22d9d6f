"""Library + statistics → plans of the HTML pages of the site, each with exactly what it shows, in every language."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace

from ..core.outputs import OutputPlan
from ..core.traditional import CONVERSION_SOURCES
from ..model.language import get_language
from ..model.problems import Problem
from .content_model import build_content_model_page
from .guide import build_guide_page
from .layout import (
    CHANGES_PAGE,
    CONTENT_MODEL_PAGE,
    GUIDE_PAGE,
    SEARCH_PAGE,
    SUBMIT_PAGE,
    PageFrame,
    PageModel,
    plan_page,
)
from .lists.activity_lists import plan_activity_lists
from .lists.corrections import build_changes_page, build_corrections_page, build_withdrawal_page, plan_withdrawal_pages
from .lists.data import plan_data_pages
from .lists.issue_indexes import plan_index_pages
from .lists.obligations import plan_obligation_pages
from .lists.search_page import build_search_page
from .lists.sources import build_sources_page
from .lists.wall import plan_wall_pages
from .misc_pages import build_not_found_page, build_problems_page
from .numbers.snapshots import build_snapshot_file, plan_snapshot_pages, take_snapshot
from .numbers.statistic_pages import explain_statistic, plan_statistic_pages
from .page_context import PageContext
from .places.gaps import plan_gap_pages
from .places.home import build_home_page
from .places.place import plan_place_pages
from .places.report_card import plan_report_cards
from .places.year import plan_year_pages
from .record_rows import build_page_context
from .records.activity_pages import plan_activity_pages
from .records.case import CaseView, plan_case_pages
from .records.discussion_sheet import DiscussionSheetView, plan_discussion_sheets
from .records.free_page import plan_free_pages
from .records.issue import IssueView, plan_issue_pages
from .records.location import LocationView, plan_location_pages
from .records.method import plan_method_pages
from .site_data import SiteData, build_site_data
from .submit_form import build_submit_page

__all__ = [
    "CACHED_VIEWS",
    "PageContext",
    "PageFrame",
    "PageModel",
    "SiteData",
    "build_page_context",
    "build_site_data",
    "build_snapshot_file",
    "build_withdrawal_page",
    "explain_statistic",
    "plan_site",
    "take_snapshot",
]


CACHED_VIEWS: Mapping[str, type[Struct]] = {
    "pages/issue.html": IssueView, "pages/case.html": CaseView, "pages/discussion_sheet.html": DiscussionSheetView,
    "pages/location.html": LocationView}
"""Template → the views it is given, of the pages of which there are very many: what they show is worth keeping."""


def plan_site(book: SiteData, *, base_url: str, problems: Sequence[Problem] = (), search: bool = True,
              past: bool = False, revision: str = "", guides: Mapping[str, str] = MappingProxyType({}),
              content_model: str = "") -> Iterator[OutputPlan]:
    """The plan of every page in every language; the first language stands at the root, others below their tag.

    `base_url` is "" if the site has none. `problems` are those of withheld records; where there are any, a page names
    them. Without `search` there is no search page, without `past` none of changes. `revision`: what the
    state of the records is called; `guides`: language → the guide for writers, as Markdown; `content_model`: the
    specification, as Markdown.
    """
    for tag in book.library.site.languages:
        guide = guides.get(CONVERSION_SOURCES.get(tag, tag), "")
        edition = replace(build_page_context(book, get_language(tag), base_url), has_search=search, has_change_log=past,
                          has_guide=bool(guide), has_content_model=bool(content_model))
        yield from _plan_language(edition, problems, revision)
        if search:
            yield plan_page(edition, SEARCH_PAGE, build_search_page)
        if past:
            yield plan_page(edition, CHANGES_PAGE, build_changes_page)
        if guide:
            yield plan_page(edition, GUIDE_PAGE, build_guide_page, guide)
        if content_model:
            yield plan_page(edition, CONTENT_MODEL_PAGE, build_content_model_page, content_model)
        if book.library.site.submit:
            yield plan_page(edition, SUBMIT_PAGE, build_submit_page)
        if tag == edition.first_language:
            yield plan_page(edition, "404.html", build_not_found_page)


def _plan_language(edition: PageContext, problems: Sequence[Problem], revision: str) -> Iterator[OutputPlan]:
    yield plan_page(edition, "index.html", build_home_page)
    yield from plan_place_pages(edition)
    yield from plan_report_cards(edition)
    yield from plan_year_pages(edition)
    yield from plan_obligation_pages(edition)
    yield from plan_issue_pages(edition)
    yield from plan_case_pages(edition)
    yield from plan_discussion_sheets(edition)
    yield from plan_location_pages(edition)
    yield from plan_method_pages(edition)
    yield from plan_index_pages(edition)
    yield from plan_wall_pages(edition)
    yield from plan_statistic_pages(edition, revision)
    yield from plan_snapshot_pages(edition)
    yield from _plan_activities(edition)
    yield plan_page(edition, "sources/index.html", build_sources_page)
    yield plan_page(edition, "corrections/index.html", build_corrections_page)
    yield from plan_withdrawal_pages(edition)
    yield from plan_data_pages(edition)
    yield from plan_free_pages(edition)
    if problems:
        yield plan_page(edition, "problems/index.html", build_problems_page, tuple(problems))


def _plan_activities(edition: PageContext) -> Iterator[OutputPlan]:
    """The pages of what is done around the issues."""
    yield from plan_activity_lists(edition)
    yield from plan_activity_pages(edition)
    yield from plan_gap_pages(edition)
