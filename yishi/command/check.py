"""`check`: what is wrong in the content, without writing anything."""

import sys
from typing import Any

from ..language import language, marked
from ..pipeline import check
from ..problems import errors
from .telling import Line, build_options, disk_told, problem_lines, tell, watching


def run(choices: dict[str, Any]) -> None:
    """Checks the records, tells their problems, and exits with 1 if one is an error."""
    options = build_options(choices)
    with watching(choices) as watch, disk_told():
        checked = check(options, watch)
    spoken = language(choices["tag"] or checked.library.site.languages[0])
    tell(problem_lines(checked.problems, choices, spoken))
    wrong = bool(errors(checked.problems))
    if not choices["quiet"] and choices["style"] == "text" and not wrong:
        tell([Line(spoken.text(marked("Everything is in order.")))])
    sys.exit(1 if wrong else 0)
