"""`serve`: the site is shown on this computer, and built again on every change."""

import gc
from typing import Any

import click

from ..serve import serve
from .telling import built, problem_lines, summary_lines, tell


def run(choices: dict[str, Any]) -> None:
    """Shows the site until it is interrupted."""
    def rebuild() -> bool:
        try:
            report, spoken, problems = built(choices)
        except click.ClickException as refused:  # the disk, or another build: the next change builds again
            refused.show()
            return False
        tell([*problem_lines(problems, choices, spoken),
              *(summary_lines(report, choices, spoken) if report and not choices["quiet"] else ())])
        gc.collect()
        return report is not None and report.published is not None

    port = choices["port"]
    click.echo(f"http://127.0.0.1:{port}/   (Ctrl+C)")
    try:
        serve(rebuild, [choices["content"], choices["templates"]], choices["output"], port, choices["open_browser"])
    except OSError as error:
        raise click.UsageError(f"port {port}: {error.strerror}") from None
