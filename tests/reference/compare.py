"""Builds random towns with the program and compares what it publishes with the independent count."""

import contextlib
import io
import itertools
import json
import random
import re
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from .disclosure import Part, given_away
from .published import Shown, page_of, records_behind, records_in, statistics_of, table_of
from .read import FOLDERS, Record, as_count, is_within, read_town
from .read import Town as Written
from .statistics import BEHIND, STATISTICS, Report, Scope, Stat, count_all, places_reporting
from .suppression import FEW, GROUPS, VOTES, groups_shown, has_few, votes_shown
from .towns import DAYS, Town

Run = Callable[..., str]
"""Runs the program with arguments, and gives back what it says."""
Statistic = Callable[[Scope], Stat]
Found = Iterator[tuple[str, str, Any, Any]]
"""Differences: scope, key, what the reference says, what the build says."""
Counted = dict[str, dict[str, Stat]]
Revisions = dict[str, tuple[str, Any]]
"""Key → the revision that its page names, and its figures in all scopes."""
EVERY = 5
"""In every fifth town the commands that take long are compared too."""
PROJECT = Path(__file__).resolve().parents[2]
SETTINGS = ("--no-history", "--no-search", "--jobs", "1", "--quiet", "--language", "en")
PEOPLE = {"youth_share": "under18", "elderly_share": "over60"}
"""Statistics of people, and the group that each is of: more than 1-4 may be hidden, where that would give some away."""
OF_PLACES = ("communities_reporting",)
"""Statistics behind which there are no records but places."""
HIDDEN = ("<5", "[c]")
EXPLAINED = re.compile(
    r"^  (Counted|Out of|Looked at, but not counted|Left out)(?:: [^(]+)? \(([^)]+)\)$", re.MULTILINE
)
"""A number of records that `explain` tells."""
CITATION = re.compile(r"(.*?), “[^”]+”, (.+)[.] As of (.+), figures [0-9a-f]{12}[.] (.+)")
"""The line by which a number is to be cited: the site, the place and the number, the day, the address."""


@dataclass(frozen=True)
class Difference:
    """Where reference and build say different things; `where` is what the build says it in."""

    seed: int
    day: date
    where: str
    scope: str
    key: str
    reference: Any
    build: Any

    def __str__(self) -> str:
        """All that is needed to look at it."""
        place = self.scope or "the whole site"
        return (
            f"seed {self.seed}, {self.day}, {self.where}, {place}, {self.key}:\n"
            f"  reference {self.reference}\n  build     {self.build}"
        )


class BuildFailedError(Exception):
    """The program refused a town, or broke off: it, the generator or the text is wrong."""


def program_in(project: Path = PROJECT) -> Run:
    """What runs the program that lies in a folder, within this process."""
    if str(project) not in sys.path[:1]:
        sys.path.insert(0, str(project))
    from yishi.cli import main

    own = ("--templates", str(project / "templates"))

    def run(*arguments: object) -> str:
        said, code = io.StringIO(), None
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            try:
                main([*map(str, arguments), *own, *SETTINGS])
            except SystemExit as end:
                code = end.code
            except Exception as fault:  # so that the town is named
                raise BuildFailedError(f"{arguments}: {fault!r}") from fault
        if code:
            raise BuildFailedError(f"{arguments}:\n{said.getvalue()}")
        return said.getvalue()

    return run


def compare_town(seed: int, folder: Path, run: Run) -> Iterator[Difference]:
    """The differences in one town: at two days, and after edits into the same output and with what was kept of the
    build before, which holds on the same day.

    What the commands say, which takes a run of its own, is looked at in some towns only.
    """
    town, before, content, output = Town(seed), folder / "before", folder / "content", folder / "site"
    first, second = random.Random(seed).sample(DAYS, len(DAYS))
    revisions: list[Revisions] = []
    for day, edits in ((first, 0), (second, 0), (second, 2)):
        if edits and seed % EVERY == 0:
            shutil.copytree(content, before)
        for _ in range(edits):
            town.edit()
        town.write(content)
        run("build", "--content", content, "--output", output, "--as-of", day)
        yield from compare_site(seed, day, content, output)
        revisions.append(_revisions(output))
    yield from _named(seed, second, "revisions", compare_revisions(revisions))
    if before.is_dir():
        yield from _compare_commands(seed, second, folder, run)


def _compare_commands(seed: int, day: date, folder: Path, run: Run) -> Iterator[Difference]:
    before, content, output = folder / "before", folder / "content", folder / "site"
    at = ("--content", content, "--as-of", day)
    report, rng = Report(read_town(content), day), random.Random(seed)
    for statistic in rng.sample([one for one in STATISTICS if one.__name__ not in OF_PLACES], 2):
        scope = rng.choice(["", *report.town.places])
        place = ("--place", scope) if scope else ()
        said = run("explain", f"statistics/{statistic.__name__}", *place, *at, "--output", output)
        yield from _named(seed, day, "explain", compare_explained(report, statistic, scope, said, output))
    said = run("changes", before, *at, "--format", "json")
    yield from _named(seed, day, "changes", compare_changes(day, before, content, said))
    run("freeze", "kept", *at)
    yield from _named(seed, day, "frozen", compare_frozen(content / "frozen/kept.json", output))


def compare_site(seed: int, day: date, content: Path, output: Path) -> Iterator[Difference]:
    """Where what a build published differs from the reference, in any of the forms in which it says it."""
    report = Report(read_town(content), day)
    counted = count_all(report)
    forms = {
        "statistics.json": _in_json(report, counted, output),
        "statistics.csv": _in_table(counted, output),
        "records": _in_records(report, output),
        "page": _on_pages(report, counted, output),
        "few people": _given_away(output),
        "few people of a record": _people_of_records(report, output),
    }
    for where, found in forms.items():
        yield from _named(seed, day, where, found)


def _named(seed: int, day: date, where: str, found: Found) -> Iterator[Difference]:
    return (Difference(seed, day, where, *one) for one in found)


# --- statistics.json --------------------------------------------------------------------------------------------------


def _in_json(report: Report, counted: Counted, output: Path) -> Found:
    published = statistics_of(output)
    for scope in sorted({*published, *counted}):
        ours, theirs = counted.get(scope, {}), published.get(scope, {})
        for key in sorted({*ours, *theirs}):
            reference, build = plain(ours.get(key)), plain(theirs.get(key))
            if reference != build and not (key in PEOPLE and may_be_hidden(report.town, scope, reference, build)):
                yield scope, key, reference, build
            elif build and build.get("suppressed"):  # from here on the build's word holds for what is hidden
                counted[scope][key] = theirs[key]


def plain(stat: Stat | None) -> Any:
    """A statistic without what is empty, in the order of its keys."""
    if stat is None:
        return None
    shown = {key: dict(sorted(part.items())) if isinstance(part, dict) else part for key, part in stat.items()}
    return {key: shown[key] for key in sorted(shown.keys() - {*BEHIND}) if shown[key] != {} or key == "value"}


def may_be_hidden(town: Written, scope: str, reference: Stat, build: Stat) -> bool:
    """Whether a build hides more than 1-4 people because something else would give them away (content model §8):
    only where meetings have 1-4 people of their own."""
    hidden = {"value": None, "numerator": None, "suppressed": True}
    same = all(build.get(key) == value for key, value in hidden.items())
    known = build["denominator"] in (None, reference["denominator"])
    left_out = build.get("excluded") == reference.get("excluded")
    return same and known and left_out and any(map(has_few, town.of_kind("meeting")))


# --- statistics.csv ---------------------------------------------------------------------------------------------------


def _in_table(counted: Counted, output: Path) -> Found:
    published = table_of(output)
    expected = {
        (scope, key, dimension): row
        for scope, stats in counted.items()
        for key, stat in stats.items()
        for dimension, row in _rows(stat)
    }
    for scope, key, dimension in sorted({*expected, *published}):
        reference, build = expected.get((scope, key, dimension)), published.get((scope, key, dimension))
        if reference is None or build is None or not all(map(_same, reference, build)):
            yield scope, key, (dimension, reference), (dimension, build)


def _rows(stat: Stat) -> Iterator[tuple[str, tuple[Any, Any, Any]]]:
    """The lines of a statistic by their dimension: value, numerator, denominator."""
    value, numerator, denominator = stat["value"], stat["numerator"], stat["denominator"]
    if stat.get("suppressed"):
        yield "", (HIDDEN, HIDDEN, denominator)
    elif isinstance(value, dict):
        yield "", (numerator, numerator, denominator)
        yield from ((part, (number, number, denominator)) for part, number in value.items())
    else:
        yield "", (value, numerator, denominator)
    if stat.get("quartiles"):
        first, _, third = stat["quartiles"]
        yield from (("quartile_1", (first, None, denominator)), ("quartile_3", (third, None, denominator)))
    yield from ((result, (number, number, numerator)) for result, number in stat.get("results", {}).items())
    yield from ((f"left_out.{reason}", (number, number, None)) for reason, number in stat["excluded"].items())


def _same(number: Any, cell: str) -> bool:
    """Whether a cell says a number; nothing is said of None."""
    if number is HIDDEN or cell in HIDDEN:
        return cell in HIDDEN and number in (HIDDEN, None)
    return (not cell and number is None) or (bool(cell) and number is not None and float(cell) == float(number))


# --- the records behind a statistic -----------------------------------------------------------------------------------


def _in_records(report: Report, output: Path) -> Found:
    for statistic in STATISTICS:
        key = statistic.__name__
        published = records_behind(output, key)
        if key in OF_PLACES:
            yield from _places_reporting(report, published)
            continue
        for record in report.town.published:
            stat, build = statistic(Scope(report, "", record.path)), published.get(record.path)
            if not _plays(record, key, stat, build):
                yield record.path, key, stat, build


def _places_reporting(report: Report, published: dict[str, dict[str, str]]) -> Found:
    reference = set(places_reporting(Scope(report, "")))
    build = {path for path, row in published.items() if row["role"] == "counted"}
    if reference != build:
        yield "", OF_PLACES[0], reference, build


def role_of(stat: Stat, is_of_people: bool = False) -> tuple[str, str] | None:
    """What a record is to a statistic that counts nothing else: counted, looked at (it adds to the denominator only),
    or left out and why."""
    numerator, denominator = stat["numerator"], stat["denominator"]
    if denominator or (numerator and denominator is None) or stat.get("suppressed"):
        return ("counted" if numerator != 0 or is_of_people else "looked_at"), ""
    return next((("left_out", reason) for reason in stat["excluded"]), None)


def _plays(record: Record, key: str, stat: Stat, build: dict[str, str] | None) -> bool:
    role = role_of(stat, key in PEOPLE)
    if build is None:
        return role is None
    nothing = role is None and {build["numerator"], build["denominator"]} <= {"0", *HIDDEN}  # such as 0 of 0 people
    if nothing or role is None or role[0] == "left_out":
        return nothing or role == (build["role"], build["left_out"])
    return role == (build["role"], build["left_out"]) and _brings(record, key, stat, build)


def _brings(record: Record, key: str, stat: Stat, build: dict[str, str]) -> bool:
    """Whether the numbers that a record brings to a statistic are told: of people, those that may be told."""
    if key in PEOPLE:
        people = record.data["participants"]
        cells = ((people[PEOPLE[key]], build["numerator"]), (people["headcount"], build["denominator"]))
        return all(_told(as_count(number) or 0, cell, may_hide=has_few(record)) for number, cell in cells)
    if "numbers" in stat:
        return [build["number"]] == [str(number) for number in stat["numbers"]]
    if "spaces" in stat or isinstance(stat["value"], dict):
        values = {record.place} if key == "by_place" else set(stat.get("spaces") or stat["value"])
        return values == set(build["values"].split())
    denominator = stat["denominator"]
    return build["numerator"] == str(stat["numerator"]) and denominator in (None, int(build["denominator"]))


def _told(people: int, cell: str, *, may_hide: bool) -> bool:
    """Whether a number of people is told, or hidden: 1-4 always, others only to protect such a number."""
    return (may_hide if people not in FEW else True) if cell in HIDDEN else people not in FEW and cell == str(people)


# --- pages ------------------------------------------------------------------------------------------------------------


def _on_pages(report: Report, counted: Counted, output: Path) -> Found:
    for statistic in STATISTICS:
        key = statistic.__name__
        page = page_of(output, key)
        for scope in counted:
            stat, shown = counted[scope][key], page.get(scope)
            if shown is None or not _agrees(report, scope, key, stat, shown):
                yield scope, key, stat, shown


def _agrees(report: Report, scope: str, key: str, stat: Stat, shown: Shown) -> bool:
    if is_silent(report, scope, key, stat):
        return shown.is_silent and not shown.citation
    return _says(shown, stat) and _is_cited(report, scope, key, shown)


def _is_cited(report: Report, scope: str, key: str, shown: Shown) -> bool:
    """Whether the line to cite names site, place, number, day and address."""
    day = f"{report.as_of.day} {report.as_of:%B %Y}"
    place = report.town.places[scope]["name"] if scope else "The whole site"
    cited = CITATION.fullmatch(shown.citation)
    if cited is None:
        return False
    site, said, *end = cited.groups()
    why = said.removeprefix(f"{place}: ") if said.startswith(f"{place}: ") else ""
    agrees = why == shown.words if shown.words else bool(why) and "." not in why
    return agrees and [site, *end] == [report.town.site["title"], day, f"statistics/{key}/#{scope or 'site'}"]


def is_silent(report: Report, scope: str, key: str, stat: Stat) -> bool:
    """Whether a place and those below it have no record yet: that is said instead of 0 (content model §6), but how many
    of the communities that it expects have one is told even then (§6.1.2)."""
    if key in OF_PLACES and stat["denominator"] is not None:
        return False
    return bool(scope) and not any(report.has_record(place) for place in report.town.places if is_within(place, scope))


def _says(shown: Shown, stat: Stat) -> bool:
    agrees = all(map(_said, _on_page(stat), (shown.value, shown.counted)))
    return agrees and not shown.is_silent and shown.left_out == sum(stat["excluded"].values())


def _on_page(stat: Stat) -> Iterable[Any]:
    """The value and the numerator as a page should say them."""
    if stat.get("suppressed"):
        return HIDDEN, HIDDEN
    value = stat["value"]
    return (stat["numerator"] if isinstance(value, dict) else value), stat["numerator"]


def _said(number: Any, text: str | None) -> bool:
    """Whether a page says a number; it may say nothing of what is null or nothing."""
    return text is None and not number if text is None else _same(number, text.replace(",", ""))


# --- what several builds, and the commands, say -----------------------------------------------------------------------


def _revisions(output: Path) -> Revisions:
    published, revisions = statistics_of(output), {}
    for key in published[""]:
        told = re.search("figures ([0-9a-f]{12})", page_of(output, key)[""].citation)
        revisions[key] = (told[1] if told else "", {scope: stats[key] for scope, stats in published.items()})
    return revisions


def compare_revisions(builds: list[Revisions]) -> Found:
    """Where the revision of a statistic changes although its figures do not, or stays although they do."""
    for before, after in itertools.combinations(builds, 2):
        for key in before:
            (old, figures), (new, others) = before[key], after[key]
            if (old == new) != (figures == others):
                yield "", key, f"figures {'same' if figures == others else 'changed'}", (old, new)


def compare_explained(report: Report, statistic: Statistic, scope: str, said: str, output: Path) -> Found:
    """Where `explain` says something else of a number than the reference: what is counted, and which records are."""
    key = statistic.__name__
    stat = statistics_of(output)[scope][key]  # compared by itself
    heads = [("Counted", stat["numerator"]), ("Out of", stat["denominator"])]
    expected: list[tuple[str, Any]] = [(name, number) for name, number in heads if number is not None]
    if stat.get("suppressed"):
        expected = [(name, HIDDEN if number is None else number) for name, number in heads]
    if not is_silent(report, scope, key, stat):
        here = [record for record in report.town.published if is_within(record.place, scope)]
        expected += _in_order(_role_in(key, record, statistic(Scope(report, "", record.path))) for record in here)
    told = [(name, number.replace(",", "")) for name, number in EXPLAINED.findall(said)]
    names = [name for name, _ in told] == [name for name, _ in expected]
    if not names or not all(_same(one[1], other[1]) for one, other in zip(expected, told, strict=True)):
        yield scope, key, expected, told


def _role_in(key: str, record: Record, stat: Stat) -> tuple[str, str] | None:
    """What a record is to a statistic; a meeting that recorded that nobody came is counted too, as 0 of 0 people."""
    if key in PEOPLE and record.kind == "meeting" and not stat["excluded"]:
        return "counted", ""
    return role_of(stat, key in PEOPLE)


def _in_order(roles: Iterable[tuple[str, str] | None]) -> Iterator[tuple[str, int]]:
    """How many records play each role, as they are told: what is left out in the order of the reasons."""
    names = {"counted": "Counted", "looked_at": "Looked at, but not counted", "left_out": "Left out"}
    numbers = Counter(role for role in roles if role)
    for role in sorted(numbers, key=lambda role: (list(names).index(role[0]), role[1])):
        yield names[role[0]], numbers[role]


def compare_frozen(copy: Path, output: Path) -> Found:
    """Where a frozen copy keeps another number than was published on the same day."""
    kept, published = json.loads(copy.read_text(encoding="utf-8"))["scopes"], statistics_of(output)
    for scope in sorted({*kept, *published}):
        ours, theirs = published.get(scope, {}), kept.get(scope, {})
        for key in sorted({*ours, *theirs}):
            stat = {name: value for name, value in theirs.get(key, {}).items() if name != "about"}
            stat |= {"suppressed": True} if stat.get("suppressed") in HIDDEN else {}
            if stat != ours.get(key):
                yield scope, key, ours.get(key), stat


Aspect = tuple[str, str, str, str]
"""What `changes` tells a number by: scope, key, what of the statistic, and of which part."""


def compare_changes(day: date, before: Path, after: Path, said: str) -> Found:
    """Where `changes` says something else than what differs between two states of a town."""
    told, reports = json.loads(said), [Report(read_town(content), day) for content in (before, after)]
    old, new = ({record.path for record in report.town.published} for report in reports)
    for key, reference in (("removed", old - new), ("new", new - old)):
        build = {record["path"] for record in told[key] if record["kind"] in FOLDERS.values()}
        if build != reference:
            yield "", key, reference - build, build - reference
    shifts = {_aspect(shift): _sides(shift) for shift in told["stat_changes"]}
    yield from _shifted(_aspects(reports[0]), _aspects(reports[1]), shifts)


def _aspect(shift: dict[str, Any]) -> Aspect:
    return shift["scope"], shift["key"], shift["aspect"], shift["part"]


def _sides(shift: dict[str, Any]) -> tuple[Any, Any]:
    before, after = ((shift[side] or {}).get("value") or None for side in ("before", "after"))
    return before, after


def _shifted(old: dict[Aspect, Any], new: dict[Aspect, Any], shifts: dict[Aspect, tuple[Any, Any]]) -> Found:
    for one in sorted({*old, *new, *shifts}):
        scope, key, aspect, _ = one
        reference, build = (old.get(one), new.get(one)), shifts.get(one)
        issues = (scope, "issues", "value", "")
        is_said = aspect == "counted" and reference == (old.get(issues), new.get(issues))  # all issues are counted
        silent = build is None and (reference[0] == reference[1] or is_said)
        if key not in PEOPLE and not silent and reference != build:
            yield scope, key, (one[2:], reference), build


def _aspects(report: Report) -> dict[Aspect, Any]:
    """Every number that is published; nothing where there is nothing."""
    found: dict[Aspect, Any] = {}
    for scope, stats in count_all(report).items():
        for key, stat in stats.items():
            split = isinstance(stat["value"], dict)
            lists = {
                "value": stat["value"] if split else {"": stat["value"]},
                "counted": {"": stat["numerator"]} if split else {},
                "result": stat.get("results", {}),
                "left_out": stat["excluded"],
            }
            for aspect, numbers in lists.items():
                found |= {(scope, key, aspect, part): number for part, number in numbers.items() if number}
    return found


# --- few people -------------------------------------------------------------------------------------------------------


def _given_away(output: Path) -> Found:
    published = statistics_of(output)
    for key in PEOPLE:
        rows = [row for row in records_behind(output, key).values() if row["role"] != "left_out"]
        for column in ("numerator", "denominator"):
            totals = {scope: number for scope, stats in published.items() if (number := stats[key][column]) is not None}
            for scope in given_away(totals, [_part(row["place"], row[column]) for row in rows]):
                yield scope, key, "hidden numbers stay hidden", f"{column} {totals[scope]} gives one away"


def _people_of_records(report: Report, output: Path) -> Found:
    """Where groups of participants and votes are told otherwise than they may be."""
    for kind in ("meeting", "issue"):
        published = records_in(output, f"{kind}s")
        for record in report.town.of_kind(kind):
            if record.path in published:
                reference, build = _shown_of(record.data, published[record.path])
                if reference != build:
                    yield record.path, "participants and votes", reference, build


def _shown_of(written: Any, built: Any) -> tuple[Any, Any]:
    """Groups and votes, as the reference says and as the build does."""
    people, ballots = written.get("participants") or {}, [one.get("decision") or {} for one in (written, built)]
    votes = [[ballot, *(one.get("votes") or [])] for ballot, one in zip(ballots, (written, built), strict=True)]
    cast = [votes_shown(one, people.get("headcount")) for one in votes[0]]
    told = [{name: one[name] for name in VOTES if name in one} for one in votes[1]]
    groups = built.get("participants") or {}
    return (groups_shown(people), cast), ({name: groups[name] for name in GROUPS if name in groups}, told)


def _part(place: str, cell: str) -> Part:
    return Part(place, None if cell in HIDDEN else int(cell), cell == HIDDEN[0])
