"""Import several files: the resulting record files, and the problems of the rows that are refused. A record is taken
with all its rows or not at all; what is wrong in one does not block the others."""

import codecs
import re
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType

from msgspec import Struct, field
from msgspec.structs import replace

from ..content.privacy import mask_path, mask_problem
from ..core.hashes import compute_digest
from ..library import Library
from ..model.date_expressions import WritingContext, find_date_order
from ..model.kinds import COLLECTIONS, KINDS
from ..model.language import Language
from ..model.paths import get_place_of, is_photo_name, list_self_and_ancestors, locate_record
from ..model.problems import Problem, select_errors
from ..model.records.limits import DEFAULT_LIMITS, Limits
from ..model.vocabulary import Vocabulary, get_built_in_vocabulary, normalize_word
from . import import_log
from .annotate_workbook import find_answer_mark, get_problem_sheet
from .columns import SheetDefinition, list_sheets
from .conflicts import find_conflicts
from .file_edit import edit_file, find_row_ids, write_new_file
from .headings import rename_headings
from .import_context import ExistingRecord, ImportContext, build_import_context, propose_path, read_existing_records
from .locate_problems import (
    drop_consequential_problems,
    find_new_problems,
    has_wrong_title,
    keep_telling_problems,
    locate_in_cells,
    translate_column_name,
)
from .match_rows import ImportHistory, get_row_title, get_title_cell
from .open_workbook import WorkbookRefused, read_modified_time, read_sheets
from .parse_rows import parse_workbook
from .parsed_workbook import ParsedRow, ParsedWorkbook, RawSheet, UnreadCell, build_cell_problem, format_address
from .plan_changes import ChangePlan, RecordChange, plan_changes
from .score_sheets import define_score_sheets, expand_score_rows
from .sent_photos import add_photos, find_missing_photos
from .understand_rows import understand_rows


class ReceivedFile(Struct, frozen=True):
    """A received file: its name for messages, bytes, sheets and parsed rows. `record_data`: the bytes of a record
    file; `modified`: time of the last change, as stored in the workbook (ISO 8601, "" = not stored) and as file time
    in nanoseconds; `files`: paths it was combined from; `answered_digest`: digest of the file it corrects, if it is
    an annotated workbook that was edited; `kind`: of the records in CSV tables; `photos`: those that a record file
    names and that were sent with it (name → bytes)."""

    name: str
    data: bytes
    workbook: ParsedWorkbook
    sheets: tuple[RawSheet, ...] = ()
    record_data: bytes | None = None
    modified: tuple[str, int] = ("", 0)
    files: tuple[str, ...] = ()
    digest: str = ""
    answered_digest: str = ""
    kind: str = ""
    photos: Mapping[str, bytes] = {}
    is_untouched_answer: bool = False
    """Whether it is an annotated workbook that nobody has edited."""


class FileResult(Struct, frozen=True):
    """The result for one file: its problems, changes, and number of unchanged records."""

    file: ReceivedFile
    problems: tuple[Problem, ...]
    changes: tuple[RecordChange, ...] = ()
    unchanged: int = 0

    @property
    def is_accepted(self) -> bool:
        """Whether all its rows were taken."""
        return not any(problem.level == "error" or problem.code == "row_waits" for problem in self.problems)

    @property
    def unread_cells(self) -> tuple[UnreadCell, ...]:
        """Cells in columns that are not read."""
        return self.file.workbook.unread_cells


class ImportResult(Struct, frozen=True):
    """The result of each file, and the contents of the files to write (path → bytes)."""

    results: tuple[FileResult, ...]
    files: Mapping[str, bytes] = field(default_factory=dict)


class ContentFolder(Struct, frozen=True):
    """Access to the content folder. `files`: paths of all record files; `read_hidden`: reads a hidden file, b"" if
    absent; `check_with`: the problems if the given files (path → bytes) were written."""

    library: Library
    problems: Sequence[Problem]
    files: Sequence[str]
    read: Callable[[str], bytes]
    read_hidden: Callable[[str], bytes]
    check_with: Callable[[Mapping[str, bytes]], Sequence[Problem]]

    @property
    def language(self) -> str:
        """The language of keys in new files."""
        return "en" if self.library.site.languages[0] == "en" else "zh-Hans"


def receive_file(name: str, data: bytes, columns: Mapping[str, str] = MappingProxyType({}), *, locked_by: str = "",
                 changed: int = 0, limits: Limits = DEFAULT_LIMITS) -> ReceivedFile:
    """Read a received workbook or table. `columns`: heading of another's table → own heading; `locked_by`: lock file
    of the program that has it open; `changed`: file time in nanoseconds."""
    modified, digest = (read_modified_time(data), changed), compute_digest(data)
    try:
        if locked_by:
            raise WorkbookRefused("workbook_open", found=locked_by)
        sheets = tuple(read_sheets(name, data, limits))
    except WorkbookRefused as refused:
        problem = Problem(name, refused.line, refused.column, refused.code, tuple(refused.values.items()))
        return ReceivedFile(name, data, ParsedWorkbook(name, problems=(problem,)), modified=modified, files=(name,),
                            digest=digest)
    answer_mark = find_answer_mark(sheets)
    is_untouched = answer_mark is not None and answer_mark.is_untouched
    workbook = replace(_parse(name, sheets, columns), digest=digest,
                       answered_digest=answer_mark.answered_digest if answer_mark else "")
    return ReceivedFile(name, data, workbook, sheets, modified=modified, files=(name,), digest=digest,
                        answered_digest=answer_mark.answered_digest if answer_mark and not is_untouched else "",
                        is_untouched_answer=is_untouched or _is_unread_columns_file(sheets))


UNREAD_COLUMNS_HEADINGS = ("sheet", "row", "column", "text")
"""Headings of the CSV file for cells in columns that are not read."""


def _is_unread_columns_file(sheets: Sequence[RawSheet]) -> bool:
    head = [sheet.csv_table.rows[0].cells for sheet in sheets if sheet.csv_table and sheet.csv_table.rows]
    return any(tuple(cells) == UNREAD_COLUMNS_HEADINGS for cells in head)


def receive_unreadable_file(name: str, reason: str) -> ReceivedFile:
    """A file that cannot be read; `reason`: of the operating system."""
    return ReceivedFile(name, b"", ParsedWorkbook(name,
                                                  problems=(build_cell_problem(name, None, "unreadable", found=reason),
                                                            )), files=(name,))


def combine_tables(kind: str, parts: Sequence[ReceivedFile], columns: Mapping[str, str]) -> ReceivedFile:
    """Combine CSV tables of one folder with the sheets of one kind of record into one workbook, named after the
    first. `columns`: as for `receive_file`."""
    name = parts[0].name
    sheets = tuple(tab for part in parts for tab in part.sheets)
    read_problems = [problem for part in parts if not part.sheets for problem in part.workbook.problems]
    workbook = ParsedWorkbook(name) if read_problems else _parse(name, sheets, columns)
    digest = parts[0].digest if len(parts) == 1 else compute_digest("".join(part.digest for part in parts).encode())
    return replace(parts[0], data=parts[0].data if len(parts) == 1 else b"", sheets=sheets, kind=kind, digest=digest,
                   workbook=replace(workbook, problems=(*read_problems, *workbook.problems)),
                   modified=("", max(part.modified[1] for part in parts)),
                   files=tuple(file for part in parts for file in part.files))


def _parse(name: str, sheets: Iterable[RawSheet], columns: Mapping[str, str]) -> ParsedWorkbook:
    sheets = [rename_headings(raw_sheet, columns) for raw_sheet in sheets]
    known: Mapping[str, SheetDefinition] = {**list_sheets(), **define_score_sheets()}
    return expand_score_rows(parse_workbook(name, sheets, known, get_unread_columns_name(name).rpartition("/")[2]))


def get_unread_columns_name(name: str) -> str:
    """Name of the file beside a workbook that lists cells in columns that are not read."""
    return f"{_name_stem(name)}.aside.csv"


def get_annotated_name(name: str) -> str:
    """Name of the annotated workbook beside a workbook."""
    return f"{_name_stem(name)}.returned.xlsx"


def _name_stem(name: str) -> str:
    return re.sub(r"(\.returned(-\d+)?)?\.\w+$", "", name)


# --- the import -------------------------------------------------------------------------------------------------------


def import_files(sent: Sequence[ReceivedFile], content: ContentFolder, language: Language,
                 place: str = "", *, adds_locations: bool = False) -> ImportResult:
    """Import the files: right rows are taken, the others come back. `place`: of rows that name none;
    `adds_locations`: a location that is not known becomes one."""
    history = _import_history(sent, content, place)
    understood = list(_understand_files(sent, content, history, place, adds_locations=adds_locations))
    refused: dict[str, _Refused] = {one.name: _Refused() for one in understood}
    while True:
        tried = [_without_rows(one, refused[one.name].rows) for one in understood]
        attempt_result = _attempt(tried, content, history, place)
        results = {result.file.name: result for result in _results(tried, attempt_result, content, language)}
        failed = {name: result for name, result in results.items() if not result.is_accepted}
        if not failed:
            return ImportResult(tuple(_merge_result(one, results[one.name], refused[one.name]) for one in sent),
                                {**attempt_result.files, **dict(_updated_import_logs(attempt_result, history))})
        failed_alone = _find_wrong_alone(tried, attempt_result, failed,
                                         lambda some: _attempt(some, content, history, place), content, language)
        titles = {*_list_titles(understood)} - {*_list_titles(tried)} | {
            (kind, "") for one in refused.values() for kind in one.kinds_without_title}
        for name, result in failed_alone.items():
            _refuse_rows(refused[name], result, attempt_result.proposals[name], titles)


RowAddress = tuple[str, int]
"""Sheet and number of a row."""


class _Refused(Struct):
    """The rows of a file that are not taken (None: none at all is taken), and all that was told about them."""

    rows: set[RowAddress] | None = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    kinds_without_title: set[str] = field(default_factory=set)
    """Kinds of records of which a refused row has a wrong title: whatever refers to such a kind may mean that one."""


def _understand_files(sent: Sequence[ReceivedFile], content: ContentFolder, history: ImportHistory,
                      place: str, *, adds_locations: bool) -> Iterator[ReceivedFile]:
    """The files with their rows understood, against the day when each was filled."""
    context = build_import_context(content.library, history.records, content.language)
    titles = frozenset(_list_titles(sent))
    site, as_of = content.library.site, content.library.link_context.as_of
    order = find_date_order(site.languages[0], site.timezone)
    for one in sent:
        day = min(date.fromisoformat(one.modified[0][:10]), as_of) if one.modified[0] else as_of
        writing = WritingContext(day, order, "past")
        yield replace(one, workbook=understand_rows(one.workbook, context, place, writing, titles,
                                                    history.import_log.keys(), adds_locations=adds_locations))


def _list_titles(sent: Iterable[ReceivedFile]) -> Iterator[tuple[str, str]]:
    """(Kind, normalised title) of each record in the files; (kind, "") of a table that cannot be read."""
    for one in sent:
        if one.kind and not one.workbook.rows and select_errors(one.workbook.problems):
            yield one.kind, ""
        for row in one.workbook.rows:
            if not row.sheet.list_key and (get_row_title(row) or has_wrong_title(row)):
                yield row.sheet.kind, normalize_word(get_row_title(row))


def _without_rows(sent: ReceivedFile, rows: Container[RowAddress] | None) -> ReceivedFile:
    """The file without the refused rows, and without errors, which have been told."""
    workbook = sent.workbook
    if rows is None:
        return replace(sent, workbook=replace(workbook, rows=(), problems=()), record_data=None)
    if not rows:
        return sent
    named: dict[bool, set[tuple[str, str]]] = {True: set(), False: set()}
    for row in workbook.rows:
        if not row.sheet.list_key:
            named[(row.sheet_name, row.number) in rows].add((row.sheet.kind, normalize_word(get_row_title(row))))
    titles = named[True] - named[False]
    kept = [row for row in workbook.rows if (row.sheet_name, row.number) not in rows and not (
        row.sheet.list_key and (row.sheet.kind, normalize_word(row.get_text("#parent"))) in titles)]
    warnings = [problem for problem in workbook.problems if problem.level != "error"]
    return replace(sent, workbook=replace(workbook, rows=tuple(kept), problems=tuple(warnings)))


def _refuse_rows(refused: _Refused, result: FileResult, plan: ChangePlan, titles: Container[tuple[str, str]]) -> None:
    """Refuse the rows that have errors, with all rows of the same records. `titles`: of rows already refused; a row
    that refers to one of them waits for it."""
    errors = [_as_waiting(problem, titles) for problem in select_errors(result.problems)]
    rows = result.file.workbook.rows
    entries = {(row.sheet_name, row.number) for row in rows if row.sheet.list_key}
    cells = {problem.cell for problem in errors}
    refused.kinds_without_title |= {row.sheet.kind for row in rows if not row.sheet.list_key
                                    and (format_address(get_title_cell(row)) in cells or has_wrong_title(row))}
    refused.problems += (problem for problem in errors if problem.code != "row_waits"
                         or (get_problem_sheet(problem), problem.line) not in entries)
    at_fault = {at for problem in errors for at in _rows_of_problem(problem, rows)}
    records = [{(row.sheet_name, row.number) for row in (*change.rows.values(), *change.entry_rows)}
               for change in plan.changes]
    for record in records:
        if record & at_fault:
            at_fault |= record
    if refused.rows is None or at_fault <= refused.rows or result.file.record_data is not None:
        refused.rows = None
    else:
        refused.rows |= at_fault


def _rows_of_problem(problem: Problem, rows: Sequence[ParsedRow]) -> Iterator[RowAddress]:
    """The row of a problem; of one above the rows, all rows of its sheet; of one without a cell, all rows."""
    sheet, here = get_problem_sheet(problem), (get_problem_sheet(problem), problem.line)
    addresses = [(row.sheet_name, row.number) for row in rows]
    if here in addresses:
        yield here
    elif not any(name == sheet and number < problem.line for name, number in addresses):
        yield from (address for address in addresses if not sheet or address[0] == sheet)
    else:
        yield here


def _as_waiting(problem: Problem, titles: Container[tuple[str, str]]) -> Problem:
    """A reference to a row that was refused, as a question that waits for it."""
    if problem.code != "unknown_reference":
        return problem
    values = dict(problem.values)
    kind = get_built_in_vocabulary().key("record_kind", values["allowed"].split()[0]) or ""
    found = normalize_word(values["found"].strip("'"))
    is_waiting = (kind, found) in titles or (kind, "") in titles
    return replace(problem, code="row_waits", level="warning", values=(), suggestion="") if is_waiting else problem


def _merge_result(sent: ReceivedFile, result: FileResult, refused: _Refused) -> FileResult:
    """The result with everything that was told of the rows refused before."""
    problems = keep_telling_problems([*refused.problems, *result.problems])
    return FileResult(sent, tuple(problems), result.changes, result.unchanged)


def _find_wrong_alone(waiting: Sequence[ReceivedFile], attempt_result: "_Attempt", failed: Mapping[str, FileResult],
                      attempt: Callable[[Sequence[ReceivedFile]], "_Attempt"], content: ContentFolder,
                      language: Language) -> Mapping[str, FileResult]:
    """Results of the files that have errors by themselves. Files that change the same record share its errors, so
    each of them is tried without the others; if none fails alone, they conflict, and the rows of all are refused."""
    paths = Counter(path for plan in attempt_result.proposals.values() for path in {one.path for one in plan.changes})
    sharing = [one for one in waiting if one.name in failed
               and any(paths[change.path] > 1 for change in attempt_result.proposals[one.name].changes)]
    failed_alone = {name: result for name, result in failed.items() if name not in {one.name for one in sharing}}
    for one in sharing:
        some = [other for other in waiting if other is one or other.name not in failed]
        result = next(result for result in _results(some, attempt(some), content, language) if result.file is one)
        if not result.is_accepted:
            failed_alone[one.name] = result
    return failed_alone or failed


def _results(sent: Sequence[ReceivedFile], attempt_result: "_Attempt", content: ContentFolder,
             language: Language) -> list[FileResult]:
    after = content.check_with(attempt_result.files) if attempt_result.files else content.problems
    new_problems = find_new_problems(after, content.problems)
    words = content.library.vocabulary
    return [_result(one, attempt_result.proposals[one.name], new_problems, attempt_result.files, words, language)
            for one in sent]


class _Attempt(Struct, frozen=True):
    proposals: Mapping[str, ChangePlan]
    files: Mapping[str, bytes]


def _updated_import_logs(attempt_result: "_Attempt", history: ImportHistory) -> Iterator[tuple[str, bytes]]:
    """The changed import logs: path → bytes."""
    new_log = import_log.update_import_log(history.import_log, [one for plan in attempt_result.proposals.values()
                                                                for one in plan.imported])
    for place in sorted({get_place_of(path) for path in new_log}):
        inside = {path: keys for path, keys in new_log.items() if get_place_of(path) == place}
        data = import_log.write_import_log(place, inside)
        if inside != {path: history.import_log.get(path) for path in inside}:
            yield import_log.get_log_path(place), data


def _attempt(sent: Sequence[ReceivedFile], content: ContentFolder, history: ImportHistory, place: str) -> _Attempt:
    """Plan the changes of the files one after another, and apply them to the record files in memory."""
    files: dict[str, bytes] = {}
    records = dict(history.records)
    proposals: dict[str, ChangePlan] = {}
    locations = {path for file in content.files if (location := locate_record(file)) for path in [location.path]}
    last = sent[-1] if sent else None
    for one in sent:
        context = build_import_context(content.library, records, content.language)
        taken = frozenset((*locations, *records, *content.library.link_context.records))
        is_record = one.record_data is not None
        plan = (_plan_record_file(one, context, taken, place, content) if is_record
                else plan_changes(one.workbook, context, history, taken, place))
        for name, problem in find_conflicts(one.name, plan, history.records, proposals):
            if name == one.name:
                plan = plan.add_problem(problem)
            else:
                proposals[name] = proposals[name].add_problem(problem)
        proposals[one.name] = plan
        written = dict(_apply_changes(one, plan.changes, files, content))
        files |= written
        if one is not last:  # later files may change the same records
            changed = {file: location for file in written if (location := locate_record(file))}
            records |= read_existing_records({file: written[file] for file in changed}, changed, content.language,
                                             content.library.site.limits)
    return _Attempt(proposals, files)


def _apply_changes(sent: ReceivedFile, change: Iterable[RecordChange], before: Mapping[str, bytes],
                   content: ContentFolder) -> Iterator[tuple[str, bytes]]:
    """The record files with the changes applied."""
    files: dict[str, bytes] = {}
    for one in change:
        file = _target_file(one, content)
        if sent.record_data is not None:
            yield from _apply_record_file(one, sent, before, content)
            continue
        old_data = files.get(file) or before.get(file) or (content.read(file) if file in content.files else b"")
        files[file] = _write_record(one, old_data, file, content.language)
    yield from files.items()


def _apply_record_file(change: RecordChange, sent: ReceivedFile, before: Mapping[str, bytes],
                       content: ContentFolder) -> Iterator[tuple[str, bytes]]:
    """The file of a record with its photos; of one that is there already, only if that gives it photos."""
    file = change.existing.file if change.existing else f"{change.path}.{_file_suffix(sent)}"
    old_data = content.read(file) if change.existing else sent.record_data or b""
    data, photos = add_photos(change.path, old_data, sent.photos,
                              lambda path: before.get(path) or content.read_hidden(path))
    yield file, data
    yield from photos.items()


def _target_file(change: RecordChange, content: ContentFolder) -> str:
    if change.existing:
        return change.existing.file
    if change.kind in COLLECTIONS:
        path = change.path.rpartition("/")[0]
        return next((file for file in content.files if file.rpartition(".")[0] == path), f"{path}.yaml")
    return f"{change.path}{KINDS[change.kind].new_suffix}"


def _write_record(change: RecordChange, old_data: bytes, file: str, language: str) -> bytes:
    """The bytes of a file after the change of one record."""
    entry = change.path.rpartition("/")[2] if change.kind in COLLECTIONS else ""
    suffix = f".{file.rpartition('.')[2]}"
    text = old_data.decode("utf-8-sig")
    if text or entry:
        language = change.existing.language if change.existing else language
        new = edit_file(text, change.kind, change.edit, language, suffix, entry, change.row_id)
    else:
        new = write_new_file(change.kind, change.edit, language, suffix, change.row_id)
    return (codecs.BOM_UTF8 if old_data.startswith(codecs.BOM_UTF8) else b"") + new.encode()


def _result(sent: ReceivedFile, plan: ChangePlan, new_problems: Sequence[Problem], files: Mapping[str, bytes],
            vocabulary: Vocabulary, language: Language) -> FileResult:
    if sent.record_data is not None:
        paths = {mask_path(change.path) for change in plan.changes}
        located = [Problem(sent.name, one.line, one.column, one.code, one.values, one.suggestion, one.example,
                           one.level) for one in new_problems if _find_record_path(one.path) in paths]
    else:
        located = list(locate_in_cells(new_problems, sent.name, plan.changes, files, vocabulary, language,
                                       sent.workbook.problems))
    located = drop_consequential_problems((*sent.workbook.problems, *plan.problems, *located), plan,
                                          sent.workbook.unread_sheets)
    problems = keep_telling_problems(mask_problem(translate_column_name(problem, language)) for problem in located)
    return FileResult(sent, tuple(problems), plan.changes, plan.unchanged)


def _find_record_path(file: str) -> str:
    """The path of the record of a file, or of a photo that was put beside it."""
    path = file.rpartition(".")[0]
    return re.sub(r"-\d+$", "", path) if is_photo_name(file) else path


# --- existing records -------------------------------------------------------------------------------------------------


def _import_history(sent: Iterable[ReceivedFile], content: ContentFolder, place: str) -> ImportHistory:
    """Records and import logs of all places concerned, of their parents, and of the places below them: a cell may
    name a record of any of these."""
    context = build_import_context(content.library, {}, content.language)
    concerned = {path for one in sent for path in _places_concerned(one, context, place) if path}
    below = {path for path in content.library.places if not concerned.isdisjoint(list_self_and_ancestors(path))}
    levels = below.union(*map(list_self_and_ancestors, concerned))
    locations = {file: location for file in content.files if (location := locate_record(file))
                 and location.place in levels and KINDS[location.kind].sheets}
    records = read_existing_records({file: content.read(file) for file in locations}, locations, content.language,
                                    content.library.site.limits)
    logs = [import_log.parse_import_log(level, content.read_hidden(import_log.get_log_path(level)))
            for level in sorted(levels)]
    paths_by_row_id = {one.row_id: path for path, one in records.items() if one.row_id}
    joined = {path: keys for one in logs for path, keys in one.items()}
    log = import_log.follow_moved_records(joined, paths_by_row_id, records)
    former_paths = {row: path for path, keys in log.items() if path not in records
                    for row in keys.get(import_log.ROW_IDS, ())}
    row_ids = {row.id for one in sent for row in one.workbook.rows}
    sought = {row: path for row, path in former_paths.items() if row_ids & {row, path}}
    return ImportHistory(records, log, dict(_moved(sought, content, locations)) if sought else {})


def _moved(sought: Mapping[str, str], content: ContentFolder, looked: Container[str]) -> Iterator[tuple[str, str]]:
    """Former path of a record → file that contains its row now. `sought`: id of a row → former path; `looked`: files
    already searched."""
    for file in content.files:
        if file not in looked and (location := locate_record(file)) and KINDS[location.kind].sheets and b"# row " in (
                data := content.read(file)):
            yield from ((sought[row], file) for row in find_row_ids(data.decode("utf-8", "replace")).values()
                        if row in sought)


def _places_concerned(sent: ReceivedFile, context: ImportContext, place: str) -> Iterator[str]:
    yield from (place, sent.workbook.place, find_place_of_record(sent.record_data or b""))
    for text in {row.get_text("#place") for row in sent.workbook.rows} - {""}:
        yield from context.vocabulary.find_paths(("place",), text, sent.workbook.place or place)
    for row in sent.workbook.rows:
        if row.is_of_record:
            yield get_place_of(row.record_id)


# --- record files, as written by the form -----------------------------------------------------------------------------

_PLACE_COMMENT = re.compile(rb"(?:\xef\xbb\xbf)?(?:---[ \t]*\r?\n)?# (places/[a-z0-9/-]+)[ \t]*\r?$", re.MULTILINE)

_PLACE_ABOVE_FRONT_MATTER = re.compile(rb"\A(?:\xef\xbb\xbf)?(# places/[^\r\n]*\r?\n)\s*(---[ \t]*\r?\n)")

_FRONT_MATTER = re.compile(rb"(?:\xef\xbb\xbf)?(?:#[^\n]*\n)?---[ \t]*\r?\n")


def find_place_of_record(data: bytes) -> str:
    """The place named in the first line of a record file ("" = none)."""
    match = _PLACE_COMMENT.match(data)
    return match[1].decode() if match else ""


def _file_suffix(sent: ReceivedFile) -> str:
    """The suffix of the record that a record file makes; a text saved as `.txt` tells it by its first lines."""
    if _FRONT_MATTER.match(sent.record_data or b"") and sent.name.lower().endswith(".txt"):
        return "md"
    return sent.name.rpartition(".")[2].lower().replace("txt", "yaml")


def is_record_text(data: bytes) -> bool:
    """Whether a text is a record as the form writes it, which names its place in the first line."""
    return bool(find_place_of_record(_PLACE_ABOVE_FRONT_MATTER.sub(rb"\2\1", data)))


def receive_record_file(name: str, data: bytes, photos: Mapping[str, bytes] = MappingProxyType({})) -> ReceivedFile:
    """A received record file, and the `photos` sent with it that it names (name → bytes). The line with its place may
    stand above the `---` of a Markdown file too."""
    data = _PLACE_ABOVE_FRONT_MATTER.sub(rb"\2\1", data)
    return ReceivedFile(name, data, ParsedWorkbook(name), record_data=data, digest=compute_digest(data), photos=photos,
                        files=(name, *(name[:name.rfind("/") + 1] + photo for photo in photos)))


def _plan_record_file(sent: ReceivedFile, context: ImportContext, taken: frozenset[str],
                      default_place: str, content: ContentFolder) -> ChangePlan:
    """Plan a record file: a new record of the place it names, else of `default_place`; nothing if it exists already."""
    data = sent.record_data or b""
    place = find_place_of_record(data) or default_place
    if place not in context.places:
        names = ", ".join(list(context.places)[:30])
        return ChangePlan((), (build_cell_problem(sent.name, None, "record_placeless", allowed=names),), 0)
    record = _read_received_record(sent, place, context.language)
    same = [one for one in context.records.values()
            if record.title and (one.kind, one.place, one.title) == (record.kind, place, record.title)]
    there = next((one for one in same if {**one.data, "photos": ()} == {**record.data, "photos": ()}), None)
    if there and (there.data.get("photos") or not sent.photos):
        return ChangePlan((), (), 1)
    questions = tuple(find_missing_photos(sent.name, data, sent.photos, content.library.site.limits.photo_mb))
    if there and add_photos(there.path, content.read(there.file), sent.photos, content.read_hidden)[1]:
        return ChangePlan((RecordChange(there.path, record.kind, place, there, title=record.title),), questions, 0)
    if same:
        return ChangePlan((), (build_cell_problem(sent.name, None, "record_there", found=same[0].file),), 0)
    path = propose_path(record.kind, record.title or record.kind, place, taken)
    return ChangePlan((RecordChange(path, record.kind, place, None, title=record.title),), questions, 0)


def _read_received_record(sent: ReceivedFile, place: str, language: str) -> ExistingRecord:
    """The record in a record file, as one of `place`."""
    suffix = _file_suffix(sent)
    file = f"{place}/{KINDS['case' if suffix == 'md' else 'issue'].folder}/x.{suffix}"
    location = locate_record(file)
    assert location is not None
    return next(iter(read_existing_records({file: sent.record_data or b""}, {file: location}, language).values()))
