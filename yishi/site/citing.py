"""How a number is cited: its value, place and day, the revision of its figures, and its address."""

from collections.abc import Mapping

from ..analysis.statistics import DEFINITIONS, Stat, as_data
from ..core.digests import digest_of_data
from .edition import Edition, name_of
from .numbers import Said, number_at
from .shell import absolute, prefix_of

LENGTH = 12
"""So many digits of a digest tell a revision."""


def revision_of(edition: Edition, key: str) -> str:
    """The revision of a statistic: what tells all its values as they are today."""
    return digest_of_figures(edition.book.numbers[key])


def digest_of_figures(figures: Mapping[str, Stat]) -> str:
    """What tells the values of one statistic, place by place: a digest of them as `data/statistics.json` has them.

    It changes when one of them does, and at no other time; a revision of the whole site would change these pages with
    every word that is mended anywhere.
    """
    told = {place: as_data(stat) for place, stat in figures.items()}
    return digest_of_data(told)[:LENGTH]


def cited(edition: Edition, key: str, place: str, words: Said, path: str, revision: str) -> str:
    """A citation as plain text. `place`: its name; `path`: "" = the site."""
    page = number_at(key, path).replace("/index.html", "/")
    address = absolute(edition, edition.language.tag, page) or prefix_of(edition, edition.language.tag) + page
    value = " ".join(filter(None, (words.value or words.why.rstrip(".。"), words.detail)))  # why is a whole sentence
    return edition.text("{site}, “{statistic}”, {place}: {value}. As of {day}, figures {revision}. {address}",
                        site=name_of(edition, edition.library.site).text, place=place, value=value,
                        statistic=edition.text(DEFINITIONS[key].name), day=edition.language.day(edition.as_of),
                        revision=revision, address=address)
