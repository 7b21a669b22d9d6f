"""The pages of the statistics: all of them, and each with its definition and, place by place, all that it rests on."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from ..analysis.accounts import Breakdown, RoleGroup
from ..analysis.statistics import DEFINITIONS, Definition, Stat
from ..core.outputs import Output, Plan
from .citing import cited, revision_of
from .download_links import about_table
from .edition import Edition, Link, Row, link_to, listed, rows_of
from .months import Course, Year, course_of
from .numbers import Said, Slice, left_out, machine_value, number_at, said, slices, why_left_out
from .overview import numbers_page
from .questions import QUESTIONS
from .record import why_few
from .shell import planned, rule_of, sheet

HERE = 5
"""So many records of each role stand in the section of a place; in that of the site all that its account names."""


class Role(Struct, frozen=True):
    """The records that stand in one relation to a statistic: counted, not counted, left out; the newest of them.

    Places are `links`; `more` leads to the list of all records, "" where all stand here.
    """

    name: str
    number: str
    rows: tuple[Row, ...]
    links: tuple[Link, ...]
    more: bool


class Section(Struct, frozen=True):
    """A statistic of one place, or of the site: its value and what that rests on. `machine`: the value for machines.

    `parts`: the values of a split in a sentence, `slices` as bars; `lists`: where all records are, and all numbers.
    """

    anchor: str
    name: Link
    silent: bool
    said: Said
    machine: str
    numerator: str
    denominator: str
    parts: str
    slices: tuple[Slice, ...]
    left_out: tuple[str, ...]
    roles: tuple[Role, ...]
    course: Course | None
    citation: str
    lists: tuple[Link, ...]


class StatisticView(Struct, frozen=True):
    """Everything that the page of a statistic shows. `table` is a file below the site's root."""

    key: str
    name: str
    meaning: str
    formula: str
    rule: Link
    sources: tuple[str, ...]
    numerator: str
    denominator: str
    judging: bool
    people: bool
    several: bool
    by_month: str
    months: tuple[str, ...]
    whole: Section
    places: tuple[Section, ...]
    few: str
    revision: str
    table: str


def statistic_pages(edition: Edition, revision: str) -> Iterator[Plan]:
    """The list of statistics, that of every place, and the page of each; `revision`: that of the site, which stands on
    its own list alone."""
    yield planned(edition, "statistics/index.html", numbers_page, "", revision)
    for place in edition.library.places:
        yield planned(edition, f"{place}/statistics/index.html", numbers_page, place)
    for key in DEFINITIONS:
        if key in edition.statistics.scopes.get("", {}):
            yield planned(edition, f"statistics/{key}/index.html", statistic_page, key)


def statistic_page(edition: Edition, key: str) -> Output:
    """The page of one statistic."""
    view, up = statistic_view(edition, DEFINITIONS[key]), Link(edition.text("Numbers"), "statistics/index.html")
    return sheet(edition, f"statistics/{key}/index.html", "pages/statistic_pages.html", view.name, view,
                 description=view.meaning, trail=(up, Link(view.name)),
                 about=about_table(edition, f"statistics/{key}/index.html", view.table))


def statistic_view(edition: Edition, definition: Definition) -> StatisticView:
    """What the page of one statistic shows."""
    key, words = definition.key, definition.in_words(edition.language)
    revision = revision_of(edition, key)
    whole, *places = (section_of(edition, definition, place, revision) for place in ("", *edition.library.places))
    return StatisticView(
        key=key, name=words.name, meaning=words.meaning, formula=_formula(edition, words), rule=_rule(edition, key),
        sources=tuple(_sources(edition, definition)), numerator=words.numerator, denominator=words.denominator,
        judging=definition.judging, people=definition.people, several=definition.overlapping, by_month=words.by_month,
        months=() if definition.people else tuple(
            edition.language.short_month(f"2024-{month:02}") for month in range(1, 13)),
        whole=whole, places=tuple(places), few=why_few(edition, *(one.said.value for one in (whole, *places))),
        revision=revision, table=f"data/statistics/{key}.csv",
    )


# --- the definition ---------------------------------------------------------------------------------------------------


def _formula(edition: Edition, words: Definition) -> str:
    """How the value follows from what is counted; `words`: the definition with its texts in this language."""
    text, counted = edition.text, words.numerator
    match words.kind:
        case "share":
            return text("{counted} ÷ {whole}", counted=counted, whole=words.denominator)
        case "median":
            return text("{counted}: the middle one of all values, or half-way between the two in the middle; "
                        "at least {enough} are needed", counted=counted, enough=words.least)
        case "split":
            return text("number of {counted}, value by value", counted=counted)
    return text("number of {counted}", counted=counted)


def _rule(edition: Edition, key: str) -> Link:
    """Where its rule stands in the content model."""
    return Link(edition.text("Content model, section 6: “{key}”", key=key), rule_of(edition, key))


def _sources(edition: Edition, definition: Definition) -> Iterator[str]:
    """What the definition rests on besides."""
    criterion, _ = definition.answers
    if criterion:
        yield edition.text("It bears on a question by which reviewers judge: {criterion} - {question}",
                           criterion=edition.label("criterion", criterion), question=edition.text(QUESTIONS[criterion]))


# --- place by place ---------------------------------------------------------------------------------------------------


def section_of(edition: Edition, definition: Definition, place: str, revision: str) -> Section:
    """A statistic of a place ("" = the site); a split is drawn once, for the site."""
    key, stat = definition.key, edition.book.numbers[definition.key][place]
    breakdown, bars = edition.book.accounts[key][place], tuple(slices(edition, key, stat, place))
    name = link_to(edition, place) or Link(edition.text("The whole site"))
    words = said(edition, key, stat)
    silent = bool(place) and place not in edition.holdings.reporting and not _is_expected(definition, stat)
    return Section(
        anchor=place or "site", name=name, silent=silent, said=words, machine=machine_value(stat),
        numerator=_number(edition, stat.numerator, stat), denominator=_number(edition, stat.denominator, stat),
        parts=_parts(edition, bars), slices=() if place else bars, left_out=tuple(left_out(edition, stat)),
        roles=() if silent else tuple(_roles(edition, breakdown, HERE if place else 0)),
        course=None if silent else course_of(edition, definition, breakdown.months),
        citation="" if silent else cited(edition, key, name.text, words, place, revision),
        lists=tuple(_lists(edition, place)),
    )


def _is_expected(definition: Definition, stat: Stat) -> bool:
    """Whether a number is told of a place without records: how many of its communities have none yet."""
    return bool(definition.unknown_whole) and stat.denominator is not None


def _number(edition: Edition, number: int | None, stat: Stat) -> str:
    return stat.suppressed if number is None else edition.number(number)


def _parts(edition: Edition, bars: Sequence[Slice]) -> str:
    return listed(edition, (edition.text("{label} {number}", label=one.name.text, number=one.number) for one in bars))


def _roles(edition: Edition, breakdown: Breakdown, limit: int) -> Iterator[Role]:
    """Its records by what they contribute: counted, looked at, left out for one reason or another."""
    names = {"counted": edition.text("Counted"), "looked_at": edition.text("Looked at, but not counted")}
    order = (*names, *sorted(breakdown.roles.keys() - names.keys()))
    for role in order:
        if group := breakdown.roles.get(role):
            yield _role(edition, names.get(role) or why_left_out(edition, role), group, limit or len(group.newest))


def _role(edition: Edition, name: str, group: RoleGroup, limit: int) -> Role:
    shown = [path for _, path in group.newest[:limit]]
    places = (link_to(edition, path) for path in shown if path in edition.library.places)
    return Role(name, edition.number(group.number), rows_of(edition, shown), tuple(filter(None, places)),
                group.number > len(shown))


def _lists(edition: Edition, place: str) -> Iterator[Link]:
    """Where all records are listed, and all numbers of the place."""
    start = f"{place}/" if place else ""
    yield Link(edition.text("All issues here") if place else edition.text("All issues"), f"{start}issues/index.html")
    yield Link(edition.text("All numbers"), f"{start}statistics/index.html")


# --- in words ---------------------------------------------------------------------------------------------------------


def lines_of(edition: Edition, key: str, place: str) -> Iterator[str]:
    """The same in lines of text, of one place ("" = the site)."""
    definition = DEFINITIONS[key]
    words = definition.in_words(edition.language)
    one, text = section_of(edition, definition, place, revision_of(edition, key)), edition.text
    yield text("{name}: {place}", name=words.name, place=one.name.text)
    yield "  " + " ".join(filter(None, (one.said.value, one.said.detail, one.said.why, one.parts)))
    yield "  " + words.meaning
    yield "  " + text("Formula: {formula}", formula=_formula(edition, words))
    yield "  " + _rule(edition, key).text
    yield from (f"  {source}" for source in _sources(edition, definition))
    for name, number in ((text("Counted"), one.numerator), (text("Out of"), one.denominator)):
        if number:
            yield "  " + text("{name} ({n})", name=name, n=number)
    for role in one.roles:
        yield "  " + text("{name} ({n})", name=role.name, n=role.number)
        yield from (f"    {row.title}  {row.target}" for row in (*role.rows,))
        yield from (f"    {link.text}  {link.target}" for link in role.links)
        if role.more:
            yield "    …"
    if one.course:
        yield "  " + words.by_month
        yield from (f"    {year.name}: {year.value}{_months_in_words(year)}" for year in one.course.years)
    yield "  " + text("The records behind it as a table (CSV)") + f": data/statistics/{key}.csv"
    yield "  " + text("Page: {page}", page=number_at(key, place))
    if one.citation:
        yield "  " + text("To cite: {citation}", citation=one.citation)


def _months_in_words(year: Year) -> str:
    return f"  ({' · '.join(month or '-' for month in year.months)})" if year.months else ""
