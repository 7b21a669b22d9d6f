"""Two states of the content → what the change between them does to records and numbers. Pure."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any

from msgspec.structs import replace

from ...analysis.progress import OPEN_STATUSES
from ...model.dates import PartialDate
from ...model.keys import key_table
from ...model.kinds import BULK, TABLES
from ...model.paths import get_place_of
from ...model.records import Amount, Body, Figure, Model, Quantity, Record, get_title
from ...model.suppression import PRIMARY, find_suppressed_values, is_below_threshold
from ...model.times import TimeSpan
from .model import (
    FigureChange,
    FileChange,
    KeyChange,
    PublishedValue,
    RecordDifference,
    RecordLabel,
    SiteChanges,
    SiteState,
    StatChange,
    StatusChange,
)
from .stat_changes import find_stat_changes

__all__ = ["FigureChange", "FileChange", "KeyChange", "PublishedValue", "RecordDifference", "RecordLabel",
           "SiteChanges", "SiteState", "StatChange", "StatusChange", "compare_site_states"]

_MAX_QUOTED_LENGTH = 60
"""Longer values are not quoted."""


def compare_site_states(before: SiteState, after: SiteState) -> SiteChanges:
    """The changes from `before` to `after`, both computed for the day of `after`."""
    old, new = _record_fingerprints(before), _record_fingerprints(after)
    edited = tuple(_record_differences(before, after, old, new))
    removed = [_label_record(before, path, _unpublished_reason(after, path)) for path in old if path not in new]
    added = [_label_record(after, path) for path in new if path not in old]
    moved = _match_moved_records(before, after, removed, added)
    was = {now: path for path, now in moved.items()}
    touched = {*(one.path for one in (*removed, *added)), *(edit.record.path for edit in edited)}
    removed, added = _without_notices(removed, added), _without_notices(added, removed)
    return SiteChanges(
        after.statistics.as_of,
        tuple(replace(one, other=moved.get(one.path, "")) for one in removed),
        tuple(replace(one, other=was.get(one.path, "")) for one in added),
        tuple(_status_changes(before, after)), edited, tuple(_figure_changes(before, after)),
        tuple(_file_changes(before, after)),
        tuple(find_stat_changes(before, after, touched, was)))


# --- which records ----------------------------------------------------------------------------------------------------


def _record_fingerprints(state: SiteState) -> dict[str, str]:
    """Path → fingerprint of every record but published figures; "" if it has to be compared by value."""
    library = state.library
    others = (path for path, _ in library.of_kinds(kind for kind in TABLES if kind not in (*BULK, "figure")))
    fingerprints = {path: library.fingerprints.get(path, "") for kind in BULK for path in library.of_kind(kind)}
    return {**dict.fromkeys(("site", *others, *library.withdrawn), ""), **fingerprints}


def _require_record(state: SiteState, path: str) -> Record:
    record = state.library.site if path == "site" else state.library.record(path)
    assert record is not None
    return record


def _label_record(state: SiteState, path: str, why: str = "") -> RecordLabel:
    if path in state.summaries:
        kind = "issue" if path in state.library.issues else "case"
        return RecordLabel(path, kind, state.summaries[path].list_item.title, _place_name(state, path), why)
    record = _require_record(state, path)
    return RecordLabel(path, record.kind_of_record, get_title(record), _place_name(state, path), why)


def _place_name(state: SiteState, path: str) -> str:
    place = state.library.places.get(get_place_of(path))
    return place.name if place else ""


def _unpublished_reason(after: SiteState, path: str) -> str:
    visibility = after.library.link_context.visibility(path)
    return "" if visibility == "shown" else visibility


def _match_moved_records(before: SiteState, after: SiteState, removed: list[RecordLabel],
                         added: list[RecordLabel]) -> dict[str, str]:
    """Old path → new path of records that were moved."""
    paths_by_label: dict[tuple[str, str, str], list[str]] = {}
    for one in added:
        paths_by_label.setdefault((one.kind, one.title, _record_date(after, one.path)), []).append(one.path)
    found = {one.path: paths_by_label.get((one.kind, one.title, _record_date(before, one.path)), [])
             for one in removed if not one.why}
    targets = [path for paths in found.values() for path in paths]
    return {path: paths[0] for path, paths in found.items() if len(paths) == 1 and targets.count(paths[0]) == 1}


def _without_notices(records: list[RecordLabel], others: list[RecordLabel]) -> list[RecordLabel]:
    """The records without the notices of those that the other side has instead."""
    paths = {one.path for one in others}
    return [one for one in records if one.kind != "withdrawal" or one.title not in paths]


def _record_date(state: SiteState, path: str) -> str:
    if path in state.summaries:
        return str(state.summaries[path].list_item.listed_date)
    return str(getattr(_require_record(state, path), "date", ""))


# --- status -----------------------------------------------------------------------------------------------------------


def _status_changes(before: SiteState, after: SiteState) -> Iterator[StatusChange]:
    for path in after.library.issues:
        if path not in before.library.issues:
            continue
        if before.summaries[path].list_item == after.summaries[path].list_item:
            continue
        old, new = before.summaries[path].list_item, after.summaries[path].list_item
        if (old.status, old.ladder) != (new.status, new.ladder):
            yield StatusChange(_label_record(after, path), _classify_status_change(old.status, new.status), old.status,
                               new.status, (old.ladder, new.ladder))


def _classify_status_change(before: str, after: str) -> str:
    """The kind of status change; "" if only the result of the issue has changed."""
    if before == after:
        return ""
    if before in ("resolved", "closed") and after in OPEN_STATUSES:
        return "reopened"
    return {"in_progress": "taken_up", "new": "set_back"}.get(after, after)


# --- differences between records --------------------------------------------------------------------------------------


def _record_differences(before: SiteState, after: SiteState, old: Mapping[str, str],
                        new: Mapping[str, str]) -> Iterator[RecordDifference]:
    for path in new:
        if path in old and not (new[path] and new[path] == old[path]):
            states = _require_record(before, path), _require_record(after, path)
            keys = tuple(_without_suppressed(key, *map(_suppressed_values, states))
                         for key in _iter_key_changes("", *states))
            if keys:
                yield RecordDifference(_label_record(after, path), keys)
    for path, one, other in _match_figures(before, after):
        if one and other and (keys := tuple(_iter_key_changes("", one, other, but=_FIGURE_VALUE_KEYS))):
            yield RecordDifference(RecordLabel(path, "figure", other.label, _place_name(after, path)), keys)


def _iter_key_changes(at: str, old: Any, new: Any, but: Collection[str] = (),
                      people: bool = False) -> Iterator[KeyChange]:
    """The changed keys below `at`, in the order of the model, except `but`; `people`: the value at `at` is a number
    of people."""
    if isinstance(new, Model) and isinstance(old, Model) and not isinstance(new, Body | Quantity):
        for key, spec in key_table(type(new)).specs.items():
            one, other = getattr(old, spec.attribute), getattr(new, spec.attribute)
            if key not in but and one != other:
                counts = key == "value" and any(isinstance(of, Amount) and of.counts_people for of in (old, new))
                yield from _iter_key_changes(f"{at}.{key}".lstrip("."), one, other, people=spec.people or counts)
    elif _are_comparable_lists(old, new):
        for number, (one, other) in enumerate(zip(old, new, strict=True), start=1):
            if one != other:
                yield from _iter_key_changes(f"{at}.{number}", one, other)
    else:
        yield _key_change(at, old, new, people)


def _are_comparable_lists(old: Any, new: Any) -> bool:
    """Whether both are lists of models of the same length."""
    return (isinstance(old, tuple) and isinstance(new, tuple) and len(old) == len(new)
            and all(isinstance(one, Model) for one in (*old, *new)))


def _key_change(key: str, one: Any, other: Any, people: bool) -> KeyChange:
    before, after = ((people and _suppression_marker(value)) or _short_text(value) for value in (one, other))
    if (before or _is_empty(one)) and (after or _is_empty(other)):
        return KeyChange(key, before, after)
    if isinstance(one, tuple | dict) and isinstance(other, tuple | dict):
        return KeyChange(key, entries=(len(one), len(other)))
    if _is_empty(one):
        return KeyChange(key, how="added")
    return KeyChange(key, how="removed" if _is_empty(other) else "changed")


def _suppression_marker(value: Any) -> str:
    """The suppression marker for a small number of people, "" for anything else."""
    number = value.value if isinstance(value, Quantity) else value
    is_small = isinstance(number, int | float) and is_below_threshold(number)
    return PRIMARY if is_small else ""


def _suppressed_values(record: Record) -> Mapping[str, str]:
    """Key of a suppressed number of people → its marker."""
    return {".".join(str(key + 1) if isinstance(key, int) else key for key in keys): sign
            for keys, sign in find_suppressed_values(record).items()}


def _without_suppressed(key: KeyChange, before: Mapping[str, str], after: Mapping[str, str]) -> KeyChange:
    """The difference without values that either state suppresses."""
    return replace(key, before=key.before and before.get(key.key, key.before),
                   after=key.after and after.get(key.key, key.after))


def _is_empty(value: Any) -> bool:
    return value in (None, (), {}, "")


def _short_text(value: Any) -> str:
    """A short text of a value; "" if it is long or has parts."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple) and value and all(isinstance(one, str) for one in value):
        value = ", ".join(value)
    if isinstance(value, Quantity):
        value = _quantity_text(value)
    if isinstance(value, str | int | float | date | PartialDate | TimeSpan):
        text = str(value)
        return text if len(text) <= _MAX_QUOTED_LENGTH and "\n" not in text else ""
    return ""


def _quantity_text(one: Quantity | Amount | Figure) -> str:
    precision = "" if one.precision == "exact" else f"{one.precision} "
    value = "?" if one.value is None else f"{one.value}"
    return f"{precision}{value}{f' {one.unit}' if one.unit else ''}"


# --- published figures, photos and documents --------------------------------------------------------------------------

_FIGURE_VALUE_KEYS = ("label", "value", "unit", "precision", "period")


def _match_figures(before: SiteState, after: SiteState) -> Iterator[tuple[str, Figure | None, Figure | None]]:
    """Pairs of a figure before and after, matched by place and label, because its number in the file can change."""
    old, new = _figures_by_label(before), _figures_by_label(after)
    for key in dict.fromkeys((*new, *old)):
        path = (new.get(key) or old[key])[0]
        yield path, old[key][1] if key in old else None, new[key][1] if key in new else None


def _figures_by_label(state: SiteState) -> dict[tuple[str, str, int], tuple[str, Figure]]:
    found: dict[tuple[str, str, int], tuple[str, Figure]] = {}
    for path, figure in state.library.figures.items():
        number = sum(key[:2] == (get_place_of(path), figure.label) for key in found)
        found[get_place_of(path), figure.label, number] = (path, figure)
    return found


def _figure_changes(before: SiteState, after: SiteState) -> Iterator[FigureChange]:
    for path, old, new in _match_figures(before, after):
        old_text, new_text = (_figure_text(one) if one else None for one in (old, new))
        if old_text != new_text:
            yield FigureChange(get_place_of(path), next(one.label for one in (new, old) if one), old_text, new_text)


def _figure_text(figure: Figure) -> str:
    period = figure.period
    if period is None:
        return _quantity_text(figure)
    span = period.text or " – ".join(str(when) for when in (period.start, period.end) if when.day)
    return f"{_quantity_text(figure)} ({span})" if span else _quantity_text(figure)


def _file_changes(before: SiteState, after: SiteState) -> Iterator[FileChange]:
    for path in sorted(before.attachment_digests.keys() | after.attachment_digests.keys()):
        one, other = before.attachment_digests.get(path), after.attachment_digests.get(path)
        if one != other:
            later = "removed" if other is None else "replaced"
            yield FileChange(path, "new" if one is None else later)
