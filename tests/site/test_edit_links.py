"""Links to the editor of the Git host: where a page has a file, and nowhere else."""

from urllib.parse import unquote

from tests.support.workshop import Built, Workshop
from yishi.engine.cache import Cache
from yishi.engine.manifest import MANIFEST
from yishi.model.language import get_language
from yishi.model.paths import locate_records
from yishi.model.problems import describe_problem

HOST = "https://git.example.org/town/site/"


def test_each_page_leads_to_the_file_it_shows(full: Built) -> None:
    """In every language; the file is one of the content folder, and only places begin new issues."""
    kinds = set()
    locations = locate_records(full.report.checked.file_stats)
    for path, page in full.pages.items():
        links = [link.get("href") for link in page.all("a") if link.get("href").startswith(HOST)]
        edits = [link.partition("_edit/main/content/")[2] for link in links if "/_edit/" in link]
        assert len(edits) <= 1, path
        assert set(edits) <= locations.keys(), path
        record = path.removeprefix("en/").removesuffix("/index.html")
        if edits and locations[edits[0]].path == record:
            kinds.add(locations[edits[0]].kind)
        news = [link for link in links if "/_new/" in link]
        begins = [unquote(link).removeprefix(f"{HOST}_new/main/content/").partition("\n")[0] for link in news]
        assert begins == ([f"{record}/issues?filename=new-issue.yaml&value=# {record}"]
                          if record in full.report.checked.library.places else []), path
    assert kinds >= {"place", "issue", "case", "meeting", "event", "review", "plan", "register", "forum", "method",
                     "page"}


def test_pages_made_of_many_records_have_none(full: Built) -> None:
    """Neither walls nor statistics, report cards, years and guides: nothing there could be edited."""
    place = next(iter(full.report.checked.library.places))
    for path in ("wall/index.html", "statistics/index.html", "guide/index.html", f"{place}/report/index.html",
                 f"{place}/statistics/index.html", "404.html", "search/index.html"):
        assert "/_edit/" not in full.pages[path].source, path


def test_without_a_repository_no_page_has_such_a_link(city: Workshop) -> None:
    """And one whose host cannot be told is a warning that says what to write instead."""
    city.build()
    manifest = Cache(city.content).get(MANIFEST, str(city.output.resolve()), "")
    assert manifest
    assert [fact for fact, _ in manifest.dependencies if "record_files" in fact] == []
    assert not any("_edit" in page.read_text("utf-8") or 'class="edit"' in page.read_text("utf-8")
                   for page in city.output.rglob("*.html"))
    city.write("site.yaml", city.read("site.yaml") + "\nrepository: https://git.example.org/o/r\n")
    problems = [one for one in city.build().checked.problems if one.code == "repository_unclear"]
    assert [one.level for one in problems] == ["warning"]
    assert "copy the address" in describe_problem(problems[0], get_language("en"))


def test_a_file_under_another_name_changes_the_link(city: Workshop) -> None:
    """A record that becomes a Markdown file is built again, byte for byte as from nothing."""
    city.write("site.yaml", city.read("site.yaml") + "\nrepository: https://github.com/o/r\n")
    city.build()
    file = next(path for path in sorted(city.content.rglob("pages/*.md")))
    new = file.with_suffix(".yaml")
    new.write_text("title: Another\n", "utf-8")
    file.unlink()
    city.build()
    page = (city.output / f"pages/{file.stem}/index.html").read_text("utf-8")
    assert f"https://github.com/o/r/edit/main/content/pages/{file.stem}.yaml" in page
    assert {path: (city.output / path).read_bytes() for path in city.clean()} == city.clean()
