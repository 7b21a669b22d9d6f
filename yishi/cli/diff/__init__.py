"""Two states of the content → what the change between them does to records and numbers. Pure."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any

from msgspec.structs import replace

from ...analysis.progress import OPEN
from ...model.dates import When
from ...model.few import FEW, hidden_in, is_few
from ...model.keys import key_table
from ...model.kinds import BULK, TABLES
from ...model.paths import place_of
from ...model.records import Amount as Quantified
from ...model.records import Body, Figure, Model, Quantity, Record, title_of
from .figures import shifts
from .model import Amount, Changes, Claim, Edit, File, Key, Move, Named, Shift, Side

__all__ = ["Amount", "Changes", "Claim", "Edit", "File", "Key", "Move", "Named", "Shift", "Side", "changes_between"]

_SHORT = 60
"""A value of so many characters is told in full."""


def changes_between(before: Side, after: Side) -> Changes:
    """What is told of the change from `before` to `after`, both on the day of `after`."""
    old, new = _records(before), _records(after)
    edited = tuple(_edits(before, after, old, new))
    removed = [_named(before, path, _why(after, path)) for path in old if path not in new]
    added = [_named(after, path) for path in new if path not in old]
    moved = _moved(before, after, removed, added)
    was = {now: path for path, now in moved.items()}
    touched = {*(one.path for one in (*removed, *added)), *(edit.record.path for edit in edited)}
    return Changes(
        after.statistics.as_of,
        tuple(replace(one, other=moved.get(one.path, "")) for one in removed),
        tuple(replace(one, other=was.get(one.path, "")) for one in added),
        tuple(_moves(before, after)), edited, tuple(_claims(before, after)), tuple(_files(before, after)),
        tuple(shifts(before, after, touched)))


# --- which records ----------------------------------------------------------------------------------------------------


def _records(side: Side) -> dict[str, str]:
    """Every record but the published figures: path → what tells whether it says the same ("" = only itself)."""
    library = side.library
    others = (path for path, _ in library.of_kinds(kind for kind in TABLES if kind not in (*BULK, "figure")))
    stamps = {path: library.stamps.get(path, "") for kind in BULK for path in library.of_kind(kind)}
    return {**dict.fromkeys(("site", *others, *library.withdrawn), ""), **stamps}


def _record(side: Side, path: str) -> Record:
    record = side.library.site if path == "site" else side.library.record(path)
    assert record is not None
    return record


def _named(side: Side, path: str, why: str = "") -> Named:
    if path in side.briefs:
        kind = "issue" if path in side.library.issues else "case"
        return Named(path, kind, side.briefs[path].listing.title, _place(side, path), why)
    record = _record(side, path)
    return Named(path, record.kind_of_record, title_of(record), _place(side, path), why)


def _place(side: Side, path: str) -> str:
    place = side.library.places.get(place_of(path))
    return place.name if place else ""


def _why(after: Side, path: str) -> str:
    standing = after.library.around.standing(path)
    return "" if standing == "shown" else standing


def _moved(before: Side, after: Side, removed: list[Named], added: list[Named]) -> dict[str, str]:
    """Old path → new path, of records that say the same elsewhere."""
    said: dict[tuple[str, str, str], list[str]] = {}
    for one in added:
        said.setdefault((one.kind, one.title, _when(after, one.path)), []).append(one.path)
    found = {one.path: said.get((one.kind, one.title, _when(before, one.path)), []) for one in removed if not one.why}
    targets = [path for paths in found.values() for path in paths]
    return {path: paths[0] for path, paths in found.items() if len(paths) == 1 and targets.count(paths[0]) == 1}


def _when(side: Side, path: str) -> str:
    if path in side.briefs:
        return str(side.briefs[path].listing.when)
    return str(getattr(_record(side, path), "date", ""))


# --- status -----------------------------------------------------------------------------------------------------------


def _moves(before: Side, after: Side) -> Iterator[Move]:
    for path in after.library.issues:
        if path not in before.library.issues or before.briefs[path].listing_text == after.briefs[path].listing_text:
            continue
        old, new = before.briefs[path].listing, after.briefs[path].listing
        if (old.status, old.ladder) != (new.status, new.ladder):
            yield Move(_named(after, path), _kind_of_move(old.status, new.status), old.status, new.status,
                       (old.ladder, new.ladder))


def _kind_of_move(before: str, after: str) -> str:
    """What the move is called; "" where only what is known of the result has changed."""
    if before == after:
        return ""
    if before in ("resolved", "closed") and after in OPEN:
        return "reopened"
    return {"in_progress": "taken_up", "new": "set_back"}.get(after, after)


# --- what records say -------------------------------------------------------------------------------------------------


def _edits(before: Side, after: Side, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Edit]:
    for path in new:
        if path in old and not (new[path] and new[path] == old[path]):
            states = _record(before, path), _record(after, path)
            keys = tuple(_as_told(key, *map(_hidden, states)) for key in _differences("", *states))
            if keys:
                yield Edit(_named(after, path), keys)
    for path, one, other in _matched(before, after):
        if one and other and (keys := tuple(_differences("", one, other, but=_AMOUNT))):
            yield Edit(Named(path, "figure", other.label, _place(after, path)), keys)


def _differences(at: str, old: Any, new: Any, but: Collection[str] = (), people: bool = False) -> Iterator[Key]:
    """The keys below `at` under which two states say different things, in the order of their model, without `but`;
    `people`: at `at` stands a number of people."""
    if isinstance(new, Model) and isinstance(old, Model) and not isinstance(new, Body | Quantity):
        for key, spec in key_table(type(new)).specs.items():
            one, other = getattr(old, spec.attribute), getattr(new, spec.attribute)
            if key not in but and one != other:
                yield from _differences(f"{at}.{key}".lstrip("."), one, other, people=spec.people)
    elif _alike_lists(old, new):
        for number, (one, other) in enumerate(zip(old, new, strict=True), start=1):
            if one != other:
                yield from _differences(f"{at}.{number}", one, other)
    else:
        yield _key(at, old, new, people)


def _alike_lists(old: Any, new: Any) -> bool:
    """Whether both are lists of as many things, each with keys of its own."""
    return (isinstance(old, tuple) and isinstance(new, tuple) and len(old) == len(new)
            and all(isinstance(one, Model) for one in (*old, *new)))


def _key(key: str, one: Any, other: Any, people: bool) -> Key:
    before, after = ((people and _few(value)) or _short(value) for value in (one, other))
    if (before or _is_nothing(one)) and (after or _is_nothing(other)):
        return Key(key, before, after)
    if isinstance(one, tuple | dict) and isinstance(other, tuple | dict):
        return Key(key, entries=(len(one), len(other)))
    return Key(key, how="added" if _is_nothing(one) else "removed" if _is_nothing(other) else "changed")


def _few(value: Any) -> str:
    """A number of people so small that it is not told; "" for anything else."""
    number = value.value if isinstance(value, Quantity) else value
    few = isinstance(number, int | float) and is_few(number)
    return FEW if few else ""


def _hidden(record: Record) -> Mapping[str, str]:
    """Key of a number of people that its record hides → what stands instead of it."""
    return {".".join(str(key + 1) if isinstance(key, int) else key for key in keys): sign
            for keys, sign in hidden_in(record).items()}


def _as_told(key: Key, before: Mapping[str, str], after: Mapping[str, str]) -> Key:
    """A difference without what either state hides."""
    return replace(key, before=key.before and before.get(key.key, key.before),
                   after=key.after and after.get(key.key, key.after))


def _is_nothing(value: Any) -> bool:
    return value in (None, (), {}, "")


def _short(value: Any) -> str:
    """A value in a few words; "" for one that is long, or has parts."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple) and value and all(isinstance(one, str) for one in value):
        value = ", ".join(value)
    if isinstance(value, Quantity):
        value = _quantity(value)
    if isinstance(value, str | int | float | date | When):
        text = str(value)
        return text if len(text) <= _SHORT and "\n" not in text else ""
    return ""


def _quantity(one: Quantity | Quantified | Figure) -> str:
    precision = "" if one.precision == "exact" else f"{one.precision} "
    value = "?" if one.value is None else f"{one.value}"
    return f"{precision}{value}{f' {one.unit}' if one.unit else ''}"


# --- published figures, photos and documents --------------------------------------------------------------------------

_AMOUNT = ("label", "value", "unit", "precision", "period")


def _matched(before: Side, after: Side) -> Iterator[tuple[str, Figure | None, Figure | None]]:
    """Each figure as it was and as it is: one is known again by its place and label, not by its number in the file."""
    old, new = _by_label(before), _by_label(after)
    for key in dict.fromkeys((*new, *old)):
        path = (new.get(key) or old[key])[0]
        yield path, old[key][1] if key in old else None, new[key][1] if key in new else None


def _by_label(side: Side) -> dict[tuple[str, str, int], tuple[str, Figure]]:
    found: dict[tuple[str, str, int], tuple[str, Figure]] = {}
    for path, figure in side.library.figures.items():
        number = sum(key[:2] == (place_of(path), figure.label) for key in found)
        found[place_of(path), figure.label, number] = (path, figure)
    return found


def _claims(before: Side, after: Side) -> Iterator[Claim]:
    for path, old, new in _matched(before, after):
        said, says = (_claimed(one) if one else None for one in (old, new))
        if said != says:
            yield Claim(place_of(path), next(one.label for one in (new, old) if one), said, says)


def _claimed(figure: Figure) -> str:
    period = figure.period
    if period is None:
        return _quantity(figure)
    span = period.text or " – ".join(str(when) for when in (period.start, period.end) if when.day)
    return f"{_quantity(figure)} ({span})" if span else _quantity(figure)


def _files(before: Side, after: Side) -> Iterator[File]:
    for path in sorted(before.digests.keys() | after.digests.keys()):
        one, other = before.digests.get(path), after.digests.get(path)
        if one != other:
            yield File(path, "new" if one is None else "removed" if other is None else "replaced")
