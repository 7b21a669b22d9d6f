"""The page of one case study."""

from collections.abc import Iterator

from msgspec import Struct

from ..core.outputs import Output, Plan
from ..model.paths import place_of, url_of
from ..model.records import Case, Method, Span
from .edition import (
    Edition,
    Link,
    Row,
    Words,
    body_of,
    links_to,
    method_of,
    name_of,
    reference,
    rows_of,
    span_in_words,
    stage_name,
    summary_of,
)
from .linked import about_work
from .photos import PhotoGroup
from .record import (
    Entry,
    Fact,
    OutcomeView,
    corrections_of,
    outcome_of,
    pictures,
    remarks_of,
    sources_of,
    topic_links,
)
from .shell import planned, root_of, sheet, trail_to
from .similar import Likeness, similar_to


class CaseView(Struct, frozen=True):
    """Everything that the page of a case study shows."""

    title: Words
    summary: Words | None
    body: Words | None
    press: bool
    draft: bool
    tag: str
    facts: tuple[Fact, ...]
    issues: tuple[Row, ...]
    lost: Link | None
    outcome: OutcomeView | None
    lessons: tuple[str, ...]
    transferable: tuple[str, ...]
    photos: tuple[PhotoGroup, ...]
    similar: tuple[Likeness, ...]
    sheet: str
    sources: tuple[Link, ...]
    corrections: tuple[Entry, ...]
    remarks: tuple[Fact, ...]


def case_pages(edition: Edition) -> Iterator[Plan]:
    """The page of every case study."""
    for path in edition.library.cases:
        yield planned(edition, url_of(path), case_page, path)


def case_page(edition: Edition, path: str) -> Output:
    """The page of the case at `path`."""
    view = case_view(edition, path, edition.library.cases[path])
    up = Link(edition.text("Case studies"), f"{place_of(path)}/cases/index.html")
    return sheet(edition, url_of(path), "pages/case.html", view.title.text, view,
                 description=view.summary.text if view.summary else "",
                 about=about_work(edition, edition.library.cases[path], place_of(path)),
                 trail=trail_to(edition, place_of(path), up, Link(view.title.text, "", view.title.lang)))


def case_view(edition: Edition, path: str, case: Case) -> CaseView:
    """What the page of the case at `path` shows."""
    return CaseView(
        title=name_of(edition, case), summary=summary_of(edition, case),
        body=body_of(edition, path, case, root_of(url_of(path))), press=case.basis == "press",
        draft=case.draft, tag=case.wall.tag or "" if case.wall else "", facts=tuple(case_facts(edition, path, case)),
        issues=rows_of(edition, case.issues), lost=reference(edition, path, "issues", None),
        outcome=outcome_of(edition, case.outcome) if case.outcome else None,
        lessons=case.lessons, transferable=case.transferable, photos=pictures(edition, path, case.photos),
        similar=similar_to(edition, path), sheet=f"{path}/sheet/index.html",
        sources=sources_of(edition, path, case), corrections=tuple(corrections_of(edition, case.corrections)),
        remarks=tuple(remarks_of(edition, path, case)),
    )


def case_facts(edition: Edition, path: str, case: Case) -> Iterator[Fact]:
    """The facts of a case: where, when, on what, who."""
    text = edition.text
    yield Fact(text("Place"), links_to(edition, [place_of(path)]))
    location, dates = reference(edition, path, "location", case.location), case.dates or Span()
    span = span_in_words(edition, dates.text or "", dates.start, dates.end)
    if location:
        yield Fact(text("Location"), (location,))
    if case.topic:
        yield Fact(text("Topic"), topic_links(edition, case.topic))
    if span:
        yield Fact(text("When"), (Link(span),))
    method = method_of(edition, case)
    if method and case.method:
        yield Fact(text("Way of working"), links_to(edition, [method[0]]))
    shown = _stages_shown(edition, case, method[1]) if method else ()
    if shown:
        yield Fact(text("Stages shown"), shown)
    if case.stakeholders:
        yield Fact(text("Who took part"), tuple(Link(edition.label("stakeholder", kind)) for kind in case.stakeholders))
    if case.engagement:
        yield Fact(text("How far residents took part"), (Link(edition.label("engagement", case.engagement)),))
    named_by = edition.library.named_by
    for label, paths in ((text("Shown at"), dict.fromkeys((case.event or "", *named_by(path, "event.groups")))),
                         (text("Reviews"), named_by(path, "review.target"))):
        if links := links_to(edition, paths):
            yield Fact(label, links)


def _stages_shown(edition: Edition, case: Case, method: Method) -> tuple[Link, ...]:
    names = (stage_name(edition, stage) for stage in method.stages if stage.verified and stage.id in case.stages_shown)
    return tuple(Link(name.text, "", name.lang) for name in names)
