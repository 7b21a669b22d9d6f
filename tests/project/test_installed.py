"""Yishi as a package: what `pip install` puts on a computer is the whole program, used from any folder."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.support.workshop import PROJECT
from yishi import __version__


class Installed:
    """The wheel installed into a folder of its own, without the repository; commands run in `folder`."""

    def __init__(self, packages: Path, folder: Path) -> None:
        self.packages, self.folder = packages, folder
        self.script = packages / ("bin/yishi.exe" if os.name == "nt" else "bin/yishi")

    def run(self, *arguments: str, status: int = 0) -> str:
        """What the command `yishi` prints, in English."""
        ended = subprocess.run([sys.executable, self.script, *arguments, "--language", "en"], cwd=self.folder,
                               env={**os.environ, "PYTHONPATH": str(self.packages)}, capture_output=True,
                               encoding="utf-8")
        assert ended.returncode == status, ended.stderr
        return ended.stdout + ended.stderr


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder into which the wheel is installed."""
    folder = tmp_path_factory.mktemp("installed")
    wheel = str(folder / "wheel")
    for command in (["hatchling", "build", "--target", "wheel", "--directory", wheel],
                    ["pip", "install", "--quiet", "--no-deps", "--no-index", "--no-compile",
                     "--disable-pip-version-check", "--find-links", wheel, "--target", str(folder / "packages"),
                     f"yishi=={__version__}"]):
        subprocess.run([sys.executable, "-m", *command], cwd=PROJECT, check=True, capture_output=True)
    return folder / "packages"


@pytest.fixture
def installed(packages: Path, tmp_path: Path) -> Installed:
    return Installed(packages, tmp_path)


def test_a_new_town_needs_the_installed_program_only(installed: Installed) -> None:
    """From an empty folder to a site with its pages, guides and scripts: new site, new issue, check, build."""
    said = installed.run("new", "site", ".", "--kit", "en-parish")
    assert "  yishi new issue --content content" in said
    assert (installed.folder / "requirements.txt").read_text().splitlines()[-1] == f"yishi=={__version__}"
    installed.run("new", "issue", "--content", "content", "Lamps out")
    assert "build.py" not in installed.run("check") + installed.run("build")
    site = installed.folder / "site"
    assert {"guide", "wall", "static"} <= {path.name for path in site.iterdir()}
    assert (site / "guide/content-model/index.html").exists()
    assert "Lamps out" in (site / "wall/index.html").read_text("utf-8")


def test_a_town_replaces_one_template_and_keeps_the_others(installed: Installed) -> None:
    """A file in `templates/` beside `content/` stands before the built-in one of its name; without it that is back."""
    installed.run("new", "site", ".", "--kit", "en-parish")
    installed.run("build", "--no-search")
    site, own = installed.folder / "site", installed.folder / "templates/pages/missing.html"
    before = {path: path.read_bytes() for path in site.rglob("*.html")}
    own.parent.mkdir(parents=True)
    own.write_text('{% extends "base.html" %}{% block content %}<p>Gone fishing</p>{% endblock %}', "utf-8")
    installed.run("build", "--no-search")
    changed = [path.name for path, data in before.items() if path.read_bytes() != data]
    assert changed == ["404.html"]
    assert "Gone fishing" in (site / "404.html").read_text("utf-8")
    own.unlink()
    installed.run("build", "--no-search")
    assert {path: path.read_bytes() for path in site.rglob("*.html")} == before


def test_a_broken_own_template_is_named_with_its_line(installed: Installed) -> None:
    """A mistake in a template of the town is told with file and line, and stops the build."""
    installed.run("new", "site", ".", "--kit", "en-parish")
    own = installed.folder / "templates/pages/missing.html"
    own.parent.mkdir(parents=True)
    own.write_text("\n{% block %}", "utf-8")
    assert "templates/pages/missing.html:2" in installed.run("build", status=1)


def test_the_module_runs_the_same_program(installed: Installed) -> None:
    """`python -m yishi` names itself in its help, and is of this version."""
    environment = {**os.environ, "PYTHONPATH": str(installed.packages)}
    said = [subprocess.run([sys.executable, "-m", "yishi", option], cwd=installed.folder, env=environment, check=True,
                           capture_output=True, encoding="utf-8").stdout for option in ("--help", "--version")]
    assert said[0].startswith("Usage: python -m yishi ")
    assert __version__ in said[1]


def test_every_command_that_a_new_repository_names_is_one(installed: Installed) -> None:
    """In the README, the workflows and the hook of a new town's repository, made in a clone that is still empty."""
    (installed.folder / ".git").mkdir()
    (installed.folder / ".git/HEAD").write_text("ref: refs/heads/main")
    installed.run("new", "site", ".", "--kit", "zh-town")
    texts = [path.read_text("utf-8") for path in installed.folder.iterdir() if path.is_file()]
    workflow = (installed.folder / ".github/workflows/site.yml").read_text("utf-8")
    commands = {command for text in (*texts, workflow)
                for command in re.findall(r"(?:- |: |`|^)(yishi [a-z][^`|>\n]*)", text)}
    assert len(commands) >= 9
    for command in commands:
        name, *words = shlex.split(command)[1:]
        helped = installed.run(name, "--help")
        assert {word for word in words if word.startswith("--")} <= set(re.findall(r"--[\w-]+", helped)), command
    for path in (".github/workflows/site.yml", ".gitlab-ci.yml", ".pre-commit-config.yaml"):
        assert yaml.safe_load((installed.folder / path).read_text("utf-8"))
    assert installed.run("check") == "Everything is in order.\n"
