"""All statistics: as one JSON, as one table in long form, and what each record contributes to each of them."""

import json
from collections.abc import Iterator, Mapping

from ..analysis import contributed
from ..analysis.statistics import DEFINITIONS, Stat, as_data
from ..core.cells import Row, csv_of
from ..core.outputs import Output, Plan
from ..site import Book

LONG = ("scope", "key", "dimension", "value", "numerator", "denominator")
"""The columns of the table of all statistics. `dimension`: "" is the statistic itself, else a value of a split,
`quartile_1` and `quartile_3` of a median, or `left_out.REASON`, how many records were left out for this reason."""


def number_plans(book: Book) -> Iterator[Plan]:
    """The files of the statistics."""
    yield Plan("data/statistics.json", statistics_json, book)
    yield Plan("data/statistics.csv", statistics_csv, book)
    for key in DEFINITIONS:
        yield Plan(f"data/statistics/{key}.csv", statistic_csv, book, (key,))


def statistics_json(book: Book) -> Output:
    """All statistics of the site and of every place."""
    scopes = {scope: {key: as_data(stat) for key, stat in stats.items()}
              for scope, stats in book.statistics.scopes.items()}
    data = {"as_of": book.statistics.as_of.isoformat(), "scopes": scopes}
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, indent=1) + "\n"
    return Output("data/statistics.json", body=text.encode())


def statistics_csv(book: Book) -> Output:
    """The same in long form: one number a line."""
    lines = ((scope, key, *line) for scope, stats in book.statistics.scopes.items()
             for key, stat in sorted(stats.items()) for line in _long(stat))
    return Output("data/statistics.csv", body=csv_of((LONG, *lines)))


def _long(stat: Stat) -> Iterator[Row]:
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


def statistic_csv(book: Book, key: str) -> Output:
    """What each record contributes to one statistic."""
    lines = (book.contributed[key] if DEFINITIONS[key].of_issues
             else contributed.lines_about(book.titles[""], key, book.statistics.of_others[key]))
    return Output(f"data/statistics/{key}.csv", body=csv_of([contributed.COLUMNS]) + lines)
