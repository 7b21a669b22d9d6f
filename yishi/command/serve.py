"""`serve`: the site is shown on this computer, and built again on every change."""

import gc
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from .. import files
from ..pages import Edition
from ..pipeline import Report
from ..press import Folders, press_of
from ..preview import Shown, preview
from ..serve import serve
from ..traces import Trace
from .telling import build_options, built, problem_lines, summary_lines, tell


def run(choices: dict[str, Any]) -> None:
    """Shows the site until it is interrupted."""
    shown: list[Shown] = []

    def rebuild() -> bool:
        try:
            report, spoken, problems = built(choices)
        except click.ClickException as refused:  # the disk, or another build: the next change builds again
            refused.show()
            return False
        tell([*problem_lines(problems, choices, spoken),
              *(summary_lines(report, choices, spoken) if report and not choices["quiet"] else ())])
        shown[:] = [_shown(report, build_options(choices).folders)] if report and report.published else []
        gc.collect()
        return bool(shown)

    def peek(changed: Sequence[Path]) -> bool:
        file = files.way(changed[0], choices["content"].resolve())
        return bool(len(changed) == 1 and shown and preview(shown[0], choices["content"], choices["output"], file))

    port = choices["port"]
    click.echo(f"http://127.0.0.1:{port}/   (Ctrl+C)")
    try:
        serve(rebuild, [choices["content"], choices["templates"]], choices["output"], port, choices["open_browser"],
              peek)
    except OSError as error:
        raise click.UsageError(f"port {port}: {error.strerror}") from None


def _shown(report: Report, folders: Folders) -> Shown:
    """What the last build showed, for previews."""
    plans = {plan.path: plan for plan in report.plans}
    edition = next(plan.source for plan in report.plans if isinstance(plan.source, Edition))
    make = press_of(folders, Trace(), report.checked.code, anew=False).maker(folders)
    return Shown(report.checked.library, edition.book, plans, make)
