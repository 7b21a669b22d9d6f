"""What commands share: the options of a build, and how its problems and its work are told."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import click

from ..content.past import Past
from ..core import files
from ..core.digests import Look
from ..core.printable import printable, visible
from ..core.workers import WorkerDied
from ..engine.content_source import Watch
from ..engine.pipeline import BuildOptions, Checked, Report, build, check
from ..engine.press import Folders, TemplateMistake
from ..engine.publish import AddressTaken, ForeignFile
from ..library import Library
from ..library.names import Names
from ..model.language import LANGUAGES, Language, language, marked
from ..model.paths import forward, place_of
from ..model.problems import Problem, as_github, as_json, as_text, errors, place_in
from ..model.vocabulary import built_in, folded
from .unchanged import now
from .usage import Misuse

FORMATS = {"text": as_text, "github": as_github, "json": as_json}


class Line(NamedTuple):
    """A line that is told; `err`: on the error stream."""

    text: str
    err: bool = False


def tell(lines: Sequence[Line]) -> None:
    """Writes the lines; nothing in them is a command to the terminal."""
    for line in lines:
        click.echo(visible(line.text), err=line.err)


def built(choices: dict[str, Any], options: BuildOptions,
          content: Look | None = None) -> tuple[Report | None, Language, Sequence[Problem]]:
    """The report of a build (None: nothing could be written), the language to tell it in, and the problems.

    `content`: as for `build`.
    """
    try:
        with watching(choices) as watch, disk_told():
            report = build(options, watch, content)
    except (TemplateMistake, AddressTaken) as mistake:
        return None, language(choices["tag"] or LANGUAGES[0]), [mistake.problem]
    except files.Busy as busy:
        spoken = language(choices["tag"] or LANGUAGES[0])
        raise click.ClickException(spoken.text(marked("Another build is writing to the folder {folder}; nothing was "
                                                      "changed. Build again when it is done."), folder=busy)) from None
    except files.Removed as removed:
        spoken = language(choices["tag"] or LANGUAGES[0])
        raise click.ClickException(spoken.text(marked("The folder {folder} was removed, wholly or in part, while the "
                                                      "site was written. Build again."), folder=removed)) from None
    return report, language(choices["tag"] or report.checked.library.site.languages[0]), report.checked.problems


def sound(options: BuildOptions, choices: dict[str, Any], watch: Watch) -> tuple[Checked, Language]:
    """The records, checked, and the language to tell of them; errors are told, and the program ends with 1."""
    checked = check(options, watch)
    spoken = language(choices["tag"] or checked.library.site.languages[0])
    if errors(checked.problems) and not options.skip_invalid:
        tell(problem_lines(errors(checked.problems), choices, spoken))
        sys.exit(1)
    return checked, spoken


def build_options(choices: dict[str, Any]) -> BuildOptions:
    """The options of a build. Raises UsageError for folders that cannot be used."""
    folders = Folders(choices["content"], choices["templates"], choices["output"])
    _refuse_unusable(folders)
    kept = ("as_of", "base_url", "jobs", "drafts", "full", "skip_invalid", "revision")
    return BuildOptions(folders, now(choices["as_of"]), search=not choices["no_search"],
                        history=not choices["no_history"], **{name: choices[name] for name in kept})


def _refuse_unusable(folders: Folders) -> None:
    """Folders that are not there, or that would be built into themselves."""
    for option, folder in (("--content", folders.content), ("--templates", folders.templates)):
        if not folder.is_dir():
            raise Misuse(marked("{option}: there is no folder {folder}"), option=option, folder=folder)
        if folders.output.resolve() in (folder.resolve(), *folder.resolve().parents):
            raise Misuse(marked("--output: {output} holds {folder}; choose another folder"), output=folders.output,
                         folder=folder)
        if folder.resolve() in folders.output.resolve().parents:
            raise Misuse(marked("--output: {output} lies inside {folder}; choose another folder"),
                         output=folders.output, folder=folder)


@contextmanager
def disk_told() -> Iterator[None]:
    """What the disk refuses is told in one line."""
    try:
        yield
    except ForeignFile as foreign:
        raise Misuse(marked("--output: the folder holds {file}, a file that Yishi did not write; choose another "
                            "folder"), file=foreign) from None
    except WorkerDied as error:
        raise click.ClickException(f"{error}; build again, with --jobs 1 if memory is short") from error
    except OSError as error:
        raise click.ClickException(f"{error.filename or ''}: {error.strerror or error}") from error


@contextmanager
def watching(choices: dict[str, Any]) -> Iterator[Watch]:
    """On a terminal, a bar for work that takes long; nothing otherwise."""
    if choices["quiet"] or not sys.stderr.isatty():
        yield lambda phase, done, total: None
        return
    from rich.console import Console  # here, since most builds have nobody who watches
    from rich.progress import Progress, TaskID

    with Progress(console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def watch(phase: str, done: int, total: int) -> None:
            if phase not in tasks:
                tasks[phase] = bars.add_task(phase, total=total)
            if done == total or done % 100 == 0:
                bars.update(tasks[phase], completed=done)

        yield watch


def place_meant(library: Library, text: str) -> str:
    """The path of the place that `text` names: its path or the end of it, its id or its name, with its kind or
    without. Raises UsageError unless that is one place."""
    names = Names(library.places)
    meant = names.meant(forward(text), "") or _ending_in(library, forward(text))
    if len(meant) != 1:
        near = ", ".join(meant) or names.nearest(text)
        raise Misuse(marked("--place: several places are called {text}") if meant
                     else marked("--place: there is no place called {text}"), near or "", text=text)
    return meant[0]


def _ending_in(library: Library, text: str) -> list[str]:
    """The places whose path, of ids or names, ends in the parts of `text`."""
    wanted = [folded(part) for part in text.split("/") if part]
    return [path for path in library.places if wanted and len(wanted) <= path.count("/") and all(
        part in _called(library, level)
        for part, level in zip(reversed(wanted), _upwards(path), strict=False))]


def _upwards(path: str) -> Iterator[str]:
    while path:
        yield path
        path = place_of(path)


def _called(library: Library, path: str) -> set[str]:
    """What a place is called: its id, and its name with and without its kind."""
    place = library.places.get(path)
    if place is None:
        return {path.rpartition("/")[2]}
    kinds = list(built_in().terms["place_kind"][place.kind].labels.values())
    names = {place.name, *(f"{place.name}{kind}" for kind in kinds), *(f"{place.name} {kind}" for kind in kinds),
             *(place.name.removesuffix(kind).strip() for kind in kinds)}
    return {folded(name) for name in (path.rpartition("/")[2], *names) if name}


def problem_lines(problems: Sequence[Problem], choices: dict[str, Any], spoken: Language) -> list[Line]:
    """The problems as the writer wants them, and how many they are."""
    shown, style = errors(problems) if choices["quiet"] else problems, choices["style"]
    folder = files.way(choices["content"], Path()) + "/"
    lines = [Line(line, style == "text") for line in FORMATS[style](shown, folder, spoken)]
    if shown and style == "text":
        lines.append(Line(_how_many(shown, spoken), True))
    return lines


def _how_many(problems: Sequence[Problem], spoken: Language) -> str:
    wrong = len(errors(problems))
    numbers = (spoken.plural("{n} error", "{n} errors", wrong),
               spoken.plural("{n} warning", "{n} warnings", len(problems) - wrong))
    return spoken.text(marked("{errors}, {warnings}"), errors=numbers[0], warnings=numbers[1])


def rebuild_line(report: Report | None, problems: Sequence[Problem], choices: dict[str, Any], spoken: Language) -> Line:
    """What one build of many has to say, in one line: what it wrote, or how much is wrong and where that begins."""
    published = report.published if report else None
    said = [_how_many(problems, spoken)] if problems else []
    if report and published:
        numbers = (published.written, published.unchanged, published.removed)
        said.insert(0, _files(spoken, numbers, f"{sum(report.seconds.values()):.2f}").text)
    elif wrong := errors(problems):
        said.append(place_in(wrong[0], files.way(choices["content"], Path())))
    return Line(f"{datetime.now():%H:%M:%S}  {spoken.text('; ').join(said)}", published is None)


def summary_lines(report: Report, choices: dict[str, Any], spoken: Language) -> list[Line]:
    """What was read, what was written, how long it took, and where to look."""
    published = report.published
    if published is None:
        return [Line(spoken.text(marked("Nothing was written; the site stays as it was.")))]
    seconds = f"{sum(report.seconds.values()):.2f}"
    numbers = (published.written, published.unchanged, published.removed)
    lines = [_records(report, spoken), _files(spoken, numbers, seconds), _place(report, choices, spoken),
             *history_lines(report.past, choices["content"], spoken)]
    if published.unknown:
        said = spoken.plural("In {folder} lies {n} file that no build is known to have written: {files}. If it is from "
                             "an earlier version, delete it; it stays public.",
                             "In {folder} lie {n} files that no build is known to have written: {files}. If they are "
                             "from an earlier version, delete them; they stay public.", len(published.unknown),
                             folder=choices["output"], files=_first(published.unknown))
        lines.append(Line(said, True))
    if not published.cached:
        lines.insert(2, Line(spoken.text(marked("The cache cannot be written, so the next build starts anew.")), True))
    return lines


def summary_of_nothing(report: Report, choices: dict[str, Any], spoken: Language) -> list[Line]:
    """What the next build has to say, if nothing has changed by then; `{seconds}` stands for how long it takes."""
    published = report.published
    numbers = (0, published.written + published.unchanged if published else 0, 0)
    return [_records(report, spoken), _files(spoken, numbers, "{seconds}"), _place(report, choices, spoken),
            *history_lines(report.past, choices["content"], spoken)]


def history_lines(past: Past, content: Path, spoken: Language) -> list[Line]:
    """Why pages do not tell when records were published and changed, or which commits are left out of it."""
    if past.refused:
        return [Line(spoken.text(_NO_HISTORY[past.refused], content=files.way(content, Path()), found=past.found))]
    if past.unread:
        return [Line(spoken.text(marked("Left out of the history, because the date cannot be right: {commits}"),
                                 commits=_first(past.unread)))]
    return []


def _first(several: Sequence[str]) -> str:
    return ", ".join(map(printable, several[:_TOLD])) + (" …" if len(several) > _TOLD else "")


_TOLD = 5
"""So many of several are told."""

_NO_HISTORY: Mapping[str, str] = {
    "no_git": marked("No history is shown: Git is not installed."),
    "no_repository": marked("No history is shown: the folder {content} is not in a Git repository."),
    "no_commit": marked("No history is shown: nothing in the folder {content} was committed yet."),
    "shallow": marked("No history is shown: this is a shallow clone, which lacks the older commits. Get them with: "
                      "git fetch --unshallow"),
    "partial": marked("No history is shown: this is a partial clone, which lacks earlier texts. Get them with: "
                      "git fetch --refetch --no-filter"),
    "foreign": marked("No history is shown: the repository belongs to another user of this computer. If you trust it: "
                      "git config --global --add safe.directory {found}"),
    "failed": marked("No history is shown. Git says: {found}"),
}


def _records(report: Report, spoken: Language) -> Line:
    kinds = (f"{built_in().label('record_kind', kind, spoken.tag)} {number}"
             for kind, number in report.records.items() if number)
    return Line(spoken.text(marked("Records: {kinds}"), kinds=", ".join(kinds)))


def _files(spoken: Language, numbers: tuple[int, int, int], seconds: str) -> Line:
    written, unchanged, removed = numbers
    said = marked("Files: {written} written, {unchanged} unchanged, {removed} removed, in {seconds} s")
    return Line(spoken.text(said, written=written, unchanged=unchanged, removed=removed, seconds=seconds))


def _place(report: Report, choices: dict[str, Any], spoken: Language) -> Line:
    return Line(spoken.text(marked("As of {day}: {page}"), day=spoken.day(report.checked.as_of),
                            page=choices["output"] / "index.html"))
