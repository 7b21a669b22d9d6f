"""The ways in to the issues and cases: all of them, by topic, by status, by month."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from ...core.outputs import Output, OutputPlan
from ...model.kinds import KINDS
from ...model.vocabulary import Term
from ..filters import CASE_FILTERS, ISSUE_FILTERS
from ..layout import build_page, plan_page
from ..page_context import Link, PageContext
from ..paginated_lists import (
    ListPage,
    format_list_month,
    group_issues_by_status,
    plan_list_page,
    plan_list_pages,
    split_by_hash,
)


class IndexGroup(Struct, frozen=True):
    """A group of an index ("" = without a heading), and its entries, each with its number of issues."""

    name: str
    entries: tuple[tuple[Link, str], ...]


class IndexView(Struct, frozen=True):
    """A way in to the issues: by topic, by status, by month."""

    title: str
    lead: str
    groups: tuple[IndexGroup, ...]
    empty_text: str


def plan_index_pages(edition: PageContext) -> Iterator[OutputPlan]:
    """The lists of all issues and of all cases, and the ways in by topic, status and month."""
    for kind, paths, filters in (("issue", edition.record_lists.issues, ISSUE_FILTERS),
                                 ("case", edition.record_lists.cases, CASE_FILTERS)):
        spec = KINDS[kind]
        yield from plan_list_pages(edition, spec.folder, edition.text(spec.list_title), paths, filters=filters,
                                   empty=edition.text(spec.list_empty))
    yield from _plan_topic_index(edition)
    yield from _plan_status_index(edition)
    yield from _plan_month_index(edition)


# --- by topic, status, month ------------------------------------------------------------------------------------------


def _plan_topic_index(edition: PageContext) -> Iterator[OutputPlan]:
    title, topics = edition.text("By topic"), edition.library.vocabulary.terms["topic"]
    lead = edition.text("The topics of the issues. One issue can have several topics.")
    yield _plan_index(edition, "topics", title, lead, tuple(_topic_groups(edition, list(topics.values()))))
    for key in topics:
        yield from _plan_list(edition, f"topics/{key}", edition.label("topic", key),
                              edition.record_lists.by_topic.get(key, ()),
                              Link(title, "topics/index.html"), _filters_except("topic"))


def _topic_groups(edition: PageContext, topics: Sequence[Term]) -> Iterator[IndexGroup]:
    for group in dict.fromkeys(topic.group for topic in topics):
        term = edition.library.vocabulary.groups.get(group)
        yield IndexGroup(term.label(edition.language.tag) if term else "", tuple(
            _index_entry(edition, edition.label("topic", topic.key), f"topics/{topic.key}",
                         len(edition.record_lists.by_topic.get(topic.key, ())))
            for topic in topics if topic.group == group
        ))


def _plan_status_index(edition: PageContext) -> Iterator[OutputPlan]:
    title, statuses = edition.text("By status"), edition.library.vocabulary.terms["status"]
    groups = [group for group in group_issues_by_status(edition, "") if group[2] or group[0] in statuses]
    lead = edition.text("The status of each issue. It is derived from the log, not entered by hand.")
    entries = tuple(_index_entry(edition, label, f"status/{key}", len(paths)) for key, label, paths in groups)
    yield _plan_index(edition, "status", title, lead, (IndexGroup("", entries),))
    for key, label, paths in groups:
        yield from _plan_list(edition, f"status/{key}", label, paths, Link(title, "status/index.html"),
                              _filters_except("status"))


def _plan_month_index(edition: PageContext) -> Iterator[OutputPlan]:
    title, held = edition.text("By month"), edition.record_lists.by_month
    months = sorted(held, key=lambda name: (name != "unknown", name), reverse=True)
    entries = tuple(_index_entry(edition, format_list_month(edition, month), f"months/{month}", len(held[month]))
                    for month in months)
    yield _plan_index(edition, "months", title, edition.text("When the issues were raised."),
                      (IndexGroup("", entries),))
    for month in dict.fromkeys((*months, "unknown")):
        name, up = format_list_month(edition, month), Link(title, "months/index.html")
        for portion in split_by_hash(f"months/{month}", month, held.get(month, ())):
            yield _plan_month_list(edition, portion, f"months/{month}", name, up)


def _plan_month_list(edition: PageContext, portion: ListPage, folder: str, name: str, up: Link) -> OutputPlan:
    empty = edition.text("Nothing is listed here yet.")
    if portion.folder == folder:
        return plan_list_page(edition, portion, name, "", empty, (up,), filters=_filters_except("year"))
    part = edition.text("Part {part}", part=portion.folder.removeprefix(folder + "/").upper())
    return plan_list_page(edition, portion, f"{name} · {part}", "", empty, (up, Link(name, f"{folder}/index.html")))


def _plan_list(edition: PageContext, folder: str, title: str, paths: Sequence[str], up: Link,
               filters: Sequence[str]) -> Iterator[OutputPlan]:
    return plan_list_pages(edition, folder, title, paths, empty=edition.text("Nothing is listed here yet."),
                           trail=(up,),
                           filters=filters)


def _filters_except(name: str) -> tuple[str, ...]:
    """What a list of issues that have one thing in common can still be filtered by."""
    return tuple(one for one in ISSUE_FILTERS if one != name)


def _index_entry(edition: PageContext, name: str, folder: str, number: int) -> tuple[Link, str]:
    return Link(name, f"{folder}/index.html"), edition.number(number)


def _plan_index(edition: PageContext, folder: str, title: str, lead: str, groups: tuple[IndexGroup, ...]) -> OutputPlan:
    return plan_page(edition, f"{folder}/index.html", build_index_page, folder, title, lead, groups)


def build_index_page(edition: PageContext, folder: str, title: str, lead: str,
                     groups: tuple[IndexGroup, ...]) -> Output:
    """The front page of a way in to the issues."""
    view = IndexView(title, lead, groups, edition.text("Nothing is listed here yet."))
    return build_page(edition, f"{folder}/index.html", "pages/issue_indexes.html", title, view, description=lead,
                      trail=(Link(title),))
