"""The command line: `build`, `check`, `due`, `serve`. Exit 0: done; 1: errors in the content; 2: wrong usage."""

import gc
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress, TaskID

from . import __version__, files
from .due import COLUMNS, Obligation, obligations, rows_of
from .due import as_text as as_lines
from .exports import csv_of
from .language import LANGUAGES, Language, language, marked
from .library import Library
from .library.names import Names
from .pipeline import BuildOptions, Report, build, check, progress_in
from .problems import Problem, as_github, as_json, as_text, errors
from .publish import Folders, ForeignFile, TemplateMistake, Watch
from .records.values import web_address
from .serve import serve as serve_site
from .vocabulary import built_in
from .workers import WorkerDied

FORMATS = {"text": as_text, "github": as_github, "json": as_json}


def main(arguments: Sequence[str]) -> None:
    """Runs the command that `arguments` name, `build` where they name none; exits with its status."""
    gc.disable()  # a build makes hardly any cycles, and looking for them is a fifth of its time
    for stream in (sys.stdout, sys.stderr):  # a console in another encoding must not stop a build
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    named = arguments and (not arguments[0].startswith("-") or arguments[0] in ("--help", "--version"))
    _commands(list(arguments) if named else ["build", *arguments], prog_name="build.py")


@click.group(help="Build a public site from issue records and case studies. Without a command: build.")
@click.version_option(__version__, prog_name="Yishi")
def _commands() -> None:
    pass


def _day(context: click.Context, option: click.Parameter, value: str | None) -> date | None:
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        raise click.BadParameter("must be a day such as 2025-12-31") from None


def _address(context: click.Context, option: click.Parameter, value: str | None) -> str | None:
    try:
        return web_address(value) if value else value
    except ValueError:
        raise click.BadParameter("must be an address such as https://example.org/town/") from None


def _own_templates() -> Path:
    """The templates of the working folder; where it has none, those beside the program."""
    here = Path("templates")
    return here if here.is_dir() else Path(__file__).parents[1] / here


def _options(formats: Iterable[str], written: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """The options that all commands share; `formats` are those of what is `written`."""
    def with_options(command: Callable[..., None]) -> Callable[..., None]:
        for option in reversed(_shared(formats, written)):
            command = option(command)
        return command

    return with_options


def _shared(formats: Iterable[str], written: str) -> Sequence[Callable[[Callable[..., None]], Callable[..., None]]]:
    folder = click.Path(file_okay=False, path_type=Path)
    return (
        click.option("--content", type=folder, default=Path("content"), show_default=True,
                     help="Folder of the records."),
        click.option("--templates", type=folder, default=_own_templates, show_default="templates",
                     help="Folder of the templates."),
        click.option("--output", type=folder, default=Path("site"), show_default=True, help="Folder of the site."),
        click.option("--jobs", type=click.IntRange(min=1), default=os.cpu_count() or 1, help="Processes to use."),
        click.option("--as-of", callback=_day, metavar="DAY", help="The day of the report (default: today)."),
        click.option("--base-url", callback=_address, metavar="URL",
                     help="The site's address (default: that of site.yaml)."),
        click.option("--drafts", is_flag=True, help="Show drafts too; they are not counted."),
        click.option("--full", is_flag=True, help="Use nothing kept from earlier builds."),
        click.option("--no-search", is_flag=True, help="Build no search page and no index."),
        click.option("--skip-invalid", is_flag=True, help="Publish all valid records although others have errors."),
        click.option("--format", "style", type=click.Choice(list(formats)), default="text", show_default=True,
                     help=written),
        click.option("--language", "tag", type=click.Choice(LANGUAGES),
                     help="Language of messages (default: the site's)."),
        click.option("--quiet", is_flag=True, help="Errors only."),
    )


@_commands.command("build", help="Check the records and build the site.")
@_options(FORMATS, "How problems are written.")
def _build(**choices: Any) -> None:
    report, spoken, problems = _built(choices)
    _print_problems(problems, choices, spoken)
    if report and not choices["quiet"] and choices["style"] == "text":
        _print_summary(report, choices, spoken)
    sys.exit(1 if report is None or report.published is None else 0)


@_commands.command("check", help="Check the records; write nothing.")
@_options(FORMATS, "How problems are written.")
def _check(**choices: Any) -> None:
    options = _build_options(choices)
    with _watching(choices) as watch, _disk_told():
        checked = check(options, watch)
    spoken = language(choices["tag"] or checked.library.site.languages[0])
    _print_problems(checked.problems, choices, spoken)
    wrong = len(errors(checked.problems))
    if not choices["quiet"] and choices["style"] == "text" and not wrong:
        click.echo(spoken.text(marked("Everything is in order.")))
    sys.exit(1 if wrong else 0)


@_commands.command("due", help="List what is due: follow-ups, promises, news, actions, recommendations.")
@_options(("text", "csv", "json"), "How it is written.")
@click.option("--place", metavar="PLACE", help="Only this place and those below it: a path, or the id of one.")
def _due(place: str | None, **choices: Any) -> None:
    options, style = _build_options(choices), choices["style"]
    with _watching(choices) as watch, _disk_told():
        checked = check(options, watch)
    spoken = language(choices["tag"] or checked.library.site.languages[0])
    inside = _place_meant(checked.library, place) if place else ""
    if wrong := errors(checked.problems):
        _print_problems(wrong, {**choices, "style": "text"}, spoken)
        if not options.skip_invalid:
            sys.exit(1)
    found = [one for one in obligations(checked.library, progress_in(checked), checked.as_of)
             if not inside or f"{one.place}/".startswith(f"{inside}/")]
    click.echo(_DUE_FORMATS[style](found, checked.library, spoken), nl=style != "csv")


def _due_as_text(found: Sequence[Obligation], library: Library, spoken: Language) -> str:
    return "\n".join(as_lines(found, library, spoken))


def _due_as_csv(found: Sequence[Obligation], library: Library, spoken: Language) -> bytes:
    return csv_of((COLUMNS, *rows_of(found, library)))


def _due_as_json(found: Sequence[Obligation], library: Library, spoken: Language) -> str:
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in rows_of(found, library)]
    return json.dumps(rows, ensure_ascii=False, indent=1)


_DUE_FORMATS: Mapping[str, Callable[[Sequence[Obligation], Library, Language], str | bytes]] = {
    "text": _due_as_text, "csv": _due_as_csv, "json": _due_as_json}


def _place_meant(library: Library, text: str) -> str:
    """The path of the place that `text` names: its path, or an id that only one place has."""
    names = Names(library.places)
    meant = names.meant(text, "")
    if len(meant) != 1:
        near = ", ".join(meant) or names.nearest(text)
        raise click.UsageError(f"--place: {'several places are' if meant else 'there is no place'} called {text}"
                               + (f"; is it {near}?" if near else ""))
    return meant[0]


@_commands.command("serve", help="Build, show the site on this computer, and rebuild on every change.")
@_options(FORMATS, "How problems are written.")
@click.option("--port", type=click.IntRange(1, 65535), default=5500, show_default=True, help="Port on this computer.")
@click.option("--open", "open_browser", is_flag=True, help="Open the site in the browser.")
def _serve(port: int, open_browser: bool, **choices: Any) -> None:
    def rebuild() -> bool:
        report, spoken, problems = _built(choices)
        _print_problems(problems, choices, spoken)
        if report and not choices["quiet"]:
            _print_summary(report, choices, spoken)
        gc.collect()
        return report is not None and report.published is not None

    click.echo(f"http://127.0.0.1:{port}/   (Ctrl+C)")
    try:
        serve_site(rebuild, [choices["content"], choices["templates"]], choices["output"], port, open_browser)
    except OSError as error:
        raise click.UsageError(f"port {port}: {error.strerror}") from None


# --- a build and what is told of it -----------------------------------------------------------------------------------


def _built(choices: dict[str, Any]) -> tuple[Report | None, Language, Sequence[Problem]]:
    """The report of a build (None: a template is wrong), the language to tell it in, and the problems."""
    options = _build_options(choices)
    try:
        with _watching(choices) as watch, _disk_told():
            report = build(options, watch)
    except TemplateMistake as mistake:
        return None, language(choices["tag"] or LANGUAGES[0]), [mistake.problem]
    return report, language(choices["tag"] or report.checked.library.site.languages[0]), report.checked.problems


def _build_options(choices: dict[str, Any]) -> BuildOptions:
    folders = Folders(choices["content"], choices["templates"], choices["output"])
    _refuse_unusable(folders)
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    now = datetime.fromtimestamp(int(epoch), UTC) if epoch.isdigit() else datetime.now(UTC)
    kept = ("as_of", "base_url", "jobs", "drafts", "full", "skip_invalid")
    return BuildOptions(folders, now, search=not choices["no_search"], **{name: choices[name] for name in kept})


def _refuse_unusable(folders: Folders) -> None:
    """Folders that are not there, or that would be built into themselves."""
    for option, folder in (("--content", folders.content), ("--templates", folders.templates)):
        if not folder.is_dir():
            raise click.UsageError(f"{option}: there is no folder {folder}")
        if folders.output.resolve() in (folder.resolve(), *folder.resolve().parents):
            raise click.UsageError(f"--output: {folders.output} holds {folder}; choose another folder")
        if folder.resolve() in folders.output.resolve().parents:
            raise click.UsageError(f"--output: {folders.output} lies inside {folder}; choose another folder")


@contextmanager
def _disk_told() -> Iterator[None]:
    """What the disk refuses is told in one line."""
    try:
        yield
    except ForeignFile as foreign:
        raise click.UsageError(f"--output: the folder holds {foreign}, a file that Yishi did not write; "
                               "choose another folder") from None
    except WorkerDied as error:
        raise click.ClickException(f"{error}; build again, with --jobs 1 if memory is short") from error
    except OSError as error:
        raise click.ClickException(f"{error.filename or ''}: {error.strerror or error}") from error


@contextmanager
def _watching(choices: dict[str, Any]) -> Iterator[Watch]:
    """On a terminal, a bar for work that takes long; nothing otherwise."""
    console = Console(stderr=True)
    if choices["quiet"] or not console.is_terminal:
        yield lambda phase, done, total: None
        return
    with Progress(console=console, transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def watch(phase: str, done: int, total: int) -> None:
            if phase not in tasks:
                tasks[phase] = bars.add_task(phase, total=total)
            if done == total or done % 100 == 0:
                bars.update(tasks[phase], completed=done)

        yield watch


def _print_problems(problems: Sequence[Problem], choices: dict[str, Any], spoken: Language) -> None:
    shown = errors(problems) if choices["quiet"] else problems
    folder = files.way(choices["content"], Path()) + "/"
    for line in FORMATS[choices["style"]](shown, folder, spoken):
        click.echo(line, err=choices["style"] == "text")
    if shown and choices["style"] == "text":
        wrong = len(errors(shown))
        numbers = (spoken.plural("{n} error", "{n} errors", wrong),
                   spoken.plural("{n} warning", "{n} warnings", len(shown) - wrong))
        click.echo(spoken.text(marked("{errors}, {warnings}"), errors=numbers[0], warnings=numbers[1]), err=True)


def _print_summary(report: Report, choices: dict[str, Any], spoken: Language) -> None:
    """What was read, what was written, how long it took, and where to look."""
    published = report.published
    if published is None:
        click.echo(spoken.text(marked("Nothing was written; the site stays as it was.")))
        return
    kinds = (f"{built_in().label('record_kind', kind, spoken.tag)} {number}"
             for kind, number in report.records.items() if number)
    click.echo(spoken.text(marked("Records: {kinds}"), kinds=", ".join(kinds)))
    click.echo(spoken.text(marked("Files: {written} written, {unchanged} unchanged, {removed} removed, in {seconds} s"),
                           written=published.written, unchanged=published.unchanged, removed=published.removed,
                           seconds=f"{sum(report.seconds.values()):.2f}"))
    if not published.cached:
        click.echo(spoken.text(marked("The cache cannot be written, so the next build starts anew.")), err=True)
    click.echo(spoken.text(marked("As of {day}: {page}"), day=spoken.day(report.checked.as_of),
                           page=choices["output"] / "index.html"))
