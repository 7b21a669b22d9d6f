"""The briefs of all issues and cases: from their memos where nothing they rest on has changed, else made by workers."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple, Self, TypeVar

from msgspec import DecodeError, Raw, Struct
from msgspec.json import Decoder, decode, encode
from msgspec.structs import astuple

from ..analysis.accounts import Own, own_breakdowns, stamp_of
from ..analysis.briefs import Brief, brief_of
from ..analysis.statistics import PlaceTotals, kinds_of_meetings, place_totals, repeats_another
from ..core.compact import compact
from ..core.digests import digest
from ..core.workers import share_out
from ..library import Asked, Library, Linked, Resolve, Surroundings, resolved
from ..model.paths import by_place, place_of
from ..model.problems import Finding, Level
from ..model.records import Record
from .memos import Cabinet, Shelf, cabinet

_NAMES = "names"
"""The key under which a shelf keeps the digest of all that its records could name."""


class _Memo(NamedTuple):
    """What is kept of a record, as texts: the key of its reading, its company, what it asked ("" = not to be kept),
    what was found when it was resolved, and the parts of its brief."""

    key: str
    company: str
    asked: str
    found: str
    brief: tuple[str, ...]

    @classmethod
    def loaded(cls, text: str) -> Self:
        """The memo kept as `text`."""
        key, company, asked, found, *brief = text.split("\t")
        return cls(key, company, asked, found, tuple(brief))

    @property
    def text(self) -> str:
        """The memo as one line of text."""
        return "\t".join((self.key, self.company, self.asked, self.found, *self.brief))


class _Desk(Struct, frozen=True):
    """What briefs are made with: the records, what they may name, all other records, and the keys of readings."""

    records: Mapping[str, Record]
    around: Surroundings
    library: Library
    keys: Mapping[str, str]


def resolver(content: Path, code: str, keys: Mapping[str, str], jobs: int, *, full: bool,
             keeps: bool = True) -> Resolve:
    """What resolves issues and cases for `library.link`, each with its brief.

    `keys`: path → the key of its reading; `code`: the digest of the program; with `full` no memo is used, without
    `keeps` none is kept.
    """
    def resolve(paths: Collection[str], records: Mapping[str, Record], around: Surroundings,
                library: Library) -> dict[str, Linked]:
        desk, places = _Desk(records, around, library, keys), by_place(paths)
        ground = digest(f"{code} {_ground(around, library)}".encode())
        kept = cabinet(content, "briefs", ground, places, full=full, keeps=keeps)
        names = _names_of(around)
        known: dict[str, Linked] = {}
        changed: dict[str, list[str]] = {}
        for place, below in places.items():
            known |= _known(desk, kept.shelves[place], below, names)
            if not _holds(kept.shelves[place], below, known, names):
                changed[place] = below
        made: dict[str, _Memo] = {}
        for part in share_out(partial(_make, desk), [path for path in paths if path not in known], jobs):
            made |= part
        _keep(kept, changed, known, made, names)
        return {path: known[path] if path in known else _linked(made[path]) for path in paths}

    return resolve


# --- what a brief rests on --------------------------------------------------------------------------------------------


def _ground(around: Surroundings, library: Library) -> str:
    """What the briefs of all records rest on: the site, its methods, its places, its events, the day of the report."""
    events = [(path, event.date) for path, event in library.events.items()]
    places = [(path, place.method, place.draft) for path, place in around.places.items()]
    unreadable = sorted(around.withheld.unreadable.items())
    return digest(repr((around.as_of, library.site, around.methods, places, events, unreadable)).encode())


def _names_of(around: Surroundings) -> str:
    """The digest of all that a record may name."""
    withheld = (sorted(around.withheld.invalid.items()), sorted(around.withheld.drafts.items()),
                sorted(around.withheld.withdrawn.items()))
    return digest(repr((list(around.records), withheld, sorted(around.files))).encode())


def _company(desk: _Desk, path: str, linked: Linked) -> str:
    """What the statistics of an issue take from its meetings, its location and the issue that it repeats."""
    library, as_of = desk.library, desk.around.as_of
    locations = (library.locations.get(target) for target, key in linked.named if key == "issue.location")
    repeats = [repeats_another(library, target, as_of) for target, key in linked.named if key == "issue.duplicate_of"]
    return compact([sorted(kinds_of_meetings(library, path, as_of)),
                    [location.kind for location in locations if location], repeats])


def _known(desk: _Desk, shelf: Shelf, paths: Iterable[str], names: str) -> Iterator[tuple[str, Linked]]:
    """What is kept of those records of a place for which nothing has changed that they rest on."""
    same_names = shelf.get(_NAMES) == names
    for path in paths:
        if path in shelf and (memo := _Memo.loaded(shelf[path])).key == desk.keys.get(path):
            linked = _linked(memo)
            still_named = same_names or _asked(memo.asked).hold(place_of(path), desk.around)
            if still_named and memo.company == _company(desk, path, linked):  # its company: of records that are there
                yield path, linked


def _holds(shelf: Shelf, paths: Collection[str], known: Mapping[str, Linked], names: str) -> bool:
    """Whether the shelf of a place is already what has to be kept of it."""
    return shelf.get(_NAMES) == names and len(shelf) == len(paths) + 1 and all(path in known for path in paths)


# --- made and kept ----------------------------------------------------------------------------------------------------


def _make(desk: _Desk, paths: Sequence[str]) -> dict[str, _Memo]:
    return {path: _made(desk, path) for path in paths}


def _made(desk: _Desk, path: str) -> _Memo:
    linked = resolved(path, desk.records[path], desk.around)
    assert linked.record is not None
    brief = brief_of(path, linked.record, desk.around.methods[linked.method], desk.library, desk.around.as_of)
    asked = linked.asked
    meant = [[kinds, text, paths] for (kinds, text), paths in asked.meant.items()]
    findings = [astuple(one) for one in linked.findings]
    found = [linked.named, findings, linked.lost, linked.links, linked.photos, linked.used, linked.method, linked.draft]
    wrong = any(one.level == "error" for one in linked.findings)  # what is told of them names records yet to come
    answers = "" if wrong else compact([meant, asked.standing, asked.files])
    return _Memo(desk.keys.get(path, ""), _company(desk, path, linked), answers, compact(found), brief)


def _keep(kept: Cabinet, changed: Mapping[str, Sequence[str]], known: Mapping[str, Linked],
          made: Mapping[str, _Memo], names: str) -> None:
    """Keeps the shelves of the places in which something was made, or whose records could name others before."""
    for place, paths in changed.items():
        before = {path: kept.shelves[place][path] for path in paths if path in known}
        after = {path: made[path].text for path in paths if path in made and made[path].asked}
        kept.keep(place, {_NAMES: names, **before, **after})


def _linked(memo: _Memo) -> Linked:
    """What was found when a record was resolved."""
    named, findings, lost, links, photos, used, method, draft = decode(memo.found)
    return Linked(None, [(target, key) for target, key in named], [_finding(*one) for one in findings], lost, links,
                  photos, used, method, draft, brief=memo.brief, stamp=digest((memo.key + memo.found).encode()))


def _finding(record: str, keys: list[str | int], code: str, values: list[list[str]], near: str, level: Level,
             line: int | None) -> Finding:
    return Finding(record, tuple(keys), code, tuple((name, value) for name, value in values), near, level, line)


def _asked(text: str) -> Asked:
    meant, standing, files = decode(text)
    return Asked({(tuple(kinds), word): paths for kinds, word, paths in meant}, standing, files)


# --- totals and breakdowns --------------------------------------------------------------------------------------------


class _KeptTotals(Struct, frozen=True):
    """The totals of a place's own issues; `stamp`: the digest of all that they are made of."""

    stamp: str
    totals: PlaceTotals


class _KeptBreakdowns(Struct, frozen=True):
    """The breakdowns of a place's own issues; `stamp`: the digest of all that they are made of."""

    stamp: str
    breakdowns: dict[str, Raw]


_Kept = TypeVar("_Kept", _KeptTotals, _KeptBreakdowns)


def totals_in(content: Path, code: str, briefs: Mapping[str, Brief], *, full: bool,
              keeps: bool = True) -> dict[str, PlaceTotals]:
    """Place → what its own issues add up to; from their memos where no contribution has changed.

    With `full` no memo is used; without `keeps` none is written.
    """
    def stamp(paths: Iterable[str]) -> str:
        return digest("".join(briefs[path].contributions_text for path in paths).encode())

    def make(paths: Sequence[str], stamp: str) -> _KeptTotals:
        return _KeptTotals(stamp, place_totals(briefs[path].contributions for path in paths))

    kept = cabinet(content, "sums", code, [""], full=full, keeps=keeps)
    return {place: one.totals for place, one in _by_place(kept, briefs, _TOTALS, stamp, make).items()}


def breakdowns_in(content: Path, code: str, briefs: Mapping[str, Brief], *, full: bool,
                  keeps: bool = True) -> dict[str, Own]:
    """Place → what stands behind each statistic of its own issues; from their memos where nothing has changed.

    With `full` no memo is used; without `keeps` none is written.
    """
    def stamp(paths: Iterable[str]) -> str:
        return digest(stamp_of(paths, briefs).encode())

    def make(paths: Sequence[str], stamp: str) -> _KeptBreakdowns:
        return _KeptBreakdowns(stamp, {key: Raw(encode(one)) for key, one in own_breakdowns(paths, briefs).items()})

    kept = cabinet(content, "accounts", code, [""], full=full, keeps=keeps)
    return {place: one.breakdowns for place, one in _by_place(kept, briefs, _BREAKDOWNS, stamp, make).items()}


def _by_place(kept: Cabinet, briefs: Mapping[str, Brief], decoder: Decoder[_Kept],
              stamp: Callable[[Iterable[str]], str], make: Callable[[Sequence[str], str], _Kept]) -> dict[str, _Kept]:
    """What is kept for each place if its stamp is still the same, else made anew and kept."""
    shelf = kept.shelves[""]
    found: dict[str, _Kept] = {}
    for place, paths in by_place(briefs).items():
        now = stamp(paths)
        before = _decoded(decoder, shelf.get(place, ""))
        found[place] = before if before and before.stamp == now else make(paths, now)
    texts = {place: compact(one) for place, one in found.items()}
    if texts != shelf:
        kept.keep("", texts)
    return found


def _decoded(decoder: Decoder[_Kept], text: str) -> _Kept | None:
    try:
        return decoder.decode(text)
    except DecodeError:
        return None


_TOTALS = Decoder(_KeptTotals)
_BREAKDOWNS = Decoder(_KeptBreakdowns)
