"""Similar cases, each with the reason in words."""

from collections.abc import Iterator

from msgspec import Struct

from ...analysis.similar_cases import CaseTraits
from ..page_context import PageContext, RecordRow, join_items


class SimilarCase(Struct, frozen=True):
    """A similar case, and the reason in words."""

    row: RecordRow
    reason: str


def list_similar_cases(context: PageContext, path: str) -> tuple[SimilarCase, ...]:
    """Return the cases similar to the one at `path`, the most similar first."""
    return tuple(_similar_case(context, path, other) for other in context.site_data.similar_cases[path])


def _similar_case(context: PageContext, path: str, other: str) -> SimilarCase:
    own, its = context.site_data.case_traits[path], context.site_data.case_traits[other]
    return SimilarCase(context.rows[other], context.text("; ").join(_shared_traits(context, own, its)))


def _shared_traits(context: PageContext, one: CaseTraits, other: CaseTraits) -> Iterator[str]:
    shared = (("topic", one.topics & other.topics, context.text("the same topic: {what}")),
              ("location_kind", one.locations & other.locations, context.text("the same kind of location: {what}")),
              ("stakeholder", one.stakeholders & other.stakeholders, context.text("the same participants: {what}")))
    for vocabulary, keys, message in shared:
        labels = [context.label(vocabulary, key) for key in context.library.vocabulary.terms[vocabulary] if key in keys]
        if labels:
            yield message.format(what=join_items(context, labels))
    if one.method == other.method != "":
        yield context.text("the same way of working")
