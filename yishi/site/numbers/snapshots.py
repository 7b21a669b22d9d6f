"""The pages of the numbers that are kept as they were published, each beside what it is today."""

import json
from collections.abc import Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from ...analysis.snapshots import FrozenDefinition, StatisticsSnapshot, encode_snapshot_stat
from ...analysis.statistics import DEFINITIONS, Definition
from ...core.outputs import Output, OutputPlan
from ...core.traditional import pick_translation
from ...model.language import get_language
from ..format_stat import encode_stat_value, format_stat, format_stat_of_kind, get_stat, get_statistic_path
from ..layout import build_page, plan_page
from ..page_context import Link, PageContext, link_to_record, localize_name
from ..site_data import SiteData

SNAPSHOTS_FOLDER = "statistics/frozen"


class SnapshotRow(Struct, frozen=True):
    """A statistic of one place, then and now. `now` leads to all that is said about it; `differs`: they are not the
    same."""

    place: Link
    published_value: str
    current_value: Link
    differs: bool


class SnapshotTable(Struct, frozen=True):
    """A statistic, place by place; `gone`: it is not counted any more."""

    key: str
    name: Link
    meaning: str
    is_discontinued: bool
    rows: tuple[SnapshotRow, ...]


class SnapshotView(Struct, frozen=True):
    """A frozen copy: its day, the revision of the site then, and where it is for machines."""

    name: str
    day: str
    revision: str
    file: str
    tables: tuple[SnapshotTable, ...]


class SnapshotsView(Struct, frozen=True):
    """All frozen copies, the latest first: each with its day and the revision of the site then."""

    snapshots: tuple[tuple[Link, str, str], ...]


def plan_snapshot_pages(edition: PageContext) -> Iterator[OutputPlan]:
    """The list of the frozen copies, and the page of each."""
    yield plan_page(edition, f"{SNAPSHOTS_FOLDER}/index.html", build_snapshots_page)
    for name in edition.site_data.snapshots:
        yield plan_page(edition, f"{SNAPSHOTS_FOLDER}/{name}/index.html", build_snapshot_page, name)


def build_snapshot_file(book: SiteData, name: str) -> Output:
    """The numbers of a copy for machines, as they were told then."""
    text = json.dumps(book.snapshots[name].as_published, ensure_ascii=False, sort_keys=True, indent=1)
    return Output(f"{SNAPSHOTS_FOLDER}/{name}/statistics.json", body=f"{text}\n".encode())


def take_snapshot(edition: PageContext, name: str, revision: str) -> StatisticsSnapshot:
    """The numbers of today as a copy called `name`; `revision`: that of the site."""
    library, statistics = edition.library, edition.statistics
    tags = ("en", "zh-Hans")
    words = {tag: {key: one.in_words(get_language(tag)) for key, one in DEFINITIONS.items()} for tag in tags}
    measures = {key: FrozenDefinition(one.kind, {tag: words[tag][key].name for tag in tags},
                                      {tag: words[tag][key].meaning for tag in tags}) for key,
                one in DEFINITIONS.items()}
    places = {path: {edition.first_language: place.name, **{tag: one.title for tag, one in place.translations.items()
                                                            if one.title}} for path, place in library.places.items()}
    return StatisticsSnapshot(name, statistics.as_of, revision, measures, places, {
        place: {key: encode_snapshot_stat(stat) for key, stat in stats.items()} for place,
        stats in statistics.scopes.items()})


def build_snapshots_page(edition: PageContext) -> Output:
    """The list of all frozen copies."""
    title = edition.text("Numbers kept as they were published")
    copies = sorted(edition.site_data.snapshots.items(), key=lambda one: (-one[1].as_of.toordinal(), one[0]))
    view = SnapshotsView(tuple((Link(name, f"{SNAPSHOTS_FOLDER}/{name}/index.html"), edition.language.day(copy.as_of),
                                copy.revision)
                               for name, copy in copies))
    return build_page(edition, f"{SNAPSHOTS_FOLDER}/index.html", "pages/snapshots.html", title, view,
                      trail=(_statistics_link(edition), Link(title)))


def build_snapshot_page(edition: PageContext, name: str) -> Output:
    """The page of a frozen copy."""
    copy = edition.site_data.snapshots[name]
    title = edition.text("Numbers of {day}, as they were published", day=edition.language.day(copy.as_of))
    all_of_them = Link(edition.text("Numbers kept as they were published"), f"{SNAPSHOTS_FOLDER}/index.html")
    order = (*(key for key in DEFINITIONS if key in copy.measures), *sorted(copy.measures.keys() - DEFINITIONS.keys()))
    view = SnapshotView(name, edition.language.day(copy.as_of), copy.revision,
                        f"{SNAPSHOTS_FOLDER}/{name}/statistics.json",
                        tuple(_snapshot_table(edition, copy, key) for key in order))
    return build_page(edition, f"{SNAPSHOTS_FOLDER}/{name}/index.html", "pages/snapshot.html", title, view,
                      trail=(_statistics_link(edition), all_of_them, Link(name)))


def _statistics_link(edition: PageContext) -> Link:
    return Link(edition.text("Statistics"), "statistics/index.html")


def _snapshot_table(edition: PageContext, copy: StatisticsSnapshot, key: str) -> SnapshotTable:
    measure, gone = copy.measures[key], key not in DEFINITIONS
    name = _localize(edition, measure.name)
    lines = (_snapshot_row(edition, copy, key, place) for place in copy.scopes)
    return SnapshotTable(key, Link(name, "" if gone else get_statistic_path(key, "")),
                         _localize(edition, measure.meaning), gone,
                         tuple(line for line in lines if line))


def _snapshot_row(edition: PageContext, copy: StatisticsSnapshot, key: str, place: str) -> SnapshotRow | None:
    """A place, then and now; None where there was nothing to count."""
    then = copy.get_stat(place, key)
    if then is None or (then.value in (None, {}) and not then.suppressed and not then.n):
        return None
    now = get_stat(edition, place, key) if key in DEFINITIONS else None
    before = format_stat_of_kind(edition, _as_defined_then(key, copy.measures[key]), then)
    after = format_stat(edition, key, now) if now else None
    today = " ".join(filter(None, (after.value or after.explanation,
                                   after.detail))) if after else edition.text("not any more")
    leads = Link(today, get_statistic_path(key, place), value=encode_stat_value(now)) if now else Link(today)
    return SnapshotRow(_place_link(edition, copy, place),
                       " ".join(filter(None, (before.value or before.explanation, before.detail))),
                       leads, now is None or now != then)


def _as_defined_then(key: str, measure: FrozenDefinition) -> Definition:
    known = DEFINITIONS.get(key) or Definition(key, "count", "", "", "")
    return replace(known, kind=measure.kind)


def _place_link(edition: PageContext, copy: StatisticsSnapshot, place: str) -> Link:
    if not place:
        return Link(edition.text("The whole site"))
    if place in edition.library.places:
        return link_to_record(edition, place) or Link(localize_name(edition, edition.library.places[place]).text)
    return Link(_localize(edition, copy.places.get(place, {})) or place)


def _localize(edition: PageContext, names: Mapping[str, str]) -> str:
    return pick_translation(edition.language.tag, names, str) or next(iter(names.values()), "")
