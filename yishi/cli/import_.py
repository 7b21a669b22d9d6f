"""`import`: workbooks in, records out, an answer to each that is wrong; what was taken is moved away."""

import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ..content.privacy import mask
from ..core import files
from ..core.cells import csv_of
from ..core.printable import printable
from ..model.filenames import is_leftover
from ..model.language import Language, marked
from ..model.problems import Problem, as_json, as_text, errors
from ..workbook.columns import Sheet, sheets
from ..workbook.copies import NotRead, chosen, without_copy_sign
from ..workbook.headings import sheet_called
from ..workbook.inbox import (
    ASIDE,
    Answer,
    Outcome,
    Sent,
    aside_name,
    opened,
    record_sent,
    returned_name,
    taken_in,
    together,
    unreadable,
)
from ..workbook.layout import writable
from ..workbook.opening import Refused
from ..workbook.proposals import ROW_KINDS
from ..workbook.returned import returned, sheet_of
from ..workbook.words import in_words
from .telling import Line, disk_told, place_meant, tell
from .unchanged import now
from .workbooks import content_of

_RECORDS = (".yaml", ".yml", ".md")
_READ = (".xlsx", ".csv", *_RECORDS)
_OTHERS = (".xls", ".xlsm", ".xlsb", ".xltx", ".xltm", ".ods", ".et", ".numbers")
TAKEN = "taken"
"""The folder that what was taken is moved to, by day."""


class _Inbox(Struct, frozen=True):
    """What was found: what is read, what is not and why, files that are none of these, and where each file goes when it
    was taken (file → folder)."""

    sent: list[Sent]
    not_read: list[NotRead]
    strange: list[Path]
    taken: dict[str, Path]


def run(choices: dict[str, Any]) -> None:
    """Takes in what is right, answers what is not; exits with 1 if something is wrong."""
    content, spoken = content_of(choices)
    place = place_meant(content.library, choices["place"]) if choices["place"] else ""
    with disk_told():
        inbox = _inbox(choices["paths"], str(choices["as_of"] or now().date()))
    outcome = taken_in(inbox.sent, content, spoken, place)
    where: dict[str, list[str]] = defaultdict(list)
    if not choices["dry_run"]:
        with disk_told():
            _write(choices["content"], outcome)
            for name, file in (*_answer(outcome.answers, spoken), *_move_away(inbox, outcome)):
                where[name].append(file)
    strange = list(_strange(inbox, outcome))
    _tell(inbox, outcome, strange, choices, spoken, where)
    sys.exit(1 if errors(strange) or not all(answer.is_taken for answer in outcome.answers) else 0)


# --- what was sent ----------------------------------------------------------------------------------------------------


def _inbox(paths: Sequence[Path], day: str) -> _Inbox:
    """What lies at `paths`: files, and those of folders."""
    taken: dict[str, Path] = {}
    strange: list[Path] = []
    found: list[Path] = []
    for path in paths:
        for file, folder in _files(path, day):
            if file.as_posix() in taken:
                continue
            taken[file.as_posix()] = folder
            is_read = file.suffix.lower() in (*_READ, *_OTHERS) and not file.is_symlink()
            (found if is_read else strange).append(file)
    sent, not_read = chosen(list(_sent(found)))
    return _Inbox(sent, not_read, strange, taken)


def _files(path: Path, day: str) -> Iterator[tuple[Path, Path]]:
    """Each file, and the folder that it is moved to: beside the inbox; of a file that is named alone, beside it."""
    if path.is_file():
        yield path, path.parent / TAKEN / day
        return
    beside = path.parent if path.name not in ("", "..") else path.resolve().parent
    for name in files.scan(path):
        if Path(name).parts[0] != TAKEN and (not is_leftover(name) or _is_unfinished(name)):
            yield path / name, beside / TAKEN / day / Path(name).parent


def _is_unfinished(name: str) -> bool:
    """Whether a program or a browser left it in place of a file that is read, such as `a.xlsx.tmp`: somebody's words
    may stand in it. What only says that a file is open is none."""
    file = Path(name)
    return file.suffix.lower() not in (*_READ, *_OTHERS) and not file.name.startswith(("~", ".~")) and any(
        f"{suffix}{end}" in f"{file.name.lower()}." for suffix in (*_READ, *_OTHERS) for end in ".~")


def _sent(found: Sequence[Path]) -> Iterator[Sent]:
    """The files, read; tables that are called as sheets last, what others name first. Of copies of one the newest."""
    tables: dict[tuple[Path, str], list[Path]] = defaultdict(list)
    for file in found:
        if file.suffix.lower() == ".csv" and (sheet := _sheet(file)):
            tables[file.parent, sheet.kind].append(file)
        elif file.suffix.lower() in _RECORDS:
            yield from _record(file)
        else:
            yield _opened(file)
    for (_, kind), mine in sorted(tables.items(), key=lambda pair: ROW_KINDS.index(pair[0][1])):
        newest = {without_copy_sign(file.stem).casefold(): file for file in sorted(mine, key=_changed)}
        yield from (_opened(file) for file in mine if file not in newest.values())
        yield together(kind, [_opened(file) for file in sorted(newest.values(), key=_sheet_order)])


def _record(file: Path) -> Iterator[Sent]:
    try:
        yield record_sent(file.as_posix(), files.read(file.parent, file.name))
    except OSError as error:
        yield unreadable(file.as_posix(), error.strerror or str(error))


def _opened(file: Path) -> Sent:
    try:
        data = files.read(file.parent, file.name)
    except OSError as error:
        return unreadable(file.as_posix(), error.strerror or str(error))
    return opened(file.as_posix(), data, locked_by=_lock_beside(file), changed=_changed(file))


def _changed(file: Path) -> int:
    return file.stat().st_mtime_ns


def _sheet(file: Path) -> Sheet | None:
    """The sheet that a table is called as, be it a copy."""
    return sheet_called(without_copy_sign(file.stem), sheets())


def _sheet_order(file: Path) -> int:
    sheet = _sheet(file)
    return list(sheets().values()).index(sheet) if sheet else 0


def _lock_beside(file: Path) -> str:
    """The file by which a spreadsheet program says that it has `file` open ("" = none)."""
    locks = (f"~${file.name}", f"~${file.name[2:]}", f".~lock.{file.name}#", f".~{file.name}")
    return next((lock for lock in locks if file.with_name(lock).exists()), "")


# --- what is written --------------------------------------------------------------------------------------------------


def _write(content: Path, outcome: Outcome) -> None:
    """Writes the files; if the disk refuses one, all stay as they were."""
    before: dict[str, bytes | None] = {}
    try:
        for file, data in outcome.files.items():
            before[file] = files.read(content, file) if (content / file).exists() else None
            files.write(content, file, data)
    except OSError:
        for file, old in before.items():
            if old is None:
                files.remove(content, [file])
            else:
                files.write(content, file, old)
        raise


def _answer(answers: Sequence[Answer], spoken: Language) -> Iterator[tuple[str, str]]:
    """Writes the answers beside what was sent: the workbook with its wrong cells marked. Name → that of its answer."""
    for answer in answers:
        if answer.is_taken or not answer.sent.tabs or answer.is_waiting:
            continue
        sent = answer.sent
        try:
            data = returned(Path(sent.name).name, sent.data, sent.tabs, answer.problems, spoken, sent.source)
        except Refused:
            continue
        file = _place_of_answer(Path(returned_name(sent.name)))
        files.write(file.parent, file.name, data)
        yield sent.name, file.as_posix()


def _answers_beside(first: Path) -> Iterator[Path]:
    """The names that answers to one file have: `X.returned.xlsx`, `X.returned-2.xlsx` …"""
    yield first
    yield from (first.with_name(f"{first.stem}-{number}{first.suffix}") for number in range(2, 1000))


def _place_of_answer(first: Path) -> Path:
    """Where an answer may be written: where no file is, or an answer that nobody has changed."""
    return next(file for file in _answers_beside(first) if not file.exists() or _is_own_answer(file))


def _is_own_answer(file: Path) -> bool:
    return opened(file.name, files.read(file.parent, file.name)).is_own_answer


def _move_away(inbox: _Inbox, outcome: Outcome) -> Iterator[tuple[str, str]]:
    """Moves what was taken out of the inbox, with its older copies and the answers to it. Name → where it is now."""
    taken = {answer.sent.name: answer for answer in outcome.answers if answer.is_taken}
    names = {*taken, *(one.sent.name for one in inbox.not_read if one.instead in taken)}
    for one in [*inbox.sent, *(one.sent for one in inbox.not_read)]:
        if one.name not in names:
            continue
        for file in one.files:
            target = files.move_away(Path(file), inbox.taken[file])
            yield one.name, target.as_posix()
        for own in _answers_beside(Path(returned_name(one.name))):
            if not own.exists():
                break
            if _is_own_answer(own):
                files.move_away(own, target.parent)
        if one.name in taken and taken[one.name].aside:
            rows = [ASIDE, *((kept.sheet, kept.row, kept.heading, kept.text) for kept in taken[one.name].aside)]
            aside = target.with_name(Path(aside_name(target.name)).name)
            files.write(aside.parent, aside.name, csv_of(rows))


# --- what is told -----------------------------------------------------------------------------------------------------


def _strange(inbox: _Inbox, outcome: Outcome) -> Iterator[Problem]:
    """The files that nothing can be taken from: an error where nothing else was sent, for then it is all of it."""
    for file in inbox.strange:
        yield Problem(_shown(file.as_posix()), 1, 1, "not_taken", (("allowed", ", ".join(_READ)),),
                      level="warning" if outcome.answers else "error")


def _tell(inbox: _Inbox, outcome: Outcome, strange: Sequence[Problem], choices: dict[str, Any], spoken: Language,
          where: Mapping[str, Sequence[str]]) -> None:
    problems = [replace(problem, path=_shown(_file_of(problem, answer.sent))) for answer in outcome.answers
                for problem in answer.problems]
    problems += strange
    shown = errors(problems) if choices["quiet"] else problems
    if choices["style"] == "json":
        tell([Line(writable(line)) for line in as_json(shown, "", spoken)])
        return
    tell([Line(writable(line), True) for line in as_text(shown, "", spoken)])
    if not choices["quiet"]:
        tell([Line(line) for answer in outcome.answers for line in _lines(answer, spoken, where)])
        tell([Line(line) for line in _not_read_lines(inbox, spoken)])
        if not outcome.answers:
            tell([Line(spoken.text(marked("There is nothing to take in: {paths}"),
                                   paths=", ".join(_shown(str(path)) for path in choices["paths"])))])


def _file_of(problem: Problem, sent: Sent) -> str:
    """The file that a problem is in: of tables that are one workbook, that of its sheet."""
    return next((file for file in sent.files if sent.kind and Path(file).stem == sheet_of(problem)), problem.path)


def _shown(name: str) -> str:
    """A name as it can be told anywhere: personal data masked, no character that a terminal obeys or cannot write."""
    return printable(mask(name))


def _not_read_lines(inbox: _Inbox, spoken: Language) -> Iterator[str]:
    reasons = {"own_answer": marked("{file}: not read; it is the program's own file, as it was written."),
               "answered": marked("{file}: not read; {other} is the same workbook, corrected."),
               "older_copy": marked("{file}: not read; all that stands in it stands in {other} too.")}
    read = {returned_name(one.name) for one in inbox.sent}
    for one in inbox.not_read:
        if one.reason == "own_answer" and returned_name(one.sent.name) in read:
            continue
        yield spoken.text(reasons[one.reason], file=_shown(one.sent.name), other=_shown(one.instead))


def _lines(answer: Answer, spoken: Language, where: Mapping[str, Sequence[str]]) -> Iterator[str]:
    name = ", ".join(map(_shown, answer.sent.files))
    there = ", ".join(where.get(answer.sent.name, ()))
    if not answer.is_taken:
        said = spoken.plural("{n} error; nothing of it was taken in.", "{n} errors; nothing of it was taken in.",
                             len(errors(list(answer.problems))))
        yield f"{name}: {said}"
        if there:
            yield "  " + spoken.text(marked("Send this back: {file}"), file=_shown(there))
        return
    yield f"{name}: {_numbers(answer, spoken)}"
    yield from ("  " + _shown(line) for one in answer.wanted for line in in_words(one, spoken))
    if there:
        yield "  " + spoken.text(marked("Moved to: {file}"), file=_shown(there))


def _numbers(answer: Answer, spoken: Language) -> str:
    new = sum(one.found is None for one in answer.wanted)
    numbers: Mapping[str, int] = {"new": new, "changed": len(answer.wanted) - new, "same": answer.unchanged}
    return spoken.text(marked("{new} new, {changed} changed, {same} unchanged"),
                       **{key: spoken.number(number) for key, number in numbers.items()})
