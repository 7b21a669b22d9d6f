"""Breaks the program in small ways and says which of its breaks no test notices: `make mutants`.

`tool.mutants` in pyproject.toml names the parts of the program, each with its modules and the tests that concern it. Of
every part a sample of mutants (cosmic-ray's operators: another comparison, a number more, a negated condition …) is
tried, each alone, in a copy of the repository. A mutant that all these tests pass has survived.
"""

import ast
import math
import os
import random
import shutil
import signal
import sys
import tempfile
import tomllib
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from contextlib import suppress
from importlib import import_module
from itertools import groupby
from pathlib import Path
from time import monotonic
from typing import Any, NamedTuple

import pytest
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import MutationVisitor
from cosmic_ray.plugins import get_operator, operator_names

ROOT = Path(__file__).parents[2]
COPIED = ("yishi", "tests", "templates", "static", "content", "benchmarks", "deploy", "docs", "build.py",
          "pyproject.toml")
PER_PLACE = 2
"""So many mutants of one spot are tried at most: an operator has a dozen others, which the same test tells apart."""

Position = tuple[int, int]


class Mutant(NamedTuple):
    """One break: the module, its operator's name, which of the spots of that operator, and where that is."""

    module: str
    operator: str
    occurrence: int
    start: Position

    @property
    def code(self) -> str:
        """The module with this break."""
        source = (ROOT / self.module).read_text("utf-8")
        return str(MutationVisitor.mutate_code(source, get_operator(self.operator)(), self.occurrence))

    def __str__(self) -> str:
        line = self.code.splitlines()[self.start[0] - 1].strip()
        return f"{self.module}:{self.start[0]}:{self.start[1] + 1} {self.operator.rpartition('/')[2]}: {line}"


def mutants_of(module: str) -> Iterator[Mutant]:
    """All mutants of a module but those of annotations, which break the import and tell nothing of the tests."""
    source = (ROOT / module).read_text("utf-8")
    spans = list(_annotations(source))
    nodes = list(ast_nodes(get_ast(source)))
    for name in operator_names():
        operator = get_operator(name)
        if operator.arguments():
            continue
        spots = [start for node in nodes for start, _ in operator().mutation_positions(node)]
        yield from (Mutant(module, name, number, start) for number, start in enumerate(spots)
                    if not any(first <= start < last for first, last in spans))


def _annotations(source: str) -> Iterator[tuple[Position, Position]]:
    for node in ast.walk(ast.parse(source)):
        for one in (getattr(node, "annotation", None), getattr(node, "returns", None)):
            if isinstance(one, ast.expr):
                yield (one.lineno, one.col_offset), (one.end_lineno or 0, one.end_col_offset or 0)


def sample_of(modules: list[str], size: int, seed: int) -> list[Mutant]:
    """`size` mutants of the modules, at most PER_PLACE of one spot; the same for the same seed and source."""
    chance = random.Random(seed)
    every = sorted((mutant for module in modules for mutant in mutants_of(module)),
                   key=lambda one: (one.module, one.start, one.operator, one.occurrence))
    chosen = [mutant for _, group in groupby(every, key=lambda one: (one.module, one.start))
              for mutant in _some(list(group), PER_PLACE, chance)]
    return sorted(_some(chosen, size, chance), key=lambda one: (one.module, one.start))


def _some(mutants: list[Mutant], size: int, chance: random.Random) -> list[Mutant]:
    return chance.sample(mutants, min(size, len(mutants)))


def is_killed(copy: Path, mutant: Mutant, tests: list[str], timeout: float) -> bool:
    """Whether one of the tests fails, or they never end, where the copy has this break."""
    (copy / mutant.module).write_text(mutant.code, "utf-8")
    try:
        return not passes(copy, tests, timeout)
    finally:
        shutil.copy2(ROOT / mutant.module, copy / mutant.module)


def passes(copy: Path, tests: list[str], timeout: float) -> bool:
    """Whether all the tests pass in the copy in so many seconds; in a process that has loaded all but the program."""
    child = os.fork()
    if not child:
        code = 1
        try:
            signal.alarm(math.ceil(timeout))
            code = _tested(copy, tests)
        finally:
            os._exit(code)
    return os.waitpid(child, 0)[1] == 0


def _tested(copy: Path, tests: list[str]) -> int:
    """Runs the tests in the copy, without a word; 0 if all pass."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nothing, stream)
    os.chdir(copy)
    sys.path.insert(0, str(copy))
    for name in [name for name in sys.modules if name.partition(".")[0] == "tests"]:
        del sys.modules[name]
    return int(pytest.main(["-x", "-q", "-n", "0", "-p", "no:cacheprovider",
                            "-W", "ignore::pytest.PytestAssertRewriteWarning", *tests]))


def load(names: Iterable[str]) -> None:
    """Loads packages, so that not every mutant has to."""
    for name in names:
        with suppress(ImportError):
            import_module(name.replace("-", "_"))


def survivors_of(copy: Path, part: dict[str, Any], size: int, seed: int) -> tuple[int, list[Mutant]]:
    """How many mutants of a part were tried, and those that survived."""
    began = monotonic()
    if not passes(copy, part["tests"], 600):
        raise SystemExit(f"The tests fail without any mutant: {' '.join(part['tests'])}")
    timeout = 10 + 5 * (monotonic() - began)
    sample = sample_of(part["modules"], size, seed)
    survived = []
    for mutant in sample:
        if not is_killed(copy, mutant, part["tests"], timeout):
            survived.append(mutant)
            print("survived:", mutant, flush=True)
    return len(sample), survived


def main() -> None:
    """Tries the parts that are named, else all; ends with 1 if of one too many survive."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    settings = project["tool"]["mutants"]
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[[], *settings["parts"]])
    parser.add_argument("--sample", type=int, default=settings["sample"])
    parser.add_argument("--seed", type=int, default=settings["seed"])
    chosen = parser.parse_args()
    too_many = False
    sys.dont_write_bytecode = True
    load(["ruamel.yaml", "playwright.sync_api", "PIL.Image", *project["project"]["dependencies"],
          *project["project"]["optional-dependencies"]["dev"]])
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for name in filter(lambda name: (ROOT / name).exists(), COPIED):
            (shutil.copytree if (ROOT / name).is_dir() else shutil.copy2)(ROOT / name, copy / name)
        for name in chosen.parts or settings["parts"]:
            tried, survived = survivors_of(copy, settings["parts"][name], chosen.sample, chosen.seed)
            print(f"{name}: {tried} mutants, {tried - len(survived)} killed, {len(survived)} survived", flush=True)
            too_many |= tried - len(survived) < settings["killed"] * tried
    raise SystemExit(too_many)


if __name__ == "__main__":
    main()
