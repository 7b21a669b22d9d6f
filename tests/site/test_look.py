"""A site's own colours and logo: a stylesheet after the built-in one, and a picture; nothing where none are chosen."""

import pytest

from tests.support.workshop import Built, Workshop
from yishi.model.language import get_language
from yishi.model.problems import describe_problem


def test_the_colours_stand_in_a_stylesheet_that_every_page_names(full: Built) -> None:
    """After the built-in one, on pages of every language, with the colour of the browser's bar; nothing inline."""
    [path] = [path for path in full.files if path.startswith("static/look.") and path.endswith(".css")]
    css = full.files[path].decode()
    assert css.startswith(":root { --background: var(--light, #f4f7ee) var(--dark, #1b1916); --accent: var(--light, "
                          "#8a3b1c) var(--dark, #")
    for page in full.pages.values():
        sheets = [link.get("href") for link in page.all("link") if link.get("rel") == "stylesheet"]
        assert [sheet.rpartition("static/")[2].partition(".")[0] for sheet in sheets][:2] == ["style", "look"]
        assert "f4f7ee" in page.source.partition("</head>")[0]
        assert page.all("style") == []


def test_the_logo_stands_before_the_name(full: Built) -> None:
    """As a rendition that is published, without words of its own, since the name follows."""
    for path in ("index.html", "en/places/index.html"):
        page = full.pages[path]
        [logo] = [image for image in page.all("img") if image.get("class") == "logo"]
        assert (logo.get("alt"), logo.get("src").lstrip("./")) == ("", "logo.png.96.jpg")
        assert "logo.png.96.jpg" in full.files


def test_without_own_colours_nothing_is_added(city: Workshop) -> None:
    """Neither a stylesheet nor a link to one."""
    city.build()
    assert list(city.output.glob("static/look.*.css")) == []
    assert (city.output / "index.html").read_text("utf-8").count('rel="stylesheet"') == 1


@pytest.mark.parametrize(("look", "said", "chinese"), [
    ("{accent: ffcc00}", "with #ffcc00, texts are hard to read: the contrast with #fbf6ec is 1.40, and must be at "
     "least 4.5. The nearest colour that does, #", "对比度是 1.40"),
    ("{paper: 336699}", "with #336699, texts are hard to read: the contrast with #625a50 is 1.", "对比度是 1.13"),
    ("{accent: red}", "must be a colour of six hexadecimal digits, such as a8522a; found: 'red'", "六位十六进制"),
    ("{logo: nowhere.png}", "nowhere.png", "nowhere.png")])
def test_a_colour_that_cannot_be_read_is_told_with_one_that_can(city: Workshop, look: str, said: str,
                                                                chinese: str) -> None:
    """The ratio and the nearest colour, in both languages; that colour is what the pages show."""
    city.write("site.yaml", city.read("site.yaml") + f"\nlook: {look}\n")
    report = city.build()
    [problem] = report.checked.problems
    assert problem.path == "site.yaml"
    assert said in describe_problem(problem, get_language("en"))
    assert chinese in describe_problem(problem, get_language("zh-Hans"))
    if problem.level == "warning":
        [sheet] = city.output.glob("static/look.*.css")
        css, nearest = sheet.read_text(), dict(problem.values)["allowed"]
        assert f"var(--light, {nearest})" in css


def test_another_colour_rebuilds_to_the_same_as_from_nothing(city: Workshop) -> None:
    """The former stylesheet goes, and every page names the new one."""
    text = city.read("site.yaml")
    city.write("site.yaml", text + "\nlook: {accent: 8a3b1c}\n")
    city.build()
    city.write("site.yaml", text + "\nlook: {accent: 1c5f8a}\n")
    city.build()
    assert len(list(city.output.glob("static/look.*.css"))) == 1
    clean = city.clean()
    assert {path: (city.output / path).read_bytes() for path in clean} == clean
