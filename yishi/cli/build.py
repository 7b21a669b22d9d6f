"""`build`: build the site and print a summary."""

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
    """Build the site and print a summary; exits with 1 if nothing was written because of errors. `content`: snapshot
    of the content folder; None if it could not be read."""
    inputs = collect_build_inputs(choices)
    report, language, problems = run_build(choices, create_build_options(choices), content)
    problem_lines = format_problem_lines(problems, choices, language)
    is_quiet = choices["quiet"] or choices["style"] != "text"
    print_lines([*problem_lines, *(format_build_summary(report, choices, language) if report and not is_quiet else ())])
    if report is None or report.write_result is None:
        sys.exit(1)
    if report.write_result.is_manifest_saved and content and report.change_log.error_code not in _TEMPORARY_REFUSALS:
        summary_lines = [*problem_lines, *(() if is_quiet else format_noop_summary(report, choices, language))]
        record_last_run(inputs, report.checked.library.site.timezone, _to_last_run(summary_lines), content,
                        report.write_result.output_stats)


_TEMPORARY_REFUSALS = ("foreign", "partial", "failed")
"""Reasons for missing history that can disappear without any file changing: such a build is not recorded as last
run."""


def _to_last_run(lines: list[OutputLine]) -> LastRun:
    return LastRun(*("".join(f"{line.text}\n" for line in lines if line.is_error == err) for err in (False, True)))
