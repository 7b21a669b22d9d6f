"""Many workbooks in: which are taken, what the files say then, and what is wrong with the others.

A workbook is taken as a whole or not at all, and one that is wrong does not keep the others out.
"""

import re
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from ..core.hashes import compute_digest
from ..library import Library
from ..model.kinds import COLLECTIONS, KINDS
from ..model.language import Language
from ..model.paths import get_place_of, locate_record
from ..model.problems import Problem, select_errors
from ..model.vocabulary import Vocabulary, get_built_in_vocabulary, normalize_word
from . import import_log
from .annotate_workbook import find_answer_mark
from .columns import SheetDefinition, list_sheets
from .conflicts import find_conflicts
from .file_edit import edit_file, find_row_ids, write_new_file
from .import_context import ImportContext, build_import_context, propose_path, read_existing_records
from .locate_problems import (
    drop_consequential_problems,
    find_new_problems,
    keep_worst_per_cell,
    locate_in_cells,
    mask_problem,
    translate_column_name,
)
from .match_rows import ImportHistory, get_title_keys
from .open_workbook import WorkbookRefused, read_modified_time, read_sheets
from .parse_rows import parse_workbook
from .parsed_workbook import ParsedWorkbook, RawSheet, UnreadCell, build_cell_problem
from .plan_changes import ChangePlan, RecordChange, plan_changes
from .score_sheets import define_score_sheets, expand_score_rows


class ReceivedFile(Struct, frozen=True):
    """What somebody sent: its name as it is told, its bytes, its sheets, and what was understood of them.

    `record`: the bytes of a record file, where it is one. `modified`: when it was changed last, as it says itself in
    ISO form ("" = it does not), and in nanoseconds as the disk says. `files`: the paths that it consists of. `source`:
    its digest; `answers`: that of the file which it answers, where it was an answer and somebody has changed it.
    `kind`: of tables that are sheets, that of their records.
    """

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
    is_untouched_answer: bool = False
    """Whether it is an answer that nobody has changed."""


class FileResult(Struct, frozen=True):
    """What becomes of what was sent: taken or not, why, and what of it is new, changed, unchanged or kept aside."""

    file: ReceivedFile
    problems: tuple[Problem, ...]
    changes: tuple[RecordChange, ...] = ()
    unchanged: int = 0

    @property
    def is_accepted(self) -> bool:
        """Whether it is right."""
        return not select_errors(self.problems)

    @property
    def is_waiting(self) -> bool:
        """Whether nothing is wrong with it but a table that it names records of."""
        return [problem.code for problem in select_errors(self.problems)] == ["table_waits"]

    @property
    def unread_cells(self) -> tuple[UnreadCell, ...]:
        """What stands in columns that are not read."""
        return self.file.workbook.unread_cells


class ImportResult(Struct, frozen=True):
    """The answers, and the files as they shall be."""

    results: tuple[FileResult, ...]
    files: Mapping[str, bytes] = field(default_factory=dict)


CheckedRecords = tuple[Library, Sequence[Problem]]
"""The records of the content folder, linked, and what is wrong with them."""


class ContentFolder(Struct, frozen=True):
    """The content folder: what it is, what its files say, and how it would be with other files (file → bytes).

    `files`: the paths of all record files; `read_hidden`: reads a hidden file, which may not be there.
    """

    library: Library
    problems: Sequence[Problem]
    files: Sequence[str]
    read: Callable[[str], bytes]
    read_hidden: Callable[[str], bytes]
    check_with: Callable[[Mapping[str, bytes]], Sequence[Problem]]

    @property
    def language(self) -> str:
        """The language of the keys in new files."""
        return "en" if self.library.site.languages[0] == "en" else "zh-Hans"


def receive_file(name: str, data: bytes, *, locked_by: str = "", changed: int = 0) -> ReceivedFile:
    """A workbook or table that somebody sent; `locked_by`: the file that says that it is open elsewhere; `changed`:
    when it was changed last, in nanoseconds as the disk says."""
    modified, source = (read_modified_time(data), changed), compute_digest(data)
    try:
        if locked_by:
            raise WorkbookRefused("workbook_open", found=locked_by)
        tabs = tuple(read_sheets(name, data))
    except WorkbookRefused as refused:
        problem = Problem(name, refused.line, refused.column, refused.code, tuple(refused.values.items()))
        return ReceivedFile(name, data, ParsedWorkbook(name, problems=(problem,)), modified=modified, files=(name,),
                            digest=source)
    mark = find_answer_mark(tabs)
    return ReceivedFile(name, data, _parse(name, tabs), tabs, modified=modified, files=(name,), digest=source,
                        answered_digest=mark.answered_digest if mark and not mark.is_untouched else "",
                        is_untouched_answer=(mark is not None and mark.is_untouched) or _is_unread_columns_file(tabs))


UNREAD_COLUMNS_HEADINGS = ("sheet", "row", "column", "text")
"""The headings of the file that keeps what stands in columns that are not read."""


def _is_unread_columns_file(tabs: Sequence[RawSheet]) -> bool:
    head = [tab.csv_table.rows[0].cells for tab in tabs if tab.csv_table and tab.csv_table.rows]
    return any(tuple(cells) == UNREAD_COLUMNS_HEADINGS for cells in head)


def receive_unreadable_file(name: str, reason: str) -> ReceivedFile:
    """A file that the disk refuses to read."""
    return ReceivedFile(name, b"", ParsedWorkbook(name,
                                                  problems=(build_cell_problem(name, None, "unreadable", found=reason),
                                                            )), files=(name,))


def combine_tables(kind: str, parts: Sequence[ReceivedFile]) -> ReceivedFile:
    """Tables of one folder that are the sheets of one kind of record: they are one workbook, called as the first."""
    name = parts[0].name
    tabs = tuple(tab for part in parts for tab in part.sheets)
    closed = [problem for part in parts if not part.sheets for problem in part.workbook.problems]
    grid = ParsedWorkbook(name) if closed else _parse(name, tabs)
    source = parts[0].digest if len(parts) == 1 else compute_digest("".join(part.digest for part in parts).encode())
    return replace(parts[0], data=parts[0].data if len(parts) == 1 else b"", sheets=tabs, kind=kind, digest=source,
                   workbook=replace(grid, problems=(*closed, *grid.problems)),
                   modified=("", max(part.modified[1] for part in parts)),
                   files=tuple(file for part in parts for file in part.files))


def _parse(name: str, tabs: Sequence[RawSheet]) -> ParsedWorkbook:
    known: Mapping[str, SheetDefinition] = {**list_sheets(), **define_score_sheets()}
    return expand_score_rows(parse_workbook(name, tabs, known, get_unread_columns_name(name).rpartition("/")[2]))


def get_unread_columns_name(name: str) -> str:
    """The file beside a workbook that keeps what stands in columns that are not read."""
    return f"{_name_stem(name)}.aside.csv"


def get_annotated_name(name: str) -> str:
    """The file beside a workbook that answers it."""
    return f"{_name_stem(name)}.returned.xlsx"


def _name_stem(name: str) -> str:
    return re.sub(r"(\.returned(-\d+)?)?\.\w+$", "", name)


# --- what becomes of it -----------------------------------------------------------------------------------------------


def import_files(sent: Sequence[ReceivedFile], content: ContentFolder, spoken: Language,
                 place: str = "") -> ImportResult:
    """What becomes of all that was sent; `place`: of rows that name none."""
    past = _import_history(sent, content, place)
    refused: dict[str, FileResult] = {}
    while True:
        waiting = [one for one in sent if one.name not in refused]
        tried = _attempt(waiting, content, past, place)
        answers = _results(waiting, tried, content, spoken)
        wrong = {answer.file.name: answer for answer in answers if not answer.is_accepted}
        if not wrong:
            found = {answer.file.name: answer for answer in answers} | refused
            return ImportResult(tuple(found[one.name] for one in sent),
                                {**tried.files, **dict(_updated_import_logs(tried, past))})
        alone = _find_wrong_alone(waiting, tried, wrong, lambda some: _attempt(some, content, past, place), content,
                                  spoken)
        refused |= _add_waiting(waiting, alone)


def _find_wrong_alone(waiting: Sequence[ReceivedFile], tried: "_Attempt", wrong: Mapping[str, FileResult],
                      attempt: Callable[[Sequence[ReceivedFile]], "_Attempt"], content: ContentFolder,
                      spoken: Language) -> Mapping[str, FileResult]:
    """The answers to those that are wrong by themselves. What several write into one record is told of each of them, so
    each is tried without the others; if none is wrong alone, they do not fit together, and all of them are asked."""
    paths = Counter(path for proposal in tried.proposals.values() for path in {one.path for one in proposal.changes})
    sharing = [one for one in waiting if one.name in wrong
               and any(paths[wanted.path] > 1 for wanted in tried.proposals[one.name].changes)]
    found = {name: answer for name, answer in wrong.items() if name not in {one.name for one in sharing}}
    for one in sharing:
        some = [other for other in waiting if other is one or other.name not in wrong]
        answer = next(answer for answer in _results(some, attempt(some), content, spoken) if answer.file is one)
        if not answer.is_accepted:
            found[one.name] = answer
    return found or wrong


def _add_waiting(sent: Sequence[ReceivedFile], wrong: Mapping[str, FileResult]) -> Mapping[str, FileResult]:
    """The answers to those that are wrong, and to the tables that name records of a wrong one of their folder: they
    wait for it, since what they name is not there yet, or is another."""
    found = dict(wrong)
    for one in sent:
        answer = found.get(one.name) or FileResult(one, ())
        for other in sent:
            if other is one or other.name not in found or not _is_in_same_folder(one, other):
                continue
            label = get_built_in_vocabulary().label("record_kind", other.kind, "zh-Hans")
            told = [problem for problem in answer.problems if problem.code != "unknown_reference"
                    or dict(problem.values)["allowed"].split()[0] != label]
            if len(told) < len(answer.problems) or _names_records_of(one, other):
                waits = build_cell_problem(one.name, None, "table_waits", found=other.files[0])
                answer = found[one.name] = FileResult(one, tuple(told) if select_errors(told) else (*told, waits))
    return found


def _is_in_same_folder(one: ReceivedFile, other: ReceivedFile) -> bool:
    return bool(one.kind and other.kind) and one.name.rpartition("/")[0] == other.name.rpartition("/")[0]


def _names_records_of(one: ReceivedFile, other: ReceivedFile) -> bool:
    """Whether a cell of one table names a record of another, or may, if the other cannot be read."""
    named = [normalize_word(cell.text) for row in one.workbook.rows for column, cell in row.cells.items()
             if other.kind in column.reference_kinds]
    titles = [title for row in other.workbook.rows if (title := normalize_word(row.get_text(*get_title_keys(row))))]
    return bool(named) and (not titles or any(title in text for title in titles for text in named))


def _results(sent: Sequence[ReceivedFile], tried: "_Attempt", content: ContentFolder,
             spoken: Language) -> list[FileResult]:
    after = content.check_with(tried.files) if tried.files else content.problems
    fresh = find_new_problems(after, content.problems)
    words = content.library.vocabulary
    return [_result(one, tried.proposals[one.name], fresh, tried.files, words, spoken) for one in sent]


class _Attempt(Struct, frozen=True):
    proposals: Mapping[str, ChangePlan]
    files: Mapping[str, bytes]


def _updated_import_logs(tried: "_Attempt", past: ImportHistory) -> Iterator[tuple[str, bytes]]:
    """The files that say what was read, as far as they change."""
    after = import_log.update_import_log(past.import_log, [one for proposal in tried.proposals.values()
                                                           for one in proposal.imported])
    for place in sorted({get_place_of(path) for path in after}):
        inside = {path: keys for path, keys in after.items() if get_place_of(path) == place}
        data = import_log.write_import_log(place, inside)
        if inside != {path: past.import_log.get(path) for path in inside}:
            yield import_log.get_log_path(place), data


def _attempt(sent: Sequence[ReceivedFile], content: ContentFolder, past: ImportHistory, place: str) -> _Attempt:
    """What all of them want, one after the other, and the files as they would be."""
    files: dict[str, bytes] = {}
    records = dict(past.records)
    proposals: dict[str, ChangePlan] = {}
    slots = {path for file in content.files if (slot := locate_record(file)) for path in [slot.path]}
    last = sent[-1] if sent else None
    for one in sent:
        ground = build_import_context(content.library, records, content.language)
        taken = frozenset(slots | records.keys() | content.library.link_context.records)
        is_record = one.record_data is not None
        proposal = _plan_record_file(one, ground, taken) if is_record else plan_changes(one.workbook, ground, past,
                                                                                        taken, place)
        for name, problem in find_conflicts(one.name, proposal, past.records, proposals):
            if name == one.name:
                proposal = proposal.add_problem(problem)
            else:
                proposals[name] = proposals[name].add_problem(problem)
        proposals[one.name] = proposal
        written = dict(_apply_changes(one, proposal.changes, files, content))
        files |= written
        if one is not last:  # what follows may be about the same records
            changed = {file: slot for file in written if (slot := locate_record(file))}
            records |= read_existing_records(written, changed, content.language)
    return _Attempt(proposals, files)


def _apply_changes(sent: ReceivedFile, wanted: Iterable[RecordChange], before: Mapping[str, bytes],
                   content: ContentFolder) -> Iterator[tuple[str, bytes]]:
    """The files that hold the records as they are wanted."""
    files: dict[str, bytes] = {}
    for one in wanted:
        file = _target_file(one, content)
        if sent.record_data is not None:
            yield f"{one.path}.{_file_suffix(sent.name)}", sent.record_data
            continue
        there = files.get(file) or before.get(file) or (content.read(file) if file in content.files else b"")
        files[file] = _write_record(one, there, file, content.language)
    yield from files.items()


def _target_file(wanted: RecordChange, content: ContentFolder) -> str:
    if wanted.existing:
        return wanted.existing.file
    if wanted.kind in COLLECTIONS:
        path = wanted.path.rpartition("/")[0]
        return next((file for file in content.files if file.rpartition(".")[0] == path), f"{path}.yaml")
    return f"{wanted.path}.{KINDS[wanted.kind].new[:4].strip()}"


_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def _write_record(wanted: RecordChange, there: bytes, file: str, language: str) -> bytes:
    """The bytes of a file with one record as it is wanted."""
    entry = wanted.path.rpartition("/")[2] if wanted.kind in COLLECTIONS else ""
    suffix = f".{file.rpartition('.')[2]}"
    text = there.decode("utf-8-sig")
    if text or entry:
        language = wanted.existing.language if wanted.existing else language
        new = edit_file(text, wanted.kind, wanted.edit, language, suffix, entry, wanted.row_id)
    else:
        new = write_new_file(wanted.kind, wanted.edit, language, suffix, wanted.row_id)
    return (_BYTE_ORDER_MARK if there.startswith(_BYTE_ORDER_MARK) else b"") + new.encode()


def _result(sent: ReceivedFile, proposal: ChangePlan, fresh: Sequence[Problem], files: Mapping[str, bytes],
            vocabulary: Vocabulary, spoken: Language) -> FileResult:
    if sent.record_data is not None:
        told = [Problem(sent.name, one.line, one.column, one.code, one.values, one.suggestion, one.example, one.level)
                for one in fresh if one.path.rpartition(".")[0] in {wanted.path for wanted in proposal.changes}]
    else:
        told = list(locate_in_cells(fresh, sent.name, proposal.changes, files, vocabulary, spoken))
    told = drop_consequential_problems((*sent.workbook.problems, *proposal.problems, *told), proposal,
                                       sent.workbook.unread_sheets)
    problems = keep_worst_per_cell(mask_problem(translate_column_name(problem, spoken)) for problem in told)
    return FileResult(sent, tuple(problems), proposal.changes, proposal.unchanged)


# --- what is there already --------------------------------------------------------------------------------------------


def _import_history(sent: Iterable[ReceivedFile], content: ContentFolder, place: str) -> ImportHistory:
    """The records of all places that are concerned, and of those above them, and what was read of them before."""
    ground = build_import_context(content.library, {}, content.language)
    named = {level for one in sent for path in _places_concerned(one, ground, place)
             for level in _place_and_parents(path)}
    slots = {file: slot for file in content.files if (slot := locate_record(file)) and slot.place in named
             and KINDS[slot.kind].sheets}
    records = read_existing_records({file: content.read(file) for file in slots}, slots, content.language)
    memories = [import_log.parse_import_log(level, content.read_hidden(import_log.get_log_path(level)))
                for level in sorted(named)]
    marks = {one.row_id: path for path, one in records.items() if one.row_id}
    memory = import_log.moved({path: keys for one in memories for path, keys in one.items()}, marks, records)
    gone = {row: path for path, keys in memory.items() if path not in records
            for row in keys.get(import_log.ROW_IDS, ())}
    rows = {row.id for one in sent for row in one.workbook.rows}
    sought = {row: path for row, path in gone.items() if rows & {row, path}}
    return ImportHistory(records, memory, dict(_moved(sought, content, slots)) if sought else {})


def _moved(sought: Mapping[str, str], content: ContentFolder, looked: Container[str]) -> Iterator[tuple[str, str]]:
    """The paths that records had, and the files where their rows stand now. `sought`: id of a row → such a path;
    `looked`: the files in which they are not."""
    for file in content.files:
        if file not in looked and (slot := locate_record(file)) and KINDS[slot.kind].sheets and b"# row " in (
                data := content.read(file)):
            yield from ((sought[row], file) for row in find_row_ids(data.decode("utf-8", "replace")).values()
                        if row in sought)


def _places_concerned(sent: ReceivedFile, ground: ImportContext, place: str) -> Iterator[str]:
    yield from (place, sent.workbook.place, find_place_of_record(sent.record_data or b""))
    for text in {row.get_text("#place") for row in sent.workbook.rows} - {""}:
        yield from ground.vocabulary.find_paths(("place",), text, sent.workbook.place or place)
    for row in sent.workbook.rows:
        if row.id.startswith("places/"):
            yield get_place_of(row.id.partition("#")[0])


def _place_and_parents(path: str) -> Iterator[str]:
    while path:
        yield path
        path = get_place_of(path)


# --- a record file, as the form makes it ------------------------------------------------------------------------------

_PLACE_COMMENT = re.compile(rb"(?:\xef\xbb\xbf)?(?:---[ \t]*\r?\n)?# (places/[a-z0-9/-]+)[ \t]*\r?$", re.MULTILINE)


def find_place_of_record(data: bytes) -> str:
    """The place that a record file names in its first line ("" = none)."""
    match = _PLACE_COMMENT.match(data)
    return match[1].decode() if match else ""


def _file_suffix(name: str) -> str:
    return name.rpartition(".")[2].lower()


def receive_record_file(name: str, data: bytes) -> ReceivedFile:
    """A record file that somebody sent."""
    return ReceivedFile(name, data, ParsedWorkbook(name), record_data=data, files=(name,), digest=compute_digest(data))


def _plan_record_file(sent: ReceivedFile, ground: ImportContext, taken: frozenset[str]) -> ChangePlan:
    """What a record file wants: a place below the one it names, unless the same record is there already."""
    data = sent.record_data or b""
    place = find_place_of_record(data)
    if place not in ground.places:
        names = ", ".join(list(ground.places)[:30])
        return ChangePlan((), (build_cell_problem(sent.name, None, "record_placeless", allowed=names),), 0)
    suffix = _file_suffix(sent.name)
    kind = "case" if suffix == "md" else "issue"
    file = f"{place}/{KINDS[kind].folder}/x.{suffix}"
    slot = locate_record(file)
    assert slot is not None
    found = next(iter(read_existing_records({file: data}, {file: slot}, ground.language).values()))
    same = [one for one in ground.records.values()
            if found.title and (one.kind, one.place, one.title) == (kind, place, found.title)]
    if any(one.data == found.data for one in same):
        return ChangePlan((), (), 1)
    if same:
        return ChangePlan((), (build_cell_problem(sent.name, None, "record_there", found=same[0].file),), 0)
    path = propose_path(kind, found.title or kind, place, taken)
    return ChangePlan((RecordChange(path, kind, place, None, title=found.title),), (), 0)
