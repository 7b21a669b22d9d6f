"""The small town that workbooks are taken into, and whose cache is damaged; made once for each process."""

import atexit
import shutil
import tempfile
from functools import cache, partial
from pathlib import Path
from random import Random

from msgspec import Struct

from tests.fuzz.mutation import mutate
from tests.support.inbox import TOWN
from tests.support.workshop import SITES, Tree, Workshop, tree
from yishi.core import files
from yishi.engine.pipeline import check
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
    checked = check(options)
    return ContentFolder(checked.library, checked.problems,
                         [file for file in checked.file_stats if locate_record(file)],
                         partial(files.read_file, town.content), partial(files.read_file_or_empty, town.content),
                         lambda instead: check(options, overrides=instead).problems)


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


def choose_damage(random: Random) -> tuple[str, bytes]:
    """A file of the cache, and what it holds instead: its bytes with mistakes, none, or those of another file."""
    cached = {path: data for path, data in keep_site().cache.items() if not path.endswith((".lock", ".gitignore"))}
    path = random.choice(sorted(cached))
    way = random.randrange(4)
    if way == 0:
        return path, random.choice(sorted(cached.values()))
    return path, b"" if way == 1 else mutate(random, [cached[path]], [b"\0", b"\xff", b"\x93", b"\xc0", b"\n", b"a"], 2)


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
