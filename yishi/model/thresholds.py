"""The numbers of rules (content model §3.1, §6), each once; texts take them by name, `{stale_days}`. Pure."""

from collections.abc import Mapping

STALE_DAYS = 60
"""An open issue is stale when its last news is more than so many days old."""

FOLLOWUP_DAYS = 90
"""So many days after an issue was resolved somebody looks again, where its method does not say."""

EARLY_FOLLOWUP_DAYS = 14
"""A follow-up counts if it is dated at most so many days before it was due."""

GRACE_DAYS = 30
"""A follow-up counts as missed only so many days after it was due."""

MIN_VALUES = 5
"""Medians of fewer values are not given; nor is a percentage of fewer, nor what is in the middle of fewer places."""

MIN_PEOPLE = 5
"""Numbers of fewer people are not told, but for 0."""

WALL_DAYS = 90
"""So long an issue stays on the wall after it was closed."""

BROAD_KINDS = 3
"""A deliberation is broad with so many kinds of participants; the key `breadth_3plus` says so too."""

THRESHOLDS: Mapping[str, int] = {
    "stale_days": STALE_DAYS, "followup_days": FOLLOWUP_DAYS, "early_days": EARLY_FOLLOWUP_DAYS,
    "grace_days": GRACE_DAYS, "enough": MIN_VALUES, "few": MIN_PEOPLE, "most_few": MIN_PEOPLE - 1,
    "wall_days": WALL_DAYS}
"""The names by which texts take them."""
