"""Why other cases are like one, in words."""

from collections.abc import Iterator

from msgspec import Struct

from ..analysis.alike import Traits
from .edition import Edition, Row, listed


class Likeness(Struct, frozen=True):
    """A similar case and why it is one, in words."""

    row: Row
    why: str


def similar_to(edition: Edition, path: str) -> tuple[Likeness, ...]:
    """The cases most like the one at `path`, the most alike first."""
    return tuple(_likeness(edition, path, other) for other in edition.book.alike[path])


def _likeness(edition: Edition, path: str, other: str) -> Likeness:
    own, its = edition.book.traits[path], edition.book.traits[other]
    return Likeness(edition.rows[other], edition.text("; ").join(_why(edition, own, its)))


def _why(edition: Edition, one: Traits, other: Traits) -> Iterator[str]:
    shared = (("topic", one.topics & other.topics, edition.text("the same topic: {what}")),
              ("location_kind", one.locations & other.locations, edition.text("the same kind of location: {what}")),
              ("stakeholder", one.stakeholders & other.stakeholders, edition.text("the same participants: {what}")))
    for vocabulary, keys, said in shared:
        labels = [edition.label(vocabulary, key) for key in edition.library.vocabulary.terms[vocabulary] if key in keys]
        if labels:
            yield said.format(what=listed(edition, labels))
    if one.method == other.method != "":
        yield edition.text("the same way of working")
