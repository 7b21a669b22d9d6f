"""What the program is made of: every package pinned with its digests, licences that fit, and no network in a build."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from importlib import metadata
from pathlib import Path

from packaging.markers import Marker
from packaging.requirements import Requirement as Wanted
from packaging.utils import canonicalize_name

from tests.support.materials import REQUIREMENTS, ROOT, build_bill, find_licence, read_requirements
from tests.support.workshop import PROJECT, SITES, Workshop

LOCKED = {one.name: one for one in read_requirements(REQUIREMENTS.read_text("utf-8"))}
PERMISSIVE = {"MIT", "MIT-CMU", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "PSF-2.0", "ISC", "0BSD"}
"""Licences (SPDX) that ask for no more than to be named: they fit the MIT licence of the program."""
FOR_TOOLS = PERMISSIVE | {
    "MPL-2.0", "MIT AND PSF-2.0", "Apache-2.0 OR BSD-2-Clause", "Apache 2.0", "Apache-2.0 license", "ISC License",
    "Mozilla Public License 2.0 (MPL 2.0)", "Copyright (c) 2021, Hugo van Kemenade and contributors"}
"""Those, as the tools of tests state them; `isodate` states the text of the BSD licence itself."""
WORKFLOWS = [*(ROOT / ".github/workflows").glob("*.yml"),
             ROOT / "yishi/content/kits/repository/dot-github/workflows/site.yml"]


def pinned() -> Iterator[tuple[str, str]]:
    """Name and version of each line of constraints.txt."""
    for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            name, version = line.partition(";")[0].strip().split("==")
            yield name, version


def needed(requirements: Iterable[str], seen: set[str]) -> set[str]:
    """The packages that these requirements name, with all that they need, added to `seen`."""
    for text in requirements:
        wanted = Wanted(text)
        other = canonicalize_name(wanted.name)
        if other not in seen and (wanted.marker is None or wanted.marker.evaluate({"extra": ""})):
            seen.add(other)
            needed(metadata.requires(other) or (), seen)
    return seen


def test_what_is_installed_for_a_site_is_known_byte_by_byte() -> None:
    """requirements.lock has every package that the program needs, in the version of constraints.txt, with digests."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert needed(project["dependencies"], set()) <= LOCKED.keys(), "run: make requirements"
    assert {one.name: one.version for one in LOCKED.values()}.items() <= dict(pinned()).items()
    assert all(one.digests for one in LOCKED.values())
    workflows = [*(ROOT / ".github/workflows").glob("*.yml"), ROOT / ".gitlab-ci.yml"]
    installing = [line for path in workflows for line in path.read_text("utf-8").splitlines() if "pip install" in line]
    assert len(installing) == 3
    assert all(line.endswith("--require-hashes -r requirements.lock") for line in installing)


SYSTEMS = [{"sys_platform": system, "platform_machine": machine, "python_version": python, "extra": ""}
           for system, machine in (("linux", "x86_64"), ("linux", "aarch64"), ("darwin", "arm64"), ("win32", "AMD64"),
                                   ("win32", "ARM64")) for python in ("3.11", "3.14")]


def test_the_locked_packages_are_those_that_each_system_needs() -> None:
    """A package that has no files for a system, as opencc for Windows on ARM, is asked for on the others alone, in
    requirements.lock just as in pyproject.toml: else nothing at all could be installed there."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    for wanted in map(Wanted, project["dependencies"]):
        marker = LOCKED[canonicalize_name(wanted.name)].marker
        for system in SYSTEMS:
            locked = not marker or Marker(marker).evaluate(system)
            assert locked == (wanted.marker is None or wanted.marker.evaluate(system)), (wanted.name, system)


def test_every_step_of_a_workflow_is_pinned_by_its_digest() -> None:
    """A tag can be moved to another program; the comment says which version the digest is."""
    used = [line.partition("uses:")[2].strip() for path in WORKFLOWS for line in path.read_text("utf-8").splitlines()
            if "uses:" in line]
    assert len(used) > 10
    assert [one for one in used if not re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", one)] == []
    assert len({one.partition("@")[0] for one in used}) == len({*used})


def test_every_licence_fits() -> None:
    """What is installed with the program asks for no more than to be named; what does not, among the tools of tests,
    is never passed on and stands in docs/dependencies.md."""
    assert {name: licence for name in LOCKED if (licence := find_licence(name)) not in PERMISSIVE} == {}
    text = (ROOT / "docs/dependencies.md").read_text("utf-8").partition("## Licences")[2]
    installed = {canonicalize_name(one.metadata["Name"]) for one in metadata.distributions()}
    others = {name for name, _ in pinned() if name in installed and find_licence(name) not in FOR_TOOLS}
    assert others == set(re.findall(r"^\| `([\w-]+)` \|", text, re.MULTILINE))


def test_the_bill_of_materials_names_every_package_once() -> None:
    """Name, version, licence, address and digests of each, in the form of CycloneDX 1.6; the same each time."""
    bill = build_bill()
    assert (bill["bomFormat"], bill["specVersion"], bill["version"]) == ("CycloneDX", "1.6", 1)
    assert {(one["name"], one["version"]) for one in bill["components"]} == {
        (one.name, one.version) for one in LOCKED.values()}
    assert len({one["bom-ref"] for one in bill["components"]}) == len(bill["components"])
    assert bill["dependencies"][0]["dependsOn"] == [one["purl"] for one in bill["components"]]
    assert all(one["licenses"][0]["expression"] for one in bill["components"])
    assert build_bill() == bill


WITHOUT_NETWORK = """
import sys

def forbid(event, arguments):
    if event in ("socket.getaddrinfo", "socket.gethostbyname") or (
            event in ("socket.connect", "socket.sendto", "socket.bind") and isinstance(arguments[1], tuple)):
        raise SystemExit(f"asked the network: {event} {arguments[1:]}")

sys.addaudithook(forbid)
from yishi.cli import run_program
run_program()
"""


def unshared() -> list[str]:
    """What starts a program where there is no network at all, not even to this computer; nothing where only root or
    no one may."""
    command = ["unshare", "--net", "--map-root-user"]
    allowed = shutil.which("unshare") and subprocess.run([*command, "true"], capture_output=True).returncode == 0
    return command if allowed else []


def test_a_build_asks_no_network(tmp_path: Path) -> None:
    """Where there is none the site is built all the same; and no address is asked for, where there might be one."""
    city = Workshop(tmp_path, SITES / "english-city")
    done = subprocess.run([*unshared(), sys.executable, "-c", WITHOUT_NETWORK, "build", "--jobs", "2"],
                          cwd=city.folder, env={**os.environ, "PYTHONPATH": str(PROJECT)}, capture_output=True,
                          encoding="utf-8", timeout=120)
    assert done.returncode == 0, done.stderr


def test_asking_the_network_would_be_noticed() -> None:
    """The test above fails when it should."""
    asking = WITHOUT_NETWORK.partition("from yishi")[0] + "import socket; socket.create_connection(('127.0.0.1', 9))"
    done = subprocess.run([sys.executable, "-c", asking], capture_output=True, encoding="utf-8", timeout=60)
    assert "asked the network" in done.stderr
