"""What holds for all tests: the same examples in every run, however slow the machine; sites that several tests read."""

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import settings
from playwright.sync_api import Browser
from playwright.sync_api import Page as Window

from tests.support.chromium import launched, looking, served
from tests.support.hostile import attack
from tests.support.inbox import Desk
from tests.support.workshop import PROJECT, SITES, Built, Workshop, built

settings.register_profile("yishi", derandomize=True, deadline=None)
settings.register_profile("long", settings.get_profile("yishi"), derandomize=False, max_examples=2000)
settings.load_profile("yishi")  # `pytest --hypothesis-profile=long` looks further, and elsewhere each time

GOLDEN = Path(__file__).parent / "golden"
MEMORY = Path("/dev/shm")
"""Where Linux keeps files in memory."""
ENOUGH = 2 * 1024**3
"""Bytes: many times what the sites take that lie there at once."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """`pytest --update-golden` writes the golden files anew: read every change before you keep it. `pytest
    --attack-from=90 -k hostile` gives each field other hostile texts."""
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew")
    parser.addoption("--attack-from", type=int, default=0, help="the hostile text that the first field gets")


def pytest_configure() -> None:
    """Sites are built in memory where there is room: hundreds of thousands of files that nobody needs afterwards."""
    if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ENOUGH:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


@pytest.fixture(autouse=True)
def collected() -> Iterator[None]:
    """Garbage is collected between tests, and not all the time while they build sites."""
    gc.disable()
    yield
    gc.collect(1)


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Holds a text against the golden file of that name."""

    def holds(name: str, text: str) -> None:
        file = GOLDEN / name
        if request.config.getoption("--update-golden"):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text.encode())
        assert text.splitlines() == file.read_text(encoding="utf-8").splitlines(), f"differs from tests/golden/{name}"

    return holds


@pytest.fixture(scope="session")
def full(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The site in which every kind of record and every key occurs."""
    return built(tmp_path_factory.mktemp("full"), SITES / "full")


@pytest.fixture(scope="session")
def trilingual(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """A small site in Simplified Chinese, English, and Traditional Chinese converted from the first."""
    return built(tmp_path_factory.mktemp("three"), SITES / "three-languages")


@pytest.fixture(scope="session")
def sites(full: Built, trilingual: Built, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Built]:
    """Every site: the full one, an English city, one without any method, one in three languages, and the example of
    this repository."""
    sources = {"english-city": SITES / "english-city", "no-method": SITES / "no-method", "example": PROJECT / "content"}
    more = {name: built(tmp_path_factory.mktemp(name), source) for name, source in sources.items()}
    return {"full": full, "three-languages": trilingual, **more}


@pytest.fixture(scope="session")
def attacked(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """The folder with the full site in whose every text stands what a hostile writer would try, as content and built:
    once for all processes."""
    own = tmp_path_factory.getbasetemp()
    shared = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "attacked"
    with FileLock(f"{shared}.lock"):
        if not shared.exists():
            workshop = Workshop(shared, SITES / "full")
            attack(workshop.content, request.config.getoption("--attack-from"))
            assert workshop.build().write_result, "an attack keeps the site from being built"
    return shared


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    """The full site, to be edited."""
    return Workshop(tmp_path, SITES / "full")


@pytest.fixture
def city(tmp_path: Path) -> Workshop:
    """The English city, to be edited: a small site, soon built."""
    return Workshop(tmp_path, SITES / "english-city")


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    """A small town with an inbox beside its content."""
    monkeypatch.chdir(tmp_path)
    return Desk(tmp_path, capsys)


# --- through a browser ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A browser: one for all tests of a process."""
    with launched() as browser:
        yield browser


@pytest.fixture
def window(browser: Browser) -> Iterator[Window]:
    """A window as narrow as a phone, in which nothing may go wrong."""
    with looking(browser) as window:
        yield window


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the site of an invented town, as `make demo` builds it: built once for all processes."""
    own = tmp_path_factory.getbasetemp()
    shared = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "town"
    with FileLock(f"{shared}.lock"):
        if not shared.exists():
            Workshop(shared, SITES / "showcase").build()
    return shared / "site"


@pytest.fixture(scope="session")
def address(town: Path) -> Iterator[str]:
    """Where the town's site is served, in a folder of its host."""
    with served(town.parent) as host:
        yield f"{host}site/"
