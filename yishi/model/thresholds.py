"""The numbers in rules (content model §3.1, §6), each defined once; texts use them by name, `{stale_days}`. Pure."""

from collections.abc import Mapping

STALE_DAYS = 60
"""An open issue is stale when its last news is more than this many days old."""

FOLLOWUP_DAYS = 90
"""Days after an issue is resolved until its follow-up is due, unless its method says otherwise."""

EARLY_FOLLOWUP_DAYS = 14
"""A follow-up counts if it is dated at most this many days before it was due."""

GRACE_DAYS = 30
"""A follow-up counts as missed only this many days after it was due."""

MIN_VALUES = 5
"""Medians and percentages of fewer values are not published; nor is the median of fewer places."""

MIN_PEOPLE = 5
"""Numbers of people from 1 to one less than this are suppressed."""

WALL_DAYS = 90
"""Days for which an issue stays on the wall after it was closed."""

FRESH_DAYS = 14
"""A note of the wall is fresh if the last step of its issue is at most this many days old."""

BROAD_KINDS = 3
"""A deliberation is broad with at least this many kinds of participants; the key `breadth_3plus` contains the same
number."""

THRESHOLDS: Mapping[str, int] = {
    "stale_days": STALE_DAYS, "followup_days": FOLLOWUP_DAYS, "early_days": EARLY_FOLLOWUP_DAYS,
    "grace_days": GRACE_DAYS, "enough": MIN_VALUES, "few": MIN_PEOPLE, "most_few": MIN_PEOPLE - 1,
    "wall_days": WALL_DAYS, "fresh_days": FRESH_DAYS}
"""The names by which texts use the numbers."""
