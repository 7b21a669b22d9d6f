"""Locations that writers name and nobody has listed yet: told, and added when the office asks for it."""

import pytest

from tests.support.inbox import Desk
from yishi.workbook.understand_rows import find_location_kind

LOCATIONS = "places/liuxi/nanyuan/locations.yaml"
NEW = "places/liuxi/nanyuan/issues/lou-dao-deng-bu-liang.yaml"


def test_a_new_location_is_added_on_request_and_takes_the_place_of_its_note(desk: Desk) -> None:
    """First a location is kept by its name in the notes; with `--add-locations` the same workbook adds it once, for all
    rows that name it, links it, and takes the note away again."""
    filling = desk.template()
    for row, title in ((3, "楼道灯不亮"), (4, "广场砖松了")):
        filling.fill("议题", row, {"标题": title, "主题": "照明", "提出": "2025-06-01", "位置": "西门广场"})
    desk.write("inbox/a.xlsx", filling.saved())
    assert desk.codes().count("location_asked") == 2
    before = desk.text(LOCATIONS)
    assert "西门广场" in desk.text(NEW)
    assert "西门广场" not in before
    assert desk.again("--add-locations").code == 0
    assert desk.text(LOCATIONS).startswith(before)
    assert desk.text(LOCATIONS).count("名称: 西门广场") == 1
    assert "类别: 公共空间" in desk.text(LOCATIONS).removeprefix(before)
    assert "/xi-men-guang-chang\n" in desk.text(NEW)
    assert "地点：" not in desk.text(NEW)
    assert "0 changed, 2 unchanged" in desk.again("--add-locations", "--language", "en").out


@pytest.mark.parametrize(("name", "kind"), {
    "西门广场": "public_space", "南湖小区": "compound", "3号楼": "building", "育才路": "road", "小花园": "green_plot",
    "Mill Lane": "road", "Hall Green": "public_space", "河边": "public_space", "airplane": "public_space",
}.items())
def test_the_kind_of_a_location_is_the_word_its_name_ends_in(name: str, kind: str) -> None:
    """A whole word at the end of the name says the kind; without one it is a public space, and told as such."""
    assert find_location_kind(name) == kind
