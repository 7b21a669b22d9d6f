"""What becomes of texts on their way from a file to pages, feeds, data and the search index."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from tests.support.workshop import Built, Page, Workshop
from yishi.content.markup import create_heading_id

ISSUE = """\
---
标题: 南门路灯
  不亮
主题: 照明
提出: 2025-03-01
简介: >-
  每到夜里，
  南门一片漆黑
原因:
  - 电缆
    老化
进展:
  - 2025-03-01 提出: 居民说
      路灯坏了
  - 阶段: 办结
    日期: 2025-03-10
    内容: |
      1、更换电缆
      2、两周完工
成效: {类别: ~, text: null}
备注: ~
---

南门路灯从三月起
  不亮[^1]，居民“怕黑”
“怕摔”。见[花费](#花费)和[清单](qingdan.pdf#page=3)。

参会人员：
1、居民代表
2、物业

议定事项：
- 换灯
  - 东侧
- 换缆

## 花费

面积3*4米，另一处5*6米。

| 项 | 元 |
|---|---|
| 灯 | 120 | 含税 |

[^1]:据物业清单。
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of one community with one issue, in Chinese and English."""
    folder = tmp_path_factory.mktemp("texts")
    (folder / "source").mkdir()
    workshop = Workshop(folder, folder / "source")
    place = workshop.content / "places/nanyuan"
    (place / "issues").mkdir(parents=True)
    (workshop.content / "site.yaml").write_text("标题: 示例镇\nbase_url: https://example.org/\n", "utf-8")
    (place / "place.yaml").write_text("名称: 南苑\n类别: community\n", "utf-8")
    (place / "issues/ludeng.md").write_text(ISSUE, "utf-8")
    (place / "issues/qingdan.pdf").write_bytes(b"%PDF-1.4\n")
    report = workshop.build()
    assert [problem for problem in report.checked.problems if problem.level == "error"] == []
    return workshop.output


KINDS = {".html", ".xml", ".json", ".csv", ".txt", ".ics"}
"""The files of a site that hold texts."""


@pytest.mark.parametrize("text", [
    "南门路灯不亮", "每到夜里，南门一片漆黑", "电缆老化", "居民说路灯坏了", "从三月起不亮", "“怕黑”“怕摔”"])
def test_a_folded_text_has_no_blank_in_any_file(site: Path, text: str) -> None:
    """Titles, summaries, items, steps and bodies: on pages, in feeds, calendars, data and what is searched."""
    files = {file: file.read_text("utf-8") for file in site.rglob("*.*") if file.suffix in KINDS}
    assert any(text in found for found in files.values())
    torn = re.compile("|".join(rf"{text[max(at - 2, 0):at]}\s+{text[at:at + 2]}" for at in range(1, len(text))))
    assert [file.name for file, found in files.items() if torn.search(found)] == []


def test_the_page_says_all_that_was_written(site: Path) -> None:
    """Lines as lines, notes and cells; null says nothing; links lead to headings and to the page of a document."""
    page = (site / "places/nanyuan/issues/ludeng/index.html").read_text("utf-8")
    for text in ("<p>参会人员：<br>\n1、居民代表<br>\n2、物业</p>", "<li>换灯<ul>\n<li>东侧</li>", "3*4米，另一处5*6米",
                 "<td>含税</td>", "据物业清单。", '<h2 id="花费">花费</h2>', 'href="#花费"', "qingdan.pdf#page=3",
                 "1、更换电缆<br>2、两周完工"):
        assert text in page, text
    assert "null" not in Page(page).text
    assert "~" not in Page(page).text


def test_what_is_searched_and_downloaded_says_the_same(site: Path) -> None:
    """The title in the data of the site is found by a word that its fold runs through."""
    data = json.loads((site / "data/issues.json").read_text("utf-8"))
    found = json.dumps(data, ensure_ascii=False)
    assert "南门路灯不亮" in found
    assert "据物业清单" in found


def test_no_id_stands_twice_on_a_page(full: Built, site: Path) -> None:
    """And none of a heading is one that pages have themselves."""
    pages = {**full.files, **{str(file): file.read_bytes() for file in site.rglob("*.html")}}
    for name, page in pages.items():
        ids = re.findall(r'\bid="([^"]*)"', page.decode()) if name.endswith(".html") else []
        assert [one for one, number in Counter(ids).items() if number > 1] == [], name


def test_headings_keep_clear_of_the_ids_of_pages(full: Built) -> None:
    """Whatever id a page with a text has itself, a heading of that name gets another."""
    for name in full.pages:
        page = full.files[name].decode()
        if 'class="prose"' in page and "guide" not in name:
            own = re.sub(r'<div class="prose".*?</div>', "", page, flags=re.DOTALL)
            assert [one for one in re.findall(r'\bid="([^"]*)"', own) if create_heading_id(one) == one] == [], name
