"""Pages of snapshots: statistics as they were published on a day, each beside its value today."""

import json
from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from ...analysis.snapshots import FrozenDefinition, StatisticsSnapshot, encode_snapshot_stat
from ...analysis.statistics import DEFINITIONS, Definition
from ...core.outputs import Output
from ...core.traditional import pick_translation
from ...model.language import get_language
from ...model.paths import list_self_and_ancestors
from ..download_links import format_file
from ..format_stat import encode_stat_value, format_stat, format_stat_of_kind, get_stat, get_statistic_path
from ..layout import build_page
from ..page_context import Link, PageContext, Section, link_to_record, link_to_withheld, localize_name
from ..site_data import SiteData

SNAPSHOTS_FOLDER = "statistics/frozen"


SnapshotRow = tuple[Link, str, Link, bool]
"""A place, the value of a statistic as published and (linked to its section) now, and whether the two differ."""


class SnapshotView(Struct, frozen=True):
    """A snapshot: its day, the revision of the site on that day, its JSON file (`target`: path below the site root),
    and each statistic place by place (`more` links to it as it is now)."""

    name: str
    day: str
    revision: str
    file: Link
    tables: tuple[Section[SnapshotRow], ...]


def get_snapshot_file(name: str) -> str:
    """The path of the JSON file of a snapshot."""
    return f"{SNAPSHOTS_FOLDER}/{name}/statistics.json"


def build_snapshot_file(site_data: SiteData, name: str) -> Output:
    """The JSON file of a snapshot, with the numbers as published."""
    text = json.dumps(site_data.snapshots[name].as_published, ensure_ascii=False, sort_keys=True, indent=1)
    return Output(get_snapshot_file(name), body=f"{text}\n".encode())


def take_snapshot(context: PageContext, name: str, revision: str) -> StatisticsSnapshot:
    """Take a snapshot of today's statistics called `name`; `revision`: that of the site."""
    library, statistics = context.library, context.statistics
    tags = ("en", "zh-Hans")
    words = {tag: {key: definition.in_words(get_language(tag)) for key, definition in DEFINITIONS.items()}
             for tag in tags}
    measures = {key: FrozenDefinition(definition.kind, {tag: words[tag][key].name for tag in tags},
                                      {tag: words[tag][key].meaning for tag in tags})
                for key, definition in DEFINITIONS.items()}
    places = {path: {context.first_language: place.name, **place.translated_titles}
              for path, place in library.places.items()}
    return StatisticsSnapshot(name, statistics.as_of, revision, measures, places, {
        place: {key: encode_snapshot_stat(stat) for key, stat in stats.items()}
        for place, stats in statistics.scopes.items()})


def build_snapshots_page(context: PageContext) -> Output:
    """The list of all snapshots, the latest first: each with its day and the site's revision on that day."""
    title = context.text("Numbers kept as they were published")
    copies = sorted(context.site_data.snapshots.items(), key=lambda item: (-item[1].as_of.toordinal(), item[0]))
    view = tuple((Link(name, f"{SNAPSHOTS_FOLDER}/{name}/index.html"), context.language.day(copy.as_of), copy.revision)
                 for name, copy in copies)
    return build_page(context, f"{SNAPSHOTS_FOLDER}/index.html", "pages/snapshots.html", title, view,
                      trail=(_statistics_link(context), Link(title)))


def build_snapshot_page(context: PageContext, name: str, sizes: tuple[int, ...] = (0,)) -> Output:
    """The page of a snapshot; `sizes`: that of its JSON file in bytes (0 = not known)."""
    copy = context.site_data.snapshots[name]
    title = context.text("Numbers of {day}, as they were published", day=context.language.day(copy.as_of))
    all_of_them = Link(context.text("Numbers kept as they were published"), f"{SNAPSHOTS_FOLDER}/index.html")
    order = (*(key for key in DEFINITIONS if key in copy.measures), *sorted(copy.measures.keys() - DEFINITIONS.keys()))
    view = SnapshotView(name, context.language.day(copy.as_of), copy.revision,
                        Link(context.text("The same for programs ({file})",
                                          file=format_file(context, "json", sizes[0])), get_snapshot_file(name)),
                        tuple(_snapshot_table(context, copy, key) for key in order))
    return build_page(context, f"{SNAPSHOTS_FOLDER}/{name}/index.html", "pages/snapshot.html", title, view,
                      trail=(_statistics_link(context), all_of_them, Link(name)))


def _statistics_link(context: PageContext) -> Link:
    return Link(context.text("Statistics"), "statistics/index.html")


def _snapshot_table(context: PageContext, copy: StatisticsSnapshot, key: str) -> Section[SnapshotRow]:
    measure = copy.measures[key]
    gone = key not in DEFINITIONS
    name, meaning = _localize(context, measure.name), _localize(context, measure.meaning)
    rows = (_snapshot_row(context, copy, key, place) for place in copy.scopes)
    return Section(name, tuple(filter(None, rows)), key=key,
                   notes=(meaning, *((context.text("This is not counted any more."),) if gone else ())),
                   more=Link(name, "" if gone else get_statistic_path(key, "")))


def _snapshot_row(context: PageContext, copy: StatisticsSnapshot, key: str, place: str) -> SnapshotRow | None:
    """A place's published and current value; None if there was nothing to count."""
    then = copy.get_stat(place, key)
    if then is None or (then.value in (None, {}) and not then.suppressed and not then.n):
        return None
    now = get_stat(context, place, key) if key in DEFINITIONS else None
    before = format_stat_of_kind(context, _as_defined_then(key, copy.measures[key]), then)
    after = format_stat(context, key, now) if now else None
    today = " ".join(filter(None, (after.value or after.explanation,
                                   after.detail))) if after else context.text("not any more")
    leads = Link(today, get_statistic_path(key, place), value=encode_stat_value(now)) if now else Link(today)
    return (_place_link(context, copy, place),
            " ".join(filter(None, (before.value or before.explanation, before.detail))), leads,
            now is None or now != then)


def _as_defined_then(key: str, measure: FrozenDefinition) -> Definition:
    known = DEFINITIONS.get(key) or Definition(key, "count", "", "", "")
    return replace(known, kind=measure.kind)


def _place_link(context: PageContext, copy: StatisticsSnapshot, place: str) -> Link:
    """Return a link to a place; one that was withdrawn, or lies below such a place, keeps its numbers but no name."""
    if not place:
        return Link(context.text("The whole site"))
    if place in context.library.places:
        return link_to_record(context, place) or Link(localize_name(context, context.library.places[place]).text)
    taken_back = {one.path for one in context.library.withdrawn.values()}
    withdrawn = next((above for above in list_self_and_ancestors(place) if above in taken_back), "")
    return link_to_withheld(context, withdrawn) if withdrawn else Link(
        _localize(context, copy.places.get(place, {})) or place)


def _localize(context: PageContext, names: Mapping[str, str]) -> str:
    return pick_translation(context.language.tag, names, str) or next(iter(names.values()), "")
