"""The benchmark measures real builds of valid records, the same ones everywhere."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.generate import Size, files_of, write_content

ROOT = Path(__file__).parent.parent
SMALL = Size(issues=60, cases=12, communities=5, towns=2)


def test_a_seed_always_gives_the_same_content() -> None:
    """Figures of two machines, or of two days, are about the same records; another seed gives others."""
    assert dict(files_of(SMALL)) == dict(files_of(SMALL))
    assert dict(files_of(SMALL)) != dict(files_of(replace(SMALL, seed=2)))


def test_the_content_has_the_size_asked_for() -> None:
    """As many issues, cases, communities and towns as were asked for, each in a file of its own."""
    names = list(dict(files_of(SMALL)))
    counts = (sum("/issues/" in name for name in names), sum("/cases/" in name for name in names),
              sum(name.endswith("place.yaml") for name in names))
    assert counts == (SMALL.issues, SMALL.cases, SMALL.communities + SMALL.towns)


@pytest.mark.parametrize("bodies", [False, True])
def test_the_content_is_valid(tmp_path: Path, bodies: bool) -> None:
    """What is measured is the building of good records: the check has nothing to say about them."""
    write_content(tmp_path / "content", replace(SMALL, bodies=bodies))
    program = [sys.executable, str(ROOT / "build.py"), "check", "--templates", str(ROOT / "templates")]
    options = ["--as-of", "2025-12-31", "--format", "github"]
    done = subprocess.run([*program, *options], cwd=tmp_path, capture_output=True, encoding="utf-8", timeout=60,
                          check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "::" not in done.stdout
