"""`serve`: show the site on this computer and rebuild it on every change."""

import gc
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from threading import Lock
from typing import Any

import click

from ..core import files
from ..engine.assets import BuildFolders, load_assets
from ..engine.manifest import Manifest
from ..engine.pipeline import BuildReport
from ..engine.preview import PreviewState, write_preview
from ..model.language import Language
from ..model.message_ids import marked
from ..model.problems import Problem, select_errors
from ..site import PageContext
from .common import (
    OutputLine,
    create_build_options,
    format_build_summary,
    format_problem_lines,
    format_rebuild_line,
    print_lines,
    run_build,
)
from .office import OfficeDesk
from .server import LOOPBACK, RebuildResult, serve_site
from .server.office import ADDRESS
from .server.overlay import encode_failure_overlay, encode_problem_overlay
from .usage import WrongUsage, choose_language, localize_message


def run_serve_command(choices: dict[str, Any]) -> None:
    """Serve the site until interrupted."""
    shown: list[PreviewState] = []
    builds = count()
    lock = Lock()
    office = OfficeDesk(choices, lock) if choices["host"] == LOOPBACK else None

    def rebuild() -> RebuildResult:
        with lock:
            return build_site()

    def build_site() -> RebuildResult:
        shown.clear()
        try:
            options = create_build_options(choices)
            report, language, problems = run_build(choices, options)
        except click.ClickException as refused:  # the disk, or another build: the next change builds again
            language = choose_language(choices)
            message = localize_message(refused, language)
            print_lines([OutputLine(language.text(marked("Error: {message}"), message=message), True)])
            return RebuildResult(False, encode_failure_overlay(message, language.tag))
        print_lines(_build_lines(report, problems, choices, language, first=next(builds) == 0))
        if report and office:
            office.note_places(report.checked.library)
        if report and report.write_result:
            shown.append(create_preview_state(report, options.folders))
        gc.collect()
        folder = files.make_relative(choices["content"], Path())
        return RebuildResult(bool(shown), encode_problem_overlay(problems, folder, language.tag, published=bool(shown)))

    def peek(changed: Sequence[Path]) -> bool:
        file = files.make_relative(changed[0], choices["content"].resolve())
        return bool(len(changed) == 1 and shown and write_preview(shown[0], choices["content"], choices["output"],
                                                                  file))

    host, port = choices["host"], choices["port"]
    create_build_options(choices)  # reports unusable folders at once
    _refuse_public_inbox(choices)
    if host != LOOPBACK:
        language = choose_language(choices)
        click.echo(language.text(marked("Everyone in this network can see the site, and its drafts.")), err=True)
    click.echo(f"http://{host}:{port}/   (Ctrl+C)")
    if office:
        click.echo(f"http://{host}:{port}{ADDRESS}")
    try:
        sources = [folder for folder in (choices["content"], choices["templates"]) if folder.is_dir()]
        serve_site(rebuild, sources, choices["output"], port, _choose_page(choices), peek, host, office)
    except OSError as error:
        raise WrongUsage(marked("port {port}: {reason}"), port=port, reason=error.strerror) from None


def _choose_page(choices: dict[str, Any]) -> str | None:
    """The page to open in the browser, below the site; None: none."""
    if choices["opens_office"]:
        return ADDRESS.lstrip("/")
    return "" if choices["open_browser"] else None


def _refuse_public_inbox(choices: dict[str, Any]) -> None:
    """Raise WrongUsage if what is received, or was taken in, would lie among what is published."""
    inbox, public = choices["inbox"].resolve(), (choices["content"].resolve(), choices["output"].resolve())
    if any(folder in (inbox, *inbox.parents) for folder in public):
        raise WrongUsage(marked("--inbox: {inbox} would be published; choose a folder beside the records"),
                         inbox=choices["inbox"])


def _build_lines(report: BuildReport | None, problems: Sequence[Problem], choices: dict[str, Any], language: Language,
                 *, first: bool) -> list[OutputLine]:
    """The whole summary of the first build, one line of each later one: the browser shows the problems."""
    if first or choices["style"] != "text":
        summary = format_build_summary(report, choices, language) if report and not choices["quiet"] else ()
        return [*format_problem_lines(problems, choices, language), *summary]
    return [format_rebuild_line(report, problems, choices,
                                language)] if select_errors(problems) or not choices["quiet"] else []


def create_preview_state(report: BuildReport, folders: BuildFolders) -> PreviewState:
    """The state of the last build, for previews."""
    plans = {plan.path: plan for plan in report.plans}
    context = next(plan.source for plan in report.plans if isinstance(plan.source, PageContext))
    encode_output = load_assets(folders, Manifest(), report.checked.program_fingerprint,
                                force=False).create_output_encoder(folders)
    return PreviewState(report.checked.library, context.site_data, plans, encode_output)
