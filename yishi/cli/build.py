"""`build`: the site is made, and what was done is told."""

import sys
from typing import Any

from ..core.hashes import FolderSnapshot
from ..engine.noop import LastRun, record_last_run
from .common import (
    OutputLine,
    create_build_options,
    format_build_summary,
    format_noop_summary,
    format_problem_lines,
    print_lines,
    run_build,
)
from .noop import collect_build_inputs


def run_build_command(choices: dict[str, Any], content: FolderSnapshot | None) -> None:
    """Builds the site and tells what was done; exits with 1 if nothing was written because of errors.

    `content`: how the files of the content folder lie; None: that could not be seen.
    """
    inputs = collect_build_inputs(choices)
    report, language, problems = run_build(choices, create_build_options(choices), content)
    told = format_problem_lines(problems, choices, language)
    brief = choices["quiet"] or choices["style"] != "text"
    print_lines([*told, *(format_build_summary(report, choices, language) if report and not brief else ())])
    if report is None or report.write_result is None:
        sys.exit(1)
    if report.write_result.is_manifest_saved and content and report.change_log.error_code not in _TEMPORARY_REFUSALS:
        again = [*told, *(() if brief else format_noop_summary(report, choices, language))]
        record_last_run(inputs, report.checked.library.site.timezone, _to_last_run(again), content,
                        report.write_result.output_stats)


_TEMPORARY_REFUSALS = ("foreign", "partial", "failed")
"""Why there is no history, where it may come to be there without a trace in the folder: the next build asks again."""


def _to_last_run(lines: list[OutputLine]) -> LastRun:
    return LastRun(*("".join(f"{line.text}\n" for line in lines if line.is_error == err) for err in (False, True)))
