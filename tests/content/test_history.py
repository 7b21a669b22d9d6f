"""What Git knows is told: when a record was first published and last changed, and what was done; never by whom."""

import os
import shutil
import subprocess
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.support.program import TEMPLATES, run_program
from tests.support.repository import Repository
from tests.support.workshop import Page, Tree, Workshop, times, tree
from yishi.content import git
from yishi.content.change_log import ChangeLog, RecordChangeEntry, parse_change_log

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
        """Adds a note to a record, and commits it with that as the reason for readers."""
        self.city.write(f"{path}.yaml", self.city.read(f"{path}.yaml") + f"notes: {message}\n")
        self.commit(f"notes: another line\n\nReason: {message}", day)

    def build(self) -> None:
        self.city.build(history=True)

    def page(self, path: str) -> str:
        return Page((self.city.output / path / "index.html").read_text("utf-8")).text

    def past(self, path: str) -> tuple[RecordChangeEntry, ...]:
        return past_in(self.city.content).changes.get(path, ())

    def shape(self, path: str) -> list[tuple[int, str]]:
        """The month and the sort of each change of a record."""
        return [(one.day.month, one.kind) for one in self.past(path)]


def past_in(content: Path) -> ChangeLog:
    """What Git tells of a content folder until the day of all tests."""
    return parse_change_log(git.read_git_log(content), ZONE, date(2025, 12, 31))


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
        "1 June 2025: first published")
    assert not any(subject in said for subject in ("another line", "The first records"))  # not written for readers
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
    message = "Merge pull request #7 from alice/crossing\n\n原因：The school agrees"
    town.git("merge", "--quiet", "--no-ff", f"--message={message}", "alice/crossing", day="2025-08-05")
    assert town.past(CROSSING)[1:] == (RecordChangeEntry(date(2025, 8, 5), "edited", "The school agrees"),)


def test_a_record_that_moved_keeps_its_past(town: Town) -> None:
    """Renamed files are followed."""
    town.git("mv", f"content/{CROSSING}.yaml", f"content/{CITY}/southside/issues/crossing.yaml")
    town.commit("A shorter name", "2025-07-02")
    moved = town.past(f"{CITY}/southside/issues/crossing")
    assert [(one.day.month, one.kind) for one in moved] == [(6, "added"), (7, "moved")]
    assert town.past(CROSSING) == ()


def test_a_record_that_was_deleted_and_restored_was_first_published_before(town: Town) -> None:
    """Its first public day is what it was; that it was published again is told; while it is gone it has no past."""
    kept = town.city.read(f"{COLD}.yaml")
    (town.city.content / f"{COLD}.yaml").unlink()
    town.commit("Gone", "2025-08-01")
    assert town.past(COLD) == ()
    town.city.write(f"{COLD}.yaml", kept)
    town.commit("Back", "2025-09-01")
    assert town.shape(COLD) == [(6, "added"), (9, "restored")]
    town.build()
    assert "First published 1 June 2025" in town.page(COLD)
    assert "1 September 2025: published again" in town.page(COLD)


@pytest.mark.parametrize("how", ["renamed", "rewritten", "in two commits"])
def test_another_format_is_no_other_address(town: Town, how: str) -> None:
    """A record that becomes `.md` instead of `.yaml` has not moved: it was changed, and keeps its first day."""
    old, new = town.city.content / f"{COLD}.yaml", town.city.content / f"{COLD}.md"
    text = "title: Cold stairs\ntopic: energy\nraised: 2025-01\nlog: [{stage: raised, text: Cold}]\n"
    new.write_text(f"---\n{text if how == 'rewritten' else old.read_text('utf-8')}---\n", "utf-8")
    if how == "in two commits":
        town.commit("The new one", "2025-08-01")
    old.unlink()
    town.commit("Another format", "2025-09-01")
    assert town.shape(COLD)[0] == (6, "added")
    assert {sort for _, sort in town.shape(COLD)[1:]} == {"edited"}


@pytest.mark.parametrize("to", ["records", "town/of/records", "."])
def test_moving_the_content_folder_is_no_change_of_a_record(town: Town, to: str) -> None:
    """The first day stays, nobody is told that a record moved; and records that moved before are still followed."""
    town.git("mv", f"content/{COLD}.yaml", f"content/{CITY}/northside/issues/stairs.yaml")
    town.commit("A shorter name", "2025-07-01")
    before = past_in(town.city.content).changes
    (town.root / to).mkdir(parents=True, exist_ok=True)
    for name in sorted(path.name for path in town.city.content.iterdir()):
        town.git("mv", f"content/{name}", f"{to}/{name}")
    town.commit("Moved", "2025-08-01")
    assert past_in(town.root / to).changes == before
    town.git("rm", "--quiet", "-r", "--cached", ".")
    (town.root / to / "places").rename(town.root / "away")
    town.commit("Gone", "2025-09-01")
    (town.root / "away").rename(town.root / to / "places")
    town.commit("Back", "2025-10-01")
    restored = past_in(town.root / to).changes
    assert {path: changes[0] for path, changes in restored.items()} == {
        path: changes[0] for path, changes in before.items()}


def test_a_content_folder_that_was_copied_first_keeps_its_past(town: Town) -> None:
    """The records are copied in one commit, and the old ones deleted in the next, with all else that moves."""
    before = past_in(town.city.content).changes
    shutil.copytree(town.city.content / "places", town.root / "records" / "places")
    town.commit("Copied", "2025-07-01")
    shutil.rmtree(town.city.content / "places")
    for name in sorted(path.name for path in town.city.content.iterdir()):
        (town.city.content / name).rename(town.root / "records" / name)
    town.commit("The rest", "2025-08-01")
    after = past_in(town.root / "records").changes
    assert {path: changes[0] for path, changes in after.items()} == {
        path: changes[0] for path, changes in before.items()}


def test_a_record_that_takes_the_place_of_one_that_moved_is_new(town: Town) -> None:
    """What is written at the old address later has not the past of the record that went."""
    issues = f"{CITY}/northside/issues"
    for number, month in ((1, "07"), (2, "08")):
        town.git("mv", f"content/{COLD}.yaml", f"content/{issues}/stairs-{number}.yaml")
        town.commit("A better name", f"2025-{month}-01")
        town.city.write(f"{COLD}.yaml", f"title: Another {number}\n")
        town.commit("Another one", f"2025-{month}-02")
    assert town.shape(f"{issues}/stairs-1") == [(6, "added"), (7, "moved")]
    assert town.shape(f"{issues}/stairs-2") == [(7, "added"), (8, "moved")]
    assert town.shape(COLD) == [(8, "added")]


def test_a_new_record_from_the_same_template_is_not_the_one_that_was_deleted(town: Town) -> None:
    """Two records that are alike by half are two: the new one is public from its own day on."""
    form = "title: {0}\ntopic: energy\nraised: 2025-01-01\nsummary: {0} of {0} in {0}\nlog:\n  - raised: {0}\n"
    town.city.write(f"{CITY}/northside/issues/lamp.yaml", form.format("Lamps are out everywhere"))
    town.commit("Lamps", "2025-07-01")
    (town.city.content / CITY / "northside/issues/lamp.yaml").unlink()
    town.city.write(f"{CITY}/northside/issues/roof.yaml", form.format("The roof lets in the rain"))
    town.commit("A roof instead", "2025-08-01")
    assert town.shape(f"{CITY}/northside/issues/roof") == [(8, "added")]


SETTINGS = ["log.showRoot=false", "diff.relative=true", "diff.renames=false", "diff.renameLimit=1", "log.follow=true",
            "core.quotePath=true", "i18n.logOutputEncoding=GBK", "log.showSignature=true", "color.ui=always",
            "diff.noprefix=true", "log.date=raw", "log.diffMerges=off"]


@pytest.mark.parametrize("setting", SETTINGS)
def test_the_settings_of_git_change_nothing(town: Town, setting: str) -> None:
    """The same history whatever a computer's own settings of Git are."""
    town.git("mv", f"content/{COLD}.yaml", f"content/{CITY}/northside/issues/stairs.yaml")
    town.commit("楼梯 – a shorter name", "2025-07-02")
    before = past_in(town.city.content)
    town.git("config", *setting.split("="))
    assert past_in(town.city.content) == before


def _forged(town: Town, seconds: str) -> str:
    """A commit that says it was made at `seconds`; its short id."""
    written = town.git("cat-file", "commit", "HEAD")
    lines = [f"{line.rsplit(' ', 2)[0]} {seconds} +0000" if line.startswith(("author ", "committer ")) else line
             for line in written.split("\n")]
    made = subprocess.run(["git", "hash-object", "-t", "commit", "-w", "--stdin", "--literally"], cwd=town.root,
                          input="\n".join(lines) + "\n", capture_output=True, text=True, check=True)
    town.git("reset", "--quiet", "--hard", made.stdout.strip())
    return town.git("rev-parse", "--short", "HEAD")


@pytest.mark.parametrize("seconds", ["99999999999999", "253402300799", "18446744073709551615", "-5"])
def test_a_commit_of_no_calendar_is_skipped_and_told(town: Town, seconds: str) -> None:
    """A date that cannot be: the commit is left out, with its id; all other changes are told as before."""
    before = past_in(town.city.content).changes
    town.change(CROSSING, "Long ago", "2025-07-02")
    commit = _forged(town, seconds)
    assert past_in(town.city.content) == ChangeLog(before, (commit,))
    said = _said(town)
    assert f"Left out of the history, because the date cannot be right: {commit}" in said
    for command in ("changes", "changes HEAD~1", "explain index.html"):
        assert _said(town, *command.split())


def _said(town: Town, *command: str, **more: str) -> str:
    """What a command says, in English."""
    ended = run_program(town.root, *command, "--language", "en", "--as-of", "2025-12-31", *TEMPLATES, **more)
    return ended.stdout + ended.stderr


NAMES = [b"a\x1eb.yaml", b"a\nb.yaml", b'a"b.yaml', b"\xc2\xb7\xb5.yaml", b"a\tb.yaml", b"D", b"R100", b"A.yaml"]


def test_whatever_files_were_called_the_history_is_told(town: Town) -> None:
    """Names with marks, line breaks, quotes or bytes that are no text were added, renamed and deleted: all is read."""
    issues = town.city.content / CITY / "northside/issues"
    for name in NAMES:
        (issues / os.fsdecode(name)).write_bytes(b"title: " + name)
    town.commit("Odd names: \x1e1748793600", "2025-07-01")
    for name in NAMES:
        (issues / os.fsdecode(name)).rename(issues / os.fsdecode(b"x-" + name))
    town.commit("Renamed\n\nA\n/places", "2025-07-02")
    for name in NAMES:
        (issues / os.fsdecode(b"x-" + name)).unlink()
    town.change(CROSSING, "The school was asked \x1b[31m", "2025-07-03")
    assert town.shape(CROSSING) == [(6, "added"), (7, "edited")]
    assert town.past(CROSSING)[1].reason == "The school was asked [31m"
    assert _said(town)


def test_the_day_is_that_of_the_site_and_nothing_later_is_told(town: Town) -> None:
    """A commit shortly before midnight elsewhere is of the next day in China; those after the report's day are not."""
    told = ('["town/"]\n/1a 1748793600\0One\n\0\0A\0town/pages/about.md\0'
            '/2b 1767200400\0Two\n\0\0M\0town/pages/about.md\0')
    assert parse_change_log(told, ZONE, date(2025, 12, 31)).changes == {
        "pages/about": (RecordChangeEntry(date(2025, 6, 2), "added", ""),)}


def test_a_day_is_told_once_unless_there_is_more_to_tell(town: Town) -> None:
    """An edit without a reason says nothing beside another change of its day; one with a reason does."""
    told = ('["town/"]\n/1a 1748793600\0One\n\0\0A\0town/pages/about.md\0'
            '/2b 1748793700\0Two\n\0\0M\0town/pages/about.md\0/3c 1748793800\0Three\n\nReason: Old\0\0M\0'
            'town/pages/about.md\0/4d 1748893800\0Four\n\0\0M\0town/pages/about.md\0'
            '/5e 1748893900\0Five\n\0\0M\0town/pages/about.md\0')
    assert parse_change_log(told, ZONE, date(2025, 12, 31)).changes["pages/about"] == (
        RecordChangeEntry(date(2025, 6, 2), "added", ""), RecordChangeEntry(date(2025, 6, 2), "edited", "Old"),
        RecordChangeEntry(date(2025, 6, 3), "edited", ""))


def test_the_last_changes_stand_by_week(town: Town) -> None:
    """The page of changes has each change of a published record under its week, the newest first."""
    town.change(CROSSING, "The school was asked", "2025-07-02")
    town.build()
    said = town.page("changes")
    assert said.index("Week of 30 June 2025") < said.index(
        "Southside changed issue A crossing at the school The school was asked") < said.index("Week of 26 May 2025")


def test_what_happened_to_the_records_of_a_place_on_a_day_is_one_entry(town: Town) -> None:
    """With the kind of each record, and each once; a reason stands with the records that it was given for."""
    town.build()
    said = town.page("changes")
    places = len(list(town.city.content.rglob("place.yaml")))
    assert said.count("first published") == places + 1  # and one of what belongs to no place
    assert ("1 June 2025 Southside first published place Southside , issue A crossing at the school , issue A second "
            "crossing at the park") in said
    assert said.count("A crossing at the school") == 1


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


@pytest.mark.parametrize(("how", "said"), [
    ("no repository", "the folder content is not in a Git repository"), ("no git", "Git is not installed"),
    ("no commit", "nothing in the folder content was committed yet"), ("shallow", "git fetch --unshallow"),
    ("partial", "git fetch --refetch --no-filter"), ("foreign", "git config --global --add safe.directory ")])
def test_why_there_is_no_history_is_said(town: Town, tmp_path: Path, how: str, said: str) -> None:
    """One line says why, and what to do; it is gone as soon as that is done, or with --no-history."""
    town.git("mv", f"content/{COLD}.yaml", f"content/{CITY}/northside/issues/stairs.yaml")
    town.city.replace(f"{CITY}/northside/issues/stairs.yaml", "title: ", "title: The ")
    town.city.replace(f"{CITY}/northside/cases/warm-stairs.md", "cold-stairs", "stairs")
    town.commit("A shorter name", "2025-07-01")
    more: dict[str, str] = {}
    if how in ("shallow", "partial"):
        town.git("config", "uploadpack.allowFilter", "true")
        option = "--depth=1" if how == "shallow" else "--filter=blob:none"
        subprocess.run(["git", "clone", "--quiet", option, f"file://{town.root}", tmp_path / "clone"], check=True)
        town.root = tmp_path / "clone"
    elif how == "foreign":
        more["GIT_TEST_ASSUME_DIFFERENT_OWNER"] = "1"
    elif how == "no git":
        more["PATH"] = "/nowhere"
    else:
        shutil.rmtree(town.root / ".git")
        more["GIT_CEILING_DIRECTORIES"] = str(town.root.parent)
    if how == "no commit":
        town.git("init", "--quiet")
    for file in filter(Path.is_file, (town.root / "content").rglob("*")):
        os.utime(file, (1_700_000_000, 1_700_000_000))
    for _ in range(2):
        lines = _said(town, **more).splitlines()
        assert [line for line in lines if "history" in line.lower()] == [lines[-1]]
        assert said in lines[-1]
    assert "history" not in _said(town, "build", "--no-history", **more)
    if how in ("shallow", "partial"):
        town.git(*said.removeprefix("git ").split())
    elif how in ("no repository", "no commit"):
        Repository(town.root).commit("All")
    assert "history" not in _said(town)
    assert "First published" in Page((town.root / "site" / CROSSING / "index.html").read_text("utf-8")).text


def test_every_new_state_of_git_is_noticed(town: Town) -> None:
    """A commit, a reset, a packed reference, a worktree: what is read without Git tells them apart."""
    content, first = town.city.content, town.git("rev-parse", "HEAD")
    states = [git.compute_repository_state(content)]
    town.commit("More")
    states.append(git.compute_repository_state(content))
    town.git("pack-refs", "--all")
    packed = git.compute_repository_state(content)
    town.git("reset", "--quiet", "--hard", first)
    states.append(git.compute_repository_state(content))
    town.git("worktree", "add", "--quiet", str(town.root / "site" / "tree"), "-b", "other")
    tree_content = town.root / "site" / "tree" / "content"
    states.append(git.compute_repository_state(tree_content))
    (tree_content / "x").write_text("x")
    subprocess.run(["git", "-C", tree_content, "add", "."], check=True)
    town.git("-C", str(tree_content), "commit", "--quiet", "--message=There")
    states.append(git.compute_repository_state(tree_content))
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
    assert report.write_result is None


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
