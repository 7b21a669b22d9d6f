"""`make fuzz`: compares builds of random towns with an independent count until time is over or something differs."""

import argparse
import itertools
import os
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from .compare import PROJECT, BuildFailedError, compare_town, program_in

BATCH = 4
"""Towns that a process is given at a time."""


def options() -> argparse.Namespace:
    """What was asked for on the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.reference", description=__doc__)
    parser.add_argument("--towns", type=int, help="how many towns at most; without it, as many as there is time for")
    parser.add_argument("--minutes", type=float, default=10, help="how long at most (10)")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="the first town; others follow")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes at once")
    parser.add_argument("--show", type=int, default=10, help="differences shown of a town (10)")
    parser.add_argument("--all", action="store_true", help="go on after a difference")
    parser.add_argument("--project", type=Path, default=PROJECT, help="the program to compare, another folder of it")
    return parser.parse_args()


def differences_in(seed: int, project: Path) -> list[str]:
    """What differs in one town, in words."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            return [str(found) for found in compare_town(seed, Path(folder), program_in(project))]
        except BuildFailedError as failed:
            return [f"seed {seed}, refused: {failed}"]


def compared(seeds: Iterable[int], given: argparse.Namespace) -> Iterator[list[str]]:
    """The differences of town after town, until time is over."""
    end = time.monotonic() + 60 * given.minutes
    coming = iter(seeds)
    with ProcessPoolExecutor(given.jobs) as pool:
        while time.monotonic() < end and (batch := list(itertools.islice(coming, BATCH * given.jobs))):
            yield from pool.map(partial(differences_in, project=given.project.resolve()), batch)


def main() -> int:
    """Compare towns; 1 if one differs."""
    given, start, agreed = options(), time.monotonic(), 0
    seeds = range(given.seed, given.seed + given.towns) if given.towns else itertools.count(given.seed)
    differing = 0
    for differences in compared(seeds, given):
        agreed, differing = agreed + (not differences), differing + bool(differences)
        if differences:
            print(*differences[: given.show], f"{len(differences)} differences", sep="\n", flush=True)
            if not given.all:
                break
    seconds = time.monotonic() - start
    print(f"{agreed} towns agreed, {differing} differed; from seed {given.seed} on, {seconds:.0f} seconds.")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
