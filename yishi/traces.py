"""Fingerprints: which outputs are stale, and why. Pure: what lies on disk comes in as data.

A trace is what the last build wrote: `{"outputs": {PATH: [FINGERPRINT, SIZE, MTIME_NS]}}`. It
is written last; a build that was interrupted leaves marks that do not match, so those files are made again.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from .outputs import Output


class OnDisk(NamedTuple):
    """What is known of a file without reading it."""

    size: int
    mtime: int


class Mark(NamedTuple):
    """One file as it was written: what it was made of, and how it then lay on disk."""

    fingerprint: str
    size: int
    mtime: int


UNKNOWN = Mark("", -1, -1)
"""The mark of a file that is about to be written."""


@dataclass(frozen=True)
class Trace:
    """What the last build left: output file → its mark."""

    outputs: Mapping[str, Mark] = field(default_factory=dict)


def digest(data: bytes) -> str:
    """The digest of some bytes."""
    return hashlib.sha256(data).hexdigest()


def fingerprint(output: Output, *parts: str) -> str:
    """What `output` is made of: its view or body, and `parts`, the digests of template, program and file."""
    made_of = repr((output.template, output.language, output.view)).encode() if output.template else output.body
    return digest("\0".join(parts).encode() + b"\0" + made_of)


def reason(mark: Mark | None, made_of: str, lying: OnDisk | None) -> str:
    """Why an output has to be made anew: `new`, `changed`, `missing`, `touched`; "" = it is up to date."""
    if mark is None:
        return "new"
    if mark.fingerprint != made_of:
        return "changed"
    if lying is None:
        return "missing"
    return "" if (mark.size, mark.mtime) == lying else "touched"


def orphans(trace: Trace, outputs: Mapping[str, object]) -> list[str]:
    """The files that an earlier build wrote and this one does not."""
    return sorted(trace.outputs.keys() - outputs.keys())


def dumped(trace: Trace) -> bytes:
    """The trace as it is kept on disk."""
    return json.dumps({"outputs": trace.outputs}, separators=(",", ":")).encode()


def loaded(data: bytes) -> Trace:
    """The trace kept as `data`; an empty one if it cannot be read."""
    try:
        return Trace({path: Mark(*mark) for path, mark in json.loads(data)["outputs"].items()})
    except (ValueError, TypeError, KeyError, AttributeError):
        return Trace()
