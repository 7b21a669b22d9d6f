"""The command line: commands and options. Exit status 0: done; 1: errors in the content; 2: wrong usage. Each
command has its own module, imported when it is called: a build that finds nothing changed imports none."""

import contextlib
import gc
import io
import os
import signal
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from .. import LANGUAGES, __version__
from ..model.message_ids import marked
from .usage import INTERRUPTED, LocalizedGroup, WrongUsage

PROBLEM_FORMATS = ("text", "github", "json")
SITE_KITS = ("en-parish", "zh-town")
"""Starter sites that come with the program, in `yishi/content/kits`."""


def run_program(name: str = "yishi") -> None:
    """Run the command of this process's arguments and end the process with its status.

    `name`: how the program was called, for its messages.
    """
    gc.disable()  # it costs a fifth of a build's time, and a build creates hardly any cycles
    sys.stdout = sys.stdout or io.StringIO()  # None where the caller has closed it
    sys.stderr = sys.stderr or io.StringIO()
    exit_when_terminated()
    try:
        main(sys.argv[1:], name)
    except SystemExit as end:
        _end_process(end.code)
        raise
    except KeyboardInterrupt:  # before the command has begun
        _end_process(INTERRUPTED)


def exit_when_terminated() -> None:
    """Let SIGTERM end this process as an interruption does: what is half done is cleared away first."""
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))


def _end_process(code: str | int | None) -> None:
    """End the process at once: giving back the memory of a large site object by object would take long."""
    with contextlib.suppress(OSError):  # nobody reads any more, or the disk is full: what was done is done
        sys.stdout.flush()
    with contextlib.suppress(OSError):
        sys.stderr.flush()
    if not isinstance(code, str):
        os._exit(code or 0)


def main(arguments: Sequence[str], program: str = "yishi") -> None:
    """Run the command that `arguments` name (default: `build`); exits with its status. `program`: its name in
    messages."""
    for stream in (sys.stdout, sys.stderr):  # a console in another encoding must not stop a build
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    named = arguments and (not arguments[0].startswith("-") or arguments[0] in ("--help", "--version"))
    _command_group(list(arguments) if named else ["build", *arguments], prog_name=program)


@click.group(cls=LocalizedGroup,
             help="Build a public site from issue records and case studies. Without a command: build.")
@click.version_option(__version__, prog_name="Yishi")
def _command_group() -> None:
    pass


def _parse_day(context: click.Context, option: click.Parameter, value: str | None) -> date | None:
    from .noop import validate_report_day

    try:
        return validate_report_day(date.fromisoformat(value)) if value is not None else None
    except ValueError:
        raise click.BadParameter(marked("must be a day such as 2025-12-31")) from None


def _parse_site_address(context: click.Context, option: click.Parameter, value: str | None) -> str | None:
    if not value:
        return value
    from ..model.records.field_types import parse_site_address  # loads pydantic

    try:
        return parse_site_address(value)
    except ValueError:
        raise click.BadParameter(marked("must be an address such as https://example.org/town/")) from None


def _parse_single_line(context: click.Context, option: click.Parameter, value: str) -> str:
    from ..model.filenames import is_usable_path

    if not is_usable_path(value):
        raise click.BadParameter(marked("must be one line of text, in UTF-8"))
    return value


def _locate_own_templates(context: click.Context, option: click.Parameter, value: Path | None) -> Path:
    """The folder of the site's own templates; without the option it need not exist."""
    if value is None:
        return Path(os.path.normpath(context.params["content"] / ".." / "templates"))
    if not value.is_dir():
        raise WrongUsage(marked("{option}: there is no folder {folder}"), option="--templates", folder=value)
    return value


def _locate_inbox(context: click.Context, option: click.Parameter, value: Path | None) -> Path:
    return value or Path(os.path.normpath(context.params["content"] / ".." / "inbox"))


def _parse_publish_target(context: click.Context, option: click.Parameter,
                          value: str | None) -> tuple[str, str] | None:
    """Kind and target of publishing; None without the option."""
    kind, _, target = (value or "").partition(":")
    if value and (kind not in ("folder", "git", "script") or not target):
        raise click.BadParameter(marked("must be folder:FOLDER, git:REMOTE or script:FOLDER"))
    return (kind, target) if value else None


def _common_options(formats: Iterable[str], written: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """The options that all commands share; `formats`: choices of --format, `written`: its help text."""
    def with_options(command: Callable[..., None]) -> Callable[..., None]:
        for option in reversed(_option_decorators(formats, written)):
            command = option(command)
        return command

    return with_options


def _option_decorators(formats: Iterable[str],
                       written: str) -> Sequence[Callable[[Callable[..., None]], Callable[..., None]]]:
    folder = click.Path(file_okay=False, path_type=Path)
    return (
        click.option("--content", type=folder, default=Path("content"), show_default=True, is_eager=True,
                     help="Folder of the records."),
        click.option("--templates", type=folder, callback=_locate_own_templates,
                     show_default="templates beside the folder of the records",
                     help="Folder of the site's own templates; each replaces the built-in one of its name."),
        click.option("--output", type=folder, default=Path("site"), show_default=True, help="Folder of the site."),
        click.option("--jobs", type=click.IntRange(min=1), default=os.cpu_count() or 1, help="Processes to use."),
        click.option("--cluster", default="", callback=_parse_single_line, metavar="ADDRESS",
                     help="Use the workers of a Dask cluster, such as tcp://HOST:8786."),
        click.option("--as-of", callback=_parse_day, metavar="DAY", help="The day of the report (default: today)."),
        click.option("--base-url", callback=_parse_site_address, metavar="URL",
                     help="The site's address (default: that of site.yaml)."),
        click.option("--revision", default="", callback=_parse_single_line, envvar="SOURCE_REVISION", metavar="TEXT",
                     help="What the state of the records is called, such as a commit (default: $SOURCE_REVISION)."),
        click.option("--drafts", is_flag=True, help="Show drafts too; they are not counted."),
        click.option("--full", is_flag=True, help="Use nothing kept from earlier builds."),
        click.option("--skip-invalid", is_flag=True, help="Publish all valid records although others have errors."),
        click.option("--no-search", is_flag=True, help="Build no search page and no index."),
        click.option("--no-history", is_flag=True, help="Show nothing of what Git knows: when records were changed."),
        click.option("--format", "style", type=click.Choice(list(formats)), default="text", show_default=True,
                     help=written),
        click.option("--language", "tag", type=click.Choice(LANGUAGES),
                     help="Language of messages (default: the site's)."),
        click.option("--quiet", is_flag=True, help="Errors only."),
    )


def _run_command(name: str, choices: dict[str, Any], *known: Any) -> None:
    module = import_module(f".{name}", __package__)
    getattr(module, f"run_{name.rstrip('_')}_command")(choices, *known)


@_command_group.command("build", help="Check the records and build the site.")
@_common_options(PROBLEM_FORMATS, "How problems are written.")
def _build_command(**choices: Any) -> None:
    from .noop import replay_last_run, take_content_snapshot

    content = take_content_snapshot(choices["content"])
    if content is None or not replay_last_run(choices, content):
        _run_command("build", choices, content)


@_command_group.command("check",
                        help="Check the records, and tell the problems of FILES, or of all; write nothing but what "
                        "--fix repairs.")
@click.argument("only", metavar="[FILES]...", nargs=-1, type=click.Path(path_type=Path))
@_common_options(PROBLEM_FORMATS, "How problems are written.")
@click.option("--fix", is_flag=True, help="First repair what has one obvious repair, and show what was changed.")
def _check_command(**choices: Any) -> None:
    _run_command("check", choices)


@_command_group.command("due", help="List what is due: follow-ups, promises, news, actions, recommendations.")
@_common_options(("text", "csv", "json"), "How it is written.")
@click.option("--place", metavar="PLACE", help="Only this place and those below it: a path, or the id of one.")
def _due_command(**choices: Any) -> None:
    _run_command("due", choices)


@_command_group.command("changes",
                        help="Tell what a change does to records and numbers: since BASE, a revision (or two, "
                        "A..B) or another content folder; without it, since what is public.")
@click.argument("base", metavar="[BASE]", default="")
@_common_options(("text", "markdown", "json"), "How it is written.")
def _changes_command(**choices: Any) -> None:
    _run_command("changes", choices)


@_command_group.command("explain",
                        help="Tell what a number rests on (statistics/KEY), and why a file of the site would be "
                        "built again, or not.")
@click.argument("target", metavar="PATH-OR-URL")
@click.option("--place", metavar="PLACE", help="Of a number: that of this place, a path or the id of one.")
@_common_options(("text",), "How it is written.")
def _explain_command(**choices: Any) -> None:
    _run_command("explain", choices)


@_command_group.command("freeze", help="Keep the numbers of a day as they are published, for ever, under NAME.")
@click.argument("name", metavar="NAME")
@_common_options(PROBLEM_FORMATS, "How problems are written.")
def _freeze_command(**choices: Any) -> None:
    _run_command("freeze", choices)


@_command_group.command("owners",
                        help="Write CODEOWNERS: which accounts review changes, by `owners` in place.yaml.")
@_common_options(PROBLEM_FORMATS, "How problems are written.")
def _owners_command(**choices: Any) -> None:
    _run_command("owners", choices)


@_command_group.command("serve", help="Build, show the site on this computer, and rebuild on every change.")
@_common_options(PROBLEM_FORMATS, "How problems are written.")
@click.option("--port", type=click.IntRange(1, 65535), default=5500, show_default=True, help="Port on this computer.")
@click.option("--host", default="127.0.0.1", show_default=True, callback=_parse_single_line, metavar="ADDRESS",
              help="Address to serve on; any other than the default shows the site, with its drafts, to the network.")
@click.option("--open", "open_browser", is_flag=True, help="Open the site in the browser.")
@click.option("--office", "opens_office", is_flag=True, help="Open the page of the office in the browser.")
@click.option("--inbox", type=click.Path(file_okay=False, path_type=Path), callback=_locate_inbox,
              show_default="inbox beside the folder of the records", help="Folder of what is sent to the office.")
@click.option("--publish", callback=_parse_publish_target, metavar="KIND:TARGET",
              help="Where the office publishes: folder:FOLDER, git:REMOTE, or script:FOLDER (deploy/publish.sh).")
def _serve_command(**choices: Any) -> None:
    _run_command("serve", choices)


@_command_group.command("new", help="Write a new record, place or site to begin with.")
@click.argument("kind", required=False)
@click.argument("words", nargs=-1, metavar="[PLACE] [TITLE]")
@click.option("--content", type=click.Path(file_okay=False, path_type=Path), default=Path("content"),
              show_default=True, help="Folder of the records.")
@click.option("--kit", type=click.Choice(SITE_KITS), default="zh-town", show_default=True,
              help="What a new site begins with.")
@click.option("--as-of", callback=_parse_day, metavar="DAY", help="The day of the record (default: today).")
@click.option("--language", "tag", type=click.Choice(LANGUAGES), help="Language of messages (default: the site's).")
def _new_command(**choices: Any) -> None:
    _run_command("new", choices)


@_command_group.command("schema", help="Write JSON Schemas of the records, for editors.")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=Path("schemas"))
@click.option("--content", type=click.Path(file_okay=False, path_type=Path), default=Path("content"), show_default=True,
              help="Folder of the records, whose own words are used.")
@click.option("--language", "tag", type=click.Choice(LANGUAGES), help="Language of messages (default: the site's).")
@click.option("--quiet", is_flag=True, help="Errors only.")
def _schema_command(**choices: Any) -> None:
    _run_command("schema", choices)


_PLACE_OPTION = click.option("--place", metavar="PLACE", help="The place: its path, or the id of one.")


@_command_group.command("template", help="Write a workbook to fill: for a place, or score sheets for reviewers.")
@click.argument("out", metavar="OUT.xlsx", type=click.Path(dir_okay=False, path_type=Path))
@_common_options(("text",), "How it is written.")
@_PLACE_OPTION
@click.option("--kind", type=click.Choice(["records", "scores"]), default="records", show_default=True,
              help="What it is for.")
@click.option("--event", metavar="EVENT", help="With --kind scores: the showcase, its path or its id.")
@click.option("--copies", type=click.IntRange(1, 200), default=1, show_default=True,
              help="So many workbooks, one for each writer or reviewer.")
@click.option("--all", "is_for_all", is_flag=True, help="A workbook for each place that has none below it.")
def _template_command(**choices: Any) -> None:
    _run_command("template", choices)


@_command_group.command("import",
                        help="Take workbooks in: write new records, update those there are, answer what is wrong.")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@_common_options(("text", "json"), "How problems are written.")
@_PLACE_OPTION
@click.option("--dry-run", is_flag=True, help="Say what would change; write nothing.")
@click.option("--add-locations", "adds_locations", is_flag=True,
              help="Add locations that are not known yet to locations.yaml, instead of asking about them.")
def _import_command(**choices: Any) -> None:
    _run_command("import_", choices)


@_command_group.command("upgrade",
                        help="Tell what the version that is running changes for the site, and check records and "
                        "templates; with --fix repair them, and write the version into requirements.txt.")
@_common_options(("text",), "How problems are written.")
@click.option("--fix", is_flag=True, help="Repair what has one obvious repair; then let the site ask for this version.")
def _upgrade_command(**choices: Any) -> None:
    _run_command("upgrade", choices)


@_command_group.command("words", help="List words of writers that the site does not know, and what they may stand for.")
@_common_options(("text",), "How they are written.")
def _words_command(**choices: Any) -> None:
    _run_command("words", choices)


@_command_group.command("export",
                        help="Write the records into a workbook, as `import` takes it; or, with --sqlite, the "
                        "published data into a database.")
@click.argument("out", metavar="[OUT.xlsx]", required=False, type=click.Path(dir_okay=False, path_type=Path))
@_common_options(("text",), "How it is written.")
@_PLACE_OPTION
@click.option("--sqlite", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
              help="Write an SQLite file of all published records and statistics, as Datasette shows it.")
def _export_command(**choices: Any) -> None:
    _run_command("export", choices)
