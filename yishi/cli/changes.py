"""`changes`: what a change does to records and numbers, for those who approve it."""

import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import click
from msgspec.structs import replace

from ..content import git
from ..core import files
from ..core.hashes import FileStat
from ..engine.content_source import ContentSource, create_content_source, open_content
from ..engine.pipeline import BuildOptions, CheckedContent, check, check_source, summarise_content
from ..model.filenames import classify_files
from ..model.language import get_language, marked
from ..model.problems import select_errors
from .common import create_build_options, format_problem_lines, print_lines, report_disk_errors, show_progress
from .diff import SiteChanges, SiteState, compare_site_states
from .diff.formats import ChangesContext, format_changes_as_json, format_changes_as_markdown, format_changes_as_text
from .usage import WrongUsage

_CHANGE_FORMATTERS: Mapping[str, Callable[[SiteChanges, ChangesContext], str]] = {
    "text": format_changes_as_text, "markdown": format_changes_as_markdown, "json": format_changes_as_json}

_REFUSAL_TEXTS: Mapping[str, str] = {
    "no_git": marked("Git is not installed, so there is nothing to compare with; name a folder instead."),
    "no_repository": marked("The folder {content} is not in a Git repository, so there is nothing to compare with; "
                            "name a folder instead."),
    "no_revision": marked("There is no revision and no content folder {found}."),
    "shallow": marked("This is a shallow clone, which does not have {found}. Get the rest with: "
                      "git fetch --unshallow"),
    "partial": marked("This is a partial clone, which lacks earlier texts. Get them with: "
                      "git fetch --refetch --no-filter"),
    "foreign": marked("Git does not read this repository, because it belongs to another user of this computer. If you "
                      "trust it: git config --global --add safe.directory {found}"),
    "no_commit": marked("Nothing was committed yet, so there is nothing to compare with; name a folder instead."),
    "failed": marked("Git says: {found}"),
}

_STAT_NOT_ON_DISK = FileStat(-1, -1)
"""Stat of a file that is not on disk."""


class _Comparison(NamedTuple):
    """The content before and after, and the name of the former."""

    before: ContentSource
    after: ContentSource
    since: str


def run_changes_command(choices: dict[str, Any]) -> None:
    """Print the changes; exits with 1 if the content has errors, with 2 if there is nothing to compare with."""
    options = create_build_options(choices)
    try:
        with report_disk_errors():
            comparison = _open_comparison(options.folders.content, choices["base"])
    except git.GitUnavailable as refused:
        content = files.make_relative(options.folders.content, Path())
        raise WrongUsage(_REFUSAL_TEXTS[refused.code], found=refused.detail, content=content) from None
    with show_progress(choices) as watch, report_disk_errors():
        after = (check(options, watch) if comparison.after.writes_cache
                 else check_source(comparison.after, options, watch))
        language = get_language(choices["tag"] or after.library.site.languages[0])
        if errors := select_errors(after.problems):
            print_lines([line._replace(is_error=True)
                         for line in format_problem_lines(errors, {**choices, "style": "text"}, language)])
            if not options.skip_invalid:
                sys.exit(1)
        before = check_source(comparison.before, replace(options, as_of=after.as_of), watch)
        sides = (_compute_site_state(before, options, keeps=False),
                 _compute_site_state(after, options, keeps=comparison.after.writes_cache))
        context = ChangesContext(language, *sides, comparison.since)
        found = compare_site_states(context.before, context.after)
    click.echo(_CHANGE_FORMATTERS[choices["style"]](found, context))


def _compute_site_state(checked: CheckedContent, options: BuildOptions, *, keeps: bool) -> SiteState:
    summaries, statistics = summarise_content(checked, options.folders.content, full=options.full, writes_cache=keeps)
    return SiteState(checked.library, summaries, statistics, checked.attachment_digests)


# --- what is compared -------------------------------------------------------------------------------------------------


def _open_comparison(content: Path, base: str) -> _Comparison:
    """Open both states. `base`: a content folder, a revision, two of them joined by "..", or "" for the published
    state. Raises GitUnavailable."""
    now = open_content(content)
    if base and any((Path(base) / f"site{suffix}").is_file() for suffix in (".yaml", ".yml", ".md")):
        folder = Path(base)
        other = create_content_source(content, _without_stats(files.scan_folder(folder)),
                                      partial(files.read_file, folder), writes_cache=False)
        return _Comparison(other, now, base)
    old, dots, new = base.partition("..")
    commit = git.resolve_revision(content, old or "HEAD") if base else git.find_published_revision(content)
    since = f"{commit.short} ({commit.committed_at:%Y-%m-%d})"
    after = _open_content_at(now, git.resolve_revision(content, new or "HEAD")) if dots else now
    return _Comparison(_open_content_at(now, commit), after, since)


def _without_stats(found: Mapping[str, FileStat]) -> dict[str, FileStat]:
    return dict.fromkeys(found, _STAT_NOT_ON_DISK)


def _open_content_at(now: ContentSource, commit: git.Revision) -> ContentSource:
    """Content of the folder at a commit; files unchanged since are read from disk."""
    held = classify_files(git.list_files_at(now.folder, commit, now.file_stats)).files
    read = git.read_blobs(now.folder, filter(None, held.values()))

    def data(path: str) -> bytes:
        return read[held[path]] if held[path] else now.read_file(path)

    return ContentSource(now.folder, {path: _STAT_NOT_ON_DISK if id_ else now.file_stats[path]
                                      for path, id_ in held.items()}, data, writes_cache=False)
