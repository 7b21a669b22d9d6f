"""Citations of numbers: value, place, day, revision of the figures, and URL."""

from collections.abc import Mapping

from ...analysis.statistics import DEFINITIONS, Stat, export_stat
from ...core.hashes import compute_data_digest
from ..format_stat import FormattedStat, get_statistic_path
from ..layout import format_page_address
from ..page_context import PageContext, localize_name

REVISION_LENGTH = 12
"""Number of hex digits of a revision."""


def compute_revision(context: PageContext, key: str) -> str:
    """The revision of a statistic: a short digest of all its values today."""
    return fingerprint_figures(context.site_data.stats[key])


def fingerprint_figures(figures: Mapping[str, Stat]) -> str:
    """The digest of one statistic's values in all places, as in `data/statistics.json`.

    It changes only when one of these values does. A revision of the whole site would change these pages with every edit
    of any record.
    """
    values = {place: export_stat(stat) for place, stat in figures.items()}
    return compute_data_digest(values)[:REVISION_LENGTH]


def format_citation(context: PageContext, key: str, place: str, stat: FormattedStat, path: str, revision: str) -> str:
    """Format a citation as plain text. `place`: the place's name; `path`: its path ("" = the site)."""
    address = format_page_address(context, get_statistic_path(key, path))
    # the explanation is a whole sentence already
    value = " ".join(filter(None, (stat.value or stat.explanation.rstrip(".。"), stat.detail)))
    return context.text("{site}, “{statistic}”, {place}: {value}. As of {day}, figures {revision}. {address}",
                        site=localize_name(context, context.library.site).text, place=place, value=value,
                        statistic=context.text(DEFINITIONS[key].name), day=context.language.day(context.as_of),
                        revision=revision, address=address)
