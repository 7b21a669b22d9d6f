"""`Book`: all that pages and files for machines are made of. Whatever they read in it is noted, fact by fact.

A page is made again only if one of the facts that it read has changed. The site's own record and its vocabulary are no
facts: everything rests on them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from msgspec import Struct
from msgspec.structs import fields, replace

from ..analysis.accounts import Breakdown, Own, breakdowns_of, own_of
from ..analysis.alike import Traits, alike_cases, traits_of
from ..analysis.briefs import Brief, Listing, Standing
from ..analysis.contributed import contributed
from ..analysis.due import Obligation, by_place, in_order
from ..analysis.frozen import Frozen
from ..analysis.holdings import Holdings, holdings_of
from ..analysis.news import Day, News, calendar_of, news_of
from ..analysis.peers import Middles, middles_of
from ..analysis.progress import Progress
from ..analysis.statistics import DEFINITIONS, Stat, Statistics
from ..content.past import Change, Pasts, latest
from ..core.digests import digest, short
from ..core.facts import ALL, Digests, Facts, Later, Noted
from ..library import Library
from ..model.kinds import BULK, KINDS, TABLES
from ..model.paths import by_place as paths_by_place
from ..model.paths import place_of
from ..model.records import Correction, Record, title_of

LATEST = 200
"""So many changes of all records are told on one page."""

Tables = Mapping[str, Mapping[str, Any]]
"""Name of a table → key → what stands there."""


_IMPLIED = ("lost", "links", "photos", "progress")
"""Tables of what is found when an issue or a case is linked, and of what its log says: its stamp covers all that."""


class Moved(Struct, frozen=True):
    """Issue that was raised by the day of an event → where it stood on that day, and where it stands now; `since`: how
    many have been raised since."""

    stood: Mapping[str, tuple[Standing, Standing]]
    since: int


class Book(Struct, frozen=True):
    """What the site is made of. Issue or case → `listings`, issue → `progress`; event that is over → `then`, where each
    issue raised by its day stood on it; place ("" = the site) → `duties`, what is due there and below, `news` of its
    issues, and `calendar`, its days; case → `alike`, the cases most like it, and `traits`, by what it is compared;
    record → `past`, its changes; statistic → `contributed`, what each issue contributes to it, as lines of a table,
    `numbers`, place → its value there, and `accounts`, place → what stands behind that; name → `frozen`, numbers as
    they were published; group of peers → `middles`. Of all at once: under "", `titles`, path → what a record is called,
    `recent`, the last changes of all records, and `corrections`, all of them; under `issues` and `cases`, `lines` and
    `told`: path → its line of CSV, and of JSON.
    """

    library: Library
    statistics: Statistics
    holdings: Holdings
    listings: Mapping[str, Listing]
    progress: Mapping[str, Progress]
    lines: Mapping[str, Mapping[str, str]]
    told: Mapping[str, Mapping[str, str]]
    titles: Mapping[str, Mapping[str, str]]
    then: Mapping[str, Moved]
    duties: Mapping[str, tuple[Obligation, ...]]
    news: Mapping[str, tuple[News, ...]]
    calendar: Mapping[str, tuple[Day, ...]]
    alike: Mapping[str, tuple[str, ...]]
    traits: Mapping[str, Traits]
    contributed: Mapping[str, bytes]
    numbers: Mapping[str, Mapping[str, Stat]]
    accounts: Mapping[str, Mapping[str, Breakdown]]
    frozen: Mapping[str, Frozen]
    middles: Mapping[str, Middles]
    past: Mapping[str, tuple[Change, ...]]
    recent: Mapping[str, tuple[tuple[str, Change], ...]]
    corrections: Mapping[str, tuple[tuple[str, Correction], ...]]
    facts: Facts

    @property
    def as_of(self) -> date:
        """The day that everything is told for."""
        return self.statistics.as_of


def book_of(library: Library, briefs: Mapping[str, Brief], statistics: Statistics,
            breakdowns: Mapping[str, Mapping[str, Own]],
            frozen: Mapping[str, Frozen] | None = None, past: Pasts | None = None) -> Book:
    """The book of a site. `briefs`: those of all issues and cases; `breakdowns`: under "", place → what stands behind
    each statistic of its own issues; `frozen`: the numbers that are kept, by name; `past`: the
    changes of all records."""
    listings = {path: brief.listing for path, brief in briefs.items()}
    holdings, uses = holdings_of(library, listings, statistics.as_of), set[str]()
    titles, bulk, scopes = _titles(library, listings), _bulk(library), ("", *library.places)
    traits = Later(library.cases, lambda path: traits_of(library, listings, path))
    tables: Tables = {
        "listings": listings,
        "progress": Later(library.issues, lambda path: briefs[path].progress),
        "lines": Later(bulk, lambda kind: {path: row for path in bulk[kind] if (row := briefs[path].row)}),
        "told": Later(bulk, lambda kind: {path: told for path in bulk[kind] if (told := briefs[path].told)}),
        "titles": Later(("",), lambda _: titles),
        "then": Later(_over(library, statistics.as_of), lambda event: _then(holdings, briefs, event, statistics.as_of)),
        "duties": _whole(lambda: by_place(_duties(library, briefs, statistics.as_of)), scopes),
        "news": _whole(lambda: news_of(library, listings, statistics.as_of), scopes),
        "calendar": _whole(lambda: calendar_of(library, listings, statistics.as_of), scopes),
        "alike": alike_cases(traits, listings),
        "traits": traits,
        "contributed": _whole(lambda: contributed(briefs), [key for key, one in DEFINITIONS.items() if one.of_issues]),
        "numbers": Later(DEFINITIONS, lambda key: {place: stats[key] for place, stats in statistics.scopes.items()}),
        "frozen": frozen or {},
        "middles": middles_of(library, statistics),
        "accounts": Later(DEFINITIONS, lambda key: breakdowns_of(key, own[key], list(library.places))),
        "past": past or {},
        "corrections": Later(("",), lambda _: _corrections(library, briefs)),
        "recent": Later(("",), lambda _: latest(past or {}, LATEST)),
    }
    own = _own_breakdowns(statistics, holdings, breakdowns)
    digests = {**{name: digest_in(values) for name, values in tables.items()},
               **_shortcuts(library, briefs, holdings, statistics.as_of),
               "accounts": digest_in(own, lambda key: _tells_account(key, own[key])),
               **{f"row-{tag}": _digest_of_rows(library, holdings, briefs) for tag in library.site.languages}}
    noted: dict[str, Any] = {name: Noted(name, values, uses) for name, values in tables.items()}
    own_library, of_library = _noted(library, uses, ("site", "vocabulary", "drafts", "briefs", "stamps", "around"))
    own_holdings, of_holdings = _noted(holdings, uses, ())
    own_statistics, of_statistics = _noted(statistics, uses, ("as_of",))
    stamped = {name: digest_in(getattr(library, name), library.stamps.get) for name in bulk}
    told = {**digests, **of_library, **of_holdings, **of_statistics, **(stamped if library.stamps else {})}
    implied = dict.fromkeys(bulk, _IMPLIED) if library.stamps else {}
    owned = ("listings", *bulk, *(f"row-{tag}" for tag in library.site.languages))
    group_of = {path: place_of(path) for path in library.stamps}
    return Book(own_library, own_statistics, own_holdings, **noted,
                facts=Facts(told, uses, implied, _grounds(library), dict.fromkeys(owned, group_of)))


def _grounds(library: Library) -> dict[str, str]:
    """Place → what tells all that lists and pages say of its own issues and cases, and how it is called."""
    return {place: digest(repr((library.places[place].name, library.places[place].translations,
                                [(path, library.stamps[path]) for path in paths])).encode())
            for place, paths in paths_by_place(library.stamps).items()}


def _own_breakdowns(statistics: Statistics, holdings: Holdings,
                    of_issues: Mapping[str, Mapping[str, Own]]) -> Mapping[str, Mapping[str, Own]]:
    """Statistic → place → what stands behind the statistics of its own records."""
    def own(key: str) -> Mapping[str, Own]:
        if DEFINITIONS[key].of_issues:
            return of_issues[""]
        return own_of(key, statistics.of_others[key], holdings.when)

    return Later(DEFINITIONS, own)


def _tells_account(key: str, own: Mapping[str, Own]) -> str:
    kept = ((place, bytes(data.get(DEFINITIONS[key].source, b""))) for place, data in own.items())
    return digest(repr(sorted(kept)).encode())


def _bulk(library: Library) -> Mapping[str, Iterable[str]]:
    """The kinds of records that are known by their briefs, each with its paths."""
    return {TABLES[kind]: library.of_kind(kind) for kind in BULK}


def _whole(make: Callable[[], Mapping[str, Any]], keys: Iterable[str]) -> Mapping[str, Any]:
    """A table that is made as a whole when one of its `keys` is first asked for."""
    made = Later(("",), lambda _: make())
    return Later(keys, lambda key: made[""].get(key, ()))


def _noted(tables: Any, uses: set[str], plain: Iterable[str]) -> tuple[Any, Digests]:
    """A type of tables with every reading in them noted, and what tells each fact; `plain` fields are none."""
    values = {one.name: getattr(tables, one.name) for one in fields(tables) if one.name not in plain}
    noted: dict[str, Any] = {name: Noted(name, of, uses) for name, of in values.items()}
    return replace(tables, **noted), {name: digest_in(of) for name, of in values.items()}


# --- what tells a fact ------------------------------------------------------------------------------------------------


def digest_in(values: Mapping[str, object], of: Callable[[str], object] | None = None) -> Callable[[str], str]:
    """Key of a table → what tells what stands there, "" where nothing does: `of` it, else its repr."""
    def digest_of(key: str) -> str:
        if key == ALL:
            return short(repr(list(values)))
        return short(str(of(key)) if of else repr(values[key])) if key in values else ""

    return digest_of


def _shortcuts(library: Library, briefs: Mapping[str, Brief], holdings: Holdings, as_of: date) -> Digests:
    """What tells those facts that briefs hold as texts, so that they need not be read."""
    whole = Later(("duties", "alike", "contributed"), lambda table: _tells_whole(library, briefs, as_of, table))
    return {
        "listings": digest_in(briefs, lambda path: briefs[path].listing_text),
        "progress": digest_in(library.issues, lambda path: briefs[path].progress_text),
        "lines": _tells_rows(library, briefs),
        "told": _tells_rows(library, briefs),
        "then": digest_in(library.events, lambda event: "".join(
            f"{path}{briefs[path].then_text}{briefs[path].listing.standing}{briefs[path].listing.when}"
            for path in holdings.issues_in.get(place_of(event), ()))),
        "duties": lambda _: whole["duties"],
        "alike": lambda _: whole["alike"],
        "traits": lambda _: whole["alike"],
        "contributed": lambda _: whole["contributed"],
        "corrections": lambda _: short(repr((
            [(path, brief.corrected_text) for path, brief in briefs.items() if brief.corrected_text != _NONE],
            [(path, record.corrections) for path, record in _others(library) if record.corrections]))),
    }


def _tells_rows(library: Library, briefs: Mapping[str, Brief]) -> Callable[[str], str]:
    """Kind of record → what tells all that machines are told of those of it."""
    def told(path: str) -> str:
        return path + (library.stamps.get(path) or briefs[path].told_text)

    return lambda kind: digest("".join(map(told, _bulk(library)[kind])).encode())


def _tells_whole(library: Library, briefs: Mapping[str, Brief], as_of: date, table: str) -> str:
    if table == "duties":
        others = in_order(library, (), as_of)
        return short(repr(([brief.duties_text for brief in briefs.values() if brief.duties_text != _NONE], others)))
    if table == "contributed":
        told = (f"{path}{brief.listing.title}{brief.contributions_text}" for path, brief in briefs.items())
        return digest("".join(told).encode())
    issues = {issue: briefs[issue].listing_text for case in library.cases for issue in briefs[case].listing.issues}
    locations = [(path, location.kind) for path, location in library.locations.items()]
    return short(repr((issues, [(case, briefs[case].listing_text) for case in library.cases], locations)))


def _digest_of_rows(library: Library, holdings: Holdings, briefs: Mapping[str, Brief]) -> Callable[[str], str]:
    """Path → what tells how a record stands in lists: what it says of itself, its place's name, its target's name."""
    names = {path: repr((place.name, place.translations)) for path, place in library.places.items()}

    def told(path: str) -> str:
        if path in briefs:
            return short(briefs[path].listing_text + names.get(place_of(path), ""))
        record = library.record(path)
        target = getattr(record, "target", "")
        reviewed = briefs[target].listing_text if target in briefs else repr(library.record(target))
        return short(repr((record, holdings.when.get(path), names.get(place_of(path)), reviewed)))

    return told


_NONE = "[]"


def _others(library: Library) -> Iterator[tuple[str, Record]]:
    """All records but issues and cases."""
    yield "site", library.site
    yield from library.of_kinds(kind for kind in TABLES if kind not in BULK)


def _corrections(library: Library, briefs: Mapping[str, Brief]) -> tuple[tuple[str, Correction], ...]:
    """What was corrected in all records, the newest first."""
    bulk = ((path, one) for path, brief in briefs.items() if brief.corrected_text != _NONE for one in brief.corrected)
    others = ((path, one) for path, record in _others(library) for one in record.corrections)
    return tuple(sorted((*bulk, *others), key=lambda one: (-one[1].date.toordinal(), one[0])))


def _then(holdings: Holdings, briefs: Mapping[str, Brief], event: str, as_of: date) -> Moved:
    """Where each issue of the event's place, raised by its day, stood on that day."""
    paths = holdings.issues_in.get(place_of(event), ())
    stood = {path: (then[event], briefs[path].listing.standing)
             for path in paths if event in (then := briefs[path].then)}
    since = sum(path not in stood and (briefs[path].listing.when.earliest or as_of) <= as_of for path in paths)
    return Moved(stood, since)


def _titles(library: Library, listings: Mapping[str, Listing]) -> dict[str, str]:
    """Path → what a record is called."""
    others = library.of_kinds(kind for kind in TABLES if KINDS[kind].is_placed and kind not in BULK)
    return {**{path: one.title for path, one in listings.items()},
            **{path: title_of(record) for path, record in others}}


def _over(library: Library, as_of: date) -> list[str]:
    """The events that are over."""
    return [path for path, event in library.events.items() if (day := event.date.latest) and day <= as_of]


def _duties(library: Library, briefs: Mapping[str, Brief], as_of: date) -> tuple[Obligation, ...]:
    return in_order(library, (one for brief in briefs.values() for one in brief.duties), as_of)
