"""The pages of the statistics: all of them, and each with its definition and, place by place, all that it rests on."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from ...analysis.breakdowns import Breakdown, RoleGroup
from ...analysis.statistics import DEFINITIONS, Definition, Stat
from ...core.outputs import Output, OutputPlan
from ..download_links import describe_tables
from ..format_stat import (
    FormattedStat,
    SplitValue,
    build_split_values,
    encode_stat_value,
    format_exclusion_reason,
    format_exclusions,
    format_stat,
    get_statistic_path,
)
from ..layout import build_page, get_rule_path, plan_page
from ..page_context import Link, PageContext, RecordRow, join_items, link_to_record, select_rows
from ..record_parts import explain_suppression
from .by_month import StatHistory, YearValues, build_stat_history
from .citation import compute_revision, format_citation
from .overview_page import build_overview_page
from .review_questions import REVIEW_QUESTIONS

MAX_PER_ROLE = 5
"""So many records of each role stand in the section of a place; in that of the site all that its account names."""


class ContributionRole(Struct, frozen=True):
    """The records that stand in one relation to a statistic: counted, not counted, left out; the newest of them.

    Places are `links`; `more` leads to the list of all records, "" where all stand here.
    """

    name: str
    number: str
    rows: tuple[RecordRow, ...]
    links: tuple[Link, ...]
    is_truncated: bool


class StatisticSection(Struct, frozen=True):
    """A statistic of one place, or of the site: its value and what that rests on. `machine`: the value for machines.

    `parts`: the values of a split in a sentence, `build_split_values` as bars; `lists`: where all records are, and all
    numbers.
    """

    anchor: str
    name: Link
    has_no_records: bool
    formatted: FormattedStat
    machine_value: str
    numerator: str
    denominator: str
    split_text: str
    split_values: tuple[SplitValue, ...]
    exclusions: tuple[str, ...]
    roles: tuple[ContributionRole, ...]
    history: StatHistory | None
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
    is_judging: bool
    counts_people: bool
    counts_several_times: bool
    month_note: str
    month_names: tuple[str, ...]
    site_section: StatisticSection
    place_sections: tuple[StatisticSection, ...]
    suppression_note: str
    revision: str
    table: str


def plan_statistic_pages(edition: PageContext, revision: str) -> Iterator[OutputPlan]:
    """The list of statistics, that of every place, and the page of each; `revision`: that of the site, which stands on
    its own list alone."""
    yield plan_page(edition, "statistics/index.html", build_overview_page, "", revision)
    for place in edition.library.places:
        yield plan_page(edition, f"{place}/statistics/index.html", build_overview_page, place)
    for key in DEFINITIONS:
        if key in edition.statistics.scopes.get("", {}):
            yield plan_page(edition, f"statistics/{key}/index.html", build_statistic_page, key)


def build_statistic_page(edition: PageContext, key: str) -> Output:
    """The page of one statistic."""
    view = build_statistic_view(edition, DEFINITIONS[key])
    up = Link(edition.text("Statistics"), "statistics/index.html")
    return build_page(edition, f"statistics/{key}/index.html", "pages/statistic_pages.html", view.name, view,
                      description=view.meaning, trail=(up, Link(view.name)),
                      about=describe_tables(edition, f"statistics/{key}/index.html", view.table))


def build_statistic_view(edition: PageContext, definition: Definition) -> StatisticView:
    """What the page of one statistic shows."""
    key, words = definition.key, definition.in_words(edition.language)
    revision = compute_revision(edition, key)
    whole, *places = (build_statistic_section(edition, definition, place, revision)
                      for place in ("", *edition.library.places))
    return StatisticView(
        key=key, name=words.name, meaning=words.meaning, formula=_formula_text(edition, words),
        rule=_rule_link(edition, key),
        sources=tuple(_source_texts(edition, definition)), numerator=words.numerator, denominator=words.denominator,
        is_judging=definition.is_judging, counts_people=definition.counts_people,
        counts_several_times=definition.overlapping, month_note=words.by_month,
        month_names=() if definition.counts_people else tuple(
            edition.language.short_month(f"2024-{month:02}") for month in range(1, 13)),
        site_section=whole, place_sections=tuple(places),
        suppression_note=explain_suppression(edition, *(one.formatted.value for one in (whole, *places))),
        revision=revision, table=f"data/statistics/{key}.csv",
    )


# --- the definition ---------------------------------------------------------------------------------------------------


def _formula_text(edition: PageContext, words: Definition) -> str:
    """How the value follows from what is counted; `words`: the definition with its texts in this language."""
    text, counted = edition.text, words.numerator
    match words.kind:
        case "share":
            return text("{counted} ÷ {whole}", counted=counted, whole=words.denominator)
        case "median":
            return text("{counted}: the middle value, or the mean of the two middle values; at least {enough} "
                        "values are needed", counted=counted, enough=words.least)
        case "split":
            return text("number of {counted}, value by value", counted=counted)
    return text("number of {counted}", counted=counted)


def _rule_link(edition: PageContext, key: str) -> Link:
    """Where its rule stands in the content model."""
    return Link(edition.text("Content model, section 6: “{key}”", key=key), get_rule_path(edition, key))


def _source_texts(edition: PageContext, definition: Definition) -> Iterator[str]:
    """What the definition rests on besides."""
    criterion, _ = definition.answers
    if criterion:
        yield edition.text("It bears on a question by which reviewers judge: {criterion} - {question}",
                           criterion=edition.label("criterion", criterion),
                           question=edition.text(REVIEW_QUESTIONS[criterion]))


# --- place by place ---------------------------------------------------------------------------------------------------


def build_statistic_section(edition: PageContext, definition: Definition, place: str,
                            revision: str) -> StatisticSection:
    """A statistic of a place ("" = the site); a split is drawn once, for the site."""
    key, stat = definition.key, edition.site_data.stats[definition.key][place]
    breakdown, bars = edition.site_data.breakdowns[key][place], tuple(build_split_values(edition, key, stat, place))
    name = link_to_record(edition, place) or Link(edition.text("The whole site"))
    words = format_stat(edition, key, stat)
    silent = bool(place) and place not in edition.record_lists.places_reporting and not _is_expected(definition, stat)
    return StatisticSection(
        anchor=place or "site", name=name, has_no_records=silent, formatted=words,
        machine_value=encode_stat_value(stat),
        numerator=_format_number(edition, stat.numerator, stat),
        denominator=_format_number(edition, stat.denominator, stat),
        split_text=_format_split(edition, bars), split_values=() if place else bars,
        exclusions=tuple(format_exclusions(edition, stat)),
        roles=() if silent else tuple(_contribution_roles(edition, breakdown, MAX_PER_ROLE if place else 0)),
        history=None if silent else build_stat_history(edition, definition, breakdown.months),
        citation="" if silent else format_citation(edition, key, name.text, words, place, revision),
        lists=tuple(_list_links(edition, place)),
    )


def _is_expected(definition: Definition, stat: Stat) -> bool:
    """Whether a number is told of a place without records: how many of its communities have none yet."""
    return bool(definition.unknown_whole) and stat.denominator is not None


def _format_number(edition: PageContext, number: int | None, stat: Stat) -> str:
    return stat.suppressed if number is None else edition.number(number)


def _format_split(edition: PageContext, bars: Sequence[SplitValue]) -> str:
    return join_items(edition, (edition.text("{label} {number}", label=one.name.text, number=one.number)
                                for one in bars))


def _contribution_roles(edition: PageContext, breakdown: Breakdown, limit: int) -> Iterator[ContributionRole]:
    """Its records by what they contribute: counted, looked at, left out for one reason or another."""
    names = {"counted": edition.text("Counted"), "looked_at": edition.text("Looked at, but not counted")}
    order = (*names, *sorted(breakdown.roles.keys() - names.keys()))
    for role in order:
        if group := breakdown.roles.get(role):
            yield _contribution_role(edition, names.get(role) or format_exclusion_reason(edition, role), group,
                                     limit or len(group.newest))


def _contribution_role(edition: PageContext, name: str, group: RoleGroup, limit: int) -> ContributionRole:
    shown = [path for _, path in group.newest[:limit]]
    places = (link_to_record(edition, path) for path in shown if path in edition.library.places)
    return ContributionRole(name, edition.number(group.count), select_rows(edition, shown), tuple(filter(None, places)),
                            group.count > len(shown))


def _list_links(edition: PageContext, place: str) -> Iterator[Link]:
    """Where all records are listed, and all numbers of the place."""
    start = f"{place}/" if place else ""
    yield Link(edition.text("All issues here") if place else edition.text("All issues"), f"{start}issues/index.html")
    yield Link(edition.text("All numbers"), f"{start}statistics/index.html")


# --- in words ---------------------------------------------------------------------------------------------------------


def explain_statistic(edition: PageContext, key: str, place: str) -> Iterator[str]:
    """The same in lines of text, of one place ("" = the site)."""
    definition = DEFINITIONS[key]
    words = definition.in_words(edition.language)
    one, text = build_statistic_section(edition, definition, place, compute_revision(edition, key)), edition.text
    yield text("{name}: {place}", name=words.name, place=one.name.text)
    yield "  " + " ".join(filter(None, (one.formatted.value, one.formatted.detail, one.formatted.explanation,
                                        one.split_text)))
    yield "  " + words.meaning
    yield "  " + text("Formula: {formula}", formula=_formula_text(edition, words))
    yield "  " + _rule_link(edition, key).text
    yield from (f"  {source}" for source in _source_texts(edition, definition))
    for name, number in ((text("Counted"), one.numerator), (text("Out of"), one.denominator)):
        if number:
            yield "  " + text("{name} ({n})", name=name, n=number)
    for role in one.roles:
        yield "  " + text("{name} ({n})", name=role.name, n=role.number)
        yield from (f"    {row.title}  {row.target}" for row in (*role.rows,))
        yield from (f"    {link.text}  {link.target}" for link in role.links)
        if role.is_truncated:
            yield "    …"
    if one.history:
        yield "  " + words.by_month
        yield from (f"    {year.name}: {year.value}{_format_months(year)}" for year in one.history.years)
    yield "  " + text("Records behind this number as a table (CSV)") + f": data/statistics/{key}.csv"
    yield "  " + text("Page: {page}", page=get_statistic_path(key, place))
    if one.citation:
        yield "  " + text("To cite: {citation}", citation=one.citation)


def _format_months(year: YearValues) -> str:
    return f"  ({' · '.join(month or '-' for month in year.months)})" if year.months else ""
