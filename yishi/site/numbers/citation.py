"""How a number is cited: its value, place and day, the revision of its figures, and its address."""

from collections.abc import Mapping

from ...analysis.statistics import DEFINITIONS, Stat, export_stat
from ...core.hashes import compute_data_digest
from ..format_stat import FormattedStat, get_statistic_path
from ..layout import build_absolute_url, get_language_prefix
from ..page_context import PageContext, localize_name

REVISION_LENGTH = 12
"""So many digits of a digest tell a revision."""


def compute_revision(context: PageContext, key: str) -> str:
    """The revision of a statistic: what tells all its values as they are today."""
    return fingerprint_figures(context.site_data.stats[key])


def fingerprint_figures(figures: Mapping[str, Stat]) -> str:
    """What tells the values of one statistic, place by place: a digest of them as `data/statistics.json` has them.

    It changes when one of them does, and at no other time; a revision of the whole site would change these pages with
    every word that is mended anywhere.
    """
    told = {place: export_stat(stat) for place, stat in figures.items()}
    return compute_data_digest(told)[:REVISION_LENGTH]


def format_citation(context: PageContext, key: str, place: str, words: FormattedStat, path: str, revision: str) -> str:
    """A citation as plain text. `place`: its name; `path`: "" = the site."""
    page = get_statistic_path(key, path).replace("/index.html", "/")
    tag = context.language.tag
    address = build_absolute_url(context, tag, page) or get_language_prefix(context, tag) + page
    # why is a whole sentence
    value = " ".join(filter(None, (words.value or words.explanation.rstrip(".。"), words.detail)))
    return context.text("{site}, “{statistic}”, {place}: {value}. As of {day}, figures {revision}. {address}",
                        site=localize_name(context, context.library.site).text, place=place, value=value,
                        statistic=context.text(DEFINITIONS[key].name), day=context.language.day(context.as_of),
                        revision=revision, address=address)
