"""Yishi as a package: what `pip install` puts on a computer is the whole program, used from any folder."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.support.workshop import PROJECT, Tree, tree
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


OLDER = "0.1.9"
"""The version that the same source calls itself, to be upgraded from."""

SOURCES = ("yishi", "templates", "docs", "pyproject.toml", "CHANGELOG.md", "README.md", "LICENSE")
"""What a wheel is built from."""


def install(folder: Path, source: Path, version: str) -> Path:
    """The folder into which the wheel of `source` is installed."""
    wheel = str(folder / "wheel")
    for command in (["hatchling", "build", "--target", "wheel", "--directory", wheel],
                    ["pip", "install", "--quiet", "--no-deps", "--no-index", "--no-compile",
                     "--disable-pip-version-check", "--find-links", wheel, "--target", str(folder / "packages"),
                     f"yishi=={version}"]):
        subprocess.run([sys.executable, "-m", *command], cwd=source, check=True, capture_output=True)
    return folder / "packages"


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The installed program."""
    return install(tmp_path_factory.mktemp("installed"), PROJECT, __version__)


@pytest.fixture(scope="module")
def older_packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same program under a lower version number, installed in the same way."""
    folder = tmp_path_factory.mktemp("older")
    for name in SOURCES:
        part = PROJECT / name
        if part.is_dir():
            shutil.copytree(part, folder / name, ignore=shutil.ignore_patterns("__pycache__", "images"))
        else:
            shutil.copy(part, folder)
    for name in ("pyproject.toml", "yishi/__init__.py"):
        text = (folder / name).read_text("utf-8")
        (folder / name).write_text(text.replace(f'version = "{__version__}"', f'version = "{OLDER}"').replace(
            f'__version__ = "{__version__}"', f'__version__ = "{OLDER}"'), "utf-8")
    return install(folder, folder, OLDER)


def test_a_wheel_built_twice_is_the_same_byte_by_byte(packages: Path, tmp_path: Path) -> None:
    """Whoever builds it from the same files can tell that it is the one that is offered."""
    subprocess.run([sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", tmp_path],
                   cwd=PROJECT, check=True, capture_output=True, env={**os.environ, "TZ": "Asia/Shanghai"})
    [wheel] = tmp_path.glob("*.whl")
    assert wheel.read_bytes() == (packages.parent / "wheel" / wheel.name).read_bytes()


@pytest.fixture
def installed(packages: Path, tmp_path: Path) -> Installed:
    return Installed(packages, tmp_path)


def publish(folder: Path) -> Tree:
    """The published folder after the site was copied there, as to a web server: path → bytes."""
    shutil.rmtree(folder / "public", ignore_errors=True)
    shutil.copytree(folder / "site", folder / "public")
    return tree(folder / "public")


def test_a_town_from_an_empty_folder_to_the_next_version_and_back(installed: Installed, older_packages: Path) -> None:
    """With the installed program only: a new site, published; upgraded by a number; one template replaced, of which
    one page follows; a template that the version would break, refused; and back, byte for byte."""
    folder, older = installed.folder, Installed(older_packages, installed.folder)
    older.run("new", "site", ".", "--kit", "en-parish")
    older.run("build", "--no-search")
    first = publish(folder)
    said = installed.run("upgrade", "--fix")
    assert said.startswith(f"The site asks for Yishi {OLDER}; this is {__version__}.")
    assert f"\n{__version__} Changed (" in said, "the changelog is not installed"
    assert f"requirements.txt now asks for Yishi {__version__}." in said
    own = folder / "templates/pages/missing.html"
    own.parent.mkdir(parents=True)
    own.write_text('{% extends "base.html" %}{% block content %}<p>Gone fishing</p>{% endblock %}', "utf-8")
    installed.run("build", "--no-search")
    second = publish(folder)
    assert [path for path in first if second.get(path) != first[path]] == ["404.html"]
    assert b"Gone fishing" in second["404.html"]
    own.write_text('{% extends "base.html" %}\n{% block side %}{% endblock %}', "utf-8")
    assert "templates/pages/missing.html:2:1: The block side is not shown" in installed.run("build", status=1)
    assert tree(folder / "site") == second
    shutil.rmtree(folder / "templates")
    assert f"yishi=={__version__}" in (folder / "requirements.txt").read_text("utf-8")
    older.run("build", "--no-search")
    assert publish(folder) == first


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
