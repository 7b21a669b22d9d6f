"""`changes`: what a change does to records and numbers, for those who approve it."""

import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import click
from msgspec.structs import replace

from ..content import history
from ..core import files
from ..core.digests import OnDisk
from ..engine.content_source import Stock, stock_of, stocked
from ..engine.pipeline import BuildOptions, Checked, check, check_stock, counted
from ..model.filenames import sort_out
from ..model.language import LANGUAGES, language, marked
from ..model.problems import errors
from .diff import Changes, Side, changes_between
from .diff.words import Telling, as_json, as_markdown, as_text
from .telling import build_options, disk_told, problem_lines, tell, watching

_FORMATS: Mapping[str, Callable[[Changes, Telling], str]] = {
    "text": as_text, "markdown": as_markdown, "json": as_json}

_REFUSED: Mapping[str, str] = {
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

_NEITHER = OnDisk(-1, -1)
"""How a file lies that does not lie on the disk."""


class _Compared(NamedTuple):
    """What is compared: what was there before, what is there now, and what the first is called."""

    before: Stock
    after: Stock
    since: str


def run(choices: dict[str, Any]) -> None:
    """Tells what changes; exits with 1 if the content has errors, with 2 if there is nothing to compare with."""
    options = build_options(choices)
    spoken = language(choices["tag"] or LANGUAGES[0])
    try:
        with disk_told():
            compared = _compared(options.folders.content, choices["base"])
    except history.Refused as refused:
        content = files.way(options.folders.content, Path())
        raise click.UsageError(spoken.text(_REFUSED[refused.code], found=refused.found, content=content)) from None
    with watching(choices) as watch, disk_told():
        now = check(options, watch) if compared.after.keeps else check_stock(compared.after, options, watch)
        spoken = language(choices["tag"] or now.library.site.languages[0])
        if wrong := errors(now.problems):
            tell([line._replace(err=True) for line in problem_lines(wrong, {**choices, "style": "text"}, spoken)])
            if not options.skip_invalid:
                sys.exit(1)
        then = check_stock(compared.before, replace(options, as_of=now.as_of), watch)
        sides = (_side(then, options, keeps=False), _side(now, options, keeps=compared.after.keeps))
        telling = Telling(spoken, *sides, compared.since)
        found = changes_between(telling.before, telling.after)
    click.echo(_FORMATS[choices["style"]](found, telling))


def _side(checked: Checked, options: BuildOptions, *, keeps: bool) -> Side:
    briefs, statistics = counted(checked, options.folders.content, full=options.full, keeps=keeps)
    return Side(checked.library, briefs, statistics, checked.digests)


# --- what is compared -------------------------------------------------------------------------------------------------


def _compared(content: Path, base: str) -> _Compared:
    """`base`: a content folder, a revision, two of them with .. between, or "": what is public. Raises Refused."""
    now = stock_of(content)
    if base and any((Path(base) / f"site{suffix}").is_file() for suffix in (".yaml", ".yml", ".md")):
        folder = Path(base)
        other = stocked(content, _elsewhere(files.scan(folder)), partial(files.read, folder), keeps=False)
        return _Compared(other, now, base)
    old, dots, new = base.partition("..")
    commit = history.revision(content, old or "HEAD") if base else history.published(content)
    since = f"{commit.short} ({commit.made:%Y-%m-%d})"
    after = _stock_at(now, history.revision(content, new or "HEAD")) if dots else now
    return _Compared(_stock_at(now, commit), after, since)


def _elsewhere(found: Mapping[str, OnDisk]) -> dict[str, OnDisk]:
    return dict.fromkeys(found, _NEITHER)


def _stock_at(now: Stock, commit: history.Revision) -> Stock:
    """What the content folder held at a commit; what lies there now as it did then is read from there."""
    held = sort_out(history.files_at(now.folder, commit, now.found)).files
    read = history.blobs(now.folder, filter(None, held.values()))

    def data(path: str) -> bytes:
        return read[held[path]] if held[path] else now.read(path)

    return Stock(now.folder, {path: _NEITHER if id_ else now.found[path] for path, id_ in held.items()}, data,
                 keeps=False)
