"""Photos from the content folder to the page: shown in the size that fits, converted once, refused in clear words."""

import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import quote, unquote

import pytest
from msgspec.msgpack import encode
from PIL import Image

from tests.support.workshop import Page, Workshop, times, tree
from yishi.core import files
from yishi.model.language import get_language
from yishi.model.problems import describe_problem, select_errors

ISSUES = "places/example-city/northside/issues"
ISSUE = f"{ISSUES}/uneven-slabs.yaml"
PAGE = "places/example-city/northside/issues/uneven-slabs/index.html"


def _shows(city: Workshop, photos: Sequence[str], more: str = "", size: tuple[int, int] = (2000, 1000)) -> None:
    """Lets the issue show these photos (`file` or `file: before`), each of one colour of its own."""
    lines = []
    for number, photo in enumerate(photos):
        name, _, when = photo.partition(": ")
        Image.new("RGB", size, (number * 40, 90, 90)).save(city.content / ISSUES / name)
        lines.append(f"  - {{file: '{name}', alt: Photo {number}{when and f', when: {when}'}}}\n")
    city.write(ISSUE, city.read(ISSUE) + "\nphotos:\n" + "".join(lines) + more)


def _page(city: Workshop, path: str = PAGE) -> Page:
    report = city.build(jobs=2)
    assert select_errors(report.checked.problems) == []
    return Page((city.output / path).read_text("utf-8"))


def _widths(srcset: str) -> list[tuple[str, str]]:
    return [(address.rsplit(".", 1)[1], width) for address, width in map(str.split, srcset.split(", "))]


def test_a_browser_chooses_among_sizes_and_formats(city: Workshop) -> None:
    """WebP and JPEG, each in three widths, and how wide it is shown; its place is kept; it is loaded when needed."""
    _shows(city, ["slabs.jpg"])
    page = _page(city)
    (source,), (image,) = page.all("source"), page.all("img")
    assert source.get("type") == "image/webp"
    assert _widths(source.get("srcset")) == [("webp", "400w"), ("webp", "800w"), ("webp", "1600w")]
    assert _widths(image.get("srcset")) == [("jpg", "400w"), ("jpg", "800w"), ("jpg", "1600w")]
    assert source.get("sizes") == image.get("sizes") == "(max-width: 46rem) calc(100vw - 2rem), 44rem"
    assert (image.get("width"), image.get("height"), image.get("alt")) == ("1600", "800", "Photo 0")
    assert (image.get("loading"), image.get("decoding")) == ("lazy", "async")
    assert image.get("src").endswith("/slabs.jpg.800.jpg")


@pytest.mark.parametrize("name", ["a b, 100%.jpg", "甲#1 (2).jpg", "a%20b.jpg", "a%23b.jpg", "a&b+c.jpg"])
@pytest.mark.parametrize("typed", ["<{}>".format, quote])
def test_every_address_of_a_photo_leads_to_its_file(city: Workshop, name: str, typed: Callable[[str], str]) -> None:
    """In every language, whatever the file is called, in a list, in a text and behind a link; in its own size."""
    _shows(city, [name], f"body: '![Slabs]({typed(name)}) and [large]({typed(name)})'\n")
    for path in (PAGE, f"zh-hans/{PAGE}"):
        page = _page(city, path)
        sets = [one.get("srcset") for one in (*page.all("source"), *page.all("img"))]
        addresses = [address.split() for srcset in sets for address in srcset.split(", ")]
        large = [one.get("href") for one in page.all("a") if quote(name) in one.get("href")]
        assert (len(addresses), len(large)) == (12, 1)
        for address, width in [*addresses, (page.all("img")[0].get("src"), "800w"), (large[0], "1600w")]:
            with Image.open(city.output / Path(path).parent / unquote(address)) as image:
                assert f"{image.width}w" == width


def test_a_picture_in_a_text_is_shown_like_a_photo(city: Workshop) -> None:
    """A Markdown image has its sizes, width, height and lazy loading too; a linked photo opens large."""
    _shows(city, ["slabs.jpg"], "body: '![The slabs](slabs.jpg \"By day\")'\n")
    first, second = re.findall(r"<picture>.*?</picture>", _page(city).source, re.DOTALL)
    in_list, in_text = ((Page(one).all("source")[0], Page(one).all("img")[0].attributes)
                        for one in sorted((first, second), key=lambda one: "The slabs" in one))
    assert in_list[0] == in_text[0]
    assert in_text[1] == {**in_list[1], "alt": "The slabs", "title": "By day"}


def test_no_photo_is_shown_larger_than_it_is(city: Workshop) -> None:
    """A small one has one size, and tells it."""
    _shows(city, ["slabs.png"], size=(300, 200))
    image, = _page(city).all("img")
    assert _widths(image.get("srcset")) == [("jpg", "300w")]
    assert (image.get("width"), image.get("height")) == ("300", "200")


@pytest.mark.parametrize(("photos", "pairs"), [
    (["a.png: before", "b.png: after"], [[0, 1]]),
    (["a.png: after", "b.png: before"], [[1, 0]]),
    (["a.png: before", "b.png: before", "c.png: after", "d.png: after"], [[0, 2], [1, 3]]),
    (["a.png", "b.png: before", "c.png", "d.png: after", "e.png: after"], [[0], [1, 3], [2], [4]]),
    (["a.png: before"], [[0]]),
])
def test_before_and_after_stand_side_by_side(city: Workshop, photos: list[str], pairs: list[list[int]]) -> None:
    """The first before with the first after, and so on, before first, each with its word; others stand alone."""
    _shows(city, photos, size=(20, 20))
    source = _page(city).source.partition('<section class="photos">')[2].partition("</section>")[0]
    groups = re.findall(r'<div class="pair".*?</div>|<figure.*?</figure>', source, re.DOTALL)
    assert [[int(n) for n in re.findall(r'alt="Photo (\d)"', group)] for group in groups] == pairs
    for group in groups:
        words = re.findall("<b>(Before|After)</b>", group)
        assert words == ["Before", "After"] if "pair" in group else len(words) < 2
        assert ('role="group" aria-label="Before and after"' in group) == ("pair" in group)


def test_avif_is_made_where_the_site_wants_it(city: Workshop) -> None:
    """One key in site.yaml adds the format that is smallest and slowest to make; browsers are offered it first."""
    _shows(city, ["slabs.jpg"], size=(500, 300))
    city.write("site.yaml", city.read("site.yaml") + "\navif: yes\n")
    assert [one.get("type") for one in _page(city).all("source")] == ["image/avif", "image/webp"]
    with Image.open(city.output / f"{ISSUES}/slabs.jpg.500.avif") as image:
        assert (image.format, image.size) == ("AVIF", (500, 300))


# --- converted once ---------------------------------------------------------------------------------------------------


def _converted(city: Workshop) -> list[Path]:
    return sorted(city.cache.glob("photos-*/*"))


def test_a_photo_is_converted_once(city: Workshop) -> None:
    """What was converted is taken from the cache, for a lost site too; not by a full build."""
    _shows(city, ["slabs.jpg"], size=(500, 300))
    city.build()
    before, kept = tree(city.output), times(city.cache)
    for path in before:
        (city.output / path).unlink()
    city.build()
    assert tree(city.output) == before
    assert {file: time for file, time in times(city.cache).items() if "photos" in file} == {
        file: time for file, time in kept.items() if "photos" in file}
    for file in _converted(city):
        files.write_cache(file, b"from the cache")
        (city.output / f"{ISSUES}/slabs.jpg.500.jpg").unlink(missing_ok=True)
    city.build()
    assert (city.output / f"{ISSUES}/slabs.jpg.500.jpg").read_bytes() == b"from the cache"
    city.build(full=True)
    assert tree(city.output) == before


@pytest.mark.parametrize("damage", [
    lambda data: b"", lambda data: data[:-1], lambda data: data[:64] + b"x" + data[65:]])
def test_a_damaged_cache_is_made_again(city: Workshop, damage: Callable[[bytes], bytes]) -> None:
    """An entry that is cut off, empty or changed is not used."""
    _shows(city, ["slabs.jpg"], size=(500, 300))
    city.build()
    before = tree(city.output)
    for file in _converted(city):
        file.write_bytes(damage(file.read_bytes()))
    for path in before:
        (city.output / path).unlink()
    city.build()
    assert tree(city.output) == before


def test_a_photo_taken_back_leaves_the_cache(city: Workshop) -> None:
    """A photo that nothing shows any more is neither in the site nor in the cache."""
    _shows(city, ["a.png", "b.png"], size=(500, 300))
    city.build()
    assert len(_converted(city)) == 2 * 2
    (city.content / f"{ISSUES}/b.png").unlink()
    city.replace(ISSUE, "  - {file: 'b.png', alt: Photo 1}\n", "")
    city.build()
    assert len(_converted(city)) == 2
    assert tree(city.output) == city.clean()
    assert not [path for path in tree(city.output) if "b.png" in path]


def test_photos_are_the_same_however_many_processes_make_them(city: Workshop) -> None:
    """Several photos are shared out, and come out the same."""
    _shows(city, [f"{n}.png" for n in range(5)], size=(500, 300))
    city.build(jobs=2)
    assert tree(city.output) == city.clean()


# --- what cannot be shown ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("file", "data", "problem"), [
    ("gone.jpg", None, (ISSUE, "file_missing", "gone.jpg")),
    ("lamp.heic", b"\0\0\0\x18ftypheic", (f"{ISSUES}/lamp.heic", "photo_heic", "pip install pillow-heif")),
    ("lamp.jpg", b"\0\0\0\x18ftypheic", (f"{ISSUES}/lamp.jpg", "photo_heic", "Most Compatible")),
    ("lamp.jpg", b"text", (f"{ISSUES}/lamp.jpg", "bad_photo", "Save it anew as JPEG or PNG")),
    ("lamp.tif", b"", (ISSUE, "file_kind", ".jpg")),
])
def test_a_photo_that_cannot_be_shown_is_refused(
        city: Workshop, file: str, data: bytes | None, problem: tuple[str, str, str]) -> None:
    """The problem names the file and what to do; nothing is written."""
    if data is not None:
        (city.content / ISSUES / file).write_bytes(data)
    city.write(ISSUE, city.read(ISSUE) + f"\nphotos:\n  - {{file: {file}, alt: Lamp}}\n")
    report = city.build()
    found, = select_errors(report.checked.problems)
    path, code, advice = problem
    assert (found.path, found.code, report.write_result) == (path, code, None)
    assert advice in describe_problem(found, get_language("en"))
    assert found.path != ISSUE or found.line == city.read(ISSUE).rstrip().count("\n") + 1


@pytest.mark.parametrize("line", ["photos: [{file: lamp.png}]", "body: 'a ![](lamp.png)'"])
def test_a_photo_needs_words(city: Workshop, line: str) -> None:
    """A photo without `alt`, a Markdown image without words: refused at its line."""
    Image.new("RGB", (9, 9)).save(city.content / ISSUES / "lamp.png")
    city.write(ISSUE, city.read(ISSUE) + f"\n{line}\n")
    found, = select_errors(city.build().checked.problems)
    assert found.code == ("missing_key" if "photos" in line else "alt_missing")
    assert (found.path, found.line) == (ISSUE, city.read(ISSUE).rstrip().count("\n") + 1)


def test_the_rest_is_published_without_a_photo_that_cannot_be_shown(city: Workshop) -> None:
    """With --skip-invalid the record stands without that photo; a link to it is text, an image its words."""
    text = "body: '![Dark slabs](slabs.jpg), [see here](slabs.jpg)'\n"
    _shows(city, ["slabs.jpg", "b.jpg"], text, size=(20, 20))
    (city.content / ISSUES / "slabs.jpg").write_bytes(b"damaged")
    report = city.build(skip_invalid=True)
    assert [problem.code for problem in select_errors(report.checked.problems)] == ["bad_photo"]
    page = Page((city.output / PAGE).read_text("utf-8"))
    assert [one.get("alt") for one in page.all("img")] == ["Photo 1"]
    assert "Dark slabs, see here" in page.text


def test_a_photo_is_looked_into_once(city: Workshop) -> None:
    """Its size is kept with its digest, so that the next build opens no photo; a changed photo is opened again."""
    _shows(city, ["slabs.png"], size=(500, 300))
    os.utime(city.content / ISSUES / "slabs.png", (1_700_000_000, 1_700_000_000))
    city.build()
    city.build()  # by now the photo was not changed in this very moment
    index, = city.cache.glob("files-*/*")
    data, size, other = files.read_cache(index), encode((500, 300)), encode((900, 300))
    assert size in data
    files.write_cache(index, data.replace(size, other))
    assert _page(city).all("img")[0].get("width") == "900"
    Image.new("RGB", (600, 300)).save(city.content / ISSUES / "slabs.png")
    assert _page(city).all("img")[0].get("width") == "600"
