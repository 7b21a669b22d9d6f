"""From planned outputs to files: what is stale is made and written, what nothing makes any more is deleted."""

import posixpath
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from jinja2 import TemplateError

from . import files, images, traces
from .outputs import Output
from .problems import Problem
from .render import closure, renderer
from .traces import Mark, OnDisk, Trace

PHOTOS = (".jpg", ".jpeg", ".png", ".webp", ".gif")
_TEMPLATES = (".html", ".xml")
_STATIC = "static/"

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


class TemplateMistake(Exception):
    """A template cannot be used; holds the problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


def publish(planned: Sequence[Output], folders: Folders, code: str, digests: Mapping[str, str], watch: Watch,
            *, full: bool) -> Published:
    """Makes the output folder hold exactly `planned`, and the static files beside the templates.

    `code`: the digest of the program; `digests`: those of the content folder's files. With `full` everything is made
    anew and compared. Files that no earlier build wrote are not touched. Raises TemplateMistake, OSError.
    """
    templates, static = _read_templates(folders.templates)
    assets = {name: _asset_path(name, data) for name, data in static.items()}
    outputs = {output.path: output for output in (*planned, *_asset_outputs(static, assets))}
    made_of = _fingerprints(outputs.values(), templates, assets, code, digests)
    cache = files.cache_file(folders.content, "trace", folders.output)
    before = traces.loaded(files.read_cache(cache))
    lying = files.scan(folders.output, hidden=True)
    known = {} if full else before.outputs
    stale = [path for path in outputs if traces.reason(known.get(path), made_of[path], lying.get(path))]
    gone = traces.orphans(before, outputs)
    marks = {path: mark for path, mark in before.outputs.items() if path in outputs}
    if stale or gone:  # whatever this build writes is known to the next one, even if this one is interrupted
        files.write_cache(cache, traces.dumped(Trace({**dict.fromkeys(stale, traces.UNKNOWN), **before.outputs})))
    make = _maker(renderer(templates, assets), folders)
    written = 0
    for number, path in enumerate(stale, start=1):
        watch("write", number, len(stale))
        data = make(outputs[path])
        lies, is_new = _put(folders.output, path, data, lying.get(path))
        written += is_new
        marks[path] = Mark(made_of[path], lies.size, lies.mtime)
    removed = files.remove(folders.output, [path for path in gone if path in lying])
    trace = Trace({path: marks[path] for path in outputs})
    cached = trace == before or files.write_cache(cache, traces.dumped(trace))
    return Published(written, len(outputs) - written, removed, cached)


def _put(folder: Path, path: str, data: bytes, lying: OnDisk | None) -> tuple[OnDisk, bool]:
    """Writes a file unless it holds `data` already; how it then lies, and whether it was written."""
    if lying and lying.size == len(data) and files.read(folder, path) == data:
        return lying, False
    return files.write(folder, path, data), True


def _maker(render: Callable[[Output], bytes], folders: Folders) -> Callable[[Output], bytes]:
    def make(output: Output) -> bytes:
        if output.file:
            data = files.read(folders.content, output.file)
            suffix = PurePosixPath(output.file).suffix.lower()
            return images.clean(data, suffix) if suffix in PHOTOS else data
        try:
            return render(output)
        except TemplateError as error:
            raise _mistake(error, output.template, folders) from error

    return make


def _mistake(error: TemplateError, template: str, folders: Folders) -> TemplateMistake:
    name = getattr(error, "name", None) or template
    path = posixpath.join(folders.templates.as_posix(), name)
    return TemplateMistake(Problem(path, getattr(error, "lineno", 1), 1, "template", (("found", str(error)),)))


# --- templates and static files ----------------------------------------------------------------------------------------


def _read_templates(folder: Path) -> tuple[dict[str, str], dict[str, bytes]]:
    """The templates by name, and the static files by name."""
    found = files.read_all(folder)
    templates = {name: data.decode() for name, data in found.items()
                 if name.endswith(_TEMPLATES) and not name.startswith(_STATIC)}
    static = {name.removeprefix(_STATIC): data for name, data in found.items() if name.startswith(_STATIC)}
    return templates, static


def _asset_path(name: str, data: bytes) -> str:
    """The path of a static file in the site: its name carries its digest, so that browsers may keep it for ever."""
    stem, dot, suffix = name.rpartition(".")
    return f"{_STATIC}{stem}.{traces.digest(data)[:8]}{dot}{suffix}"


def _asset_outputs(static: Mapping[str, bytes], assets: Mapping[str, str]) -> Iterator[Output]:
    for name, data in static.items():
        yield Output(assets[name], body=data)


def _fingerprints(outputs: Collection[Output], templates: Mapping[str, str], assets: Mapping[str, str], code: str,
                  digests: Mapping[str, str]) -> dict[str, str]:
    """Output → what it is made of: its view or body, its templates and static files, its file, the program."""
    named = repr(sorted(assets.items()))
    used = {output.template for output in outputs if output.template}
    shells = {name: traces.digest((named + repr([templates[one] for one in sorted(closure(name, templates))])).encode())
              for name in used}
    return {output.path: traces.fingerprint(output, code, shells.get(output.template, ""), digests.get(output.file, ""))
            for output in outputs}
