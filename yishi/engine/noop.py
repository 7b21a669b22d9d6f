"""Fast path: if every input's and output's stat matches the last build, print its summary and exit.

Of the last build are stored: a digest of its options and of the stats of all files of the content, the templates and
the program; the files of the site, and a digest of their sizes and times; and its output on the terminal.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from ..core import files
from ..core.hashes import CTIME_RESOLUTION_NS, MTIME_RESOLUTION_NS, FileStat, FolderSnapshot, compute_digest


@dataclass(frozen=True, slots=True)
class BuildInputs:
    """Everything a build depends on: folders, options as text, the day of the report (None: that of `now`), and the
    state of the history that is shown ("" if none)."""

    content: Path
    templates: Path
    output: Path
    options: str
    as_of: date | None
    now: datetime
    history_state: str = ""


@dataclass(frozen=True, slots=True)
class LastRun:
    """The terminal output of a build, where `{seconds}` stands for its duration."""

    out: str
    err: str


def find_last_run(inputs: BuildInputs, content: Mapping[str, FileStat]) -> LastRun | None:
    """The output of the last build if nothing has changed since, else None; `content`: stats of its files."""
    try:
        stored = json.loads(files.read_cache(_locate_last_run(inputs)))
        zone, of_inputs, of_site, last_run = stored["zone"], stored["inputs"], stored["site"], LastRun(**stored["said"])
        site_files = [*stored["files"]]
    except (ValueError, TypeError, KeyError):
        return None
    if of_inputs != _fingerprint_inputs(_with_local_date(inputs, zone), content, files.scan_folder(inputs.templates)):
        return None
    return last_run if of_site == _fingerprint_site(files.stat_files(inputs.output, site_files)) else None


def record_last_run(inputs: BuildInputs, zone: str, last_run: LastRun, content: FolderSnapshot,
                    output: Mapping[str, FileStat]) -> None:
    """Store the output of a build that left nothing to do.

    `content`: snapshot of its files when the build began; `output`: stats of the site's files now. Nothing is stored
    if a file changed just before: it may change again within the timestamp resolution.
    """
    templates = files.scan_folder(inputs.templates)
    sources = [stat for stats in (content.files, templates) for stat in stats.values()]
    if all(stat.mtime < content.taken_at - MTIME_RESOLUTION_NS and stat.ctime < content.taken_at - CTIME_RESOLUTION_NS
           for stat in sources):
        stored = {"zone": zone, "inputs": _fingerprint_inputs(_with_local_date(inputs, zone), content.files, templates),
                  "files": [*output], "site": _fingerprint_site(output),
                  "said": {"out": last_run.out, "err": last_run.err}}
        files.write_cache(_locate_last_run(inputs), json.dumps(stored).encode())


def _locate_last_run(inputs: BuildInputs) -> Path:
    return files.locate_cache_file(inputs.content, "last", inputs.output)


def _with_local_date(inputs: BuildInputs, zone: str) -> BuildInputs:
    """The inputs with the local date of the site as the day of the report."""
    return inputs if inputs.as_of else replace(inputs, as_of=inputs.now.astimezone(ZoneInfo(zone)).date())


def _fingerprint_inputs(inputs: BuildInputs, *stat_tables: Mapping[str, FileStat]) -> str:
    known = (str(inputs.content.resolve()), str(inputs.templates.resolve()), inputs.options, str(inputs.as_of),
             inputs.history_state)
    return compute_digest(repr((known, [_fingerprint_stats(stats) for stats in stat_tables],
                                files.stat_program())).encode())


def _fingerprint_stats(stats: Mapping[str, FileStat]) -> str:
    return _digest_lines(f"{path}\0{size} {mtime} {ctime} {inode}"
                         for path, (size, mtime, ctime, inode) in stats.items())


def _fingerprint_site(stats: Mapping[str, FileStat]) -> str:
    """Digest of size and time of the site's files alone: it may have been copied."""
    return _digest_lines(f"{path}\0{size} {mtime}" for path, (size, mtime, _, _) in stats.items())


def _digest_lines(lines: Iterable[str]) -> str:
    return compute_digest("\0".join(lines).encode("utf-8", "surrogateescape"))
