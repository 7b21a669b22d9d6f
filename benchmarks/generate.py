"""Writes a content folder of any size, the same one for the same seed: invented records in the shape of real ones.

    python -m benchmarks.generate build/bench/content --issues 10000 --cases 1000 --communities 28
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import click
import yaml

FIRST_DAY = date(2023, 1, 1)
LAST_DAY = date(2025, 12, 31)

WORDS = yaml.load(Path(__file__).with_name("words.yaml").read_text("utf-8"), yaml.CSafeLoader)


@dataclass(frozen=True)
class Size:
    """How much to write; `bodies` gives every issue a Markdown body of about 1 KB (cases always have one)."""

    issues: int = 10_000
    cases: int = 1_000
    communities: int = 28
    towns: int = 1
    bodies: bool = False
    seed: int = 1
    languages: tuple[str, ...] = ("zh-Hans",)


def write_content(folder: Path, size: Size) -> int:
    """Write the content of `size` into the empty or new `folder`; returns its bytes."""
    written = 0
    made: set[Path] = set()
    for name, text in files_of(size):
        path = folder / name
        if path.parent not in made:
            path.parent.mkdir(parents=True, exist_ok=True)
            made.add(path.parent)
        data = text.encode()
        path.write_bytes(data)
        written += len(data)
    return written


def files_of(size: Size) -> Iterator[tuple[str, str]]:
    """Path in the content folder and text of every file."""
    chance = random.Random(size.seed)
    communities = _communities(size)
    yield from _site_files(size)
    for town in range(size.towns):
        here = sum(place.startswith(_town(town)) for place in communities)
        yield from _town_files(town, here)
    for place, name in communities.items():
        yield f"{place}/place.yaml", _community(name, chance)
        yield f"{place}/locations.yaml", _locations()
    places = list(communities)
    for number in range(size.issues):
        place = places[number % len(places)]
        suffix = "md" if size.bodies else "yaml"
        yield f"{place}/issues/i{number:06}.{suffix}", _issue(chance, with_body=size.bodies)
    for number in range(size.cases):
        place = places[number % len(places)]
        yield f"{place}/cases/c{number:06}.md", _case(chance, number // len(places), places.index(place), size)


def _town(number: int) -> str:
    return f"places/town-{number + 1:03}"


def _communities(size: Size) -> dict[str, str]:
    """Path → name, spread evenly over the towns."""
    names = [head + tail for tail in WORDS["community_tails"] for head in WORDS["community_heads"]]
    return {f"{_town(number % size.towns)}/community-{number + 1:03}": names[number % len(names)] + "社区"
            for number in range(size.communities)}


def _site_files(size: Size) -> Iterator[tuple[str, str]]:
    yield "site.yaml", f"""\
title: 样例议事公开
languages: [{", ".join(size.languages)}]
base_url: https://example.org/
licence: CC-BY-4.0
publisher: 样例
"""
    yield "sources.yaml", "s1:\n  title: 样例报道\n  publisher: 样例日报\n  published: 2025-09-13\n"
    yield "pages/about.md", "---\ntitle: 关于本站\n---\n\n这里的全部内容都是为测量速度而编写的。\n"
    yield "methods/siji.yaml", """\
name: 四事工作法
stages:
  - {id: mingshi, label: 明事, core: [clarify], required: true}
  - {id: yishi, label: 议事, core: [deliberate], required: true}
  - {id: dingshi, label: 定事, core: [decide], required: true}
  - {id: chengshi, label: 成事, core: [implement, close, review], required: true}
followup_days: 90
"""


def _town_files(town: int, communities: int) -> Iterator[tuple[str, str]]:
    yield f"{_town(town)}/place.yaml", f"""\
名称: 样例第{town + 1}镇
类别: 镇
应有社区数: {communities + 2}
工作法: siji
"""
    yield f"{_town(town)}/figures.yaml", """\
- 名目: 推动解决民生议题
  数值: 132
  单位: 件
  来源: s1
"""


def _community(name: str, chance: random.Random) -> str:
    return f"""\
名称: {name}
类别: 社区
户数: {{数值: {chance.randrange(600, 3000, 50)}, 准确度: 约数}}
办公点: {{地址: {chance.choice(WORDS["spots"])}社区服务站, 办公时间: 工作日 9 时至 17 时}}
"""


def _locations() -> str:
    yards = [f"yard-{number}:\n  名称: {name}\n  类别: 小区\n  老旧: {'是' if number % 3 else '否'}\n"
             for number, name in enumerate(WORDS["compounds"], 1)]
    garden = "garden:\n  名称: 中心花园\n  类别: 公共空间\n"
    road = "road:\n  名称: 小区主路\n  类别: 道路\n"
    return "".join([*yards, garden, road])


def _issue(chance: random.Random, *, with_body: bool) -> str:
    topic = chance.choice(list(WORDS["matters"]))
    matter, remedy, outcome = chance.choice(WORDS["matters"][topic])
    raised = FIRST_DAY + timedelta(days=chance.randrange((LAST_DAY - FIRST_DAY).days - 20))
    log, end, closed_on = _log(chance, raised)
    lines = [
        f"标题: {chance.choice(WORDS['spots'])}{matter}",
        f"主题: {topic}",
        f"提出: {_raised(chance, raised)}",
        f"位置: {_location(chance)}",
        f"来源渠道: {chance.choice(WORDS['channels'])}",
        f"简介: {matter}，居民希望尽快处理；各方商定{remedy}。",
        *_participants(chance),
        "进展:",
        *log,
    ]
    if end == "办结":
        lines += ["成效:", f"  类别: {outcome}", f"  内容: {remedy}，居民代表到场查看"]
        lines += ["  长效机制: 每月巡查一次并在公告栏公布"] if chance.random() < 0.4 else []
        lines += _followups(chance, closed_on)
    if end == "未解决":
        lines.append(f"未解决原因: {chance.choice(WORDS['close_reasons'])}")
    text = "\n".join(lines) + "\n"
    return f"---\n{text}---\n\n{_story(chance)}" if with_body else text


def _raised(chance: random.Random, day: date) -> str:
    draw = chance.random()
    return "未知" if draw < 0.03 else f"{day:%Y-%m}" if draw < 0.12 else f"{day}"


def _location(chance: random.Random) -> str:
    return chance.choice([*(f"yard-{number}" for number in range(1, len(WORDS["compounds"]) + 1)), "garden", "road"])


def _log(chance: random.Random, raised: date) -> tuple[list[str], str, date]:
    """Lines of the log, oldest first; the last entry's stage and date."""
    plan = [*WORDS["steps"]][:chance.choice([1, 2, 3, 4, 4, 4, 4])]
    stages = [stage for stage in plan for _ in range(chance.choice([1, 1, 2]))][:5]
    steps = [(stage, chance.choice(WORDS["steps"][stage])) for stage in stages]
    end = chance.choices(["办结", "未解决", "后续未报道", ""], [60, 7, 3, 30])[0]
    ends = [end, "重开", "办结"] if end == "办结" and chance.random() < 0.06 else [end] if end else []
    steps += [(stage, WORDS["ends"][stage]) for stage in ends]
    lines, day, last = [f"  - {raised} 提出: 居民到社区反映，网格员登记并告知办理流程"], raised, "提出"
    for stage, text in steps:
        day += timedelta(days=chance.randrange(3, 40))
        if day > LAST_DAY:
            break
        lines.append(f"  - {day} {stage}: {text}")
        last = stage
    return lines, last, min(day, LAST_DAY)


def _participants(chance: random.Random) -> list[str]:
    if chance.random() < 0.1:
        return []
    kinds = ", ".join(chance.sample(WORDS["kinds"], chance.randrange(2, 6)))
    over60 = f", 六十岁以上: {chance.randrange(5, 12)}" if chance.random() < 0.3 else ""
    return [f"参与方: {{参与类别: [{kinds}], 人数: {chance.randrange(12, 60)}{over60}}}"]


def _followups(chance: random.Random, resolved: date) -> list[str]:
    lines = []
    for days in (chance.randrange(20, 60), chance.randrange(85, 130)):
        day = resolved + timedelta(days=days)
        if day <= LAST_DAY and chance.random() < 0.6:
            result = chance.choices(["有效", "部分", "失效"], [85, 10, 5])[0]
            lines.append(f"  - {day} {result}: 走访周边住户并查看现场，情况已记录")
    return ["回访:", *lines] if lines else []


def _case(chance: random.Random, turn: int, place: int, size: Size) -> str:
    """A case about one of its place's issues: the issues went to the places in turn, and so do the cases."""
    count = len(range(place, size.issues, size.communities))
    about = f"相关议题: i{place + (turn * 7 % count) * size.communities:06}" if count else "位置: garden"
    topic = chance.choice(list(WORDS["matters"]))
    matter, remedy, _ = chance.choice(WORDS["matters"][topic])
    kinds = ", ".join(chance.sample(WORDS["kinds"], 4))
    return f"""\
---
标题: {matter}怎样商量出办法
{about}
主题: {topic}
相关方: [{kinds}]
简介: {matter}，各方多次商量后{remedy}。
经验:
  - 先把事实看清楚，再商量办法
  - 不同意见逐条答复，写进纪要
---

{_story(chance)}"""


def _story(chance: random.Random) -> str:
    """Markdown of about 1 KB in UTF-8."""
    def told(number: int) -> str:
        return "".join(chance.sample(WORDS["sentences"], number))

    return f"""\
## 背景

{told(3)}

## 分歧

- {told(1)}
- {told(1)}

## 过程

{told(3)}

1. {told(1)}
2. {told(1)}

## 结果与后续

{told(2)}
"""


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--issues", default=10_000, show_default=True)
@click.option("--cases", default=1_000, show_default=True)
@click.option("--communities", default=28, show_default=True, type=click.IntRange(1))
@click.option("--towns", default=1, show_default=True, type=click.IntRange(1))
@click.option("--bodies", is_flag=True, help="Give every issue a Markdown body of about 1 KB.")
@click.option("--seed", default=1, show_default=True)
@click.option("--languages", default="zh-Hans", show_default=True, help="Separated by commas, the default first.")
def main(folder: Path, issues: int, cases: int, communities: int, towns: int, bodies: bool, seed: int,
         languages: str) -> None:
    """Write a content folder to measure with."""
    if folder.exists() and any(folder.iterdir()):
        raise click.UsageError(f"{folder} is not empty")
    size = Size(issues, cases, communities, towns, bodies, seed, tuple(languages.split(",")))
    click.echo(f"{write_content(folder, size):,} bytes in {folder}")


if __name__ == "__main__":
    main()
