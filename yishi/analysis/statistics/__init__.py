"""The statistics of the site and of every place, computed from the library.

A statistic of issues is one rule that gives the contribution of a single issue; a scope (a place with all places
below, or the site) is the sum of the contributions. The rules are those of the content model, §6; T is `as_of`. Drafts
are never counted; duplicates and issues raised after T are left out, and issues known only from the press are left out
of judging statistics.
"""

from .compute import compute
from .definitions import DEFINITIONS, LEFT_OUT, RESOLVED_MEANS
from .model import (
    Aggregate,
    Contribution,
    Definition,
    IssueContext,
    PlaceTotals,
    Stat,
    Statistics,
    add_up_contributions,
    export_stat,
)
from .population import (
    build_issue_context,
    classify_contribution,
    collect_meeting_stakeholders,
    contribute_case,
    contribute_issue,
    find_exclusion,
    is_uncounted_duplicate,
)
from .record_contributions import find_places_with_records
from .totals import compute_statistics

__all__ = [
    "DEFINITIONS",
    "LEFT_OUT",
    "RESOLVED_MEANS",
    "Aggregate",
    "Contribution",
    "Definition",
    "IssueContext",
    "PlaceTotals",
    "Stat",
    "Statistics",
    "add_up_contributions",
    "build_issue_context",
    "classify_contribution",
    "collect_meeting_stakeholders",
    "compute",
    "compute_statistics",
    "contribute_case",
    "contribute_issue",
    "export_stat",
    "find_exclusion",
    "find_places_with_records",
    "is_uncounted_duplicate",
]
