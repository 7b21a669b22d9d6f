"""Builds random towns with the program and compares what it publishes with the independent count."""

import contextlib
import io
import random
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from .disclosure import Part, given_away
from .published import Shown, page_of, records_behind, statistics_of, table_of
from .read import Town as Written
from .read import is_within, read_town
from .statistics import STATISTICS, Report, Scope, Stat, count_all
from .suppression import has_few
from .towns import DAYS, Town

Build = Callable[[Path, Path, date], None]
PROJECT = Path(__file__).resolve().parents[2]
SETTINGS = ("--no-history", "--no-search", "--jobs", "1", "--quiet", "--language", "en")
PEOPLE = ("youth_share", "elderly_share")
"""Statistics of people: more than 1-4 of them may be hidden, where that would give some away."""
OF_PLACES = ("communities_reporting",)
"""Statistics behind which there are no records but places."""
HIDDEN = ("<5", "[c]")


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
    """The program refused a town: it, the generator or the text is wrong."""


def build_with(project: Path = PROJECT) -> Build:
    """What builds with the program that lies in a folder, within this process."""
    if str(project) not in sys.path[:1]:
        sys.path.insert(0, str(project))
    from yishi.cli import main

    own = ("--templates", str(project / "templates"))

    def build(content: Path, output: Path, day: date) -> None:
        said, code = io.StringIO(), None
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            try:
                main(["--content", str(content), "--output", str(output), "--as-of", f"{day}", *own, *SETTINGS])
            except SystemExit as end:
                code = end.code
        if code:
            raise BuildFailedError(f"{content}, {day}:\n{said.getvalue()}")

    return build


def compare_town(seed: int, folder: Path, build: Build) -> Iterator[Difference]:
    """The differences in one town: at two days, and after edits into the same output and cache."""
    town, content, output = Town(seed), folder / "content", folder / "site"
    first, second = random.Random(seed).sample(DAYS, len(DAYS))
    for day, edits in ((first, 0), (second, 0), (first, 2)):
        for _ in range(edits):
            town.edit()
        town.write(content)
        build(content, output, day)
        yield from compare_site(seed, day, content, output)


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
    }
    for where, found in forms.items():
        for scope, key, reference, build in found:
            yield Difference(seed, day, where, scope, key, reference, build)


Found = Iterator[tuple[str, str, Any, Any]]
Counted = dict[str, dict[str, Stat]]


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
    return {key: shown[key] for key in sorted(shown) if shown[key] != {} or key == "value"}


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
    records = [record for record in report.town.records if not record.is_draft]
    for statistic in STATISTICS:
        key = statistic.__name__
        if key in OF_PLACES:
            continue
        published = records_behind(output, key)
        for record in records:
            role, build = role_of(statistic(Scope(report, "", record.path)), key in PEOPLE), published.get(record.path)
            if not _plays(role, build):
                yield record.path, key, role, build


def role_of(stat: Stat, is_of_people: bool = False) -> tuple[str, str] | None:
    """What a record is to a statistic that counts nothing else: counted, looked at (it adds to the denominator only),
    or left out and why."""
    numerator, denominator = stat["numerator"], stat["denominator"]
    if denominator or (numerator and denominator is None) or stat.get("suppressed"):
        return ("counted" if numerator != 0 or is_of_people else "looked_at"), ""
    return next((("left_out", reason) for reason in stat["excluded"]), None)


def _plays(role: tuple[str, str] | None, build: dict[str, str] | None) -> bool:
    if build is None:
        return role is None
    nothing = role is None and {build["numerator"], build["denominator"]} <= {"0", *HIDDEN}  # such as 0 of 0 people
    return nothing or role == (build["role"], build["left_out"])


# --- pages ------------------------------------------------------------------------------------------------------------


def _on_pages(report: Report, counted: Counted, output: Path) -> Found:
    for statistic in STATISTICS:
        key = statistic.__name__
        for scope, shown in page_of(output, key).items():
            stat = counted[scope][key]
            if not (shown.is_silent if is_silent(report, scope, key, stat) else _says(shown, stat)):
                yield scope, key, stat, shown


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


# --- few people -------------------------------------------------------------------------------------------------------


def _given_away(output: Path) -> Found:
    published = statistics_of(output)
    for key in PEOPLE:
        rows = [row for row in records_behind(output, key).values() if row["role"] != "left_out"]
        for column in ("numerator", "denominator"):
            totals = {scope: number for scope, stats in published.items() if (number := stats[key][column]) is not None}
            for scope in given_away(totals, [_part(row["place"], row[column]) for row in rows]):
                yield scope, key, "hidden numbers stay hidden", f"{column} {totals[scope]} gives one away"


def _part(place: str, cell: str) -> Part:
    return Part(place, None if cell in HIDDEN else int(cell), cell == HIDDEN[0])
