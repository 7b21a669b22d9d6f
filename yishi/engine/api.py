"""Yishi as a library: `yishi.build`, `yishi.check`, `yishi.statistics`. Folders in, frozen types out; the commands of
the same names call the same functions of `engine.pipeline`."""

import os
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from ..analysis.statistics import Statistics
from ..exports.record_files import iter_published_records
from ..model.language import get_language
from ..model.problems import Problem, format_problems_as_text, select_errors
from ..model.records.field_types import parse_site_address
from .assets import BuildFolders, find_folder_conflict
from .cache import is_cache_tracked
from .pipeline import (
    BuildOptions,
    BuildReport,
    CheckedContent,
    assemble_site_data,
    build,
    check,
    summarise_content,
)


class InvalidContent(ValueError):
    """The content has errors, so nothing was counted; `problems` holds all problems, warnings too."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(describe_problems(select_errors(problems), language="en")))
        self.problems = tuple(problems)


def build_folder(content: str | os.PathLike[str], output: str | os.PathLike[str], *,
                 templates: str | os.PathLike[str] | None = None, as_of: date | None = None,
                 base_url: str | None = None, revision: str = "", drafts: bool = False, skip_invalid: bool = False,
                 full: bool = False, search: bool = True, history: bool = True, jobs: int = 1) -> BuildReport:
    """`yishi.build`: build the site of the folder `content` into the folder `output`, as the command `build` does.

    Options are those of the command: `templates` defaults to the folder of that name beside `content`, `as_of` to
    today, `base_url` to that of site.yaml. `jobs` is the number of processes; more than one only where the caller's
    main module may be imported again, as `multiprocessing` requires. Returns what was found and done; if the content
    has errors and they are not skipped, nothing is written and `write_result` is None. Raises ValueError for folders
    or an address that cannot be used, and as `engine.pipeline.build`.
    """
    folders = _choose_folders(content, output, templates)
    if conflict := find_folder_conflict(folders):
        raise ValueError(conflict[0].format(**conflict[1]))
    return build(BuildOptions(
        folders, datetime.now(UTC), as_of, parse_site_address(base_url) if base_url else None, jobs,
        drafts=drafts, full=full or is_cache_tracked(folders.content), skip_invalid=skip_invalid, search=search,
        revision=revision, history=history))


def check_folder(content: str | os.PathLike[str], *, as_of: date | None = None,
                 drafts: bool = False) -> CheckedContent:
    """`yishi.check`: read, link and check all records of the folder `content`; writes no file but the cache.

    The result has the `problems`, sorted by file and line, and the `library` of all valid records.
    """
    return check(_create_reading_options(content, as_of, drafts=drafts))


def compute_folder_statistics(content: str | os.PathLike[str], *, as_of: date | None = None,
                              skip_invalid: bool = False) -> Statistics:
    """`yishi.statistics`: all statistics of the folder `content`: of the site (place "") and of every place.

    They are the numbers that the site shows, with the same suppression. Raises InvalidContent if records have errors,
    unless they are skipped.
    """
    options = _create_reading_options(content, as_of)
    return summarise_content(_require_valid(check(options), skip_invalid=skip_invalid), options.folders.content)[1]


def read_published_records(content: str | os.PathLike[str], kind: str, *, as_of: date | None = None,
                           skip_invalid: bool = False) -> list[dict[str, Any]]:
    """`yishi.records`: the published records of a kind (`issue`, `case`, `meeting` …), as in the site's data files:
    without drafts and keys that are not published, small numbers of people suppressed. Raises as
    `compute_folder_statistics`, and KeyError for an unknown kind."""
    options = _create_reading_options(content, as_of)
    checked = _require_valid(check(options), skip_invalid=skip_invalid)
    site_data = assemble_site_data(checked, options, *summarise_content(checked, options.folders.content))
    return list(iter_published_records(site_data, kind))


def describe_problems(problems: Sequence[Problem], *, folder: str = "content", language: str = "en") -> Iterator[str]:
    """The lines that `check` prints of problems: position, message and, where there is one, the corrected line.
    `folder`: what the content folder is called in them; `language`: `en` or `zh-Hans`."""
    return format_problems_as_text(problems, folder, get_language(language))


def _choose_folders(content: str | os.PathLike[str], output: str | os.PathLike[str],
                    templates: str | os.PathLike[str] | None = None) -> BuildFolders:
    records = Path(content)
    beside = Path(os.path.normpath(records / ".." / "templates"))
    return BuildFolders(records, beside if templates is None else Path(templates), Path(output))


def _create_reading_options(content: str | os.PathLike[str], as_of: date | None, *,
                            drafts: bool = False) -> BuildOptions:
    """Options under which nothing is written. Raises ValueError if there is no such folder."""
    if not Path(content).is_dir():
        raise ValueError(f"{os.fspath(content)}: there is no such folder")
    return BuildOptions(_choose_folders(content, content), datetime.now(UTC), as_of, drafts=drafts,
                        full=is_cache_tracked(Path(content)))


def _require_valid(checked: CheckedContent, *, skip_invalid: bool) -> CheckedContent:
    if not skip_invalid and select_errors(checked.problems):
        raise InvalidContent(checked.problems)
    return checked
