"""`template`: write workbooks to fill in."""

import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..core import files
from ..model.language import Language, marked
from ..model.paths import get_place_of
from ..workbook.import_context import ImportContext
from ..workbook.templates import ABOUT_PLACE, ABOUT_SCORES, build_place_sheets, build_score_sheets
from ..workbook.write_workbook import write_workbook
from .common import OutputLine, print_lines, report_disk_errors, resolve_place
from .usage import WrongUsage
from .workbook_common import load_import_context, open_content_folder, require_xlsx_suffix


def run_template_command(choices: dict[str, Any]) -> None:
    """Write the workbook, or one for each reviewer; existing files are never overwritten."""
    require_xlsx_suffix(choices["out"])
    content, language = open_content_folder(choices)
    place = resolve_place(content.library, choices["place"]) if choices["place"] else ""
    context, _ = load_import_context(content, place)
    if choices["kind"] == "scores":
        workbooks = _score_workbooks(context, choices, language)
    else:
        workbooks = _place_workbooks(context, place, choices, language)
    for out, data in workbooks:
        if out.exists():
            raise WrongUsage(marked("{file} is there already; nothing is written over it"), file=out)
        with report_disk_errors():
            files.write_file(out.parent, out.name, data)
        print_lines([OutputLine(language.text(marked("Written: {file}"), file=out))])


def _place_workbooks(context: ImportContext, place: str, choices: dict[str, Any],
                     language: Language) -> Iterator[tuple[Path, bytes]]:
    """The workbooks of a place, or of each place at or below it that has none below; each has row ids of its own."""
    library, out = context.library, choices["out"]
    about = [language.text(line) for line in ABOUT_PLACE]
    outs = {out: place}
    if choices["is_for_all"]:
        outs = {out.with_name(f"{out.stem}-{_file_name_of(path, context)}{out.suffix}"): path for path in library.places
                if not library.children.get(path) and f"{path}/".startswith(f"{place}/" if place else "")}
    for file, path in outs.items():
        for name in _numbered(file, choices["copies"]):
            pages = build_place_sheets(context, path, secrets.token_hex(4), language)
            yield name, write_workbook(pages, path, about, language)


def _file_name_of(path: str, context: ImportContext) -> str:
    """The name of a place as part of a file name; the id of its path where another place has that name."""
    name = context.vocabulary.format_name(path, "")
    return re.sub(r'[\\/:*?"<>|\s]+', "-", name.rpartition("/")[2])


def _numbered(file: Path, copies: int) -> list[Path]:
    return [file] if copies == 1 else [file.with_name(f"{file.stem}-{number}{file.suffix}")
                                       for number in range(1, copies + 1)]


def _score_workbooks(context: ImportContext, choices: dict[str, Any],
                     language: Language) -> Iterator[tuple[Path, bytes]]:
    event = _resolve_event(context, choices["event"])
    about = [language.text(line) for line in ABOUT_SCORES]
    for name in _numbered(choices["out"], choices["copies"]):
        pages = build_score_sheets(context, event, secrets.token_hex(4), language)
        yield name, write_workbook(pages, get_place_of(event), about, language)


def _resolve_event(context: ImportContext, text: str | None) -> str:
    """The path of the event that `text` refers to; without it the only one. Raises WrongUsage."""
    events = list(context.library.events)
    if not events:
        raise WrongUsage(marked("there is no event without errors whose presentations could be scored"))
    named = context.vocabulary.find_paths(("event",), text, "") if text else events
    matches = [event for event in named if event in context.library.events]
    if len(matches) != 1:
        raise WrongUsage(marked("--event: say which one: {events}"), events=", ".join(matches or events))
    return matches[0]
