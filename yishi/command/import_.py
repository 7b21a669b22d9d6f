"""`import`: workbooks in, records out, and an answer to each that is wrong."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from .. import files
from ..cells import csv_of
from ..language import Language, marked
from ..privacy import mask
from ..problems import as_json, as_text, errors
from ..workbook.columns import sheets
from ..workbook.inbox import (
    Answer,
    Outcome,
    Sent,
    aside_name,
    opened,
    record_sent,
    returned_name,
    taken_in,
    together,
)
from ..workbook.opening import Refused
from ..workbook.returned import returned
from ..workbook.words import in_words
from .telling import Line, disk_told, place_meant, tell
from .workbooks import content_of

_RECORDS = (".yaml", ".yml", ".md")
_READ = (".xlsx", ".csv", *_RECORDS)
_OTHERS = (".xls", ".xlsm", ".xlsb", ".xltx", ".xltm", ".ods", ".et", ".numbers")
_PASSED_OVER = (".returned.xlsx", ".aside.csv")


def run(choices: dict[str, Any]) -> None:
    """Takes in what is right, answers what is not; exits with 1 if something is wrong."""
    content, spoken = content_of(choices)
    place = place_meant(content.library, choices["place"]) if choices["place"] else ""
    with disk_told():
        sent = list(_sent(choices["paths"]))
    outcome = taken_in(sent, content, spoken, place)
    if not choices["dry_run"]:
        with disk_told():
            _write(choices["content"], outcome)
            _answer(outcome.answers, spoken)
    _tell(outcome, choices, spoken)
    sys.exit(0 if all(answer.is_taken for answer in outcome.answers) else 1)


# --- what was sent ----------------------------------------------------------------------------------------------------


def _sent(paths: Sequence[Path]) -> Iterator[Sent]:
    """What lies at `paths`: files, and those of folders. Tables that are called as sheets are, are one workbook."""
    tables: dict[Path, dict[str, bytes]] = {}
    for file in dict.fromkeys(file for path in paths for file in _files(path)):
        data = files.read(file.parent, file.name)
        if file.suffix.lower() == ".csv" and _is_sheet(file.stem):
            tables.setdefault(file.parent, {})[file.as_posix()] = data
        elif file.suffix.lower() in _RECORDS:
            yield record_sent(file.as_posix(), data)
        else:
            yield opened(file.as_posix(), data, locked_by=_lock_beside(file))
    for folder, found in tables.items():
        yield together((folder / "tables.csv").as_posix() if len(found) > 1 else next(iter(found)), found)


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
        return
    for name in files.scan(path):
        file = path / name
        lower = name.lower()
        if lower.endswith((*_READ, *_OTHERS)) and not Path(name).name.startswith("~$") and not _is_ours(file):
            yield file


def _is_ours(file: Path) -> bool:
    """An answer that lies beside the workbook that it answers; one that came back alone is read."""
    if not file.name.lower().endswith(_PASSED_OVER):
        return False
    stem = file.name.rpartition(".")[0].rpartition(".")[0]
    return any(file.with_name(f"{stem}{suffix}").exists() for suffix in (".xlsx", ".csv"))


def _is_sheet(stem: str) -> bool:
    return any(stem.casefold() == label.casefold() for sheet in sheets().values() for _, label in sheet.labels)


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


def _answer(answers: Sequence[Answer], spoken: Language) -> None:
    """The answers beside what was sent: the workbook with its wrong cells marked, and what is kept aside."""
    for answer in answers:
        path = Path(answer.sent.name)
        if answer.aside and answer.is_taken:
            rows = [("sheet", "row", "column", "text"), *((one.sheet, one.row, one.heading, one.text)
                                                          for one in answer.aside)]
            aside = Path(aside_name(answer.sent.name))
            files.write(aside.parent, aside.name, csv_of(rows))
        if not answer.is_taken and answer.sent.tabs:
            try:
                data = returned(path.name, answer.sent.data, answer.sent.tabs, answer.problems, spoken)
            except Refused:
                continue
            files.write(path.parent, Path(returned_name(path.name)).name, data)


# --- what is told -----------------------------------------------------------------------------------------------------


def _tell(outcome: Outcome, choices: dict[str, Any], spoken: Language) -> None:
    problems = [problem for answer in outcome.answers for problem in answer.problems]
    shown = errors(problems) if choices["quiet"] else problems
    if choices["style"] == "json":
        tell([Line(line) for line in as_json(shown, "", spoken)])
        return
    tell([Line(line, True) for line in as_text(shown, "", spoken)])
    if not choices["quiet"]:
        tell([Line(line) for answer in outcome.answers for line in _lines(answer, spoken, choices["dry_run"])])


def _lines(answer: Answer, spoken: Language, dry: bool) -> Iterator[str]:
    name = mask(answer.sent.name)
    if not answer.is_taken:
        said = spoken.plural("{n} error; nothing of it was taken in.", "{n} errors; nothing of it was taken in.",
                             len(errors(list(answer.problems))))
        yield f"{name}: {said}"
        if answer.sent.tabs and not dry:
            yield "  " + spoken.text(marked("Send this back: {file}"), file=mask(returned_name(answer.sent.name)))
        return
    yield f"{name}: {_numbers(answer, spoken)}"
    yield from ("  " + mask(line) for one in answer.wanted for line in in_words(one, spoken))


def _numbers(answer: Answer, spoken: Language) -> str:
    new = sum(one.found is None for one in answer.wanted)
    numbers: Mapping[str, int] = {"new": new, "changed": len(answer.wanted) - new, "same": answer.unchanged}
    return spoken.text(marked("{new} new, {changed} changed, {same} unchanged"),
                       **{key: spoken.number(number) for key, number in numbers.items()})
