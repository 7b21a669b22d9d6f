"""The pages of the statistics: all of them, and each with its definition, its table by place, the records behind it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..outputs import Output, Plan
from ..statistics import Definition, Part
from .data import about_table
from .edition import Edition, Link, Row, links_to, name_of, rows_of
from .numbers import DEFINITIONS, Figures, Said, figure_of, said, slices, value_link, why_left_out
from .overview import numbers_page
from .record import why_few
from .shell import planned, sheet

SHOWN = 200
"""So many records stand on a statistic's page, shared among the roles; its CSV file holds all."""


@dataclass(frozen=True, slots=True)
class Role:
    """The records that stand in one relation to a statistic: counted, not counted, left out. Places are `links`."""

    name: str
    number: str
    rows: tuple[Row, ...]
    links: tuple[Link, ...]
    cut: str


@dataclass(frozen=True, slots=True)
class StatisticView:
    """Everything that the page of a statistic shows. `table` is a file below the site's root."""

    figure: Figures
    meaning: str
    numerator: str
    denominator: str
    judging: bool
    several: bool
    places: tuple[tuple[int, Link, Said], ...]
    few: str
    roles: tuple[Role, ...]
    table: str


def statistic_pages(edition: Edition) -> Iterator[Plan]:
    """The list of statistics, and the page of each."""
    yield planned(edition, "statistics/index.html", numbers_page, "")
    for key in DEFINITIONS:
        if key in edition.statistics.scopes.get("", {}):
            yield planned(edition, f"statistics/{key}/index.html", statistic_page, key)


def statistic_page(edition: Edition, key: str) -> Output:
    """The page of one statistic."""
    view, up = statistic_view(edition, DEFINITIONS[key]), Link(edition.text("Numbers"), "statistics/index.html")
    return sheet(edition, f"statistics/{key}/index.html", "pages/statistic.html", view.figure.name, view,
                 description=view.meaning, trail=(up, Link(view.figure.name)),
                 about=about_table(edition, f"statistics/{key}/index.html", view.table))


def statistic_view(edition: Edition, definition: Definition) -> StatisticView:
    """What the page of one statistic shows."""
    key, text = definition.key, edition.text
    places = tuple(_by_place(edition, key))
    return StatisticView(
        figure=figure_of(edition, key, edition.statistics.scopes[""][key]),
        meaning=text(definition.meaning), numerator=_said(edition, definition.numerator),
        denominator=_said(edition, definition.denominator), judging=definition.judging, several=key == "by_topic",
        places=places, few=why_few(edition, *(one.value for _, _, one in places)),
        roles=tuple(_roles(edition, definition, edition.statistics.parts[key])),
        table=f"data/statistics/{key}.csv",
    )


def _said(edition: Edition, message: str) -> str:
    return edition.text(message) if message else ""


def _by_place(edition: Edition, key: str, above: str = "", depth: int = 0) -> Iterator[tuple[int, Link, Said]]:
    """The statistic of every place in the order of the tree; a split is said on the place's own page."""
    for path in edition.library.children.get(above, ()):
        stat = edition.statistics.scopes.get(path, {}).get(key)
        if stat is not None:
            name = name_of(edition, edition.library.places[path])
            link = Link(name.text, f"{path}/statistics/index.html#{key}", name.lang)
            silent = path not in edition.holdings.reporting
            none_yet = Said("", "", edition.text("no public record yet"))
            yield depth, link, none_yet if silent else said(edition, key, stat)
        yield from _by_place(edition, key, path, depth + 1)


# --- the records behind it --------------------------------------------------------------------------------------------


def _roles(edition: Edition, definition: Definition, parts: Mapping[str, Part]) -> Iterator[Role]:
    """Its records by what they contribute, newest first."""
    groups: dict[str, list[str]] = {name: [] for name in _in_order(edition, definition)}
    held = edition.holdings
    around = (path for paths in held.of_kind.values() for path in paths)
    for path in (*held.issues, *held.cases, *edition.library.places, *around):
        if path in parts:
            for name in _role_names(edition, definition, parts[path]):
                groups.setdefault(name, []).append(path)
    groups = {name: paths for name, paths in groups.items() if paths}
    for name, paths in groups.items():
        yield _role(edition, name, paths, max(5, SHOWN // len(groups)))


def _in_order(edition: Edition, definition: Definition) -> Iterator[str]:
    """What was counted first, value by value; then what was not."""
    yield edition.text("Counted")
    if definition.kind == "split":
        stat = edition.statistics.scopes[""][definition.key]
        yield from (one.name.text for one in slices(edition, definition.key, stat))
    yield edition.text("Looked at, but not counted")


def _role_names(edition: Edition, definition: Definition, part: Part) -> Iterator[str]:
    text = edition.text
    if part.left_out:
        yield why_left_out(edition, part.left_out)
    elif definition.kind == "split" and part.values:
        for value in part.values:
            yield value_link(edition, definition.key, value).text
    elif part.numerator or part.values or part.number is not None:
        yield text("Counted")
    else:
        yield text("Looked at, but not counted")


def _role(edition: Edition, name: str, paths: list[str], limit: int) -> Role:
    cut = ""
    if len(paths) > limit:
        cut = edition.text("The newest {shown} stand here; the table has all.", shown=edition.number(limit))
    shown = paths[:limit]
    return Role(name, edition.number(len(paths)), rows_of(edition, shown),
                links_to(edition, [path for path in shown if path in edition.library.places]), cut)
