"""`make fuzz`: tries random inputs of each kind until time is over, and says which ones fail.

`python -m tests.fuzz yaml dates --count 100000 --seed 7`. Besides the targets of `targets` there are `towns`, builds of
random towns compared with an independent count (`tests.reference`), and `kills`, builds killed at random moments.
"""

import argparse
import resource
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

from tests.fuzz import kills
from tests.fuzz.mutation import shorten
from tests.fuzz.targets import TARGETS, Target

OTHERS = ("towns", "kills")
MAX_GROWTH_MB = 300
"""Megabytes by which the memory may grow while a target runs, after its first tenth."""
MAX_FAILURES = 3
"""After so many failures of a target the next one has its turn."""


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """A context that ends with TimeoutError if it takes longer."""

    def stop(*_: object) -> None:
        raise TimeoutError(f"more than {seconds} s")

    signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def find_failure(target: Target, given: object) -> BaseException | None:
    """What an input raises."""
    try:
        with limited(4 * target.seconds):  # other programs run too
            start = time.process_time()
            target.check(given)
            if (took := time.process_time() - start) > target.seconds:
                raise TimeoutError(f"{took:.1f} s")
    except Exception as error:
        return error
    return None


def describe_failure(name: str, number: int, given: object, error: BaseException) -> str:
    """What failed, with the shortest input that does."""
    target, shortest = TARGETS[name], given

    def fails_alike(one: object) -> bool:
        return type(find_failure(target, one)) is type(error)

    if isinstance(given, str):
        shortest = shorten(given, fails_alike)
    if isinstance(given, bytes):
        shortest = shorten(given, fails_alike)
    lines = "".join(traceback.format_exception(error)[-4:])
    return f"{name}: input {number} fails\n{lines}{repr(shortest)[:2000]}\n"


def run(name: str, count: int, minutes: float, seed: int) -> int:
    """Tries inputs of a target; returns how many failed."""
    target, start, failures, number, memory = TARGETS[name], time.monotonic(), 0, 0, 0.0
    while number < count and time.monotonic() < start + 60 * minutes and failures < MAX_FAILURES:
        given = target.make(Random(f"{seed} {number}"))
        if error := find_failure(target, given):
            failures += 1
            print(describe_failure(name, number, given, error), flush=True)
        number += 1
        if number == max(count // 10, 1) or (not memory and time.monotonic() > start + 6 * minutes):
            memory = measure_memory()
    grown = measure_memory() - memory if memory else 0
    print(f"{name}: {number:,} inputs, {failures} failed, {grown:.0f} MB grown; seed {seed}, "
          f"{time.monotonic() - start:.0f} s", flush=True)
    return failures + (grown > MAX_GROWTH_MB)


def measure_memory() -> float:
    """The most memory that this process has had, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> int:
    """Try all targets that were asked for; 1 if something failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("targets", nargs="*", help=f"some of: {', '.join((*TARGETS, *OTHERS))} (all but kills)")
    parser.add_argument("--count", type=int, default=sys.maxsize, help="inputs of each target at most")
    parser.add_argument("--minutes", type=float, default=10, help="how long at most in all (10)")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="where the random numbers begin")
    given = parser.parse_args()
    names = given.targets or [*TARGETS, "towns"]
    if unknown := [name for name in names if name not in (*TARGETS, *OTHERS)]:
        parser.error(f"unknown targets: {', '.join(unknown)}")
    minutes, failed = given.minutes / len(names), 0
    for name in names:
        if name == "towns":
            command = [sys.executable, "-m", "tests.reference", "--minutes", str(minutes), "--seed", str(given.seed)]
            failed += subprocess.run(command, check=False).returncode
        elif name == "kills":
            failed += kills.run(given.count, minutes, given.seed)
        else:
            failed += run(name, given.count, minutes, given.seed)
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
