"""Fingerprints: which outputs are stale, and why. Pure: what lies on disk comes in as data.

A trace is what the last build wrote: of every output how it lay on disk, and its fingerprint, which is what it was made
of: its plan, its template, the program, and the facts that were read, each with the digest that it had. The trace is
written last; a build that was interrupted leaves marks that do not match, so those files are made again.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from typing import NamedTuple

from msgspec import DecodeError, Struct, field
from msgspec.json import Decoder, encode
from msgspec.structs import replace

from ..core.dependencies import DependencyTracker, TableDigests, compute_dependency_digest
from ..core.hashes import FileStat, PackEntry, compute_digest


class OutputEntry(NamedTuple):
    """One file as it was written: how it then lay on disk, and what it was made of.

    `compute_output_fingerprint`: the digest of what is known of it before it is made (its plan, its template, the
    program); `uses`: the numbers of the facts that were read when it was made; `view`: where what it shows is kept.
    """

    size: int
    mtime: int
    template: str = ""
    fingerprint: str = ""
    reads: tuple[int, ...] = ()
    cached_view: PackEntry | None = None


UNWRITTEN = OutputEntry(-1, -1)
"""The mark of a file that is about to be written."""

_MIN_SHARE_IN_USE = 0.9
"""The share of facts still in use below which the others are dropped."""


class Manifest(Struct, frozen=True):
    """What the last build left: output file → its mark; the facts that were read, each with its digest; and
    `templates`, the digest of all templates, with `shells`, template → the digest of all that it is made of; `code` and
    `grounds`: what all facts rested on, and groups of them; `plans`: what tells all plans at once."""

    outputs: Mapping[str, OutputEntry] = field(default_factory=dict)
    dependencies: list[tuple[str, str]] = field(default_factory=list)
    templates_digest: str = ""
    template_fingerprints: Mapping[str, str] = field(default_factory=dict)
    program_fingerprint: str = ""
    group_digests: Mapping[str, str] = field(default_factory=dict)
    plans_fingerprint: str = ""


def compute_output_fingerprint(given: Sequence[object], *parts: str) -> str:
    """What is known of an output before it is made: what its plan gives, and the digests of template and program."""
    return compute_digest("\0".join((repr(given), *parts)).encode())[:32]


def compute_current_dependencies(trace: Manifest, made_with: DependencyTracker, code: str) -> list[tuple[str, str]]:
    """The facts of a trace, each with its digest of today; `code`: what all of them rest on.

    Most groups of facts are as they were, so that their digests need not be worked out.
    """
    grounds = made_with.group_digests if trace.program_fingerprint == code else {}
    same = {group for group, ground in grounds.items() if trace.group_digests.get(group) == ground}

    def holds(fact: str) -> bool:
        table, _, key = fact.partition(" ")
        return table in made_with.group_of_key and made_with.group_of_key[table].get(key) in same

    return [(fact, told if holds(fact) else compute_dependency_digest(fact, made_with.digests)) for fact,
            told in trace.dependencies]


def find_changed_dependencies(trace: Manifest, facts: Iterable[tuple[str, str]]) -> set[int]:
    """The numbers of the facts that are not as they were; `facts`: the same ones as they are today."""
    pairs = zip(trace.dependencies, facts, strict=True)
    return {number for number, ((_, before), (_, now)) in enumerate(pairs) if before != now}


def find_stale_reason(mark: OutputEntry | None, now: str | None, stale: set[int], lying: FileStat | None) -> str:
    """Why an output may have to be made anew: `new`, `find_changed_dependencies`, `missing`, `touched`; "" = it is up
    to date.

    `now`: its basis; `stale`: the facts that are not as they were.
    """
    if mark is None:
        return "new"
    if mark.fingerprint != now or not stale.isdisjoint(mark.reads):
        return "changed"
    if lying is None:
        return "missing"
    return "" if (mark.size, mark.mtime) == lying[:2] else "touched"


def list_orphans(known: Iterable[str], outputs: Container[str]) -> list[str]:
    """The files that an earlier build wrote, as far as they are `known`, and this one does not."""
    return sorted({path for path in known if path not in outputs})


# --- the list of files in the output folder ---------------------------------------------------------------------------

FILE_LIST_NAME = ".yishi-files"
"""The file of the output folder that lists all others that a build wrote there.

What was published is thus known wherever the folder is copied to and whatever becomes of the cache, so that what has
no record any more can be deleted. The same site has the same list.
"""

_FILE_LIST_HEADER = "# Yishi wrote these files, and deletes no others. 以下文件由本程序写入，它不会删除别的文件。\n"


def encode_file_list(outputs: Iterable[str]) -> bytes:
    """The list of these files, as it is kept."""
    return "".join((_FILE_LIST_HEADER, *(f"{path}\n" for path in sorted(outputs)))).encode()


def decode_file_list(data: bytes) -> frozenset[str]:
    """The files of a list; of one that is damaged, those whose lines are whole."""
    lines = data.decode("utf-8", "replace").split("\n")
    return frozenset(line for line in lines[:-1] if not line.startswith("#"))


# --- facts by number --------------------------------------------------------------------------------------------------


def number_dependencies(made: Mapping[str, tuple[OutputEntry, Iterable[str]]], facts: list[tuple[str, str]],
                        digests: TableDigests) -> tuple[dict[str, OutputEntry], list[tuple[str, str]]]:
    """The marks of what was `made` with the numbers of the facts that each used; and all facts, new ones at the end.

    `facts`: those of the trace before, as they are today.
    """
    numbers = {fact: number for number, (fact, _) in enumerate(facts)}
    marks = {path: mark._replace(reads=tuple(numbers.setdefault(fact, len(numbers)) for fact in uses))
             for path, (mark, uses) in made.items()}
    return marks, [*facts, *((fact, compute_dependency_digest(fact, digests)) for fact in list(numbers)[len(facts):])]


def drop_unused_dependencies(trace: Manifest) -> Manifest:
    """The same trace without the facts that no output uses any more, once they are many."""
    used = sorted(set[int]().union(*(mark.reads for mark in trace.outputs.values())))
    if len(used) > _MIN_SHARE_IN_USE * len(trace.dependencies):
        return trace
    numbers = {before: now for now, before in enumerate(used)}
    outputs = {path: mark._replace(reads=tuple(numbers[number] for number in mark.reads))
               for path, mark in trace.outputs.items()}
    return replace(trace, outputs=outputs, dependencies=[trace.dependencies[number] for number in used])


def encode_manifest(trace: Manifest) -> bytes:
    """The trace as it is kept on disk."""
    return encode(trace)


def decode_manifest(data: bytes) -> Manifest:
    """The trace kept as `data`; an empty one if it cannot be read."""
    try:
        return _MANIFEST_DECODER.decode(data)
    except DecodeError:
        return Manifest()


_MANIFEST_DECODER = Decoder(Manifest)
