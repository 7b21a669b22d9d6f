"""What Git knows is told: when a record was first published and last changed, and what was done; never by whom."""

import shutil
import subprocess
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from repository import Repository
from workshop import Page, Tree, Workshop, times, tree

from yishi import history
from yishi.past import Change, pasts

ZONE = ZoneInfo("Asia/Shanghai")
CITY = "places/example-city"
CROSSING, COLD = f"{CITY}/southside/issues/school-crossing", f"{CITY}/northside/issues/cold-stairs"


class Town(Repository):
    """The English city in a repository."""

    def __init__(self, city: Workshop) -> None:
        super().__init__(city.folder)
        self.city = city
        self.commit("The first records", "2025-06-01")

    def change(self, path: str, message: str, day: str) -> None:
        """Adds a note to a record, and commits it."""
        self.city.write(f"{path}.yaml", self.city.read(f"{path}.yaml") + f"notes: {message}\n")
        self.commit(message, day)

    def build(self) -> None:
        self.city.build(history=True)

    def page(self, path: str) -> str:
        return Page((self.city.output / path / "index.html").read_text("utf-8")).text

    def past(self, path: str) -> tuple[Change, ...]:
        return pasts(history.log(self.city.content), ZONE, date(2025, 12, 31)).get(path, ())


@pytest.fixture
def town(city: Workshop) -> Town:
    return Town(city)


def test_a_record_tells_when_it_was_published_and_changed(town: Town) -> None:
    """Its page has the first day, the last, and each change with its reason, the newest first."""
    town.change(CROSSING, "The school was asked", "2025-07-02")
    town.build()
    said = town.page(CROSSING)
    assert "First published 1 June 2025" in said
    assert "Last changed 2 July 2025" in said
    assert said.index("2 July 2025: changed (The school was asked)") < said.index(
        "1 June 2025: first published (The first records)")
    assert "Last changed" not in town.page(COLD)
    assert "最近改动 2025年7月2日" in town.page(f"zh-hans/{CROSSING}")


def test_no_author_and_no_personal_data_is_told(town: Town) -> None:
    """Neither names of who committed, nor what they should not have written."""
    town.change(CROSSING, "Call 13800005678", "2025-07-02")
    town.city.write(f"{CROSSING}.yaml", town.city.read(f"{CROSSING}.yaml").partition("notes:")[0])
    town.commit("Quiet again", "2025-07-03")
    town.build()
    for data in tree(town.city.output).values():
        assert b"Xylophone" not in data
        assert b"nobody@example.org" not in data
        assert b"13800005678" not in data


def test_a_merge_tells_when_it_was_merged_and_why(town: Town) -> None:
    """What a branch brings is public on the day of the merge; the names of branches and accounts are left out."""
    town.git("checkout", "--quiet", "-b", "alice/crossing")
    town.change(CROSSING, "A draft", "2025-07-02")
    town.git("checkout", "--quiet", "main")
    town.git("merge", "--quiet", "--no-ff", "--message=Merge pull request #7 from alice/crossing\n\nThe school agrees",
             "alice/crossing", day="2025-08-05")
    assert town.past(CROSSING)[1:] == (Change(date(2025, 8, 5), "edited", "The school agrees"),)


def test_a_record_that_moved_keeps_its_past(town: Town) -> None:
    """Renamed files are followed; one that was deleted and written anew begins anew."""
    town.git("mv", f"content/{CROSSING}.yaml", f"content/{CITY}/southside/issues/crossing.yaml")
    town.commit("A shorter name", "2025-07-02")
    moved = town.past(f"{CITY}/southside/issues/crossing")
    assert [(one.day.month, one.sort) for one in moved] == [(6, "added"), (7, "moved")]
    assert town.past(CROSSING) == ()
    kept = town.city.read(f"{COLD}.yaml")
    (town.city.content / f"{COLD}.yaml").unlink()
    town.commit("Gone", "2025-08-01")
    town.city.write(f"{COLD}.yaml", kept)
    town.commit("Back", "2025-09-01")
    assert [(one.day.month, one.sort) for one in town.past(COLD)] == [(9, "added")]


def test_the_day_is_that_of_the_site_and_nothing_later_is_told(town: Town) -> None:
    """A commit shortly before midnight elsewhere is of the next day in China; those after the report's day are not."""
    told = "\x1e1748793600\0One\0\0\nA\0pages/about.md\0\x1e1767200400\0Two\0\0\nM\0pages/about.md\0"
    assert pasts(told, ZONE, date(2025, 12, 31)) == {"pages/about": (Change(date(2025, 6, 2), "added", "One"),)}


def test_the_last_changes_stand_by_week(town: Town) -> None:
    """The page of changes has each change of a published record under its week, the newest first."""
    town.change(CROSSING, "The school was asked", "2025-07-02")
    town.build()
    said = town.page("changes")
    assert said.index("Week of 30 June 2025") < said.index("A crossing at the school changed") < said.index(
        "Week of 26 May 2025")
    assert "A crossing at the school first published" in said


def test_only_what_was_changed_is_written(town: Town) -> None:
    """A commit changes the pages of its records and the page of changes, and no other."""
    town.build()
    before = times(town.city.output)
    town.commit("Nothing in the records", "2025-07-01")
    town.build()
    assert times(town.city.output) == before
    town.city.write(f"{CROSSING}.yaml", town.city.read(f"{CROSSING}.yaml") + "# seen\n")
    town.commit("Looked at again", "2025-07-02")
    town.build()
    after = times(town.city.output)
    written = {path for path in after if after[path] != before.get(path)}
    pages = {f"{folder}{page}/index.html" for folder in ("", "zh-hans/") for page in (CROSSING, "changes")}
    assert pages <= written
    assert {path for path in written - pages if not path.startswith("search/")} == set()


def test_a_build_after_commits_equals_one_from_nothing(town: Town, tmp_path: Path) -> None:
    """Whatever was built before, the site is the one that a fresh clone gives."""
    town.build()
    town.change(CROSSING, "The school was asked", "2025-07-02")
    town.build()
    town.git("mv", f"content/{COLD}.yaml", f"content/{CITY}/northside/issues/stairs.yaml")
    town.city.replace(f"{CITY}/northside/cases/warm-stairs.md", "cold-stairs", "stairs")
    town.commit("A shorter name", "2025-07-03")
    town.build()
    assert tree(town.city.output) == cloned(town, tmp_path / "clone")


def cloned(town: Town, folder: Path, *how: str) -> Tree:
    """The site that a clone gives."""
    subprocess.run(["git", "clone", "--quiet", *how, f"file://{town.root}", str(folder)], check=True)
    shutil.copytree(folder / "content", folder / "copy")  # a workshop copies its content folder
    clone = Workshop(folder / "work", folder / "copy")
    shutil.move(folder / ".git", folder / "work" / ".git")
    clone.build(history=True)
    return tree(clone.output)


@pytest.mark.parametrize("how", ["switched off", "no repository", "shallow", "no git"])
def test_without_history_all_works_minus_dates(town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                               how: str) -> None:
    """No date is told, no page of changes is made, and no link leads to one."""
    plain = town.city.clean()
    town.change(CROSSING, "The school was asked", "2025-07-02")
    town.city.write(f"{CROSSING}.yaml", town.city.read(f"{CROSSING}.yaml").partition("notes:")[0])
    town.commit("As before")
    if how == "shallow":
        assert cloned(town, tmp_path / "clone", "--depth=1") == plain
        return
    if how == "no repository":
        shutil.rmtree(town.root / ".git")
        monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(town.root.parent))
    if how == "no git":
        monkeypatch.setenv("PATH", "/nowhere")
    town.city.build(history=how != "switched off")
    assert tree(town.city.output) == plain


def test_every_new_state_of_git_is_noticed(town: Town) -> None:
    """A commit, a reset, a packed reference, a worktree: what is read without Git tells them apart."""
    content, first = town.city.content, town.git("rev-parse", "HEAD")
    states = [history.state(content)]
    town.commit("More")
    states.append(history.state(content))
    town.git("pack-refs", "--all")
    packed = history.state(content)
    town.git("reset", "--quiet", "--hard", first)
    states.append(history.state(content))
    town.git("worktree", "add", "--quiet", str(town.root / "site" / "tree"), "-b", "other")
    tree_content = town.root / "site" / "tree" / "content"
    states.append(history.state(tree_content))
    (tree_content / "x").write_text("x")
    subprocess.run(["git", "-C", tree_content, "add", "."], check=True)
    town.git("-C", str(tree_content), "commit", "--quiet", "--message=There")
    states.append(history.state(tree_content))
    assert all(states)
    assert packed
    assert len(set(states)) >= 4
    assert states[0] != states[1] != states[2]
    assert states[3] != states[4]


def test_git_is_asked_once_for_each_state(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """What Git said is kept: the same again without Git, until there is a new commit."""
    town.build()
    known = tree(town.city.output)
    monkeypatch.setenv("PATH", "/nowhere")
    shutil.rmtree(town.city.output)
    town.city.build(history=True)
    assert tree(town.city.output) == known


def test_git_is_asked_again_where_it_could_not_tell(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """A build before Git was installed does not silence the builds after."""
    with monkeypatch.context() as before:
        before.setenv("PATH", "/nowhere")
        town.build()
    assert "First published" not in town.page(CROSSING)
    town.build()
    assert "First published" in town.page(CROSSING)


# --- corrections, and what was withdrawn ------------------------------------------------------------------------------


def test_all_corrections_stand_on_one_page(city: Workshop) -> None:
    """What was corrected in any record, the newest first, with the way to it."""
    city.write(f"{CROSSING}.yaml", city.read(f"{CROSSING}.yaml")
               + "corrections: [{date: 2025-10-05, what: The day was wrong, why: a slip}]\n")
    city.write(f"{CITY}/place.yaml", city.read(f"{CITY}/place.yaml")
               + "corrections: [{date: 2025-11-05, what: 'Three communities, not four'}]\n")
    city.build()
    said = Page((city.output / "corrections/index.html").read_text("utf-8"))
    assert "5 November 2025 Example City Three communities, not four" in said.text
    assert "5 October 2025 A crossing at the school The day was wrong Why: a slip" in said.text
    assert said.text.index("Three communities") < said.text.index("The day was wrong")
    assert f"../{CROSSING}/index.html" in [link.get("href") for link in said.all("a")]
    assert tree(city.output) == city.clean()


WITHDRAWN = f"- {{path: {CROSSING}, date: 2025-12-01, why: asked for by those concerned}}\n"


def withdraw(city: Workshop) -> None:
    """Withdraws the crossing, to which a case leads in its keys and its text."""
    city.write(f"{CITY}/southside/cases/walk.md",
               "---\ntitle: A walk\nissues: [school-crossing]\n---\nSee [it](../issues/school-crossing.yaml).\n")
    city.build()
    (city.content / f"{CROSSING}.yaml").unlink()
    city.write("withdrawn.yaml", WITHDRAWN)


def test_what_is_withdrawn_leaves_a_notice(city: Workshop) -> None:
    """At its address stands that it was withdrawn, when and why, and nothing of what it said; no list has it."""
    withdraw(city)
    report = city.build()
    assert report.checked.problems == ()
    said = Page((city.output / CROSSING / "index.html").read_text("utf-8")).text
    assert "The record that stood here was withdrawn on 1 December 2025." in said
    assert "Why: asked for by those concerned" in said
    assert all(b"A crossing at the school" not in data for data in tree(city.output).values())
    assert CROSSING in Page((city.output / "corrections/index.html").read_text("utf-8")).text
    assert CROSSING.encode() not in (city.output / "sitemap.xml").read_bytes()
    assert tree(city.output) == city.clean()


def test_links_to_what_is_withdrawn_lead_to_the_notice(city: Workshop) -> None:
    """Neither a reference nor a link in a text breaks, and nothing is told as wrong."""
    withdraw(city)
    city.build()
    page = Page((city.output / CITY / "southside/cases/walk/index.html").read_text("utf-8"))
    targets = [link.get("href") for link in page.all("a") if "school-crossing" in link.get("href")]
    assert len(targets) == 2
    assert all((city.output / CITY / "southside/cases/walk" / target).resolve().is_file() for target in targets)
    assert "a record that was withdrawn" in page.text


@pytest.mark.parametrize(("entry", "code"), [
    (f"- {{path: {COLD}, date: 2025-12-01, why: x}}\n", "withdrawn_still_there"),
    ("- {path: sources/gazette, date: 2025-12-01, why: x}\n", "withdrawn_no_record"),
    ("- {path: ../x, date: 2025-12-01, why: x}\n", "withdrawn_no_record"),
    (WITHDRAWN + WITHDRAWN, "withdrawn_twice"),
    ("- {date: 2025-12-01, why: x}\n", "missing_key")])
def test_what_cannot_be_withdrawn_is_refused(city: Workshop, entry: str, code: str) -> None:
    """Only a record with a page of its own whose file is gone, and only once."""
    if code == "withdrawn_twice":
        (city.content / f"{CROSSING}.yaml").unlink()
    city.write("withdrawn.yaml", entry)
    report = city.build()
    assert [(one.code, one.path) for one in report.checked.problems] == [(code, "withdrawn.yaml")]
    assert report.published is None


def test_withdrawing_writes_what_named_it(city: Workshop) -> None:
    """After a record is withdrawn, and after its notice is taken back, the site is that of a build from nothing."""
    withdraw(city)
    city.build()
    assert tree(city.output) == city.clean()
    city.write("withdrawn.yaml", WITHDRAWN.replace("asked for", "wished"))
    city.build()
    assert tree(city.output) == city.clean()
    (city.content / "withdrawn.yaml").unlink()
    (city.content / CITY / "southside/cases/walk.md").unlink()
    city.build()
    assert not (city.output / CROSSING).exists()
    assert tree(city.output) == city.clean()
