"""All statistics as JSON and as CSV in long format, and the contribution of each record to each of them."""

from collections.abc import Iterator, Mapping

from ..analysis import contribution_table
from ..analysis.statistics import DEFINITIONS, Stat, export_stat
from ..core.csv_format import CsvRow, encode_csv
from ..core.dependencies import ONLY_KEY
from ..core.json_format import encode_indented_json
from ..core.outputs import Output, OutputPlan
from ..site import SiteData

LONG_FORMAT_COLUMNS = ("scope", "key", "dimension", "value", "numerator", "denominator")
"""Columns of the long-format table of all statistics.

`dimension`: "" is the statistic itself, else a value of a split, `quartile_1` or `quartile_3` of a median, or
`left_out.REASON` with the number of records left out for this reason.
"""


def plan_statistics_files(site_data: SiteData) -> Iterator[OutputPlan]:
    """Plans of the files of the statistics."""
    yield OutputPlan("data/statistics.json", build_statistics_json, site_data)
    yield OutputPlan("data/statistics.csv", build_statistics_csv, site_data)
    for key in DEFINITIONS:
        yield OutputPlan(f"data/statistics/{key}.csv", build_statistic_csv, site_data, (key,))


def build_statistics_json(site_data: SiteData) -> Output:
    """All statistics of the site and of every place as JSON (content model §8)."""
    scopes = {scope: {key: export_stat(stat) for key, stat in stats.items()}
              for scope, stats in site_data.statistics.scopes.items()}
    data = {"as_of": site_data.statistics.as_of.isoformat(), "scopes": scopes}
    return Output("data/statistics.json", body=encode_indented_json(data, is_sorted=True))


def build_statistics_csv(site_data: SiteData) -> Output:
    """All statistics in long format, one number per row."""
    return Output("data/statistics.csv", body=encode_csv((LONG_FORMAT_COLUMNS, *iter_long_format_rows(site_data))))


def iter_long_format_rows(site_data: SiteData) -> Iterator[CsvRow]:
    """The rows of all statistics, by scope and key."""
    return ((scope, key, *row) for scope, stats in site_data.statistics.scopes.items()
            for key, stat in sorted(stats.items()) for row in _long_format_rows(stat))


def _long_format_rows(stat: Stat) -> Iterator[CsvRow]:
    """The rows of one statistic, without the columns for scope and key."""
    is_split = isinstance(stat.value, Mapping)
    value = stat.numerator if isinstance(stat.value, Mapping) else stat.value
    total = stat.n if stat.n is not None else stat.denominator
    yield "", value, stat.numerator, total
    parts = stat.value if isinstance(stat.value, Mapping) else stat.results or {}
    for name, number in parts.items():
        yield name, number, number, stat.denominator if is_split else sum(parts.values())
    if stat.quartiles:
        yield from (("quartile_1", stat.quartiles[0], None, stat.n), ("quartile_3", stat.quartiles[-1], None, stat.n))
    for reason, number in stat.excluded.items():
        yield f"left_out.{reason}", number, number, None


def build_statistic_csv(site_data: SiteData, key: str) -> Output:
    """The contribution of each record to one statistic, as CSV."""
    if DEFINITIONS[key].of_issues:
        lines = site_data.contribution_tables[key]
    else:
        contributions = site_data.statistics.other_contributions[key]
        lines = contribution_table.write_other_contributions(site_data.titles[ONLY_KEY], key, contributions)
    return Output(f"data/statistics/{key}.csv", body=encode_csv([contribution_table.CONTRIBUTION_COLUMNS]) + lines)
