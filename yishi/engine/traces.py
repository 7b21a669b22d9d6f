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

from ..core.digests import OnDisk, Part, digest
from ..core.facts import Digests, Facts, digest_of


class Mark(NamedTuple):
    """One file as it was written: how it then lay on disk, and what it was made of.

    `basis`: the digest of what is known of it before it is made (its plan, its template, the program); `uses`: the
    numbers of the facts that were read when it was made; `view`: where what it shows is kept.
    """

    size: int
    mtime: int
    template: str = ""
    basis: str = ""
    uses: tuple[int, ...] = ()
    view: Part | None = None


UNKNOWN = Mark(-1, -1)
"""The mark of a file that is about to be written."""

_WORTH_KEEPING = 0.9
"""The share of facts still in use below which the others are dropped."""


class Trace(Struct, frozen=True):
    """What the last build left: output file → its mark; the facts that were read, each with its digest; and
    `templates`, the digest of all templates, with `shells`, template → the digest of all that it is made of; `code` and
    `grounds`: what all facts rested on, and groups of them; `plans`: what tells all plans at once."""

    outputs: Mapping[str, Mark] = field(default_factory=dict)
    facts: list[tuple[str, str]] = field(default_factory=list)
    templates: str = ""
    shells: Mapping[str, str] = field(default_factory=dict)
    code: str = ""
    grounds: Mapping[str, str] = field(default_factory=dict)
    plans: str = ""


def basis(given: Sequence[object], *parts: str) -> str:
    """What is known of an output before it is made: what its plan gives, and the digests of template and program."""
    return digest("\0".join((repr(given), *parts)).encode())[:32]


def today(trace: Trace, made_with: Facts, code: str) -> list[tuple[str, str]]:
    """The facts of a trace, each with its digest of today; `code`: what all of them rest on.

    Most groups of facts are as they were, so that their digests need not be worked out.
    """
    grounds = made_with.grounds if trace.code == code else {}
    same = {group for group, ground in grounds.items() if trace.grounds.get(group) == ground}

    def holds(fact: str) -> bool:
        table, _, key = fact.partition(" ")
        return table in made_with.grouped and made_with.grouped[table].get(key) in same

    return [(fact, told if holds(fact) else digest_of(fact, made_with.digests)) for fact, told in trace.facts]


def changed(trace: Trace, facts: Iterable[tuple[str, str]]) -> set[int]:
    """The numbers of the facts that are not as they were; `facts`: the same ones as they are today."""
    pairs = zip(trace.facts, facts, strict=True)
    return {number for number, ((_, before), (_, now)) in enumerate(pairs) if before != now}


def reason(mark: Mark | None, now: str | None, stale: set[int], lying: OnDisk | None) -> str:
    """Why an output may have to be made anew: `new`, `changed`, `missing`, `touched`; "" = it is up to date.

    `now`: its basis; `stale`: the facts that are not as they were.
    """
    if mark is None:
        return "new"
    if mark.basis != now or not stale.isdisjoint(mark.uses):
        return "changed"
    if lying is None:
        return "missing"
    return "" if (mark.size, mark.mtime) == lying[:2] else "touched"


def orphans(known: Iterable[str], outputs: Container[str]) -> list[str]:
    """The files that an earlier build wrote, as far as they are `known`, and this one does not."""
    return sorted({path for path in known if path not in outputs})


# --- the list of files in the output folder ---------------------------------------------------------------------------

FILE_LIST = ".yishi-files"
"""The file of the output folder that lists all others that a build wrote there.

What was published is thus known wherever the folder is copied to and whatever becomes of the cache, so that what has
no record any more can be deleted. The same site has the same list.
"""

_HEAD = "# Yishi wrote these files, and deletes no others. 以下文件由本程序写入，它不会删除别的文件。\n"


def file_list(outputs: Iterable[str]) -> bytes:
    """The list of these files, as it is kept."""
    return "".join((_HEAD, *(f"{path}\n" for path in sorted(outputs)))).encode()


def listed(data: bytes) -> frozenset[str]:
    """The files of a list; of one that is damaged, those whose lines are whole."""
    lines = data.decode("utf-8", "replace").split("\n")
    return frozenset(line for line in lines[:-1] if not line.startswith("#"))


# --- facts by number --------------------------------------------------------------------------------------------------


def numbered(made: Mapping[str, tuple[Mark, Iterable[str]]], facts: list[tuple[str, str]],
             digests: Digests) -> tuple[dict[str, Mark], list[tuple[str, str]]]:
    """The marks of what was `made` with the numbers of the facts that each used; and all facts, new ones at the end.

    `facts`: those of the trace before, as they are today.
    """
    numbers = {fact: number for number, (fact, _) in enumerate(facts)}
    marks = {path: mark._replace(uses=tuple(numbers.setdefault(fact, len(numbers)) for fact in uses))
             for path, (mark, uses) in made.items()}
    return marks, [*facts, *((fact, digest_of(fact, digests)) for fact in list(numbers)[len(facts):])]


def compacted(trace: Trace) -> Trace:
    """The same trace without the facts that no output uses any more, once they are many."""
    used = sorted(set[int]().union(*(mark.uses for mark in trace.outputs.values())))
    if len(used) > _WORTH_KEEPING * len(trace.facts):
        return trace
    numbers = {before: now for now, before in enumerate(used)}
    outputs = {path: mark._replace(uses=tuple(numbers[number] for number in mark.uses))
               for path, mark in trace.outputs.items()}
    return replace(trace, outputs=outputs, facts=[trace.facts[number] for number in used])


def dumped(trace: Trace) -> bytes:
    """The trace as it is kept on disk."""
    return encode(trace)


def loaded(data: bytes) -> Trace:
    """The trace kept as `data`; an empty one if it cannot be read."""
    try:
        return _TRACE.decode(data)
    except DecodeError:
        return Trace()


_TRACE = Decoder(Trace)
