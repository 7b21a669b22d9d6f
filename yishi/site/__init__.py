"""Build the HTML pages: take the library and its statistics, yield one plan for each page and language."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace

from ..core.files import FontFile
from ..core.outputs import Output, OutputPlan
from ..core.traditional import CONVERSION_SOURCES
from ..model.language import get_language
from ..model.paths import get_record_url
from ..model.problems import Problem
from .documents import build_guide_page, plan_content_model_pages
from .download_links import DATA_PAGE, DICTIONARY_PAGE
from .layout import (
    ACCESSIBILITY_PAGE,
    CHANGES_PAGE,
    COMPARE_PAGE,
    COMPARE_TABLE,
    GUIDE_PAGE,
    SEARCH_PAGE,
    SUBMIT_PAGE,
    PageFrame,
    PageModel,
    get_group_page,
    get_group_table,
    join_place_path,
    plan_page,
)
from .lists.corrections import build_changes_page, build_corrections_page, build_withdrawal_page
from .lists.data import DATA_FILES, build_data_page, build_dictionary_page
from .lists.issue_indexes import plan_index_pages
from .lists.kind_lists import plan_kind_lists
from .lists.obligations import build_obligations_page
from .lists.search_page import build_search_page
from .lists.sources import build_sources_page
from .lists.wall import WALL_FOLDERS, build_wall_page
from .lists.week import WEEK_PAGE, build_week_page
from .look import plan_look
from .misc_pages import build_accessibility_page, build_free_page, build_not_found_page, build_problems_page
from .numbers.comparison import (
    build_comparison_page,
    build_comparison_table,
    build_group_page,
    build_group_table,
)
from .numbers.overview_page import build_overview_page
from .numbers.snapshots import (
    SNAPSHOTS_FOLDER,
    build_snapshot_file,
    build_snapshot_page,
    build_snapshots_page,
    get_snapshot_file,
    take_snapshot,
)
from .numbers.statistic_pages import build_statistic_page, explain_statistic
from .page_context import PageContext
from .places.gaps import build_gaps_page
from .places.home import build_home_page
from .places.map import MAP_PAGE, build_map_page, list_mapped_places
from .places.objections import OBJECTIONS_PAGE, build_objections_page
from .places.place import build_place_page, build_places_page
from .places.report_card import REPORT_CARDS_PAGE, build_report_card, build_report_cards
from .places.year import build_year_page
from .qr_codes import build_qr_code, get_qr_path
from .record_rows import build_page_context
from .records.case import CaseView
from .records.discussion_sheet import DiscussionSheetView, build_discussion_sheet
from .records.issue import IssueView
from .records.location import LocationView, plan_location_pages
from .records.method import build_methods_page, plan_method_pages
from .records.record_pages import VIEWS, build_record_page
from .share_cards import plan_share_cards
from .site_data import SiteData, build_site_data
from .submit_form import RULES_SCRIPT, WORKER_SCRIPT, build_submit_page, build_submit_rules, build_submit_worker

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

SITE_PAGES: Mapping[str, Callable[[PageContext], Output]] = {
    "index.html": build_home_page, "places/index.html": build_places_page, "methods/index.html": build_methods_page,
    "sources/index.html": build_sources_page, "corrections/index.html": build_corrections_page,
    f"{SNAPSHOTS_FOLDER}/index.html": build_snapshots_page, DICTIONARY_PAGE: build_dictionary_page,
    ACCESSIBILITY_PAGE: build_accessibility_page}
"""Path → function that builds the page, for the pages that every site has once in each language."""

PLACE_PAGES: Mapping[str, Callable[[PageContext, str], Output]] = {
    "index.html": build_place_page, "report/index.html": build_report_card, "due/index.html": build_obligations_page,
    "statistics/index.html": build_overview_page, WEEK_PAGE: build_week_page}
"""Path below a place → function that builds the page, for the pages of every place."""


def plan_site(site_data: SiteData, *, base_url: str, problems: Sequence[Problem] = (), search: bool = True,
              has_change_log: bool = False, revision: str = "", guides: Mapping[str, str] = MappingProxyType({}),
              content_model: str = "", card_font: FontFile | None = None) -> Iterator[OutputPlan]:
    """The plan of every page in every language. The first language is at the site root, the others in folders.

    `base_url` is "" if the site has none. `problems` are those of withheld records; if there are any, a page lists
    them. The search page is built only with `search`, the page of recent changes only with `has_change_log`. `revision`
    identifies the state of the records, `guides` maps a language to the guide for writers (Markdown), and
    `content_model` is the specification (Markdown). Share cards are drawn with `card_font`.
    """
    yield from plan_look(site_data)
    for tag in site_data.library.site.languages:
        guide = guides.get(CONVERSION_SOURCES.get(tag, tag), "")
        context = replace(build_page_context(site_data, get_language(tag), base_url), has_search=search,
                          has_change_log=has_change_log, has_guide=bool(guide), has_content_model=bool(content_model),
                          card_font=card_font if base_url else None)
        yield from _plan_optional_pages(context, guide, content_model, problems)
        yield from _plan_site_pages(context, revision)
        yield from _plan_place_pages(context)
        yield from _plan_records(context)
        yield from plan_location_pages(context)
        yield from plan_method_pages(context)
        yield from plan_kind_lists(context)
        yield from plan_index_pages(context)
        yield from plan_share_cards(context)


def _plan_optional_pages(context: PageContext, guide: str, content_model: str,
                         problems: Sequence[Problem]) -> Iterator[OutputPlan]:
    if context.has_search:
        yield plan_page(context, SEARCH_PAGE, build_search_page)
    if context.has_change_log:
        yield plan_page(context, CHANGES_PAGE, build_changes_page)
    if guide:
        yield plan_page(context, GUIDE_PAGE, build_guide_page, guide)
    if content_model:
        yield from plan_content_model_pages(context, content_model)
    if context.library.site.submit:
        yield plan_page(context, SUBMIT_PAGE, build_submit_page)
        yield plan_page(context, RULES_SCRIPT, build_submit_rules)
        yield plan_page(context, WORKER_SCRIPT, build_submit_worker)
    if context.language.tag == context.first_language:
        yield plan_page(context, "404.html", build_not_found_page)
    if problems:
        yield plan_page(context, "problems/index.html", build_problems_page, tuple(problems))


def _plan_site_pages(context: PageContext, revision: str) -> Iterator[OutputPlan]:
    for path, build in SITE_PAGES.items():
        yield plan_page(context, path, build)
    yield plan_page(context, "due/index.html", build_obligations_page, "")
    yield plan_page(context, WEEK_PAGE, build_week_page, "")
    yield plan_page(context, "statistics/index.html", build_overview_page, "", revision)
    for key in context.statistics.scopes.get("", {}):
        yield plan_page(context, f"statistics/{key}/index.html", build_statistic_page, key)
    yield replace(plan_page(context, DATA_PAGE, build_data_page), measures=DATA_FILES)
    for name in context.site_data.snapshots:
        yield replace(plan_page(context, f"{SNAPSHOTS_FOLDER}/{name}/index.html", build_snapshot_page, name),
                      measures=(get_snapshot_file(name),))


def _plan_place_pages(context: PageContext) -> Iterator[OutputPlan]:
    """The pages of each place; walls, objections and comparisons also for the site; years, gaps and objections only
    for places that have some, comparisons for those with places below."""
    for place in context.library.places:
        for path, build in PLACE_PAGES.items():
            yield plan_page(context, f"{place}/{path}", build, place)
        for year in context.record_lists.years_of.get(place) or ():
            yield plan_page(context, f"{place}/{year}/index.html", build_year_page, place, year)
        if place in context.record_lists.places_with_gaps:
            yield plan_page(context, f"{place}/gaps/index.html", build_gaps_page, place)
        if context.library.children.get(place):
            yield plan_page(context, f"{place}/{REPORT_CARDS_PAGE}", build_report_cards, place)
        yield from _plan_qr_code(context, f"{place}/report")
    for place in list_mapped_places(context):
        yield plan_page(context, f"{place}/{MAP_PAGE}", build_map_page, place)
    for place in ("", *context.library.places):
        yield from _plan_qr_code(context, join_place_path(place, "wall"))
        if not place or context.record_lists.objected_issues_in.get(place):
            yield plan_page(context, join_place_path(place, OBJECTIONS_PAGE), build_objections_page, place)
        if not place or context.library.children.get(place):
            yield plan_page(context, join_place_path(place, COMPARE_PAGE), build_comparison_page, place)
            yield from _plan_once(context, join_place_path(place, COMPARE_TABLE), build_comparison_table, place)
        for columns, folder in WALL_FOLDERS.items():
            yield plan_page(context, join_place_path(place, f"{folder}/index.html"), build_wall_page, place, columns)


def _plan_once(context: PageContext, path: str, make: Callable[..., Output], *args: str | int) -> Iterator[OutputPlan]:
    """The plan of a file for machines, which the pages of all languages share."""
    if context.language.tag == context.first_language:
        yield plan_page(context, path, make, *args)


def _plan_qr_code(context: PageContext, folder: str) -> Iterator[OutputPlan]:
    if path := get_qr_path(context, folder):
        yield plan_page(context, path, build_qr_code, f"{folder}/index.html")


def _plan_records(context: PageContext) -> Iterator[OutputPlan]:
    """The pages of issues, cases and activities, of free pages, and of withdrawn records."""
    library = context.library
    for kind in VIEWS:
        for path in library.of_kind(kind):
            yield plan_page(context, get_record_url(path), build_record_page, path, kind)
    for path, event in library.events.items():
        for number in range(1, len(event.groups) + 1):
            yield plan_page(context, get_group_page(path, number), build_group_page, path, number)
            yield from _plan_once(context, get_group_table(path, number), build_group_table, path, number)
    for path in library.cases:
        yield plan_page(context, f"{path}/sheet/index.html", build_discussion_sheet, path)
    for path in library.pages:
        yield plan_page(context, get_record_url(path), build_free_page, path)
    for path, withdrawal in library.withdrawn.items():
        yield replace(plan_page(context, get_record_url(withdrawal.path), build_withdrawal_page, path),
                      origin="withdrawn.yaml")
