"""What the guide for writers promises: every example in it is real, in both languages, in `docs/` and on the site."""

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from openpyxl import load_workbook
from PIL import Image
from playwright.sync_api import Page as Window
from playwright.sync_api import expect

from tests.support.chromium import served
from tests.support.workbooks import Filling
from tests.support.workshop import DAY, PROJECT, Built, Page, Workshop, book_on
from yishi.cli import main
from yishi.content import privacy
from yishi.content.autofix import repair_file
from yishi.content.markup import create_anchor
from yishi.content.yaml_source import SourceFile
from yishi.core import files
from yishi.engine.pipeline import check, summarise_content
from yishi.library import Library
from yishi.model.language import get_language
from yishi.model.paths import locate_record
from yishi.model.records import Issue
from yishi.site import plan_site
from yishi.workbook.templates import ABOUT_PLACE
from yishi.workbook.write_workbook import FIRST_ROW

GUIDES = files.read_guides()
TAGS = sorted(GUIDES)
Towns = Mapping[str, tuple[Workshop, Library]]
PLACE = "places/liuxi/nanyuan"
ISSUE = f"{PLACE}/issues/ludeng.yaml"
"""The record that examples without a file of their own add to."""


@dataclass(frozen=True)
class Example:
    """A fenced example: its language, the file that the line above it names ("" = that of the issue), what it says, and
    what the check says of it ("" = nothing)."""

    kind: str
    path: str
    text: str
    problem: str = ""


FENCE = re.compile(r"([^\n]*)\n\n```(\w+)\n(.*?)^```\n(?:\n[^\n]+\n\n```text\n(.*?)^```)?", re.MULTILINE | re.DOTALL)
"""The line above an example, its language, what it says; and the message below it, if there is one."""


def examples(tag: str) -> Iterator[Example]:
    for above, kind, text, problem in FENCE.findall(GUIDES[tag]):
        path = re.search(r"`content/([^`]+)`", above)
        yield Example(kind, path[1] if path else "", text, problem.strip())


@pytest.mark.parametrize("tag", TAGS)
def test_no_example_is_left_out(tag: str) -> None:
    """Every fence of the guide is one that the tests below know what to do with."""
    kinds = [one.kind for one in examples(tag)] + ["text" for one in examples(tag) if one.problem]
    assert sorted(kinds) == sorted(re.findall(r"^```(\w+)$", GUIDES[tag], re.MULTILINE))
    assert set(kinds) == {"yaml", "markdown", "sh", "text"}
    assert kinds.count("text") == 1


def records_in(tag: str) -> Iterator[Example]:
    return (one for one in examples(tag) if one.kind in ("yaml", "markdown"))


def commands(tag: str) -> list[list[str]]:
    """What follows `python build.py` in every command."""
    lines = (line for one in examples(tag) if one.kind == "sh" for line in one.text.splitlines())
    return [shlex.split(line.removeprefix("python build.py ")) for line in lines]


def section(tag: str, number: int) -> str:
    """The text of a section, without its examples."""
    return re.split(r"^## ", outside(GUIDES[tag]), flags=re.MULTILINE)[number]


def outside(text: str) -> str:
    """A text without its fences."""
    return re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)


def tables(text: str) -> list[tuple[str, list[list[str]]]]:
    """Every table: the line above it, and its rows with the head in front."""
    found = re.findall(r"([^\n]*)\n\n((?:\|[^\n]*\n)+)", text)
    return [(above, [[cell.strip() for cell in row.strip("|").split("|")] for row in table.splitlines()
                     if not row.startswith("|---")]) for above, table in found]


def town(folder: Path, tag: str) -> Workshop:
    """An invented town with a community, without a record."""
    ground = {"site.yaml": f"title: x\nlanguages: [{tag}]\nsubmit: yes\n",
              "places/liuxi/place.yaml": "name: 柳溪镇\nkind: town\n",
              f"{PLACE}/place.yaml": "name: 南园\nkind: community\n"}
    for path, text in ground.items():
        (folder / "ground" / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / "ground" / path).write_text(text, "utf-8")
    return Workshop(folder, folder / "ground")


def merged(record: str, more: str) -> str:
    """A record with the keys of `more` in place of its own, or below them."""
    blocks = ({block.partition(":")[0]: block for block in re.split(r"^(?=\S)", text, flags=re.MULTILINE)}
              for text in (record, more))
    return "".join({**next(blocks), **next(blocks)}.values())


class Terminal:
    """Where the commands of the guide are given: each as it stands there, in the folder of a town."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.capsys = folder, capsys
        monkeypatch.chdir(folder)

    def run(self, *arguments: str) -> tuple[int, str, str]:
        """The exit code of a command, and what it prints."""
        with pytest.raises(SystemExit) as ended:
            main(list(arguments))
        assert isinstance(ended.value.code, int)
        return ended.value.code, *self.capsys.readouterr()


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(tmp_path, monkeypatch, capsys)


# --- its examples -----------------------------------------------------------------------------------------------------


def written(folder: Path, tag: str) -> tuple[Workshop, Library]:
    """The town with all that the guide shows."""
    workshop = town(folder, tag)
    for one in records_in(tag):
        if not one.problem:
            add(workshop, one)
            found = [problem for problem in check(workshop.options()).problems if problem.code != "file_missing"]
            assert found == [], one.text
    photo = workshop.content / PLACE / "cases/nanmen.jpg"
    Image.new("RGB", (40, 30)).save(photo)
    return workshop, check(workshop.options()).library


def add(workshop: Workshop, one: Example) -> None:
    workshop.write(one.path or ISSUE, one.text if one.path else merged(workshop.read(ISSUE), one.text))


@pytest.fixture(scope="module")
def towns(tmp_path_factory: pytest.TempPathFactory) -> Towns:
    """Language → the town with all that the guide shows in it."""
    return {tag: written(tmp_path_factory.mktemp(tag), tag) for tag in TAGS}


@pytest.mark.parametrize("tag", TAGS)
def test_every_example_builds_without_a_word(towns: Towns, tag: str) -> None:
    """Put where the guide says, one after the other, they are right at every step, and a site that shows them all."""
    workshop, library = towns[tag]
    report = workshop.build(search=False)
    assert report.write_result
    assert report.checked.problems == ()
    issue, case = (workshop.output / f"{PLACE}/{path}/ludeng/index.html" for path in ("issues", "cases"))
    for one in records_in(tag):
        if one.path.endswith(".yaml") and not one.problem:
            assert (workshop.output / one.path.removesuffix(".yaml") / "index.html").exists() or "withdrawn" in one.path
    assert "nanmen" in case.read_text("utf-8")
    assert "/issues/ludeng/index.html" in case.read_text("utf-8")
    assert all(when in issue.read_text("utf-8") for when in ("2025-03-20", "2025-06-25", "2025-04-02"))
    assert (workshop.output / f"{PLACE}/issues/menjin/index.html").exists()
    briefs, _ = summarise_content(report.checked, workshop.content)
    assert briefs[ISSUE.removesuffix(".yaml")].progress.ladder == "lasting"
    assert len(library.issues) == 2


@pytest.mark.parametrize("tag", TAGS)
def test_what_the_guide_says_is_wrong_is_told_in_its_words(terminal: Terminal, tag: str) -> None:
    """The wrong example, in its file, gives the message that stands below it, to the letter."""
    workshop = town(terminal.folder, tag)
    wrong = [one for one in records_in(tag) if one.problem]
    assert len(wrong) == 1
    add(workshop, next(records_in(tag)))
    add(workshop, wrong[0])
    code, out, err = terminal.run("check", "--quiet", "--language", tag)
    assert (code, (out + err).splitlines()[0]) == (1, wrong[0].problem)


@pytest.mark.parametrize("tag", TAGS)
def test_what_the_guide_says_is_mended_is_mended_so(tag: str) -> None:
    """Each line of the table, in the smallest issue, becomes what stands beside it, and nothing else changes."""
    slot, smallest = locate_record(ISSUE), next(records_in(tag)).text
    (_, (_, *rows)), = tables(section(tag, 7))
    assert slot
    assert len(rows) >= 3
    for wrong, right in ([cell.strip("`") for cell in row] for row in rows):
        assert wrong != right in smallest
        found = repair_file(SourceFile(ISSUE, smallest.replace(right, wrong).encode()), slot)
        assert found, wrong
        assert found.data.decode() == smallest


@pytest.mark.parametrize("tag", TAGS)
def test_what_is_never_to_be_written_is_found_and_what_instead_is_not(tag: str) -> None:
    """The check finds what stands on the left, and lets pass what stands on the right."""
    (_, (_, *rows)), = tables(section(tag, 8))
    assert len(rows) >= 8
    for wrong, right in ([cell.strip("`") for cell in row] for row in rows):
        assert privacy.find_personal_data(wrong), wrong
        assert privacy.find_personal_data(right) == [], right
    kinds = {hit.kind for wrong, _ in rows for hit in privacy.find_personal_data(wrong)}
    assert kinds >= {"name", "mobile", "door", "plate", "account", "minor", "sensitive"}


# --- its commands, its workbook, the form ----------------------------------------------------------------------------


@pytest.mark.parametrize("tag", TAGS)
def test_its_commands_and_its_workbook_do_what_it_says(terminal: Terminal, tag: str) -> None:
    """Handed out, filled as the tables show, and taken in by the guide's own commands: the records are there."""
    workshop, folder = town(terminal.folder, tag), terminal.folder
    template, trial, taken, export = (one for one in commands(tag) if one[0] in ("template", "import", "export"))
    assert terminal.run(*template)[0] == 0
    book = folder / template[1]
    filling, names = Filling(book.read_bytes()), load_workbook(book).sheetnames
    shown = tables(section(tag, 5))
    assert len(shown) == 2
    for above, (heads, *rows) in shown:
        sheet, = re.findall("`([^`]+)`", above)
        on_sheet = {str(cell.value) for cell in filling.sheet(sheet)[1]}
        assert set(heads) <= on_sheet
        for number, row in enumerate(rows):
            filling.fill(sheet, FIRST_ROW + number, dict(zip((head.removesuffix(" *") for head in heads), row,
                                                             strict=True)))
    assert set(re.findall("`([^`.]+)`", section(tag, 5))) - {"inbox", "taken"} <= set(names)
    (folder / "inbox").mkdir()
    (folder / "inbox" / template[1]).write_bytes(filling.saved())
    assert terminal.run(*trial)[0] == 0
    assert check(workshop.options()).library.issues == {}
    assert terminal.run(*taken)[0] == 0
    issue, = records_of_issues(check(workshop.options()).library)
    assert (len(issue.log), len(issue.followups)) == (2, 1)
    book.unlink()
    assert terminal.run(*export)[0] == 0
    assert book.exists()


def records_of_issues(library: Library) -> list[Issue]:
    return [record for path in library.issues if isinstance(record := library.record(path), Issue)]


@pytest.mark.parametrize("tag", TAGS)
def test_its_other_commands_are_real(terminal: Terminal, tag: str) -> None:
    """`new`, `check` and `check --fix` are run as they stand; `serve` has the option that is shown."""
    workshop = town(terminal.folder, tag)
    others = [one for one in commands(tag) if one[0] not in ("template", "import", "export")]
    assert [one[0] for one in others] == ["new", "serve", "check", "check"]
    for one in others:
        code, out, err = terminal.run(*one, *(["--help"] if one[0] == "serve" else []))
        assert (code, err) == (0, ""), one
        assert one[0] != "serve" or set(one[1:]) <= set(re.findall(r"--\w+", out))
    issue, = records_of_issues(check(workshop.options()).library)
    assert issue.title == others[0][-1]


@pytest.mark.parametrize("tag", TAGS)
def test_what_it_says_of_the_form_stands_on_the_form(towns: Towns, tag: str) -> None:
    """Every label and button that it names is there, letter by letter."""
    workshop, _ = towns[tag]
    workshop.build(search=False)
    form = Page((workshop.output / "submit/index.html").read_text("utf-8"))
    named = set(re.findall(r"\*\*(.+?)\*\*", section(tag, 6)))
    assert len(named) >= 9
    assert named - {text.strip() for text in form.texts} == set()


# --- one guide in two languages, in two places -----------------------------------------------------------------------


def test_both_languages_say_the_same() -> None:
    """The same sections, examples, commands and tables in the same order; the records differ in their words only."""
    assert TAGS == ["en", "zh-Hans"]
    chinese, english = (list(examples(tag)) for tag in reversed(TAGS))
    assert [(one.kind, one.path, bool(one.problem)) for one in chinese] == [
        (one.kind, one.path, bool(one.problem)) for one in english]
    for of in (lambda text: len(re.findall("^#+ ", outside(text), re.MULTILINE)),
               lambda text: re.findall(r"^\d+\. ", text, re.MULTILINE),
               lambda text: [[len(row) for row in table] for _, table in tables(outside(text))],
               lambda text: re.findall(r"\d{4}(?:-\d\d)+", text)):
        assert of(GUIDES["zh-Hans"]) == of(GUIDES["en"])
    assert [one for one in commands("zh-Hans") if one[0] != "new"] == [one for one in commands("en") if one[0] != "new"]


def test_the_records_of_both_languages_are_the_same(towns: Towns) -> None:
    """Dates, topics, stages, results and reasons."""
    told = [[(issue.topic, issue.raised, [(entry.date, entry.stage) for entry in issue.log],
              [(one.date, one.result) for one in issue.followups], issue.close_reason,
              [one.date for one in issue.corrections]) for issue in records_of_issues(library)]
            for _, library in towns.values()]
    assert len(told[0]) == 2
    assert told[0] == told[1]


@pytest.mark.parametrize("tag", TAGS)
def test_its_links_lead_to_its_sections(tag: str) -> None:
    """Also where a host of code shows the file."""
    headings = [create_anchor(heading) for heading in re.findall(r"^## (.+)", outside(GUIDES[tag]), re.MULTILINE)]
    links = re.findall(r"\]\(#([^)]+)\)", GUIDES[tag])
    assert len(headings) == len(set(headings)) == 9
    assert links
    assert set(links) <= set(headings)


def test_every_site_has_the_guide_in_its_languages(trilingual: Built) -> None:
    """At the foot of every page; what is to be typed letter by letter is never converted, the rest is."""
    for folder, title in (("", "怎么写记录"), ("en/", "How to write a record"), ("zh-hant/", "怎麼寫記錄")):
        page = trilingual.pages[f"{folder}guide/index.html"]
        assert f"{title} ·" in page.text
        assert page.text.count(title) >= 3
    hant = trilingual.files["zh-hant/guide/index.html"].decode()
    assert "<code>标题: 南门路灯不亮\n" in hant
    assert "例子裡的柳溪鎮" in hant
    assert len(re.findall(r'<section class="prose"', hant)) == 9


def test_the_form_leads_to_the_guide(full: Built) -> None:
    """With and without JavaScript, above all that is asked."""
    for folder in full.languages.values():
        html = full.files[f"{folder}submit/index.html"].decode()
        assert html.index("../guide/index.html") < html.index('<div id="without">')


def test_a_program_without_its_docs_has_no_guide_and_no_link_to_it(towns: Towns) -> None:
    """Where the text is not, nothing leads to it."""
    book = book_on(towns["en"][1], DAY)
    for guides in ({}, {"zh-Hans": "# x"}):
        outputs = {plan.path: plan.produce_output() for plan in plan_site(book, base_url="", guides=guides)}
        assert "guide/index.html" not in outputs
        assert "guide/index.html" not in repr(outputs["index.html"].view)
    outputs = {plan.path: plan.produce_output() for plan in plan_site(book, base_url="", guides=GUIDES)}
    assert "guide/index.html" in repr(outputs["index.html"].view)
    assert "guide/index.html" in outputs


@pytest.mark.parametrize("tag", TAGS)
def test_the_first_sheet_of_a_workbook_names_the_guide(tag: str) -> None:
    """By the title that it has on the site."""
    title = GUIDES[tag].partition("\n")[0].removeprefix("# ")
    assert [line for line in ABOUT_PLACE if title in get_language(tag).text(line)]


def test_the_readmes_lead_to_the_guide() -> None:
    """Each README leads to the guide in its language."""
    for readme, guide in (("README.md", "docs/guide/en.md"), ("README.zh.md", "docs/guide/zh-Hans.md")):
        assert f"]({guide})" in (PROJECT / readme).read_text("utf-8")
        assert (PROJECT / guide).is_file()


@pytest.mark.browser
def test_an_example_is_copied_by_a_tap(window: Window, towns: Towns) -> None:
    """As it stands, to the letter; the button says so."""
    workshop, _ = towns["zh-Hans"]
    workshop.build(search=False)
    with served(workshop.output) as address:
        window.context.grant_permissions(["clipboard-read", "clipboard-write"])
        window.goto(f"{address}guide/index.html")
        window.get_by_role("button", name="复制", exact=True).first.click()
        expect(window.get_by_role("button", name="已复制。")).to_have_count(1)
        assert window.evaluate("navigator.clipboard.readText()") == next(records_in("zh-Hans")).text


@pytest.mark.browser
def test_a_section_is_one_tap_away_on_a_phone(window: Window, towns: Towns) -> None:
    """From the list on top; without JavaScript too, since it is a link."""
    workshop, _ = towns["zh-Hans"]
    workshop.build(search=False)
    with served(workshop.output) as address:
        window.goto(f"{address}guide/index.html")
        window.get_by_role("navigation", name="本页内容").get_by_role("link", name="绝不要写的").click()
        expect(window.get_by_role("heading", name="绝不要写的")).to_be_in_viewport()
