"""From planned outputs to files: what is stale is made and written, what nothing makes any more is deleted.

All new files are staged, and moved into place once every one of them is made: whatever fails while they are made, such
as a template, leaves the site as it was.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import nullcontext
from pathlib import Path
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from ..core import files
from ..core.digests import OnDisk, Part
from ..core.facts import Facts
from ..core.outputs import Output, Plan
from ..core.workers import share_out
from ..model.paths import one_file
from ..model.problems import Problem
from . import traces
from .content_source import Watch
from .packs import packed, unpacked
from .press import Folders, Press, forget_photos, is_photo, press_of
from .traces import FILE_LIST, UNKNOWN, Mark, Trace

_PHOTOS_HEAVY = 4
"""To convert one takes as long as to write hundreds of pages."""

WORTH_KEEPING = 400
"""Of so many outputs what they show is kept: of fewer it is soon worked out again."""

_HEAVY = 5_000_000
"""To make so many bytes, such as the tables of all records, takes as long as well."""

_MOST = 10
"""Where more than one output in so many was made, a look whether all of them are there takes little beside that."""

_SIGN = "data/statistics.json"
"""The file by which a site of Yishi's is known where neither a trace nor a list of its files is left."""


class Published(Struct, frozen=True):
    """How many files were written, left as they were, and deleted; `cached` tells whether the trace could be kept;
    `lying`: how all files of the output folder lie now; `unknown`: those of a site of which nothing tells what wrote
    them, because an earlier version left no list."""

    written: int
    unchanged: int
    removed: int
    cached: bool
    lying: Mapping[str, OnDisk]
    unknown: Sequence[str] = ()


class ForeignFile(Exception):
    """The output folder holds a file that is not Yishi's where one is to be written; its path."""


class AddressTaken(Exception):
    """Two outputs would lie at one address; holds the problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


class Survey(Struct, frozen=True):
    """What a build finds before it makes anything: the plans, the last trace, the facts of today, how files lie."""

    plans: Mapping[str, Plan]
    press: Press
    before: Trace
    facts: list[tuple[str, str]]
    lying: Mapping[str, OnDisk]
    reasons: Mapping[str, str]
    """Output that has to be made anew → why, as `traces.reason`."""
    shown: Set[str]
    """Those of them that show what they showed before: only their templates have changed, or their files."""
    told: str
    """What tells all plans at once: if that is as it was, so is each."""
    listed: bytes
    """What the list of files in the output folder says."""
    known: Set[str]
    """The files that earlier builds wrote: what the cache and what that list tells."""


def survey(planned: Sequence[Plan], folders: Folders, made_with: Facts, code: str, lying: Mapping[str, OnDisk],
           *, full: bool) -> Survey:
    """What has to be made anew. Raises AddressTaken, ForeignFile, TemplateMistake, OSError; as for `publish`."""
    before = traces.loaded(files.read_cache(_cache(folders)))
    known = Trace() if full else before
    press = press_of(folders, known, code, anew=full)
    plans = _by_address((*planned, *press.static))
    listed = files.read_if_there(folders.output, FILE_LIST)
    wrote = before.outputs.keys() | traces.listed(listed)
    _spare_foreign_files(plans, wrote, lying)
    facts = traces.today(known, made_with, code)
    changed = traces.changed(known, facts)
    told = press.tells(plans.values())

    def basis(path: str, mark: Mark) -> str:
        return mark.basis if told == known.plans else press.basis(plans[path], mark.template)

    def shows_the_same(path: str, mark: Mark) -> bool:
        return (mark.view is not None and changed.isdisjoint(mark.uses)
                and mark.basis == press.basis(plans[path], mark.template, known.shells))

    reasons = {path: traces.reason(mark, mark and basis(path, mark), changed, lying.get(path))
               for path in plans for mark in [known.outputs.get(path)]}
    stale = {path: why for path, why in reasons.items() if why}
    shown = {path for path in stale if path in known.outputs and shows_the_same(path, known.outputs[path])}
    return Survey(plans, press, before, facts, lying, stale, shown, told, listed, wrote)


def publish(planned: Sequence[Plan], folders: Folders, made_with: Facts, code: str, lying: Mapping[str, OnDisk],
            watch: Watch, *, full: bool, jobs: int = 1) -> Published:
    """Makes the output folder hold exactly `planned`, and the static files beside the templates.

    `made_with`: the facts of the site; `code`: the digest of the program; `lying`: how the files of the output folder
    lie. With `full` everything is made anew and compared. Files that no earlier build wrote are not touched. Raises
    AddressTaken, ForeignFile, TemplateMistake, Removed, OSError.
    """
    lying = _without_staged(folders.output, lying)
    found = survey(planned, folders, made_with, code, lying, full=full)
    plans, before, stale = found.plans, found.before, list(found.reasons)
    gone = [path for path in traces.orphans({*found.known, _DRAFT}, plans) if path in lying]
    if gone or not before.outputs.keys() >= set(stale):  # what this build writes is known to the next, come what may
        files.write_cache(_cache(folders), traces.dumped(_announced(before, stale)))
    announced = traces.file_list(found.known | plans.keys())
    list_lies = lying.get(FILE_LIST)
    with files.staging(folders.output, _tops(plans)) if stale else nullcontext():
        made = _made(_Work(found, folders, made_with, len(stale) >= WORTH_KEEPING), stale, watch, jobs)
        list_lies = _put_list(folders.output, announced, found.listed, list_lies)
        files.move_staged(folders.output, (one.path for one in made if one.is_new))
    _check_whole(folders.output, plans, stale)
    if stale or gone:
        forget_photos(folders.content, plans.values(), found.press.converter)
    removed = files.remove(folders.output, gone)
    marks, facts = traces.numbered({one.path: (one.mark, one.uses) for one in made}, found.facts, made_with.digests)
    outputs = {path: marks.get(path) or before.outputs[path] for path in plans}
    trace = traces.compacted(Trace(outputs, facts, found.press.templates, found.press.shells, code,
                                   made_with.grounds, found.told))
    list_lies = _put_list(folders.output, traces.file_list(plans), announced, list_lies)
    cached = trace == before or files.write_cache(_cache(folders), traces.dumped(trace))
    files.keep_only(_packs(folders), {mark.view.pack for mark in outputs.values() if mark.view})
    written = sum(one.is_new for one in made)
    lying = {path: lies for path, lies in found.lying.items() if path not in gone}
    lying |= {one.path: OnDisk(one.mark.size, one.mark.mtime) for one in made} | {FILE_LIST: list_lies}
    unknown = () if found.known else sorted(found.lying.keys() - plans.keys() - {FILE_LIST})
    return Published(written, len(plans) - written, removed, cached, lying, unknown)


_DRAFT = f"{FILE_LIST}.new"
"""What a list of files is called until it is whole."""


def _put_list(folder: Path, data: bytes, before: bytes, lying: OnDisk | None) -> OnDisk:
    """Puts a list of files into the output folder in one step, unless it says that `before`; how it then lies."""
    return lying if lying and data == before else files.write_whole(folder, FILE_LIST, _DRAFT, data)


def _by_address(plans: Iterable[Plan]) -> dict[str, Plan]:
    """Address → its plan. Raises AddressTaken if two are one file on some system, OSError for one outside the site."""
    found: dict[str, Plan] = {}
    for plan in plans:
        other = found.setdefault(one_file(files.inside(plan.path)), plan)
        if other is not plan:
            raise AddressTaken(_taken(plan, other))
    return {plan.path: plan for plan in found.values()}


def _taken(plan: Plan, other: Plan) -> Problem:
    origin, beside = sorted((plan.origin, other.origin), reverse=True)
    values = (("key", f"/{plan.path}"), ("found", origin), ("allowed", beside))
    return Problem(origin or "site.yaml", 1, 1, "address_twice" if beside else "address_of_site", values)


def _without_staged(output: Path, lying: Mapping[str, OnDisk]) -> Mapping[str, OnDisk]:
    """How files lie once what a build that was killed had staged is deleted."""
    if not any(path.startswith(files.STAGED) for path in lying):
        return lying
    files.drop_staged(output)
    return {path: lies for path, lies in lying.items() if not path.startswith(files.STAGED)}


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
    plan = path in found.before.outputs and mark.basis != found.press.basis(found.plans[path], mark.template)
    return Why(found.reasons.get(path, ""), changed, plan, mark.template, len(mark.uses))


def _cache(folders: Folders) -> Path:
    return files.cache_file(folders.content, "trace", folders.output)


def _packs(folders: Folders) -> Path:
    """The folder in which lies what the pages of an output folder show."""
    return files.cache_file(folders.content, "views", folders.output)


def _announced(before: Trace, stale: Iterable[str]) -> Trace:
    return replace(before, outputs={**dict.fromkeys(stale, traces.UNKNOWN), **before.outputs})


# --- what is made -----------------------------------------------------------------------------------------------------


def _tops(plans: Iterable[str]) -> set[str]:
    """The names directly below the output folder."""
    return {path.partition("/")[0] for path in plans}


def _check_whole(output: Path, plans: Mapping[str, Plan], stale: Sequence[str]) -> None:
    """Raises Removed if files of the site are not there any more: somebody has deleted them meanwhile."""
    if len(stale) * _MOST > len(plans) and not plans.keys() <= files.scan(output, hidden=True).keys():
        raise files.Removed(str(output))


def _made(work: "_Work", stale: Sequence[str], watch: Watch, jobs: int) -> list["_Made"]:
    """What was made of the outputs that are stale, by several processes: pages first, then photos."""
    watch("write", 0, len(stale))
    photos = [path for path in stale if is_photo(work.survey.plans[path])]
    pages = [path for path in stale if not is_photo(work.survey.plans[path])]
    before = sum(work.survey.before.outputs.get(path, traces.UNKNOWN).size for path in pages)
    heavy = 2 if before > _HEAVY else None
    made = [one for paths, worth in ((pages, heavy), (photos, _PHOTOS_HEAVY))
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
    """All that is needed to make the outputs that are stale; `keeps`: whether to keep what they show."""

    survey: Survey
    folders: Folders
    made_with: Facts
    keeps: bool

    def make_all(self, paths: Sequence[str]) -> list[_Made]:
        """Makes and stages the outputs at `paths`."""
        make, packs = self.survey.press.maker(self.folders), _packs(self.folders)
        with files.reading_parts(packs) as read, files.writing_parts(packs) as add:
            return [self._make(self._again(path, read) or self._new(path), make, add) for path in paths]

    def _again(self, path: str, read: Callable[[Part], bytes]) -> "_Shown | None":
        """What an output shows, as it was kept; None if that has changed or was not kept."""
        mark = self.survey.before.outputs.get(path, UNKNOWN)
        if path not in self.survey.shown or not mark.view:
            return None
        output = unpacked(path, mark.template, read(mark.view))
        uses = tuple(self.survey.facts[number][0] for number in mark.uses)
        return _Shown(output, uses, mark.view) if output else None

    def _new(self, path: str) -> "_Shown":
        """What an output shows, worked out."""
        self.made_with.uses.clear()
        output = self.survey.plans[path].output()
        return _Shown(output, self.made_with.used())

    def _make(self, shown: "_Shown", make: Callable[[Output], bytes], add: Callable[[bytes], Part | None]) -> _Made:
        output = shown.output
        basis = self.survey.press.basis(self.survey.plans[output.path], output.template)
        lies, is_new = _put(self.folders.output, output.path, make(output), self.survey.lying.get(output.path))
        view = shown.kept or (add(data) if self.keeps and (data := packed(output)) else None)
        return _Made(output.path, Mark(lies.size, lies.mtime, output.template, basis, view=view), shown.uses, is_new)


class _Shown(NamedTuple):
    """An output before it is bytes, the facts that it used, and where what it shows is kept already."""

    output: Output
    uses: tuple[str, ...]
    kept: Part | None = None


def _spare_foreign_files(outputs: Mapping[str, Plan], known: Set[str], lying: Mapping[str, OnDisk]) -> None:
    """A folder that holds no site of Yishi's, by what is `known` of it or by its statistics, is not written over.

    Nor is a link, or a file, followed or replaced where the site needs a folder, nor a folder where it needs a file.
    """
    foreign = lying.keys() - outputs.keys()
    if foreign and (in_the_way := foreign & _folders_of(outputs)):
        raise ForeignFile(min(in_the_way))
    if inside := next((path for path in foreign if not outputs.keys().isdisjoint(_folders_above(path))), ""):
        raise ForeignFile(inside)
    if known or _SIGN in lying:
        return
    for path in outputs:
        if path in lying:
            raise ForeignFile(path)


def _folders_of(paths: Iterable[str]) -> set[str]:
    """Every folder that stands above one of these paths."""
    folders = {path.rpartition("/")[0] for path in paths}
    return folders.union(*map(_folders_above, folders))


def _folders_above(path: str) -> Iterator[str]:
    while path := path.rpartition("/")[0]:
        yield path


def _put(folder: Path, path: str, data: bytes, lying: OnDisk | None) -> tuple[OnDisk, bool]:
    """Stages a file unless it holds `data` already; how it then lies, and whether it is new."""
    if lying and lying.size == len(data) and files.read(folder, path) == data:
        return lying, False
    return files.stage(folder, path, data), True
