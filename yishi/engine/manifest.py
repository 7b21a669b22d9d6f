"""The manifest: which outputs the last build wrote, from what, and which are stale. Pure: file stats come in as data.

For every output it records the stat, the fingerprint of its inputs (plan, template, program) and the dependencies
read, each with its digest. It is written last, so an interrupted build leaves entries that do not match and those
files are rebuilt.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from typing import NamedTuple

from msgspec import Struct, field
from msgspec.structs import replace

from ..core.dependencies import DependencyTracker, TableDigests, compute_dependency_digest
from ..core.hashes import FileStat, compute_digest
from .cache import CacheStage


class OutputEntry(NamedTuple):
    """One output as written: its stat, and what it was made from.

    `fingerprint`: as `compute_output_fingerprint`; `reads`: indexes of the dependencies read; `view_digest`: of its
    cached view, "" if none is.
    """

    size: int
    mtime: int
    template: str = ""
    fingerprint: str = ""
    reads: tuple[int, ...] = ()
    view_digest: str = ""


UNWRITTEN = OutputEntry(-1, -1)
"""The entry of a file that is about to be written."""

_MIN_SHARE_IN_USE = 0.9
"""The share of dependencies still in use below which the others are dropped."""


class Manifest(Struct, frozen=True):
    """The state left by the last build.

    `outputs`: output file → its entry; `dependencies`: every dependency read, with its digest; `templates_digest`:
    digest of all templates; `template_fingerprints`: template → digest of everything it includes; `group_digests`:
    group of dependencies → digest.
    """

    outputs: Mapping[str, OutputEntry] = field(default_factory=dict)
    dependencies: list[tuple[str, str]] = field(default_factory=list)
    templates_digest: str = ""
    template_fingerprints: Mapping[str, str] = field(default_factory=dict)
    program_fingerprint: str = ""
    group_digests: Mapping[str, str] = field(default_factory=dict)


def compute_output_fingerprint(args: Sequence[object], *parts: str) -> str:
    """Fingerprint of an output's inputs known before it is rendered: the arguments of its plan, and the digests of
    template and program."""
    return compute_digest("\0".join((repr(args), *parts)).encode())[:32]


def compute_current_dependencies(manifest: Manifest, tracker: DependencyTracker,
                                 program_fingerprint: str) -> list[tuple[str, str]]:
    """The dependencies of a manifest with their current digests; `program_fingerprint`: of what all of them depend on.

    Digests of groups that are unchanged are reused.
    """
    digests, group_of_key = tracker.digests, tracker.group_of_key
    group_digests = tracker.group_digests if manifest.program_fingerprint == program_fingerprint else {}
    unchanged_groups = {group for group, digest in group_digests.items() if manifest.group_digests.get(group) == digest}
    current = list[tuple[str, str]]()
    for known in manifest.dependencies:
        table, _, key = known[0].partition(" ")
        is_unchanged = table in group_of_key and group_of_key[table].get(key) in unchanged_groups
        current.append(known if is_unchanged else (known[0], digests[table](key) if table in digests else ""))
    return current


def find_changed_dependencies(manifest: Manifest, dependencies: Iterable[tuple[str, str]]) -> set[int]:
    """Indexes of the dependencies whose digest differs; `dependencies`: the same ones with their current digests."""
    pairs = zip(manifest.dependencies, dependencies, strict=True)
    return {number for number, ((_, before), (_, now)) in enumerate(pairs) if before != now}


def find_stale_reason(entry: OutputEntry | None, fingerprint: str | None, stale: set[int],
                      stat: FileStat | None) -> str:
    """Why an output must be rebuilt: `new`, `changed`, `missing`, `touched`; "" if it is up to date.

    `fingerprint`: its current one; `stale`: indexes of changed dependencies; `stat`: of its file, None if it is
    missing.
    """
    if entry is None:
        return "new"
    if entry.fingerprint != fingerprint or not stale.isdisjoint(entry.reads):
        return "changed"
    if stat is None:
        return "missing"
    return "" if (entry.size, entry.mtime) == stat[:2] else "touched"


def list_orphans(known_files: Iterable[str], outputs: Container[str]) -> list[str]:
    """The known files of earlier builds that this build does not write, sorted."""
    return sorted({path for path in known_files if path not in outputs})


# --- the list of files in the output folder ---------------------------------------------------------------------------

FILE_LIST_NAME = ".yishi-files"
"""The file in the output folder that lists all files written by builds.

With it, outdated files can be deleted even if the folder was copied or the cache lost. The same site has the same
list.
"""

_FILE_LIST_HEADER = "# Yishi wrote these files, and deletes no others. 以下文件由本程序写入，它不会删除别的文件。\n"


def encode_file_list(outputs: Iterable[str]) -> bytes:
    """The file list as bytes: a header line, then one path per line."""
    return "".join((_FILE_LIST_HEADER, *(f"{path}\n" for path in sorted(outputs)))).encode()


def decode_file_list(data: bytes) -> frozenset[str]:
    """The files of a list; if it is damaged, those whose lines are complete."""
    lines = data.decode("utf-8", "replace").split("\n")
    return frozenset(line for line in lines[:-1] if not line.startswith("#"))


# --- facts by number --------------------------------------------------------------------------------------------------


def number_dependencies(produced: Mapping[str, tuple[OutputEntry, Iterable[str]]], dependencies: list[tuple[str, str]],
                        digests: TableDigests) -> tuple[dict[str, OutputEntry], list[tuple[str, str]]]:
    """The entries of the `produced` outputs with their reads replaced by indexes, and all dependencies, new ones
    appended.

    `dependencies`: those of the previous manifest with their current digests.
    """
    numbers = {dependency: number for number, (dependency, _) in enumerate(dependencies)}
    entries = {path: entry._replace(reads=tuple(numbers.setdefault(dependency, len(numbers)) for dependency in reads))
               for path, (entry, reads) in produced.items()}
    return entries, [*dependencies, *((dependency, compute_dependency_digest(dependency, digests))
                                      for dependency in list(numbers)[len(dependencies):])]


def drop_unused_dependencies(manifest: Manifest) -> Manifest:
    """The manifest without dependencies that no output reads any more, once they are many."""
    used = sorted(set[int]().union(*(entry.reads for entry in manifest.outputs.values())))
    if len(used) > _MIN_SHARE_IN_USE * len(manifest.dependencies):
        return manifest
    numbers = {before: now for now, before in enumerate(used)}
    outputs = {path: entry._replace(reads=tuple(numbers[number] for number in entry.reads))
               for path, entry in manifest.outputs.items()}
    return replace(manifest, outputs=outputs, dependencies=[manifest.dependencies[number] for number in used])


MANIFEST = CacheStage("manifest", Manifest)
"""The shard is the path of the output folder."""
