"""The page of a case study."""

from collections.abc import Iterator

from msgspec import Struct

from ...core.outputs import Output, OutputPlan
from ...model.paths import get_place_of, get_record_url
from ...model.records import Case, Method, Span
from ..json_ld import describe_work
from ..layout import build_breadcrumbs, build_page, get_language_root, plan_page
from ..page_context import (
    Link,
    LocalizedText,
    PageContext,
    RecordRow,
    find_method,
    format_span,
    link_to_records,
    link_to_reference,
    localize_body,
    localize_name,
    localize_stage,
    localize_summary,
    select_rows,
)
from ..photos import PhotoGroup
from ..record_parts import (
    DatedEntry,
    LabelledValue,
    OutcomeView,
    build_outcome,
    link_sources,
    link_topics,
    list_corrections,
    list_remarks,
    select_photos,
)
from .similar_cases import SimilarCase, list_similar_cases


class CaseView(Struct, frozen=True):
    """The view of a case study's page."""

    title: LocalizedText
    summary: LocalizedText | None
    body: LocalizedText | None
    from_press: bool
    is_draft: bool
    tag: str
    facts: tuple[LabelledValue, ...]
    issues: tuple[RecordRow, ...]
    withheld_issue: Link | None
    outcome: OutcomeView | None
    lessons: tuple[str, ...]
    transferable: tuple[str, ...]
    photos: tuple[PhotoGroup, ...]
    similar_cases: tuple[SimilarCase, ...]
    discussion_sheet: str
    sources: tuple[Link, ...]
    corrections: tuple[DatedEntry, ...]
    remarks: tuple[LabelledValue, ...]


def plan_case_pages(context: PageContext) -> Iterator[OutputPlan]:
    """Yield the page of every case study."""
    for path in context.library.cases:
        yield plan_page(context, get_record_url(path), build_case_page, path)


def build_case_page(context: PageContext, path: str) -> Output:
    """Build the page of the case at `path`."""
    view = build_case_view(context, path, context.library.cases[path])
    up = Link(context.text("Case studies"), f"{get_place_of(path)}/cases/index.html")
    return build_page(context, get_record_url(path), "pages/case.html", view.title.text, view,
                      description=view.summary.text if view.summary else "",
                      about=describe_work(context, context.library.cases[path], get_place_of(path)),
                      trail=build_breadcrumbs(context, get_place_of(path), up,
                                              Link(view.title.text, "", view.title.lang)))


def build_case_view(context: PageContext, path: str, case: Case) -> CaseView:
    """Build the view of the page of the case at `path`."""
    return CaseView(
        title=localize_name(context, case), summary=localize_summary(context, case),
        body=localize_body(context, path, case, get_language_root(get_record_url(path))),
        from_press=case.basis == "press",
        is_draft=case.draft, tag=case.wall.tag or "" if case.wall else "",
        facts=tuple(list_case_facts(context, path, case)),
        issues=select_rows(context, case.issues), withheld_issue=link_to_reference(context, path, "issues", None),
        outcome=build_outcome(context, case.outcome) if case.outcome else None,
        lessons=case.lessons, transferable=case.transferable, photos=select_photos(context, path, case.photos),
        similar_cases=list_similar_cases(context, path), discussion_sheet=f"{path}/sheet/index.html",
        sources=link_sources(context, path, case), corrections=tuple(list_corrections(context, case.corrections)),
        remarks=tuple(list_remarks(context, path, case)),
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
