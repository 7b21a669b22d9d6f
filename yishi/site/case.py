"""The page of one case study, of one location, of one method, and the list of methods."""

from collections.abc import Iterator

from msgspec import Struct

from ..core.outputs import Output, Plan
from ..model.paths import place_of, url_of
from ..model.records import Case, Location, Method, Span
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
from .linked import about_method, about_work
from .lists import Portion, list_pages, more_of, portions
from .photos import PhotoGroup
from .place import location_kind
from .record import (
    IN_FULL,
    Entry,
    Fact,
    OutcomeView,
    corrections_of,
    labelled,
    outcome_of,
    phases_in_words,
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


# --- locations --------------------------------------------------------------------------------------------------------


class LocationView(Struct, frozen=True):
    """A location, its issues and the cases that tell of it."""

    name: Words
    facts: tuple[Fact, ...]
    issues: tuple[Row, ...]
    more: tuple[Link, ...]
    cases: tuple[Row, ...]
    sources: tuple[Link, ...]


def location_pages(edition: Edition) -> Iterator[Plan]:
    """The page of every location."""
    for path in edition.library.locations:
        issues = edition.library.named_by(path, "issue.location")
        front = next(portions(path, issues, edition.holdings.month))
        yield planned(edition, url_of(path), location_page, path, front)
        if front.below:
            name = name_of(edition, edition.library.locations[path])
            yield from list_pages(edition, path, name.text, issues, lang=name.lang, empty="",
                                  trail=trail_to(edition, place_of(path)), front=False)


def location_page(edition: Edition, path: str, front: Portion) -> Output:
    """The page of the location at `path`; `front` holds the issues that stand on it."""
    location = edition.library.locations[path]
    view = LocationView(
        name_of(edition, location), tuple(_location_facts(edition, path, location)),
        rows_of(edition, front.paths), more_of(edition, front),
        rows_of(edition, edition.library.named_by(path, "case.location")[:IN_FULL]),
        sources_of(edition, path, location),
    )
    return sheet(edition, url_of(path), "pages/location.html", view.name.text, view,
                 trail=trail_to(edition, place_of(path), Link(view.name.text, "", view.name.lang)))


def _location_facts(edition: Edition, path: str, location: Location) -> Iterator[Fact]:
    yield Fact(edition.text("Place"), links_to(edition, [place_of(path)]))
    yield Fact(edition.text("Kind"), (Link(location_kind(edition, location)),))
    if location.built is not None:
        yield Fact(edition.text("Built"), (Link(str(location.built)),))


# --- methods ----------------------------------------------------------------------------------------------------------


class StageView(Struct, frozen=True):
    """A verified stage of a method and the core phases it spans."""

    name: Words
    full: Words | None
    phases: str
    required: bool


class MethodView(Struct, frozen=True):
    """A method: its verified stages and levels only, and what uses it."""

    name: Words
    summary: Words | None
    body: Words | None
    press: bool
    facts: tuple[Fact, ...]
    stages: tuple[StageView, ...]
    incomplete: bool
    criteria: tuple[Words, ...]
    issues: tuple[Row, ...]
    more: tuple[Link, ...]
    cases: tuple[Row, ...]
    sources: tuple[Link, ...]
    remarks: tuple[Fact, ...]


class MethodsView(Struct, frozen=True):
    """All methods, each with its summary."""

    methods: tuple[tuple[Link, Words | None], ...]


def method_pages(edition: Edition) -> Iterator[Plan]:
    """The list of methods, and the page of each."""
    yield planned(edition, "methods/index.html", methods_page)
    for path in edition.library.methods:
        issues = edition.holdings.issues_by_method.get(path, ())
        front = next(portions(path, issues, edition.holdings.month))
        yield planned(edition, url_of(path), method_page, path, front)
        if front.below:
            name = name_of(edition, edition.library.methods[path])
            yield from list_pages(edition, path, name.text, issues, lang=name.lang, empty="",
                                  trail=(_up_to_methods(edition),), front=False)


def methods_page(edition: Edition) -> Output:
    """The list of methods."""
    title, methods = edition.text("Ways of working"), edition.library.methods
    listed = tuple(zip(links_to(edition, methods), [summary_of(edition, one) for one in methods.values()], strict=True))
    return sheet(edition, "methods/index.html", "pages/methods.html", title, MethodsView(listed), trail=(Link(title),))


def method_page(edition: Edition, path: str, front: Portion) -> Output:
    """The page of the method at `path`; `front` holds the issues that stand on it."""
    view = method_view(edition, path, edition.library.methods[path], front)
    return sheet(edition, url_of(path), "pages/method.html", view.name.text, view,
                 trail=(_up_to_methods(edition), Link(view.name.text, "", view.name.lang)),
                 about=about_method(edition, edition.library.methods[path]),
                 description=view.summary.text if view.summary else "")


def _up_to_methods(edition: Edition) -> Link:
    return Link(edition.text("Ways of working"), "methods/index.html")


def method_view(edition: Edition, path: str, method: Method, front: Portion) -> MethodView:
    """What the page of the method at `path` shows; `front` holds the issues that stand on it."""
    return MethodView(
        name=name_of(edition, method), summary=summary_of(edition, method),
        body=body_of(edition, path, method, root_of(url_of(path))), press=method.basis == "press",
        facts=tuple(_method_facts(edition, method)), stages=tuple(_stages(edition, method)),
        incomplete=any(not part.verified for parts in (method.stages, method.levels) for part in parts),
        criteria=tuple(labelled(edition, criterion) for criterion in method.criteria),
        issues=rows_of(edition, front.paths), more=more_of(edition, front),
        cases=rows_of(edition, edition.holdings.cases_by_method.get(path, ())[:IN_FULL]),
        sources=sources_of(edition, path, method), remarks=tuple(remarks_of(edition, path, method)),
    )


def _stages(edition: Edition, method: Method) -> Iterator[StageView]:
    for stage in method.stages:
        if stage.verified:
            full = Words(stage.full_label, edition.original) if stage.full_label else None
            yield StageView(stage_name(edition, stage), full, phases_in_words(edition, stage.core), stage.required)


def _method_facts(edition: Edition, method: Method) -> Iterator[Fact]:
    if method.version:
        yield Fact(edition.text("Version"), (Link(method.version, "", edition.original),))
    levels = [labelled(edition, level) for level in method.levels if level.verified]
    if levels:
        yield Fact(edition.text("Levels"), tuple(Link(level.text, "", level.lang) for level in levels))
    if method.tiers:
        tiers = tuple(Link(edition.label("stakeholder", tier)) for tier in method.tiers)
        yield Fact(edition.text("Acting together"), tiers)
    if "followup_days" in method.model_fields_set:  # not where the built-in number stands for what nobody said
        days = edition.plural("{n} day after a matter is resolved", "{n} days after a matter is resolved",
                              method.followup_days)
        yield Fact(edition.text("Follow-up"), (Link(days),))
