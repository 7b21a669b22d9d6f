"""Indexes of issues by topic, by status and by month."""

from collections.abc import Iterator, Sequence

from ...core.outputs import Output, OutputPlan
from ...model.vocabulary import Term
from ..filters import ISSUE_FILTERS
from ..layout import build_page, plan_page
from ..page_context import Link, PageContext, Section
from ..paginated_lists import (
    ListPage,
    ListSpec,
    format_period,
    group_issues_by_status,
    plan_list_page,
    plan_list_pages,
    plan_part_page,
    split_by_hash,
)

IndexGroup = Section[tuple[Link, str]]
"""A group of an index: its entries, each with its number of issues."""


def plan_index_pages(context: PageContext) -> Iterator[OutputPlan]:
    """The plans of the indexes by topic, status and month."""
    yield from _plan_topic_index(context)
    yield from _plan_status_index(context)
    yield from _plan_month_index(context)


# --- by topic, status, month ------------------------------------------------------------------------------------------


def _plan_topic_index(context: PageContext) -> Iterator[OutputPlan]:
    title = context.text("By topic")
    topics = context.library.vocabulary.terms["topic"]
    lead = context.text("The topics of the issues. One issue can have several topics.")
    yield _plan_index(context, "topics", title, lead, tuple(_topic_groups(context, list(topics.values()))))
    for key in topics:
        yield from _plan_list(context, f"topics/{key}", context.label("topic", key),
                              context.record_lists.by_topic.get(key, ()),
                              Link(title, "topics/index.html"), _filters_except("topic"))


def _topic_groups(context: PageContext, topics: Sequence[Term]) -> Iterator[IndexGroup]:
    for group in dict.fromkeys(topic.group for topic in topics):
        term = context.library.vocabulary.groups.get(group)
        yield IndexGroup(term.label(context.language.tag) if term else "", tuple(
            _index_entry(context, context.label("topic", topic.key), f"topics/{topic.key}",
                         len(context.record_lists.by_topic.get(topic.key, ())))
            for topic in topics if topic.group == group
        ))


def _plan_status_index(context: PageContext) -> Iterator[OutputPlan]:
    title = context.text("By status")
    statuses = context.library.vocabulary.terms["status"]
    groups = [group for group in group_issues_by_status(context, "") if group[2] or group[0] in statuses]
    lead = context.text("The status of each issue. It is derived from the log, not entered by hand.")
    entries = tuple(_index_entry(context, label, f"status/{key}", len(paths)) for key, label, paths in groups)
    yield _plan_index(context, "status", title, lead, (IndexGroup("", entries),))
    for key, label, paths in groups:
        yield from _plan_list(context, f"status/{key}", label, paths, Link(title, "status/index.html"),
                              _filters_except("status"))


def _plan_month_index(context: PageContext) -> Iterator[OutputPlan]:
    title = context.text("By month")
    by_month = context.record_lists.by_month
    months = sorted(by_month, key=lambda name: (name != "unknown", name), reverse=True)
    entries = tuple(_index_entry(context, format_period(context, month), f"months/{month}", len(by_month[month]))
                    for month in months)
    yield _plan_index(context, "months", title, context.text("When the issues were raised."),
                      (IndexGroup("", entries),))
    for month in dict.fromkeys((*months, "unknown")):
        name = format_period(context, month)
        up = Link(title, "months/index.html")
        for portion in split_by_hash(f"months/{month}", month, by_month.get(month, ())):
            yield _plan_month_list(context, portion, f"months/{month}", name, up)


def _plan_month_list(context: PageContext, portion: ListPage, folder: str, name: str, up: Link) -> OutputPlan:
    spec = ListSpec(name, context.text("Nothing is listed here yet."), (up,), filters=_filters_except("year"))
    if portion.folder == folder:
        return plan_list_page(context, portion, spec)
    part = context.text("Part {part}", part=portion.folder.removeprefix(folder + "/").upper())
    return plan_part_page(context, portion, folder, spec, part)


def _plan_list(context: PageContext, folder: str, title: str, paths: Sequence[str], up: Link,
               filters: tuple[str, ...]) -> Iterator[OutputPlan]:
    spec = ListSpec(title, context.text("Nothing is listed here yet."), (up,), filters=filters)
    return plan_list_pages(context, folder, paths, spec)


def _filters_except(name: str) -> tuple[str, ...]:
    """The filters of a list of issues that have the property `name` in common."""
    return tuple(key for key in ISSUE_FILTERS if key != name)


def _index_entry(context: PageContext, name: str, folder: str, number: int) -> tuple[Link, str]:
    return Link(name, f"{folder}/index.html"), context.number(number)


def _plan_index(context: PageContext, folder: str, title: str, lead: str, groups: tuple[IndexGroup, ...]) -> OutputPlan:
    return plan_page(context, f"{folder}/index.html", build_index_page, folder, title, lead, groups)


def build_index_page(context: PageContext, folder: str, title: str, lead: str,
                     groups: tuple[IndexGroup, ...]) -> Output:
    """The front page of an index; `lead` says what it lists."""
    return build_page(context, f"{folder}/index.html", "pages/issue_indexes.html", title, groups, description=lead,
                      trail=(Link(title),))
