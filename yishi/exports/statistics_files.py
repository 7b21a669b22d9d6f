"""All statistics: as one JSON, as one table in long form, and what each record contributes to each of them."""

import json
from collections.abc import Iterator, Mapping

from ..analysis import contribution_table
from ..analysis.statistics import DEFINITIONS, Stat, export_stat
from ..core.csv_format import CsvRow, encode_csv
from ..core.outputs import Output, OutputPlan
from ..site import SiteData

LONG_FORMAT_COLUMNS = ("scope", "key", "dimension", "value", "numerator", "denominator")
"""The columns of the table of all statistics. `dimension`: "" is the statistic itself, else a value of a split,
`quartile_1` and `quartile_3` of a median, or `left_out.REASON`, how many records were left out for this reason."""


def plan_statistics_files(book: SiteData) -> Iterator[OutputPlan]:
    """The files of the statistics."""
    yield OutputPlan("data/statistics.json", build_statistics_json, book)
    yield OutputPlan("data/statistics.csv", build_statistics_csv, book)
    for key in DEFINITIONS:
        yield OutputPlan(f"data/statistics/{key}.csv", build_statistic_csv, book, (key,))


def build_statistics_json(book: SiteData) -> Output:
    """All statistics of the site and of every place."""
    scopes = {scope: {key: export_stat(stat) for key, stat in stats.items()}
              for scope, stats in book.statistics.scopes.items()}
    data = {"as_of": book.statistics.as_of.isoformat(), "scopes": scopes}
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, indent=1) + "\n"
    return Output("data/statistics.json", body=text.encode())


def build_statistics_csv(book: SiteData) -> Output:
    """The same in long form: one number a line."""
    lines = ((scope, key, *line) for scope, stats in book.statistics.scopes.items()
             for key, stat in sorted(stats.items()) for line in _long_format_rows(stat))
    return Output("data/statistics.csv", body=encode_csv((LONG_FORMAT_COLUMNS, *lines)))


def _long_format_rows(stat: Stat) -> Iterator[CsvRow]:
    """The lines of one statistic, without its scope and its key."""
    split = isinstance(stat.value, Mapping)
    value = stat.numerator if isinstance(stat.value, Mapping) else stat.value
    whole = stat.n if stat.n is not None else stat.denominator
    yield ("", stat.suppressed, stat.suppressed, whole) if stat.suppressed else ("", value, stat.numerator, whole)
    parts = stat.value if isinstance(stat.value, Mapping) else stat.results or {}
    for name, number in parts.items():
        yield name, number, number, stat.denominator if split else sum(parts.values())
    if stat.quartiles:
        yield from (("quartile_1", stat.quartiles[0], None, stat.n), ("quartile_3", stat.quartiles[-1], None, stat.n))
    for reason, number in stat.excluded.items():
        yield f"left_out.{reason}", number, number, None


def build_statistic_csv(book: SiteData, key: str) -> Output:
    """What each record contributes to one statistic."""
    lines = (book.contribution_tables[key] if DEFINITIONS[key].of_issues
             else contribution_table.write_other_contributions(book.titles[""], key,
                                                               book.statistics.other_contributions[key]))
    return Output(f"data/statistics/{key}.csv", body=encode_csv([contribution_table.CONTRIBUTION_COLUMNS]) + lines)
