"""The contribution of each record to each statistic, as CSV rows."""

from collections.abc import Mapping
from functools import lru_cache

from msgspec.structs import replace

from ..core.csv_format import LINE_TERMINATOR, CsvRow, format_csv_line
from ..model.paths import get_place_of
from .statistics import DEFINITIONS, Contribution, classify_contribution, find_suppression_marks
from .summaries import RecordSummary

CONTRIBUTION_COLUMNS = ("path", "title", "place", "role", "numerator", "denominator", "values", "number", "left_out")


def write_contribution_tables(summaries: Mapping[str, RecordSummary]) -> dict[str, bytes]:
    """Statistic → the rows of its table, by path: the contribution of each issue or case.

    The common beginning of an issue's rows is formatted once, since it contributes to about fifteen statistics.
    """
    lines_of: dict[str, list[str]] = {key: [] for key, definition in DEFINITIONS.items() if definition.of_issues}
    for path, summary in sorted(summaries.items()):
        place = get_place_of(path)
        row_start = format_csv_line((path, summary.list_item.title, place))
        contributions = summary.contributions
        for key, lines in lines_of.items():
            if contribution := contributions.get(DEFINITIONS[key].counted_as):
                own_contribution = replace(contribution, values=(place,)) if key == "by_place" else contribution
                lines.append(f"{row_start},{_contribution_cells_as_csv(key, own_contribution)}")
    return {key: "".join(lines).encode() for key, lines in lines_of.items()}


@lru_cache(10_000)  # thousands of issues have equal contributions
def _contribution_cells_as_csv(key: str, contribution: Contribution) -> str:
    return format_csv_line(_contribution_cells(key, contribution)) + LINE_TERMINATOR


def write_other_contributions(titles: Mapping[str, str], key: str, contributions: Mapping[str, Contribution]) -> bytes:
    """The rows of a statistic to which records of other kinds contribute; `contributions` by path."""
    rows = ((path, titles[path], get_place_of(path), *_contribution_cells(key, contribution))
            for path, contribution in sorted(contributions.items()))
    return "".join(format_csv_line(row) + LINE_TERMINATOR for row in rows).encode()


def _contribution_cells(key: str, contribution: Contribution) -> CsvRow:
    """CSV cells of one contribution; small numbers of people are suppressed."""
    numerator, denominator = find_suppression_marks(contribution) if DEFINITIONS[key].counts_people else ("", "")
    if contribution.is_excluded:
        role = "left_out"
        reason = contribution.exclusion_reason
    else:
        role = classify_contribution(key, contribution)
        reason = ""
    return (role, numerator or contribution.numerator, denominator or contribution.denominator,
            " ".join(contribution.values), contribution.number, reason)
