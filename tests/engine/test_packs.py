"""What pages show is kept, so that a changed template is all that is worked out again."""

from pathlib import Path

import pytest

from tests.support.workshop import SITES, Tree, Workshop, tree
from yishi.core import files
from yishi.core.outputs import Output
from yishi.engine.pipeline import check, plan_outputs
from yishi.engine.view_cache import decode_view, encode_view
from yishi.model.records import Issue
from yishi.site import CACHED_VIEWS, PageContext
from yishi.site.records import record_pages
from yishi.site.records.issue import IssueView, build_issue_view

LAMPS = "places/shili-shi/shili-zhen/dongshequ/issues/lamps"


@pytest.fixture
def keeping(tmp_path: Path) -> Workshop:
    """The full site with templates of its own, built; what its pages show is kept although they are few."""
    workshop = Workshop(tmp_path, SITES / "full")
    workshop.own_templates()
    assert workshop.written() > 0
    return workshop


@pytest.fixture
def thinking(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The issues whose views are worked out from now on."""
    thought, view = list[str](), build_issue_view

    def noted(edition: PageContext, path: str, issue: Issue) -> IssueView:
        thought.append(path)
        return view(edition, path, issue)

    monkeypatch.setattr(record_pages, "VIEWS", {**record_pages.VIEWS, "issue": noted})
    return thought


def _redesign(workshop: Workshop) -> None:
    template = workshop.templates / "pages/issue.html"
    template.write_text(template.read_text("utf-8").replace("<article", '<article data-new=""'), "utf-8")


def _built(workshop: Workshop) -> Tree:
    workshop.build()
    return tree(workshop.output)


def _views(workshop: Workshop) -> list[Path]:
    return sorted(workshop.cache.glob("views-*/*"))


@pytest.mark.parametrize("site", ["full", "three-languages", "english-city", "no-method"])
def test_what_is_kept_of_a_page_is_all_that_it_shows(site: str, tmp_path: Path) -> None:
    """Every page that is kept, taken out again, is the same page, in every language."""
    options = Workshop(tmp_path, SITES / site).options()
    outputs = [plan.produce_output() for plan in plan_outputs(check(options), options)[0]]
    kept = {output.path: data for output in outputs if (data := encode_view(output))}
    assert kept.keys() == {output.path for output in outputs if output.template in CACHED_VIEWS} != set()
    assert [output for output in outputs if output.path in kept
            and decode_view(output.path, output.template, kept[output.path]) != output] == []


def test_a_changed_template_is_filled_with_what_was_kept(keeping: Workshop, thinking: list[str]) -> None:
    """No issue is thought out again when only its template has changed; the site is the clean one."""
    _redesign(keeping)
    built = _built(keeping)
    assert thinking == []
    assert b"data-new" in built[f"{LAMPS}/index.html"]
    assert built == keeping.clean()


def test_what_has_changed_is_not_taken_from_what_was_kept(keeping: Workshop, thinking: list[str]) -> None:
    """A record that has changed since, or with the template, is thought out again, as it is now."""
    keeping.replace(f"{LAMPS}.yaml", "Twelve lamps were out", "Many lamps were out")
    _redesign(keeping)
    built = _built(keeping)
    assert LAMPS in thinking
    assert b"Many lamps were out" in built[f"en/{LAMPS}/index.html"]
    assert built == keeping.clean()


def test_damaged_views_are_as_good_as_none(keeping: Workshop, thinking: list[str]) -> None:
    """A letter changed in what was kept, and the page is thought out again."""
    for file in _views(keeping):
        file.write_bytes(file.read_bytes().replace(b"amps", b"emps"))
    _redesign(keeping)
    built = _built(keeping)
    assert LAMPS in thinking
    assert built == keeping.clean()


def test_views_of_another_build_are_not_shown(keeping: Workshop, thinking: list[str]) -> None:
    """What a build kept that was stopped before it wrote its manifest is no page of the site."""
    for file in _views(keeping):
        files.write_cache(file, files.read_cache(file).replace(b"amps", b"emps"))
    _redesign(keeping)
    built = _built(keeping)
    assert LAMPS in thinking
    assert built == keeping.clean()


def test_views_of_pages_that_are_gone_are_deleted(keeping: Workshop) -> None:
    """What a page showed that the site no longer has is not kept."""
    assert any(b"Twelve lamps" in file.read_bytes() for file in _views(keeping))
    for file in (keeping.content / f"{LAMPS}.yaml",):
        file.unlink()
    keeping.build(skip_invalid=True)
    assert _views(keeping)
    assert not any(b"Twelve lamps" in file.read_bytes() for file in _views(keeping))


def test_bytes_that_hold_no_page_give_none() -> None:
    """What cannot be read is not shown."""
    assert decode_view("index.html", "pages/issue.html", b"[1]") is None
    assert encode_view(Output("data.json", body=b"{}")) == b""
