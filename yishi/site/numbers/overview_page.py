"""The numbers of the site or of a place on one page: three questions, the charts, then every statistic."""


from msgspec import Struct

from ...core.outputs import Output
from ..download_links import describe_tables
from ..format_stat import StatSummary, build_stat_summaries
from ..layout import build_breadcrumbs, build_page, join_place_path
from ..page_context import Link, PageContext, link_to_record
from .charts import Charts, build_charts
from .review_questions import ReviewQuestion, build_review_questions


class OverviewView(Struct, frozen=True):
    """Every statistic of the site or of a place: those that are drawn stand in `pictures`, the others in `figures`, and
    apart from them, by their names, those with nothing to count yet."""

    scope: Link | None
    anchor: str
    questions: tuple[ReviewQuestion, ...]
    charts: Charts
    statistics: tuple[StatSummary, ...]
    empty_statistics: tuple[StatSummary, ...]
    revision: str


def build_overview_page(edition: PageContext, place: str, revision: str = "") -> Output:
    """All statistics of a place ("" = the site); `revision`: that of the site, "" = not known."""
    scope = link_to_record(edition, place)
    title = edition.text("Statistics of {place}", place=scope.text) if scope else edition.text("Statistics")
    return build_page(edition, join_place_path(place, "statistics/index.html"), "pages/overview_page.html", title,
                      build_overview_view(edition, place, scope, revision),
                      description=edition.text(
                          "Every number is counted from the public records on this site; each leads to "
                          "how it is counted and to the records behind it."),
                      about=describe_tables(edition, join_place_path(place, "statistics/index.html"),
                                            "data/statistics.csv"),
                      trail=build_breadcrumbs(edition, place, Link(title)) if scope else (Link(title),))


def build_overview_view(edition: PageContext, scope: str, place: Link | None, revision: str) -> OverviewView:
    """The statistics of a place ("" = the site)."""
    figures, pictures = build_stat_summaries(edition, scope), build_charts(edition, scope)
    told = tuple(figure for figure in figures if not figure.is_empty)
    return OverviewView(place, scope or "site", build_review_questions(edition, scope) if told else (), pictures,
                        tuple(figure for figure in told if figure.key not in pictures.drawn_statistics),
                        tuple(figure for figure in figures if figure.is_empty), revision)
