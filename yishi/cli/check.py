"""`check`: what is wrong in the content, without writing anything but what `--fix` repairs."""

import os
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from difflib import unified_diff
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from ..content.autofix import RepairedFile, repair_file
from ..content.load import read_records
from ..content.privacy import mask_path, mask_personal_data
from ..content.yaml_source import SourceFile
from ..core import files
from ..engine.pipeline import BuildOptions, CheckedContent, check
from ..model.date_expressions import DateOrder, WritingContext, find_date_order
from ..model.language import Language, get_language, marked
from ..model.paths import RecordLocation, locate_record
from ..model.problems import Problem, describe_problem, format_problem_position, select_errors
from ..model.records import Site
from .common import (
    OutputLine,
    create_build_options,
    format_problem_lines,
    print_lines,
    report_disk_errors,
    show_progress,
)
from .noop import get_report_time
from .usage import get_program_name


def run_check_command(choices: dict[str, Any]) -> None:
    """Checks the records, tells their problems, and exits with 1 if one is an error."""
    checked, _ = report_check(choices, create_build_options(choices))
    sys.exit(1 if select_errors(checked.problems) else 0)


def report_check(choices: dict[str, Any], options: BuildOptions) -> tuple[CheckedContent, Language]:
    """Check the records, repaired before if that is asked for, and tell their problems; returns the content and the
    language of messages."""
    with show_progress(choices) as watch, report_disk_errors():
        repaired = _fix_files(choices["content"], options.as_of or get_report_time().date()) if choices["fix"] else {}
        checked = check(options, watch)
    if choices.get("only"):
        checked = _select_problems(checked, choices["only"], choices["content"])
    language = get_language(choices["tag"] or checked.library.site.languages[0])
    if not choices["quiet"]:
        print_lines(_repair_lines(repaired, choices, language))
    print_lines(format_problem_lines(checked.problems, choices, language))
    if not (choices["quiet"] or choices["style"] != "text" or checked.problems):
        print_lines([OutputLine(language.text(marked("Everything is in order.")))])
    if not (choices["quiet"] or choices["style"] != "text" or choices["fix"]):
        print_lines(_fixable_files_lines(checked.problems, choices["content"], language))
    return checked, language


def _select_problems(checked: CheckedContent, only: Sequence[Path], content: Path) -> CheckedContent:
    """The content with the problems of these files alone; they lie in the content folder, or are none of its."""
    told = {mask_path(Path(os.path.relpath(file, content)).as_posix()) for file in only}
    return replace(checked, problems=tuple(problem for problem in checked.problems if problem.path in told))


# --- --fix ------------------------------------------------------------------------------------------------------------


def _fix_files(content: Path, as_of: date) -> dict[str, RepairedFile]:
    """Repair the files of a content folder; path → repairs. Words such as 昨天 count from the day on which a file was
    last changed, at most `as_of`."""
    order = _read_date_order(content)
    found: dict[str, RepairedFile] = {}
    for file, stat in files.scan_folder(content).items():
        day = min(datetime.fromtimestamp(stat.mtime / 1e9, UTC).date(), as_of)
        location = locate_record(file)
        if location and (one := _try_autofix(content, file, location, WritingContext(day, order))):
            found[file] = one
    for file, one in found.items():
        files.replace_file(content, file, one.data)
    return found


def _fixable_files_lines(problems: Sequence[Problem], content: Path, language: Language) -> list[OutputLine]:
    """How many of the files with errors `--fix` can repair."""
    locations = ((file, location) for file in {problem.path for problem in select_errors(problems)}
                 if (location := locate_record(file)))
    found = sum(_try_autofix(content, file, location) is not None for file, location in locations)
    message = language.plural("In {n} file the program can repair something: {program} check --fix",
                              "In {n} files the program can repair something: {program} check --fix", found,
                              program=get_program_name())
    return [OutputLine(message, is_error=True)] if found else []


def _read_date_order(content: Path) -> DateOrder:
    """How the country of the site orders the numbers of a day; "" if the site cannot be read."""
    try:
        location = locate_record("site.yaml")
        assert location is not None, "the site is a record"
        source = SourceFile("site.yaml", files.read_file(content, "site.yaml"))
        site = Site.model_validate(read_records(source, location).entries[""])
    except (OSError, ValueError, KeyError):
        return ""
    return find_date_order(site.languages[0], site.timezone)


def _try_autofix(content: Path, file: str, location: RecordLocation,
                 writing: WritingContext | None = None) -> RepairedFile | None:
    try:
        return repair_file(SourceFile(file, files.read_file(content, file)), location, writing)
    except OSError:  # reported by the check; links are not followed, since they may lead out of the folder
        return None


def _repair_lines(repaired: dict[str, RepairedFile], choices: dict[str, Any], language: Language) -> list[OutputLine]:
    """The repairs of each file, the difference, and the number of files; on the error stream unless the format is
    text, so that machine-readable output stays separate."""
    folder, err = files.make_relative(choices["content"], Path()), choices["style"] != "text"
    lines = [line for file, one in repaired.items() for line in _repair_lines_of_file(file, one, folder, language)]
    if repaired:
        lines.append(language.plural("{n} file was repaired.", "{n} files were repaired.", len(repaired)))
    return [OutputLine(line, err) for line in lines]


def _repair_lines_of_file(file: str, one: RepairedFile, folder: str, language: Language) -> Iterator[str]:
    repairs = (f"{format_problem_position(repair, folder)}: {describe_problem(repair, language)}"
               for repair in one.repairs)
    difference = unified_diff(one.before.splitlines(), one.after.splitlines(), file, file, n=1, lineterm="")
    yield from map(mask_personal_data, (*repairs, *difference, ""))
