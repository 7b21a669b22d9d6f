"""Statistic pages: a statistic's value and course, all places side by side, its definition, and its records."""

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from ...analysis.breakdowns import Breakdown, RoleGroup
from ...analysis.statistics import DEFINITIONS, Definition, Stat
from ...core.outputs import Output
from ..download_links import describe_tables, format_table
from ..format_stat import (
    FormattedStat,
    SplitValue,
    build_split_values,
    encode_stat_value,
    format_exclusion_reason,
    format_exclusions,
    format_parts,
    format_stat,
    get_statistic_path,
    is_share_of_few,
)
from ..layout import build_page, get_rule_path
from ..page_context import Link, LocalizedText, PageContext, Section, link_to_record, select_rows
from ..record_parts import explain_suppression
from .by_month import YearValues, draw_course, list_years
from .citation import compute_revision, format_citation
from .geometry import Plot
from .review_questions import REVIEW_QUESTIONS

MAX_PER_ROLE = 5
"""Maximum number of records per role in a section; the table for download has all."""


ContributionRole = Section[tuple[Link, LocalizedText]]
"""The newest records with one role in a statistic (counted, not counted, excluded), each with its place."""


class StatisticSection(Struct, frozen=True):
    """A statistic of one place or of the site: its value and what it is based on.

    `machine_value`: the value for machines. `split_text`: the values of a split in a sentence, `split_values`: the same
    as bars. `lists`: links to all records and all statistics.
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
    years: tuple[YearValues, ...]
    citation: str
    lists: tuple[Link, ...]


SectionWithBar = tuple[StatisticSection, str]
"""The statistic of a place, and the width of its bar among all places ("" = none)."""


class StatisticView(Struct, frozen=True):
    """The view of a statistic's page.

    `course`: over time, of the whole site; `table`: format, number of rows and path below the site's root of the CSV
    file.
    """

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
    note: str
    month_note: str
    month_names: tuple[str, ...]
    course_title: str
    course: Plot | None
    site_section: StatisticSection
    place_sections: tuple[SectionWithBar, ...]
    suppression_note: str
    revision: str
    table: Link


def build_statistic_page(context: PageContext, key: str) -> Output:
    """The page of a statistic."""
    view = build_statistic_view(context, DEFINITIONS[key])
    up = Link(context.text("Statistics"), "statistics/index.html")
    return build_page(context, f"statistics/{key}/index.html", "pages/statistic_pages.html", view.name, view,
                      description=view.meaning, trail=(up, Link(view.name)),
                      about=describe_tables(context, f"statistics/{key}/index.html", view.table.target), has_card=True)


def build_statistic_view(context: PageContext, definition: Definition) -> StatisticView:
    """The view of a statistic's page."""
    key = definition.key
    words = definition.in_words(context.language)
    revision = compute_revision(context, key)
    whole, *places = (build_statistic_section(context, definition, place, revision)
                      for place in ("", *context.library.places))
    course = draw_course(context, definition, context.site_data.breakdowns[key][""].months)
    return StatisticView(
        key=key, name=words.name, meaning=words.meaning, formula=_formula_text(context, words),
        rule=_rule_link(context, key),
        sources=tuple(_source_texts(context, definition)), numerator=words.numerator, denominator=words.denominator,
        is_judging=definition.is_judging, counts_people=definition.counts_people,
        counts_several_times=definition.overlapping, note=words.note, month_note=words.by_month,
        month_names=() if definition.counts_people else tuple(
            context.language.short_month(f"2024-{month:02}") for month in range(1, 13)),
        course_title=context.text("By year") if definition.counts_people else context.text("Month by month"),
        course=course, site_section=whole,
        place_sections=tuple(zip(places, _bar_widths(context, definition), strict=True)),
        suppression_note=explain_suppression(context, *(section.formatted.value for section in (whole, *places))),
        revision=revision, table=_link_table(context, key),
    )


def _link_table(context: PageContext, key: str) -> Link:
    """The table of all records behind a statistic, with as many rows as these play a role in it."""
    roles = context.site_data.breakdowns[key][""].roles.values()
    return Link(format_table(context, sum(group.count for group in roles)), f"data/statistics/{key}.csv")


# --- definition -------------------------------------------------------------------------------------------------------


def _formula_text(context: PageContext, words: Definition) -> str:
    """Describe how the value is computed; `words`: the definition with its texts in this language."""
    text, counted = context.text, words.numerator
    match words.kind:
        case "share":
            return text("{counted} ÷ {whole}", counted=counted, whole=words.denominator)
        case "median":
            return text("{counted}: the middle value, or the mean of the two middle values; at least {enough} "
                        "values are needed", counted=counted, enough=words.least)
        case "split":
            return text("number of {counted}, value by value", counted=counted)
    return text("number of {counted}", counted=counted)


def _rule_link(context: PageContext, key: str) -> Link:
    """The link to the statistic's rule in the content model."""
    return Link(context.text("Content model, section 6: “{key}”", key=key), get_rule_path(context, key))


def _source_texts(context: PageContext, definition: Definition) -> Iterator[str]:
    """The other sources of the definition: the reviewers' question that it bears on."""
    criterion = definition.criterion
    if criterion:
        yield context.text("It bears on a question by which reviewers judge: {criterion} - {question}",
                           criterion=context.label("criterion", criterion),
                           question=context.text(REVIEW_QUESTIONS[criterion]))


# --- place by place ---------------------------------------------------------------------------------------------------


def build_statistic_section(context: PageContext, definition: Definition, place: str,
                            revision: str) -> StatisticSection:
    """The section of a place ("" = the site); only the site's section draws the bars of a split."""
    key = definition.key
    stat = context.site_data.stats[definition.key][place]
    breakdown = context.site_data.breakdowns[key][place]
    bars = tuple(build_split_values(context, key, stat, place))
    name = link_to_record(context, place) or Link(context.text("The whole site"))
    formatted = format_stat(context, key, stat)
    is_reporting = not place or place in context.record_lists.places_reporting
    has_no_records = not is_reporting and not _is_expected(definition, stat)
    return StatisticSection(
        anchor=place or "site", name=name, has_no_records=has_no_records, formatted=formatted,
        machine_value=encode_stat_value(stat),
        numerator=_format_number(context, stat.numerator, stat),
        denominator=_format_number(context, stat.denominator, stat),
        split_text=format_parts(context, ((bar.name.text, bar.number) for bar in bars)),
        split_values=() if place else bars,
        exclusions=tuple(format_exclusions(context, stat)),
        roles=() if has_no_records else tuple(_contribution_roles(context, breakdown)),
        years=() if has_no_records else list_years(context, definition, breakdown.months),
        citation="" if has_no_records else format_citation(context, key, name.text, formatted, place, revision),
        lists=tuple(_list_links(context, place)),
    )


def _bar_widths(context: PageContext, definition: Definition) -> Iterator[str]:
    """The width of the bar of each place: of a share its percentage, else its part of the largest value that is drawn.

    Sums of several places have none, because every other bar would vanish beside them.
    """
    stats = context.site_data.stats[definition.key]
    values = {place: _measure(definition, stats[place]) for place in context.library.places
              if definition.kind in ("share", "median") or not context.library.children.get(place)}
    most = 1.0 if definition.kind == "share" else max((value or 0 for value in values.values()), default=0)
    for place in context.library.places:
        value = values.get(place)
        yield "" if value is None else f"{min(100 * value / most, 100) if most else 0:.1f}%"


def _measure(definition: Definition, stat: Stat) -> float | None:
    """A value as a number, of a split its total; None for a share of too few."""
    value = stat.denominator if isinstance(stat.value, Mapping) else stat.value
    return None if value is None or is_share_of_few(definition, stat) else float(value)


def _is_expected(definition: Definition, stat: Stat) -> bool:
    """Whether a place without records has a number nevertheless: how many of its communities have none yet."""
    return bool(definition.unknown_whole) and stat.denominator is not None


def _format_number(context: PageContext, number: int | None, stat: Stat) -> str:
    return stat.suppressed if number is None else context.number(number)


def _contribution_roles(context: PageContext, breakdown: Breakdown) -> Iterator[ContributionRole]:
    """The records by role: counted, looked at, then those excluded by reason."""
    names = {"counted": context.text("Counted"), "looked_at": context.text("Looked at, but not counted")}
    order = (*names, *sorted(breakdown.roles.keys() - names.keys()))
    for role in order:
        if group := breakdown.roles.get(role):
            yield _contribution_role(context, names.get(role) or format_exclusion_reason(context, role), group)


def _contribution_role(context: PageContext, name: str, group: RoleGroup) -> ContributionRole:
    listed = [path for _, path in group.newest[:MAX_PER_ROLE]]
    records = ((Link(row.title, row.target, row.lang), LocalizedText(row.place, row.place_lang))
               for row in select_rows(context, listed))
    places = ((link, LocalizedText("")) for path in listed if path in context.library.places
              if (link := link_to_record(context, path)))
    rest = context.text("These are the newest; the table (CSV) has all.") if group.count > len(listed) else ""
    return Section(name, (*records, *places), Link(context.number(group.count)), notes=(rest,) if rest else ())


def _list_links(context: PageContext, place: str) -> Iterator[Link]:
    """Links to the list of all issues and to all statistics of the place."""
    start = f"{place}/" if place else ""
    yield Link(context.text("All issues here") if place else context.text("All issues"), f"{start}issues/index.html")
    yield Link(context.text("All numbers"), f"{start}statistics/index.html")


# --- as plain text ----------------------------------------------------------------------------------------------------


def explain_statistic(context: PageContext, key: str, place: str) -> Iterator[str]:
    """The content of a place's section ("" = the site) as lines of text; used by `explain`."""
    definition = DEFINITIONS[key]
    words = definition.in_words(context.language)
    section = build_statistic_section(context, definition, place, compute_revision(context, key))
    text = context.text
    yield text("{name}: {place}", name=words.name, place=section.name.text)
    stat = section.formatted
    yield "  " + " ".join(filter(None, (stat.value, stat.detail, stat.explanation, section.split_text)))
    yield "  " + words.meaning
    yield "  " + text("Formula: {formula}", formula=_formula_text(context, words))
    yield "  " + _rule_link(context, key).text
    yield from (f"  {source}" for source in _source_texts(context, definition))
    for name, number in ((text("Counted"), section.numerator), (text("Out of"), section.denominator)):
        if number:
            yield "  " + text("{name} ({n})", name=name, n=number)
    for role in section.roles:
        yield "  " + text("{name} ({n})", name=role.title, n=role.number.text)
        yield from (f"    {record.text}  {record.target}" for record, _ in role.items)
        yield from ("    …" for _ in role.notes)
    if section.years:
        yield "  " + words.by_month
        yield from (f"    {year}: {value}{_format_months(months)}" for year, value, months in section.years)
    yield "  " + text("Records behind this number as a table (CSV)") + f": data/statistics/{key}.csv"
    yield "  " + text("Page: {page}", page=get_statistic_path(key, place))
    if section.citation:
        yield "  " + text("To cite: {citation}", citation=section.citation)


def _format_months(months: Sequence[str]) -> str:
    return f"  ({' · '.join(month or '-' for month in months)})" if months else ""
