"""What each record contributes to each statistic, as lines of a table."""

from collections.abc import Mapping
from functools import lru_cache

from msgspec.structs import replace

from ..core.csv_format import LINE_TERMINATOR, CsvRow, format_csv_line
from ..model.paths import get_place_of
from .statistics import DEFINITIONS, Contribution, classify_contribution, find_suppression_marks
from .summaries import RecordSummary

CONTRIBUTION_COLUMNS = ("path", "title", "place", "role", "numerator", "denominator", "values", "number", "left_out")


def write_contribution_tables(briefs: Mapping[str, RecordSummary]) -> dict[str, bytes]:
    """Statistic → the lines of its table, by path: what each issue or case contributes.

    An issue contributes to some fifteen statistics; what all its lines begin with is written once.
    """
    found: dict[str, list[str]] = {key: [] for key, one in DEFINITIONS.items() if one.of_issues}
    for path, brief in sorted(briefs.items()):
        place = get_place_of(path)
        issue = format_csv_line((path, brief.list_item.title, place))
        contributions = brief.contributions
        for key, lines in found.items():
            if one := contributions.get(DEFINITIONS[key].source):
                own = replace(one, values=(place,)) if key == "by_place" else one
                lines.append(f"{issue},{_contribution_cells_as_csv(key, own)}")
    return {key: "".join(lines).encode() for key, lines in found.items()}


@lru_cache(10_000)  # thousands of issues contribute the same
def _contribution_cells_as_csv(key: str, one: Contribution) -> str:
    return format_csv_line(_contribution_cells(key, one)) + LINE_TERMINATOR


def write_other_contributions(titles: Mapping[str, str], key: str, contributions: Mapping[str, Contribution]) -> bytes:
    """The lines of the table of a statistic to which other records contribute; `contributions` by path."""
    rows = ((path, titles[path], get_place_of(path), *_contribution_cells(key, one)) for path,
            one in sorted(contributions.items()))
    return "".join(format_csv_line(row) + LINE_TERMINATOR for row in rows).encode()


def _contribution_cells(key: str, one: Contribution) -> CsvRow:
    """What a record contributes; numbers of few people are not told."""
    numerator, denominator = find_suppression_marks(one) if DEFINITIONS[key].counts_people else ("", "")
    role, reason = ("left_out", one.exclusion_reason) if one.is_excluded else (classify_contribution(key, one), "")
    return (role, numerator or one.numerator, denominator or one.denominator, " ".join(one.values), one.number, reason)
