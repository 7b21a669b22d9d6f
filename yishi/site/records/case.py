"""The page of one case study."""

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
    """Everything that the page of a case study shows."""

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


def plan_case_pages(edition: PageContext) -> Iterator[OutputPlan]:
    """The page of every case study."""
    for path in edition.library.cases:
        yield plan_page(edition, get_record_url(path), build_case_page, path)


def build_case_page(edition: PageContext, path: str) -> Output:
    """The page of the case at `path`."""
    view = build_case_view(edition, path, edition.library.cases[path])
    up = Link(edition.text("Case studies"), f"{get_place_of(path)}/cases/index.html")
    return build_page(edition, get_record_url(path), "pages/case.html", view.title.text, view,
                      description=view.summary.text if view.summary else "",
                      about=describe_work(edition, edition.library.cases[path], get_place_of(path)),
                      trail=build_breadcrumbs(edition, get_place_of(path), up,
                                              Link(view.title.text, "", view.title.lang)))


def build_case_view(edition: PageContext, path: str, case: Case) -> CaseView:
    """What the page of the case at `path` shows."""
    return CaseView(
        title=localize_name(edition, case), summary=localize_summary(edition, case),
        body=localize_body(edition, path, case, get_language_root(get_record_url(path))),
        from_press=case.basis == "press",
        is_draft=case.draft, tag=case.wall.tag or "" if case.wall else "",
        facts=tuple(list_case_facts(edition, path, case)),
        issues=select_rows(edition, case.issues), withheld_issue=link_to_reference(edition, path, "issues", None),
        outcome=build_outcome(edition, case.outcome) if case.outcome else None,
        lessons=case.lessons, transferable=case.transferable, photos=select_photos(edition, path, case.photos),
        similar_cases=list_similar_cases(edition, path), discussion_sheet=f"{path}/sheet/index.html",
        sources=link_sources(edition, path, case), corrections=tuple(list_corrections(edition, case.corrections)),
        remarks=tuple(list_remarks(edition, path, case)),
    )


def list_case_facts(edition: PageContext, path: str, case: Case) -> Iterator[LabelledValue]:
    """The facts of a case: where, when, on what, who."""
    text = edition.text
    yield LabelledValue(text("Place"), link_to_records(edition, [get_place_of(path)]))
    location, dates = link_to_reference(edition, path, "location", case.location), case.dates or Span()
    span = format_span(edition, dates.text or "", dates.start, dates.end)
    if location:
        yield LabelledValue(text("Location"), (location,))
    if case.topic:
        yield LabelledValue(text("Topic"), link_topics(edition, case.topic))
    if span:
        yield LabelledValue(text("When"), (Link(span),))
    method = find_method(edition, case)
    if method and case.method:
        yield LabelledValue(text("Way of working"), link_to_records(edition, [method[0]]))
    shown = _stages_shown(edition, case, method[1]) if method else ()
    if shown:
        yield LabelledValue(text("Stages shown"), shown)
    if case.stakeholders:
        yield LabelledValue(text("Who took part"), tuple(Link(edition.label("stakeholder", kind))
                                                         for kind in case.stakeholders))
    if case.engagement:
        yield LabelledValue(text("Level of resident participation"),
                            (Link(edition.label("engagement", case.engagement)),))
    named_by = edition.library.referrers
    for label, paths in ((text("Presented at"), dict.fromkeys((case.event or "", *named_by(path, "event.groups")))),
                         (text("Reviews"), named_by(path, "review.target"))):
        if links := link_to_records(edition, paths):
            yield LabelledValue(label, links)


def _stages_shown(edition: PageContext, case: Case, method: Method) -> tuple[Link, ...]:
    names = (localize_stage(edition, stage) for stage in method.stages if stage.verified
             and stage.id in case.stages_shown)
    return tuple(Link(name.text, "", name.lang) for name in names)
