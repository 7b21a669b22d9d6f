"""`build`: the site is made, and what was done is told."""

import sys
from typing import Any

from ..core.digests import Look
from ..engine.unchanged import Said, remember
from .telling import Line, build_options, built, problem_lines, summary_lines, summary_of_nothing, tell
from .unchanged import inputs_of


def run(choices: dict[str, Any], content: Look | None) -> None:
    """Builds the site and tells what was done; exits with 1 if nothing was written because of errors.

    `content`: how the files of the content folder lie; None: that could not be seen.
    """
    inputs = inputs_of(choices)
    report, spoken, problems = built(choices, build_options(choices), content)
    told = problem_lines(problems, choices, spoken)
    brief = choices["quiet"] or choices["style"] != "text"
    tell([*told, *(summary_lines(report, choices, spoken) if report and not brief else ())])
    if report is None or report.published is None:
        sys.exit(1)
    if report.published.cached and content and report.past.refused not in _MAY_PASS:
        again = [*told, *(() if brief else summary_of_nothing(report, choices, spoken))]
        remember(inputs, report.checked.library.site.timezone, _said(again), content,
                 report.published.lying)


_MAY_PASS = ("foreign", "partial", "failed")
"""Why there is no history, where it may come to be there without a trace in the folder: the next build asks again."""


def _said(lines: list[Line]) -> Said:
    return Said(*("".join(f"{line.text}\n" for line in lines if line.err == err) for err in (False, True)))
