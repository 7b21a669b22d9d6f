"""Build the HTML pages: take the library and its statistics, yield one plan for each page and language."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace

from ..core.outputs import OutputPlan
from ..core.traditional import CONVERSION_SOURCES
from ..model.language import get_language
from ..model.problems import Problem
from .documents import build_content_model_page, build_guide_page
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
from .misc_pages import build_not_found_page, build_problems_page, plan_free_pages
from .numbers.snapshots import build_snapshot_file, plan_snapshot_pages, take_snapshot
from .numbers.statistic_pages import explain_statistic, plan_statistic_pages
from .page_context import PageContext
from .places.gaps import plan_gap_pages
from .places.home import build_home_page
from .places.place import plan_place_pages
from .places.report_card import plan_report_cards
from .places.year import plan_year_pages
from .record_rows import build_page_context
from .records.case import CaseView
from .records.discussion_sheet import DiscussionSheetView, plan_discussion_sheets
from .records.issue import IssueView
from .records.location import LocationView, plan_location_pages
from .records.method import plan_method_pages
from .records.record_pages import plan_activity_pages, plan_record_pages
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
"""Template → view type, for the page types with very many pages; their views are cached between builds."""


def plan_site(site_data: SiteData, *, base_url: str, problems: Sequence[Problem] = (), search: bool = True,
              has_change_log: bool = False, revision: str = "", guides: Mapping[str, str] = MappingProxyType({}),
              content_model: str = "") -> Iterator[OutputPlan]:
    """Yield the plan of every page in every language. The first language is at the site root, the others in folders.

    `base_url` is "" if the site has none. `problems` are those of withheld records; if there are any, a page lists
    them. The search page is built only with `search`, the page of recent changes only with `has_change_log`. `revision`
    identifies the state of the records, `guides` maps a language to the guide for writers (Markdown), and
    `content_model` is the specification (Markdown).
    """
    for tag in site_data.library.site.languages:
        guide = guides.get(CONVERSION_SOURCES.get(tag, tag), "")
        context = replace(build_page_context(site_data, get_language(tag), base_url), has_search=search,
                          has_change_log=has_change_log, has_guide=bool(guide), has_content_model=bool(content_model))
        yield from _plan_language(context, problems, revision)
        if search:
            yield plan_page(context, SEARCH_PAGE, build_search_page)
        if has_change_log:
            yield plan_page(context, CHANGES_PAGE, build_changes_page)
        if guide:
            yield plan_page(context, GUIDE_PAGE, build_guide_page, guide)
        if content_model:
            yield plan_page(context, CONTENT_MODEL_PAGE, build_content_model_page, content_model)
        if site_data.library.site.submit:
            yield plan_page(context, SUBMIT_PAGE, build_submit_page)
        if tag == context.first_language:
            yield plan_page(context, "404.html", build_not_found_page)


def _plan_language(context: PageContext, problems: Sequence[Problem], revision: str) -> Iterator[OutputPlan]:
    yield plan_page(context, "index.html", build_home_page)
    yield from plan_place_pages(context)
    yield from plan_report_cards(context)
    yield from plan_year_pages(context)
    yield from plan_obligation_pages(context)
    yield from plan_record_pages(context, "issue")
    yield from plan_record_pages(context, "case")
    yield from plan_discussion_sheets(context)
    yield from plan_location_pages(context)
    yield from plan_method_pages(context)
    yield from plan_index_pages(context)
    yield from plan_wall_pages(context)
    yield from plan_statistic_pages(context, revision)
    yield from plan_snapshot_pages(context)
    yield from _plan_activities(context)
    yield plan_page(context, "sources/index.html", build_sources_page)
    yield plan_page(context, "corrections/index.html", build_corrections_page)
    yield from plan_withdrawal_pages(context)
    yield from plan_data_pages(context)
    yield from plan_free_pages(context)
    if problems:
        yield plan_page(context, "problems/index.html", build_problems_page, tuple(problems))


def _plan_activities(context: PageContext) -> Iterator[OutputPlan]:
    """Yield the plans of the pages about activities: forums, meetings, events, reviews, plans, registers and gaps."""
    yield from plan_activity_lists(context)
    yield from plan_activity_pages(context)
    yield from plan_gap_pages(context)
