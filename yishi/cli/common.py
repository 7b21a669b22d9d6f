"""Shared by all commands: build options, and how problems and progress are printed."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import click

from ..content.change_log import ChangeLog
from ..core import files
from ..core.characters import escape_invisible, format_for_terminal_line
from ..core.hashes import FolderSnapshot
from ..core.parallel import ClusterUnusable, WorkerDied
from ..engine.assets import BuildFolders, InvalidTemplate, find_folder_conflict
from ..engine.cache import is_cache_tracked
from ..engine.content_source import ProgressCallback
from ..engine.pipeline import BuildOptions, BuildReport, CheckedContent, build, check
from ..engine.writing import DuplicateAddress, ForeignFile
from ..library import Library
from ..library.reference_index import ReferenceIndex
from ..model.language import Language, get_language, marked
from ..model.paths import list_self_and_ancestors, normalize_separators
from ..model.problems import (
    Problem,
    format_problem_position,
    format_problems_as_github,
    format_problems_as_json,
    format_problems_as_text,
    select_errors,
)
from ..model.vocabulary import get_built_in_vocabulary, normalize_word
from .noop import get_report_time
from .usage import WrongUsage, choose_language

PROBLEM_FORMATTERS = {"text": format_problems_as_text, "github": format_problems_as_github,
                      "json": format_problems_as_json}


class OutputLine(NamedTuple):
    """A line of output; `is_error`: on the error stream."""

    text: str
    is_error: bool = False


def print_lines(lines: Sequence[OutputLine]) -> None:
    """Print the lines, control characters escaped. They report what was done: that they cannot be written (the disk
    is full, nobody reads any more) is no reason to fail."""
    for line in lines:
        with suppress(OSError):
            click.echo(escape_invisible(line.text), err=line.is_error)


def run_build(choices: dict[str, Any], options: BuildOptions,
              content: FolderSnapshot | None = None) -> tuple[BuildReport | None, Language, Sequence[Problem]]:
    """Run a build. Returns its report (None: nothing could be written), the language of messages, and the problems.
    `content`: as for `build`."""
    try:
        with show_progress(choices) as watch, report_disk_errors():
            report = build(options, watch, content)
    except (InvalidTemplate, DuplicateAddress) as mistake:
        return None, choose_language(choices), [mistake.problem]
    except files.OutputLocked as busy:
        language = choose_language(choices)
        raise click.ClickException(language.text(marked("Another build is writing to the folder {folder}; nothing was "
                                                      "changed. Build again when it is done."), folder=busy)) from None
    except files.OutputFolderRemoved as removed:
        language = choose_language(choices)
        raise click.ClickException(language.text(marked("The folder {folder} was removed, wholly or in part, while the "
                                                        "site was written. Build again."), folder=removed)) from None
    return report, get_language(choices["tag"] or report.checked.library.site.languages[0]), report.checked.problems


def check_or_exit(options: BuildOptions, choices: dict[str, Any],
                  watch: ProgressCallback) -> tuple[CheckedContent, Language]:
    """Check the records; errors are printed and end the program with status 1. Returns the content and the language
    of messages."""
    checked = check(options, watch)
    language = get_language(choices["tag"] or checked.library.site.languages[0])
    if select_errors(checked.problems) and not options.skip_invalid:
        print_lines(format_problem_lines(select_errors(checked.problems), choices, language))
        sys.exit(1)
    return checked, language


def create_build_options(choices: dict[str, Any]) -> BuildOptions:
    """The options of a build. Raises WrongUsage for unusable folders."""
    folders = BuildFolders(choices["content"], choices["templates"], choices["output"])
    if conflict := find_folder_conflict(folders):
        raise WrongUsage(conflict[0], **conflict[1])
    names = ("as_of", "base_url", "jobs", "cluster", "drafts", "skip_invalid", "revision")
    return BuildOptions(folders, get_report_time(choices["as_of"]), search=not choices["no_search"],
                        full=choices["full"] or _is_cache_foreign(choices),
                        history=not choices["no_history"], **{name: choices[name] for name in names})


def _is_cache_foreign(choices: Mapping[str, Any]) -> bool:
    """Whether the cache is in the repository, so that somebody else may have written what it holds; that is told."""
    if is_foreign := is_cache_tracked(choices["content"]):
        message = marked("The folder {folder} is in the Git repository, so it is not read: what it holds becomes pages "
                         "without being checked again. Take it out: git rm -r --cached {folder}")
        folder = files.make_relative(files.locate_cache(choices["content"]), Path())
        text = choose_language(choices).text(message, folder=folder)
        print_lines([OutputLine(text, is_error=True)])
    return is_foreign


@contextmanager
def report_disk_errors() -> Iterator[None]:
    """Turn disk errors into one-line messages."""
    try:
        yield
    except ForeignFile as foreign:
        raise WrongUsage(marked("--output: the folder holds {file}, a file that Yishi did not write; choose another "
                                "folder"), file=foreign) from None
    except ClusterUnusable as error:
        raise WrongUsage(_CLUSTER_TEXTS[error.reason], address=error.address) from None
    except WorkerDied as error:
        raise click.ClickException(f"{error}; build again, with --jobs 1 if memory is short") from error
    except files.ContentChanged as changed:
        message = marked("The content folder was changed while it was read. Do it again.")
        raise click.ClickException(message) from changed
    except OSError as error:
        raise click.ClickException(f"{error.filename or ''}: {error.strerror or error}") from error


_CLUSTER_TEXTS: Mapping[str, str] = {
    "no_package": marked("--cluster: the package “distributed” is missing; install yishi[cluster]"),
    "unreachable": marked("--cluster: no scheduler with workers answers at {address}"),
    "other_program": marked("--cluster: the workers at {address} run another version of Yishi, of Python or of a "
                            "library; install the same everywhere"),
    "threads": marked("--cluster: each worker at {address} must do one task at a time; start them with --nthreads 1"),
}
"""Why a cluster cannot be used → what to do."""


@contextmanager
def show_progress(choices: dict[str, Any]) -> Iterator[ProgressCallback]:
    """A progress bar on a terminal; nothing otherwise."""
    if choices["quiet"] or not sys.stderr.isatty():
        yield lambda phase, done, total: None
        return
    from rich.console import Console  # imported here, because most builds show no progress bar
    from rich.progress import Progress, TaskID

    with Progress(console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def watch(phase: str, done: int, total: int) -> None:
            if phase not in tasks:
                tasks[phase] = bars.add_task(phase, total=total)
            if done == total or done % 100 == 0:
                bars.update(tasks[phase], completed=done)

        yield watch


def resolve_place(library: Library, text: str) -> str:
    """The path of the place that `text` refers to: by its path or the end of it, its id, or its name with or without
    its kind. Raises WrongUsage unless exactly one matches."""
    names = ReferenceIndex(library.places)
    matches = names.resolve(normalize_separators(text), "") or _places_by_path_end(library, normalize_separators(text))
    if len(matches) != 1:
        near = ", ".join(matches) or names.find_nearest_id(text)
        raise WrongUsage(marked("--place: several places are called {text}") if matches
                         else marked("--place: there is no place called {text}"), near or "", text=text)
    return matches[0]


def _places_by_path_end(library: Library, text: str) -> list[str]:
    """The places whose path, of ids or names, ends in the parts of `text`."""
    parts = [normalize_word(part) for part in text.split("/") if part]
    return [path for path in library.places if parts and len(parts) <= path.count("/") and all(
        part in _names_of_place(library, level)
        for part, level in zip(reversed(parts), list_self_and_ancestors(path), strict=False))]


def _names_of_place(library: Library, path: str) -> set[str]:
    """Normalised names of a place: its id, and its name with and without its kind."""
    place = library.places.get(path)
    if place is None:
        return {path.rpartition("/")[2]}
    kinds = list(get_built_in_vocabulary().terms["place_kind"][place.kind].labels.values())
    names = {place.name, *(f"{place.name}{kind}" for kind in kinds), *(f"{place.name} {kind}" for kind in kinds),
             *(place.name.removesuffix(kind).strip() for kind in kinds)}
    return {normalize_word(name) for name in (path.rpartition("/")[2], *names) if name}


def format_problem_lines(problems: Sequence[Problem], choices: dict[str, Any], language: Language) -> list[OutputLine]:
    """The problems in the chosen format, and how many they are."""
    printed, style = select_errors(problems) if choices["quiet"] else problems, choices["style"]
    folder = files.make_relative(choices["content"], Path()) + "/"
    lines = [OutputLine(line, style == "text") for line in PROBLEM_FORMATTERS[style](printed, folder, language)]
    if printed and style == "text":
        lines.append(OutputLine(_problem_count_text(printed, language), True))
    return lines


def _problem_count_text(problems: Sequence[Problem], language: Language) -> str:
    errors = len(select_errors(problems))
    numbers = (language.plural("{n} error", "{n} errors", errors),
               language.plural("{n} warning", "{n} warnings", len(problems) - errors))
    return language.text(marked("{errors}, {warnings}"), errors=numbers[0], warnings=numbers[1])


def format_rebuild_line(report: BuildReport | None, problems: Sequence[Problem], choices: dict[str, Any],
                        language: Language) -> OutputLine:
    """The summary of a rebuild in one line: files written, or number of problems and position of the first error."""
    published = report.write_result if report else None
    parts = [_problem_count_text(problems, language)] if problems else []
    if report and published:
        numbers = (published.written, published.unchanged, published.removed)
        parts.insert(0, _file_count_line(language, numbers, f"{sum(report.phase_seconds.values()):.2f}").text)
    elif errors := select_errors(problems):
        parts.append(format_problem_position(errors[0], files.make_relative(choices["content"], Path())))
    return OutputLine(f"{datetime.now():%H:%M:%S}  {language.text('; ').join(parts)}", published is None)


def format_build_summary(report: BuildReport, choices: dict[str, Any], language: Language) -> list[OutputLine]:
    """The summary of a build: records, files, duration, and the start page."""
    published = report.write_result
    if published is None:
        return [OutputLine(language.text(marked("Nothing was written; the site stays as it was.")))]
    seconds = f"{sum(report.phase_seconds.values()):.2f}"
    numbers = (published.written, published.unchanged, published.removed)
    lines = [_record_count_line(report, language), _file_count_line(language, numbers, seconds),
             _site_page_line(report, choices, language),
             *format_history_notes(report.change_log, choices["content"], language)]
    if published.unknown_files:
        message = language.plural("In {folder} lies {n} file that no build is known to have written: {files}. If it is "
                                  "from an earlier version, delete it; it stays public.",
                                  "In {folder} lie {n} files that no build is known to have written: {files}. If they "
                                  "are from an earlier version, delete them; they stay public.",
                                  len(published.unknown_files), folder=choices["output"],
                                  files=_join_first(published.unknown_files))
        lines.append(OutputLine(message, True))
    if not published.is_manifest_saved:
        lines.insert(2, OutputLine(language.text(marked("The cache cannot be written, so the next build starts anew.")),
                                   True))
    return lines


def format_noop_summary(report: BuildReport, choices: dict[str, Any], language: Language) -> list[OutputLine]:
    """The summary that the next build prints if nothing changes until then; `{seconds}` is replaced by its duration."""
    published = report.write_result
    numbers = (0, published.written + published.unchanged if published else 0, 0)
    return [_record_count_line(report, language), _file_count_line(language, numbers, "{seconds}"),
            _site_page_line(report, choices, language),
            *format_history_notes(report.change_log, choices["content"], language)]


def format_history_notes(change_log: ChangeLog, content: Path, language: Language) -> list[OutputLine]:
    """Why no history is shown, or which commits it leaves out."""
    if change_log.error_code:
        return [OutputLine(language.text(_NO_HISTORY_TEXTS[change_log.error_code],
                                         content=files.make_relative(content, Path()), found=change_log.error_detail))]
    if change_log.unreadable_commits:
        return [OutputLine(language.text(marked("Left out of the history, because the date cannot be right: {commits}"),
                                         commits=_join_first(change_log.unreadable_commits)))]
    return []


def _join_first(several: Sequence[str]) -> str:
    return ", ".join(map(format_for_terminal_line, several[:_MAX_LISTED])) + (" …" if len(several) > _MAX_LISTED
                                                                              else "")


_MAX_LISTED = 5
"""Maximum number of items in such a list."""

_NO_HISTORY_TEXTS: Mapping[str, str] = {
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


def _record_count_line(report: BuildReport, language: Language) -> OutputLine:
    kinds = (f"{get_built_in_vocabulary().label('record_kind', kind, language.tag)} {number}"
             for kind, number in report.record_counts.items() if number)
    return OutputLine(language.text(marked("Records: {kinds}"), kinds=", ".join(kinds)))


def _file_count_line(language: Language, numbers: tuple[int, int, int], seconds: str) -> OutputLine:
    written, unchanged, removed = numbers
    message = marked("Files: {written} written, {unchanged} unchanged, {removed} removed, in {seconds} s")
    return OutputLine(language.text(message, written=written, unchanged=unchanged, removed=removed, seconds=seconds))


def _site_page_line(report: BuildReport, choices: dict[str, Any], language: Language) -> OutputLine:
    return OutputLine(language.text(marked("As of {day}: {page}"), day=language.day(report.checked.as_of),
                                    page=choices["output"] / "index.html"))
