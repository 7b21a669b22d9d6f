"""What the tests need from the system: `python -m tests.support.prerequisites browser nginx` installs it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

BROWSER_COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
BROWSER_PATHS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
"""Where macOS and Windows have it."""

SYSTEM_FOLDERS = ("/usr/sbin", "/usr/local/sbin")
"""Where servers are installed; not on the search path of every user."""


class Prerequisite(NamedTuple):
    """A program: how to find it, the Debian packages that bring it, and the line that says what to do without it."""

    find: Callable[[], str | None]
    packages: tuple[str, ...]
    advice: str


def find_browser() -> str | None:
    """The command of an installed Chromium or Chrome, if there is one; else of the one that Playwright installed."""
    installed = (*map(shutil.which, BROWSER_COMMANDS), *(path for path in BROWSER_PATHS if Path(path).exists()))
    return next(filter(None, installed), None) or _playwright_browser()


def _playwright_browser() -> str | None:
    """Asked for in a process of its own: two Playwrights cannot run in one."""
    program = "from playwright.sync_api import sync_playwright as s\nwith s() as p: print(p.chromium.executable_path)"
    path = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False).stdout.strip()
    return path if path and Path(path).exists() else None


def find_nginx() -> str | None:
    """The command of an installed nginx, if there is one."""
    return shutil.which("nginx", path=os.pathsep.join((os.environ["PATH"], *SYSTEM_FOLDERS)))


def find_libreoffice() -> str | None:
    """The command of an installed LibreOffice, if there is one."""
    return shutil.which("soffice")


PREREQUISITES: Mapping[str, Prerequisite] = {
    "browser": Prerequisite(
        find_browser, ("chromium", "fonts-noto-cjk"),  # the second: letters for Chinese
        "The browser tests need Chromium or Chrome: install one, or leave them out with: make test BROWSER=no"),
    "nginx": Prerequisite(
        find_nginx, ("nginx-light",),
        "The tests of publishing need nginx: install it (Debian, Ubuntu: sudo apt-get install nginx-light), "
        "or leave them out with: make test NGINX=no"),
}
"""Name → what the tests marked with that name need; `NAME=no` leaves these tests out."""

LARGE = {
    "libreoffice": Prerequisite(
        find_libreoffice, ("libreoffice-calc-nogui",),
        "This test needs LibreOffice: install it (Debian, Ubuntu: sudo apt-get install libreoffice-calc)"),
}
"""What only a make target of its own installs."""


def main(names: list[str]) -> int:
    """Installs those of `names` that are missing, if it can; says in one line for each what else to do."""
    _install(_missing(names))
    missing = _missing(names)
    for name in missing:
        print(_look_up(name).advice)
    return 1 if missing else 0


def _missing(names: list[str]) -> list[str]:
    return [name for name in names if not _look_up(name).find()]


def _look_up(name: str) -> Prerequisite:
    return {**PREREQUISITES, **LARGE}[name]


def _install(names: list[str]) -> None:
    """Debian's packages as root; else the browser that Playwright brings."""
    if names and shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        packages = [package for name in names for package in _look_up(name).packages]
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *packages]):
            subprocess.run(["apt-get", *command], check=False, env=environment, stdout=subprocess.DEVNULL)
    if "browser" in names and not find_browser():
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False, capture_output=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
