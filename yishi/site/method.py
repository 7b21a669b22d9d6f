"""The list of methods, and the page of each."""

from collections.abc import Iterator

from msgspec import Struct

from ..core.outputs import Output, Plan
from ..model.paths import url_of
from ..model.records import Method
from .edition import (
    Edition,
    Link,
    Row,
    Words,
    body_of,
    links_to,
    name_of,
    rows_of,
    stage_name,
    summary_of,
)
from .linked import about_method
from .lists import Portion, list_pages, more_of, portions
from .record import (
    IN_FULL,
    Fact,
    labelled,
    phases_in_words,
    remarks_of,
    sources_of,
)
from .shell import planned, root_of, sheet


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
