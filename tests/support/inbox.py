"""A small town with an inbox beside its content, to import workbooks and tables into."""

import json
import shutil
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.support.workbooks import Filling
from tests.support.workshop import PROJECT, Tree, tree
from yishi.cli import main

TOWN = {
    "site.yaml": "标题: 柳溪镇议事\n",
    "places/liuxi/place.yaml": "名称: 柳溪镇\n类别: 镇\n",
    "places/liuxi/nanyuan/place.yaml": "名称: 南园\n类别: 社区\n",
    "places/liuxi/beiyuan/place.yaml": "名称: 北园\n类别: 社区\n",
    "places/liuxi/nanyuan/locations.yaml": "erqu: # 老院子\n  名称: 南园二区\n  类别: 小区\n",
    "places/liuxi/nanyuan/issues/ludeng.yaml": (
        "# 由社区写\n标题: 南门路灯不亮   # 原标题\n主题: [照明]\n提出: 2025-03-03\n\n# 位置\n位置: erqu\n"
        "进展:\n- 2025-03-03 反映: 居民说看不清路 # 第一步\n- '2025-03-10 协商: 现场看灯: 换'\n\n图片: []\n"),
    "places/liuxi/nanyuan/cases/ludeng.md": (
        "---\n标题: 一起看现场\n相关议题: [ludeng]\n---\n## 经过\n\n大家先走了一遍夜路。  \n再坐下来商量。\n"),
}


_PRISTINE = {path: text.encode() for path, text in TOWN.items()}
_FIRST: list[bytes] = []
EMPTY = 40
"""The row from which a template is empty: hundreds more would only be read."""


class Ended(NamedTuple):
    """How a command ended: its exit code, and what it printed."""

    code: int
    out: str
    err: str


class Desk:
    """A small town with an inbox beside its content, and the commands."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.capsys, self.has_given = folder, capsys, False
        for path, text in TOWN.items():
            self.write(f"content/{path}", text)
        (folder / "inbox").mkdir()

    def write(self, path: str, data: str | bytes) -> Path:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data.encode() if isinstance(data, str) else data)
        return file

    def run(self, *arguments: str, **folders: Path) -> Ended:
        content = folders.get("content", self.folder / "content")
        more = ["--templates", str(PROJECT / "templates"), "--content", str(content), "--jobs", "1"]
        try:
            main([*arguments, *more, "--as-of", "2025-12-31"])
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 0
        said = self.capsys.readouterr()
        assert "Traceback" not in said.err
        return Ended(code, said.out, said.err)

    def imports(self, *more: str) -> Ended:
        return self.run("import", "inbox", *more)

    def again(self, *more: str) -> Ended:
        """Imports once more what was taken in before."""
        for file in sorted((self.folder / "taken").rglob("*.*")):
            if file.is_file() and ".aside." not in file.name and ".returned" not in file.name:
                shutil.move(file, self.folder / "inbox" / file.name)
        return self.imports(*more)

    def codes(self, *more: str) -> list[str]:
        """Imports; the codes of the problems that are told, warnings too."""
        return [problem["code"] for problem in self.problems(*more)]

    def problems(self, *more: str) -> list[dict[str, Any]]:
        """Imports; the problems that are told, warnings too."""
        found: list[dict[str, Any]] = json.loads(self.imports("--format", "json", *more).out)
        return found

    def template(self, name: str = "a", *more: str) -> Filling:
        """A fresh workbook for 南园, opened; the first one of the town as it is here is made once for all tests."""
        file = self.folder / f"{name}.xlsx"
        is_first, self.has_given = not (more or self.has_given) and self.records == _PRISTINE, True
        if is_first and _FIRST:
            self.write(file.name, _FIRST[0])
        else:
            assert self.run("template", file.name, *(more or ("--place", "nanyuan"))).code == 0
        filling = Filling(file.read_bytes())
        if is_first and not _FIRST:
            for sheet in map(filling.sheet, filling.book.sheetnames):
                sheet.delete_rows(EMPTY, sheet.max_row)
            _FIRST.append(filling.saved())
        return filling

    def exported(self) -> Filling:
        """The workbook of all records, opened."""
        assert self.run("export", "e.xlsx").code == 0
        return Filling((self.folder / "e.xlsx").read_bytes())

    def send(self, filling: Filling, name: str = "a") -> Ended:
        self.write(f"inbox/{name}.xlsx", filling.saved())
        return self.imports()

    @property
    def records(self) -> Tree:
        """The files of the content folder, but for the hidden ones that say what was imported."""
        return {file: data for file, data in tree(self.folder / "content").items() if not file.endswith("/.imported")}

    def text(self, path: str) -> str:
        return (self.folder / "content" / path).read_text("utf-8")


ISSUE = "places/liuxi/nanyuan/issues/ludeng.yaml"
