"""The statistics of the site or of a place on one page: three questions, the charts, then all statistics."""

from msgspec import Struct

from ...core.outputs import Output
from ..download_links import describe_tables
from ..format_stat import StatSummary, build_stat_summaries
from ..layout import build_breadcrumbs, build_page, join_place_path
from ..page_context import Link, PageContext, link_to_record
from .charts import Charts, build_charts
from .review_questions import ReviewQuestion, build_review_questions


class OverviewView(Struct, frozen=True):
    """All statistics of the site or of a place.

    `questions` and `charts` show some of them, `statistics` has the others; `empty_statistics` are the names of those
    with nothing to count yet.
    """

    scope: Link | None
    anchor: str
    questions: tuple[ReviewQuestion, ...]
    charts: Charts
    statistics: tuple[StatSummary, ...]
    empty_statistics: tuple[StatSummary, ...]
    revision: str


def build_overview_page(context: PageContext, place: str, revision: str = "") -> Output:
    """The overview of a place ("" = the site); `revision`: that of the site, "" = not known."""
    scope = link_to_record(context, place)
    title = context.text("Statistics of {place}", place=scope.text) if scope else context.text("Statistics")
    return build_page(context, join_place_path(place, "statistics/index.html"), "pages/overview_page.html", title,
                      build_overview_view(context, place, scope, revision),
                      description=context.text(
                          "Every number is counted from the public records on this site; each leads to "
                          "how it is counted and to the records behind it."),
                      about=describe_tables(context, join_place_path(place, "statistics/index.html"),
                                            "data/statistics.csv"),
                      trail=build_breadcrumbs(context, place, Link(title)))


def build_overview_view(context: PageContext, scope: str, place: Link | None, revision: str) -> OverviewView:
    """The view of the statistics of a place ("" = the site)."""
    charts = build_charts(context, scope)
    figures = build_stat_summaries(context, scope)
    nonempty = any(not figure.is_empty for figure in figures)
    questions = build_review_questions(context, scope) if nonempty else ()
    answers = {answer.key for question in questions for answer in (question.main, *question.further)}
    others = tuple(figure for figure in figures if figure.key not in {*charts.drawn_statistics, *answers})
    return OverviewView(place, scope or "site", questions, charts,
                        tuple(figure for figure in others if not figure.is_empty),
                        tuple(figure for figure in others if figure.is_empty), revision)
