"""What the checks say of the records that a workbook wants, told where the sender sees it: at the cell."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache

from msgspec.structs import replace

from ..content.load import SourcePositions, map_positions
from ..content.privacy import mask_personal_data
from ..content.yaml_source import SourceFile
from ..model.kinds import COLLECTIONS
from ..model.language import Language
from ..model.paths import locate_record
from ..model.problems import KeyPath, Problem, describe_problem
from ..model.vocabulary import Vocabulary, encode_choices, get_built_in_vocabulary, normalize_word
from .columns import WorkbookColumn, list_sheets
from .match_rows import get_title_cell, get_title_keys
from .parsed_workbook import ParsedRow, build_cell_problem, format_address
from .plan_changes import ChangePlan, RecordChange

_DATE_PROBLEMS = frozenset({"not_a_date", "no_such_day", "no_such_year", "not_a_day", "log_out_of_order", "after_as_of",
                            "date_in_line", "resolved_before_raised"})
_KEYWORD_PROBLEMS = frozenset({"unknown_stage", "not_allowed", "not_a_dated_line", "resolved_twice",
                               "reopened_without_closing",
                               "closed_without_result"})
_KEYWORD_COLUMNS = ("stage", "result", "key", "what")


def find_new_problems(after: Iterable[Problem], before: Iterable[Problem]) -> list[Problem]:
    """Those of `after` that were not there before, wherever in the file they stand now."""
    known = Counter(map(_problem_identity, before))
    found = []
    for problem in after:
        if known[_problem_identity(problem)]:
            known[_problem_identity(problem)] -= 1
        else:
            found.append(problem)
    return found


def _problem_identity(problem: Problem) -> tuple[object, ...]:
    return problem.path, problem.code, problem.values


def locate_in_cells(problems: Iterable[Problem], name: str, wanted: Sequence[RecordChange], files: Mapping[str, bytes],
                    vocabulary: Vocabulary, language: Language) -> Iterator[Problem]:
    """The problems of the files that the workbook called `name` writes, each at its cell."""
    by_path = {one.path: one for one in wanted}
    finders: dict[str, _SourceLocator] = {}
    for problem in problems:
        if problem.path not in files:
            yield from _problem_of_other_record(problem, name, wanted, language)
            continue
        if problem.path not in finders:
            finders[problem.path] = _SourceLocator(SourceFile(problem.path, files[problem.path]))
        path, keys = finders[problem.path].locate(problem.line, problem.column)
        if path in by_path and (told := _locate_in_cell(problem, name, by_path[path], keys, vocabulary, language)):
            yield told


class _SourceLocator:
    """Finds the record and the keys that stand at a line and column of a file."""

    def __init__(self, source: SourceFile) -> None:
        slot = locate_record(source.path)
        assert slot is not None, "only records are written"
        found: dict[str, SourcePositions] = dict(map_positions(source, slot))
        inside = slot.kind in COLLECTIONS
        spots = [((place.line, place.column), len(keys), f"{slot.path}/{entry}" if inside else slot.path, keys)
                 for entry, places in found.items() for keys, place in places.items()]
        self.positions = sorted(spots, key=lambda spot: (spot[0], spot[1]))
        self.starts = [spot[0] for spot in self.positions]
        self.path = slot.path

    def locate(self, line: int, column: int) -> tuple[str, KeyPath]:
        """The path of the record, and the keys."""
        number = bisect_right(self.starts, (line, column)) - 1
        if number < 0:
            return self.path, ()
        _, _, path, keys = self.positions[number]
        return path, keys


def _locate_in_cell(problem: Problem, name: str, wanted: RecordChange, keys: KeyPath, vocabulary: Vocabulary,
                    language: Language) -> Problem | None:
    """The problem at its cell; None if it only follows from what the cell is told to be wrong for already."""
    values = dict(problem.values)
    length = next((n for n in range(len(keys), -1, -1) if keys[:n] in wanted.rows), None)
    if length is None:
        row, rest = next(iter(wanted.rows.values())), keys
        column = None
    else:
        row, rest = wanted.rows[keys[:length]], keys[length:]
        column = _column_of_problem(row, rest, problem, str(values.get("key", "")))
    code = _workbook_code(problem.code, row, values, language)
    closed = _closing_row(wanted) if code == "close_reason_missing" else None
    if closed and column:  # many who write this mean that it is still open
        code, values["found"] = "closed_or_open", f"'{closed.get_text('stage')}'"
    if column in row.invalid_columns or (code == "rows_missing" and _has_wrong_title(row)):
        return None
    if column:
        values["key"] = column.label(language.tag)
        if column.vocabulary and code in ("not_allowed", "cell_missing", "closed_or_open"):
            values["allowed"] = _allowed_values(vocabulary, column, language)
    cell = closed.get_cell(closed.sheet.get_column("stage")) if closed else row.get_cell(column)
    return build_cell_problem(name, cell, code, problem.suggestion, problem.level, values)


def _column_of_problem(row: ParsedRow, rest: KeyPath, problem: Problem, key: str) -> WorkbookColumn | None:
    """The column that a problem is about: of its keys, or the one that is missing, or what its kind is about."""
    names = tuple(name for name in rest if isinstance(name, str))
    own = [column for column in row.sheet.columns if column.is_record_key]
    if names:
        return next((column for column in own if column.keys == names[:len(column.keys)] or
                     column.keys[:len(names)] == names), None)
    if problem.code in ("missing_key", "missing_term", "close_reason_missing") and key:
        return next((column for column in own if set(key.split()) & column.headings), None)
    if problem.code == "case_about_nothing":
        return next((column for column in own if column.keys == ("issues",)), None)
    if not row.sheet.list_key:
        return None
    wanted: tuple[str, ...] = ("text", "finding")
    if problem.code in _DATE_PROBLEMS:
        wanted = ("date",)
    elif problem.code in _KEYWORD_PROBLEMS:
        wanted = _KEYWORD_COLUMNS
    return next((column for column in own if column.keys[0] in wanted), None)


def _closing_row(wanted: RecordChange) -> ParsedRow | None:
    """The last row of the log that says that a matter is closed unsolved."""
    rows = [row for keys, row in wanted.rows.items() if keys[:1] == ("log",)
            and get_built_in_vocabulary().key("reserved_stage", row.get_text("stage")) == "closed"]
    return rows[-1] if rows else None


def _workbook_code(code: str, row: ParsedRow, values: dict[str, str], language: Language) -> str:
    if code == "missing_term":
        return "cell_missing"
    if code == "missing_key" and row.sheet.kind == "issue" and "log" in values.get("key", "").split():
        values["key"] = list_sheets()["issue.log"].label(language.tag)
        return "rows_missing"
    return code


def _allowed_values(vocabulary: Vocabulary, column: WorkbookColumn, language: Language) -> str:
    """What may stand in a cell, as its list shows it."""
    terms = vocabulary.terms[column.vocabulary].values()
    return encode_choices(term.label(language.tag) for term in terms)


def drop_consequential_problems(problems: Sequence[Problem], proposal: ChangePlan,
                                unread: frozenset[str]) -> list[Problem]:
    """The problems without those that only follow from another: what names a record whose row is wrong as a whole, one
    whose title is wrong, or one on a sheet that could not be read, is not wrong itself; and nothing is missing that
    such a sheet may hold."""
    at_fault = {problem.cell for problem in problems if problem.level == "error" and problem.code != "rows_missing"}
    untitled = {one.kind for one in proposal.changes if () in one.rows
                and format_address(get_title_cell(one.rows[()])) in at_fault}
    labels = {get_built_in_vocabulary().label("record_kind", kind, "zh-Hans") for kind in untitled | unread
              | proposal.kinds_with_wrong_title}
    return [problem for problem in problems if not _is_consequential(problem, labels, proposal.failed_titles)
            and not (problem.code == "rows_missing" and "issue.log" in unread)]


def _has_wrong_title(row: ParsedRow) -> bool:
    return row.sheet.get_column(*get_title_keys(row)) in row.invalid_columns


def _is_consequential(problem: Problem, labels: set[str], failed: frozenset[str]) -> bool:
    if problem.code != "unknown_reference":
        return False
    values = dict(problem.values)
    return values["allowed"].split()[0] in labels or normalize_word(values["found"].strip("'")) in failed - {""}


def _problem_of_other_record(problem: Problem, name: str, wanted: Sequence[RecordChange],
                             language: Language) -> Iterator[Problem]:
    """A record that is not in the workbook and is right no longer, at the row of the new record that it stumbles on."""
    said = " ".join(value for _, value in problem.values)
    for one in wanted:
        if one.existing is None and one.path in said and () in one.rows and problem.level == "error":
            yield build_cell_problem(name, one.rows[()].get_cell(None), "breaks_other",
                                     found=f"{problem.path}: {describe_problem(problem, language).rstrip('.。')}")
            return


@cache
def _columns_by_names() -> Mapping[str, WorkbookColumn]:
    return {column.both_names: column for sheet in list_sheets().values() for column in sheet.columns}


def translate_column_name(problem: Problem, language: Language) -> Problem:
    """A problem that names a column as its sheet does in this language."""
    values = dict(problem.values)
    column = _columns_by_names().get(values.get("key", ""))
    values |= {"key": column.label(language.tag)} if column else {}
    near = _columns_by_names().get(problem.suggestion)
    return replace(problem, values=tuple(values.items()),
                   suggestion=near.label(language.tag) if near else problem.suggestion)


def mask_problem(problem: Problem) -> Problem:
    """A problem that repeats no personal data."""
    values = tuple((name, mask_personal_data(value)) for name, value in problem.values)
    return replace(problem, path=mask_personal_data(problem.path), values=values,
                   suggestion=mask_personal_data(problem.suggestion), cell=mask_personal_data(problem.cell))


def keep_worst_per_cell(problems: Iterable[Problem]) -> list[Problem]:
    """One problem for each cell, the first of the gravest; in the order of the workbook."""
    found: dict[tuple[object, ...], Problem] = {}
    for problem in sorted(problems, key=lambda one: one.code == "rows_missing"):
        place = (problem.path, problem.cell) if problem.cell else (problem.path, problem.line, problem.code)
        if place not in found or (found[place].level, problem.level) == ("warning", "error"):
            found[place] = problem
    return sorted(found.values(), key=lambda one: (one.path, one.cell.partition("!")[0], one.line, one.column))
