"""Templates of a site: what they are given is documented, and one that this version would break is told at build."""

import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin

import pytest
from jinja2 import Environment

from tests.support import template_document
from tests.support.workshop import PROJECT, Built, Workshop
from yishi.core.outputs import Output
from yishi.engine.assets import InvalidTemplate
from yishi.engine.cache import Cache
from yishi.engine.manifest import MANIFEST
from yishi.model.language import get_language
from yishi.model.problems import describe_problem
from yishi.rendering.render import create_renderer
from yishi.rendering.template_checks import TemplateMistake, find_template_mistakes, list_blocks
from yishi.site import PageModel
from yishi.site.page_models import FRAME_MODEL, PAGE_MODELS

BUILT_IN = {path.relative_to(PROJECT / "templates").as_posix(): path.read_text("utf-8")
            for path in (PROJECT / "templates").rglob("*.html")}


def mistakes_in(name: str, **own: str) -> list[TemplateMistake]:
    """What is wrong with a template; `own`: the templates that are replaced, by the name of their file."""
    templates = {**BUILT_IN, **{f"pages/{stem}.html" if stem != "base" else "base.html": text
                                for stem, text in own.items()}}
    return list(find_template_mistakes(name, templates, PAGE_MODELS, FRAME_MODEL))


# --- the page models -------------------------------------------------------------------------------------------------


def test_each_page_is_given_the_model_that_is_documented(full: Built) -> None:
    """Every template of a page has a model, and what a page of it is given in the full site is of that type."""
    assert set(PAGE_MODELS) == {name for name in BUILT_IN if name.startswith("pages/")}
    manifest = Cache(full.workshop.content).get(MANIFEST, str(full.workshop.output.resolve()), "")
    assert manifest
    one_of = {entry.template: path for path, entry in manifest.outputs.items() if entry.template in PAGE_MODELS}
    plans = {plan.path: plan for plan in full.report.plans}
    for template, path in one_of.items():
        model = plans[path].produce_output().view
        assert isinstance(model, PageModel)
        assert is_of(model.view, PAGE_MODELS[template]), template
    assert len(one_of) > len(PAGE_MODELS) - 4


def is_of(value: object, hint: Any) -> bool:
    """Whether a value is of this type; of a list, all its items are."""
    if get_origin(hint) is tuple and get_args(hint)[1:] == (Ellipsis,):
        return isinstance(value, tuple) and all(is_of(item, get_args(hint)[0]) for item in value)
    if get_origin(hint) is tuple:
        return isinstance(value, tuple) and all(map(is_of, value, get_args(hint)))
    if get_origin(hint) in (Union, UnionType):
        return any(is_of(value, one) for one in get_args(hint))
    return isinstance(value, get_origin(hint) or hint)


def test_the_document_lists_what_templates_are_given() -> None:
    """docs/templates.md is as `make page-models` makes it."""
    text = template_document.DOCUMENT.read_text("utf-8")
    assert text == template_document.updated(text), "run: make page-models"


def test_the_document_names_the_blocks_of_every_page() -> None:
    """The table of blocks, with the two that it names in a sentence, is what base.html has."""
    text = template_document.DOCUMENT.read_text("utf-8")
    table = text.partition("| block |")[2].partition("\n\n")[0]
    assert set(re.findall(r"`(\w+)`(?! of|\.)", table)) - {"head>"} >= set(list_blocks("base.html", BUILT_IN))


# --- what a newer version would break --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(BUILT_IN))
def test_built_in_templates_use_what_there_is(name: str) -> None:
    """Each field that they show is in its page model, each block that they fill in base.html."""
    assert mistakes_in(name) == []


@pytest.mark.parametrize(("text", "kind", "found"), [
    ('{% extends "base.html" %}\n{% block sidebar %}x{% endblock %}', "block", "sidebar"),
    ('{% extends "base.html" %}\n{% block content %}{{ view.heading }}{% endblock %}', "field", "heading"),
    ('{% extends "base.html" %}\n{% block content %}{{ view.parts.title.words }}{% endblock %}', "field", "words"),
    ('{% extends "base.html" %}\n{% block content %}{{ page.site.nothing }}{% endblock %}', "field", "nothing"),
    ('{% extends "base.html" %}\n{% block content %}{% for a in view.cases %}{{ a.name }}{% endfor %}{% endblock %}',
     "field", "name"),
    ('{% extends "base.html" %}\n{% block content %}{% set p = view.parts %}{{ p.nothing }}{% endblock %}', "field",
     "nothing"),
    ('{% extends "base.html" %}\n{% block content %}{% if view.latest %}{{ view.latest.x }}{% endif %}{% endblock %}',
     "field", "x"),
])
def test_what_a_template_does_not_get_is_found(text: str, kind: str, found: str) -> None:
    """Also where no page reaches it; with its line and what there is instead."""
    [mistake] = mistakes_in("pages/issue.html", issue=text)
    assert (mistake.kind, mistake.name, mistake.line) == (kind, found, 2)
    assert mistake.available
    assert found not in mistake.available


@pytest.mark.parametrize("text", [
    '{% block content %}{% block inner %}{% endblock %}{% endblock %}{% block footer %}{{ super() }}{% endblock %}',
    '{% block content %}{% for one, x in page.navigation %}{{ one.text }}{{ loop.index }}{% endfor %}{% endblock %}',
    '{% block content %}{% macro m(view) %}{{ view.anything }}{% endmacro %}{{ m(1) }}{% endblock %}',
    '{% block content %}{% set view = page.site %}{{ view.title.text }}{{ view.search }}{% endblock %}'])
def test_what_is_right_is_not_called_wrong(text: str) -> None:
    """Blocks within blocks, loops over pairs, arguments of macros, and other variables of that name."""
    assert mistakes_in("pages/issue.html", issue=f'{{% extends "base.html" %}}{text}') == []


@pytest.fixture
def own(city: Workshop) -> Callable[..., Workshop]:
    """A small city with templates of its own."""
    def write(**templates: str) -> Workshop:
        city.templates = city.folder / "own"
        for name, text in templates.items():
            file = city.templates / (f"pages/{name}.html" if name != "base" else "base.html")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")
        return city

    return write


@pytest.mark.parametrize(("name", "text", "code", "said"), [
    ("missing", '{% extends "base.html" %}\n{% block contents %}{% endblock %}', "template_block",
     "The block contents is not shown: base.html has no such block in this version. It has: "),
    ("missing", '{% extends "base.html" %}\n{% block content %}{{ page.titel }}{% endblock %}', "template_field",
     "titel is nothing that a page has here in this version (PageFrame). It has: title, "),
    ("missing", '{% extends "base.html" %}\n{% from "components/links.html" import lnk %}', "template_macro",
     "components/links.html has no macro lnk in this version. It has: link, follow. Did you mean link?"),
    ("base", "\n<title>x</title>", "template_lacks_block", "The block content is missing here: pages/"),
    ("../components/links", "\n{% macro old() %}{% endmacro %}", "template_lacks_macro", "The macro "),
])
def test_an_outdated_template_stops_the_build_and_names_its_line(own: Callable[..., Workshop], name: str, text: str,
                                                                 code: str, said: str) -> None:
    """In the file of the site, in both languages, and the site stays."""
    with pytest.raises(InvalidTemplate) as refused:
        own(**{name: text}).build()
    problem = refused.value.problem
    assert (problem.code, problem.line) == (code, 1 if "lacks" in code else 2)
    assert Path(problem.path).stem == Path(name).name
    assert describe_problem(problem, get_language("en")).startswith(said)
    assert not re.search("block|version|macro", describe_problem(problem, get_language("zh-Hans")))


def test_each_block_of_the_base_can_be_filled_for_all_pages(own: Callable[..., Workshop]) -> None:
    """A base.html of the site extends the built-in one; the rest stays, and without it every page is as before."""
    blocks = ("head", "notice", "header", "footer")
    marks = {name: f"<!-- my {name} -->" for name in blocks}
    before = own().clean()
    text = "".join(f"{{% block {name} %}}{mark}{{{{ super() }}}}{{% endblock %}}" for name, mark in marks.items())
    city = own(base=f'{{% extends "yishi/base.html" %}}{text}')
    city.build()
    place = (city.output / "places/index.html").read_text("utf-8")
    positions = [place.index(mark) for mark in marks.values()]
    assert positions == sorted(positions)
    assert place.index(marks["head"]) < place.index("</head>") < place.index(marks["notice"])
    assert place.index('<header class="top">') < place.index(marks["header"]) < place.index("</header>")
    assert place.index('<footer class="bottom">') < place.index(marks["footer"]) < place.index("</footer>")
    stripped = place
    for mark in marks.values():
        stripped = stripped.replace(mark, "")
    assert stripped == before["places/index.html"].decode()


# --- compiled templates ----------------------------------------------------------------------------------------------


def test_compiled_templates_are_kept_for_this_user_and_never_decide_what_a_page_says(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second process compiles nothing; another text, language or program, damage, or no safe folder: as if none
    were kept."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    compiled: list[str] = []
    compile_template = Environment.compile

    def count_compiled(*args: Any) -> Any:
        compiled.append(str(args[2]))
        return compile_template(*args)

    monkeypatch.setattr(Environment, "compile", count_compiled)

    def render(text: str = "{{ _('Search') }}", tag: str = "en", program: str = "1") -> tuple[str, int]:
        compiled.clear()
        output = Output("a.html", template="a.html", language=tag, view=None)
        page = create_renderer({"a.html": text}, {}, program)(output)
        return page.decode(), len(compiled)

    assert [render(), render()] == [("Search", 1), ("Search", 0)]
    assert [render(tag="zh-Hans"), render("x"), render(program="2")] == [("搜索", 1), ("x", 1), ("Search", 1)]
    folder, = tmp_path.iterdir()
    assert folder.stat().st_mode & 0o077 == 0
    for file in folder.iterdir():
        file.write_bytes(file.read_bytes()[:-9])
    assert render() == ("Search", 1)
    folder.chmod(0o500)
    assert render(program="3") == ("Search", 1)
    folder.rename(tmp_path / "aside")
    folder.write_text("a file")
    assert render(program="4") == ("Search", 1)
