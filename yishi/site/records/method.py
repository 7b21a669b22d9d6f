"""The list of methods, and the page of each."""

from collections.abc import Iterator

from msgspec import Struct

from ...core.outputs import Output, OutputPlan
from ...model.paths import get_record_url
from ...model.records import Method
from ..json_ld import describe_method
from ..layout import build_page, get_language_root, plan_page
from ..page_context import (
    Link,
    LocalizedText,
    PageContext,
    RecordRow,
    link_to_records,
    localize_body,
    localize_name,
    localize_stage,
    localize_summary,
    select_rows,
)
from ..paginated_lists import ListPage, link_subpages, plan_list_pages, split_list
from ..record_parts import (
    MAX_RELATED_RECORDS,
    LabelledValue,
    format_phases,
    link_sources,
    list_remarks,
    localize_label,
)


class StageView(Struct, frozen=True):
    """A verified stage of a method and the core phases it spans."""

    name: LocalizedText
    full_label: LocalizedText | None
    phases: str
    is_required: bool


class MethodView(Struct, frozen=True):
    """A method: its verified stages and levels only, and what uses it."""

    name: LocalizedText
    summary: LocalizedText | None
    body: LocalizedText | None
    from_press: bool
    facts: tuple[LabelledValue, ...]
    stages: tuple[StageView, ...]
    has_unverified_parts: bool
    criteria: tuple[LocalizedText, ...]
    issues: tuple[RecordRow, ...]
    subpages: tuple[Link, ...]
    cases: tuple[RecordRow, ...]
    sources: tuple[Link, ...]
    remarks: tuple[LabelledValue, ...]


class MethodsView(Struct, frozen=True):
    """All methods, each with its summary."""

    methods: tuple[tuple[Link, LocalizedText | None], ...]


def plan_method_pages(edition: PageContext) -> Iterator[OutputPlan]:
    """The list of methods, and the page of each."""
    yield plan_page(edition, "methods/index.html", build_methods_page)
    for path in edition.library.methods:
        issues = edition.record_lists.issues_by_method.get(path, ())
        front = next(split_list(path, issues, edition.record_lists.month_of))
        yield plan_page(edition, get_record_url(path), build_method_page, path, front)
        if front.subpages:
            name = localize_name(edition, edition.library.methods[path])
            yield from plan_list_pages(edition, path, name.text, issues, lang=name.lang, empty="",
                                       trail=(_methods_link(edition),), front=False)


def build_methods_page(edition: PageContext) -> Output:
    """The list of methods."""
    title, methods = edition.text("Ways of working"), edition.library.methods
    listed = tuple(zip(link_to_records(edition, methods), [localize_summary(edition, one) for one in methods.values()],
                       strict=True))
    return build_page(edition, "methods/index.html", "pages/methods.html", title, MethodsView(listed),
                      trail=(Link(title),))


def build_method_page(edition: PageContext, path: str, front: ListPage) -> Output:
    """The page of the method at `path`; `front` holds the issues that stand on it."""
    view = build_method_view(edition, path, edition.library.methods[path], front)
    return build_page(edition, get_record_url(path), "pages/method.html", view.name.text, view,
                      trail=(_methods_link(edition), Link(view.name.text, "", view.name.lang)),
                      about=describe_method(edition, edition.library.methods[path]),
                      description=view.summary.text if view.summary else "")


def _methods_link(edition: PageContext) -> Link:
    return Link(edition.text("Ways of working"), "methods/index.html")


def build_method_view(edition: PageContext, path: str, method: Method, front: ListPage) -> MethodView:
    """What the page of the method at `path` shows; `front` holds the issues that stand on it."""
    return MethodView(
        name=localize_name(edition, method), summary=localize_summary(edition, method),
        body=localize_body(edition, path, method, get_language_root(get_record_url(path))),
        from_press=method.basis == "press",
        facts=tuple(_method_facts(edition, method)), stages=tuple(_stage_views(edition, method)),
        has_unverified_parts=any(not part.verified for parts in (method.stages, method.levels) for part in parts),
        criteria=tuple(localize_label(edition, criterion) for criterion in method.criteria),
        issues=select_rows(edition, front.paths), subpages=link_subpages(edition, front),
        cases=select_rows(edition, edition.record_lists.cases_by_method.get(path, ())[:MAX_RELATED_RECORDS]),
        sources=link_sources(edition, path, method), remarks=tuple(list_remarks(edition, path, method)),
    )


def _stage_views(edition: PageContext, method: Method) -> Iterator[StageView]:
    for stage in method.stages:
        if stage.verified:
            full = LocalizedText(stage.full_label, edition.original_language) if stage.full_label else None
            yield StageView(localize_stage(edition, stage), full, format_phases(edition, stage.core), stage.required)


def _method_facts(edition: PageContext, method: Method) -> Iterator[LabelledValue]:
    if method.version:
        yield LabelledValue(edition.text("Version"), (Link(method.version, "", edition.original_language),))
    levels = [localize_label(edition, level) for level in method.levels if level.verified]
    if levels:
        yield LabelledValue(edition.text("Levels"), tuple(Link(level.text, "", level.lang) for level in levels))
    if method.tiers:
        tiers = tuple(Link(edition.label("stakeholder", tier)) for tier in method.tiers)
        yield LabelledValue(edition.text("Acting together"), tiers)
    if "followup_days" in method.model_fields_set:  # not where the built-in number stands for what nobody said
        days = edition.plural("{n} day after an issue is resolved", "{n} days after an issue is resolved",
                              method.followup_days)
        yield LabelledValue(edition.text("Follow-up"), (Link(days),))
