"""The ways in to the issues and cases: all of them, by topic, by status, by month."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from ..core.outputs import Output, Plan
from ..model.kinds import KINDS
from ..model.vocabulary import Term
from .edition import Edition, Link
from .filters import CASES, ISSUES
from .lists import Portion, by_status, list_pages, month_in_words, parted, plan_of
from .shell import planned, sheet


class Heading(Struct, frozen=True):
    """A group of an index ("" = without a heading), and its entries, each with its number of issues."""

    name: str
    entries: tuple[tuple[Link, str], ...]


class IndexView(Struct, frozen=True):
    """A way in to the issues: by topic, by status, by month."""

    title: str
    lead: str
    groups: tuple[Heading, ...]
    empty: str


def index_pages(edition: Edition) -> Iterator[Plan]:
    """The lists of all issues and of all cases, and the ways in by topic, status and month."""
    for kind, paths, filters in (("issue", edition.holdings.issues, ISSUES), ("case", edition.holdings.cases, CASES)):
        spec = KINDS[kind]
        yield from list_pages(edition, spec.folder, edition.text(spec.list_title), paths, filters=filters,
                              empty=edition.text(spec.list_empty))
    yield from _by_topic(edition)
    yield from _by_status(edition)
    yield from _by_month(edition)


# --- by topic, status, month ------------------------------------------------------------------------------------------


def _by_topic(edition: Edition) -> Iterator[Plan]:
    title, topics = edition.text("By topic"), edition.library.vocabulary.terms["topic"]
    lead = edition.text("What the issues are about. One issue can stand under several topics.")
    yield _index(edition, "topics", title, lead, tuple(_topic_groups(edition, list(topics.values()))))
    for key in topics:
        yield from _list(edition, f"topics/{key}", edition.label("topic", key), edition.holdings.by_topic.get(key, ()),
                         Link(title, "topics/index.html"), _but("topic"))


def _topic_groups(edition: Edition, topics: Sequence[Term]) -> Iterator[Heading]:
    for group in dict.fromkeys(topic.group for topic in topics):
        term = edition.library.vocabulary.groups.get(group)
        yield Heading(term.label(edition.language.tag) if term else "", tuple(
            _entry(edition, edition.label("topic", topic.key), f"topics/{topic.key}",
                   len(edition.holdings.by_topic.get(topic.key, ())))
            for topic in topics if topic.group == group
        ))


def _by_status(edition: Edition) -> Iterator[Plan]:
    title, statuses = edition.text("By status"), edition.library.vocabulary.terms["status"]
    groups = [group for group in by_status(edition, "") if group[2] or group[0] in statuses]
    lead = edition.text("Where the issues stand. The status follows from what is recorded; nobody types it in.")
    entries = tuple(_entry(edition, label, f"status/{key}", len(paths)) for key, label, paths in groups)
    yield _index(edition, "status", title, lead, (Heading("", entries),))
    for key, label, paths in groups:
        yield from _list(edition, f"status/{key}", label, paths, Link(title, "status/index.html"), _but("status"))


def _by_month(edition: Edition) -> Iterator[Plan]:
    title, held = edition.text("By month"), edition.holdings.by_month
    months = sorted(held, key=lambda name: (name != "unknown", name), reverse=True)
    entries = tuple(_entry(edition, month_in_words(edition, month), f"months/{month}", len(held[month]))
                    for month in months)
    yield _index(edition, "months", title, edition.text("When the issues were raised."), (Heading("", entries),))
    for month in dict.fromkeys((*months, "unknown")):
        name, up = month_in_words(edition, month), Link(title, "months/index.html")
        for portion in parted(f"months/{month}", month, held.get(month, ())):
            yield _of_month(edition, portion, f"months/{month}", name, up)


def _of_month(edition: Edition, portion: Portion, folder: str, name: str, up: Link) -> Plan:
    empty = edition.text("Nothing is listed here yet.")
    if portion.folder == folder:
        return plan_of(edition, portion, name, "", empty, (up,), filters=_but("year"))
    part = edition.text("Part {part}", part=portion.folder.removeprefix(folder + "/").upper())
    return plan_of(edition, portion, f"{name} · {part}", "", empty, (up, Link(name, f"{folder}/index.html")))


def _list(edition: Edition, folder: str, title: str, paths: Sequence[str], up: Link,
          filters: Sequence[str]) -> Iterator[Plan]:
    return list_pages(edition, folder, title, paths, empty=edition.text("Nothing is listed here yet."), trail=(up,),
                      filters=filters)


def _but(name: str) -> tuple[str, ...]:
    """What a list of issues that have one thing in common can still be filtered by."""
    return tuple(one for one in ISSUES if one != name)


def _entry(edition: Edition, name: str, folder: str, number: int) -> tuple[Link, str]:
    return Link(name, f"{folder}/index.html"), edition.number(number)


def _index(edition: Edition, folder: str, title: str, lead: str, groups: tuple[Heading, ...]) -> Plan:
    return planned(edition, f"{folder}/index.html", index_page, folder, title, lead, groups)


def index_page(edition: Edition, folder: str, title: str, lead: str, groups: tuple[Heading, ...]) -> Output:
    """The front page of a way in to the issues."""
    view = IndexView(title, lead, groups, edition.text("Nothing is listed here yet."))
    return sheet(edition, f"{folder}/index.html", "pages/issue_indexes.html", title, view, description=lead,
                 trail=(Link(title),))
