"""`serve`: the site is shown on this computer, and built again on every change."""

import gc
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import Any

import click

from ..core import files
from ..engine.pipeline import Report
from ..engine.press import Folders, press_of
from ..engine.preview import Shown, preview
from ..engine.traces import Trace
from ..model.language import Language
from ..model.problems import Problem, errors
from ..site import Edition
from .server import Outcome, serve
from .server.overlay import overlay, stumbled
from .telling import Line, build_options, built, problem_lines, rebuild_line, summary_lines, tell
from .usage import Misuse, marked


def run(choices: dict[str, Any]) -> None:
    """Shows the site until it is interrupted."""
    shown: list[Shown] = []
    builds = count()

    def rebuild() -> Outcome:
        shown.clear()
        try:
            options = build_options(choices)
            report, spoken, problems = built(choices, options)
        except click.ClickException as refused:  # the disk, or another build: the next change builds again
            refused.show()
            return Outcome(False, stumbled(refused.format_message()))
        tell(_lines(report, problems, choices, spoken, first=next(builds) == 0))
        if report and report.published:
            shown.append(_shown(report, options.folders))
        gc.collect()
        return Outcome(bool(shown), overlay(problems, files.way(choices["content"], Path()), spoken.tag,
                                            published=bool(shown)))

    def peek(changed: Sequence[Path]) -> bool:
        file = files.way(changed[0], choices["content"].resolve())
        return bool(len(changed) == 1 and shown and preview(shown[0], choices["content"], choices["output"], file))

    port = choices["port"]
    build_options(choices)  # folders that cannot be used are told now
    click.echo(f"http://127.0.0.1:{port}/   (Ctrl+C)")
    try:
        serve(rebuild, [choices["content"], choices["templates"]], choices["output"], port, choices["open_browser"],
              peek)
    except OSError as error:
        raise Misuse(marked("port {port}: {reason}"), port=port, reason=error.strerror) from None


def _lines(report: Report | None, problems: Sequence[Problem], choices: dict[str, Any], spoken: Language,
           *, first: bool) -> list[Line]:
    """All that the first build has to say; one line of each that follows: the browser shows what is wrong."""
    if first or choices["style"] != "text":
        summary = summary_lines(report, choices, spoken) if report and not choices["quiet"] else ()
        return [*problem_lines(problems, choices, spoken), *summary]
    return [rebuild_line(report, problems, choices, spoken)] if errors(problems) or not choices["quiet"] else []


def _shown(report: Report, folders: Folders) -> Shown:
    """What the last build showed, for previews."""
    plans = {plan.path: plan for plan in report.plans}
    edition = next(plan.source for plan in report.plans if isinstance(plan.source, Edition))
    make = press_of(folders, Trace(), report.checked.code, anew=False).maker(folders)
    return Shown(report.checked.library, edition.book, plans, make)
