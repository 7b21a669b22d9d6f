"""What share cards promise: each page that names one has it, and it is drawn again only if what it shows changed."""

import re
from pathlib import Path

import pytest
from PIL import Image

from tests.support.workshop import SITES, Workshop
from yishi.core import files
from yishi.engine.pipeline import CheckedContent, check
from yishi.model.colours import NOTE_COLOURS, split_channels

ADDRESS = "https://example.org/town/"
ISSUE = "places/town/issues/lamp"
SITE = {
    "site.yaml": f"title: Town\nlanguages: [en]\nshare_cards: yes\nbase_url: {ADDRESS}\n",
    "places/town/place.yaml": "name: Town\nkind: town\n",
    f"{ISSUE}.yaml": "title: The lamp is out\ntopic: lighting\nraised: 2025-03-01\nlog:\n"
                     "  - 2025-03-01 raised: x\n  - 2025-04-01 resolved: y\n",
    "places/town/meetings/first.yaml": "title: The first meeting\ndate: 2025-03-09\n",
}


@pytest.fixture
def town(tmp_path: Path) -> Workshop:
    """The town, built."""
    (tmp_path / "empty").mkdir()
    workshop = Workshop(tmp_path, tmp_path / "empty")
    for file, text in SITE.items():
        workshop.write(file, text)
    workshop.build()
    return workshop


def test_each_page_names_a_picture_that_is_there(town: Workshop) -> None:
    """That of its own for records, places and numbers; of 1200 by 630 pixels, in the colour of the status."""
    named = {page: re.findall('og:image" content="([^"]+)"', page.read_text("utf-8"))[0].removeprefix(ADDRESS)
             for page in town.output.rglob("*.html") if "og:image" in page.read_text("utf-8")}
    assert all((town.output / picture).is_file() for picture in named.values())
    own = {picture for picture in named.values() if picture.endswith("share.png")}
    assert {"share.png", "places/town/share.png", f"{ISSUE}/share.png", "places/town/meetings/first/share.png",
            "statistics/issues/share.png"} <= own
    assert own == {file.relative_to(town.output).as_posix() for file in town.output.rglob("share.png")}
    with Image.open(town.output / ISSUE / "share.png") as card:
        assert (card.format, card.size) == ("PNG", (1200, 630))
        assert card.convert("RGB").getpixel((100, 400)) == split_channels(NOTE_COLOURS["green"])


def test_a_card_is_drawn_again_only_if_what_it_shows_changed(town: Workshop) -> None:
    """Not for another text of its record; a damaged one is mended; the result is that of a clean build."""
    card = town.output / ISSUE / "share.png"
    before = card.stat()
    town.replace(f"{ISSUE}.yaml", "raised: x", "raised: someone told us")
    town.build()
    assert card.stat() == before
    town.replace(f"{ISSUE}.yaml", "The lamp is out", "The lamp is lit")
    town.build()
    drawn = card.read_bytes()
    assert card.stat().st_mtime_ns != before.st_mtime_ns
    card.write_bytes(drawn[:-40] + bytes(40))
    town.build()
    assert card.read_bytes() == drawn == town.clean()[f"{ISSUE}/share.png"]


def test_without_a_font_a_site_in_chinese_is_told_and_built_without_cards(
        town: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    """A font beside site.yaml that has no Chinese is no help; neither is published."""
    monkeypatch.setattr(files, "_SYSTEM_FONTS", ())
    town.replace("site.yaml", "[en]", "[zh-Hans]")
    town.content.joinpath("latin.ttf").write_bytes(b"no font at all")
    checked: CheckedContent = check(town.options())
    assert [problem.code for problem in checked.problems] == ["no_card_font"]
    town.build()
    assert not [*town.output.rglob("share.png"), *town.output.rglob("*.ttf")]
    assert "card." in (town.output / "index.html").read_text("utf-8")


def test_the_colours_of_cards_are_those_of_the_wall() -> None:
    """The light ones of style.css."""
    style = (SITES.parents[1] / "templates/static/style.css").read_text("utf-8")
    assert dict(re.findall(r"--note-(\w+): var\(--light, (#\w+)\)", style)) == NOTE_COLOURS
