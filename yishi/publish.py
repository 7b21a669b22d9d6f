"""From planned outputs to files: what is stale is made and written, what nothing makes any more is deleted."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from . import files, traces
from .digests import OnDisk
from .facts import Facts
from .outputs import Output, Plan
from .press import Folders, Press, forget_photos, is_photo, press_of
from .reading import Watch
from .traces import UNKNOWN, Mark, Trace
from .workers import share_out

_PHOTOS_WORTH_SHARING = 4
"""To convert one takes as long as to write hundreds of pages."""

_WORTH_SHARING = 5_000_000
"""To make so many bytes, such as the tables of all records, takes as long as well."""

_SIGN = "data/statistics.json"
"""The file by which a site of Yishi's is known where no trace of it is left."""


class Published(Struct, frozen=True):
    """How many files were written, left as they were, and deleted; `cached` tells whether the trace could be kept;
    `lying`: how all files of the output folder lie now."""

    written: int
    unchanged: int
    removed: int
    cached: bool
    lying: Mapping[str, OnDisk]


class ForeignFile(Exception):
    """The output folder holds a file that is not Yishi's where one is to be written; its path."""


class Survey(Struct, frozen=True):
    """What a build finds before it makes anything: the plans, the last trace, the facts of today, how files lie."""

    plans: Mapping[str, Plan]
    press: Press
    before: Trace
    facts: list[tuple[str, str]]
    lying: Mapping[str, OnDisk]
    reasons: Mapping[str, str]
    """Output that has to be made anew → why, as `traces.reason`."""


def survey(planned: Sequence[Plan], folders: Folders, made_with: Facts, code: str, lying: Mapping[str, OnDisk],
           *, full: bool) -> Survey:
    """What has to be made anew. Raises ForeignFile, TemplateMistake, OSError; as for `publish`."""
    before = traces.loaded(files.read_cache(_cache(folders)))
    known = Trace() if full else before
    press = press_of(folders, known, code, anew=full)
    plans = {plan.path: plan for plan in (*planned, *press.static)}
    _spare_foreign_files(plans, before, lying)
    facts = traces.today(known, made_with.digests)
    changed = traces.changed(known, facts)
    reasons = {path: traces.reason(mark, press.basis(plan, mark), changed, lying.get(path))
               for path, plan in plans.items() for mark in [known.outputs.get(path)]}
    return Survey(plans, press, before, facts, lying, {path: why for path, why in reasons.items() if why})


def publish(planned: Sequence[Plan], folders: Folders, made_with: Facts, code: str, lying: Mapping[str, OnDisk],
            watch: Watch, *, full: bool, jobs: int = 1) -> Published:
    """Makes the output folder hold exactly `planned`, and the static files beside the templates.

    `made_with`: the facts of the site; `code`: the digest of the program; `lying`: how the files of the output folder
    lie. With `full` everything is made anew and compared. Files that no earlier build wrote are not touched. Raises
    ForeignFile, TemplateMistake, OSError.
    """
    found = survey(planned, folders, made_with, code, lying, full=full)
    plans, before, stale = found.plans, found.before, list(found.reasons)
    gone = dict.fromkeys(traces.orphans(before, plans))
    if gone or not before.outputs.keys() >= set(stale):  # what this build writes is known to the next, come what may
        files.write_cache(_cache(folders), traces.dumped(_announced(before, stale)))
    made = _made(_Work(found, folders, made_with), stale, watch, jobs)
    if stale or gone:
        forget_photos(folders.content, plans.values(), found.press.converter)
    removed = files.remove(folders.output, [path for path in gone if path in found.lying])
    marks, facts = traces.numbered({one.path: (one.mark, one.uses) for one in made}, found.facts, made_with.digests)
    outputs = {path: marks.get(path) or before.outputs[path] for path in plans}
    trace = traces.compacted(Trace(outputs, facts, found.press.templates, found.press.shells))
    cached = trace == before or files.write_cache(_cache(folders), traces.dumped(trace))
    written = sum(one.is_new for one in made)
    lying = {path: lies for path, lies in found.lying.items() if path not in gone}
    lying |= {one.path: OnDisk(one.mark.size, one.mark.mtime) for one in made}
    return Published(written, len(plans) - written, removed, cached, lying)


class Why(Struct, frozen=True):
    """Why an output would be made anew: a reason as `traces.reason` ("" = it would not), the facts that have changed,
    and whether its plan, its template or the program has; `facts`: how many it was made of, by `template`."""

    reason: str
    changed: tuple[str, ...]
    plan: bool
    template: str
    facts: int


def why(found: Survey, path: str) -> Why:
    """Why the output at `path` would be made anew, or would not."""
    mark = found.before.outputs.get(path, UNKNOWN)
    pairs = ((found.before.facts[number], found.facts[number]) for number in mark.uses)
    changed = tuple(fact for (fact, before), (_, now) in pairs if before != now)
    plan = path in found.before.outputs and mark.basis != found.press.basis(found.plans[path], mark)
    return Why(found.reasons.get(path, ""), changed, plan, mark.template, len(mark.uses))


def _cache(folders: Folders) -> Path:
    return files.cache_file(folders.content, "trace", folders.output)


def _announced(before: Trace, stale: Iterable[str]) -> Trace:
    return replace(before, outputs={**dict.fromkeys(stale, traces.UNKNOWN), **before.outputs})


# --- what is made -----------------------------------------------------------------------------------------------------


def _made(work: "_Work", stale: Sequence[str], watch: Watch, jobs: int) -> list["_Made"]:
    """What was made of the outputs that are stale, by several processes: pages first, then photos."""
    watch("write", 0, len(stale))
    photos = [path for path in stale if is_photo(work.survey.plans[path])]
    pages = [path for path in stale if not is_photo(work.survey.plans[path])]
    before = sum(work.survey.before.outputs.get(path, traces.UNKNOWN).size for path in pages)
    heavy = 2 if before > _WORTH_SHARING else None
    made = [one for paths, worth in ((pages, heavy), (photos, _PHOTOS_WORTH_SHARING))
            for part in share_out(work.make_all, paths, jobs, worth) for one in part]
    watch("write", len(stale), len(stale))
    return made


class _Made(NamedTuple):
    """One output that was made: its mark, the facts it used, and whether its file is new."""

    path: str
    mark: Mark
    uses: tuple[str, ...]
    is_new: bool


class _Work(Struct, frozen=True):
    """All that is needed to make the outputs that are stale."""

    survey: Survey
    folders: Folders
    made_with: Facts

    def make_all(self, paths: Sequence[str]) -> list[_Made]:
        """Makes and writes the outputs at `paths`."""
        make = self.survey.press.maker(self.folders)
        return [self._make(path, make) for path in paths]

    def _make(self, path: str, make: Callable[[Output], bytes]) -> _Made:
        plan, lying = self.survey.plans[path], self.survey.lying.get(path)
        self.made_with.uses.clear()
        output = plan.output()
        uses = self.made_with.used()
        basis = self.survey.press.basis(plan, UNKNOWN._replace(template=output.template))
        lies, is_new = _put(self.folders.output, path, make(output), lying)
        return _Made(path, Mark(lies.size, lies.mtime, output.template, basis), uses, is_new)


def _spare_foreign_files(outputs: Mapping[str, Plan], before: Trace, lying: Mapping[str, OnDisk]) -> None:
    """A folder that holds no site of Yishi's, by its trace or by its statistics, is not written over.

    Nor is a link, or a file, followed or replaced where the site needs a folder.
    """
    foreign = lying.keys() - outputs.keys()
    if foreign and (in_the_way := foreign & {above for path in outputs for above in _folders_above(path)}):
        raise ForeignFile(min(in_the_way))
    if before.outputs or _SIGN in lying:
        return
    for path in outputs:
        if path in lying:
            raise ForeignFile(path)


def _folders_above(path: str) -> Iterator[str]:
    while path := path.rpartition("/")[0]:
        yield path


def _put(folder: Path, path: str, data: bytes, lying: OnDisk | None) -> tuple[OnDisk, bool]:
    """Writes a file unless it holds `data` already; how it then lies, and whether it was written."""
    if lying and lying.size == len(data) and files.read(folder, path) == data:
        return lying, False
    return files.write(folder, path, data), True
