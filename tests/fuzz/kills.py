"""Builds that are killed at random moments: the next one makes the clean site."""

import random
import shutil
import signal
import sys
import time
from pathlib import Path

from tests.fuzz.sites import make_folder
from tests.support.stopped import running
from tests.support.workshop import PROJECT, SITES, Tree, Workshop, tree


def prepare() -> tuple[Workshop, Path, Tree, float]:
    """A city that was built and edited, a copy of how it lies, the clean site of it, and the seconds of a build."""
    folder = make_folder()
    city = Workshop(folder / "work", SITES / "english-city")
    city.build()
    city.replace("site.yaml", "title: ", "title: New ")
    (city.content / "places/example-city/southside/issues/second-crossing.yaml").unlink()
    shutil.copytree(city.folder, folder / "kept")
    clean = city.clean()
    start = time.monotonic()
    kill_after(city, 600)
    return city, folder / "kept", clean, time.monotonic() - start


def kill_after(city: Workshop, seconds: float) -> bool:
    """Builds, and kills the build after so many seconds; whether it was still at work."""
    arguments = ["--content", str(city.content), "--templates", str(PROJECT / "templates"), "--output",
                 str(city.output), "--as-of", "2025-12-31", "--quiet", "--jobs", "1"]
    with running("none", 0, arguments) as build:
        build.process.join(seconds)
        build.process.kill()
        return build.ended().returncode == -signal.SIGKILL


def run(count: int, minutes: float, seed: int) -> int:
    """Kills up to `count` builds; returns how many were followed by another site than the clean one."""
    city, kept, clean, length = prepare()
    choice, end, kills, wrong = random.Random(seed), time.monotonic() + 60 * minutes, 0, 0
    while kills < count and time.monotonic() < end:
        shutil.rmtree(city.folder)
        shutil.copytree(kept, city.folder)
        for _ in range(choice.choice((1, 1, 1, 2, 3))):
            kills += kill_after(city, choice.uniform(0, length))
        city.build()
        if tree(city.output) != clean or city.written():
            wrong += 1
            print(f"kills: after kill {kills} the site is another one", flush=True)
    print(f"kills: {kills} builds killed within {length:.2f} s of their beginning, {wrong} times another site; "
          f"seed {seed}", flush=True)
    return wrong


if __name__ == "__main__":
    sys.exit(bool(run(200, 60, int(time.time()))))
