"""Writes tests/sites/showcase/: an invented town of 28 communities over two years, from showcase-texts.yaml, in English
from showcase-english.yaml.

    python tests/sites/make_showcase.py

The files are its exact output (a test holds that). All that looks like chance is drawn from names, so every run makes
the same town. The story: on 2024-09-12 a showcase finds steps missing, few people under 18, and hardly any follow-ups;
ten communities are trained from October to March; a year later the same numbers are better.
"""

import hashlib
import re
import runpy
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
FOLDER = HERE / "showcase"
TEXTS: dict[str, Any] = yaml.safe_load((HERE / "showcase-texts.yaml").read_text("utf-8"))
ENGLISH: dict[str, Any] = yaml.safe_load((HERE / "showcase-english.yaml").read_text("utf-8"))
PLACES = {name[0]: ENGLISH["places"][key] for key, name in TEXTS["locations"].items()}
"""Name of a location → what it is called in an English sentence."""
PATTERNS = [
    (re.compile(re.escape(chinese).replace(r"\{where\}", "(?P<where>.+)").replace(r"\{n\}", r"(?P<n>\d+)")), said)
    for chinese, said in ENGLISH["patterns"].items()]
"""What texts with a place or a number look like, and what they are in English."""

TOWN = "places/shili-zhen"
COMMUNITIES = list(TEXTS["communities"])
TRAINED = COMMUNITIES[1::3] + COMMUNITIES[-1:]
"""The ten communities that the training is for."""

START, FIRST, SECOND, END = date(2024, 1, 8), date(2024, 9, 12), date(2025, 9, 11), date(2025, 12, 31)
"""The first day, the two showcases, and the day of the report."""

LEARNT = date(2025, 4, 1)
"""From this day on the trained communities work as they were trained."""

GAPS = [
    ("办结之后很少回访", "followup_rate", "", 0.385),
    ("纸鸢社区办结的事没有一件回访过", "followup_rate", "/zhiyuan", 0),
    ("四步不连贯，常缺“定事”", "procedure_complete", "", 0.947),
    ("会上未成年人少", "youth_share", "", 0),
]
"""What the town's officer wrote down on the day of the first showcase: the gap, its statistic, the place, the value."""

PICTURES = {
    "caihong": ("guangchang", "示意图：小广场光秃秃的，四块地砖松动", "示意图：小广场有了树荫、花池、长椅和儿童角"),
    "songguo": ("ludeng", "示意图：夜里的院子，七盏路灯都不亮", "示意图：夜里的院子，七盏路灯都亮着"),
    "yinghuo": ("tingche", "示意图：六辆车乱停，挡住消防通道", "示意图：车停在划好的车位里，消防通道通畅"),
}
"""Community → name of the pair of pictures of its first case (`draw_showcase.py`), and what each of them shows."""

Files = dict[str, str]
"""Path below the content folder → text."""


def files() -> Files:
    """Every file of the town."""
    made: Files = {}
    for part in (site_files(), *map(community_files, COMMUNITIES), practice_files()):
        made.update(part)
    return made


def main() -> None:
    """Writes the town anew."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    for name, text in files().items():
        path = FOLDER / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8", newline="\n")
    runpy.run_path(str(HERE / "draw_showcase.py"))["main"]()


# --- drawing lots from names ------------------------------------------------------------------------------------------


def draw(number: int, *of: object) -> int:
    """A number from 0 to `number` - 1, always the same for the same names."""
    digest = hashlib.sha256("/".join(map(str, of)).encode()).digest()
    return int.from_bytes(digest[:6]) % number


def one_of(choices: list[Any], *of: object) -> Any:
    """One of `choices`."""
    return choices[draw(len(choices), *of)]


def some_of(choices: list[Any], number: int, *of: object) -> list[Any]:
    """So many of `choices`, in their order."""
    ranked = sorted(choices, key=lambda choice: draw(10**9, choice, *of))[:number]
    return [choice for choice in choices if choice in ranked]


# --- from plain data to a file ----------------------------------------------------------------------------------------


class _Indented(yaml.SafeDumper):
    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)  # lists stand below their key, further in

    def ignore_aliases(self, data: Any) -> bool:
        """A day that is written twice is no alias."""
        return True

    def represent_text(self, text: str) -> yaml.ScalarNode:
        return self.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Indented.add_representer(str, _Indented.represent_text)


def record(body: str = "", **keys: Any) -> str:
    """The text of a record; keys that hold nothing are left out. With a body it is a Markdown file."""
    said = {text: translated for text in _texts_in({**keys, "标题": ""}) if (translated := _fill_pattern(text))}
    if said:
        keys["译文"]["en"]["语句"] = said
    text = written({key: value for key, value in keys.items() if value not in (None, "", [], {})})
    return f"---\n{text}---\n{body}" if body else text


def written(tree: Any) -> str:
    """Plain data as YAML."""
    return yaml.dump(tree, Dumper=_Indented, allow_unicode=True, sort_keys=False, width=100)


def english(title: str, **more: Any) -> dict[str, Any]:
    """The translation of a record."""
    return {"en": {"title": title, **more}}


def in_english(text: str) -> str:
    """What a text of the town is in English, with a full stop if it has one."""
    end = "." if text.endswith("。") and text not in ENGLISH["texts"] else ""
    bare = text.removesuffix("。") if end else text
    return (ENGLISH["texts"].get(bare) or _fill_pattern(bare)) + end


def lower_first(text: str) -> str:
    """An English text to go on with in the middle of a sentence."""
    return text[0].lower() + text[1:]


def _fill_pattern(text: str) -> str:
    """A text with a place or a number in English; "" for any other text."""
    for pattern, translated in PATTERNS:
        if match := pattern.fullmatch(text):
            found = match.groupdict()
            said: str = translated.format(place=PLACES.get(found.get("where") or "", ""), n=found.get("n"))
            return said[0].upper() + said[1:]
    return ""


def _texts_in(tree: Any) -> Iterator[str]:
    """Every text in plain data."""
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, dict | list):
        for one in tree.values() if isinstance(tree, dict) else tree:
            yield from _texts_in(one)


def many(value: int, precision: str = "", unit: str = "人") -> dict[str, Any]:
    """A number of people or of things."""
    return {"数值": value, "单位": unit, **({"准确度": precision} if precision else {})}


# --- the site and the town --------------------------------------------------------------------------------------------

STAGES = [
    ("mingshi", "明事", "全面调研", ["调研"], "Clarify"),
    ("yishi", "议事", "多元协商", ["协商"], "Deliberate"),
    ("dingshi", "定事", "集体决定", ["决定"], "Decide"),
    ("chengshi", "成事", "办理和回访", ["实施", "结案", "评估"], "See it through"),
]
NOTICE = "演示网站：示例镇、28个社区和全部记录都是虚构的。"
PRIVACY = "全部内容由程序编写，不涉及任何真实的地方和人。"
ABOUT = """## 记录怎样来

在这个虚构的镇里，社区工作者把居民反映的事、议事会的经过和结果填进表格，每周交到镇里核对，然后公布。
只记参与者的类别和人数，不记姓名。没有写明的，页面照实说没有，谁也不补写。
办结以后90天回访一次，看成果还在不在。

一个数字怎样统计、哪些记录没有计入，写在“统计”里每个数字自己的页面上。公布后改过的地方，写在“更正”里。
"""
ABOUT_IN_ENGLISH = """## How records come about

In this invented town community workers write what residents raise, and how councils met and decided, into a workbook,
which the town checks each week and then publishes. Of those who took part only kinds and numbers are kept, never names.
What nobody wrote down is said to be missing. 90 days after an issue was resolved somebody looks whether the result
lasts.

How a number is counted, and which records it leaves out, stands on its own page under “Statistics”; what was changed
after publication, under “Corrections”.
"""


def site_files() -> Files:
    """site.yaml, the source, a page, the method, the town and its figures."""
    return {
        "site.yaml": record(
            标题="示例镇议事公开", 语言=["zh-Hans", "en"], 公告=NOTICE, 发布单位="示例镇", 许可="CC BY 4.0",
            分享卡片="是",
            联系方式={"邮箱": "yishi@example.org", "电话": "12345"},
            简介="一个虚构的镇：28个社区，两年的议题，两次展演，一次培训，以及之后的变化。",
            译文=english("Example Town in the open", summary="An invented town: 28 communities, two years of matters, "
                         "two showcases, one training, and what has changed since.",
                         语句=_site_texts())),
        "sources.yaml": record(nianbao={
            "标题": "示例镇年度公开报告", "发布单位": "示例镇", "发布日期": date(2025, 12, 30), "说明": "虚构。",
            "译文": english("Yearly report of Example Town")}),
        "pages/about.md": record(
            "**示例镇不存在。** " + PRIVACY + "\n\n" + ABOUT, 标题="关于本站", 顺序=1,
            译文=english("About this site", body="**Example Town does not exist.** A program wrote all records; "
                         "no real place or person is in them.\n\n" + ABOUT_IN_ENGLISH)),
        "methods/sibu.yaml": record(
            名称="四步议事", 简介="明事、议事、定事、成事，四步都要有记录。", 联动=["社区工作者", "网格员", "居民"],
            阶段表=[{"编号": key, "名目": label, "全称": full + label, "核心阶段": core, "必经": "是",
                     "译文": english(translated)} for key, label, full, core, translated in STAGES],
            回访天数=90,
            译文=english("Four steps", summary="Clarify, deliberate, decide, see it through: each is recorded.")),
        f"{TOWN}/place.yaml": record(
            名称="示例镇", 类别="镇", 区划代码="990101001", 应有社区数=28, 工作法="sibu", 热线="12345",
            简介="虚构的镇。28个社区用同一套四步办法议事，每年秋天办一次展演。",
            译文=english("Example Town", summary="An invented town. Its 28 communities deliberate in the same four "
                         "steps; every autumn there is a showcase.")),
        f"{TOWN}/figures.yaml": written([
            {"名目": "推动解决的民生问题", "数值": 160, "单位": "件", "准确度": "超过", "来源": ["nianbao"],
             "时段": {"内容": "两年来"}, "说明": "“推动解决”不等于已办结。",
             "译文": english("livelihood issues moved to resolution")},
            {"名目": "改造的小区", "数值": 40, "单位": "个", "来源": ["nianbao"], "对应统计": "renovated_compounds",
             "译文": english("compounds renovated")},
        ]),
    }


def _site_texts() -> dict[str, str]:
    """The texts that have neither place nor number, in English; those that are results or reopened once more too."""
    texts: dict[str, str] = ENGLISH["texts"]
    results = [matter["result"] for matter in TEXTS["matters"].values()]
    return {**texts, **{result + "。": texts[result] + "." for result in results},
            **{AGAIN + result: f"After further work: {lower_first(texts[result])}" for result in results}}


# --- a community ------------------------------------------------------------------------------------------------------

FORUM_KINDS = [("议事小组", "居民小组", "residents' group"), ("议事厅", "议事厅", "hall"),
               ("邻里议事会", "议事会", "council"), ("云议事", "平台", "platform")]
ISSUES_EACH = 7


def community_files(community: str) -> Files:
    """Everything that one community has written."""
    number = COMMUNITIES.index(community)
    name, translated = TEXTS["communities"][community]
    short, folder = name.removesuffix("社区"), f"{TOWN}/{community}"
    forum, kind, english_kind = FORUM_KINDS[number % 4]
    made = {
        f"{folder}/place.yaml": record(
            名称=name, 类别="社区", 区划代码=f"990101001{number + 1:03}",
            户数=many(600 + 50 * draw(40, community), "约数", "户"),
            简介=f"虚构的社区，议事在“{short}{forum}”进行。", 译文=english(
                f"{translated} Community", summary=f"An invented community; it deliberates in its {english_kind}.")),
        f"{folder}/locations.yaml": written({key: _location(key, draw(30, community, key), number)
                                             for key in TEXTS["locations"]}),
        f"{folder}/forums/yishi.yaml": record(
            名称=f"{short}{forum}", 类别=kind, 成立=2019 + draw(5, community), 成员数=many(9 + draw(12, community)),
            成员类别=some_of(["居民", "党员", "楼院长", "老年人", "物业", "青少年"], 3, community),
            规则="- 每人先说三分钟\n- 说定的事当场写下\n",
            译文=english(f"{translated} {english_kind}", rules="- Everyone speaks for three minutes first\n"
                         "- What is agreed is written down on the spot\n")),
    }
    matters = [matter_of(community, k) for k in range(ISSUES_EACH)]
    for matter in matters:
        made[f"{folder}/issues/{matter.id}.yaml"] = issue_text(matter)
    for k in _meeting_numbers(number):
        made |= meeting_files(matters[k])
    made |= case_files(matters, name, translated)
    return made | (register_files(community) if number % 7 == 0 else {})


def _location(key: str, age: int, number: int) -> dict[str, Any]:
    name, translated, kind, old = TEXTS["locations"][key]
    built = {"老旧": old, "建成年": (1985 if old == "是" else 2005) + age % 12} if old else {}
    row, column = divmod(number, 7)
    spot = list(TEXTS["locations"]).index(key)
    point = [round(100.05 + .012 * column + .0035 * (spot % 3) + .0001 * age, 4),
             round(30.05 - .01 * row - .003 * (spot // 3) - .0001 * (age % 7), 4)]
    return {"名称": name, "类别": kind, **built, "坐标": point, "译文": english(translated)}


# --- a matter: what happened, and its record --------------------------------------------------------------------------


@dataclass(frozen=True)
class Matter:
    """A matter of a community: its kind (a key of the texts), where, and the days of its steps as far as they came."""

    community: str
    number: int
    kind: str
    where: str
    days: dict[str, date]
    ending: str
    trained: bool

    @property
    def id(self) -> str:
        return f"{self.kind}-{self.where}" + (f"-{self.days['raised'].year}" if self.number > 4 else "")

    @property
    def texts(self) -> dict[str, Any]:
        texts: dict[str, Any] = TEXTS["matters"][self.kind]
        return texts

    def say(self, key: str) -> str:
        """The text under `key`, with this matter's place and number."""
        return self.fill(str(self.texts[key]))

    def fill(self, text: str) -> str:
        """`text` with this matter's place and number."""
        return text.format(where=TEXTS["locations"][self.where][0], n=2 + draw(9, self.community, self.number, "n"))

    @property
    def survey(self) -> str:
        """How people were asked."""
        asked: str = one_of(TEXTS["surveys"], self.community, self.number)
        return asked.format(n=12 + draw(70, self.community, self.number, "asked"))

    def kinds(self, number: int, *of: object) -> list[str]:
        """So many kinds of those who took part, residents always among them."""
        first, *others = self.texts["kinds"]
        return [first, *some_of(others, number - 1, self.community, self.number, *of)]


def matter_of(community: str, number: int) -> Matter:
    """The matter of that number: they follow each other by about three months."""
    kinds = list(TEXTS["matters"])
    kind = kinds[(COMMUNITIES.index(community) * 5 + number * 3) % len(kinds)]
    where = one_of(TEXTS["matters"][kind]["where"], community, number, "where")
    raised = START + timedelta(number * 103 + draw(88, community, number, "raised"))
    trained = community in TRAINED and raised >= date(2024, 12, 1)
    ending = _ending(community, number)
    return Matter(community, number, kind, where, _days(community, number, raised, ending), ending, trained)


def _ending(community: str, number: int) -> str:
    lot = draw(20, community, number, "ending")
    return {0: "closed", 1: "stuck", 2: "reopened", 3: "reopened"}.get(lot, "resolved")


def _days(community: str, number: int, raised: date, ending: str) -> dict[str, date]:
    """Step → its day, of those that have happened by the end."""
    days, day = {"raised": raised}, raised
    for step, least, spread in (("明事", 3, 12), ("议事", 6, 16), ("定事", 4, 12), ("成事", 10, 40), ("办结", 3, 12)):
        if ending == "stuck" and draw(6, community, number, step, "stuck") == 0 and len(days) > 1:
            break
        day += timedelta(least + draw(spread, community, number, step))
        if ending == "closed" and step == "成事":
            days["未解决"] = day
            break
        if not (ending == "stuck" and step == "办结"):
            days[step] = day
    if ending == "reopened":
        days["重开"] = day + timedelta(40 + draw(60, community, number))
        if draw(3, community, number, "again"):
            days["再办结"] = days["重开"] + timedelta(12 + draw(30, community, number, "again"))
    return {step: day for step, day in days.items() if day <= END}


def skipped(matter: Matter) -> str:
    """The required step that nobody wrote down, or "": the trained communities left out many before they learnt."""
    weak = matter.community in TRAINED and not matter.trained
    lot = draw(10, matter.community, matter.number, "skipped")
    return ("定事" if lot < 4 else "明事" if lot < 6 else "") if weak else "定事" if lot == 0 else ""


def issue_text(matter: Matter) -> str:
    """The record of a matter."""
    resolved = matter.days.get("再办结") or matter.days.get("办结")
    done = resolved is not None and ("重开" not in matter.days or "再办结" in matter.days)
    texts, lot = matter.texts, draw(6, matter.community, matter.number)
    due = matter.days["定事"] + timedelta(45 + lot * 5) if "定事" in matter.days and lot < 4 else None
    return record(
        标题=matter.say("title"), 主题=texts["topic"], 提出=matter.days["raised"], 位置=matter.where, 议事组织="yishi",
        来源渠道=texts["channel"] if lot else None, 简介=matter.say("problem") + "。", 参与方=_participants(matter),
        原因=texts["causes"], 制约=texts["constraints"], 备选方案=_options(matter), 议定结果=_decision(matter),
        牵头=one_of(["物业", "居委会", "社区工作者", "楼院长"], matter.community, matter.number, "lead"),
        承诺期限=due, 进展=[dict([entry]) for entry in _log(matter)],
        回访=[dict([entry]) for entry in _followups(matter, resolved)] if resolved else None,
        异议=_objections(matter, resolved), 成效=_outcome(matter) if done else None,
        公示={"结果公示日": matter.days["定事"] + timedelta(2)} if "定事" in matter.days and lot % 2 else None,
        未解决原因=one_of(["已转交", "未达成一致", "暂不具备条件"], matter.community, matter.number)
        if "未解决" in matter.days else None,
        便签={"问题标签": texts["topic"]},
        译文=english(_english_title(matter), summary=in_english(matter.say("problem") + "。")))


def _english_title(matter: Matter) -> str:
    return in_english(matter.say("title"))


def _participants(matter: Matter) -> dict[str, Any] | None:
    if "议事" not in matter.days:
        return None
    narrow = matter.community in TRAINED and not matter.trained
    number = 2 if narrow else 3 + draw(3, matter.community, matter.number, "kinds")
    return {"参与类别": matter.kinds(number),
            "人数": many(6 + draw(30, matter.community, matter.number, "heads"))}


def _options(matter: Matter) -> list[dict[str, str]] | None:
    if "议事" not in matter.days:
        return None
    known = "定事" in matter.days
    return [{"内容": option, **({"是否采纳": adopted} if known else {})}
            for option, adopted in zip(matter.texts["options"], matter.texts["adopted"], strict=True)]


def _decision(matter: Matter) -> dict[str, Any] | None:
    if "定事" not in matter.days or skipped(matter) == "定事":
        return None
    rule = one_of(["协商一致", "过半数", "三分之二"], matter.community, matter.number, "rule")
    return {"内容": matter.texts["decision"], "议决规则": rule}


def _log(matter: Matter) -> Iterator[tuple[str, str]]:
    texts = {"raised": matter.say("problem"), "明事": matter.survey, "议事": matter.texts["dispute"],
             "定事": matter.texts["decision"], "成事": matter.texts["work"], "办结": matter.texts["result"],
             "未解决": "商量之后决定暂不办理，原因已向居民说明", "重开": "问题又出现，居民要求再办",
             "再办结": AGAIN + matter.texts["result"]}
    words = {"raised": "提出", "再办结": "办结"}
    for step, day in matter.days.items():
        if step != skipped(matter):
            yield f"{day} {words.get(step, step)}", texts[step]


AGAIN = "补做之后，"
"""What stands before the result of a matter that was reopened."""

FOUND = {"有效": "保持得住，居民没有新意见", "部分": "大体有效，个别地方要补做", "失效": "又回到老样子，已记下再议"}


def _followups(matter: Matter, resolved: date) -> Iterator[tuple[str, str]]:
    """Those who were trained catch up on what they had left."""
    lot = draw(10, matter.community, matter.number, "followup")
    diligent = lot < (9 if matter.trained else 2 if matter.community in TRAINED else 5)
    day = resolved + timedelta(84 + draw(24, matter.community, matter.number, "day"))
    if not diligent and matter.community in TRAINED and lot < 8 and resolved < date(2025, 1, 1):
        diligent, day = True, LEARNT + timedelta(draw(60, matter.community, matter.number, "late"))
    fresh = "重开" not in matter.days or "再办结" in matter.days
    if diligent and fresh and day <= END:
        found = "有效" if lot % 5 else one_of(["部分", "失效", "有效"], matter.community, matter.number, "found")
        yield f"{day} {found}", FOUND[found]


def _objections(matter: Matter, resolved: date | None) -> list[dict[str, Any]] | None:
    if resolved is None or draw(7, matter.community, matter.number, "objection"):
        return None
    kind, text, answer = one_of(TEXTS["objections"], matter.community, matter.number)
    day = min(END, resolved + timedelta(10 + draw(20, matter.community, matter.number, "objected")))
    answered = min(END, day + timedelta(3 + draw(12, matter.community, matter.number, "answered")))
    return [{"日期": day, "由谁": kind, "内容": text, **({"答复": answer, "答复日": answered} if answer else {})}]


def _outcome(matter: Matter) -> dict[str, Any]:
    kept = matter.trained or draw(2, matter.community, matter.number, "mechanism")
    return {"类别": matter.texts["outcome"], "内容": matter.texts["result"] + "。",
            **({"长效机制": matter.texts["mechanism"]} if kept else {}),
            "佐证": one_of([["照片"], ["照片", "实地查看"], ["文件"]], matter.community, matter.number, "evidence")}


# --- meetings ---------------------------------------------------------------------------------------------------------


def _meeting_numbers(community: int) -> list[int]:
    """Of which matters there are minutes."""
    return [1 + community % 2, 4 + community % 2]


def meeting_files(matter: Matter) -> Files:
    """The meeting that talked about `matter`, if it came to one."""
    if "议事" not in matter.days:
        return {}
    day, seed = matter.days["议事"], (matter.community, matter.number, "meeting")
    heads = 15 + draw(25, *seed)
    youth = draw(3, *seed) if day < LEARNT else 2 + draw(6, *seed)
    kinds = matter.kinds(2 if day < FIRST else 3, "meeting")
    precision = "约数" if draw(4, *seed) == 0 else "确数"
    agreed = heads - 6 - draw(5, *seed, "votes")
    people = {"人数": many(heads, precision), "未成年人": youth, "六十岁以上": 3 + draw(heads // 3, *seed)}
    text = record(
        标题=f"商议：{matter.say('title')}", 日期=day, 相关议题=[matter.id], 议事组织="yishi", 会议形式="圆桌",
        方式=one_of(["线下", "线下", "线上线下"], *seed), 地点="社区活动室",
        主持=one_of(["居委会", "楼院长", "社区工作者"], *seed), 参与方={"参与类别": kinds, **people},
        议程=["通报调研结果", "比较两个方案", "定下分工"],
        纪要=f"{matter.texts['dispute']}。会上比较了“{'”和“'.join(matter.texts['options'])}”两个方案。",
        表决=[{"内容": matter.texts["decision"], "赞成": agreed, "反对": draw(4, *seed), "弃权": draw(3, *seed)}],
        行动计划=_actions(matter, day),
        译文=english(f"Meeting: {lower_first(_english_title(matter))}", body=_english_minutes(matter)))
    return {f"{TOWN}/{matter.community}/meetings/{matter.id}.yaml": text}


def _english_minutes(matter: Matter) -> str:
    one, other = map(in_english, matter.texts["options"])
    return f"{in_english(matter.texts['dispute'])}. The meeting compared two options: “{one}” and “{other}”."


def _actions(matter: Matter, day: date) -> list[dict[str, Any]]:
    """Three things to do; when they were done stands in the matter's own record, and some never were."""
    resolved = matter.days.get("再办结") or matter.days.get("办结")
    told = resolved and min(END, resolved + timedelta(draw(9, matter.community, matter.number, "told")))
    followups = list(_followups(matter, resolved)) if resolved else []
    looked = date.fromisoformat(followups[0][0][:10]) if followups else None
    todo = [(matter.texts["work"], "物业", 45, matter.days.get("成事")), ("公示办理结果", "居委会", 60, told),
            ("办结三个月后回访", "网格员", 180, looked)]
    return [{"事项": what, "牵头": lead, "承诺期限": day + timedelta(days), **({"完成日": done} if done else {})}
            for what, lead, days, done in todo]


# --- cases and registers ----------------------------------------------------------------------------------------------


def case_files(matters: list[Matter], name: str, translated: str) -> Files:
    """What the community told at the first showcase, and in twelve of them a second case at the second."""
    made = {f"{TOWN}/{matters[0].community}/cases/anli-2024.md": _case(matters[0], name, translated, "zhanyan-2024")}
    if _tells_twice(matters[0].community):
        made[f"{TOWN}/{matters[0].community}/cases/anli-2025.md"] = _case(matters[4], name, translated, "zhanyan-2025")
    return made


def _tells_twice(community: str) -> bool:
    return COMMUNITIES.index(community) % 7 in (0, 2, 5)


def _case(matter: Matter, name: str, translated: str, event: str) -> str:
    done = "办结" in matter.days and "重开" not in matter.days
    good = f"{matter.texts['result']}。{matter.texts['mechanism']}。"
    after = good if done else "到写下这个案例时，事情还没有完全办好。"
    body = (f"## 背景\n\n{matter.say('problem')}。{'，'.join(matter.texts['causes'])}。\n\n"
            f"## 分歧\n\n{matter.texts['dispute']}。\n\n"
            f"## 过程\n\n{matter.survey}。"
            f"随后比较“{'”和“'.join(matter.texts['options'])}”，最后商定：{matter.texts['decision']}。\n\n"
            f"## 结果与后续\n\n{after}\n")
    stories = TEXTS["stories"]
    return record(
        body, 标题=f"{name}{matter.say('title')}：{matter.texts['decision']}", 相关议题=[matter.id],
        展演=event, 位置=matter.where,
        主题=matter.texts["topic"], 相关方=matter.texts["kinds"][:3],
        参与程度=one_of(["征询", "参与", "协作"], matter.community, matter.number, "case"),
        经验=some_of(stories["lessons"], 2, matter.id, matter.community),
        可推广条件=some_of(stories["transferable"], 2, matter.id, matter.community),
        简介=f"{matter.say('problem')}。商定：{matter.texts['decision']}。",
        图片=list(_pictures(matter.community)) if event == "zhanyan-2024" else None,
        译文=english(f"{translated}, {lower_first(_english_title(matter))}: {_english_decision(matter)}",
                     summary=f"{in_english(matter.say('problem'))}. It was agreed: {_english_decision(matter)}.",
                     body=_english_case(matter, done=done)))


def _english_decision(matter: Matter) -> str:
    return lower_first(in_english(matter.texts["decision"]))


def _english_case(matter: Matter, *, done: bool) -> str:
    """The body of a case in English."""
    causes, texts = map(in_english, matter.texts["causes"]), matter.texts
    one, other = map(in_english, texts["options"])
    after = (f"{in_english(texts['result'])}. {in_english(texts['mechanism'])}." if done
             else "When this was written the matter was not wholly settled yet.")
    return (f"## Background\n\n{in_english(matter.say('problem'))}. {'. '.join(causes)}.\n\n"
            f"## Disagreement\n\n{in_english(texts['dispute'])}.\n\n"
            f"## Course\n\n{in_english(matter.survey)}. "
            f"Then “{one}” and “{other}” were compared, and it was agreed: {_english_decision(matter)}.\n\n"
            f"## Result and what followed\n\n{after}\n")


def _pictures(community: str) -> Iterator[dict[str, str]]:
    if community in PICTURES:
        name, before, after = PICTURES[community]
        yield {"文件": f"{name}-before.png", "图片说明": before, "时点": "之前"}
        yield {"文件": f"{name}-after.png", "图片说明": after, "时点": "之后"}


def register_files(community: str) -> Files:
    """The plots of the green that residents look after."""
    items: list[dict[str, Any]] = []
    for number in range(1, 9):
        lot = draw(10, community, number, "plot")
        taken = {"claimed": "是", "claimed_on": date(2025, 3, 12) + timedelta(lot * 20),
                 "claimant": one_of(["家庭", "家庭", "小组", "单位"], community, number),
                 "check_on": date(2025, 10, 1) + timedelta(lot * 15),
                 "state": one_of(["长势好", "要补苗", "待浇水"], community, number)}
        state = taken if lot < 7 else {"claimed": "否"}
        items.append({"code": f"G{number}", "kind": "花池" if number % 2 else "草坪", **state})
    return {f"{TOWN}/{community}/registers/renyang.yaml": record(
        标题="三角绿地认养", 规则="- 认养一年\n- 每季检查一次\n", 登记项=items,
        译文=english("Plots of the Triangle Green", rules="- An adoption is for a year\n"
                     "- Each plot is checked every quarter\n"))}


# --- the showcases, the reviews, the training -------------------------------------------------------------------------

REVIEWERS = [("专家", "示例社会治理学院"), ("总干事", "示例社工中心"), ("副镇长", "示例镇")]
RATINGS = ["达到", "部分达到", "未达到"]


def practice_files() -> Files:
    """What the town as a whole has written."""
    made = {f"{TOWN}/events/zhanyan-{day.year}.yaml": event_text(day) for day in (FIRST, SECOND)}
    for community in COMMUNITIES:
        made |= review_files(community)
    for number, (role, organisation) in enumerate(REVIEWERS):
        made[f"{TOWN}/reviews/zhanyan-2025-{number + 1}.yaml"] = _second_review(number, role, organisation)
    made |= {f"{TOWN}/plans/peixun-2024.yaml": plan_text(), f"{TOWN}/plans/peixun-2025.yaml": _second_plan()}
    return made | town_meeting_files()


def event_text(day: date) -> str:
    """A showcase: four groups of seven, two in the morning, two in the afternoon."""
    groups = [{"名目": f"第{'一二三四'[number]}组", "场次": "上午" if number < 2 else "下午",
               "展演内容": [_presentation(community, day.year) for community in COMMUNITIES[number * 7:number * 7 + 7]]}
              for number in range(4)]
    first = day == FIRST
    text = "每个社区讲一件事，三位点评人看三点：流程是否规范、主体是否多元、成果是否长效。\n"
    return record(
        标题=f"示例镇{day.year}年议事展演", 日期=day, 类别="展演",
        目的="看清差距" if first else "看一年来差距有没有缩小", 分组=groups,
        出席=many(210 if first else 260, "约数"), 简介="28个社区分四组上台，讲自己议过的一件事。", 正文=text,
        译文=english(f"Showcase of Example Town {day.year}",
                     summary="28 communities in four groups each told of one matter they had deliberated.",
                     body="Three reviewers looked at three points: is the procedure regular, are the participants "
                          "diverse, do the results last.\n"))


def _presentation(community: str, year: int) -> dict[str, str]:
    told = "anli-2025" if year == 2025 and _tells_twice(community) else "anli-2024"
    return {"地方": community, "案例": f"{TOWN}/{community}/cases/{told}",
            "形式": one_of(TEXTS["stories"]["formats"], community, year) if told.endswith(str(year)) else "回头看"}


def review_files(community: str) -> Files:
    """Two reviewers share the three criteria of each case of the first showcase: 84 ratings in all."""
    number = COMMUNITIES.index(community)
    shares = [(["procedure", "diversity"], REVIEWERS[number % 3]), (["lasting"], REVIEWERS[(number + 1) % 3])]
    made = {}
    for keys, (role, organisation) in shares:
        ratings = {key: _rating(community, key) for key in keys}
        made[f"{TOWN}/{community}/reviews/zhanyan-2024-{keys[0]}.yaml"] = record(
            标题=f"{role}点评{TEXTS['communities'][community][0]}", 对象=f"{TOWN}/{community}/cases/anli-2024",
            日期=FIRST, 点评人身份=role, 点评人单位=organisation,
            评价标准=[{"标准": key, "评级": rating, "发现": one_of(TEXTS["findings"][key][rating], community),
                       "佐证": "议题记录"} for key, rating in ratings.items()],
            建议=[_advice(community, key) for key, rating in ratings.items() if rating != "达到"],
            译文=english(f"Review of {TEXTS['communities'][community][1]} Community"))
    return made


def _rating(community: str, key: str) -> str:
    """What the records of the case showed on the day: its steps, its kinds of people, what keeps the result."""
    matter = matter_of(community, 0)
    if key == "procedure":
        return "未达到" if skipped(matter) else RATINGS[draw(2, community, key)]
    if key == "diversity":
        kinds = (_participants(matter) or {"参与类别": []})["参与类别"]
        return {4: "达到", 5: "达到", 3: "部分达到"}.get(len(kinds), "未达到")
    resolved = matter.days.get("再办结") or matter.days.get("办结")
    looked = resolved and any(line[:10] <= str(FIRST) for line, _ in _followups(matter, resolved))
    return "达到" if looked else "部分达到" if "长效机制" in _outcome(matter) else "未达到"


def _advice(community: str, key: str) -> dict[str, Any]:
    """A recommendation: answered and done in time, done late, answered only, or without an answer."""
    lot, due = draw(8, community, key, "advice"), date(2025, 3, 31)
    advice: dict[str, Any] = {"内容": TEXTS["advice"][key]}
    done = due + timedelta(lot * 12 - 70) if lot > 2 else None
    first = date(2024, 10, 8) + timedelta(draw(40, community, key, "answered"))
    if done and lot % 2:
        advice |= {"回应": TEXTS["replies"]["done"], "回应日": done, "承诺期限": due}
    elif lot:
        advice |= {"回应": one_of(TEXTS["replies"]["first"], community, key), "回应日": first, "承诺期限": due}
    if done:
        advice["完成日"] = done
    return advice | ({"计划": "peixun-2024"} if community in TRAINED else {})


SEEN_A_YEAR_LATER = {"procedure": "环节比去年连得上，记录也全", "diversity": "会上的未成年人多了，还不够",
                     "lasting": "去年的事今年有人回去看"}


def _second_review(number: int, role: str, organisation: str) -> str:
    key, seen = list(SEEN_A_YEAR_LATER.items())[number]
    return record(
        标题=f"{role}点评2025年展演", 对象="zhanyan-2025", 点评人身份=role, 点评人单位=organisation,
        评价标准=[{"标准": key, "发现": seen}],
        建议=[{"内容": TEXTS["advice"][key], "承诺期限": date(2026, 6, 30)}],
        译文=english("Review of the showcase 2025"))


def plan_text() -> str:
    """The training that answers the first showcase."""
    sessions = [(2024, 10, 17, "案例教学：一件事的四步记录"), (2024, 11, 14, "实操：开一次有反对意见的会"),
                (2024, 12, 12, "案例教学：定事之后怎样公示"), (2025, 1, 9, "实操：请未成年人来议事"),
                (2025, 2, 20, "案例教学：三个月后的回访"), (2025, 3, 20, "实操：到现场回访并写下结果")]
    return record(
        标题="2024年冬春议事培训", 来自=[f"{TOWN}/{community}/reviews/zhanyan-2024-lasting" for community in TRAINED],
        差距=[*({"内容": text, "统计": key, "涉及地方": [TOWN + place], "当时数值": value}
                for text, key, place, value in GAPS), {"内容": "案例讲得热闹，经验写得少"}],
        涉及地方=[f"{TOWN}/{community}" for community in TRAINED], 形式=["案例教学", "实操"],
        课次=[{"日期": date(year, month, day), "主题": topic, "出席": many(32 + draw(12, topic))}
              for year, month, day, topic in sessions], 状态="已完成",
        简介="针对第一次展演看到的差距：十个社区，六次课，一半讲案例，一半动手做。",
        译文=english("Training in the winter of 2024", summary="It answers the gaps of the first showcase: ten "
                     "communities, six sessions, half case teaching, half hands-on practice."))


def _second_plan() -> str:
    return record(标题="请未成年人来议事", 来自=["zhanyan-2025-2"], 差距=[{"内容": "未成年人仍然不多"}],
                  涉及地方=[TOWN], 形式=["实操"], 状态="进行中",
                  课次=[{"日期": date(2026, 1, 22), "主题": "把会开到学校去"}],
                  译文=english("Bringing under-18s in"))


def town_meeting_files() -> Files:
    """Four meetings of the town's communities, and those that are still to come."""
    made = {}
    for day, title, translated in ((date(2024, 9, 26), "看展演找差距", "What the showcase showed"),
                                   (date(2025, 4, 10), "培训之后", "After the training"),
                                   (date(2025, 9, 25), "一年之后再看", "A year later"),
                                   (date(2026, 1, 15), "新一年议什么", "What to deliberate next")):
        people = {"参与类别": ["社区工作者", "街镇", "社会组织"], "人数": many(56)} if day <= END else None
        made[f"{TOWN}/meetings/lianxi-{day}.yaml"] = record(
            标题=title, 日期=day, 时间="14:00-16:00" if day > END else None,
            会议形式="联席会", 方式="线下", 主持="街镇", 参与方=people,
            议程=["各社区通报", "商量下一步"], 译文=english(translated))
    for community in COMMUNITIES[2::6]:
        made[f"{TOWN}/{community}/meetings/xiayici.yaml"] = record(
            标题="下一次议事会", 日期=date(2026, 1, 8 + draw(12, community)), 时间="19:00-20:30", 议事组织="yishi",
            地点="社区活动室", 议程=["没有办完的事", "新提出的事"], 译文=english("The next meeting"))
    return made


if __name__ == "__main__":
    main()
