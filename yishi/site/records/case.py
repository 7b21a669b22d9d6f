"""The page of a case study."""

from collections.abc import Iterator

from msgspec import Struct

from ...analysis.similar_cases import CaseTraits
from ...model.paths import get_place_of
from ...model.records import Case, Method, Span
from ..page_context import (
    Link,
    LocalizedText,
    PageContext,
    RecordRow,
    find_method,
    format_span,
    join_items,
    link_terms,
    link_text,
    link_to_record,
    link_to_records,
    link_to_reference,
    localize_label,
    localize_text,
    localize_texts,
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
    list_costs,
    list_facts,
    select_photos,
)


class CaseView(Struct, frozen=True):
    """The view of a case study's page; `similar_cases`: the most similar first, each with the reason in words."""

    parts: RecordParts
    tag: LocalizedText
    issues: tuple[RecordRow, ...]
    withheld_issue: Link | None
    outcome: OutcomeView | None
    lessons: tuple[LocalizedText, ...]
    transferable: tuple[LocalizedText, ...]
    photos: tuple[PhotoGroup, ...]
    similar_cases: tuple[tuple[RecordRow, str], ...]
    discussion_sheet: str


def build_case_view(context: PageContext, path: str, case: Case) -> CaseView:
    """The view of the page of the case at `path`."""
    return CaseView(
        parts=build_record_parts(context, path, case, list_case_facts(context, path, case)),
        tag=localize_text(context, case, case.wall.tag if case.wall else None),
        issues=select_rows(context, case.issues), withheld_issue=link_to_reference(context, path, "issues", None),
        outcome=build_outcome(context, case, case.outcome) if case.outcome else None,
        lessons=localize_texts(context, case, case.lessons),
        transferable=localize_texts(context, case, case.transferable), photos=select_photos(context, path, case),
        similar_cases=tuple((context.rows[other], _explain_similarity(context, path, other))
                            for other in context.site_data.similar_cases[path]),
        discussion_sheet=f"{path}/sheet/index.html",
    )


def list_case_facts(context: PageContext, path: str, case: Case) -> Iterator[LabelledValue]:
    """The facts of a case: place, date, topic, participants."""
    text = context.text
    method = find_method(context, case)
    events = dict.fromkeys((case.event or "", *context.library.referrers(path, "event.groups")))
    return list_facts(
        (text("Place"), link_to_record(context, get_place_of(path))),
        (text("Location"), link_to_reference(context, path, "location", case.location)),
        (text("Topic"), link_topics(context, case.topic)),
        (text("When"), _format_dates(context, case)),
        (text("Way of working"), link_to_record(context, method[0]) if method and case.method else None),
        (text("Stages shown"), _stages_shown(context, case, method[1]) if method else None),
        (text("Who took part"), link_terms(context, "stakeholder", case.stakeholders)),
        (text("Level of resident participation"), case.engagement and context.label("engagement", case.engagement)),
        (text("Cost"), list_costs(context, case.issues)),
        (text("Presented at"), link_to_records(context, events)),
        (text("Reviews"), link_to_records(context, context.library.referrers(path, "review.target"))))


def _format_dates(context: PageContext, case: Case) -> Link | str:
    """The time of a case as written, else by its known dates; "" if there are none."""
    dates = case.dates or Span()
    return link_text(context, case, dates.text) or format_span(context, "", dates.start, dates.end)


def _stages_shown(context: PageContext, case: Case, method: Method) -> tuple[Link, ...]:
    names = (localize_label(context, stage) for stage in method.stages if stage.verified
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
