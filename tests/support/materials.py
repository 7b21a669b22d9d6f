"""What the program stands on, as a bill of materials in the form of CycloneDX: `python -m tests.support.materials OUT`.

The packages and their digests are those of `requirements.lock`, their licences those that the installed ones state.
"""

import json
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[2]
REQUIREMENTS = ROOT / "requirements.lock"
SPELLINGS = {
    "MIT License": "MIT", "BSD": "BSD-3-Clause", "BSD License": "BSD-3-Clause", "Apache License 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
}
"""How packages state a licence → its identifier (SPDX)."""


class Requirement(NamedTuple):
    """A line of requirements.lock: a package, its only version, the digests of its files for all platforms, and where
    it is installed (an environment marker, "" = everywhere)."""

    name: str
    version: str
    digests: tuple[str, ...]
    marker: str


def read_requirements(text: str) -> Iterator[Requirement]:
    """The lines of a file with hashes. Raises ValueError for a line of another form."""
    for line in re.sub(r"\\\n", "", text).splitlines():
        if line.strip() and not line.startswith("#"):
            match = re.fullmatch(r"([a-z0-9-]+)==([\w.]+)(?: ; ([^-]+?))?((?:\s+--hash=sha256:[0-9a-f]{64})+)\s*", line)
            if match is None:
                raise ValueError(line)
            yield Requirement(match[1], match[2], tuple(re.findall("sha256:([0-9a-f]+)", match[4])), match[3] or "")


def find_licence(name: str) -> str:
    """The licence that an installed package states, as an identifier where one is known; "" if it states none."""
    about = metadata.metadata(name).json
    classes = [one.rpartition(" :: ")[2] for one in about.get("classifier", []) if one.startswith("License ::")]
    stated = about.get("license_expression") or about.get("license") or " OR ".join(classes)
    first = str(stated).partition("\n")[0].strip()
    return SPELLINGS.get(first, first)


def build_bill() -> dict[str, Any]:
    """The bill of materials of this version; the same for the same files."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    components = [{
        "type": "library", "bom-ref": f"pkg:pypi/{one.name}@{one.version}", "name": one.name, "version": one.version,
        "purl": f"pkg:pypi/{one.name}@{one.version}", "licenses": [{"expression": find_licence(one.name)}],
        "externalReferences": [{"type": "distribution", "url": f"pkg:pypi/{one.name}@{one.version}", "hashes": [
            {"alg": "SHA-256", "content": digest} for digest in one.digests]}],
    } for one in read_requirements(REQUIREMENTS.read_text("utf-8"))]
    own = {"type": "application", "bom-ref": project["name"], "name": project["name"], "version": project["version"],
           "licenses": [{"expression": project["license"]}]}
    depends = {"ref": project["name"], "dependsOn": [one["bom-ref"] for one in components]}
    return {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "metadata": {"component": own},
            "components": components, "dependencies": [depends]}


if __name__ == "__main__":
    Path(sys.argv[1]).parent.mkdir(parents=True, exist_ok=True)
    Path(sys.argv[1]).write_text(json.dumps(build_bill(), indent=1) + "\n", encoding="utf-8")
