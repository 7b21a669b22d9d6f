"""The page of a case study."""

from collections.abc import Iterator

from msgspec import Struct

from ...analysis.similar_cases import CaseTraits
from ...model.paths import get_place_of
from ...model.records import Case, Method, Span
from ..page_context import (
    Link,
    PageContext,
    RecordRow,
    find_method,
    format_span,
    join_items,
    link_to_records,
    link_to_reference,
    localize_stage,
    select_rows,
)
from ..photos import PhotoGroup
from ..record_parts import (
    LabelledValue,
    OutcomeView,
    RecordParts,
    build_outcome,
    build_record_parts,
    link_topics,
    select_photos,
)


class CaseView(Struct, frozen=True):
    """The view of a case study's page; `similar_cases`: the most similar first, each with the reason in words."""

    parts: RecordParts
    tag: str
    issues: tuple[RecordRow, ...]
    withheld_issue: Link | None
    outcome: OutcomeView | None
    lessons: tuple[str, ...]
    transferable: tuple[str, ...]
    photos: tuple[PhotoGroup, ...]
    similar_cases: tuple[tuple[RecordRow, str], ...]
    discussion_sheet: str


def build_case_view(context: PageContext, path: str, case: Case) -> CaseView:
    """Build the view of the page of the case at `path`."""
    return CaseView(
        parts=build_record_parts(context, path, case, list_case_facts(context, path, case)),
        tag=case.wall.tag or "" if case.wall else "",
        issues=select_rows(context, case.issues), withheld_issue=link_to_reference(context, path, "issues", None),
        outcome=build_outcome(context, case.outcome) if case.outcome else None,
        lessons=case.lessons, transferable=case.transferable, photos=select_photos(context, path, case.photos),
        similar_cases=tuple((context.rows[other], _explain_similarity(context, path, other))
                            for other in context.site_data.similar_cases[path]),
        discussion_sheet=f"{path}/sheet/index.html",
    )


def list_case_facts(context: PageContext, path: str, case: Case) -> Iterator[LabelledValue]:
    """Yield the facts of a case: place, date, topic, participants."""
    text = context.text
    yield LabelledValue(text("Place"), link_to_records(context, [get_place_of(path)]))
    location, dates = link_to_reference(context, path, "location", case.location), case.dates or Span()
    span = format_span(context, dates.text or "", dates.start, dates.end)
    if location:
        yield LabelledValue(text("Location"), (location,))
    if case.topic:
        yield LabelledValue(text("Topic"), link_topics(context, case.topic))
    if span:
        yield LabelledValue(text("When"), (Link(span),))
    method = find_method(context, case)
    if method and case.method:
        yield LabelledValue(text("Way of working"), link_to_records(context, [method[0]]))
    stages = _stages_shown(context, case, method[1]) if method else ()
    if stages:
        yield LabelledValue(text("Stages shown"), stages)
    if case.stakeholders:
        yield LabelledValue(text("Who took part"), tuple(Link(context.label("stakeholder", kind))
                                                         for kind in case.stakeholders))
    if case.engagement:
        yield LabelledValue(text("Level of resident participation"),
                            (Link(context.label("engagement", case.engagement)),))
    referrers = context.library.referrers
    for label, paths in ((text("Presented at"), dict.fromkeys((case.event or "", *referrers(path, "event.groups")))),
                         (text("Reviews"), referrers(path, "review.target"))):
        if links := link_to_records(context, paths):
            yield LabelledValue(label, links)


def _stages_shown(context: PageContext, case: Case, method: Method) -> tuple[Link, ...]:
    names = (localize_stage(context, stage) for stage in method.stages if stage.verified
             and stage.id in case.stages_shown)
    return tuple(Link(name.text, "", name.lang) for name in names)


# --- similar cases ----------------------------------------------------------------------------------------------------


def _explain_similarity(context: PageContext, path: str, other: str) -> str:
    traits = context.site_data.case_traits
    return context.text("; ").join(_shared_traits(context, traits[path], traits[other]))


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
