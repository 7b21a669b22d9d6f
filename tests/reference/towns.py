"""Random invented towns: everything that the content model allows and that a statistic may stumble over."""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from . import words
from .read import as_count
from .writing import Writer

FIRST, LAST = date(2024, 5, 1), date(2026, 4, 30)
"""Between these days lies what happens; some of it after every day of the report."""
DAYS = (date(2025, 6, 30), date(2025, 12, 31))
"""Days of the report."""
TURNS = (-1, 0, 1, 60, 61, 90, 120)
"""So many days before the day of the report something turns: it is stale, due, or due for long."""
NAMES = ("Kite", "Teapot", "Lantern", "Acorn", "Thimble", "Button", "Pebble", "Marble", "Ribbon", "Whistle", "Feather")
STAGE_LABELS = ("听事", "问事", "议办", "定办", "落办", "回看", "评办")
KINDS = tuple(words.STAKEHOLDERS.values())
Data = dict[str, Any]
KIND_LABELS = {"place": words.PLACES, "locations": words.LOCATIONS, "issues": words.OUTCOMES, "cases": words.OUTCOMES}
TOPIC = {"zh-Hans": "大件垃圾", "en": "Bulky items"}
SEASON = {"zh-Hans": "纸鸢信箱", "en": "Kite box"}


@dataclass
class Town:
    """An invented town, file by file, as data; `seed` makes it the same again."""

    seed: int
    files: dict[str, Data | list[Data]] = field(default_factory=dict)
    suffixes: dict[str, str] = field(default_factory=dict)
    number: int = 0

    def __post_init__(self) -> None:
        """Fill the town."""
        self.rng = random.Random(self.seed)
        self.files["site"] = self._site()
        self.files["sources"] = {"s1": {"title": "An invented report", "published": "2025-01"}}
        self.methods = [self._add_method(number) for number in range(self.rng.randint(1, 2))]
        self.places: list[str] = []
        self._add_places()
        for _ in range(self.rng.randint(14, 34)):
            self.add_issue()
        for add, most in self._others():
            for _ in range(self.rng.randint(0, most)):
                add()
        for _ in range(self.rng.choice((0, 0, 1, 2))):
            self._withdraw()

    def _others(self) -> tuple[tuple[Callable[[], None], int], ...]:
        return (
            (self.add_meeting, 10), (self._add_event, 3), (self._add_case, 6), (self._add_register, 3),
            (self._add_forum, 2), (self._add_review, 4), (self._add_plan, 1), (self._add_figures, 2),
        )  # fmt: skip

    # --- chances ---

    def chance(self, likelihood: float) -> bool:
        """Whether something happens that happens so often."""
        return self.rng.random() < likelihood

    def some(self, values: tuple[str, ...] | list[str], most: int) -> list[str]:
        """One to so many of the values, in random order."""
        return self.rng.sample(values, min(len(values), self.rng.randint(1, most)))

    def next_id(self, letter: str) -> str:
        """An id that no other record has."""
        self.number += 1
        return f"{letter}{self.number}"

    def day(self, first: date = FIRST, last: date = LAST) -> date:
        """A day between two days; now and then one on which something falls due on a day of the report."""
        turns = [report - timedelta(days=days) for report in DAYS for days in TURNS]
        turns = [day for day in turns if first <= day <= last]
        if turns and self.chance(0.2):
            return self.rng.choice(turns)
        return first + timedelta(days=self.rng.randint(0, max(0, (last - first).days)))

    # --- dates as people write them ---

    def write_day(self, day: date) -> str:
        """An exact day."""
        forms = (f"{day}", f"{day}", f"{day.year}年{day.month}月{day.day}日", f"{day.year}/{day.month}/{day.day}")
        return self.rng.choice(forms)

    def write_when(self, day: date, vague: float = 0.3) -> str:
        """A date of some precision around a day."""
        if not self.chance(vague):
            return self.write_day(day)
        quarter = (day.month - 1) // 3 * 3 + 1
        vaguely = (
            f"{day:%Y-%m}", f"{day.year}年{day.month}月", f"{day.year}", f"by {day}", f"不晚于 {day}",
            f"by {day:%Y-%m}", f"不晚于 {day.year}年{day.month}月", f"by {day.year}",
            f"about {day}", f"{day:%Y-%m}~", f"约 {day.year}", f"{day}/{day + timedelta(days=4)} (开了几天)",
            f"{day:%Y-%m}-01..{day}（月初）", f"{day:%Y}-{quarter:02}..{day:%Y}-{quarter + 2:02}",
            f"{day:%Y-%m}/{day.year + 1}-02", f"约 {day - timedelta(days=3)}..{day}",
            f"about {day:%Y-%m}/{day.year + 1}-02",
        )  # fmt: skip
        return self.rng.choice((*vaguely, "unknown", "未知"))

    # --- the site, methods and places ---

    def _site(self) -> Data:
        site: Data = {"title": "An invented district", "languages": ["en", "zh-Hans"] if self.chance(0.2) else ["en"]}
        if self.chance(0.5):
            site["topics"] = {"groups": {"street": {"en": "Street"}}, "values": {"bulky": {"group": "street", **TOPIC}}}
        if self.chance(0.4):
            site["channels"] = {"values": {"kite_box": dict(SEASON)}}
        return site

    @property
    def topics(self) -> list[str]:
        """The topics that the town knows."""
        site = self.files["site"]
        return [*words.TOPICS.values(), *(["bulky"] * 4 if "topics" in site else [])]

    @property
    def channels(self) -> list[str]:
        """The channels that the town knows."""
        return [*words.CHANNELS.values(), *(["kite_box"] if "channels" in self.files["site"] else [])]

    def _add_method(self, number: int) -> str:
        name = f"method-{number}"
        method: Data = {"name": f"Way {number}", "levels": [{"id": "one", "label": "One"}]}
        if self.chance(0.8):
            labels = self.rng.sample(STAGE_LABELS, self.rng.randint(3, 6))
            method["stages"] = [self._stage(index, label) for index, label in enumerate(labels)]
        if self.chance(0.7):
            method["followup_days"] = str(self.rng.choice((1, 5, 10, 13, 14, 30, 30, 60, 90)))
        self.files[f"methods/{name}"] = method
        return name

    def _stage(self, index: int, label: str) -> Data:
        first = self.rng.randint(0, 6)
        phases = list(words.PHASES[first : first + self.rng.randint(1, 3)])
        self.rng.shuffle(phases)
        stage: Data = {"id": f"step-{index}", "label": label, "core": phases}
        if self.chance(0.4):
            stage["full_label"] = f"第{'一二三四五六'[index]}步{label}"
        if self.chance(0.8):
            stage["required"] = self.rng.choice(("yes", "yes", "no"))
        if index and self.chance(0.2):
            stage["verified"] = self.rng.choice(("no", "no", "yes"))
        return stage

    def _add_places(self) -> None:
        for district in range(self.rng.randint(1, 2)):
            top = self._add_place(f"places/d{district}", "district")
            for town in range(self.rng.randint(1, 2)):
                middle = self._add_place(f"{top}/t{town}", "town")
                for community in range(self.rng.randint(0, 3)):
                    self._add_place(f"{middle}/c{community}", "community")

    def _add_place(self, path: str, kind: str) -> str:
        name = f"{self.rng.choice(NAMES)} {len(self.places)}"
        place: Data = {"name": name, "kind": kind}
        if self.chance(0.4 if kind != "community" else 0.05):
            place["expected_communities"] = str(self.rng.randint(0, 6))
        if self.places and self.chance(0.04):
            place["draft"] = "yes"
        if self.chance(0.5 if kind != "community" else 0.2):
            place["method"] = self.rng.choice(self.methods)
        self.files[f"{path}/place"] = place
        if kind == "community" or self.chance(0.2):
            self.files[f"{path}/locations"] = {f"l{number}": self._location(number) for number in range(3)}
        self.places.append(path)
        return path

    def _location(self, number: int) -> Data:
        kind = self.rng.choice(("compound", "compound", "public_space", "public_space", "green_plot", "road"))
        return {"name": f"{self.rng.choice(NAMES)} corner {number}", "kind": kind}

    def _place(self) -> str:
        """A place for a record: mostly a community; every third one is silent, or nearly so."""
        deep = [place for place in self.places[::-1] if place.count("/") > 2]
        spoken = [place for number, place in enumerate(deep) if number % 3 or self.chance(0.05)]
        return self.rng.choice(spoken if spoken and self.chance(0.8) else self.places)

    def _method_of(self, place: str, method: str | None) -> str | None:
        """The method that holds in a place, where a record names none."""
        while method is None and "/" in place:
            method = self._of(f"{place}/place").get("method")
            place = place.rpartition("/")[0]
        return method

    def _stages_of(self, place: str, method: str | None) -> list[str]:
        """What the stages of the method that holds in a place may be called."""
        stages = self._of(f"methods/{self._method_of(place, method)}").get("stages")
        if stages is None:
            return [*words.PHASES, *words.PHASE_LABELS]
        shown = [stage for stage in stages if stage.get("verified") != "no"]
        return [name for stage in shown for key in ("id", "label", "full_label") if (name := stage.get(key))]

    def _of(self, path: str) -> Data:
        data = self.files.get(path, {})
        assert isinstance(data, dict)
        return data

    # --- issues ---

    def paths(self, folder: str) -> list[str]:
        """The paths of all records in folders of a name."""
        return [path for path in self.files if path.split("/")[-2:-1] == [folder]]

    def add_issue(self) -> None:
        """One issue more."""
        place = self._place()
        path = f"{place}/issues/{self.next_id('i')}"
        self.files[path] = self._issue(place, path)
        self.suffixes[path] = self.rng.choice(("yaml", "yaml", "yml", "md"))

    def _issue(self, place: str, path: str) -> Data:
        raised = self.day()
        issue: Data = {"title": f"Matter {path.rpartition('/')[2]}", "topic": self._topic()}
        issue["raised"] = self.write_when(raised)
        issue |= self._optional(
            method=(0.15, lambda: self.rng.choice(self.methods)),
            channel=(0.6, lambda: self.rng.choice(self.channels)),
            participants=(0.6, self._participants),
            due=(0.4, lambda: self.write_day(self.day(raised))),
            outcome=(0.5, self._outcome),
            location=(0.5, lambda: self._location_ref(place)),
            duplicate_of=(0.15, lambda: self._earlier(path)),
            derived_from=(0.08, lambda: self._earlier(path)),
            draft=(0.08, lambda: self.rng.choice(("yes", "yes", "no"))),
            basis=(0.2, lambda: self.rng.choice(("press", "press", "own"))),
            level=(0.05, lambda: "one" if issue.get("method") else None),
        )
        issue |= self._optional(decision=(0.3, lambda: self._ballot(issue)))
        issue["log"], ended = self._log(raised, self._stages_of(place, issue.get("method")))
        if "closed" in [word for word, _ in ended]:
            issue["close_reason"] = self.rng.choice(list(words.CLOSE_REASONS.values()))
        if ended and self.chance(0.7):
            due_in = int(self._of(f"methods/{self._method_of(place, issue.get('method'))}").get("followup_days", 90))
            issue["followups"] = [
                self._followup(self.rng.choice(ended)[1], due_in) for _ in range(self.rng.randint(1, 3))
            ]
        return issue

    def _optional(self, **values: tuple[float, Callable[[], Any]]) -> Data:
        made = {key: make() for key, (likelihood, make) in values.items() if self.chance(likelihood)}
        return {key: value for key, value in made.items() if value is not None}

    def _topic(self) -> str | list[str]:
        topics = self.some(sorted(set(self.topics)), 3)
        return topics[0] if len(topics) == 1 and self.chance(0.5) else topics

    def _participants(self) -> Data:
        participants: Data = {}
        if self.chance(0.8):
            participants["kinds"] = self.some(KINDS, 4)
        if self.chance(0.75):
            most = self.rng.choice((0, 4, 12, 40, 40))
            people = self.rng.randint(0, most)
            young = self.rng.randint(0, people)
            exact = self.chance(0.7)
            participants["headcount"] = str(people) if exact else self._about(people)
            participants |= {"under18": str(young)} if self.chance(0.7) else {}
            participants |= {"over60": str(self.rng.randint(0, people - young))} if self.chance(0.7) else {}
        elif self.chance(0.3):
            participants["under18"] = str(self.rng.randint(0, 6))
            participants |= {"headcount": {"precision": "unknown"}} if self.chance(0.3) else {}
        return participants

    def _ballot(self, record: Data) -> Data:
        """Votes, often of all who took part, so that the headcount tells more than it should."""
        people = as_count(record.get("participants", {}).get("headcount"))
        everyone = people if people is not None and self.chance(0.8) else self.rng.randint(0, 30)
        against, abstain = (self.rng.randint(0, 6) for _ in range(2))
        votes = {"for": max(everyone - against - abstain, 0), "against": against, "abstain": abstain}
        return {name: str(number) for name, number in votes.items() if name == "for" or self.chance(0.9)}

    def _about(self, people: int) -> Data:
        return {"value": str(people), "precision": self.rng.choice(("about", "over", "at_least", "exact"))}

    def _outcome(self) -> Data:
        kind = self.rng.choice(("facility_renovation", "facility_renovation", "micro_renewal", "service"))
        return {"kind": kind} | self._optional(mechanism=(0.5, lambda: "A round every month"))

    def _location_ref(self, place: str) -> str | None:
        if f"{place}/locations" in self.files and self.chance(0.8):
            return f"l{self.rng.randint(0, 2)}"
        others = [path for path in self.files if path.endswith("/locations")]
        return f"{self.rng.choice(others)}/l{self.rng.randint(0, 2)}" if others else None

    def _earlier(self, path: str) -> str | None:
        """Another issue, always one of a lower number, so that there is no circle."""
        number = int(path.rpartition("/")[2][1:])
        others = [other for other in self.paths("issues") if int(other.rpartition("/")[2][1:]) < number]
        return self._ref(self.rng.choice(others), path) if others else None

    def _ref(self, path: str, place: str) -> str:
        """A record as another one in the same district may name it: by its id, or by its path."""
        near = path.split("/")[1] == place.split("/")[1]
        return path.rpartition("/")[2] if near and self.chance(0.5) else path

    def _log(self, raised: date, stages: list[str]) -> tuple[list[Any], list[tuple[str, date]]]:
        """A log of 1-8 entries, and what ended or reopened the matter when."""
        log: list[Any] = []
        ended: list[tuple[str, date]] = []
        day = raised
        if self.chance(0.05):
            log.append(self._entry(self.rng.choice(stages), day - timedelta(days=self.rng.randint(1, 40))))
        if self.chance(0.6):
            log.append(self._entry("raised", day))
        for _ in range(self.rng.randint(0 if log else 1, 6)):
            day = self.day(day, day + timedelta(days=self.rng.choice((0, 1, 7, 20, 45, 200))))
            word = self._word(stages, ended)
            ended += [(word, day)] if word in ("resolved", "closed", "reopened", "not_reported") else []
            log.append(self._entry(word, day))
        return log, ended

    def _word(self, stages: list[str], ended: list[tuple[str, date]]) -> str:
        last = ended[-1][0] if ended else ""
        if last in ("resolved", "closed") and self.chance(0.4):
            return "reopened"
        if self.chance(0.4):
            return self.rng.choice(("resolved", "resolved", "resolved", "closed", "not_reported", "reopened"))
        return self.rng.choice(stages)

    def _entry(self, word: str, day: date) -> Any:
        when = "" if self.chance(0.12) else self.write_when(day, 0.25)
        labels = [label for label, reserved in words.RESERVED.items() if reserved == word]
        name = self.rng.choice(labels or [word])
        if self.chance(0.4):
            entry = {"date": when} if when else {}
            entry |= {"by": self.rng.choice(KINDS)} if self.chance(0.3) else {}
            return {"stage": name, "text": "Something was done", **entry}
        head = f"{when} {name}".strip()
        return f"{head}：已有安排" if self.chance(0.5) else {head: "Something was done"}

    def _followup(self, ended: date, due_in: int) -> Any:
        offsets = (-9, -5, 0, 0, 1, 10, due_in - 15, due_in - 14, due_in - 13, due_in, due_in + 40)
        day = self.write_day(ended + timedelta(days=self.rng.choice(offsets)))
        result = self.rng.choice(("holds", "holds", "holds", "partly", "failed", "有效", "部分", "失效"))
        if self.chance(0.5):
            return {"date": day, "result": result}
        return f"{day} {result}：看过了" if self.chance(0.5) else {f"{day} {result}": "seen"}

    # --- other records ---

    def add_meeting(self) -> None:
        """One meeting more."""
        place = self._place()
        day = self.day()
        meeting: Data = {"title": "A meeting", "date": self.write_when(day, 0.15)}
        meeting |= self._optional(
            issues=(0.8, lambda: self._issue_refs(place)),
            participants=(0.75, self._participants),
            actions=(0.5, lambda: [self._action(day) for _ in range(self.rng.randint(1, 3))]),
            mode=(0.3, lambda: self.rng.choice(("in_person", "online", "mixed"))),
            draft=(0.08, lambda: "yes"),
            basis=(0.1, lambda: "press"),
        )
        meeting |= self._optional(votes=(0.4, lambda: [{"text": "A plan"} | self._ballot(meeting)]))
        self.files[f"{place}/meetings/{self.next_id('m')}"] = meeting

    def _issue_refs(self, place: str) -> list[str]:
        return [self._ref(path, place) for path in self.some(self.paths("issues"), 4)]

    def _action(self, day: date) -> Data:
        due = self.day(day, day + timedelta(days=90))
        done = due + timedelta(days=self.rng.choice((-30, -1, 0, 0, 1, 20)))
        action: Data = {"what": "Look again", "lead": self.rng.choice(KINDS)}
        return action | self._optional(
            due=(0.85, lambda: self.write_day(due)), done_on=(0.7, lambda: self.write_day(done))
        )

    def _add_case(self) -> None:
        place = self._place()
        start = self.day()
        location = self._location_ref(place) if self.chance(0.3) else None
        case: Data = {"title": "A case"}
        case |= {"location": location} if location else {"issues": self._issue_refs(place)}
        case |= self._optional(
            event=(0.4, lambda: self.rng.choice(self.paths("events") or [None])),
            dates=(0.7, lambda: {"start": self.write_when(start), "end": "unknown"}),
            draft=(0.1, lambda: "yes"),
            basis=(0.2, lambda: "press"),
        )
        path = f"{place}/cases/{self.next_id('k')}"
        self.files[path] = case
        self.suffixes[path] = self.rng.choice(("md", "yaml"))

    def _add_register(self) -> None:
        items = [self._item(number) for number in range(self.rng.randint(1, 5))]
        register: Data = {"title": "Plots"}
        register |= {"items": items} if self.chance(0.8) else {"summary": {"claimed": "15", "offered": "unknown"}}
        register |= self._optional(draft=(0.1, lambda: "yes"))
        self.files[f"{self._place()}/registers/{self.next_id('r')}"] = register

    def _item(self, number: int) -> Data:
        item: Data = {"code": f"P{number}"}
        item |= self._optional(claimed=(0.8, lambda: self.rng.choice(("yes", "no"))))
        is_claimed = item.get("claimed") == "yes"
        return item | self._optional(claimed_on=(0.5 if is_claimed else 0, lambda: self.write_day(self.day())))

    def _add_forum(self) -> None:
        self.files[f"{self._place()}/forums/{self.next_id('f')}"] = {"name": "A circle", "kind": "council"}

    def _add_event(self) -> None:
        event: Data = {"title": "A showcase", "date": self.write_when(self.day())}
        self.files[f"{self._place()}/events/{self.next_id('e')}"] = event

    def _add_review(self) -> None:
        targets = [*self.paths("events"), *self.paths("cases"), *self.places]
        review: Data = {"target": self.rng.choice(targets), "recommendations": [{"text": "Go on"}]}
        review |= self._optional(date=(0.5, lambda: self.write_when(self.day())))
        self.files[f"{self._place()}/reviews/{self.next_id('v')}"] = review

    def _add_plan(self) -> None:
        self.files[f"{self._place()}/plans/{self.next_id('p')}"] = {"title": "A plan", "status": "planned"}

    def _add_figures(self) -> None:
        figure: Data = {"label": "Matters", "value": "12", "source": ["s1"]}
        self.files[f"{self._place()}/figures"] = [figure | self._optional(matches=(0.5, lambda: "issues"))]

    # --- changing it ---

    def edit(self) -> str:
        """Change something, as people do between two builds; says what."""
        change = self.rng.choice(self._changes())
        what = change()
        for add in (self.add_issue, self.add_meeting):
            if self.chance(0.4):
                add()
        return what

    def _changes(self) -> tuple[Callable[[], str], ...]:
        return (
            self._reroll, self._remove, self._withdraw, self._turn_draft, self._turn_place, self._expect_others,
            self._other_days,
        )  # fmt: skip

    def _withdraw(self) -> str:
        """Take a location or another record back, if there is one an issue that others repeat: they are counted from
        now on."""
        records = [path for folder in ("issues", "meetings", "cases", "events") for path in self.paths(folder)]
        repeated = {str(self._of(path).get("duplicate_of", "")).rpartition("/")[2] for path in self.paths("issues")}
        originals = [path for path in records if path.rpartition("/")[2] in repeated]
        spaces = [path for path in self.files if path.endswith("/locations") and len(self._of(path)) > 1]
        if spaces and self.chance(0.3):
            folder = self.rng.choice(spaces)
            path = f"{folder}/{(name := self.rng.choice([*self._of(folder)]))}"
            del self._of(folder)[name]
        else:
            path = self.rng.choice(originals if originals and self.chance(0.6) else records)
            del self.files[path]
        taken_back = self.files.setdefault("withdrawn", [])
        assert isinstance(taken_back, list)
        taken_back.append({"path": path, "date": self.write_day(self.day()), "why": "It was told twice"})
        return f"withdrew {path}"

    def _turn_place(self) -> str:
        path = self.rng.choice(self.places[1:] or self.places)
        data = self._of(f"{path}/place")
        if data.pop("draft", None) is None and path in self.places[1:]:
            data["draft"] = "yes"
        return f"draft or not: {path}"

    def _reroll(self) -> str:
        path = self.rng.choice(self.paths("issues"))
        self.files[path] = self._issue(path.rpartition("/issues/")[0], path)
        return f"rewrote {path}"

    def _remove(self) -> str:
        said = json.dumps(list(self.files.values()))
        records = [*self.paths("issues"), *self.paths("meetings")]
        free = [path for path in records if f'{path.rpartition("/")[2]}"' not in said]
        path = self.rng.choice(free) if free else ""
        self.files.pop(path, None)
        return f"removed {path}"

    def _turn_draft(self) -> str:
        path = self.rng.choice([*self.paths("issues"), *self.paths("meetings")])
        data = self._of(path)
        if data.pop("draft", None) is None:
            data["draft"] = "yes"
        return f"draft or not: {path}"

    def _expect_others(self) -> str:
        path = self.rng.choice(self.places)
        self._of(f"{path}/place")["expected_communities"] = str(self.rng.randint(0, 5))
        return f"other number expected: {path}"

    def _other_days(self) -> str:
        path = self.rng.choice(self.methods)
        self._of(f"methods/{path}")["followup_days"] = str(self.rng.randint(1, 100))
        return f"other followup_days: {path}"

    # --- writing it ---

    def write(self, folder: Path) -> None:
        """Write the town's files, and remove what it has no more; unchanged files stay untouched."""
        texts = {self._file(path): self._text(path, data) for path, data in self.files.items()}
        for file in folder.rglob("*"):
            if file.is_file() and file.relative_to(folder).as_posix() not in texts:
                file.unlink()
        for name, text in texts.items():
            file = folder / name
            if not file.exists() or file.read_text(encoding="utf-8") != text:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text, encoding="utf-8")

    def _file(self, path: str) -> str:
        return f"{path}.{self.suffixes.get(path, 'yaml')}"

    def _text(self, path: str, data: Data | list[Data]) -> str:
        """A file's text; its style follows from the seed and its path, so that it stays from edit to edit."""
        rng = random.Random(f"{self.seed} {path}")
        *_, folder, name = ["", *path.split("/")]
        text = Writer(rng, KIND_LABELS.get(name) or KIND_LABELS.get(folder)).text(data)
        return f"---\n{text}---\nIt was told as it is.\n" if self.suffixes.get(path) == "md" else text
