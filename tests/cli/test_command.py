"""The command line keeps its word: what it exits with, what it prints, what each option does."""

import json
import re
import shlex
import socket
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.support.program import run_program
from tests.support.workshop import PROJECT, SITES, Page, Workshop, tree
from yishi.cli import main
from yishi.core import files

WRONG = "title: Lamps\ntopic: lightning\nraised: 2025-03\nlog:\n  - raised: Lamps are out\n"


class Ended(NamedTuple):
    """How a command ended: its exit code, and what it printed."""

    code: int
    out: str
    err: str


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], city: Workshop) -> "Runner":
    """Runs commands in the folder of the workshop, as a reader would."""
    monkeypatch.chdir(city.folder)
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    return Runner(city, capsys)


class Runner:
    """Runs `build.py` in this process."""

    def __init__(self, city: Workshop, capsys: pytest.CaptureFixture[str]) -> None:
        self.city = city
        self.capsys = capsys

    def __call__(self, *arguments: str, templates: bool = True, day: bool = True) -> Ended:
        more = ["--templates", str(self.city.templates)] if templates else []
        with pytest.raises(SystemExit) as ended:
            main([*arguments, *more, *(["--as-of", "2025-12-31"] if day else [])])
        captured = self.capsys.readouterr()
        assert "Traceback" not in captured.err
        return Ended(ended.value.code if isinstance(ended.value.code, int) else 0, captured.out, captured.err)

    def page(self, path: str) -> Page:
        return Page((self.city.output / path).read_text("utf-8"))


def test_bare_options_build(run: Runner) -> None:
    """`python build.py` without a command builds, and says what it read, what it wrote and where to look."""
    ended = run()
    assert ended.code == 0
    assert "issue 4" in ended.out
    assert "written" in ended.out
    assert "index.html" in ended.out
    assert (run.city.output / "index.html").exists()


def test_check_writes_nothing(run: Runner) -> None:
    """`check` says that all is well, and makes no site."""
    ended = run("check")
    assert (ended.code, ended.err) == (0, "")
    assert "order" in ended.out
    assert not run.city.output.exists()


def test_errors_exit_with_1_and_write_nothing(run: Runner) -> None:
    """With errors in the content, build and check exit with 1; the site stays as it was."""
    run()
    before = tree(run.city.output)
    run.city.write("places/example-city/westside/issues/lamps.yaml", WRONG)
    for command in ("build", "check"):
        ended = run(command)
        assert ended.code == 1
        assert "content/places/example-city/westside/issues/lamps.yaml:2:8: topic cannot be 'lightning'" in ended.err
    assert tree(run.city.output) == before


@pytest.mark.parametrize("arguments", [
    ("--no-such-option",), ("no-such-command",), ("build", "--as-of", "yesterday"), ("build", "--as-of", ""),
    ("build", "--format", "xml"),
    ("build", "--content", "nowhere"), ("build", "--output", "content/site"), ("build", "--output", "."),
    ("build", "--output", "content"), ("build", "--jobs", "0"), ("build", "--language", "fr"),
    ("serve", "--content", "nowhere"), ("build", "--as-of", "0001-01-01"), ("build", "--as-of", "9999-12-31"),
    ("new", "issue", "--as-of", "0001-01-01"), *(("build", "--base-url", address) for address in (
        "https://x/?a=b#c", "https://x/?", "https://x/#", "https://x:99999/", "https://x:port/", "https://x/index.html",
        "https://x/index.HTM/", "https://name:word@x/", "https://x/\t", "//x/", "x", "https://[::1/"))])
def test_wrong_usage_exits_with_2(run: Runner, arguments: tuple[str, ...]) -> None:
    """Wrong usage exits with 2, says what is wrong, and touches nothing."""
    before = tree(run.city.content)
    ended = run(*arguments, day="--as-of" not in arguments)
    assert ended.code == 2
    assert re.search(r"^(Error|错误)(: |：)", ended.err, re.MULTILINE)
    assert tree(run.city.content) == before
    assert not run.city.output.exists()


def test_missing_templates_exit_with_2(run: Runner) -> None:
    """A folder of templates that is not there is wrong usage."""
    assert run("--templates", "nowhere", templates=False).code == 2


def test_quiet_hides_all_but_errors(run: Runner) -> None:
    """`--quiet` hides progress, summary and warnings, never errors."""
    run.city.write("places/example-city/westside/files/unused.jpg", "-")
    assert run("--quiet") == Ended(0, "", "")
    assert "warning" in run("check").err
    run.city.write("places/example-city/westside/issues/lamps.yaml", WRONG)
    ended = run("--quiet")
    assert ended.code == 1
    assert "lamps.yaml:2:8" in ended.err
    assert "warning:" not in ended.err


def test_as_of_is_the_day_of_the_report(run: Runner) -> None:
    """`--as-of` decides what is counted, and every page says so."""
    assert run("--as-of", "2025-06-30", day=False).code == 0
    assert json.loads((run.city.output / "data/statistics.json").read_text())["as_of"] == "2025-06-30"
    assert "30 June 2025" in run.page("index.html").text


def test_the_clock_can_be_given_by_the_environment(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without `--as-of`, SOURCE_DATE_EPOCH is the clock, and the day is that of the site's time zone."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(datetime(2025, 12, 30, 23, 30, tzinfo=UTC).timestamp())))
    run.city.replace("site.yaml", "timezone: ", "timezone: Asia/Shanghai # ")
    assert run(day=False).code == 0
    assert json.loads((run.city.output / "data/statistics.json").read_text())["as_of"] == "2025-12-31"


@pytest.mark.parametrize("epoch", ["315532800", "0", "253402300799", "99999999999999999999", "-1", "yesterday", "1.5"])
@pytest.mark.parametrize("command", ["build", "check", "due", "serve", "new issue southside Lamps"])
def test_a_clock_that_cannot_be_is_wrong_usage(run: Runner, monkeypatch: pytest.MonkeyPatch, command: str,
                                               epoch: str) -> None:
    """There is no report as of 1980, nor of a time in no calendar; with `--as-of` the environment does not matter."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    words = command.split()
    ended = run(*words, day=False, templates=words[0] != "new")
    assert ended.code == 2
    assert f"SOURCE_DATE_EPOCH: there can be no report of {epoch}" in ended.err
    if command == "build":
        assert run(*words).code == 0


def test_base_url_makes_absolute_addresses(run: Runner) -> None:
    """`--base-url` is where canonical addresses, the sitemap and 404.html lead."""
    assert run("--base-url", "https://example.net/sub").code == 0
    assert "<loc>https://example.net/sub/places/</loc>" in (run.city.output / "sitemap.xml").read_text()
    assert 'href="https://example.net/sub/"' in (run.city.output / "index.html").read_text()
    assert 'href="/sub/index.html"' in (run.city.output / "404.html").read_text()


def test_without_a_base_url_there_is_no_sitemap(run: Runner) -> None:
    """No address is invented: without a base URL there is neither a sitemap nor a canonical address."""
    assert run("--base-url", "").code == 0
    assert not (run.city.output / "sitemap.xml").exists()
    assert 'rel="canonical"' not in (run.city.output / "index.html").read_text()


DRAFT = "title: An unfinished matter\ndraft: yes\n"


def test_drafts_are_not_mentioned(run: Runner) -> None:
    """Without `--drafts` the site is the same as if the draft were not there."""
    run()
    before = tree(run.city.output)
    run.city.write("places/example-city/westside/issues/unfinished.yaml", DRAFT)
    assert run().code == 0
    assert tree(run.city.output) == before


def test_drafts_are_shown_marked_and_not_counted(run: Runner) -> None:
    """With `--drafts` a draft has its page, says that it is one, and no number changes."""
    run()
    numbers, rows = ((run.city.output / "data" / name).read_bytes() for name in ("statistics.json", "issues.csv"))
    run.city.write("places/example-city/westside/issues/unfinished.yaml", DRAFT)
    assert run("--drafts").code == 0
    page = run.page("places/example-city/westside/issues/unfinished/index.html")
    assert "An unfinished matter" in page.text
    assert "draft" in page.text.lower()
    assert (run.city.output / "data/statistics.json").read_bytes() == numbers
    assert (run.city.output / "data/issues.csv").read_bytes() == rows


def test_what_stands_below_a_draft_place_is_a_draft(run: Runner) -> None:
    """Without `--drafts` a warning says how much is not published; with it the records are shown, marked, and counted
    nowhere, whether all is built anew or only what the place changed."""
    run("--drafts")
    place = "places/example-city/southside/place.yaml"
    run.city.write(place, run.city.read(place) + "\ndraft: yes\n")
    ended = run()
    assert ended.code == 0
    assert f"content/{place}:" in ended.err
    numbers, rows = ((run.city.output / "data" / name).read_bytes() for name in ("statistics.json", "issues.csv"))
    assert run("--drafts").code == 0
    assert "draft" in run.page("places/example-city/southside/issues/school-crossing/index.html").text.lower()
    assert (run.city.output / "data/issues.csv").read_bytes() == rows
    counted = [json.loads(text)["scopes"][""]["issues"] for text in (
        numbers, (run.city.output / "data/statistics.json").read_bytes())]
    assert counted[0] == counted[1]
    before = tree(run.city.output)
    assert run("--drafts", "--full").code == 0
    assert tree(run.city.output) == before


def test_skip_invalid_publishes_what_is_valid(run: Runner) -> None:
    """With `--skip-invalid` the others are published, the invalid one named here and on /problems/; the exit is 0."""
    wrong = "places/example-city/northside/issues/cold-stairs.yaml"
    assert "cold-stairs" in run.city.read("places/example-city/northside/cases/warm-stairs.md")
    run.city.replace(wrong, "topic:", "tpoic:")
    ended = run("--skip-invalid")
    assert ended.code == 0
    assert f"content/{wrong}:" in ended.err
    assert wrong in run.page("problems/index.html").text
    assert not (run.city.output / "places/example-city/northside/issues/cold-stairs").exists()
    assert (run.city.output / "places/example-city/southside/issues/school-crossing/index.html").exists()
    case = run.page("places/example-city/northside/cases/warm-stairs/index.html")
    assert "cold-stairs" in case.text
    assert not [link for link in case.all("a") if "cold-stairs" in link.get("href")]


@pytest.mark.parametrize("path", ["site.yaml", "places/example-city/place.yaml", "methods/round-table.yaml"])
def test_a_mistake_in_what_others_hang_on_silences_none_of_them(run: Runner, path: str) -> None:
    """A mistake in the site, a place or a method is named, and every record is published all the same."""
    run()
    before = {file for file in tree(run.city.output) if "/issues/" in file or "/cases/" in file}
    run.city.write(path, run.city.read(path) + "\nno_such_key: 1\n")
    ended = run("--skip-invalid")
    assert ended.code == 0
    assert f"content/{path}:" in ended.err
    assert before <= tree(run.city.output).keys()


def test_the_page_of_problems_goes_with_them(run: Runner) -> None:
    """When everything is valid again there is no /problems/ any more."""
    run.city.write("places/example-city/westside/issues/lamps.yaml", WRONG)
    run("--skip-invalid")
    assert (run.city.output / "problems/index.html").exists()
    (run.city.content / "places/example-city/westside/issues/lamps.yaml").unlink()
    run("--skip-invalid")
    assert not (run.city.output / "problems").exists()


def test_personal_data_is_never_printed_or_published(run: Runner) -> None:
    """A number that must not be published stands in no output of any format, nor in any file of the site."""
    run.city.replace("places/example-city/southside/issues/school-crossing.yaml", "title: ", "title: 13800138000 ")
    place = "places/example-city/place.yaml"
    run.city.write(place, run.city.read(place) + "\nnotes: 13900139000\n")
    mistyped = "title: 13700137000\n13700137000: 13700137000\n"
    run.city.write("places/example-city/westside/issues/mistyped.yaml", mistyped)
    for form in ("text", "github", "json"):
        ended = run("--skip-invalid", "--format", form)
        site = b"".join(tree(run.city.output).values()).decode("utf-8", "replace")
        said = ended.out + ended.err + site
        assert ended.code == 0
        assert "138****8000" in said
        for number in ("13800138000", "13900139000", "13700137000"):
            assert number not in said, form


def test_formats_for_machines_go_to_standard_output_alone(run: Runner) -> None:
    """`--format json` prints one JSON list and nothing else, `--format github` annotations and nothing else."""
    run.city.write("places/example-city/westside/issues/lamps.yaml", WRONG)
    ended = run("check", "--format", "json")
    assert [problem["code"] for problem in json.loads(ended.out)] == ["not_allowed"]
    assert ended.err == ""
    ended = run("build", "--format", "github")
    assert ended.out.startswith("::error file=content/places/example-city/westside/issues/lamps.yaml,line=2,col=8::")
    assert ended.err == ""


def test_messages_speak_the_chosen_language(run: Runner) -> None:
    """Messages are in the site's first language, or in the one chosen."""
    run.city.write("places/example-city/westside/issues/lamps.yaml", WRONG)
    assert "cannot be" in run("check").err
    assert "不能写" in run("check", "--language", "zh-Hans").err


def test_a_mistake_in_a_template_is_told_with_its_line(run: Runner) -> None:
    """A template that cannot be read is named with its line, and nothing is written."""
    page = run.city.own_templates() / "pages" / "home.html"
    page.write_text("{% extends 'base.html' %}\n{% block content %}\n{% if %}\n{% endblock %}\n")
    ended = run()
    assert ended.code == 1
    assert ended.err.startswith("templates/pages/home.html:3:")
    assert not run.city.output.exists()


@pytest.mark.parametrize("mistake", [
    "{{ view.no_such_field }}", "{{ 1 / 0 }}", "{{ 1 + 'a' }}", "{% include 'none.html' %}", "{% include view.x %}"])
def test_a_template_that_fails_is_told_with_its_line(run: Runner, mistake: str) -> None:
    """A template that asks for what there is not is named with its line."""
    page = run.city.own_templates() / "pages" / "home.html"
    page.write_text("{% extends 'base.html' %}\n{% block content %}\n\n" + mistake + "\n{% endblock %}\n")
    ended = run()
    assert ended.code == 1
    assert ended.err.startswith("templates/pages/home.html:4:")


def test_a_missing_template_is_told(run: Runner) -> None:
    """A template that includes one that is not there is a problem with its line, not a traceback."""
    (run.city.own_templates() / "pages" / "wall.html").write_text('\n{% include "components/nowhere.html" %}', "utf-8")
    ended = run()
    assert ended.code == 1
    assert "templates/pages/wall.html:2:" in ended.err
    assert "components/nowhere.html" in ended.err


def test_an_output_that_cannot_be_written_is_told_in_one_line(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the disk refuses is one line and exit 1."""
    def refuse(folder: Path, path: str, data: bytes) -> None:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(files, "write_file", refuse)
    ended = run()
    assert ended.code == 1
    assert ended.err.startswith("Error: ")


def test_a_file_where_the_site_needs_a_folder_is_not_replaced(run: Runner) -> None:
    """What Yishi did not write is spared, and named."""
    run.city.output.mkdir()
    (run.city.output / "places").write_text("a file where a folder must be")
    ended = run()
    assert ended.code == 2
    assert "holds places" in ended.err
    assert (run.city.output / "places").read_text() == "a file where a folder must be"


def test_a_disk_that_refuses_to_read_is_told_in_one_line(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same while reading, for `check` too."""
    def refuse(folder: Path, **_: object) -> None:
        raise PermissionError(13, "Permission denied", str(folder))

    monkeypatch.setattr(files, "scan_folder", refuse)
    for command in ("check", "build"):
        ended = run(command)
        assert ended.code == 1
        assert "Permission denied" in ended.err


def test_a_cache_that_cannot_be_written_is_one_warning(run: Runner) -> None:
    """Without a cache the site is built all the same; that is said once."""
    run.city.cache.write_text("a file where the folder must be")
    ended = run()
    assert ended.code == 0
    assert ended.err.count("cache") == 1
    assert run.page("index.html").all("h1")


def test_a_port_that_is_taken_is_told(city: Workshop) -> None:
    """`serve` on a port that is taken says so."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ended = subprocess.run([sys.executable, PROJECT / "build.py", "serve", "--port", str(port)], cwd=city.folder,
                               capture_output=True, encoding="utf-8", check=False)
    assert ended.returncode == 2
    assert f"port {port}" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("command", [[], ["build"], ["check"], ["serve"]])
def test_every_command_has_help(run: Runner, command: list[str]) -> None:
    """`--help` tells what there is."""
    ended = run(*command, "--help", templates=False, day=False)
    assert ended.code == 0
    assert "Usage" in ended.out


@pytest.mark.parametrize("encoding", ["ascii", "cp936"])
def test_a_console_in_another_encoding_does_not_stop_a_check(encoding: str) -> None:
    """A Windows console cannot show every character; what it cannot show is replaced."""
    ended = run_program(PROJECT, "check", "--content", SITES / "mistakes", encoding=encoding)
    assert ended.returncode == 1
    assert "unknown-topic.yaml:2:5" in ended.stderr


@pytest.mark.parametrize("package", ["jinja2", "pydantic", "click"])
def test_a_missing_package_is_told_in_one_line(package: str) -> None:
    """Without its dependencies `build.py` says what to run, in one line, without a traceback."""
    hide = f"import sys; sys.modules[{package!r}] = None; import runpy; runpy.run_path('build.py', run_name='__main__')"
    ended = subprocess.run([sys.executable, "-c", hide], cwd=PROJECT, capture_output=True, encoding="utf-8",
                           check=False)
    assert ended.returncode == 1
    assert ended.stderr.count("\n") == 1
    assert f"package {package}" in ended.stderr
    assert "make site" in ended.stderr


def test_no_progress_is_drawn_where_nobody_looks(run: Runner) -> None:
    """Without a terminal there are no bars and no control characters."""
    ended = run()
    assert "\x1b" not in ended.out + ended.err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize(("command", "to", "status"), [
    ("check", "/dev/full", 0), ("check", "&-", 0), ("due", "/dev/full", 1)])
def test_a_report_that_cannot_be_written_is_no_failure_but_an_answer_is(command: str, to: str, status: int) -> None:
    """What was done is done; only where the answer was the work is its loss an error, in one line."""
    line = shlex.join([sys.executable, "build.py", command, "--content", "tests/sites/english-city", "--as-of",
                       "2025-12-31"])
    ended = subprocess.run(["sh", "-c", f"{line} >{to}"], cwd=PROJECT, capture_output=True, check=False)
    assert (ended.returncode, ended.stderr.count(b"\n")) == (status, status)


def test_an_interrupted_command_ends_as_shells_expect(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl+C is status 130, and no traceback."""
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("yishi.cli.build.run_build_command", interrupt)
    ended = run()
    assert (ended.code, ended.err) == (130, "\n")
