"""`import`: take workbooks in, and print what was done."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from ..model.language import marked
from ..model.problems import Problem, format_problems_as_json, format_problems_as_text, select_errors
from ..workbook.annotate_workbook import get_problem_sheet
from ..workbook.describe_changes import count_changes, describe_record_change
from ..workbook.import_files import FileResult, ReceivedFile
from ..workbook.write_workbook import replace_unwritable
from .common import OutputLine, print_lines
from .inbox import ImportRun, describe_skipped_files, format_received_name, take_in


def run_import_command(choices: dict[str, Any]) -> None:
    """Import the accepted files and annotate the rejected ones; exits with 1 if there are errors."""
    run = take_in(choices)
    _print_results(run, choices)
    sys.exit(0 if run.is_accepted else 1)


def _print_results(run: ImportRun, choices: dict[str, Any]) -> None:
    language, results = run.language, run.outcome.results
    problems = [replace(problem, path=format_received_name(_file_of_problem(problem, result.file)))
                for result in results
                for problem in result.problems]
    problems += run.unsupported
    shown = select_errors(problems) if choices["quiet"] else problems
    if choices["style"] == "json":
        print_lines([OutputLine(replace_unwritable(line)) for line in format_problems_as_json(shown, "", language)])
        return
    print_lines([OutputLine(replace_unwritable(line), True) for line in format_problems_as_text(shown, "", language)])
    if not choices["quiet"]:
        print_lines([OutputLine(line) for result in results for line in _result_lines(result, run)])
        print_lines([OutputLine(line) for line in describe_skipped_files(run)])
        if not results:
            print_lines([OutputLine(language.text(marked("There is nothing to take in: {paths}"),
                                                  paths=", ".join(format_received_name(str(path))
                                                                  for path in choices["paths"])))])


def _file_of_problem(problem: Problem, sent: ReceivedFile) -> str:
    """The file of a problem; in combined tables, that of its sheet."""
    return next((file for file in sent.files if sent.kind and Path(file).stem == get_problem_sheet(problem)),
                problem.path)


def _result_lines(result: FileResult, run: ImportRun) -> Iterator[str]:
    language = run.language
    name = ", ".join(map(format_received_name, result.file.files))
    answers = run.list_answers(result.file)
    moved = [path for path in run.moved.get(result.file.name, ()) if path not in answers]
    yield f"{name}: {count_changes(result, language)}"
    if count := len(select_errors(list(result.problems))):
        yield "  " + language.plural("{n} error: its row was not taken in.",
                                     "{n} errors: their rows were not taken in.", count)
    yield from ("  " + format_received_name(line) for change in result.changes
                for line in describe_record_change(change, language))
    if moved:
        yield "  " + language.text(marked("Moved to: {file}"), file=format_received_name(", ".join(moved)))
    if answers:
        yield "  " + language.text(marked("Send this back: {file}"), file=format_received_name(", ".join(answers)))
