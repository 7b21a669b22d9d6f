"""The small town that workbooks are taken into, and the city whose cache is damaged; made once for each process."""

import atexit
import shutil
import tempfile
from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path
from random import Random
from typing import Any
from unittest import mock

from msgspec import Struct
from msgspec.msgpack import decode, encode

from tests.fuzz.mutation import mutate
from tests.support.inbox import TOWN
from tests.support.workshop import SITES, Tree, Workshop, tree
from yishi.core import files
from yishi.core.hashes import compute_checksum
from yishi.engine import file_index, manifest, parse_cache, pipeline, summary_cache, view_cache
from yishi.engine.cache import Cache, CacheStage
from yishi.engine.pipeline import BuildOptions, CheckedContent, check
from yishi.model.language import get_language
from yishi.model.paths import locate_record
from yishi.workbook.import_files import ContentFolder, ImportResult, ReceivedFile, import_files


def make_folder() -> Path:
    """A folder that goes with this process."""
    folder = Path(tempfile.mkdtemp(prefix="yishi-fuzz-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@cache
def open_town() -> ContentFolder:
    """A town into which files are taken."""
    folder = make_folder()
    for path, text in TOWN.items():
        files.create_file(folder / "source", path, text.encode())
    town = Workshop(folder / "work", folder / "source")
    options = town.options()
    checked = _checked(options, {})
    return ContentFolder(checked.library, checked.problems,
                         [file for file in checked.file_stats if locate_record(file)],
                         partial(files.read_file, town.content), partial(files.read_file_or_empty, town.content),
                         lambda instead: _checked(options, instead).problems)


def _checked(options: BuildOptions, overrides: Mapping[str, bytes]) -> CheckedContent:
    """A check, without a look at the program, which stays the same: that takes a third of the time."""
    with mock.patch.object(pipeline, "fingerprint_program", return_value="this program"):
        return check(options, overrides=overrides)


def take_in(received: ReceivedFile) -> ImportResult:
    """What an import makes of a file."""
    return import_files([received], open_town(), get_language("zh-Hans"), "places/liuxi/nanyuan")


def freeze_numbers() -> str:
    """A frozen copy of the numbers of a small city."""
    city = Workshop(make_folder() / "work", SITES / "english-city")
    city.freeze("year")
    return city.read("frozen/year.json")


# --- a damaged cache --------------------------------------------------------------------------------------------------


class Kept(Struct, frozen=True):
    """A site that was built, its cache, and the same site after an edit."""

    city: Workshop
    cache: Tree
    built: Path
    after: Tree


@cache
def keep_site() -> Kept:
    """The site whose cache is damaged."""
    city = Workshop(make_folder() / "work", SITES / "english-city")
    city.build(search=False)
    built = city.folder / "built"
    shutil.copytree(city.output, built)
    cached = tree(city.cache)
    city.replace("places/example-city/northside/issues/uneven-slabs.yaml", "title: ", "title: Again ")
    return Kept(city, cached, built, city.clean(search=False))


BROKEN = [b"\0", b"\xff", b"\x93", b"\xc0", b"\n", b"a"]
"""What bytes of the cache may become."""


def choose_damage(random: Random) -> tuple[str, bytes]:
    """A file of the cache, and what it holds instead: its bytes with mistakes, none, or those of another file."""
    cached = {path: data for path, data in keep_site().cache.items() if not path.endswith((".lock", ".gitignore"))}
    path = random.choice(sorted(cached))
    way = random.randrange(4)
    if way == 0:
        return path, random.choice(sorted(cached.values()))
    return path, b"" if way == 1 else mutate(random, [cached[path]], BROKEN, 2)


def check_damaged_cache(damage: tuple[str, bytes]) -> None:
    """Whatever a file of the cache holds, the next build makes the clean site."""
    kept = keep_site()
    for folder in (kept.city.cache, kept.city.output):
        shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(kept.built, kept.city.output)
    for path, data in {**kept.cache, damage[0]: damage[1]}.items():
        files.create_file(kept.city.cache, path, data)
    kept.city.build(search=False)
    assert tree(kept.city.output) == kept.after


STAGES = {stage.name: stage for module in (file_index, manifest, parse_cache, summary_cache)
          for stage in vars(module).values() if isinstance(stage, CacheStage)}


class KeptValue(Struct, frozen=True):
    """A value in the cache: its stage, its fingerprint, the bytes of its file, and a file to put others in."""

    stage: CacheStage[Any]
    fingerprint: str
    data: bytes
    file: Path

    def get(self) -> Any:
        """What the cache gives of whatever the file holds now."""
        return Cache(self.file.parents[2] / "content").get(self.stage, "", self.fingerprint)


@cache
def keep_values() -> list[KeptValue]:
    """A value of every stage, as a build has left it."""
    folder, found = make_folder(), {}
    for path, data in keep_site().cache.items():
        name = path.partition("-")[0]
        stage = view_cache.create_view_stage(folder) if name == "views" else STAGES.get(name)
        if stage and stage.name not in found:
            Cache(folder / "content").put(stage, "", "", {})
            file, = folder.glob(f".build-cache/{stage.name}-*/*")
            found[stage.name] = KeptValue(stage, decode(data.partition(b"\n")[2])[1], data, file)
    assert {*STAGES} - {"collation"} == {*found} - {name for name in found if name.startswith("views")}
    return list(found.values())


def choose_bytes(random: Random) -> tuple[int, bytes, bool]:
    """Which value, the bytes that its file holds instead, and whether their checksum has been made right."""
    number = random.randrange(len(keep_values()))
    data = mutate(random, [keep_values()[number].data], BROKEN, 4)
    if sealed := random.random() < 0.5:
        _, _, rest = data.partition(b"\n")
        data = compute_checksum(rest).encode() + b"\n" + rest
    return number, data, sealed


def check_bytes(given: tuple[int, bytes, bool]) -> None:
    """The cache gives the value if not one byte differs, else none; with a right checksum, it may give another one of
    the same type."""
    number, data, sealed = given
    kept = keep_values()[number]
    kept.file.write_bytes(data)
    found = kept.get()
    if sealed or data == kept.data:
        assert found is None or decode(encode(found), type=kept.stage.type) == found
    assert (found is None) == (data != kept.data) or sealed
