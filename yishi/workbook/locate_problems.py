"""Map problems of the resulting record files back to the cells of the workbook they came from."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from string import digits

from msgspec.structs import replace

from ..content.load import SourcePositions, map_positions
from ..content.privacy import mask_path
from ..content.yaml_source import SourceFile
from ..model.kinds import COLLECTIONS
from ..model.language import Language
from ..model.paths import locate_record
from ..model.problems import KeyPath, Problem, describe_problem, select_errors
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
    """The problems of `after` that are not in `before`; their lines may differ."""
    known = Counter(map(_problem_identity, before))
    new = []
    for problem in after:
        if known[_problem_identity(problem)]:
            known[_problem_identity(problem)] -= 1
        else:
            new.append(problem)
    return new


def _problem_identity(problem: Problem) -> tuple[object, ...]:
    return problem.path, problem.code, problem.values


def locate_in_cells(problems: Iterable[Problem], name: str, change: Sequence[RecordChange], files: Mapping[str, bytes],
                    vocabulary: Vocabulary, language: Language, told: Iterable[Problem] = ()) -> Iterator[Problem]:
    """Problems in the files written by the workbook `name`, each located at its cell; `told`: those of its cells."""
    questions = {problem.cell.rstrip(digits) if problem.code == "column_hidden" else problem.cell: problem
                 for problem in told if problem.level != "error"}
    by_path = {one.path: one for one in change}
    written = {mask_path(file): file for file in files}
    locators: dict[str, _SourceLocator] = {}
    for problem in problems:
        file = written.get(problem.path, "")
        if not file:
            yield from _problem_of_other_record(problem, name, change, language)
            continue
        if file not in locators:
            locators[file] = _SourceLocator(SourceFile(file, files[file]))
        path, keys = locators[file].locate(problem.line, problem.column)
        if path in by_path and (located := _locate_in_cell(problem, name, by_path[path], keys, vocabulary, language,
                                                           questions)):
            yield located


class _SourceLocator:
    """Maps a line and column of a file to the record and the keys there."""

    def __init__(self, source: SourceFile) -> None:
        location = locate_record(source.path)
        assert location is not None, "only records are written"
        entries: dict[str, SourcePositions] = dict(map_positions(source, location))
        inside = location.kind in COLLECTIONS
        positions = [((place.line, place.column), len(keys), f"{location.path}/{entry}" if inside else location.path,
                      keys) for entry, places in entries.items() for keys, place in places.items()]
        self.positions = sorted(positions, key=lambda position: (position[0], position[1]))
        self.starts = [position[0] for position in self.positions]
        self.path = location.path

    def locate(self, line: int, column: int) -> tuple[str, KeyPath]:
        """Path of the record, and the keys, at a line and column."""
        number = bisect_right(self.starts, (line, column)) - 1
        if number < 0:
            return self.path, ()
        _, _, path, keys = self.positions[number]
        return path, keys


def _locate_in_cell(problem: Problem, name: str, change: RecordChange, keys: KeyPath, vocabulary: Vocabulary,
                    language: Language, questions: Mapping[str, Problem]) -> Problem | None:
    """The problem at its cell; None if the cell already has a problem that causes this one. `questions`: cell, or
    hidden column, → what is asked about it, which must be answered first if the record has an error without it."""
    values = dict(problem.values)
    length = next((n for n in range(len(keys), -1, -1) if keys[:n] in change.rows), None)
    if length is None:
        row, rest = next(iter(change.rows.values())), keys
        column = None
    else:
        row, rest = change.rows[keys[:length]], keys[length:]
        column = _column_of_problem(row, rest, problem, str(values.get("key", "")))
    code = _workbook_code(problem.code, row, values, language)
    closed = _closing_row(change) if code == "close_reason_missing" else None
    if closed and column:  # "closed" is often written for an issue that is still open
        code, values["found"] = "closed_or_open", f"'{closed.get_text('stage')}'"
    if column in row.invalid_columns:
        address = format_address(row.get_cell(column))
        question = questions.get(address) or questions.get(address.rstrip(digits))
        return replace(question, level="error") if question and problem.level == "error" else None
    if code == "rows_missing" and has_wrong_title(row):
        return None
    if column:
        values["key"] = column.label(language.tag)
        if column.vocabulary and code in ("not_allowed", "cell_missing", "closed_or_open"):
            values["allowed"] = _allowed_values(vocabulary, column, language)
    cell = closed.get_cell(closed.sheet.get_column("stage")) if closed else row.get_cell(column)
    return build_cell_problem(name, cell, code, problem.suggestion, problem.level, values)


def _column_of_problem(row: ParsedRow, rest: KeyPath, problem: Problem, key: str) -> WorkbookColumn | None:
    """The column of a problem: by its keys, else the missing key, else a column that its code concerns."""
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
    change: tuple[str, ...] = ("text", "finding")
    if problem.code in _DATE_PROBLEMS:
        change = ("date",)
    elif problem.code in _KEYWORD_PROBLEMS:
        change = _KEYWORD_COLUMNS
    return next((column for column in own if column.keys[0] in change), None)


def _closing_row(change: RecordChange) -> ParsedRow | None:
    """The last log row that closes the issue unresolved."""
    rows = [row for keys, row in change.rows.items() if keys[:1] == ("log",)
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
    """The allowed values of a column, encoded for messages."""
    terms = vocabulary.terms[column.vocabulary].values()
    return encode_choices(term.label(language.tag) for term in terms)


def drop_consequential_problems(problems: Sequence[Problem], plan: ChangePlan,
                                unread_sheets: frozenset[str]) -> list[Problem]:
    """Drop problems caused by another one: references to a record whose row or title is invalid or whose sheet could
    not be read, and missing log rows if the log sheet could not be read."""
    at_fault = {problem.cell for problem in problems if problem.level == "error" and problem.code != "rows_missing"}
    untitled = {one.kind for one in plan.changes if () in one.rows
                and format_address(get_title_cell(one.rows[()])) in at_fault}
    labels = {get_built_in_vocabulary().label("record_kind", kind, "zh-Hans") for kind in untitled | unread_sheets
              | plan.kinds_with_wrong_title}
    return [problem for problem in problems if not _is_consequential(problem, labels, plan.failed_titles)
            and not (problem.code == "rows_missing" and "issue.log" in unread_sheets)]


def has_wrong_title(row: ParsedRow) -> bool:
    """Whether the title of a row has a problem of its own, or its column is missing."""
    return row.sheet.get_column(*get_title_keys(row)) in row.invalid_columns


def _is_consequential(problem: Problem, labels: set[str], failed: frozenset[str]) -> bool:
    if problem.code != "unknown_reference":
        return False
    values = dict(problem.values)
    return values["allowed"].split()[0] in labels or normalize_word(values["found"].strip("'")) in failed - {""}


def _problem_of_other_record(problem: Problem, name: str, change: Sequence[RecordChange],
                             language: Language) -> Iterator[Problem]:
    """A record outside the workbook that becomes invalid, reported at the row of the new record that causes it."""
    message_values = " ".join(value for _, value in problem.values)
    for one in change:
        if one.existing is None and one.path in message_values and () in one.rows and problem.level == "error":
            yield build_cell_problem(name, one.rows[()].get_cell(None), "breaks_other",
                                     found=f"{problem.path}: {describe_problem(problem, language).rstrip('.。')}")
            return


@cache
def _columns_by_names() -> Mapping[str, WorkbookColumn]:
    return {column.both_names: column for sheet in list_sheets().values() for column in sheet.columns}


def translate_column_name(problem: Problem, language: Language) -> Problem:
    """Name the column of a problem by its heading in `language`."""
    values = dict(problem.values)
    column = _columns_by_names().get(values.get("key", ""))
    values |= {"key": column.label(language.tag)} if column else {}
    near = _columns_by_names().get(problem.suggestion)
    return replace(problem, values=tuple(values.items()),
                   suggestion=near.label(language.tag) if near else problem.suggestion)


def keep_telling_problems(problems: Iterable[Problem]) -> list[Problem]:
    """What is told of each cell, in the order of the workbook: its first error; without one all its questions, in one
    notice how it was read, and what was taken out."""
    places: dict[tuple[object, ...], list[Problem]] = {}
    for problem in sorted(problems, key=lambda one: one.code in ("rows_missing", "remark_unread")):
        place = (problem.path, problem.cell) if problem.cell else (problem.path, problem.line, problem.code)
        places.setdefault(place, []).append(problem)
    told = [one for place in places.values() for one in _choose_of_cell(place)]
    return sorted(told, key=lambda one: (one.path, one.cell.partition("!")[0], one.line, one.column))


def _choose_of_cell(problems: Sequence[Problem]) -> list[Problem]:
    if errors := select_errors(problems):
        return errors[:1]
    questions = [one for one in dict.fromkeys(problems) if one.level == "warning"]
    is_left_out = any(one.code in ("row_waits", "example_cell") for one in questions)
    readings = [] if is_left_out else [one for one in problems if one.code == "read_as"]
    found = dict.fromkeys(dict(one.values)["found"] for one in readings)
    joined = [replace(readings[0], values=(("found", " | ".join(found)),))] if readings else []
    withdrawn = [] if is_left_out else [one for one in problems if one.code == "step_withdrawn"]
    return [*questions, *joined, *withdrawn] or list(problems[:1])
