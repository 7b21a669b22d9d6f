"""What of the content folder is published beside the pages: what records name, without what a photo tells in secret."""

import os
import re
import shutil
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from tests.support.workshop import PROJECT, Built, Workshop, tree
from yishi.core import files
from yishi.engine.pipeline import check
from yishi.engine.writing import ForeignFile
from yishi.model.language import get_language
from yishi.model.problems import describe_problem, select_errors

ISSUE = "places/example-city/northside/issues/uneven-slabs.yaml"
PHOTO = "places/example-city/northside/issues/slabs.jpg"
RENDITIONS = [f"{PHOTO}.40.jpg", f"{PHOTO}.40.webp"]
SUFFIXES = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif")


def _photo(comment: bytes = b"") -> bytes:
    image, exif, data = Image.new("RGB", (40, 20), "red"), Image.Exif(), BytesIO()
    exif[0x010E] = "taken at home"
    exif[0x8825] = {1: "N", 2: (39.0, 54.0, 20.0)}
    image.save(data, "JPEG", exif=exif, comment=comment or b"my comment")
    return data.getvalue()


@pytest.fixture
def photographed(city: Workshop) -> Workshop:
    """The city with a photo that tells where it was taken."""
    (city.content / PHOTO).write_bytes(_photo())
    city.write(ISSUE, city.read(ISSUE) + "\nphotos:\n  - {file: slabs.jpg, alt: Broken slabs, consent: yes}\n")
    return city


def _published(city: Workshop) -> dict[str, bytes]:
    return {path: data for path, data in tree(city.output).items()
            if path.endswith(SUFFIXES) and not path.startswith("static/")}


def test_published_photos_tell_nothing_else(photographed: Workshop) -> None:
    """A photo is published without EXIF, GPS and comment, and still is the picture; the original is not published."""
    assert select_errors(photographed.build().checked.problems) == []
    published = _published(photographed)
    assert list(published) == RENDITIONS
    for data in published.values():
        assert b"Exif" not in data
        assert b"my comment" not in data
        with Image.open(BytesIO(data)) as image:
            assert (image.size, dict(image.getexif())) == ((40, 20), {})


def test_photos_of_the_full_site_tell_nothing_else(full: Built) -> None:
    """The same for every photo of the full site."""
    photos = {path: data for path, data in full.files.items() if path.endswith(SUFFIXES)}
    assert len(photos) >= 9
    for data in photos.values():
        with Image.open(BytesIO(data)) as image:
            assert dict(image.getexif()) == {}


def test_an_attachment_is_published_only_if_it_is_named(photographed: Workshop) -> None:
    """What no published record names is not published: not what nobody names, not what only a withheld record names."""
    (photographed.content / "places/example-city/northside/files").mkdir()
    (photographed.content / "places/example-city/northside/files/other.png").write_bytes(_photo())
    photographed.build()
    assert list(_published(photographed)) == RENDITIONS
    photographed.replace(ISSUE, "title:", "titel:")
    photographed.build(skip_invalid=True)
    assert _published(photographed) == {}


def test_a_changed_photo_is_published_anew(photographed: Workshop) -> None:
    """A photo that changes under the same name is seen."""
    photographed.build()
    before = _published(photographed)
    data = BytesIO()
    Image.new("RGB", (40, 20), "blue").save(data, "JPEG")
    (photographed.content / PHOTO).write_bytes(data.getvalue())
    photographed.build()
    after = _published(photographed)
    assert list(after) == RENDITIONS
    assert all(after[path] != before[path] for path in RENDITIONS)
    assert tree(photographed.output) == photographed.clean()


def test_a_symbolic_link_does_not_lead_out_of_the_content_folder(photographed: Workshop) -> None:
    """A link to a file elsewhere is not followed: it is a problem, and nothing is published."""
    secret = photographed.folder / "secret.jpg"
    secret.write_bytes(_photo())
    (photographed.content / PHOTO).unlink()
    (photographed.content / PHOTO).symlink_to(secret)
    report = photographed.build()
    assert report.write_result is None
    assert [problem.path for problem in select_errors(report.checked.problems)] == [PHOTO]


@pytest.mark.parametrize("link", ["places/example-city/northside/issues/linked.yaml", "places/example-city/issues",
                                  "places/example-city/files/linked.pdf", "methods/linked.txt"])
def test_a_symbolic_link_is_said_to_be_one(city: Workshop, link: str) -> None:
    """Whatever a link would be if it were a file or folder, the problem is that links are not followed."""
    (city.content / link).parent.mkdir(exist_ok=True)
    (city.content / link).symlink_to(city.content / "places" if "." not in link else city.content / "site.yaml")
    problems = check(city.options()).problems
    assert [(one.path, one.code) for one in problems] == [(link, "unreadable")]
    assert "links are not followed" in describe_problem(problems[0], get_language("en"))


def test_static_files_carry_their_digest(full: Built) -> None:
    """A style sheet that changes gets another name, so browsers may keep it; the site's own colours have one too."""
    static = [path for path in full.files if path.startswith("static/") and not re.search(r"/look\.\w+\.css", path)]
    assert len(static) == len([file for file in (PROJECT / "templates/static").rglob("*") if file.is_file()])
    for path in static:
        stem, digest, suffix = Path(path).name.rsplit(".", 2)
        assert (PROJECT / f"templates/static/{stem}.{suffix}").read_bytes() == full.files[path]
        assert len(digest) == 8


def test_no_two_outputs_share_a_path(sites: dict[str, Built]) -> None:
    """Every file of the site was planned once: as many files as outputs."""
    for site in sites.values():
        published = site.report.write_result
        assert published is not None
        assert published.written == len(site.files) - 1, "and the list of them"
        folded = [path.casefold() for path in site.files]
        assert len(folded) == len(set(folded)), "names must differ where a disk does not tell capitals apart"


@pytest.mark.parametrize("name", ["slabs.svg", "slabs.html"])
def test_only_photos_that_can_be_cleaned_are_published(city: Workshop, name: str) -> None:
    """A file that a browser would run, or that keeps what the camera wrote, is refused as a photo and as a link."""
    (city.content / ISSUE).with_name(name).write_bytes(_photo())
    city.write(ISSUE, city.read(ISSUE) + f"\nphotos:\n  - {{file: {name}, alt: Slabs}}\nbody: a [picture]({name})\n")
    report = city.build()
    assert [problem.code for problem in select_errors(report.checked.problems)] == ["file_kind", "file_kind"]
    assert report.write_result is None


def test_a_photo_written_in_other_letters_is_proposed(photographed: Workshop) -> None:
    """Where only capitals differ, the name of the file that is there is proposed."""
    photographed.write(ISSUE, photographed.read(ISSUE).replace("slabs.jpg", "Slabs.JPG"))
    (problem,) = select_errors(photographed.build().checked.problems)
    assert (problem.code, problem.suggestion) == ("file_missing", "slabs.jpg")


def test_a_folder_of_somebody_else_is_not_written_over(city: Workshop) -> None:
    """A file that no build wrote, where one is to be written, stops the first build; nothing is changed."""
    city.output.mkdir()
    (city.output / "index.html").write_text("mine")
    with pytest.raises(ForeignFile, match=r"index\.html"):
        city.build()
    assert tree(city.output) == {"index.html": b"mine"}


def test_a_site_whose_cache_is_lost_is_built_again(city: Workshop) -> None:
    """Without the cache a site of Yishi's is known by its statistics, and written over where it differs."""
    city.build()
    shutil.rmtree(city.folder / ".build-cache")
    (city.output / "index.html").write_text("damaged")
    assert city.written() == 1


def test_what_is_no_regular_file_is_not_read(city: Workshop) -> None:
    """A pipe in the content folder does not keep a build waiting."""
    os.mkfifo((city.content / ISSUE).with_name("pipe.yaml"))
    assert select_errors(city.build().checked.problems) == []


def test_a_whole_site_is_moved_into_place_as_one_file_is(tmp_path: Path) -> None:
    """Many files, which are moved several at a time: each replaces what stood there, a link too, and what a link to a
    folder would lead out of the site is refused."""
    site, mine = tmp_path / "site", tmp_path / "mine.txt"
    names = [f"{number % 7}/{number}.txt" for number in range(600)]
    mine.write_text("mine")
    site.joinpath("0").mkdir(parents=True)
    site.joinpath("0/0.txt").write_text("old")
    site.joinpath("0/7.txt").symlink_to(mine)
    for _ in range(2):  # into an empty folder, and over what stands there
        with files.open_staging(site, {"0"}):
            for name in names:
                files.stage_file(site, name, name.encode())
            files.move_staged(site, names)
        assert tree(site) == {name: name.encode() for name in names}
    assert mine.read_text() == "mine"
    site.joinpath("out").symlink_to(tmp_path)
    with files.open_staging(site, {"0"}):
        for name in (*names, "out/mine.txt"):
            files.stage_file(site, name, b"other")
        with pytest.raises(PermissionError):
            files.move_staged(site, [*names, "out/mine.txt"])
        files.drop_staged(site)
        (site / files.STAGING_FOLDER).mkdir()
    assert mine.read_text() == "mine"
