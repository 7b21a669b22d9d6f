"""Writes the content of a benchmark as a site for Hugo: the same records, one file each, below the theme in `hugo/`.

    python -m benchmarks.hugosite build/bench/content build/bench/hugo

Each file keeps its record's front matter and body as they are. Added is what Hugo groups pages by: the kind, the month,
the topic, and what follows from the log. The pages without a file of their own (lists by month, locations, statistics)
stand in `data/pages.json`, from which the theme adds them.
"""

import json
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import click
import yaml

from yishi.site.paginated_lists import ListPage, split_by_hash, split_list

from .hugorecords import Record, case_matter, record_of, record_page, spaces_of

THEME = Path(__file__).parent / "hugo"
VOCABULARY = Path(__file__).parent.parent / "yishi" / "model" / "vocabulary.yaml"
STATIC = Path(__file__).parent.parent / "templates" / "static"

METHOD = "methods/siji"
PLACE_PAGES = ("html", "wall", "stages", "statistics", "report", "due", "feed", "calendar")
TABLES = ("issues", "cases", "places", "locations")
"""The kinds of records that are also a table to download, as CSV and as JSON."""


def write_site(content: Path, folder: Path) -> None:
    """Write the Hugo site of the Yishi `content` into the empty or new `folder`."""
    shutil.copytree(THEME, folder, dirs_exist_ok=True)
    shutil.copytree(STATIC, folder / "assets" / "static")
    write_files(folder, files_of(read_texts(content)))


def read_texts(content: Path) -> dict[str, str]:
    """Path in the content folder → text, of all its files."""
    return {path.relative_to(content).as_posix(): path.read_text("utf-8") for path in sorted(content.rglob("*.*"))}


def write_files(folder: Path, files: Iterable[tuple[str, str]]) -> None:
    """Write files below `folder`; `files`: path and text of each."""
    for name, text in files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def files_of(texts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Path in the Hugo site → text, of all that is made of the content; `texts`: path in the content folder → text."""
    vocabulary = yaml.load(VOCABULARY.read_text("utf-8"), yaml.CSafeLoader)
    terms = vocabulary["terms"]
    topics = {term["zh-Hans"]: key for key, term in terms["topic"].items()}
    records = [record_of(name, text, topics) for name, text in texts.items() if "/issues/" in name or "/cases/" in name]
    issues, spaces = {record.path: record for record in records if record.kind == "issue"}, spaces_of(texts)
    for record in records:
        about = (issues[record.issue],) if record.issue in issues else ()
        case = case_matter(record, about, spaces) if record.kind == "case" else ""
        yield f"content/{record.path}.md", record_page(record, case)
    for name, text in texts.items():
        if name.endswith("/place.yaml"):
            yield from _place_files(name, text, texts)
    yield "content/pages/about.md", texts["pages/about.md"]
    yield "data/pages.json", json.dumps(list(pages_of(records, terms, texts)), ensure_ascii=False)
    yield "data/terms.json", json.dumps(_in_order(vocabulary), ensure_ascii=False)
    yield "data/method.yaml", texts[f"{METHOD}.yaml"]
    yield "data/sources.yaml", texts["sources.yaml"]


def _in_order(vocabulary: Mapping[str, Any]) -> dict[str, list[dict[str, str]]]:
    """The terms of each vocabulary in their order, which Hugo's own maps do not keep."""
    groups = {key: term["zh-Hans"] for key, term in vocabulary["groups"].items()}
    return {name: [{"key": key, "name": term["zh-Hans"], "group": groups.get(term.get("group"), "")}
                   for key, term in terms.items()] for name, terms in vocabulary["terms"].items()}


# --- places -----------------------------------------------------------------------------------------------------------


def _place_files(name: str, text: str, texts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The section of a place, with its locations and figures, and those of its issues and cases."""
    path = name.removesuffix("/place.yaml")
    more = "".join(f"{key}:\n{_indented(texts[f'{path}/{key}.yaml'])}" for key in ("locations", "figures")
                   if f"{path}/{key}.yaml" in texts)
    title = text.replace("名称:", "title:", 1)
    yield f"content/{path}/_index.md", f"---\n{title}{more}type: place\noutputs: [{', '.join(PLACE_PAGES)}]\n---\n"
    place = yaml.load(text, yaml.CBaseLoader)["名称"]
    for kind, called in (("issue", "议题"), ("case", "案例")):
        yield f"content/{path}/{kind}s/_index.md", f"""\
---
title: {place}的{called}
linkTitle: {called}
type: list
held: {kind}s
place: {path}
---
"""


def _indented(text: str) -> str:
    return "".join(f"  {line}\n" for line in text.splitlines())


# --- lists ------------------------------------------------------------------------------------------------------------


def pages_of(records: Sequence[Record], terms: Mapping[str, Mapping[str, Any]],
             texts: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Every page that has no file of its own, as what `AddPage` of Hugo takes."""
    issues = [record for record in records if record.kind == "issue"]
    cases = [record for record in records if record.kind == "case"]
    yield from _single_pages()
    yield from _list("issues", "议题", issues, {"held": "issues"})
    yield from _list("cases", "案例", cases, {"held": "cases"})
    yield from _list(METHOD, "四事工作法", issues, {"held": "issues"}, kind="method")
    for name, label, meaning in (("topic", "主题", "议题的主题。一件议题可以有几个主题。"),
                                 ("status", "状态", "议题的状态由进展记录推算，不用人工填写。")):
        folder = "topics" if name == "topic" else name
        yield _page(folder, f"按{label}", "index", {"held": name, "meaning": meaning})
        for key, term in terms[name].items():
            members = [record for record in issues if _value(record, name) == key]
            yield from _list(f"{folder}/{key}", term["zh-Hans"], members, {"held": name, "key": key})
    yield from _months(issues)
    yield from _places(records, texts)
    for key, one in yaml.load((THEME / "data/statistics.yaml").read_text("utf-8"), yaml.CSafeLoader).items():
        yield _page(f"statistics/{key}", one["name"], "statistic", {"figure": key, "meaning": one["meaning"]}, "page")
        yield {**_page(f"data/statistics/{key}", one["name"], "counted", {"figure": key}, "page"), "outputs": ["csv"]}
    for kind in (*TABLES, "statistics"):
        outputs = ["csv", "json"] if kind in TABLES else ["csv"]
        yield {**_page(f"data/{kind}", kind, "table", {"held": kind}, "page"), "outputs": outputs}


def _single_pages() -> Iterator[dict[str, Any]]:
    """The pages that there is one of."""
    for path, title in (("statistics", "统计"), ("methods", "工作法"), ("sources", "来源"), ("wall", "议事墙"),
                        ("due", "待办事项"), ("events", "展演和活动"), ("reviews", "点评"), ("corrections", "更正"),
                        ("data", "数据下载")):
        meaning = "本站的全部内容做成表格：每条记录、每个数字，以及各列的含义。" if path == "data" else ""
        yield _page(path, title, path, {"meaning": meaning})
    yield _page("wall/stages", "按阶段", "stages", sort="page")


def _page(path: str, title: str, kind: str, params: Mapping[str, str] | None = None,
          sort: str = "section") -> dict[str, Any]:
    return {"path": path, "title": title, "type": kind, "kind": sort, "params": params or {}}


def _value(record: Record, name: str) -> str:
    return record.topic if name == "topic" else record.course["status"]


def _months(issues: Sequence[Record]) -> Iterator[dict[str, Any]]:
    yield _page("months", "按月份", "index", {"held": "month", "meaning": "议题是什么时候提出的。"})
    for month in sorted({record.month for record in issues}):
        paths = [record.path for record in issues if record.month == month]
        portions = list(split_by_hash(f"months/{month}", month, paths))
        for portion in portions:
            params = _params({"held": "issues"}, portion, f"months/{month}", len(portions) - 1)
            yield _page(portion.folder, period_in_words(month), "list", params, "page" if params["part"] else "section")


def _places(records: Sequence[Record], texts: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """The pages by year and month of every place's lists, and its locations."""
    at: dict[tuple[str, str], list[Record]] = defaultdict(list)
    for record in records:
        for place in (record.place, record.place.rpartition("/")[0]):
            at[place, record.kind].append(record)
        at[record.place, record.location].append(record)
    for name in texts:
        place, _, file = name.rpartition("/")
        if file == "place.yaml":
            for year in sorted({record.year for record in at[place, "issue"]} - {"unknown"}):
                yield _page(f"{place}/{year}", f"{year}年", "year", {"place": place, "year": year}, "page")
            for kind, called in (("issue", "议题"), ("case", "案例")):
                held = {"held": f"{kind}s", "place": place}
                title = f"{yaml.load(texts[name], yaml.CBaseLoader)['名称']}的{called}"
                yield from islice(_list(f"{place}/{kind}s", title, at[place, kind], held), 1, None)
        if file == "locations.yaml":
            for key, location in yaml.load(texts[name], yaml.CBaseLoader).items():
                held = {"held": "location", "place": place, "key": key}
                yield from _list(f"{place}/locations/{key}", location["名称"], at[place, key], held, kind="location")


def _list(folder: str, title: str, records: Iterable[Record], held: Mapping[str, str],
          kind: str = "list") -> Iterator[dict[str, Any]]:
    """The pages of one list as Yishi splits it, the front page first."""
    month = {record.path: record.month if record.month != "unknown" else None for record in records}
    portions = list(split_list(folder, list(month), month))
    pages = Counter(portion.period for portion in portions)
    for portion in portions:
        if portion.folder == folder:
            yield _page(folder, title, kind, held)
        else:
            own = f"{title} · {period_in_words(portion.period)}"
            params = _params(held, portion, f"{folder}/{portion.period.replace('-', '/')}", pages[portion.period] - 1)
            yield _page(portion.folder, own, "list", params, "page")


def _params(held: Mapping[str, str], portion: ListPage, period_folder: str, count: int) -> dict[str, str]:
    """What a list's page by year or month holds: the `part` ("" = all) of so many `parts` ("" = undivided)."""
    part = portion.folder.removeprefix(period_folder).removeprefix("/")
    return {**held, "period": portion.period, "part": part, "parts": str(count or "")}


def period_in_words(period: str) -> str:
    """`2025` or `2025-09` as Chinese readers say it."""
    if period == "unknown":
        return "月份不详"
    year, _, month = period.partition("-")
    return f"{year}年{int(month)}月" if month else f"{year}年"


@click.command()
@click.argument("content", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def main(content: Path, folder: Path) -> None:
    """Write the Hugo site of a content folder."""
    write_site(content, folder)


if __name__ == "__main__":
    main()
