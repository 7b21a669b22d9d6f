"""The command line: its commands and options. Exit 0: done; 1: errors in the content; 2: wrong usage.

What a command does stands in its own module, loaded when it is called: a build that finds nothing changed loads none.
"""

import gc
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from .. import LANGUAGES, __version__
from .usage import Commands, marked

FORMATS = ("text", "github", "json")
KITS = ("en-parish", "zh-town")
"""The sites to begin with that the program brings, in `yishi/content/kits`."""


def main(arguments: Sequence[str]) -> None:
    """Runs the command that `arguments` name, `build` where they name none; exits with its status."""
    gc.disable()  # a build makes hardly any cycles, and looking for them is a fifth of its time
    for stream in (sys.stdout, sys.stderr):  # a console in another encoding must not stop a build
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    named = arguments and (not arguments[0].startswith("-") or arguments[0] in ("--help", "--version"))
    _commands(list(arguments) if named else ["build", *arguments], prog_name="build.py")


@click.group(cls=Commands, help="Build a public site from issue records and case studies. Without a command: build.")
@click.version_option(__version__, prog_name="Yishi")
def _commands() -> None:
    pass


def _day(context: click.Context, option: click.Parameter, value: str | None) -> date | None:
    from .unchanged import day_of_report

    try:
        return day_of_report(date.fromisoformat(value)) if value is not None else None
    except ValueError:
        raise click.BadParameter(marked("must be a day such as 2025-12-31")) from None


def _address(context: click.Context, option: click.Parameter, value: str | None) -> str | None:
    if not value:
        return value
    from ..model.records.values import site_address  # loads pydantic

    try:
        return site_address(value)
    except ValueError:
        raise click.BadParameter(marked("must be an address such as https://example.org/town/")) from None


def _line(context: click.Context, option: click.Parameter, value: str) -> str:
    from ..model.filenames import is_fit

    if not is_fit(value):
        raise click.BadParameter(marked("must be one line of text, in UTF-8"))
    return value


def _own_templates() -> Path:
    """The templates of the working folder; where it has none, those beside the program."""
    here = Path("templates")
    return here if here.is_dir() else Path(__file__).parents[2] / here


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
        click.option("--revision", default="", callback=_line, envvar="SOURCE_REVISION", metavar="TEXT",
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


def _run(name: str, choices: dict[str, Any], *known: Any) -> None:
    import_module(f".{name}", __package__).run(choices, *known)


@_commands.command("build", help="Check the records and build the site.")
@_options(FORMATS, "How problems are written.")
def _build(**choices: Any) -> None:
    from .unchanged import answered, looked_at

    content = looked_at(choices["content"])
    if content is None or not answered(choices, content):
        _run("build", choices, content)


@_commands.command("check", help="Check the records; write nothing but what --fix repairs.")
@_options(FORMATS, "How problems are written.")
@click.option("--fix", is_flag=True, help="First repair what has one obvious repair, and show what was changed.")
def _check(**choices: Any) -> None:
    _run("check", choices)


@_commands.command("due", help="List what is due: follow-ups, promises, news, actions, recommendations.")
@_options(("text", "csv", "json"), "How it is written.")
@click.option("--place", metavar="PLACE", help="Only this place and those below it: a path, or the id of one.")
def _due(**choices: Any) -> None:
    _run("due", choices)


@_commands.command("changes", help="Tell what a change does to records and numbers: since BASE, a revision (or two, "
                                    "A..B) or another content folder; without it, since what is public.")
@click.argument("base", metavar="[BASE]", default="")
@_options(("text", "markdown", "json"), "How it is written.")
def _changes(**choices: Any) -> None:
    _run("changes", choices)


@_commands.command("explain", help="Tell what a number rests on (statistics/KEY), and why a file of the site would be "
                                   "built again, or not.")
@click.argument("target", metavar="PATH-OR-URL")
@click.option("--place", metavar="PLACE", help="Of a number: that of this place, a path or the id of one.")
@_options(("text",), "How it is written.")
def _explain(**choices: Any) -> None:
    _run("explain", choices)


@_commands.command("freeze", help="Keep the numbers of a day as they are published, for ever, under NAME.")
@click.argument("name", metavar="NAME")
@_options(FORMATS, "How problems are written.")
def _freeze(**choices: Any) -> None:
    _run("freeze", choices)


@_commands.command("serve", help="Build, show the site on this computer, and rebuild on every change.")
@_options(FORMATS, "How problems are written.")
@click.option("--port", type=click.IntRange(1, 65535), default=5500, show_default=True, help="Port on this computer.")
@click.option("--open", "open_browser", is_flag=True, help="Open the site in the browser.")
def _serve(**choices: Any) -> None:
    _run("serve", choices)


@_commands.command("new", help="Write a new record, place or site to begin with.")
@click.argument("kind", required=False)
@click.argument("words", nargs=-1, metavar="[PLACE] [TITLE]")
@click.option("--content", type=click.Path(file_okay=False, path_type=Path), default=Path("content"),
              show_default=True, help="Folder of the records.")
@click.option("--kit", type=click.Choice(KITS), default="zh-town", show_default=True,
              help="What a new site begins with.")
@click.option("--as-of", callback=_day, metavar="DAY", help="The day of the record (default: today).")
@click.option("--language", "tag", type=click.Choice(LANGUAGES), help="Language of messages (default: the site's).")
def _new(**choices: Any) -> None:
    _run("new", choices)


@_commands.command("schema", help="Write JSON Schemas of the records, for editors.")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=Path("schemas"))
@click.option("--content", type=click.Path(file_okay=False, path_type=Path), default=Path("content"), show_default=True,
              help="Folder of the records, whose own words are used.")
@click.option("--language", "tag", type=click.Choice(LANGUAGES), help="Language of messages (default: the site's).")
@click.option("--quiet", is_flag=True, help="Errors only.")
def _schema(**choices: Any) -> None:
    _run("schema", choices)


_PLACE = click.option("--place", metavar="PLACE", help="The place: its path, or the id of one.")


@_commands.command("template", help="Write a workbook to fill: for a place, or score sheets for reviewers.")
@click.argument("out", metavar="OUT.xlsx", type=click.Path(dir_okay=False, path_type=Path))
@_options(("text",), "How it is written.")
@_PLACE
@click.option("--kind", type=click.Choice(["records", "scores"]), default="records", show_default=True,
              help="What it is for.")
@click.option("--event", metavar="EVENT", help="With --kind scores: the showcase, its path or its id.")
@click.option("--copies", type=click.IntRange(1, 200), default=1, show_default=True,
              help="With --kind scores: one workbook for each of so many reviewers.")
def _template(**choices: Any) -> None:
    _run("template", choices)


@_commands.command("import", help="Take workbooks in: write new records, update those there are, answer what is wrong.")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@_options(("text", "json"), "How problems are written.")
@_PLACE
@click.option("--dry-run", is_flag=True, help="Say what would change; write nothing.")
def _import(**choices: Any) -> None:
    _run("import_", choices)


@_commands.command("export", help="Write the records into a workbook, as `import` takes it.")
@click.argument("out", metavar="OUT.xlsx", type=click.Path(dir_okay=False, path_type=Path))
@_options(("text",), "How it is written.")
@_PLACE
def _export(**choices: Any) -> None:
    _run("export", choices)
