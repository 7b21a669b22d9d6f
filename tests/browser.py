"""The browser that tests look through: `python -m tests.browser` sees to it that there is one."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
PACKAGES = ("chromium", "fonts-noto-cjk")
"""Debian's: the browser, and letters for Chinese."""

QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)


def find_browser() -> str | None:
    """The command of an installed Chromium or Chrome, if there is one."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def print_to_pdf(page: Path, pdf: Path, profile: Path) -> None:
    """Prints a page of a built site to a PDF file; `profile` is an empty folder for the browser's own files."""
    browser = find_browser()
    assert browser, "there is no browser; see tests/browser.py"
    options = (*QUIET, f"--user-data-dir={profile}", "--no-pdf-header-footer", f"--print-to-pdf={pdf}")
    subprocess.run([browser, *options, page.as_uri()], check=True, capture_output=True, timeout=120)


def main() -> int:
    """Installs a browser where none is and that is possible (Debian, as root); says in one line where it is not."""
    if find_browser():
        return 0
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *PACKAGES]):
            subprocess.run(["apt-get", *command], check=False, env=environment, stdout=subprocess.DEVNULL)
        if find_browser():
            return 0
    print("The browser tests need Chromium or Chrome: install one, or leave them out with: make test BROWSER=no")
    return 1


if __name__ == "__main__":
    sys.exit(main())
