"""Why other cases are like one, in words."""

from collections.abc import Iterator

from msgspec import Struct

from ...analysis.similar_cases import CaseTraits
from ..page_context import PageContext, RecordRow, join_items


class SimilarCase(Struct, frozen=True):
    """A similar case and why it is one, in words."""

    row: RecordRow
    reason: str


def list_similar_cases(edition: PageContext, path: str) -> tuple[SimilarCase, ...]:
    """The cases most like the one at `path`, the most alike first."""
    return tuple(_similar_case(edition, path, other) for other in edition.site_data.similar_cases[path])


def _similar_case(edition: PageContext, path: str, other: str) -> SimilarCase:
    own, its = edition.site_data.case_traits[path], edition.site_data.case_traits[other]
    return SimilarCase(edition.rows[other], edition.text("; ").join(_shared_traits(edition, own, its)))


def _shared_traits(edition: PageContext, one: CaseTraits, other: CaseTraits) -> Iterator[str]:
    shared = (("topic", one.topics & other.topics, edition.text("the same topic: {what}")),
              ("location_kind", one.locations & other.locations, edition.text("the same kind of location: {what}")),
              ("stakeholder", one.stakeholders & other.stakeholders, edition.text("the same participants: {what}")))
    for vocabulary, keys, said in shared:
        labels = [edition.label(vocabulary, key) for key in edition.library.vocabulary.terms[vocabulary] if key in keys]
        if labels:
            yield said.format(what=join_items(edition, labels))
    if one.method == other.method != "":
        yield edition.text("the same way of working")
