"""What is told of a command that was not typed rightly."""

import re
from pathlib import Path

import pytest

from tests.support.inbox import Desk
from yishi import LANGUAGES
from yishi.cli.usage import choose_language

WRONG = (("--bogus",), ("template", "a.xlsx", "--copies", "0"), ("serve", "--port", "x"), ("nosuch",),
         ("build", "--as-of"), ("build", "--full=1"), ("import",), ("import", "nope.xlsx"), ("due", "--place", "nope"),
         ("build", "extra"), ("freeze", "A_B"), ("new", "dragon"), ("template", "a.txt"), ("due", "--format", "xml"),
         ("build", "--base-url", "x"), ("build", "--revision", "a\nb"), ("explain", "nope"), ("template", "content"),
         ("build", "--output", "content"), ("explain", "issues/", "--place", "nanyuan"),
         ("template", "s.xlsx", "--kind", "scores"), ("export",), ("export", "--sqlite", "a.txt"),
         ("changes", "nonsense"), ("changes", "nowhere/"))


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    """A small town with an inbox, as the working folder."""
    monkeypatch.chdir(tmp_path)
    return Desk(tmp_path, capsys)


@pytest.mark.parametrize("wrong", WRONG, ids=" ".join)
def test_a_wrong_command_is_answered_in_the_language_of_the_site(desk: Desk, wrong: tuple[str, ...]) -> None:
    """In Chinese on a Chinese site, in English on an English one or where that is asked for; always with 2, and with
    nothing written."""
    before = desk.records
    ended = desk.run(*wrong)
    assert (ended.code, desk.records) == (2, before)
    said = ended.err.splitlines()[-1]
    assert said.startswith("错误："), ended.err
    words = set(re.findall(r"(?<![\w/.-])[a-z]{3,}(?![\w/.])", said)) - set(" ".join(wrong).split())
    assert not words & {"the", "there", "such", "not", "must", "option", "requires", "one", "is", "missing", "called"}
    english = desk.run(*wrong, "--language", "en").err.splitlines()[-1]
    assert english.startswith("Error: "), english
    assert not re.search(r"[\u4e00-\u9fff]", english)
    desk.write("content/site.yaml", "title: x\nlanguages: [en, zh-Hans]\n")
    said = desk.run(*wrong).err.splitlines()[-1]
    assert said.startswith("Error: "), said
    assert not re.search(r"[\u4e00-\u9fff]", said)


@pytest.mark.parametrize("file", ["site.yaml", "site.yml", "site.md"])
def test_what_hinders_a_build_is_told_in_the_language_of_the_site(tmp_path: Path, file: str) -> None:
    """Also before the records are read, and whichever form the file of the site has."""
    dashes = "---\n" if file.endswith("md") else ""
    (tmp_path / file).write_text(f"{dashes}title: x\nlanguages: [en, zh-Hans]\n{dashes}", "utf-8")
    assert choose_language({"tag": None, "content": tmp_path}).tag == "en"
    assert choose_language({"tag": "zh-Hans", "content": tmp_path}).tag == "zh-Hans"
    assert choose_language({"tag": None, "content": tmp_path / "nowhere"}).tag == LANGUAGES[0]


def test_how_a_command_is_used_is_told_with_it(desk: Desk) -> None:
    """The usage and where help is stand above what is wrong."""
    assert desk.run("due", "--place", "nope").err.splitlines() == [
        "用法：yishi due [OPTIONS]", "帮助：yishi due --help", "错误：--place：没有叫“nope”的地方"]


@pytest.mark.parametrize(("site", "wanted"), [
    ("title: x\nlanguages: [en]\n", "Error: "), ("标题: x\n语言: zh-Hans\n", "错误："),
    ("", "错误："), ("[", "错误：")])
def test_the_language_of_the_site_is_found_whatever_stands_in_it(desk: Desk, site: str, wanted: str) -> None:
    """A site of one language, of none, or that cannot be read."""
    desk.write("content/site.yaml", site)
    assert desk.run("nosuch").err.splitlines()[-1].startswith(wanted)
