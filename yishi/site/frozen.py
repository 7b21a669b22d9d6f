"""The pages of the numbers that are kept as they were published, each beside what it is today."""

import json
from collections.abc import Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from ..analysis.frozen import Frozen, Measure, kept
from ..analysis.statistics import DEFINITIONS, Definition
from ..core.outputs import Output, Plan
from ..core.traditional import in_language
from ..model.language import language
from .book import Book
from .edition import Edition, Link, link_to, name_of
from .numbers import machine_value, number_at, said, said_as, stat_of
from .shell import planned, sheet

FOLDER = "statistics/frozen"


class Line(Struct, frozen=True):
    """A statistic of one place, then and now. `now` leads to all that is said about it; `differs`: they are not the
    same."""

    place: Link
    then: str
    now: Link
    differs: bool


class Table(Struct, frozen=True):
    """A statistic, place by place; `gone`: it is not counted any more."""

    key: str
    name: Link
    meaning: str
    gone: bool
    lines: tuple[Line, ...]


class FrozenView(Struct, frozen=True):
    """A frozen copy: its day, the revision of the site then, and where it is for machines."""

    name: str
    day: str
    revision: str
    file: str
    tables: tuple[Table, ...]


class CopiesView(Struct, frozen=True):
    """All frozen copies, the latest first: each with its day and the revision of the site then."""

    copies: tuple[tuple[Link, str, str], ...]


def frozen_pages(edition: Edition) -> Iterator[Plan]:
    """The list of the frozen copies, and the page of each."""
    yield planned(edition, f"{FOLDER}/index.html", copies_page)
    for name in edition.book.frozen:
        yield planned(edition, f"{FOLDER}/{name}/index.html", frozen_page, name)


def frozen_file(book: Book, name: str) -> Output:
    """The numbers of a copy for machines, as they were told then."""
    text = json.dumps(book.frozen[name].published, ensure_ascii=False, sort_keys=True, indent=1)
    return Output(f"{FOLDER}/{name}/statistics.json", body=f"{text}\n".encode())


def frozen_of(edition: Edition, name: str, revision: str) -> Frozen:
    """The numbers of today as a copy called `name`; `revision`: that of the site."""
    library, statistics = edition.library, edition.statistics
    tags = ("en", "zh-Hans")
    words = {tag: {key: one.in_words(language(tag)) for key, one in DEFINITIONS.items()} for tag in tags}
    measures = {key: Measure(one.kind, {tag: words[tag][key].name for tag in tags},
                             {tag: words[tag][key].meaning for tag in tags}) for key, one in DEFINITIONS.items()}
    places = {path: {edition.first: place.name, **{tag: one.title for tag, one in place.translations.items()
                                                   if one.title}} for path, place in library.places.items()}
    return Frozen(name, statistics.as_of, revision, measures, places, {
        place: {key: kept(stat) for key, stat in stats.items()} for place, stats in statistics.scopes.items()})


def copies_page(edition: Edition) -> Output:
    """The list of all frozen copies."""
    title = edition.text("Numbers kept as they were published")
    copies = sorted(edition.book.frozen.items(), key=lambda one: (-one[1].as_of.toordinal(), one[0]))
    view = CopiesView(tuple((Link(name, f"{FOLDER}/{name}/index.html"), edition.language.day(copy.as_of), copy.revision)
                            for name, copy in copies))
    return sheet(edition, f"{FOLDER}/index.html", "pages/snapshots.html", title, view,
                 trail=(_up(edition), Link(title)))


def frozen_page(edition: Edition, name: str) -> Output:
    """The page of a frozen copy."""
    copy = edition.book.frozen[name]
    title = edition.text("Numbers of {day}, as they were published", day=edition.language.day(copy.as_of))
    all_of_them = Link(edition.text("Numbers kept as they were published"), f"{FOLDER}/index.html")
    order = (*(key for key in DEFINITIONS if key in copy.measures), *sorted(copy.measures.keys() - DEFINITIONS.keys()))
    view = FrozenView(name, edition.language.day(copy.as_of), copy.revision, f"{FOLDER}/{name}/statistics.json",
                      tuple(_table(edition, copy, key) for key in order))
    return sheet(edition, f"{FOLDER}/{name}/index.html", "pages/snapshot.html", title, view,
                 trail=(_up(edition), all_of_them, Link(name)))


def _up(edition: Edition) -> Link:
    return Link(edition.text("Numbers"), "statistics/index.html")


def _table(edition: Edition, copy: Frozen, key: str) -> Table:
    measure, gone = copy.measures[key], key not in DEFINITIONS
    name = _in_language(edition, measure.name)
    lines = (_line(edition, copy, key, place) for place in copy.scopes)
    return Table(key, Link(name, "" if gone else number_at(key, "")), _in_language(edition, measure.meaning), gone,
                 tuple(line for line in lines if line))


def _line(edition: Edition, copy: Frozen, key: str, place: str) -> Line | None:
    """A place, then and now; None where there was nothing to count."""
    then = copy.stat(place, key)
    if then is None or (then.value in (None, {}) and not then.suppressed and not then.n):
        return None
    now = stat_of(edition, place, key) if key in DEFINITIONS else None
    before = said_as(edition, _as_defined_then(key, copy.measures[key]), then)
    after = said(edition, key, now) if now else None
    today = " ".join(filter(None, (after.value or after.why, after.detail))) if after else edition.text("not any more")
    leads = Link(today, number_at(key, place), value=machine_value(now)) if now else Link(today)
    return Line(_place(edition, copy, place), " ".join(filter(None, (before.value or before.why, before.detail))),
                leads, now is None or now != then)


def _as_defined_then(key: str, measure: Measure) -> Definition:
    known = DEFINITIONS.get(key) or Definition(key, "count", "", "", "")
    return replace(known, kind=measure.kind)


def _place(edition: Edition, copy: Frozen, place: str) -> Link:
    if not place:
        return Link(edition.text("The whole site"))
    if place in edition.library.places:
        return link_to(edition, place) or Link(name_of(edition, edition.library.places[place]).text)
    return Link(_in_language(edition, copy.places.get(place, {})) or place)


def _in_language(edition: Edition, names: Mapping[str, str]) -> str:
    return in_language(edition.language.tag, names, str) or next(iter(names.values()), "")
