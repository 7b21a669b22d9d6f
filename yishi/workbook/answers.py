"""What the checks say of the records that a workbook wants, told where the sender sees it: at the cell."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache

from msgspec.structs import replace

from ..content.load import Places, places_in
from ..content.privacy import mask
from ..content.sources import Source
from ..model.kinds import COLLECTIONS
from ..model.language import Language
from ..model.paths import slot_of
from ..model.problems import KeyPath, Problem, describe
from ..model.vocabulary import Vocabulary, built_in, choices, folded
from .columns import Column, sheets
from .grid import Row, address, problem_at
from .matching import title_cell, title_keys
from .proposals import Proposal, Wanted

_OF_DATE = frozenset({"not_a_date", "no_such_day", "no_such_year", "not_a_day", "log_out_of_order", "after_as_of",
                      "date_in_line", "resolved_before_raised"})
_OF_WORD = frozenset({"unknown_stage", "not_allowed", "not_a_dated_line", "resolved_twice", "reopened_without_closing",
                      "closed_without_result"})
_WORDS = ("stage", "result", "key", "what")


def new_problems(after: Iterable[Problem], before: Iterable[Problem]) -> list[Problem]:
    """Those of `after` that were not there before, wherever in the file they stand now."""
    known = Counter(map(_same, before))
    found = []
    for problem in after:
        if known[_same(problem)]:
            known[_same(problem)] -= 1
        else:
            found.append(problem)
    return found


def _same(problem: Problem) -> tuple[object, ...]:
    return problem.path, problem.code, problem.values


def at_cells(problems: Iterable[Problem], name: str, wanted: Sequence[Wanted], files: Mapping[str, bytes],
             vocabulary: Vocabulary, language: Language) -> Iterator[Problem]:
    """The problems of the files that the workbook called `name` writes, each at its cell."""
    by_path = {one.path: one for one in wanted}
    finders: dict[str, _Finder] = {}
    for problem in problems:
        if problem.path not in files:
            yield from _of_another(problem, name, wanted, language)
            continue
        if problem.path not in finders:
            finders[problem.path] = _Finder(Source(problem.path, files[problem.path]))
        path, keys = finders[problem.path].at(problem.line, problem.column)
        if path in by_path and (told := _at_cell(problem, name, by_path[path], keys, vocabulary, language)):
            yield told


class _Finder:
    """Finds the record and the keys that stand at a line and column of a file."""

    def __init__(self, source: Source) -> None:
        slot = slot_of(source.path)
        assert slot is not None, "only records are written"
        found: dict[str, Places] = dict(places_in(source, slot))
        inside = slot.kind in COLLECTIONS
        spots = [((place.line, place.column), len(keys), f"{slot.path}/{entry}" if inside else slot.path, keys)
                 for entry, places in found.items() for keys, place in places.items()]
        self.spots = sorted(spots, key=lambda spot: (spot[0], spot[1]))
        self.starts = [spot[0] for spot in self.spots]
        self.path = slot.path

    def at(self, line: int, column: int) -> tuple[str, KeyPath]:
        """The path of the record, and the keys."""
        number = bisect_right(self.starts, (line, column)) - 1
        if number < 0:
            return self.path, ()
        _, _, path, keys = self.spots[number]
        return path, keys


def _at_cell(problem: Problem, name: str, wanted: Wanted, keys: KeyPath, vocabulary: Vocabulary,
             language: Language) -> Problem | None:
    """The problem at its cell; None if it only follows from what the cell is told to be wrong for already."""
    values = dict(problem.values)
    length = next((n for n in range(len(keys), -1, -1) if keys[:n] in wanted.rows), None)
    if length is None:
        row, rest = next(iter(wanted.rows.values())), keys
        column = None
    else:
        row, rest = wanted.rows[keys[:length]], keys[length:]
        column = _column(row, rest, problem, str(values.get("key", "")))
    code = _code(problem.code, row, values, language)
    closed = _closing_row(wanted) if code == "close_reason_missing" else None
    if closed and column:  # many who write this mean that it is still open
        code, values["found"] = "closed_or_open", f"'{closed.said('stage')}'"
    if column in row.wrong or (code == "rows_missing" and _has_wrong_title(row)):
        return None
    if column:
        values["key"] = column.label(language.tag)
        if column.vocabulary and code in ("not_allowed", "cell_missing", "closed_or_open"):
            values["allowed"] = _listed(vocabulary, column, language)
    cell = closed.cell(closed.sheet.column("stage")) if closed else row.cell(column)
    return problem_at(name, cell, code, problem.nearest, problem.level, values)


def _column(row: Row, rest: KeyPath, problem: Problem, key: str) -> Column | None:
    """The column that a problem is about: of its keys, or the one that is missing, or what its kind is about."""
    names = tuple(name for name in rest if isinstance(name, str))
    own = [column for column in row.sheet.columns if column.is_own]
    if names:
        return next((column for column in own if column.keys == names[:len(column.keys)] or
                     column.keys[:len(names)] == names), None)
    if problem.code in ("missing_key", "missing_term", "close_reason_missing") and key:
        return next((column for column in own if set(key.split()) & column.words), None)
    if problem.code == "case_about_nothing":
        return next((column for column in own if column.keys == ("issues",)), None)
    if not row.sheet.entries:
        return None
    wanted: tuple[str, ...] = ("text", "finding")
    if problem.code in _OF_DATE:
        wanted = ("date",)
    elif problem.code in _OF_WORD:
        wanted = _WORDS
    return next((column for column in own if column.keys[0] in wanted), None)


def _closing_row(wanted: Wanted) -> Row | None:
    """The last row of the log that says that a matter is closed unsolved."""
    rows = [row for keys, row in wanted.rows.items() if keys[:1] == ("log",)
            and built_in().key("reserved_stage", row.said("stage")) == "closed"]
    return rows[-1] if rows else None


def _code(code: str, row: Row, values: dict[str, str], language: Language) -> str:
    if code == "missing_term":
        return "cell_missing"
    if code == "missing_key" and row.sheet.kind == "issue" and "log" in values.get("key", "").split():
        values["key"] = sheets()["issue.log"].label(language.tag)
        return "rows_missing"
    return code


def _listed(vocabulary: Vocabulary, column: Column, language: Language) -> str:
    """What may stand in a cell, as its list shows it."""
    terms = vocabulary.terms[column.vocabulary].values()
    return choices(term.label(language.tag) for term in terms)


def without_echoes(problems: Sequence[Problem], proposal: Proposal, unread: frozenset[str]) -> list[Problem]:
    """The problems without those that only follow from another: what names a record whose row is wrong as a whole, one
    whose title is wrong, or one on a sheet that could not be read, is not wrong itself; and nothing is missing that
    such a sheet may hold."""
    at_fault = {problem.cell for problem in problems if problem.level == "error" and problem.code != "rows_missing"}
    untitled = {one.kind for one in proposal.wanted if () in one.rows and address(title_cell(one.rows[()])) in at_fault}
    labels = {built_in().label("record_kind", kind, "zh-Hans") for kind in untitled | unread | proposal.untitled}
    return [problem for problem in problems if not _is_echo(problem, labels, proposal.failed)
            and not (problem.code == "rows_missing" and "issue.log" in unread)]


def _has_wrong_title(row: Row) -> bool:
    return row.sheet.column(*title_keys(row)) in row.wrong


def _is_echo(problem: Problem, labels: set[str], failed: frozenset[str]) -> bool:
    if problem.code != "unknown_reference":
        return False
    values = dict(problem.values)
    return values["allowed"].split()[0] in labels or folded(values["found"].strip("'")) in failed - {""}


def _of_another(problem: Problem, name: str, wanted: Sequence[Wanted], language: Language) -> Iterator[Problem]:
    """A record that is not in the workbook and is right no longer, at the row of the new record that it stumbles on."""
    said = " ".join(value for _, value in problem.values)
    for one in wanted:
        if one.found is None and one.path in said and () in one.rows and problem.level == "error":
            yield problem_at(name, one.rows[()].cell(None), "breaks_other",
                             found=f"{problem.path}: {describe(problem, language).rstrip('.。')}")
            return


@cache
def _columns() -> Mapping[str, Column]:
    return {column.both_names: column for sheet in sheets().values() for column in sheet.columns}


def in_words_of(problem: Problem, language: Language) -> Problem:
    """A problem that names a column as its sheet does in this language."""
    values = dict(problem.values)
    column = _columns().get(values.get("key", ""))
    values |= {"key": column.label(language.tag)} if column else {}
    near = _columns().get(problem.nearest)
    return replace(problem, values=tuple(values.items()), nearest=near.label(language.tag) if near else problem.nearest)


def masked(problem: Problem) -> Problem:
    """A problem that repeats no personal data."""
    values = tuple((name, mask(value)) for name, value in problem.values)
    return replace(problem, path=mask(problem.path), values=values, nearest=mask(problem.nearest),
                   cell=mask(problem.cell))


def told_once(problems: Iterable[Problem]) -> list[Problem]:
    """One problem for each cell, the first of the gravest; in the order of the workbook."""
    found: dict[tuple[object, ...], Problem] = {}
    for problem in sorted(problems, key=lambda one: one.code == "rows_missing"):
        place = (problem.path, problem.cell) if problem.cell else (problem.path, problem.line, problem.code)
        if place not in found or (found[place].level, problem.level) == ("warning", "error"):
            found[place] = problem
    return sorted(found.values(), key=lambda one: (one.path, one.cell.partition("!")[0], one.line, one.column))
