"""A build that finds nothing changed says what the last one would say again; no library is loaded for it."""

import os
import time
from datetime import UTC, date, datetime
from pathlib import Path
from shutil import which
from typing import Any

import click

from ..content import git
from ..core import files
from ..core.hashes import FolderSnapshot
from ..engine import noop
from ..engine.noop import BuildInputs
from .usage import WrongUsage, marked


def take_content_snapshot(content: Path) -> FolderSnapshot | None:
    """How the files of the content folder lie; None: the disk refuses to tell, and the build will say why."""
    try:
        return files.scan_snapshot(content)
    except OSError:
        return None


def replay_last_run(choices: dict[str, Any], content: FolderSnapshot) -> bool:
    """Whether nothing has changed since the last build; then that has been told. `content`: how its files lie."""
    started = content.taken_at
    said = None if choices["full"] else noop.find_last_run(collect_build_inputs(choices), content.files)
    if said:
        click.echo(said.err, err=True, nl=False)
        click.echo(said.out.replace("{seconds}", f"{(time.time_ns() - started) / 1e9:.2f}"), nl=False)
    return said is not None


def collect_build_inputs(choices: dict[str, Any]) -> BuildInputs:
    """All that a build with these options depends on."""
    names = ("base_url", "revision", "drafts", "no_search", "no_history", "skip_invalid", "style", "tag", "quiet")
    options = repr([choices[name] for name in names])
    past = "" if choices["no_history"] else f"{git.compute_repository_state(choices['content'])} {which('git') is None}"
    as_of = choices["as_of"]
    return BuildInputs(choices["content"], choices["templates"], choices["output"], options, as_of,
                       get_report_time(as_of), past)


def get_report_time(as_of: date | None = None) -> datetime:
    """The time that builds are told for: that of the environment (SOURCE_DATE_EPOCH) where it gives one, and no day
    `as_of` is given. Raises UsageError for a time of which there can be no report."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not epoch or as_of:
        return datetime.now(UTC)
    given = git.parse_commit_time(epoch)
    try:
        validate_report_day((given or _UNUSABLE_TIME).date())
    except ValueError:
        said = f"{epoch} ({given:%Y-%m-%d})" if given else epoch
        raise WrongUsage(marked("SOURCE_DATE_EPOCH: there can be no report of {day}; unset it, or say which day "
                                "with --as-of DAY"), day=said) from None
    return given or _UNUSABLE_TIME


_UNUSABLE_TIME = datetime.min.replace(tzinfo=UTC)


def validate_report_day(day: date) -> date:
    """A day of which there can be a report. Raises ValueError for another, such as 1980-01-01, which tools set where
    they know no time."""
    if not 1990 <= day.year < 2200:
        raise ValueError(day)
    return day
