"""A build that finds nothing changed is answered from how all files lie, without reading one or loading a library.

What is kept of the last build: one digest of its options and of how every file of the content, the templates and the
program lies, one of the size and time of those of the site; and what that build said.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from ..core import files
from ..core.hashes import CTIME_RESOLUTION_NS, MTIME_RESOLUTION_NS, FileStat, FolderSnapshot, compute_digest


@dataclass(frozen=True, slots=True)
class BuildInputs:
    """All that a build depends on: folders, options as a text, the day of the report (None: that of `now`), and
    `past`, the state of the history that is shown ("" = none)."""

    content: Path
    templates: Path
    output: Path
    options: str
    as_of: date | None
    now: datetime
    history_state: str = ""


@dataclass(frozen=True, slots=True)
class LastRun:
    """What a build said; `{seconds}` stands for how long it took."""

    out: str
    err: str


def find_last_run(inputs: BuildInputs, content: Mapping[str, FileStat]) -> LastRun | None:
    """What the last build would say again, if nothing has changed since; None if something may have.

    `content`: how its files lie.
    """
    try:
        kept = json.loads(files.read_cache(_locate_last_run(inputs)))
        zone, of_inputs, of_site, said = kept["zone"], kept["inputs"], kept["site"], LastRun(**kept["said"])
    except (ValueError, TypeError, KeyError):
        return None
    if of_inputs != _fingerprint_inputs(_with_local_date(inputs, zone), content, files.scan_folder(inputs.templates)):
        return None
    return said if of_site == _fingerprint_stats(files.scan_folder(inputs.output, hidden=True)) else None


def record_last_run(inputs: BuildInputs, zone: str, said: LastRun, content: FolderSnapshot,
                    output: Mapping[str, FileStat]) -> None:
    """Keeps what a build said that left nothing to be done.

    `content`: how its files lay when it began; `output`: how the site lies now. Nothing is kept if a file was changed
    in the moment before: it may change once more without a new time.
    """
    templates = files.scan_folder(inputs.templates)
    sources = [lies for found in (content.files, templates) for lies in found.values()]
    if all(lies.mtime < content.taken_at - MTIME_RESOLUTION_NS and lies.ctime < content.taken_at - CTIME_RESOLUTION_NS
           for lies in sources):
        kept = {"zone": zone, "inputs": _fingerprint_inputs(_with_local_date(inputs, zone), content.files, templates),
                "site": _fingerprint_stats(dict(sorted(output.items()))), "said": {"out": said.out, "err": said.err}}
        files.write_cache(_locate_last_run(inputs), json.dumps(kept).encode())


def _locate_last_run(inputs: BuildInputs) -> Path:
    return files.locate_cache_file(inputs.content, "last", inputs.output)


def _with_local_date(inputs: BuildInputs, zone: str) -> BuildInputs:
    """The inputs with the day it is where the site is."""
    return inputs if inputs.as_of else replace(inputs, as_of=inputs.now.astimezone(ZoneInfo(zone)).date())


def _fingerprint_inputs(inputs: BuildInputs, *lying: Mapping[str, FileStat]) -> str:
    known = (str(inputs.content.resolve()), str(inputs.templates.resolve()), inputs.options, str(inputs.as_of),
             inputs.history_state)
    return compute_digest(repr((known, [_fingerprint_stats(one, 4) for one in lying], files.stat_program())).encode())


def _fingerprint_stats(lying: Mapping[str, FileStat], known: int = 2) -> str:
    """The digest of what is known of files: of a site that was written here and may have been copied, size and time."""
    lines = (f"{path}\0{lies[:known]}" for path, lies in lying.items())
    return compute_digest("\0".join(lines).encode("utf-8", "surrogateescape"))
