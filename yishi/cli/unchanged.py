"""A build that finds nothing changed says what the last one would say again; no library is loaded for it."""

import os
import time
from datetime import UTC, date, datetime
from pathlib import Path
from shutil import which
from typing import Any

import click

from ..content import history
from ..core import files
from ..core.digests import Look
from ..engine import unchanged
from ..engine.unchanged import Inputs
from .usage import Misuse, marked


def looked_at(content: Path) -> Look | None:
    """How the files of the content folder lie; None: the disk refuses to tell, and the build will say why."""
    try:
        return files.look(content)
    except OSError:
        return None


def answered(choices: dict[str, Any], content: Look) -> bool:
    """Whether nothing has changed since the last build; then that has been told. `content`: how its files lie."""
    started = content.at
    said = None if choices["full"] else unchanged.answer(inputs_of(choices), content.files)
    if said:
        click.echo(said.err, err=True, nl=False)
        click.echo(said.out.replace("{seconds}", f"{(time.time_ns() - started) / 1e9:.2f}"), nl=False)
    return said is not None


def inputs_of(choices: dict[str, Any]) -> Inputs:
    """All that a build with these options depends on."""
    names = ("base_url", "revision", "drafts", "no_search", "no_history", "skip_invalid", "style", "tag", "quiet")
    options = repr([choices[name] for name in names])
    past = "" if choices["no_history"] else f"{history.state(choices['content'])} {which('git') is None}"
    as_of = choices["as_of"]
    return Inputs(choices["content"], choices["templates"], choices["output"], options, as_of, now(as_of), past)


def now(as_of: date | None = None) -> datetime:
    """The time that builds are told for: that of the environment (SOURCE_DATE_EPOCH) where it gives one, and no day
    `as_of` is given. Raises UsageError for a time of which there can be no report."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not epoch or as_of:
        return datetime.now(UTC)
    given = history.time_of(epoch)
    try:
        day_of_report((given or _NO_TIME).date())
    except ValueError:
        said = f"{epoch} ({given:%Y-%m-%d})" if given else epoch
        raise Misuse(marked("SOURCE_DATE_EPOCH: there can be no report of {day}; unset it, or say which day "
                            "with --as-of DAY"), day=said) from None
    return given or _NO_TIME


_NO_TIME = datetime.min.replace(tzinfo=UTC)


def day_of_report(day: date) -> date:
    """A day of which there can be a report. Raises ValueError for another, such as 1980-01-01, which tools set where
    they know no time."""
    if not 1990 <= day.year < 2200:
        raise ValueError(day)
    return day
