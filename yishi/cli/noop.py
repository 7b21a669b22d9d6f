"""Fast path: if nothing changed, print the summary of the last build without loading any library."""

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
from ..model.message_ids import marked
from .usage import WrongUsage


def take_content_snapshot(content: Path) -> FolderSnapshot | None:
    """Stats of the files in the content folder; None if it cannot be read: the build will report why."""
    try:
        return files.scan_snapshot(content)
    except OSError:
        return None


def replay_last_run(choices: dict[str, Any], content: FolderSnapshot) -> bool:
    """Print the summary of the last build if nothing has changed since; returns whether it did. `content`: snapshot
    of the content folder."""
    started = content.taken_at
    last_run = None if choices["full"] else noop.find_last_run(collect_build_inputs(choices), content.files)
    if last_run:
        click.echo(last_run.err, err=True, nl=False)
        click.echo(last_run.out.replace("{seconds}", f"{(time.time_ns() - started) / 1e9:.2f}"), nl=False)
    return last_run is not None


def collect_build_inputs(choices: dict[str, Any]) -> BuildInputs:
    """Everything a build with these options depends on."""
    names = ("base_url", "revision", "drafts", "no_search", "no_history", "skip_invalid", "style", "tag", "quiet")
    options = repr([choices[name] for name in names])
    repository_state = ""
    if not choices["no_history"]:
        repository_state = f"{git.compute_repository_state(choices['content'])} {which('git') is None}"
    as_of = choices["as_of"]
    return BuildInputs(choices["content"], choices["templates"], choices["output"], options, as_of,
                       get_report_time(as_of), repository_state)


def get_report_time(as_of: date | None = None) -> datetime:
    """Time of the build: SOURCE_DATE_EPOCH if set and no `as_of` is given. Raises WrongUsage if no report can have
    that day."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not epoch or as_of:
        return datetime.now(UTC)
    epoch_time = git.parse_commit_time(epoch)
    try:
        validate_report_day((epoch_time or _UNUSABLE_TIME).date())
    except ValueError:
        day = f"{epoch} ({epoch_time:%Y-%m-%d})" if epoch_time else epoch
        raise WrongUsage(marked("SOURCE_DATE_EPOCH: there can be no report of {day}; unset it, or say which day "
                                "with --as-of DAY"), day=day) from None
    return epoch_time or _UNUSABLE_TIME


_UNUSABLE_TIME = datetime.min.replace(tzinfo=UTC)


def validate_report_day(day: date) -> date:
    """Return `day`. Raises ValueError unless it lies in 1990 … 2199: tools without a clock use days such as
    1980-01-01."""
    if not 1990 <= day.year < 2200:
        raise ValueError(day)
    return day
