"""Publish from the office page: into a folder, to a Git remote, or with `deploy/publish.sh`. What will be done is told
before it is done, and nothing is published while the content has errors."""

import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click
from msgspec import Struct

from ..content.git import GitUnavailable, list_uncommitted, locate_remote, push_folder
from ..core import files
from ..core.hashes import compute_digest
from ..engine.pipeline import check
from ..model.language import Language, marked
from ..model.problems import select_errors
from .common import create_build_options, report_disk_errors, run_build
from .usage import localize_message

PUBLISH_SCRIPT = Path(__file__).parents[2] / "deploy" / "publish.sh"
"""Only a checkout of the program has it."""
_MAX_FILES_NAMED = 12
"""Maximum number of files that a plan names."""


class PublishPlan(Struct, frozen=True):
    """What publishing will do, in lines, and whether it can be done."""

    lines: tuple[str, ...]
    is_possible: bool = True

    @property
    def digest(self) -> str:
        """Tells whether a plan is the one that was shown."""
        return compute_digest("\n".join(self.lines).encode())


def plan_publication(choices: Mapping[str, Any], language: Language) -> PublishPlan:
    """What `publish_site` would do now. `choices`: of `serve`; `publish` is the pair of kind and target."""
    return _gather(_plan_if_correct, choices, language)


def publish_site(choices: Mapping[str, Any], language: Language) -> PublishPlan:
    """Publish, and tell in lines what was done, or why it was not."""
    return _gather(_ACTIONS[choices["publish"][0]], choices, language)


def _gather(step: "_Step", choices: Mapping[str, Any], language: Language) -> PublishPlan:
    public = {**choices, "drafts": False, "shows_drafts": choices["drafts"], "style": "text"}
    try:
        with report_disk_errors():
            return PublishPlan(tuple(step(public, choices["publish"][1], language)))
    except (click.ClickException, GitUnavailable) as refused:
        reason = (localize_message(refused, language) if isinstance(refused, click.ClickException)
                  else refused.detail or refused.code)
        return PublishPlan((language.text(marked("It cannot be published: {reason}"), reason=reason),), False)


def _plan_if_correct(choices: Mapping[str, Any], target: str, language: Language) -> Iterator[str]:
    errors = select_errors(check(create_build_options(dict(choices))).problems)
    if errors and not choices["skip_invalid"]:
        raise click.ClickException(_count_errors(len(errors), language))
    yield from _PLANS[choices["publish"][0]](choices, target, language)


def _count_errors(count: int, language: Language) -> str:
    return language.plural("there is {n} error in the records", "there are {n} errors in the records", count)


# --- a folder ---------------------------------------------------------------------------------------------------------


def _plan_folder(choices: Mapping[str, Any], target: str, language: Language) -> Iterator[str]:
    yield language.text(marked("The site is built into the folder {folder}, without drafts."), folder=target)
    shown = choices["output"]
    if not choices["shows_drafts"]:
        new, old = files.scan_folder(shown), files.scan_folder(Path(target))
        added, removed = sorted(new.keys() - old.keys()), sorted(old.keys() - new.keys())
        changed = [path for path in new if path in old and not _is_equal(shown, Path(target), path)]
        yield language.text(marked("{new} files are new, {changed} change, {removed} go."),
                            new=language.number(len(added)), changed=language.number(len(changed)),
                            removed=language.number(len(removed)))
        named = [(path, sign) for sign, paths in zip("+±−", (added, changed, removed), strict=True) for path in paths]
        named.sort(key=_pages_of_records_first)
        yield from _name_files([f"{sign} {path}" for path, sign in named], language)


def _pages_of_records_first(named: tuple[str, str]) -> tuple[bool, str]:
    path, _ = named
    return not (path.startswith("places/") and path.endswith(".html")), path


def _is_equal(folder: Path, other: Path, path: str) -> bool:
    one, two = folder / path, other / path
    return one.stat().st_size == two.stat().st_size and files.read_file(folder, path) == files.read_file(other, path)


def _name_files(lines: Sequence[str], language: Language) -> Iterator[str]:
    yield from lines[:_MAX_FILES_NAMED]
    if (rest := len(lines) - _MAX_FILES_NAMED) > 0:
        yield language.text(marked("and {n} more"), n=language.number(rest))


def _publish_to_folder(choices: Mapping[str, Any], target: str, language: Language) -> Iterator[str]:
    into = {**choices, "output": Path(target), "quiet": True}
    report, _, problems = run_build(into, create_build_options(into))
    if report is None or report.write_result is None:
        raise click.ClickException(_count_errors(len(select_errors(problems)), language))
    written = report.write_result
    yield language.text(marked("Published in {folder}: {written} files written, {removed} removed."), folder=target,
                        written=language.number(written.written), removed=language.number(written.removed))


# --- a Git remote -----------------------------------------------------------------------------------------------------


def _plan_push(choices: Mapping[str, Any], target: str, language: Language) -> Iterator[str]:
    branch, address = locate_remote(choices["content"], target)
    yield language.text(marked("The records are committed and pushed to {remote} ({address}), branch {branch}."),
                        remote=target, address=address, branch=branch)
    changed = list_uncommitted(choices["content"])
    yield language.plural("{n} file is committed now:", "{n} files are committed now:", len(changed))
    yield from _name_files(changed, language)


def _push(choices: Mapping[str, Any], target: str, language: Language) -> Iterator[str]:
    push_folder(choices["content"], target, language.text(marked("Take in what was sent to the office")))
    yield language.text(marked("Pushed to {remote}. The host builds the site from it."), remote=target)


# --- the script -------------------------------------------------------------------------------------------------------


def _plan_script(choices: Mapping[str, Any], target: str, language: Language) -> Iterator[str]:
    yield language.text(marked("This command builds the site without drafts and swaps the public folder in one step:"))
    yield shlex.join(_script_command(choices, target, language))


def _run_script(choices: Mapping[str, Any], target: str, language: Language) -> Iterator[str]:
    done = subprocess.run(_script_command(choices, target, language), capture_output=True, text=True, check=False,
                          errors="replace", env={**os.environ, "PYTHON": sys.executable})
    said = (done.stdout + done.stderr).strip().splitlines()
    if done.returncode:
        raise click.ClickException("\n".join(said[-_MAX_FILES_NAMED:]))
    yield from said[-_MAX_FILES_NAMED:]


def _script_command(choices: Mapping[str, Any], target: str, language: Language) -> list[str]:
    if not PUBLISH_SCRIPT.is_file():
        raise click.ClickException(language.text(marked("deploy/publish.sh comes with the program's repository only")))
    named = {"--content": choices["content"], "--templates": choices["templates"], "--base-url": choices["base_url"]}
    options = [text for option, value in named.items() if value for text in (option, str(value))]
    switches = [option for option in ("--skip-invalid", "--no-search", "--no-history")
                if choices[option[2:].replace("-", "_")]]
    return ["bash", str(PUBLISH_SCRIPT), target, *options, *switches]


_Step = Callable[[Mapping[str, Any], str, Language], Iterator[str]]
_PLANS: Mapping[str, _Step] = {"folder": _plan_folder, "git": _plan_push, "script": _plan_script}
_ACTIONS: Mapping[str, _Step] = {"folder": _publish_to_folder, "git": _push, "script": _run_script}
"""The kinds of the option `--publish`."""
