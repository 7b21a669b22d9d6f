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
from ..core.digests import MOMENT, TICK, Look, OnDisk, digest


@dataclass(frozen=True, slots=True)
class Inputs:
    """All that a build depends on: folders, options as a text, the day of the report (None: that of `now`), and
    `past`, the state of the history that is shown ("" = none)."""

    content: Path
    templates: Path
    output: Path
    options: str
    as_of: date | None
    now: datetime
    past: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What a build said; `{seconds}` stands for how long it took."""

    out: str
    err: str


def answer(inputs: Inputs, content: Mapping[str, OnDisk]) -> Said | None:
    """What the last build would say again, if nothing has changed since; None if something may have.

    `content`: how its files lie.
    """
    try:
        kept = json.loads(files.read_cache(_file(inputs)))
        zone, of_inputs, of_site, said = kept["zone"], kept["inputs"], kept["site"], Said(**kept["said"])
    except (ValueError, TypeError, KeyError):
        return None
    if of_inputs != _stamp(_on_day(inputs, zone), content, files.scan(inputs.templates)):
        return None
    return said if of_site == _digest(files.scan(inputs.output, hidden=True)) else None


def remember(inputs: Inputs, zone: str, said: Said, content: Look, output: Mapping[str, OnDisk]) -> None:
    """Keeps what a build said that left nothing to be done.

    `content`: how its files lay when it began; `output`: how the site lies now. Nothing is kept if a file was changed
    in the moment before: it may change once more without a new time.
    """
    templates = files.scan(inputs.templates)
    sources = [lies for found in (content.files, templates) for lies in found.values()]
    if all(lies.mtime < content.at - MOMENT and lies.changed < content.at - TICK for lies in sources):
        kept = {"zone": zone, "inputs": _stamp(_on_day(inputs, zone), content.files, templates),
                "site": _digest(dict(sorted(output.items()))), "said": {"out": said.out, "err": said.err}}
        files.write_cache(_file(inputs), json.dumps(kept).encode())


def _file(inputs: Inputs) -> Path:
    return files.cache_file(inputs.content, "last", inputs.output)


def _on_day(inputs: Inputs, zone: str) -> Inputs:
    """The inputs with the day it is where the site is."""
    return inputs if inputs.as_of else replace(inputs, as_of=inputs.now.astimezone(ZoneInfo(zone)).date())


def _stamp(inputs: Inputs, *lying: Mapping[str, OnDisk]) -> str:
    known = (str(inputs.content.resolve()), str(inputs.templates.resolve()), inputs.options, str(inputs.as_of),
             inputs.past)
    return digest(repr((known, [_digest(one, 4) for one in lying], files.program_lies())).encode())


def _digest(lying: Mapping[str, OnDisk], known: int = 2) -> str:
    """The digest of what is known of files: of a site that was written here and may have been copied, size and time."""
    lines = (f"{path}\0{lies[:known]}" for path, lies in lying.items())
    return digest("\0".join(lines).encode("utf-8", "surrogateescape"))
