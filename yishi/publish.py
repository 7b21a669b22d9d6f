"""From planned outputs to files: what is stale is made and written, what nothing makes any more is deleted."""

import traceback
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath

from jinja2 import TemplateSyntaxError

from . import files, images, traces
from .outputs import Output
from .paths import PHOTOS
from .problems import Problem
from .render import closure, references, renderer
from .traces import Mark, OnDisk, Trace
from .workers import share_out

_TEMPLATES = (".html", ".xml")
_STATIC = "static/"
_SIGN = "data/statistics.json"
"""The file by which a site of Yishi's is known where no trace of it is left."""

Watch = Callable[[str, int, int], None]
"""Told which phase has come how far: its name, how many are done, of how many."""


@dataclass(frozen=True)
class Published:
    """How many files were written, left as they were, and deleted; `cached` tells whether the trace could be kept."""

    written: int
    unchanged: int
    removed: int
    cached: bool


@dataclass(frozen=True)
class Folders:
    """Where a build takes from and writes to."""

    content: Path
    templates: Path
    output: Path


class ForeignFile(Exception):
    """The output folder holds a file that is not Yishi's where one is to be written; its path."""


class TemplateMistake(Exception):
    """A template cannot be used; holds the problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


def publish(planned: Sequence[Output], folders: Folders, code: str, digests: Mapping[str, str], watch: Watch,
            *, full: bool, jobs: int = 1) -> Published:
    """Makes the output folder hold exactly `planned`, and the static files beside the templates.

    `code`: the digest of the program; `digests`: those of the content folder's files. With `full` everything is made
    anew and compared. Files that no earlier build wrote are not touched. Raises ForeignFile, TemplateMistake, OSError.
    """
    templates, static = _read_templates(folders)
    assets = {name: _asset_path(name, data) for name, data in static.items()}
    outputs = {output.path: output for output in (*planned, *_asset_outputs(static, assets))}
    shells = _shells({output.template for output in planned if output.template}, templates, assets, folders)
    cache = _cache(folders)
    before = traces.loaded(files.read_cache(cache))
    made_of = {path: before.outputs[path].fingerprint if output.kept else traces.fingerprint(
                   output, code, shells.get(output.template, ""), digests.get(output.file, ""))
               for path, output in outputs.items()}
    lying = files.scan(folders.output, hidden=True)
    _spare_foreign_files(outputs, before, lying)
    known = {} if full else before.outputs
    stale = [path for path in outputs if traces.reason(known.get(path), made_of[path], lying.get(path))]
    gone = traces.orphans(before, outputs)
    marks = {path: mark for path, mark in before.outputs.items() if path in outputs}
    if stale or gone:  # whatever this build writes is known to the next one, even if this one is interrupted
        files.write_cache(cache, traces.dumped(Trace({**dict.fromkeys(stale, traces.UNKNOWN), **before.outputs})))
    make = _maker(renderer(templates, assets), folders, templates)
    watch("write", 0, len(stale))
    made = share_out(partial(_make_all, make, outputs, made_of, lying, folders.output), stale, jobs)
    watch("write", len(stale), len(stale))
    written = sum(is_new for part in made for _, _, is_new in part)
    marks |= {path: mark for part in made for path, mark, is_new in part}
    removed = files.remove(folders.output, [path for path in gone if path in lying])
    trace = Trace({path: marks[path] for path in outputs})
    cached = trace == before or files.write_cache(cache, traces.dumped(trace))
    return Published(written, len(outputs) - written, removed, cached)


def as_written(folders: Folders, folder: str, paths: Iterable[str]) -> bool:
    """Whether the files at `paths`, below `folder` of the output, lie there as the last build wrote them."""
    before = traces.loaded(files.read_cache(_cache(folders))).outputs
    lying = {f"{folder}/{path}": how for path, how in files.scan(folders.output / folder, hidden=True).items()}
    return all(path in before and before[path][1:] == lying.get(path) for path in paths)


def _cache(folders: Folders) -> Path:
    return files.cache_file(folders.content, "trace", folders.output)


def _make_all(make: Callable[[Output], bytes], outputs: Mapping[str, Output], made_of: Mapping[str, str],
              lying: Mapping[str, OnDisk], folder: Path, paths: Sequence[str]) -> list[tuple[str, Mark, bool]]:
    """Makes and writes the outputs at `paths`; the mark of each, and whether it was written."""
    marks = []
    for path in paths:
        lies, is_new = _put(folder, path, make(outputs[path]), lying.get(path))
        marks.append((path, Mark(made_of[path], lies.size, lies.mtime), is_new))
    return marks


def _spare_foreign_files(outputs: Mapping[str, Output], before: Trace, lying: Mapping[str, OnDisk]) -> None:
    """A folder that holds no site of Yishi's, by its trace or by its statistics, is not written over."""
    if before.outputs or _SIGN in lying:
        return
    for path in outputs:
        if path in lying:
            raise ForeignFile(path)


def _put(folder: Path, path: str, data: bytes, lying: OnDisk | None) -> tuple[OnDisk, bool]:
    """Writes a file unless it holds `data` already; how it then lies, and whether it was written."""
    if lying and lying.size == len(data) and files.read(folder, path) == data:
        return lying, False
    return files.write(folder, path, data), True


def _maker(
    render: Callable[[Output], bytes], folders: Folders, templates: Collection[str],
) -> Callable[[Output], bytes]:
    def make(output: Output) -> bytes:
        if output.file:
            data = files.read(folders.content, output.file)
            suffix = PurePosixPath(output.file).suffix.lower()
            return images.clean(data, suffix) if suffix in PHOTOS else data
        try:
            return render(output)
        except Exception as error:  # whatever the expressions of a template may raise
            frames = traceback.extract_tb(error.__traceback__)
            places = [(frame.filename, frame.lineno or 1) for frame in frames if frame.filename in templates]
            raise _mistake(str(error), folders, *(places or [(output.template, 1)])[-1]) from error

    return make


def _mistake(found: str, folders: Folders, name: str, line: int = 1) -> TemplateMistake:
    path = files.way(folders.templates / name, folders.content)
    return TemplateMistake(Problem(path, line, 1, "template", (("found", found),)))


# --- templates and static files ---------------------------------------------------------------------------------------


def _read_templates(folders: Folders) -> tuple[dict[str, str], dict[str, bytes]]:
    """The templates by name, and the static files by name."""
    found = files.read_all(folders.templates)
    templates = {name: _decoded(name, data, folders) for name, data in found.items()
                 if name.endswith(_TEMPLATES) and not name.startswith(_STATIC)}
    static = {name.removeprefix(_STATIC): data for name, data in found.items() if name.startswith(_STATIC)}
    return templates, static


def _decoded(name: str, data: bytes, folders: Folders) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise _mistake(str(error), folders, name, data.count(b"\n", 0, error.start) + 1) from error


def _asset_path(name: str, data: bytes) -> str:
    """The path of a static file in the site: its name carries its digest, so that browsers may keep it for ever."""
    stem, dot, suffix = name.rpartition(".")
    return f"{_STATIC}{stem}.{traces.digest(data)[:8]}{dot}{suffix}"


def _asset_outputs(static: Mapping[str, bytes], assets: Mapping[str, str]) -> Iterator[Output]:
    for name, data in static.items():
        yield Output(assets[name], body=data)


def _shells(used: Set[str], templates: Mapping[str, str], assets: Mapping[str, str],
            folders: Folders) -> dict[str, str]:
    """Template → the digest of all that it is made of; `used` are the ones that pages name."""
    published = repr(sorted(assets.items()))
    try:
        named = references(templates)
    except TemplateSyntaxError as error:
        raise _mistake(error.message or "", folders, error.name or "", error.lineno) from error
    for name in used - named.keys():
        raise _mistake("there is no such template", folders, name)
    return {name: traces.digest((published + repr([templates[one] for one in sorted(closure(name, named))])).encode())
            for name in used}
