"""The list of methods, and the page of each."""

from collections.abc import Iterator

from msgspec import Struct

from ...core.outputs import Output, OutputPlan
from ...model.paths import get_record_url
from ...model.records import Method
from ..json_ld import describe_method
from ..layout import build_page, plan_page
from ..page_context import (
    Link,
    LocalizedText,
    PageContext,
    RecordRow,
    link_terms,
    link_text,
    link_to_records,
    localize_label,
    localize_name,
    localize_summary,
    localize_text,
    select_rows,
)
from ..paginated_lists import ListPage, ListSpec, link_subpages, plan_list_pages, split_list
from ..record_parts import (
    MAX_RELATED_RECORDS,
    LabelledValue,
    RecordParts,
    build_record_parts,
    format_phases,
    list_facts,
)

StageRow = tuple[LocalizedText, LocalizedText, str, bool]
"""A verified stage of a method: its name, its full label as written, its core phases, and whether it is required."""


class MethodView(Struct, frozen=True):
    """A method: only its verified stages and levels, and the records that use it."""

    parts: RecordParts
    stages: tuple[StageRow, ...]
    has_unverified_parts: bool
    criteria: tuple[LocalizedText, ...]
    issues: tuple[RecordRow, ...]
    subpages: tuple[Link, ...]
    cases: tuple[RecordRow, ...]


def plan_method_pages(context: PageContext) -> Iterator[OutputPlan]:
    """The page of each method, and the further parts of its list of issues."""
    for path in context.library.methods:
        issues = context.record_lists.issues_by_method.get(path, ())
        front = next(split_list(path, issues, context.record_lists.month_of))
        yield plan_page(context, get_record_url(path), build_method_page, path, front)
        if front.subpages:
            name = localize_name(context, context.library.methods[path])
            spec = ListSpec(name.text, "", (_methods_link(context),), name.lang)
            yield from plan_list_pages(context, path, issues, spec, front=False)


def build_methods_page(context: PageContext) -> Output:
    """The list of methods, each with its summary."""
    title = context.text("Ways of working")
    methods = context.library.methods
    summaries = [localize_summary(context, method) for method in methods.values()]
    listed = tuple(zip(link_to_records(context, methods), summaries, strict=True))
    return build_page(context, "methods/index.html", "pages/methods.html", title, listed, trail=(Link(title),))


def build_method_page(context: PageContext, path: str, front: ListPage) -> Output:
    """The page of the method at `path`; `front`: the issues on its first page."""
    view = build_method_view(context, path, context.library.methods[path], front)
    title, summary = view.parts.title, view.parts.summary
    return build_page(context, get_record_url(path), "pages/method.html", title.text, view,
                      trail=(_methods_link(context), Link(title.text, "", title.lang)),
                      about=describe_method(context, context.library.methods[path]),
                      description=summary.text if summary else "")


def _methods_link(context: PageContext) -> Link:
    return Link(context.text("Ways of working"), "methods/index.html")


def build_method_view(context: PageContext, path: str, method: Method, front: ListPage) -> MethodView:
    """The view of the page of the method at `path`; `front`: the issues on its first page."""
    return MethodView(
        parts=build_record_parts(context, path, method, _method_facts(context, method)),
        stages=tuple(_stage_rows(context, method)),
        has_unverified_parts=any(not part.verified for parts in (method.stages, method.levels) for part in parts),
        criteria=tuple(localize_label(context, criterion) for criterion in method.criteria),
        issues=select_rows(context, front.paths), subpages=link_subpages(context, front),
        cases=select_rows(context, context.record_lists.cases_by_method.get(path, ())[:MAX_RELATED_RECORDS]),
    )


def _stage_rows(context: PageContext, method: Method) -> Iterator[StageRow]:
    for stage in method.stages:
        if stage.verified:
            yield (localize_label(context, stage), localize_text(context, method, stage.full_label),
                   format_phases(context, stage.core), stage.required)


def _method_facts(context: PageContext, method: Method) -> Iterator[LabelledValue]:
    text = context.text
    levels = (localize_label(context, level) for level in method.levels if level.verified)
    days = context.plural("{n} day after an issue is resolved", "{n} days after an issue is resolved",
                          method.followup_days)
    return list_facts(
        (text("Version"), link_text(context, method, method.version)),
        (text("Levels"), (Link(level.text, "", level.lang) for level in levels)),
        (text("Acting together"), link_terms(context, "stakeholder", method.tiers)),
        # not for the built-in default, which nobody stated
        (text("Follow-up"), days if "followup_days" in method.model_fields_set else None))
