"""An inbox: what was sent is read, right rows are taken in, the others are answered, and whole files moved away. The
command `import` and the office page both work through `take_in`."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from ..content.privacy import mask_personal_data
from ..core import files
from ..core.characters import format_for_terminal_line
from ..core.csv_format import encode_csv
from ..model.filenames import is_leftover
from ..model.language import Language, marked
from ..model.problems import Problem, select_errors
from ..model.records import Site
from ..model.records.limits import MEGABYTE
from ..model.vocabulary import find_nearest_word
from ..workbook.annotate_workbook import annotate_workbook
from ..workbook.columns import SheetDefinition, list_sheets, normalize_heading
from ..workbook.headings import find_sheet_by_name
from ..workbook.import_files import (
    UNREAD_COLUMNS_HEADINGS,
    ContentFolder,
    FileResult,
    ImportResult,
    ReceivedFile,
    combine_tables,
    get_annotated_name,
    get_unread_columns_name,
    import_files,
    is_record_text,
    receive_file,
    receive_record_file,
    receive_unreadable_file,
)
from ..workbook.open_workbook import WorkbookRefused
from ..workbook.plan_changes import KINDS_IN_ORDER
from ..workbook.select_files import SkippedFile, select_files, strip_copy_suffix
from ..workbook.sent_photos import list_photo_names
from .common import report_disk_errors, resolve_place
from .noop import get_report_time
from .workbook_common import open_content_folder

_RECORD_FILE_SUFFIXES = (".yaml", ".yml", ".md")
SUPPORTED_SUFFIXES = (".xlsx", ".csv", *_RECORD_FILE_SUFFIXES)
"""Ends of the names of files that are read."""
_UNSUPPORTED_SUFFIXES = (".xls", ".xlsm", ".xlsb", ".xltx", ".xltm", ".ods", ".et", ".numbers")
IMPORTED_FOLDER = "taken"
"""Folder, beside the inbox, for imported files; it has a subfolder per day."""


class InboxFiles(Struct, frozen=True):
    """The files found: those to import, those skipped, other files, and file → folder it is moved to after the
    import."""

    files: list[ReceivedFile]
    skipped: list[SkippedFile]
    other_files: list[Path]
    target_folders: dict[str, Path]


class ImportRun(Struct, frozen=True):
    """What an import found and did. `moved`: name of a received file → where its files and its answer are now;
    `unsupported`: problems of files of other types, and of the site's `columns`; `language`: of messages."""

    inbox: InboxFiles
    outcome: ImportResult
    moved: Mapping[str, Sequence[str]]
    unsupported: Sequence[Problem]
    language: Language

    @property
    def is_accepted(self) -> bool:
        """Whether everything was taken in."""
        return not select_errors(self.unsupported) and all(result.is_accepted for result in self.outcome.results)

    def list_answers(self, sent: ReceivedFile) -> list[str]:
        """The annotated workbooks to send back."""
        return [path for path in self.moved.get(sent.name, ()) if ".returned" in Path(path).name]


def take_in(choices: Mapping[str, Any]) -> ImportRun:
    """Import what lies at the `paths` of the choices: write the records of right rows, answer the others, and move
    away what was taken; with `dry_run` nothing is written. Raises WrongUsage, click.ClickException."""
    content, language = open_content_folder(dict(choices))
    place = resolve_place(content.library, choices["place"]) if choices["place"] else ""
    with report_disk_errors():
        inbox = _collect_files(choices["paths"], str(choices["as_of"] or get_report_time().date()),
                               content.library.site)
    outcome = import_files(inbox.files, content, language, place, adds_locations=choices["adds_locations"])
    moved: dict[str, list[str]] = defaultdict(list)
    if not choices["dry_run"]:
        with report_disk_errors():
            _write_all_or_restore(choices["content"], outcome)
            for name, file in (*_write_annotated_workbooks(outcome.results, language),
                               *_move_imported_files(inbox, outcome)):
                moved[name].append(file)
    problems = [*_unsupported_file_problems(inbox, outcome), *_find_unknown_columns(content)]
    return ImportRun(inbox, outcome, moved, problems, language)


# --- what was sent ----------------------------------------------------------------------------------------------------


def _collect_files(paths: Sequence[Path], day: str, site: Site) -> InboxFiles:
    """Collect and read files and the contents of folders."""
    taken: dict[str, Path] = {}
    unsupported: list[Path] = []
    found: list[Path] = []
    for path in paths:
        for file, folder in _iter_files_and_targets(path, day):
            if file.as_posix() in taken:
                continue
            taken[file.as_posix()] = folder
            (found if _is_read(file) else unsupported).append(file)
    sent, not_read = select_files(list(_read_received_files(found, site)))
    photos = {photo: taken[one.name] for one in sent for photo in one.files[1:] if one.photos}
    others = [file for file in unsupported if file.as_posix() not in photos]
    return InboxFiles(sent, not_read, others, {**photos, **taken})


def _is_read(file: Path) -> bool:
    """Whether a file is read, or told of as a workbook of another type; a `.txt` only if it holds a record."""
    suffix = file.suffix.lower()
    return not file.is_symlink() and (suffix in (*SUPPORTED_SUFFIXES, *_UNSUPPORTED_SUFFIXES) or (
        suffix == ".txt" and is_record_text(files.read_file_or_empty(file.parent, file.name))))


def _iter_files_and_targets(path: Path, day: str) -> Iterator[tuple[Path, Path]]:
    """Each file, and the folder it is moved to: beside the inbox, or beside a file named on its own."""
    if path.is_file():
        yield path, path.parent / IMPORTED_FOLDER / day
        return
    beside = path.parent if path.name not in ("", "..") else path.resolve().parent
    for name in files.scan_folder(path):
        if Path(name).parts[0] != IMPORTED_FOLDER and (not is_leftover(name) or _is_unfinished(name)):
            yield path / name, beside / IMPORTED_FOLDER / day / Path(name).parent


def _is_unfinished(name: str) -> bool:
    """Whether it is a temporary file of a program or browser, such as `a.xlsx.tmp`, that may contain data. Lock
    files do not count."""
    file = Path(name)
    return file.suffix.lower() not in (*SUPPORTED_SUFFIXES,
                                       *_UNSUPPORTED_SUFFIXES) and not file.name.startswith(("~", ".~")) and any(
        f"{suffix}{end}" in f"{file.name.lower()}." for suffix in (*SUPPORTED_SUFFIXES, *_UNSUPPORTED_SUFFIXES)
                                           for end in ".~")


def _read_received_files(found: Sequence[Path], site: Site) -> Iterator[ReceivedFile]:
    """The files, read. Tables named like sheets come last, in order of dependence; of copies of one table only the
    newest counts."""
    tables: dict[tuple[Path, str], list[Path]] = defaultdict(list)
    named = Counter(photo for file in found if _is_record_file(file) for photo in _find_photos_beside(file, site))
    for file in found:
        if file.suffix.lower() == ".csv" and (sheet := _sheet_named_by_file(file)):
            tables[file.parent, sheet.kind].append(file)
        elif _is_record_file(file):
            yield _read_record_file(file, [photo for photo in _find_photos_beside(file, site) if named[photo] == 1])
        else:
            yield _read_workbook_file(file, site)
    for (_, kind), mine in sorted(tables.items(), key=lambda pair: KINDS_IN_ORDER.index(pair[0][1])):
        newest = {strip_copy_suffix(file.stem).casefold(): file for file in sorted(mine, key=_modification_time_ns)}
        yield from (_read_workbook_file(file, site) for file in mine if file not in newest.values())
        parts = [_read_workbook_file(file, site) for file in sorted(newest.values(), key=_sheet_order)]
        yield combine_tables(kind, parts, site.columns)


def _is_record_file(file: Path) -> bool:
    return file.suffix.lower() in (*_RECORD_FILE_SUFFIXES, ".txt")


def _find_photos_beside(file: Path, site: Site) -> Iterator[Path]:
    """The photos beside a record file that it names, without those that are too large."""
    for name in list_photo_names(files.read_file_or_empty(file.parent, file.name)):
        photo = file.with_name(name)
        if photo.is_file() and not photo.is_symlink() and photo.stat().st_size <= site.limits.photo_mb * MEGABYTE:
            yield photo


def _read_record_file(file: Path, photos: Iterable[Path]) -> ReceivedFile:
    try:
        return receive_record_file(file.as_posix(), files.read_file(file.parent, file.name),
                                   {photo.name: files.read_file(photo.parent, photo.name) for photo in photos})
    except OSError as error:
        return receive_unreadable_file(file.as_posix(), error.strerror or str(error))


def _read_workbook_file(file: Path, site: Site) -> ReceivedFile:
    try:
        data = files.read_file(file.parent, file.name)
    except OSError as error:
        return receive_unreadable_file(file.as_posix(), error.strerror or str(error))
    return receive_file(file.as_posix(), data, site.columns, locked_by=_find_lock_file(file),
                        changed=_modification_time_ns(file), limits=site.limits)


def _modification_time_ns(file: Path) -> int:
    return file.stat().st_mtime_ns


def _sheet_named_by_file(file: Path) -> SheetDefinition | None:
    """The sheet that a CSV file is named after, also if it is a copy."""
    return find_sheet_by_name(strip_copy_suffix(file.stem), list_sheets())


def _sheet_order(file: Path) -> int:
    sheet = _sheet_named_by_file(file)
    return list(list_sheets().values()).index(sheet) if sheet else 0


def _find_lock_file(file: Path) -> str:
    """The lock file of a spreadsheet program that has `file` open ("" = none)."""
    locks = (f"~${file.name}", f"~${file.name[2:]}", f".~lock.{file.name}#", f".~{file.name}")
    return next((lock for lock in locks if file.with_name(lock).exists()), "")


# --- what is written --------------------------------------------------------------------------------------------------


def _write_all_or_restore(content: Path, outcome: ImportResult) -> None:
    """Write the files; if one cannot be written, restore all."""
    before: dict[str, bytes | None] = {}
    try:
        for file, data in outcome.files.items():
            before[file] = files.read_file(content, file) if (content / file).exists() else None
            files.write_file(content, file, data)
    except OSError:
        for file, old in before.items():
            if old is None:
                files.remove_files(content, [file])
            else:
                files.write_file(content, file, old)
        raise


def _write_annotated_workbooks(results: Sequence[FileResult], language: Language) -> Iterator[tuple[str, str]]:
    """Write the annotated workbooks beside the received ones. Yields received name, annotated name."""
    for result in results:
        if not result.problems or not result.file.sheets:
            continue
        sent = result.file
        try:
            data = annotate_workbook(Path(sent.name).name, sent.data, sent.sheets, result.problems, language,
                                     sent.digest)
        except WorkbookRefused:
            continue
        file = _free_annotated_file(Path(get_annotated_name(sent.name)))
        files.write_file(file.parent, file.name, data)
        if not result.is_accepted:
            yield sent.name, file.as_posix()


def _annotated_file_names(first: Path) -> Iterator[Path]:
    """The names for annotated workbooks of a file: `X.returned.xlsx`, `X.returned-2.xlsx` …"""
    yield first
    yield from (first.with_name(f"{first.stem}-{number}{first.suffix}") for number in range(2, 1000))


def _free_annotated_file(first: Path) -> Path:
    """The first name not taken by a file, or taken by an annotated workbook that nobody edited."""
    return next(file for file in _annotated_file_names(first) if not file.exists() or _is_unedited_annotated_file(file))


def _is_unedited_annotated_file(file: Path) -> bool:
    return receive_file(file.name, files.read_file(file.parent, file.name)).is_untouched_answer


def _move_imported_files(inbox: InboxFiles, outcome: ImportResult) -> Iterator[tuple[str, str]]:
    """Move imported files out of the inbox, with their older copies and annotated workbooks. Yields name, new path."""
    accepted = {result.file.name: result for result in outcome.results if result.is_accepted}
    names = {*accepted, *(one.file.name for one in inbox.skipped if one.read_instead in accepted)}
    for one in [*inbox.files, *(one.file for one in inbox.skipped)]:
        if one.name not in names:
            continue
        for file in one.files:
            target = files.move_without_overwriting(Path(file), inbox.target_folders[file])
            yield one.name, target.as_posix()
        for annotated in _annotated_file_names(Path(get_annotated_name(one.name))):
            if not annotated.exists():
                break
            if _is_unedited_annotated_file(annotated):
                moved = files.move_without_overwriting(annotated, target.parent)
                if one.name in accepted and accepted[one.name].problems:
                    yield one.name, moved.as_posix()
        if one.name in accepted and accepted[one.name].unread_cells:
            rows = [UNREAD_COLUMNS_HEADINGS, *((cell.sheet, cell.row, cell.heading, cell.text)
                                               for cell in accepted[one.name].unread_cells)]
            unread_file = target.with_name(Path(get_unread_columns_name(target.name)).name)
            files.write_file(unread_file.parent, unread_file.name, encode_csv(rows))


def _unsupported_file_problems(inbox: InboxFiles, outcome: ImportResult) -> Iterator[Problem]:
    """Problems of files of other types: an error if nothing else was given, else a warning."""
    for file in inbox.other_files:
        yield Problem(format_received_name(file.as_posix()), 1, 1, "not_taken",
                      (("allowed", ", ".join(SUPPORTED_SUFFIXES)),), level="warning" if outcome.results else "error")


def _find_unknown_columns(content: ContentFolder) -> Iterator[Problem]:
    """Problems of `columns` in `site.yaml`: headings that no sheet has."""
    words = [word for sheet in list_sheets().values() for column in sheet.columns for word in column.headings]
    known = {normalize_heading(word) for word in words}
    for there, here in content.library.site.columns.items():
        if normalize_heading(here) not in known:
            yield Problem("site.yaml", 1, 1, "column_target", (("found", f"'{there}: {here}'"),),
                          find_nearest_word(here, words) or "")


def format_received_name(name: str) -> str:
    """A name that can be printed: personal data masked, without control characters."""
    return format_for_terminal_line(mask_personal_data(name))


def describe_skipped_files(run: ImportRun) -> Iterator[str]:
    """A line for each file that was not read, with the reason."""
    reasons = {"own_answer": marked("{file}: not read; it is the program's own file, as it was written."),
               "answered": marked("{file}: not read; {other} is the same workbook, corrected."),
               "older_copy": marked("{file}: not read; all that stands in it stands in {other} too.")}
    read = {get_annotated_name(one.name) for one in run.inbox.files}
    for one in run.inbox.skipped:
        if one.reason == "own_answer" and get_annotated_name(one.file.name) in read:
            continue
        yield run.language.text(reasons[one.reason], file=format_received_name(one.file.name),
                            other=format_received_name(one.read_instead))
