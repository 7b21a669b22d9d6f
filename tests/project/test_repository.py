"""What the repository promises around the code: its documents say what is so, and its modules stand in one line."""

import ast
import importlib.metadata
import os
import pkgutil
import re
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from PIL import Image

from tests.support.pictures import MAX_BYTES, PICTURES
from tests.support.prerequisites import PREREQUISITES
from tests.support.program import TEMPLATES, run_program
from yishi import __version__

ROOT = Path(__file__).parents[2]
READMES = ("README.md", "README.zh.md")
SECURITY = ("SECURITY.md", "SECURITY.zh.md")
DOCS = ("commands", "dependencies", "library", "numbers", "office", "privacy", "publishing",
        "scaling", "spreadsheets", "versions", "writing")
"""The documents of `docs/` that stand in two languages: NAME.md and NAME.zh.md."""
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def text_of(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def rows_of(text: str, head: str) -> list[str]:
    """The first cells of the table whose head begins with `head`, without their code marks."""
    table = re.search(rf"^\| {head} \|.*\n\|[-|]+\n((?:\|.*\n)+)", text, re.MULTILINE)
    assert table, f"no table {head}"
    return [row.split("|")[1].strip().strip("`") for row in table[1].splitlines()]


def skeleton_of(text: str) -> list[str]:
    """The headings' levels, the code of the fences (without comments) and the tables' first cells, in their order."""
    parts = re.findall(r"^(#+) [^\n]*|^```\w*\n(.*?)^```|^\| (`[^`]+`) \|", text, re.MULTILINE | re.DOTALL)
    return [re.sub(r"\s*#.*", "", code) or level or cell for level, code, cell in parts]


# --- the README ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("english", "chinese"),
                         [READMES, SECURITY, *((f"docs/{name}.md", f"docs/{name}.zh.md") for name in DOCS)])
def test_both_languages_say_the_same_in_the_same_order(english: str, chinese: str) -> None:
    """A Chinese document has the headings, commands, options and tables of the English one; only messages differ."""
    texts = (re.sub(r"```text\n.*?```", "", text_of(name), flags=re.DOTALL) for name in (english, chinese))
    first, second = map(skeleton_of, texts)
    assert first == second


def test_every_document_leads_to_its_translation_and_no_link_leads_nowhere() -> None:
    """Relative links in the documents lead to files that exist; no Chinese document lacks its English one."""
    documents = [*READMES, *SECURITY, "CONTRIBUTING.md", *(f"docs/{one.name}" for one in (ROOT / "docs").glob("*.md"))]
    links = ((name, link) for name in documents for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text_of(name)))
    wrong = [f"{name}: {link}" for name, link in links if not ((ROOT / name).parent / link).exists()]
    assert wrong == []
    assert {path.name for path in (ROOT / "docs").glob("*.zh.md")} == {f"{name}.zh.md" for name in DOCS}
    assert all(f"]({name}.zh.md)" in text_of(f"docs/{name}.md") for name in DOCS)


@pytest.mark.parametrize("readme", READMES)
def test_the_readme_is_short_and_shows_two_small_pictures(readme: str) -> None:
    """At most 150 lines, with two pictures that have an alt text, of at most 60,000 bytes each."""
    pictures = re.findall(r"!\[([^\]]{10,})\]\((docs/images/[^)]+)\)", text_of(readme))
    assert text_of(readme).count("\n") <= 150
    assert [Path(path).stem for _, path in pictures] == list(PICTURES)
    assert all((ROOT / path).stat().st_size <= MAX_BYTES for _, path in pictures)


@pytest.mark.parametrize(("document", "head"), [("docs/commands.md", "option"), ("docs/commands.zh.md", "选项")])
def test_the_documents_name_every_option_and_no_other(document: str, head: str) -> None:
    """The table of options is what the commands themselves say with --help."""
    helped = {option for name in commands() for option in re.findall(r"^  (--[\w-]+)", help_of(name), re.MULTILINE)}
    assert set(rows_of(text_of(document), head)) == helped - {"--help"}


def test_the_readme_names_every_command_and_no_other() -> None:
    """The table of commands is that of `python build.py --help`."""
    named = set(rows_of(text_of("README.md"), "command")) - {"python build.py"}
    assert named == {f"python build.py {name}" for name in commands()} - {"python build.py build"}


def commands() -> list[str]:
    return re.findall(r"^  (\w+)", help_of().partition("Commands:")[2], re.MULTILINE)


@cache
def help_of(*command: str) -> str:
    return run_program(ROOT, *command, "--help").stdout


@pytest.mark.parametrize(("readme", "language"), [("README.md", "en"), ("README.zh.md", "zh-Hans")])
def test_the_readmes_record_and_message_are_real(tmp_path: Path, readme: str, language: str) -> None:
    """The README's record passes the check; with the error it tells of, the check says what the README shows."""
    text = text_of(readme)
    record, message = (re.search(rf"```{kind}\n(.*?)```", text, re.DOTALL) for kind in ("yaml", "text"))
    assert record
    assert message
    assert check(tmp_path, record[1], language) == ""
    shown = re.escape(message[1].strip()).replace("…", ".*")
    said = check(tmp_path, record[1].replace("主题: 绿化", "主题: 绿花"), language)
    assert re.search(rf"^{shown}$", said, re.MULTILINE), said


def check(folder: Path, record: str, language: str) -> str:
    """What `check` says of a small site with `record` in it, at the address that the README gives it."""
    files = {
        "site.yaml": "title: 示例\n", "places/shahe/place.yaml": "name: 沙河镇\nkind: town\nmethod: sanji\n",
        "places/shahe/shayanglu/place.yaml": "name: 沙阳路\nkind: community\n",
        "methods/sanji.yaml": "name: 三级六事\nstages: [{id: mingshi, label: 明事, core: [clarify]}]\n",
        "places/shahe/shayanglu/issues/lvhua.yaml": record,
    }
    for name, content in files.items():
        path = folder / "content" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    done = run_program(folder, "check", "--quiet", "--language", language, *TEMPLATES)
    return done.stdout + done.stderr


@pytest.mark.parametrize("document", ["docs/writing.md", "docs/writing.zh.md"])
def test_the_documents_own_town_builds_without_a_warning(tmp_path: Path, document: str) -> None:
    """The files that the document shows in full, and a photo, are a site that its command builds without a word."""
    text = text_of(document)
    files = re.findall(r"^`(my-content/[^`]+)`[^\n]*\n\n```\w+\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert len(files) == text.count("\n`my-content/")
    for name, content in files:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content, "utf-8")
    Image.new("RGB", (40, 30)).save(tmp_path / "my-content/places/liuxi/nanyuan/cases/nanmen.jpg")
    command = re.search(r"^python (build\.py --content my-content --output my-site)$", text, re.MULTILINE)
    assert command
    done = run_program(tmp_path, *command[1].split()[1:], *TEMPLATES)
    assert (done.returncode, done.stderr) == (0, "")
    case = (tmp_path / "my-site/places/liuxi/nanyuan/cases/ludeng/index.html").read_text("utf-8")
    assert "nanmen.jpg" in case
    assert "/issues/ludeng/index.html" in case


def test_each_promise_of_security_is_held_by_tests_that_exist() -> None:
    """Every row of the table of promises names a test, and each that is named is a function of its file."""
    promised = text_of("SECURITY.md").partition("\n## What is promised\n")[2].partition("\n## ")[0]
    rows = [row for row in promised.splitlines()[3:] if row.startswith("| ")]
    assert len(rows) > 15
    for row in rows:
        named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", row)
        assert named, row
        assert [name for file, name in named if f"\ndef {name}(" not in text_of(file)] == []


# --- what it stands on -----------------------------------------------------------------------------------------------


def names_of(requirements: list[str]) -> set[str]:
    return {re.split(r"[ <>=!~;\[]", requirement)[0].lower() for requirement in requirements}


@pytest.mark.parametrize(("document", "head"), [("docs/dependencies.md", "package"),
                                                ("docs/dependencies.zh.md", "软件包")])
def test_every_dependency_has_a_reason(document: str, head: str) -> None:
    """The table of dependencies is that of pyproject.toml; those of the tests are named below it."""
    text = text_of(document)
    assert set(rows_of(text, head)) == names_of(PROJECT["dependencies"])
    assert all(f"`{name}`" in text for name in names_of(PROJECT["optional-dependencies"]["dev"]))


def test_every_package_that_is_imported_is_a_dependency_and_none_is_in_vain() -> None:
    """What another package happens to bring may be gone with its next version; so the program names all it imports."""
    imported = {name for path in (ROOT / "yishi").rglob("*.py") for name in _imported_by(ast.parse(read(path)))}
    packages = importlib.metadata.packages_distributions()
    found = {re.sub("[._]", "-", packages[name][0].lower()) for name in imported - sys.stdlib_module_names - {"yishi"}}
    optional = {"distributed", "pillow-heif"}
    documented_by_owner, of_data_alone = {"markupsafe", "pydantic-core"}, {"tzdata"}
    assert found - optional - documented_by_owner == names_of(PROJECT["dependencies"]) - of_data_alone


def _imported_by(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (one.name.partition(".")[0] for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def test_every_dependency_is_pinned_exactly() -> None:
    """constraints.txt names one exact version of every package, and no address to get it from."""
    lines = [line for line in text_of("constraints.txt").splitlines() if not line.startswith("#")]
    wrong = [line for line in lines if not re.fullmatch(r"[a-z0-9-]+==[\w.]+(; sys_platform == \"\w+\")?", line)]
    wanted = names_of([*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]])
    assert wrong == []
    assert wanted - names_of(lines) == set()


def test_no_file_names_a_registry_or_a_path_of_one_machine() -> None:
    """What is in the repository works for everyone, wherever they cloned it and wherever they install from."""
    traces = re.compile("|".join(["pypi" + r"\.\w", "python" + "hosted", r"(?<![\w/.])/(?:root|work|home)/" + r"\w"]))
    found = [f"{path.relative_to(ROOT)}: {match[0]}" for path in tracked() if (match := traces.search(read(path)))]
    assert found == []


def tracked() -> Iterator[Path]:
    """The files that Git keeps or would keep."""
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT,
                            capture_output=True, encoding="utf-8", check=True, timeout=60).stdout
    return (path for name in listed.split("\0") if name and (path := ROOT / name).is_file())


def read(path: Path) -> str:
    return path.read_text("utf-8", errors="ignore")


def test_the_changelog_tells_each_change_once() -> None:
    """No two entries of a version begin alike, as after a bad merge, and the kinds of change stand in order."""
    order = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"]
    for version in text_of("CHANGELOG.md").split("\n## [")[1:]:
        begins = Counter(re.findall(r"^- (.{30})", version, re.MULTILINE))
        assert [begin for begin, times in begins.items() if times > 1] == []
        kinds = re.findall("^### (.*)", version, re.MULTILINE)
        assert kinds == [kind for kind in order if kind in kinds]


def test_the_newest_version_of_the_changelog_is_that_of_the_program() -> None:
    """Each version has its date, newest first; changes after it stand under "Unreleased"."""
    versions = re.findall(r"^## \[(.*)$", text_of("CHANGELOG.md"), re.MULTILINE)
    released = [re.fullmatch(r"([\d.]+)\] - (\d{4}-\d\d-\d\d)", one) for one in versions if one != "Unreleased]"]
    assert all(released)
    assert "Unreleased]" not in versions[1:]
    assert [match[2] for match in released if match] == sorted((match[2] for match in released if match), reverse=True)
    assert released[0]
    assert released[0][1] == PROJECT["version"] == __version__


# --- the house -------------------------------------------------------------------------------------------------------


def test_contributing_lists_every_room_and_no_other() -> None:
    """The table of rooms in CONTRIBUTING.md is the package, and each room says what it is for."""
    rooms = {path.parent.name for path in (ROOT / "yishi").glob("*/__init__.py")}
    assert set(rows_of(text_of("CONTRIBUTING.md"), "room")) == rooms
    assert all(ast.get_docstring(ast.parse(read(ROOT / "yishi" / room / "__init__.py"))) for room in rooms)
    assert {path.name for path in (ROOT / "yishi").glob("*.py")} == {"__init__.py", "__main__.py"}


def test_each_room_imports_only_rooms_above_it() -> None:
    """The way from file to page has no way back: the order is that of the table in CONTRIBUTING.md."""
    order = {room: number for number, room in enumerate(rows_of(text_of("CONTRIBUTING.md"), "room"))}
    wrong = [f"{path.relative_to(ROOT)} imports {'.'.join(imported)}"
             for path in sorted((ROOT / "yishi").glob("*/**/*.py"))
             for imported in imports_of(path)
             if order.get(imported[0], -1) > order[path.relative_to(ROOT / "yishi").parts[0]]]
    assert wrong == []


def test_no_two_classes_and_no_two_public_functions_share_a_name() -> None:
    """Who has read what a name means knows it wherever the name stands."""
    classes, functions = Counter[str](), Counter[str]()
    for path in (ROOT / "yishi").glob("**/*.py"):
        body = ast.parse(read(path)).body
        classes.update(node.name for node in body if isinstance(node, ast.ClassDef))
        functions.update(node.name for node in body
                         if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"))
    assert [name for name, times in [*classes.items(), *functions.items()] if times > 1] == []


def test_no_condition_stands_inside_another() -> None:
    """A choice of three is a sentence of several lines: no conditional expression has another directly in it."""
    nested = [f"{path.relative_to(ROOT)}:{node.lineno}" for path in (ROOT / "yishi").glob("**/*.py")
              for node in ast.walk(ast.parse(read(path)))
              if isinstance(node, ast.IfExp)
              and any(isinstance(part, ast.IfExp) for part in ast.iter_child_nodes(node))]
    assert nested == []


def test_no_module_leads_back_to_itself() -> None:
    """Inside a room, too, what a module imports can be read without it."""
    imported = {name_of(path): {as_module(name) for name in imports_of(path)} for path in modules()}
    while leaves := {name for name, others in imported.items() if not others & (imported.keys() - {name})}:
        imported = {name: others for name, others in imported.items() if name not in leaves}
    assert sorted(imported) == []


def test_pages_of_records_places_numbers_and_lists_stand_apart() -> None:
    """The four sub-rooms of `site` share what lies beside them, and nothing of each other."""
    parts = {path.parent.name for path in (ROOT / "yishi/site").glob("*/__init__.py")}
    wrong = [f"{name_of(path)} imports {as_module(name)}"
             for path in modules() if path.parent.name in parts and path.parts[-3] == "site"
             for name in imports_of(path) if name[0] == "site" and name[1] in parts - {path.parent.name}]
    assert parts == {"records", "places", "numbers", "lists"}
    assert wrong == []


def modules() -> list[Path]:
    return sorted((ROOT / "yishi").glob("*/**/*.py"))


def name_of(path: Path) -> str:
    """The module in a file, without the name of the package; that of a folder is the folder's."""
    return ".".join(path.relative_to(ROOT / "yishi").with_suffix("").parts).removesuffix(".__init__")


def as_module(name: list[str]) -> str:
    """The module that an import reads: of `from .a import b` it is `a.b` where that is one, else `a`."""
    longest = (".".join(name[:end]) for end in range(len(name), 0, -1))
    return next((one for one in longest if one in known_modules()), "")


@cache
def known_modules() -> frozenset[str]:
    return frozenset(map(name_of, modules()))


def imports_of(path: Path) -> Iterator[list[str]]:
    """The modules of the package that the file imports, also within functions, without the name of the package."""
    home = ["yishi", *path.relative_to(ROOT / "yishi").parts[:-1]]
    for node in ast.walk(ast.parse(read(path))):
        for name in imported_names(node, home):
            if name[0] == "yishi" and len(name) > 1:
                yield name[1:]


def imported_names(node: ast.AST, home: list[str]) -> list[list[str]]:
    if isinstance(node, ast.Import):
        return [alias.name.split(".") for alias in node.names]
    if not isinstance(node, ast.ImportFrom):
        return []
    base = home[:len(home) - node.level + 1] if node.level else []
    base = [*base, *(node.module.split(".") if node.module else [])]
    return [[*base, alias.name] for alias in node.names]


def test_every_name_in_the_architecture_exists() -> None:
    """Each module, class and function that docs/architecture.md names is in the package, and each path exists."""
    spans = re.findall(r"`([^`\n]+)`", text_of("docs/architecture.md"))
    rooms = "|".join(rows_of(text_of("CONTRIBUTING.md"), "room"))
    names = [span for span in spans if re.fullmatch(rf"(?:{rooms})(?:\.\w+)+", span)]
    paths = [span for span in spans if re.match(r"(?:yishi|templates|tests|docs)/", span)]
    assert len(names) > 50
    assert [name for name in names if not exists(f"yishi.{name}")] == []
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_every_name_in_a_docstring_exists() -> None:
    """What a docstring names is in the package, and what it says of an argument is said of one that there is."""
    rooms = set(rows_of(text_of("CONTRIBUTING.md"), "room"))
    names, arguments = [], []
    for path, node, text in docstrings():
        names += [f"{path}: {name}" for name in re.findall(r"`([a-z_]+(?:\.\w+)+)`", text)
                  if name.split(".")[0] in rooms and not name.endswith(".yaml") and not exists(f"yishi.{name}")]
        if isinstance(node, ast.FunctionDef):
            own = {one.arg for one in ast.walk(node.args) if isinstance(one, ast.arg)}
            arguments += [f"{path}: {node.name}: {name}" for name in re.findall(r"(?:[;.] |\n *)`([a-z_]+)`: ", text)
                          if name not in own]
    assert names == []
    assert arguments == []


def docstrings() -> Iterator[tuple[str, ast.AST, str]]:
    """Of each module, class and function: the path of its module, the node, and its docstring."""
    for path in (ROOT / "yishi").rglob("*.py"):
        for node in ast.walk(ast.parse(read(path))):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and (text := ast.get_docstring(node)):
                yield str(path.relative_to(ROOT)), node, text


def exists(name: str) -> bool:
    """Whether the dotted `name` is a module, or something in one."""
    try:
        pkgutil.resolve_name(name)
    except (ImportError, AttributeError):
        return False
    return True


def test_the_glossary_is_short_and_in_order() -> None:
    """At most forty terms, sorted, each once."""
    terms = rows_of(text_of("docs/architecture.md"), "term")
    assert len(terms) <= 40
    assert terms == sorted(set(terms))


# --- the commands ----------------------------------------------------------------------------------------------------


@pytest.mark.skipif(os.name == "nt", reason="make is not needed there")
@pytest.mark.parametrize("left_out", [(), *[(name,) for name in PREREQUISITES], tuple(PREREQUISITES)])
def test_make_test_installs_what_the_tests_it_runs_need_and_nothing_else(left_out: tuple[str, ...]) -> None:
    """Each kind of test that needs a program has it installed by `make test`, unless `NAME=no` leaves them out."""
    choices = [f"{name.upper()}=no" for name in left_out]
    done = subprocess.run(["make", "--dry-run", "--always-make", "test", *choices], cwd=ROOT, capture_output=True,
                          encoding="utf-8", check=True, timeout=60)
    wanted = re.search(r"-m tests\.support\.prerequisites *(.*?) *$", done.stdout, re.MULTILINE)
    chosen = re.search(r'-m pytest -m "(.*)"$', done.stdout, re.MULTILINE)
    assert wanted
    assert chosen
    assert wanted[1].split() == [name for name in PREREQUISITES if name not in left_out]
    assert chosen[1] == " and ".join(f"not {name}" for name in left_out)


def test_every_mark_of_tests_names_what_they_need() -> None:
    """A mark says that a test needs a program; each can be installed, and its advice says how to do without."""
    marks = tomllib.loads(text_of("pyproject.toml"))["tool"]["pytest"]["ini_options"]["markers"]
    assert [mark.partition(":")[0] for mark in marks] == list(PREREQUISITES)
    assert all(f"make test {name.upper()}=no" in one.advice for name, one in PREREQUISITES.items())


def test_the_gate_installs_only_what_the_readme_asks_for_and_runs_its_commands() -> None:
    """`.ci/run` is what the README tells everyone to do: Python, Git and make, then `make test` and `make site`."""
    script = text_of(".ci/run")
    assert re.findall(r"missing\+=\(([\w-]+)\)", script) == ["make", "git", "python3", "python3-venv"]
    assert script.rpartition("\nfi\n")[2].split("\n") == ["", "make test", "make site", ""]
