"""Split what a writer tells of an issue into dated steps."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from ..model.date_expressions import WritingContext, interpret_date, lacks_year
from ..model.dates import create_span, parse_partial_date
from ..model.vocabulary import Vocabulary, load_vocabulary, normalize_word
from .cell_values import read_date

ReadDate = Callable[[str, str], str]
"""A date as written, and the date told before it ("" = none) → in the notation of records; "" for anything else,
UNSURE for one of several dates."""

UNSURE = "?"


class Step(Struct, frozen=True):
    """One thing told: its text, and its date as in records ("" = none)."""

    text: str
    date: str = ""


_SENTENCE_END = re.compile(r"\n|\s[|｜]\s|\s*[\u2300-\u23ff\u2600-\u27bf\U0001f000-\U0001faff]\ufe0f?\s*(?=\d)"
                           r"|[。；;！!→⇒➔➜]|(?<=.)[-=]+>|(?<=[\u4e00-\u9fff\d])\s{2,}|"
                           r"(?<!\b[Dd]t)(?<!\b[Nn]o)(?<!\b[Nn]os)(?<!\bCllr)(?<!\bDr)(?<!\bM[rs])(?<!\bMrs)(?<!\bSt)"
                           r"(?<!pprox)(?<!\brecd)(?<!\bRecd)\.\s+(?=[A-Z0-9])")
_CLAUSE_START = re.compile(r"(?:^|[,，、\s()（）\[\]【】]|(?<!\d)[:：]|(?<!\d年)(?<=[\u4e00-\u9fff]))(?=[\d\w])")
_JOINS = ("", "和", "及", "与", "and", "&")
_LONGEST_DATE = 24
_DAY_NAME = r"(?:mon|tues?|wed(?:s|nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?"
_LONG = re.compile(r"(?=.{1,34}\b(?:to|until|till|and) )(?:(?:this|last) year,? )?(?:from|between|during) |"
                   rf"(?:on )?{_DAY_NAME}\b", re.IGNORECASE)
"""What begins a longer date: from 25 September to 10 October last year, Wednesday the 16th of September."""
_LONGEST_ENGLISH = 48
_SIGNS_AFTER_DATE = " \t:：,，、.-—–的"
_AFTER_DATE = re.compile("^(?:T(?=\\d\\d:)|起(?![火草诉步因哄点吊重身床]))")
"""What still belongs to a date: `T08:15`, 11月10日起."""
_BARE_DAY = re.compile("(?:[0-3]?[0-9]|(?:[二三]?十|廿)?[一二三四五六七八九]|[二三]?十|廿)[号日]"
                       "|(?:(?:on|since|from) )?the [0-3]?[0-9](?:st|nd|rd|th)"
                       f"|(?:(?:on|since|from) )?{_DAY_NAME}\\.?,? (?:the )?[0-3]?[0-9](?:st|nd|rd|th)?"
                       f"|(?:(?:on|since|from) )?(?:the )?[0-3]?[0-9](?:st|nd|rd|th),? \\(?{_DAY_NAME}\\)?"
                       "|(?:周|星期|礼拜)[一二三四五六日天] ?[0-3]?[0-9][号日]"
                       "|[0-3]?[0-9][号日] ?[(（]?(?:周|星期|礼拜)[一二三四五六日天][)）]?", re.IGNORECASE)
_AFTER_ORDINAL = re.compile(r"\s*(?:$|[^\w\s])|,? (?:and(?! (?:on )?(?:the )?\d)|but|then|at|in|to|with|by|because|for|"
                            r"when|they|he|she|we|it|I|the|a|an|my|our|his|her|their|there|so|nothing|nobody|no|again)\b")
"""After an English day of the month, such as `on the 5th`, which is none before a noun: `on the 5th floor`."""
_EVERY = re.compile(r"(?:每[个年月逢到]?|逢)(?:[\d一二三四五六七八九十]{1,3}[月日号][、和与及])*$|\bevery $",
                    re.IGNORECASE)
"""Before what comes again and again, such as 每周六: no date of a step."""
_BOUND = re.compile("(?:起|止|为止|开始)(?:[,，、;；)）]|$)")
"""After a date that only bounds what is told before it: 每月5元，12月1日起."""
_LASTING = re.compile("(?:限|需要?|用了?|共|历时|连续|停了?|满|近|约|过了?|再过|等了?)$")
"""Before a number of days: 限7日内."""
_PROMISED = re.compile("(?:答应|承诺|保证|约定|约好|定于|定在|改到|推到|推迟到|等到)$")
"""Before a day that was only named: 答应12月降价."""
_NUMBERED = "楼院门线房桥机井岗厅库梯单地路灯杆车台区店铺馆栋幢座室柜桩"
"""What bears a number with 号, as 3号楼, which is no day."""
_SHARE = re.compile(r"([1-9])/([2-9])\s*(?:以上|以下|多|的|业主|住户|居民|村民|代表|党员|家|户|人|票|同意|通过|"
                    r"of\b|majority\b)")
"""A fraction, such as `2/3业主`, which is no date."""
_MEASURE = re.compile(
    r"\s*(?:[%‰]|元(?![旦宵])|[万亿](?![科达福象和盛年家里寿])|公里|千米|米(?![线粉])|毫米|厘米|平方|平米|立方|吨|公斤|千克|斤|亩|公顷|"
    r"分(?!别|批|开|析|配|两|[一二三四五]|管|局|发|类|头|组|流)|倍|折|小时|分钟|秒|度(?!假)|寸|"
    r"(?:miles?|km|kms|m|cm|mm|metres?|meters?|inch(?:es)?|feet|ft|yards?|kg|tons?|tonnes?|hours?|hrs?|mins?|minutes?|"
    r"per cent|percent|million|m2|litres?|points?|stars?|out of|times|people|households|flats|houses)\b)")
"""After a number such as 8.5 or 9.5: it measures, and is no date."""
_COUNT = re.compile("个(?!月)|[户名位次台辆盏棵人层栋号年]|"
                    "家(?![里中])|楼(?![道上下顶])|单元|天(?!花)|周(?![末一二三四五六日])")
"""After two numbers such as 3-5: they count."""
_DECIMAL = re.compile(r"(?:.*\D)?\d{1,2}([./\-—–~])\d{1,2}")
_SPOKEN = re.compile(r"(?:^|[,，、;；:：(（\s]|[于在到至从自是前后])$")
"""Before a number within a Chinese sentence that may be a date."""
_FIGURE = re.compile(r"(?:[率分约共达每第为价费号比占近超长宽高深重于过第值]|编号|得票|(?<!\d)[上下中]午|早上|晚上)$")
"""Before a number that is a figure, a name or a time of day."""
_ENGLISH_FIGURE = re.compile(r"(?:^|[,;:(]|\b(?:on|since|from|until|till|by|before|after|to|and|of|in|"
                             r"[a-z]+ed|told|met|sent|came|went|wrote|rang|said|built|put|was|were)) ?$", re.IGNORECASE)
_NAMED = re.compile("(?<!节)(?:路(?![灯面边上])|街(?![道上])|巷|广场|花园|大道|村(?![里民委])|新村|苑|桥|兰|公寓|大厦|"
                    "胡同|(?<!月)(?:[社小]区|[中小]学|学校|公园|超市|商场|饭店|宾馆|医院))")
"""After a festival or a month in words that is a part of a name: 五一广场, 三月街, 二月兰."""
_ENGLISH_NAMED = re.compile(r"(?-i: [A-Z])| (?:trees?|lights?|hare|markets?|part(?:y|ies)|fairs?|fete|dinner|"
                            r"lunch|cards?|decorations?|eggs?|bells?|bank holiday|school|holidays)\b", re.IGNORECASE)
_HABIT = re.compile("[也就]?(?:仍|还是|都|总|常|老是|照样|照旧|依旧|一般|轮流)")
"""After a day that comes every week: 周末仍旧响."""
_WEEKDAY = re.compile(r"(?:mon|tues|wednes|thurs|fri|satur|sun)day", re.IGNORECASE)
_WORDS_ONLY = re.compile(r"(?:[A-Za-z' .]|[\u4e00-\u9fff])+")
_TIME_OF_DAY = re.compile(r"(?:(?<=[日号])\s*|(?<=\d)(?:\s+|T(?=\d)|(?=[凌清早上中下傍晚夜半])))"
                          r"(?:凌晨|清晨|早晨|早上|上午|中午|下午|傍晚|晚上|夜里|半夜)?\s*\d{1,2}(?:[:：]\d\d|[点时]).*$")
"""The time in a date such as 9月1日上午9点, which stays in the text."""
MAX_STORY = 4000
"""A longer text is not split."""


def split_story(text: str, writing: WritingContext, before: str = "") -> list[Step]:
    """The steps told in `text`: a line, sentence or dated clause each. `writing`: when it was written; `before`: the
    last date known."""
    steps = list(_split_sentences(text, writing, before))
    first = next((step for step in steps if step.date), None)
    if before or first is None or not _is_unsure(first.date, steps, writing):
        return steps
    return list(_split_sentences(text, replace(writing, direction="any"), before))


def _is_unsure(day: str, steps: Sequence[Step], writing: WritingContext) -> bool:
    """Whether the first day of a story, of which the year is inferred, may as well lie in the coming weeks: nothing is
    told of the time in between."""
    when = parse_partial_date(day)
    if when.day is None or when.day.year >= writing.day.year or (writing.day - when.day).days < _LONG_AGO:
        return False
    return not any(step.date and step.date != day and (later := parse_partial_date(step.date).day)
                   and when.day < later <= writing.day for step in steps)


_LONG_AGO = 300
"""A day without a year that would lie so many days back, in another year, may be the coming one."""


def find_unsure_dates(steps: Sequence[Step], writing: WritingContext, before: str) -> Iterator[tuple[str, list[str]]]:
    """What a step without a date begins with if that may be a date of two years, and which it may be. `before`: the
    last date known before the steps."""
    for step in steps:
        for start, end, _ in () if step.date else _find_dates(
                step.text, lambda text, before: next(iter(propose_dates(text, writing, before)), ""), before):
            text = step.text[:end]
            dates = propose_dates(text, writing, before)
            if not start and (len(dates) > 1 or (dates and not interpret_date(text, writing).date)):
                yield text, dates
        before = step.date or before


def propose_dates(text: str, writing: WritingContext, before: str = "") -> list[str]:
    """The dates that a text can mean if it may have been written of something past or coming; one if that is sure.
    `before`: the date told before it."""
    if years := _list_far_years(text, writing, before):
        return years
    reading = interpret_date(text, replace(writing, direction="any"))
    return [str(reading.date)] if reading.date else [str(one) for one in reading.proposals]


def _split_sentences(text: str, writing: WritingContext, before: str) -> list[Step]:
    steps: list[Step] = []
    read = partial(_read_after, writing, before)
    for sentence in _SENTENCE_END.split(_HEADING.sub("\n", _strip_chat(text))) if len(text) <= MAX_STORY else [text]:
        sentence = _strip_marks(sentence.strip(), writing)
        for part in _part_plans(sentence, read, _get_last_date(steps, before)):
            told = _split_at_dates(part, read, _get_last_date(steps, before))
            steps += (step for step in told if step.text.strip(" ,，、.。;；") or step.date)
    return _put_in_order(_join_bare_dates(steps))


def _get_last_date(steps: Sequence[Step], before: str) -> str:
    return next((step.date for step in reversed(steps) if step.date), before)


_CHAT_HEAD = re.compile(
    r"^[^\n:：,，。;；]{1,24}?[ \t]+((?:\d{4}[-/.年])?\d{1,2}[-/.月]\d{1,2}日?|昨[天日]|今[天日]|前天|"
    r"星期[一二三四五六日]|\d{1,2} [A-Z][a-z]{2,8}(?: \d{4})?|[Yy]esterday|[Tt]oday),?"
    r"[ \t]+\d{1,2}:\d\d(?::\d\d)?[ \t]*\n"
    r"|^\[?(\d{1,2}/\d{1,2}/\d{2,4}),? \d{1,2}:\d\d(?::\d\d)?(?: ?[AaPp][Mm])?\]?(?: -)? [^:\n]{1,30}: ", re.MULTILINE)
"""What stands before a message that was copied from a chat, who wrote it and when: 物业-阿强 11-18 10:05:10."""
_CHAT_SIGNS = re.compile(r"(?:^|(?<=\s))[@＠][^\s@＠]{1,20}(?=\s)|\[(?:图片|视频|语音|文件|表情|动画表情|链接|捂脸|"
                         r"强|玫瑰|OK|Photo|Image|Video|Sticker)\]|<Media omitted>", re.MULTILINE)


def _strip_chat(text: str) -> str:
    """A text without what a chat puts around its messages, as names and pictures: its day stands before a message."""
    return _CHAT_SIGNS.sub("", _CHAT_HEAD.sub(lambda head: f"{head[1] or head[2]} ", text))


_CLAUSE_END = re.compile(r"[,，]\s*|\s+(?:and|but)\s+")


def _part_plans(sentence: str, read_date: ReadDate, before: str) -> Iterator[str]:
    """The parts of a sentence that tells what was done and what is planned: 9.15换了灯，打算十月再装两盏. `before`: the
    date told before it."""
    if not is_plan(sentence):
        yield sentence
        return
    dates = list(_find_dates(sentence, read_date, before))
    ends = [match for match in _CLAUSE_END.finditer(sentence)
            if not any(start <= match.start() < end for start, end, _ in dates)]
    first = 0
    for number, match in enumerate(ends):
        told = sentence[first:match.start()]
        clause = sentence[match.end():ends[number + 1].start() if number + 1 < len(ends) else len(sentence)]
        is_dated = any(start == match.end() for start, _, _ in dates)
        if (_PLAN_BEGINS.match(clause) and not is_plan(told)) or (
                is_plan(told) and is_dated and not is_plan(clause) and _HAS_COME.search(clause)):
            yield told
            first = match.end()
    yield sentence[first:]


_LIST_MARK = re.compile(r"(?:(?:update|edit|更新|补充)\s*[:：]?\s*(?=[\d(（\[])|[-*•·●▪◆■–—>→]+\s*|"
                        r"\d{1,3}\s*[、）)](?!\d{1,2}[日号])|\d{1,3}[.．](?!\d)|[（(]\d{1,3}[)）]|[①-⑳❶-❿]|[一二三四五六七八九十]{1,2}[、.](?![一二三四五六七八九十]))\s*(?=\S)",
                        re.IGNORECASE)
_HEADING = re.compile("【(?:背景|起因|问题|诉求|现状|原因|过程|经过|做法|措施|处理|进展|结果|成效|后续|下一步)】"
                      r"|(?:^|[,，、])[一二三四五六]是(?=[\u4e00-\u9fff\d])|(?<=\S)(?=[①-⑳])|(?<=\s)(?=[（(]?\d{1,2}[)）])")
"""What parts a story that is told in one line: 【背景】, ②, （2）."""
_IN_BRACKETS = re.compile(r"[\[【(（]([^\]】)）]{3,30})[\]】)）]\s*[:：]?\s*")


def _strip_marks(sentence: str, writing: WritingContext) -> str:
    """A sentence without the number or dot of a list and the brackets of a date, as `② [2026-11-16 08:12]` in a list or
    a chat that was pasted."""
    sentence = _LIST_MARK.sub("", sentence, count=1) if _LIST_MARK.match(sentence) else sentence
    stamp = _IN_BRACKETS.match(sentence)
    is_date = stamp and propose_dates(stamp[1], writing)
    return f"{stamp[1]} {sentence[stamp.end():]}" if stamp and is_date else sentence


def _put_in_order(steps: Sequence[Step]) -> list[Step]:
    """The steps of a story that was told backwards, the newest first, in the order of their days; others as told."""
    dates = [parse_partial_date(step.date) for step in steps if step.date]
    is_later = all(one.earliest and other.latest and (one.earliest > other.latest or one == other)
                   for one, other in pairwise(dates))
    if not is_later or len(set(dates)) < 2 or not steps[0].date:
        return list(steps)
    starts = [number for number, step in enumerate(steps) if step.date]
    groups = [steps[first:last] for first, last in zip(starts, [*starts[1:], len(steps)], strict=True)]
    return [step for group in reversed(groups) for step in group]


def read_date_after(text: str, writing: WritingContext, before: str = "", since: str | None = None) -> str:
    """The date of a step. A day without a year is the next such day after `before`, the date of the step before; if
    that lies ahead, or if the story may have been told backwards, the last such one. `since`: the first day that a
    story told backwards can go back to (None: it is not)."""
    day = _read_after(writing, since, text, before)
    return "" if day == UNSURE else day


def _read_after(writing: WritingContext, since: str | None, text: str, before: str) -> str:
    """As `read_date_after`; UNSURE for one of several dates."""
    known = parse_partial_date(before).day if before else None
    if known and _BARE_DAY.fullmatch(text.strip()):
        return _read_bare_day(text, known)
    if known is None or not lacks_year(text):
        return read_date(text, writing.day, writing.order, writing.direction) or (
            UNSURE if interpret_date(text, writing).proposals else "")
    day = (read_date(text, writing.day, writing.order, writing.direction)
           or read_date(text, known + timedelta(days=180), writing.order, writing.direction))
    if _list_far_years(text, writing, before):
        return UNSURE
    years = [f"{year}{day[4:]}" for year in (known.year, known.year + 1) if day[:4].isdigit()]
    found = next((one for one in years if read_date(one) and one >= known.isoformat()[:len(one)]), "")
    when = parse_partial_date(found).day if found else None
    is_backwards = when and since is not None and when.year > known.year and (
        (when - known).days > _FAR and years[0] >= since)
    is_too_far = when and when > writing.day + timedelta(days=_NEAR)
    return years[0] if (is_backwards or is_too_far) and read_date(years[0]) else found


def _list_far_years(text: str, writing: WritingContext, before: str) -> list[str]:
    """The dates that a day or month without a year can mean that follows the step before by more than half a year, if
    such a date of a later year is past too; [] if it is sure."""
    known = parse_partial_date(before).day if before else None
    if known is None or not lacks_year(text):
        return []
    day = read_date(text, writing.day, writing.order, "past")
    dates = [date for year in range(known.year, writing.day.year + 1) if read_date(date := f"{year}{day[4:]}")
             and (when := parse_partial_date(date).day) and known <= when <= writing.day] if day[:4].isdigit() else []
    first = parse_partial_date(dates[0]).day if len(dates) > 1 else None
    return dates if first and (first - known).days > _FAR else []


_NEAR = 60
"""Days ahead within which a day without a year may be of a plan."""
_FAR = 183
"""Days between two steps after which the year of the later one is not sure: it may be the next, or, over the turn of a
year, they may have been told backwards."""


def read_date_in(text: str, known: date) -> str:
    """The next such day of the month, such as `25号`, on or after a day."""
    return read_date(text, known, direction="future")


def _read_bare_day(text: str, known: date) -> str:
    """As `read_date_in`; UNSURE for a day that is not on the weekday named with it."""
    day = read_date_in(text, known)
    is_unsure = not day and _NAMES_WEEKDAY.search(text) and interpret_date(text, WritingContext(known)).proposals
    return UNSURE if is_unsure else day


_NAMES_WEEKDAY = re.compile(f"{_DAY_NAME}|周|星期|礼拜", re.IGNORECASE)


def _split_at_dates(sentence: str, read_date: ReadDate, before: str) -> Iterator[Step]:
    """The clauses of a sentence, each beginning with its date; a single date further on belongs to the first.
    `before`: the date told before the sentence."""
    found = list(_find_dates(sentence, read_date, before))
    unsure = [start for start, _, day in found if day == UNSURE and sentence[:start].rstrip()[-1:] in tuple(",，")]
    if unsure and not is_plan(sentence):  # “10月22日踩松，月头修好”: what it tells was not on the day before it
        yield from _split_at_dates(sentence[:unsure[0]].rstrip(" ,，"), read_date, before)
        yield from _split_at_dates(sentence[unsure[0]:], lambda *_: "", "")
        return
    found = [one for one in found if one[2] != UNSURE]
    if is_plan(sentence):  # only where it begins is there a day on which that was said: 10月8日物业说月底修
        found = [one for one in found if not one[0]]
    if dated := _split_before_dates(sentence, found):
        yield from dated
        return
    if listed := _find_days_listed(sentence, found):
        yield Step(sentence, listed)
        return
    starts = [(start, end, day) for start, end, day in found if _begins_clause(sentence, start, found)
              and not (day.startswith("by ") and sentence[:start].strip(" ,，、"))  # of a promise, not of a step
              and not (start and _BOUND.match(sentence, end)) and not _PROMISED.search(sentence[:start])]
    if not starts and len(clauses := _split_clauses(sentence, found)) > 1:
        yield from clauses  # “told the council last Tuesday, emptied Thursday”
        return
    if not starts:
        found = [one for one in found if len(found) == 1 or not re.match(
            r"(?:from|until|till|by)\b", sentence[one[0]:one[1]], re.IGNORECASE)]  # agreed on 9 Nov a rise from 1 April
        is_dated = len(found) == 1 and not found[0][2].startswith("by ")  # “to be cut by 31 December” was not said then
        if is_dated and _DATE_FIELD.fullmatch(sentence[:found[0][0]]) and not re.search(
                r"[^\W\d]", sentence[found[0][1]:]):
            yield Step("", found[0][2])
            return
        yield Step(_cut_brackets(sentence, *found[0][:2]), found[0][2]) if is_dated else Step(sentence)
        return
    head = sentence[:_find_subject(sentence, starts[0][0], found)].strip(" ,，、")
    if head and _TIME_BEFORE.fullmatch(head):  # 入冬前10月底就掉了
        yield from _split_at_dates(sentence[starts[0][0]:], read_date, before)
        return
    if head:
        yield Step(head)
    first, days = starts[0][0], list[str]()
    begins = [_find_subject(sentence, start, found) for start, _, _ in starts]
    for (start, end, day), begin, following in zip(starts, begins, [*begins[1:], len(sentence)], strict=True):
        told = sentence[end:following].strip(" ,，、").lstrip(_SIGNS_AFTER_DATE)
        text = sentence[begin:start] + _AFTER_DATE.sub("", told)
        first, days = (first if days else start), [*days, day]
        if text in _JOINS and following < len(sentence):  # 9月1日、9月3日两次上门
            continue
        yield from _tell_days(days, text, sentence[first:following].strip(" ,，、"))
        days = []


def _tell_days(days: Sequence[str], text: str, whole: str) -> list[Step]:
    """What was done on each of some days that stand together; on the last if it is a piece of work, which is done once;
    in one time if they are its parts, such as 10月底11月初. `text`: what is told after them; `whole`: also they."""
    if len(days) == 1:
        return [Step(text, days[0])]
    if not all(_EXACT_DAY.fullmatch(day) for day in days):
        return [Step(whole, _join_days(days[0], days[-1]))]
    if _WORKED.search(text) or _COMPLETED.search(text):
        return [Step(whole, days[-1])]
    told = re.sub(rf"(?:先后|分别)?{_COUNTS.get(len(days), '先后')}[次趟回]|先后|分别", "", text)
    is_counted = re.search("[一二两三四五六七八九十\\d几多][次趟回]|共", told) is not None
    if is_counted:
        return [Step(whole, day) for day in days]
    clause = re.split(r"[,，]|(?<=[\u4e00-\u9fff])\s", told)[0]  # what follows was on the last: 都没谈拢，先放一放
    return [*(Step(clause, day) for day in days[:-1]), Step(told, days[-1])]


_EXACT_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_COUNTS = {2: "[两二2]", 3: "[三3]", 4: "[四4]", 5: "[五5]"}


_TIME_BEFORE = re.compile("[\u4e00-\u9fff]{1,6}(?:前|后|时|的时候|那会儿?|那阵子?|期间)")
"""A time in words before a date."""


def _find_subject(sentence: str, start: int, found: Sequence[tuple[int, int, str]]) -> int:
    """Where somebody or something is named before a date within its clause, as in 报了警，狗主人11.22赔偿 or
    锅和灶10月到货; else the `start` of the date. `found`: the dates of the sentence."""
    subject = _SUBJECT.search(sentence[:start])
    is_name = subject and not any(first < start and subject.start(1) < end for first, end, _ in found)
    return subject.start(1) if subject and is_name and sentence[start:start + 1].isalnum() else start


_NO_NAME = ("了过着的得就又再还也都没不未是有无要给把被让请叫找报修漏坏堵反映说讲谈看查换拆贴停断掉响裂倒塌冒滴闪吵臭"
            "申签订催问答写送拿买运拉挖清扫洗补涂刷铺搭论批准意完成始举组织巡排测改整治处罚立定约示验收投诉议交付打做"
            "办弄来去到前后时间期于在从自至由截止限近每逢共第初底末月年日号天周今昨早晚刚最因为所以但而且并")
_SUBJECT = re.compile("(?:^|[,，:：\\s])([^\\W\\d了过的]{1,4}[人方家司队部局所站员工长主傅业处委]|"
                      "[村镇乡县区市组厂院街校社]{1,2}[里上]|\\d{1,3}号?[楼院门栋幢]|"
                      f"[^\\W_a-zA-Z{_NO_NAME}和]{{2,8}}(?:[和与及][^\\W_a-zA-Z{_NO_NAME}]{{1,4}})?(?<![上下里])|"
                      f"[^\\W_a-zA-Z{_NO_NAME}]{{1,2}}[和与及][^\\W_a-zA-Z{_NO_NAME}]{{1,4}}(?<![上下里]))$")
"""A name before a date: none of the characters of verbs, times and joins is in it."""


def _split_before_dates(sentence: str, found: Sequence[tuple[int, int, str]]) -> list[Step]:
    """The clauses of a sentence if the first and others end with their dates (第1次公示10月15日，第2次11月15日); else
    none."""
    ends = [(start, end, day) for start, end, day in found if re.match("[,，]|$", sentence[end:])
            and re.search("[\u4e00-\u9fff]$", sentence[:start]) and not _NOT_ON.search(sentence[:start])]
    if len(ends) < 2 or ends[0] != found[0]:
        return []
    steps: list[Step] = []
    first = 0
    for start, end, day in ends:
        *heads, clause = re.split("[,，]", sentence[first:start])
        head = "，".join(heads).strip(" ,，")
        steps += [*([Step(head)] if head else []), Step(clause, day)]
        first = end
    rest = sentence[first:].strip(" ,，")
    later = [one for one in found if one[0] >= first]
    return [*steps, *([Step(rest, later[0][2] if len(later) == 1 else "")] if rest else [])]


_NOT_ON = re.compile("(?:至|到|截至|截止|止|自|从|过|限|于|由|[前后])$")
"""Before a day on which what is told before it did not happen."""
_DATE_FIELD = re.compile(r"(?:date|sent|posted|日期|时间)\s*[:：]\s*", re.IGNORECASE)
"""Before a date on a line of its own, of what follows it: Sent: 10 November 2026."""


def _join_days(day: str, other: str) -> str:
    """Some time within two dates that follow each other, such as 10月底11月初; the first if they do not."""
    first, last = parse_partial_date(day), parse_partial_date(other)
    if first.day and first.last_named and last.day and first.day <= last.day < first.last_named:
        return other  # 今年夏天7月1日
    if first.day and last.last_named and first.day < last.last_named:
        return str(create_span(first.day, last.last_named, "within"))
    return day


def _split_clauses(sentence: str, found: Sequence[tuple[int, int, str]]) -> list[Step]:
    """The clauses of a sentence of which none begins with its date: each that has one, with those that follow it."""
    ends = [match.start() for match in _CLAUSE_END.finditer(sentence)
            if not any(start <= match.start() < end for start, end, _ in found)
            and (match[0].strip() in (",", "，") or _is_clause_between(sentence, match, found))]
    steps: list[Step] = []
    for first, last in zip([0, *ends], [*ends, len(sentence)], strict=True):
        text = sentence[first:last].lstrip(" ,，")
        dates = [one for one in found if first <= one[0] < last and not one[2].startswith("by ")]
        day = dates[0][2] if dates else ""
        is_bare = dates and not re.search(r"[a-z]{3}|[\u4e00-\u9fff]", sentence[first:dates[0][0]], re.IGNORECASE)
        if steps and (not dates or (is_bare and not steps[-1].date)):  # “it fell down, in all, on 3 November”
            steps[-1] = Step(f"{steps[-1].text}{sentence[first:last]}", steps[-1].date or day)
        else:
            steps.append(Step(text, day))
    return steps


def _is_clause_between(sentence: str, join: re.Match[str], found: Sequence[tuple[int, int, str]]) -> bool:
    """Whether `and` or `but` joins two clauses that each have a date: rang on the 5th and he mended it on the 9th."""
    following = next((start for start, _, _ in found if start >= join.end()), None)
    return following is not None and any(end <= join.start() for _, end, _ in found) and (
        re.search("[a-z]{3}", sentence[join.end():following], re.IGNORECASE) is not None)


def _cut_brackets(sentence: str, start: int, end: int) -> str:
    """A sentence without a date in brackets behind it: 居民反映(9.3)."""
    head, tail = sentence[:start], sentence[end:].strip(" .,，")
    return head[:-1].rstrip() if head[-1:] in ("(", "（", "[", "【") and tail in (")", "）", "]", "】") else sentence


def _find_days_listed(sentence: str, found: Sequence[tuple[int, int, str]]) -> str:
    """The last of several days with which a clause ends (met 12 Oct, 26 Oct and 16 Nov), or that stand in brackets;
    "" if its days are not all such."""
    if len(found) < 2 or not found[0][0] or any(
            not _DAYS_JOIN.fullmatch(sentence[end:start]) for (_, end, _), (start, _, _) in pairwise(found)):
        return ""
    is_end = sentence[:found[0][0]].isascii() and re.match(r"[\s.]*(?:$|[,;)])", sentence[found[-1][1]:])
    is_bracketed = sentence[found[0][0] - 1] in "(（" and sentence[found[-1][1]:][:1] in tuple(")）")
    last = parse_partial_date(found[-1][2]).last_named if is_end or is_bracketed else None
    return last.isoformat() if last else ""


_DAYS_JOIN = re.compile(r"\s*(?:[,，、;/&和及与]|and|,\s*and|\s)\s*")


def _begins_clause(sentence: str, start: int, found: Sequence[tuple[int, int, str]] = ()) -> bool:
    """Whether a date begins what is told, rather than ending it as in English (“fitted 22 May”). `found`: the dates of
    the sentence, one of which may stand right before it."""
    if any(end <= start and sentence[end:start].isspace() for _, end, _ in found):
        return True
    before = sentence[:start].rstrip()
    is_after_number = start > len(before) and re.search(r"[\u4e00-\u9fff]\d+$", before) is not None  # 打12345 11/19来了
    return not before or before[-1] in ",，、" or is_after_number or re.search("[\u4e00-\u9fff]$", before) is not None


def _find_dates(sentence: str, read_date: ReadDate, before: str = "") -> Iterator[tuple[int, int, str]]:
    """Start, end and day (UNSURE if it may be one of several) of each date in a sentence: the longest text that is one.
    One without a year or month follows the date before it; a year counts where it begins a clause."""
    end, here = 0, ""
    for match in _CLAUSE_START.finditer(sentence):
        start = match.end()
        share = _SHARE.match(sentence, start)
        is_share = share is not None and share[1] < share[2]
        if start < end or is_share or _EVERY.search(sentence[:start]):
            continue
        longest = _LONGEST_ENGLISH if _LONG.match(sentence, start) else _LONGEST_DATE
        for stop in range(min(len(sentence), start + longest), start + 1, -1):
            if _ends_word(sentence, stop) and (
                    day := _read_certain(sentence[start:stop], read_date, here, here or before)):
                end = stop
                if _tells_day(sentence[:start], day) and not _means_else(sentence, start, stop):
                    time = _TIME_OF_DAY.search(sentence[start:stop])
                    yield start, start + time.start() if time else stop, day
                    here = here if day == UNSURE else day
                break


def _tells_day(before: str, day: str) -> bool:
    """Whether a date is one of a step: not that nobody knows it, and no bare year within a clause, as in
    列入2027年度计划."""
    return day != "unknown" and not (day.isdigit() and before and before[-1] not in " ,，、")


def _means_else(sentence: str, start: int, stop: int) -> bool:
    """Whether what could be a date is a figure, a measure or a part of a name where it stands in the sentence."""
    text, after = sentence[start:stop], sentence[stop:]
    if _BARE_DAY.fullmatch(text) and (_LASTING.search(sentence[:start]) or re.match("[之以]?内|[个左工]", after) or (
            text.isascii() and _counts(text, after))):
        return True
    if re.fullmatch(_DAY_NAME, text, re.IGNORECASE) and _DAY_AFTER.match(after):
        return True
    if text in ("周末", "双休") and not re.match("[^,，。]*[了过已]", after):
        return True
    if re.fullmatch("周末|双休日?|周[一二三四五六日]|星期[一二三四五六日]", text) and _HABIT.match(after):
        return True
    before = sentence[:start] + (re.split(r"\d", text)[0] if re.search(r"\d", text) else "")  # “on 12/11”
    if re.match(r" of\b|过后|[以之]后|后(?![天来续面勤门院山街巷期半])", after) or re.search(
            r"\bafter $", before, re.IGNORECASE):  # 国庆过后, after Easter: another day
        return True
    if (_WEEKDAY.fullmatch(text) and re.search(r"\b[A-Z][a-z]+ $", before)
            and not re.search(r"^\W*[A-Z][a-z]+ $", before)):  # Remembrance Sunday
        return True
    if _WORDS_ONLY.fullmatch(text):
        return any(name.match(sentence, stop) for name in (_NAMED, *([_ENGLISH_NAMED] if text.isascii() else ())))
    figures = _DECIMAL.fullmatch(text.rstrip(" ."))
    if re.match(r"[-./:：]\d", after) or text.rstrip(" .") == "24/7":
        return True
    if not figures or re.search("[年月日号]", text):
        return False
    if _MEASURE.match(after) or (figures[1] != "." and _COUNT.match(after)):
        return True
    if re.search("[A-Za-z] ?$", before):
        return _NUMBERED_THING.search(before) is not None or (
            _ENGLISH_FIGURE.search(before) is None and not _ends_with_day(before, text, after))
    return _FIGURE.search(before) is not None or not (
        _SPOKEN.search(before) or re.match("[\u4e00-\u9fff]", after))


def _ends_with_day(before: str, text: str, after: str) -> bool:
    """Whether an English clause ends with a day in figures, rather than with a share, a score or a number of a flat."""
    is_last = re.match(r"[\s.]*(?:$|[,;)!?])", after) is not None
    return is_last and (_PARTICLE.search(before) is not None or (
        "/" in text and not re.fullmatch(r"[1-9]/(?:[2-9]|10)\.?", text) and _NAME_BEFORE.search(before) is None))


_PARTICLE = re.compile(r"\b(?:down|up|out|off|back|away|again|done|gone|cut|shut|left) $", re.IGNORECASE)
_NUMBERED_THING = re.compile(
    r"\b(?:flats?|units?|rooms?|pages?|nos?|numbers?|plots?|houses?|lots?|blocks?|scores?|scored|rat(?:ed|ing)|part|"
    r"phase|version|items?|ref|reference|case|file|form|[a-z]*size|chapter|section|paragraph|bay|gate|zone|apt|apartment|"
    r"favour|votes?|signatures|replies|responses|present|attendance|turnout|against|cost(?: was| is)?|only|about|"
    r"nearly|just) $",
    re.IGNORECASE)
"""Before figures such as 11/14 that number, count or measure: flat 11/14."""
_NAME_BEFORE = re.compile(r"\b(?!(?:Police|Council|County|Clerk|Highways|District|Borough|Parish)\b)[A-Z][a-z]+ $"
                          r"|\b(?:over|under|than|is|at|won|lost|with|all|by|for) $")
"""Before figures that may be of an address or an amount: Leith Walk 3/11."""


def _counts(day: str, after: str) -> bool:
    """Whether an English day of the month such as `the 5th` or `Sat 3` is none before what follows it."""
    if _NAMES_WEEKDAY.search(day):
        return _MEASURE.match(after) is not None or (day[-1].isdigit() and _MANY.match(after) is not None)
    return not _AFTER_ORDINAL.match(after)


_MANY = re.compile(r" (?!(?:was|has|is|this|as|us)\b)[a-z]+s\b")
"""A plural after a number: Sat 14 benches."""


_DAY_AFTER = re.compile(r"\.?,? (?:the )?\d{1,2}(?:st|nd|rd|th)?\b(?![:.]\d| ?[ap]m)", re.IGNORECASE)
"""After a weekday that is not the last such day: `Thurs 19th` where the 19th is no Thursday."""


def _ends_word(sentence: str, stop: int) -> bool:
    """Whether a date may end here: not inside a number or a word of letters, nor before a unit."""
    pair = sentence[stop - 1:stop + 1]
    if re.match(rf"\d号[{_NUMBERED}]", sentence[stop - 1:]):
        return False
    return not sentence[stop - 1].isspace() and sentence[stop - 1] not in ",，、" and not re.fullmatch(
        f"号[{_NUMBERED}]|"
        r"\d\d|[A-Za-z][A-Za-z]|\d[.%‰]?[A-Za-z°%]|[月初年十][一二三四五六七八九十廿初上中下底末旬]", pair)


def _read_certain(text: str, read_date: ReadDate, here: str, before: str) -> str:
    """The date if `text` is surely one within a sentence: a bare number may be a year or anything else. `here`: the
    date before it in the sentence; `before`: the date told before it."""
    is_in_month = _BARE_DAY.fullmatch(text) or re.fullmatch("月[初中底末头尾]", text)
    known = parse_partial_date(here).day if here and is_in_month else None
    if known:
        return _read_bare_day(text, known)
    return "" if re.fullmatch(r"\d{1,5}|[\d\s]+", text) and len(text) < 8 else read_date(text, before)


def _join_bare_dates(steps: list[Step]) -> list[Step]:
    """A date alone belongs to the following text; the last one, to the text before."""
    joined: list[Step] = []
    bare = ""
    for step in steps:
        if step.date and not step.text:
            bare = step.date
            continue
        joined.append(replace(step, date=step.date or bare))
        bare = ""
    if bare and joined and not joined[-1].date:
        joined[-1] = replace(joined[-1], date=bare)
    elif bare:
        joined.append(Step("", bare))
    return joined


# --- what a step says -------------------------------------------------------------------------------------------------

_NEGATION = re.compile("没|未|不|别|还差|部分|基本|一半|差点|吗|[?？]|暂|"
                       r"\b(?:not|no|never|partly|half|nearly|until|before|if|except)\b|n't", re.IGNORECASE)
_TO_COME = (
    r"^(?:action\w*:\s*)?(?:the |our |my )?[a-z]['\w]*(?: ['\w]+){0,2}(?<!ed)(?<!went)(?<!came)(?<!come)(?<!had)"
    r"(?<!has)(?<!have)(?<!got)(?<!how)(?<!wrote)(?<!back)(?<!out)(?<!up)(?<!in) to (?:come|visit|attend|return|"
    r"inspect|replace|repair|fix|mend|install|fit|clear|cut|look|survey|deliver|start|do|send|reply|meet|discuss|"
    r"decide|vote|review|follow|order|chase|write|contact|arrange|ask|obtain|get|report|check|monitor|speak)\b")
"""`County to come in December`"""
_PLAN = re.compile("计划|打算|准备|预计|拟|将于|将会|下一步|等待|等着|争取"
                   "|[说讲][^，。]{0,6}(?:月底|下个?(?:周|星期|礼拜)|[这本]个?(?:周|星期|礼拜|月)|下个?月|明天|明年|年底|年前)|"
                   rf"{_TO_COME}|"
                   r"\b(?:planned|promised|going to|plans? to|will|to be|due|expected|scheduled|hope|hoping|"
                   r"intend(?:s|ing)?|planning(?! (?:permission|application|office|department|committee|consent)))\b",
                   re.IGNORECASE)


_PLAN_BEGINS = re.compile(rf"(?:[\u4e00-\u9fff]{{0,6}}|(?:\w+ ){{0,3}})(?:{_PLAN.pattern})", re.IGNORECASE)
"""A clause that tells a plan: 物业打算十月再装两盏."""
_HAS_COME = re.compile(r"了|过|已|完|好|\b(?:was|were|has|have|\w+ed)\b")
"""In a clause with a day that has come after all: 11.15办起来了."""


def is_plan(text: str) -> bool:
    """Whether a step is planned rather than done."""
    return _PLAN.search(text) is not None


_COMPLETED = re.compile("(?<![报被])(?:(?:修|换|装|清|填|补|疏|铺|刷|接|焊|冲|扫|弄|办|做|赔|退)(?:理|补|通)?"
                        "(?:好|平|完|通|齐|妥|干净|回来)|清走|清掉|(?:装|安|换|补|接|贴|焊)上)了?$"
                        "|已经?(?:修|换|装|清|填|补|通|铺|更换|维修|清理|处理|整改|恢复|拆除|安装|调解|化解|答复|撤除|归位|解决)(?:好|完|了|复|竣)*$"
                        "|(?:处置|履行|清理|清掏|清运|维修|整改|修缮|安装|更换|疏通|施工|拆除|铺设|粉刷|整治|搬迁|发放|调解)(?:完毕|完成|到位)$"
                        "|(?:办|建|开|搭|装|立|竖|挂|种|栽|通|用|转)起来了$")
"""Chinese verbs with a complement that says they succeeded."""


_WORKED = re.compile(
    "(?:修|换|装|清|补|疏|通|铺|拆|挖|垫|加|搬|移|剪|砍|刷|焊|接|挪|建|划|粉|栽|种|扫|整治|整改|维修|恢复|增设|添|发放|化解|调解)"
    "[^，。；]{0,12}(?:了|完毕|完成|完|到位|成功|新的|上|好)|(?:清|运|拉|搬|移|拖|抓|接)走|(?:剪|砍|清|拆|铲)掉|拆除|"
    "启用|投用|验收|建成|通车|紧固|拧紧|送电|通水|抽干|扶正|更换|换[成新]|加装|安装|新装|疏通|清[理掏运洗]|修[复补剪]|粉刷|重?铺设?|"
    "增设|补种|硬化|"
    r"\b(?:cut back|fitted|replaced|repaired|mended|installed|cleared|removed|filled|cleaned|painted|emptied|"
    r"resurfaced|trimmed|patched|boarded up|swept|relaid|rebuilt|moved|swapped|refixed|"
    r"unblocked|reset|put (?:in|up|back))\b", re.IGNORECASE)
"""A piece of work, which may be the end of a matter of which the writer says that it is done."""


_ARRANGED = re.compile("安排|联系|申请|要求|请(?!人|来)|通知|上报|商量|讨论|同意|决定|报修|督促|协调|约(?:好|了)|报价|"
                       "招标|设计|公示|"
                       r"\b(?:asked|booked|ordered|quote|agreed|contacted|arranged|written|emailed|rang|told)\b")
"""Work that was arranged, not done."""


def has_worked(text: str) -> bool:
    """Whether a step tells a piece of work that was done, and nothing denies it, plans it or asks for it."""
    plain = normalize_word(text)
    is_doubtful = is_plan(plain) or is_denied(plain) or _ARRANGED.search(plain) or _ENGLISH_WISH.search(plain)
    return _WORKED.search(plain) is not None and not is_doubtful and not _is_wished(re.split(r"[\s,，、]", plain))


_STOPPED = re.compile("(?<!是)不(?:再)?(?:漏|堵|响|吵|臭|滴|渗|晃|闪|卡|返水|返味|反味|积水|冒水)(?:水|味)?了$")
"""A trouble that is over: 现在不漏了."""


_VERB = "(?:修|换|装|清|填|补|疏|铺|办|做|完成|解决|处理|整改|恢复|把|给|尽|在)"
_ASKED = re.compile("何时|几时|什么时候|啥时|哪天|哪年|多久|怎么|如何|能否|可否|是否|难以|很难|太难|难(?=解决|办)|"
                    "(?<![很尽赶飞])快(?=要?[修换装清办弄搞做好完])|(?<![现实存])在(?=[修换装清办弄搞]|处理|整改|施工)|"
                    "无法|没法|正在|正(?=修|换|装|清|办|解决|处理)|希望|盼|望(?:尽|能|早)|有望|亟|急需|急盼")
"""A question, or what goes on, is hard or is hoped for: never the end of a matter, whatever else is said."""
_DEMANDED = re.compile("(?:要求|需要?|须|应该|应当|请求|恳请|呼吁|敦促|督促|答应|承诺|保证|建议|提议|赶紧|尽快|尽早|"
                       f"抓紧|尽量|力争|争取)(?!后)|(?:要|可以|(?<![功性节技智可])能够?|(?<![接招])待)(?={_VERB})")
"""What is demanded or promised: an end only if it is said that it has come (已)."""
_URGED = re.compile("催(?!促?后)|请(?!人|来|了|师傅|电工|水工)|(?:同意|协调|协商)(?!后)|想|设法|研究|讨论|商量|寻求")
"""What is urged or thought about: an end only if the clause says so (已, 了)."""
_ARRIVED = re.compile("已|终于")


def _is_wished(clauses: Sequence[str]) -> bool:
    """Whether the end that the last of these Chinese clauses tells is only wished, asked for, promised or going on."""
    last, text = clauses[-1], "，".join(clauses)
    if _ASKED.search(last):
        return True
    has_come = _ARRIVED.search(last) is not None
    return not has_come and (_DEMANDED.search(last) is not None or (
        not last.endswith("了") and (_DEMANDED.search(text) or _URGED.search(text) or _ASKED.search(text)) is not None))


_ENGLISH_WISH = re.compile(
    r"\b(?:wants?|wanted|wish\w*|should|shall|must|needs?|needed|could|would|might|can|cannot|whether|almost|"
    r"please|ask(?:s|ed|ing)?|request\w*|demand\w*|urg(?:e|es|ed|ing)|insist\w*|hop(?:es?|ed|ing)|agree[ds]? to|"
    r"offer\w*|being|try|tries|tried|trying|unable|hard to|difficult|suggest\w*|propos\w*|recommend\w*|"
    r"call(?:s|ed)? for|nothing|nobody|none|without|unless|yet|instead|soon|tomorrow|"
    r"next (?:week|month|year)|like to|how|why)\b|"
    r"\bmay (?:be|get|have|still|soon|yet|need)\b|^when\b|\bto get\b")
_ENGLISH_ARRIVED = re.compile(r"\b(?:was|were|is now|are now|has|have|now|finally) ")
_NO_ADJECTIVE = r"(?<!\ba )(?<!\ban )(?<!\bthe )(?<!\bwell )"
_ENDS_WORK = (r"(?!\s+(?!(?:by|on|in|at|now|last|this|yesterday|today|and|but|with|within|after|for|all|early|late|"
              r"properly|to|from|since|before|then|so|\d+)\b)\w)")
"""After `done` and the like: “done a survey” is no end."""


def _is_done_in_english(plain: str, words: Iterable[str]) -> bool:
    """Whether a normalised text says in English that the matter was solved, rather than wished, asked or half done."""
    clauses = re.split(r"[,;]", plain)
    for number, clause in enumerate(clauses):
        is_wished = _ENGLISH_WISH.search(clause) or (
            _ENGLISH_WISH.search(" ".join(clauses[:number])) and not _ENGLISH_ARRIVED.search(clause))
        if not is_wished and any(re.search(rf"{_NO_ADJECTIVE}\b{word}\b{_get_follower(word)}", clause)
                                 for word in words):
            return not any(_ENGLISH_WISH.search(one) for one in clauses[number + 1:])
    return False


def _get_follower(word: str) -> str:
    return _ENDS_WORK if word in ("done", "complete", "completed", "finished") else ""


def is_denied(text: str) -> bool:
    """Whether a step says that something is not, not yet or only partly so."""
    return _NEGATION.search(text) is not None


def is_done(text: str, vocabulary: Vocabulary) -> bool:
    """Whether a step says in plain words that the matter was solved: one of the words for it ends the text (in
    English: stands in it), and nothing denies it."""
    plain = normalize_word(text)
    words = vocabulary.terms["reserved_stage"]["resolved"].synonyms
    parts = [re.sub(r"\W+$", "", part) for part in re.split(r"[\s,，、]", plain)]  # also without emoji at the end
    ends = tuple(normalize_word(word) for word in words if not word.isascii())
    succeeded = [at for at, part in enumerate(parts) if _STOPPED.search(part) or (
        (part.endswith(ends) or _COMPLETED.search(part)) and not is_denied(part[-_REACH:]))]
    if is_plan(plain):
        return False
    if succeeded:
        return not _is_wished(parts[:succeeded[-1] + 1]) and not any(
            is_denied(part) or _BUT.search(part) for part in parts[succeeded[-1] + 1:])
    return not is_denied(plain) and _is_done_in_english(plain, [normalize_word(word) for word in words
                                                                 if word.isascii()])


_REACH = 10
"""So many characters before the end of a clause can deny it."""
_BUT = re.compile("但|可是|不过|还|又")


def find_phase_told(text: str, vocabulary: Vocabulary) -> str:
    """The core phase that the longest known word in `text` belongs to ("" = none)."""
    words = {word: phase for phase, words in _phase_words(vocabulary).items() for word in words}
    found = find_words(normalize_word(text), words)
    return words[max(found, key=lambda word: (len(word), words[word]))] if found else ""


def find_topic(text: str, vocabulary: Vocabulary) -> str:
    """The topic of which a text has a word, if that is one only; else `other`."""
    words = {normalize_word(word): key for word, key in vocabulary.words["topic"].items() if len(word) > 1}
    found = {words[word] for word in find_words(normalize_word(text), words)}
    return found.pop() if len(found) == 1 else "other"


def find_words(text: str, words: Iterable[str]) -> list[str]:
    """The words that a normalised text has, but those inside or across a longer one, or one that means something else,
    as 卫生 in 卫生间 and 道路 in 通道路灯不亮."""
    known = set(words)
    found = sorted(((match.end() - match.start() + 0.5 * (word not in known), match.start(), word)
                    for word in known.union(load_vocabulary()["compounds"]) if word.removesuffix("s") in text
                    for match in re.finditer(_as_whole_word(word), text)), reverse=True)
    kept: list[tuple[float, int, str]] = []
    for size, start, word in found:
        if not any(longer > size and first < start + len(word) and start < first + len(other)
                   for longer, first, other in kept):
            kept.append((size, start, word))
    return [word for _, _, word in kept if word in known]


def has_word(text: str, word: str) -> bool:
    """Whether a normalised text has a word; one of Latin letters counts as a whole only."""
    return re.search(_as_whole_word(normalize_word(word)), text) is not None


def _as_whole_word(word: str) -> str:
    """A pattern of the word; of one of Latin letters, whole, in singular or plural."""
    return rf"\b{re.escape(word.removesuffix('s'))}s?\b" if word.isascii() else re.escape(word)


def _phase_words(vocabulary: Vocabulary) -> Mapping[str, Iterable[str]]:
    return {key: [normalize_word(word) for word in (*term.synonyms, *term.labels.values())]
            for key, term in vocabulary.terms["phase"].items()}
