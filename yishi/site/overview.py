"""The numbers of the site or of a place on one page: three questions, the charts, then every statistic."""


from msgspec import Struct

from ..core.outputs import Output
from .download_links import about_table
from .edition import Edition, Link, link_to
from .numbers import Figures, figures_of
from .pictures import Pictures, pictures_of
from .questions import Question, questions_of
from .shell import page_of, sheet, trail_to


class NumbersView(Struct, frozen=True):
    """Every statistic of the site or of a place: those that are drawn stand in `pictures`, the others in `figures`, and
    apart from them, by their names, those with nothing to count yet."""

    scope: Link | None
    anchor: str
    questions: tuple[Question, ...]
    pictures: Pictures
    figures: tuple[Figures, ...]
    empty: tuple[Figures, ...]
    revision: str


def numbers_page(edition: Edition, place: str, revision: str = "") -> Output:
    """All statistics of a place ("" = the site); `revision`: that of the site, "" = not known."""
    scope = link_to(edition, place)
    title = edition.text("Numbers of {place}", place=scope.text) if scope else edition.text("Numbers")
    return sheet(edition, page_of(place, "statistics/index.html"), "pages/overview_page.html", title,
                 numbers_view(edition, place, scope, revision),
                 description=edition.text("Every number is counted from the public records on this site; each leads to "
                                          "how it is counted and to the records behind it."),
                 about=about_table(edition, page_of(place, "statistics/index.html"), "data/statistics.csv"),
                 trail=trail_to(edition, place, Link(title)) if scope else (Link(title),))


def numbers_view(edition: Edition, scope: str, place: Link | None, revision: str) -> NumbersView:
    """The statistics of a place ("" = the site)."""
    figures, pictures = figures_of(edition, scope), pictures_of(edition, scope)
    told = tuple(figure for figure in figures if not figure.empty)
    return NumbersView(place, scope or "site", questions_of(edition, scope) if told else (), pictures,
                       tuple(figure for figure in told if figure.key not in pictures.drawn),
                       tuple(figure for figure in figures if figure.empty), revision)
