"""The wall through a browser: notes are chosen in place, the address says it, and it prints on A4 and on A3."""

import re
from pathlib import Path
from unicodedata import normalize

import pytest
from playwright.sync_api import Page as Window
from playwright.sync_api import expect
from pypdf import PdfReader

pytestmark = pytest.mark.browser

TOLD = ".filters [role=status]"
LEFT = ".paper:not([hidden])"


def test_notes_are_chosen_in_place_and_the_address_says_it(window: Window, address: str) -> None:
    """Only notes that fit are left; the address brings the same wall back; by stage and in English it is the same."""
    window.goto(f"{address}wall/index.html")
    every = window.locator(".paper").count()
    window.select_option("select[name=topic]", "parking")
    window.select_option("select[name=colour]", "yellow")
    left = window.locator(LEFT)
    assert 0 < left.count() < every
    assert left.evaluate_all("all => all.every((one) => one.matches('.is-yellow[data-topic~=parking]'))")
    titles = sorted(left.locator("a").all_inner_texts())
    expect(window.locator(TOLD)).to_contain_text(f"{len(titles)}张")
    assert window.url.endswith("?topic=parking&colour=yellow")
    window.reload()
    assert sorted(window.locator(LEFT).locator("a").all_inner_texts()) == titles
    window.click(".switch li:nth-child(2) a")
    expect(window).to_have_url(re.compile(r"wall/stages/index\.html\?topic=parking"))
    expect(window.locator(LEFT)).to_have_count(len(titles))
    assert sorted(window.locator(LEFT).locator("a").all_inner_texts()) == titles
    window.click(".languages a[lang=en]")
    expect(window).to_have_url(re.compile(r"/en/wall/stages/"))
    expect(window.locator(LEFT)).to_have_count(len(titles))
    window.click(".filters button[type=reset]")
    expect(window.locator(LEFT)).to_have_count(every)
    assert "?" not in window.url


@pytest.mark.parametrize(("paper", "height"), [("A4", 595), ("A3", 842)])
def test_the_wall_prints_on_a4_and_on_a3(window: Window, address: str, tmp_path: Path, paper: str, height: int) -> None:
    """Across, on the paper that the printer has, every note with its words; the filters stay on the screen."""
    window.goto(f"{address}wall/index.html")
    window.pdf(path=tmp_path / "wall.pdf", format=paper, landscape=True)
    pages = PdfReader(tmp_path / "wall.pdf").pages
    assert {round(page.mediabox.height / 10) for page in pages} == {round(height / 10)}
    text = normalize("NFKC", "".join("".join(page.extract_text() for page in pages).split()))
    assert text.count("上一步") == window.locator(".paper").count()
    assert len(pages) <= 3
