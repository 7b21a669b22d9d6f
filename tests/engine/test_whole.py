"""The old site stays whole until the new one is: whatever fails while it is made changes nothing."""

import shutil
from pathlib import Path

import pytest

from tests.support.workshop import Workshop, tree
from yishi.core import files, parallel
from yishi.core.dependencies import DependencyTracker
from yishi.core.outputs import Output, OutputPlan
from yishi.core.parallel import open_workers
from yishi.engine.assets import InvalidTemplate
from yishi.engine.writing import ForeignFile, write_site

MANY = 900
"""So many outputs are shared out among processes."""


def _fail(template: Path) -> None:
    """The template asks for what its view does not hold, as late as it can."""
    text = template.read_text(encoding="utf-8")
    head, end, rest = text.rpartition("{% endblock %}" if "{% extends" in text else "</")
    template.write_text(f"{head}{{{{ view.nothing_of_this_name }}}}{end}{rest}", encoding="utf-8")


def test_a_template_that_fails_leaves_the_old_site_whole(city: Workshop) -> None:
    """Whichever page fails, and however many were made before it; once it is mended the site is as a clean build's."""
    templates = city.own_templates()
    city.build(base_url="https://example.org/")
    titles = ("title: ", "title: New ")  # back and forth: there are two clean sites
    for name in ("base.html", "pages/issue.html", "pages/search_page.html", "pages/wall.html", "feeds/feed.xml"):
        before, kept = tree(city.output), (templates / name).read_bytes()
        city.replace("site.yaml", *titles)
        titles = titles[::-1]
        _fail(templates / name)
        with pytest.raises(InvalidTemplate):
            city.build(base_url="https://example.org/")
        assert tree(city.output) == before, name
        (templates / name).write_bytes(kept)
        city.build(base_url="https://example.org/")
        assert tree(city.output) == city.clean(base_url="https://example.org/"), name


def test_a_first_build_that_fails_leaves_nothing(city: Workshop) -> None:
    """There is no half of a site."""
    _fail(city.own_templates() / "pages/wall.html")
    with pytest.raises(InvalidTemplate):
        city.build()
    assert tree(city.output) == {}


# --- whatever fails ---------------------------------------------------------------------------------------------------


def _made(path: str, text: str) -> Output:
    return Output(path, body=text.encode())


def _failing(path: str, _: str) -> Output:
    raise ZeroDivisionError(path)


def _emptied(path: str, folder: str) -> Output:
    shutil.rmtree(folder)
    return Output(path)


def _published(city: Workshop, plans: list[OutputPlan], jobs: int = 1) -> None:
    with open_workers(jobs) as workers:
        write_site(plans, city.options().folders, DependencyTracker({}, set()), "",
                   files.scan_folder(city.output, hidden=True), lambda *_: None, workers, full=False)


def _plans(text: str) -> list[OutputPlan]:
    return [OutputPlan(f"a/{number}.html", _made, f"a/{number}.html", (text,)) for number in range(MANY)]


def _measuring(path: str, sizes: tuple[int, ...] = ()) -> Output:
    return Output(path, body=repr(sizes).encode())


def test_what_tells_sizes_follows_the_files_in_the_same_build(city: Workshop) -> None:
    """It is produced after them wherever it stands in the plans; a file that was not written again keeps its size."""
    def plans(text: str) -> list[OutputPlan]:
        return [OutputPlan("sizes.html", _measuring, "sizes.html", measures=("a.txt", "b.txt", "missing.txt")),
                OutputPlan("a.txt", _made, "a.txt", (text,)), OutputPlan("b.txt", _made, "b.txt", ("four",))]

    for text, told in (("x", b"(1, 4, 0)"), ("xyz", b"(3, 4, 0)"), ("xyz", b"(3, 4, 0)"), ("", b"(0, 4, 0)")):
        _published(city, plans(text))
        assert tree(city.output)["sizes.html"] == told


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_page_that_cannot_be_worked_out_leaves_the_old_site_whole(city: Workshop, monkeypatch: pytest.MonkeyPatch,
                                                                    jobs: int) -> None:
    """A mistake of the program's own, in any process: what the others made meanwhile is dropped."""
    monkeypatch.setattr(parallel, "MIN_PARALLEL_ITEMS", MANY)
    _published(city, _plans("old"))
    before = tree(city.output)
    plans = _plans("new")
    plans[MANY // 2] = OutputPlan(f"a/{MANY // 2}.html", _failing, f"a/{MANY // 2}.html", ("new",))
    with pytest.raises(ZeroDivisionError):
        _published(city, plans, jobs)
    assert tree(city.output) == before
    assert not (city.output / files.STAGING_FOLDER).exists()
    _published(city, _plans("new"))
    assert {data for path, data in tree(city.output).items() if path.startswith("a/")} == {b"new"}


@pytest.mark.parametrize("part", ["", "a"])
def test_a_site_that_is_removed_while_it_is_written_is_an_error(city: Workshop, part: str) -> None:
    """The folder, or all in it that can be seen: never half a site without a word; the next build mends it."""
    _published(city, _plans("old"))
    plans = _plans("new")[:MANY // 2] + _plans("old")[MANY // 2:]
    plans.append(OutputPlan("b.html", _emptied, "b.html", (str(city.output / part),)))
    with pytest.raises(files.OutputFolderRemoved):
        _published(city, plans)
    _published(city, _plans("new"))
    assert len([path for path in tree(city.output) if path.startswith("a/")]) == MANY


def test_a_folder_in_place_of_a_page_is_spared(city: Workshop) -> None:
    """What somebody has put into a folder that is called like a page is not replaced, and nothing else is written."""
    city.build()
    (city.output / "index.html").unlink()
    (city.output / "index.html").mkdir()
    (city.output / "index.html/mine.txt").write_text("mine")
    city.replace("site.yaml", "title: ", "title: New ")
    before = tree(city.output)
    with pytest.raises(ForeignFile, match=r"mine\.txt"):
        city.build()
    assert tree(city.output) == before
