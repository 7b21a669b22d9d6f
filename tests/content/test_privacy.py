"""What `yishi.content.privacy` promises: every row of the table of personal data, both ways."""

import re
import time
import unicodedata
from itertools import pairwise

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.privacy_report import PARTS, Line, find_level, read_lines
from tests.support.workshop import PROJECT
from yishi.content.load import read_records
from yishi.content.markup import extract_all_text, render_markdown
from yishi.content.privacy import find_personal_data, mask_personal_data, mask_problem
from yishi.content.yaml_source import SourceFile
from yishi.model.paths import locate_record


def kinds(text: str) -> list[tuple[str, str, str]]:
    """What is found in `text`: (kind, level, the text itself)."""
    return [(hit.kind, hit.level, text[hit.start:hit.end]) for hit in find_personal_data(text, ("CN",))]


@pytest.mark.parametrize(("kind", "text", "value"), [
    ("mobile", "电话13800005678。", "13800005678"),
    ("mobile", "138 0000 5678", "138 0000 5678"),
    ("mobile", "打138-0000-5678找我", "138-0000-5678"),
    ("mobile", "+86 13800005678", "13800005678"),
    ("mobile", "（+86）138 0000 5678", "138 0000 5678"),
    ("mobile", "手机：１３８００００５６７８", "１３８００００５６７８"),
    ("mobile", "138\u200b00005678", "138\u200b00005678"),
    ("resident_id", "身份证11010519491231002X", "11010519491231002X"),
    ("resident_id", "身份证 11010519491231002x，", "11010519491231002x"),
    ("resident_id", "110105194912310021", "110105194912310021"),
    ("bank_card", "卡号4111 1111 1111 1111", "4111 1111 1111 1111"),
    ("bank_card", "4111111111111111（工商银行）", "4111111111111111"),
    ("plate", "车牌京A12345", "京A12345"),
    ("plate", "沪B·D12345停在路口", "沪B·D12345"),
    ("plate", "苏Ｅ６６８８Ａ", "苏Ｅ６６８８Ａ"),
    ("account", "微信号：zhangsan", "zhangsan"),
    ("account", "加微信 lamp_2025", "lamp_2025"),
    ("account", "WeChat: lamps-east", "lamps-east"),
    ("account", "QQ：12345678", "12345678"),
    ("account", "QQ群 123456789", "123456789"),
    ("door", "3号楼2单元401室", "3号楼2单元401室"),
    ("door", "３号楼２单元４０１", "３号楼２单元４０１"),
    ("door", "住在12栋1单元3层301室的", "12栋1单元3层301室"),
    ("door", "三号楼二单元四零一室", "三号楼二单元四零一室"),
    ("door", "住户12-3-401", "12-3-401"),
    ("mobile", "x-13800005678", "13800005678"),
    ("mobile", "lamps_13800005678-01.jpg", "13800005678"),
    ("door", "5幢502室", "5幢502室"),
    ("door", "A座1502室", "A座1502室"),
    ("door", "B单元401", "B单元401"),
    ("minor", "五岁的王小明。", "王小明"),
    ("minor", "沙河小学学生王小明，", "王小明"),
    ("minor", "三年级(2)班李红说", "李红"),
    ("minor", "王小明（12岁）", "王小明"),
    ("minor", "9岁的女孩李红。", "李红"),
])
def test_what_stops_a_build_is_found_exactly(kind: str, text: str, value: str) -> None:
    """Every error kind is found once, from its first character to its last, in the writer's own characters."""
    assert kinds(text) == [(kind, "error", value)]


@pytest.mark.parametrize(("kind", "text", "value"), [
    ("landline", "010-62345678", "010-62345678"),
    ("landline", "办公室0312 8234567转12", "0312 8234567转12"),
    ("landline", "(010)62345678", "(010)62345678"),
    ("resident_id", "工单编号11010519491231002X", "11010519491231002X"),
    ("bank_card", "4111111111111111", "4111111111111111"),
    ("bank_card", "卡号6212261001012345678", "6212261001012345678"),
    ("door", "4号楼502户漏水", "4号楼502户"),
    ("email", "写信到 a.b@example.org。", "a.b@example.org"),
    ("name", "居民张三反映", "张三"),
    ("name", "志愿者李小红、", "李小红"),
    ("name", "楼长：王建国", "王建国"),
    ("name", "刘阿姨说", "刘"),
    ("name", "李秀英女士", "李秀英"),
])
def test_what_may_be_personal_is_a_warning(kind: str, text: str, value: str) -> None:
    """Every warning kind is found once, and stops nothing."""
    assert kinds(text) == [(kind, "warning", value)]


@pytest.mark.parametrize(("text", "level", "word"), [
    ("老人王建国，独居患病", "warning", "病"), ("3号楼2单元401室低保户", "error", "低保"),
    ("居民张三，信访多年", "warning", "信访"), ("83岁，中风", "warning", "中风")])
def test_a_sensitive_word_is_grave_near_a_door_and_told_near_a_name_or_age(text: str, level: str, word: str) -> None:
    """The word counts in one sentence with the person it speaks of, and alone or in the next sentence it does not."""
    assert ("sensitive", level, word) in kinds(text)
    assert kinds(word) == []
    assert ("sensitive", level, word) not in kinds(text.replace(word, "") + "。社区关心" + word + "人员")


@pytest.mark.parametrize("text", [
    "工单2025138000056781", "A13800005678", "13800005678x", "0.13800005678", "12800005678", "12-3-401",
    "990105194912310021",
    "2025-09-11", "2025年9月11日 14:30", "400-800-0088", "800-810-8888", "95588", "95598",
    "12345、12348、110、119、120、122",
    "110105194913310021", "410105200002300021", "6222021234567890123卡", "A4111111111111111",
    "京A类", "苏A小区", "京A12", "云SERVER", "微信群", "QQ群", "微信公众号 shahe_2025", "微信 WeChat", "微信、QQ都可以",
    "@居民", "a@b", "3号楼到7号楼", "44号院", "2024-12-31", "12-31-2024", "永安街", "3号楼2单元120户", "2号楼3单元门前",
    "3号楼两室一厅", "1单元到3单元", "3号楼一层活动室",
    "居民王某反映", "居民王某某说", "王府井大街", "居民王府井", "社区书记王强表示", "镇长李明说",
    "残疾人坡道", "信访局", "精神文明", "病虫害", "under18: 9", "18岁以下12人", "6至12岁儿童",
    "学校周边。", "18岁的王小明。",
])
def test_what_must_pass_passes(text: str) -> None:
    """Dates, service numbers, ids, counts, offices, places and names that are masked already are no personal data."""
    assert kinds(text) == []


SPELLINGS = {
    "mobile": """
138-00005678|138 00005678|1380000 5678|138 000 05678|138.0000.5678|(138)0000-5678|(138)00005678|138_0000_5678
138/0000/5678|138·0000·5678|138*0000*5678|13800 005678|1380 0005 678|138-000-05678|138 00 00 56 78|138—0000—5678
+86-138-0000-5678|0086 13800005678|138 - 0000 - 5678|13800005678 。|138**0000**5678|138 (0000) 5678
""",
    "door": """
3号楼401|10号楼1201|5栋1201|A座1203|12楼1203|8楼302室|住在301室|3栋2单元的401|3号楼2门401|3号楼2门401室|12弄3号401室
301室居民|居民301室|楼上502室|12号楼的301|3号楼301漏水|5幢1102|3#楼402|三号楼四零一|B座1805|邻居201室|18栋907|2号楼1101房
7号楼五零三|302室漏水|12弄5号楼1203室|2#楼1单元的302室
""",
    "resident_id": """
110105 19491231 002X|110105-19491231-002X|110105 1949 1231 002X|身份证号110105491231002|身份证：110105491231002
110105194912310000
""",
}
"""By kind, how people write what is found; one between two bars."""

LIKE_SPELLINGS = """
3号楼120户|3号楼共401户|3号楼2019年改造|5栋100平方米|12栋1200米|建了三座200余米|两座500千瓦|A座2层|10栋301套|3号楼2019-2020年
12号楼301个车位|1号楼105平米|6号楼110千伏|3号楼112万元|5栋102.5米|在社区2楼201室开会|服务中心2楼201室|5楼512会议室|2楼201室活动室|301会议室
6楼108人|3号楼301盏灯|投入13800005678元|¥13800005678|138.00005678|1380000.5678|138 20250911|1380000 2025年
135 2025-01-01|2025-01-01 13:50|130、1350、1400|1350-1400|138万|1号楼至3号楼|3号楼和4号楼|1号楼3层|2单元301盏|3号楼12盏
3号门401路公交|401路|502路车|2门400元|12弄3号|永安路12号|A座大厅|3栋200棵树|101室内|301室内装修队
会议室301室开会|共3栋1203户|1-3号楼|2025.09.11 12345|138-2025|工程编号2025-138-0001|电缆3×185+2×95|DN100-138
""".replace("\n", "|").strip("|").split("|")


@pytest.mark.parametrize(("kind", "text"), [
    (kind, text) for kind, texts in SPELLINGS.items() for text in texts.replace("\n", "|").strip("|").split("|")])
def test_personal_data_is_found_in_the_spellings_of_chats_and_tables(kind: str, text: str) -> None:
    """However the parts of a number or an address are put together, it stops a build."""
    assert [(hit.kind, hit.level) for hit in find_personal_data(f"前，{text}，后")] == [(kind, "error")]


@pytest.mark.parametrize("text", LIKE_SPELLINGS)
def test_what_looks_like_such_a_spelling_passes(text: str) -> None:
    """Counts, sums, years, decimals, sizes and the rooms of offices are no personal data."""
    assert not kinds(f"前，{text}，后")


PROSE = """
居民高度关注小区停车问题。居民陆续签字同意。业主任何时候都可以提出意见。居民高兴地说，路灯亮了。志愿者和老人一起种花。
居民许多意见得到采纳。老人马上收到了通知。业主付费停车。居民周边环境改善。居民曾多次反映，问题得到解决。
社区党委书记王强表示，将建立长效机制。镇长李明说：三级六事要落到实处。王府井大街的路灯。居民王某反映漏水。
3号楼到7号楼之间12盏路灯不亮。44号院共有6个单元，120户。1单元到3单元更换电缆。2号楼3单元36户居民。12号楼共301户。
会议于2024-12-31召开，2025年9月11日回访。拨打12345或400-800-0088、95598。投票结果35:2。共计1380000元。编号2025091100123。
残疾人坡道已修好。精神文明建设。贯彻会议精神。信访办协助。病虫害防治。低保政策宣传。为残疾人服务。
微信群和QQ群已建立。微信公众号发布公示。沪苏A类标准。京A类企业。永安街社区。8个月132件。6至12岁儿童活动。18岁以下12人。
学校周边交通。小学门口。幼儿园江边路。值班表每班两人。志愿者服务时间。业主委员会和物业公司协商。老人家说好。业主任意停车。
各位女士先生。多位阿姨参加舞蹈队。两室一厅，3号楼两室一厅。under18: 9，over60: 30。议题从5岁孩子到80岁老人都关心。
居民杜绝飞线充电。居民顾虑费用。居民代表、党员、楼长等20余人围坐一圈。老人摔倒两次。居民田园认养。居民石凳安装。居民范围扩大。
器件所家属院是老旧小区，脏乱问题长期存在。居民起初反对拆除自建棚屋，经入户走访，居民、物业公司和社区多轮协商，自建棚屋全部拆除。
疾控卫生局小区地势低洼，暴雨积水，调来水泵，救援队协助，约一周解决。房产医药小区3号楼至7号楼12盏路灯全部熄灭，居民夜间两次摔倒。
维修资金只够材料费；方案一：街道补贴，方案二：居民义务劳动。二十余名小组成员晚上在活动中心围桌而坐，行动计划写进会议纪要。
""".strip().split("\n")


@pytest.mark.parametrize("text", PROSE)
def test_ordinary_prose_raises_no_alarm(text: str) -> None:
    """What communities write about their matters holds no personal data."""
    assert kinds(text) == []


@pytest.mark.parametrize("text", [
    "https://example.org/13800005678", "见 http://example.org/a/3号楼401 。", "www.example.org/13800005678"])
def test_the_path_of_a_web_address_is_left_alone(text: str) -> None:
    """Numbers in the path of a URL are no personal data; in its query, and after it, they are."""
    assert kinds(text) == []
    assert kinds(text + "，电话13800005678") == [("mobile", "error", "13800005678")]
    assert kinds(text.split()[-1] + "?a=1&to=13800005678") == [("mobile", "error", "13800005678")]


@pytest.mark.parametrize(("text", "masked"), [
    ("电话+86 138-1234-5678。", "电话+86 138****5678。"),
    ("１３８１２３４５６７８", "138****5678"),
    ("卡号4111111111111111和13812345678", "卡号****1111和138****5678"),
    ("居民张三反映", "居民张****反映"), ("王大妈说", "****大妈说"),
    ("微信号zhangsan", "微信号z****n"),
    ("京A12345", "京A****"),
    ("一切都好", "一切都好"),
    ("a1234567", "a****"), ("1234567-2", "****-2"), ("编号2025091100123。", "编号****。"), ("123456", "123456"),
    ("x１２３４５６７y", "x****y"), ("Flat 4", "****"),
    ("158<br>2274\n6109", "158****6109"), ("9 号 楼 2 单 元 西户", "9****"), ("井盖3000*2000", "井盖3000*2000"),
])
def test_masking_leaves_no_more_than_the_ends(text: str, masked: str) -> None:
    """What is printed shows where a datum stood, and never the datum."""
    assert mask_personal_data(text) == masked


VALUES = ("电话13800135678", "tel 07700 900123", "座机010-62345678", "身份证370213198805231176", "NI number QQ123456C",
          "NI TM 551 982 B", "NHS number 943 476 5919", "卡号4111 1111 1111 1111", "IBAN GB29NWBK60161331926819",
          "车牌京A12345", "car reg LD63XKP", "微信号lily_zhou88", "3号楼2单元401室", "写信到 fengqing@example.org",
          "居民赵秀兰说", "三年级：李浩然画了", "Class 3B: Harry Whitfield drew it", "编号20250911001234567")
HIDING = ("<b>{}</b>", "<!-- x -->{}", "<span class='a'>{}</span>", "**{}**", "*{}*", "`{}`", "[{}](a)", "{}\u200b",
          "{}&#8203;", "{}&shy;", "&#x{:x};")


@pytest.mark.parametrize("hiding", HIDING)
def test_masking_covers_what_markup_hides(hiding: str) -> None:
    """Wherever a personal datum of any kind is broken by what readers do not see, nothing of it is left to be found,
    and no more than its ends to be read."""
    for value in VALUES:
        for at in range(len(value) - 4, len(value) - 1):
            part = ord(value[at]) if "x" in hiding and ":" in hiding else value[at]
            masked = mask_personal_data(value[:at] + hiding.format(part) + value[at + 1:])
            read = extract_all_text(render_markdown(masked).html)
            assert not [*find_personal_data(masked), *find_personal_data(read)], (value, masked)
            assert not re.search("[0-9]{5}", re.sub("[^0-9A-Za-z*]", "", read)), (value, masked)


@pytest.mark.parametrize("record", ["提出: {}", "主题: [{}]", "进展: [{}]", "进展: [2025-03-03 提出：x, {}]"])
def test_a_number_is_masked_before_a_message_cuts_it(record: str) -> None:
    """A part of a number would be none, and stand in the message."""
    location = locate_record("places/a/issues/x.yaml")
    assert location
    for before in range(60):
        text = "很" * before + "110105 19491231 002X"
        source = f"标题: x\n{record.format(text)}\n".encode()
        problems = map(mask_problem, read_records(SourceFile("places/a/issues/x.yaml", source), location).problems)
        assert not re.search("1101|1949", "".join(value for problem in problems for _, value in problem.values))


def test_of_two_kinds_in_one_place_the_graver_counts() -> None:
    """Hits do not overlap, and an error is never hidden behind a warning."""
    assert kinds("13812345678@example.org") == [("mobile", "error", "13812345678")]
    assert kinds("学校学生王小明，") == [("minor", "error", "王小明")]


TEXT = st.lists(st.sampled_from([
    "138", "0000", "5678", "-", " ", "１３８", "①", "ﬁ", "㎡", "é", "\u200b", "居民", "王", "小明", "，", "。", "号楼",
    "单元", "室", "401", "京A", "微信", "QQ", "@", "example.org", "http://", "岁", "班", "12", "+86", "病",
    "11010519491231002X"]), max_size=30).map("".join)


@given(TEXT | st.text())
def test_hits_are_places_in_the_original_text(text: str) -> None:
    """Whatever is written, hits lie in it, in order and apart, on the very characters that were meant."""
    hits = find_personal_data(text)
    assert all(0 <= hit.start < hit.end <= len(text) for hit in hits)
    assert all(left.end <= right.start for left, right in pairwise(hits))
    for hit in hits:
        if hit.kind == "mobile":
            digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", text[hit.start:hit.end]))
            assert re.fullmatch(r"1[3-9]\d{9}", digits)


@pytest.mark.parametrize("unit", [
    "1", "138 ", "1-", "一", "王", "居民王", "居民王小，病", "@",
    "a@a.", "微信", "京A", "3号楼", "2单元", "9岁的王", "4111 ",
    "http://", "138\u200b", "+86 ", "0"])
def test_no_text_takes_long(unit: str) -> None:
    """A hundred thousand characters of the worst kind are searched within seconds: no pattern runs away."""
    start = time.perf_counter()
    find_personal_data(unit * (100_000 // len(unit)))
    assert time.perf_counter() - start < 10


def test_no_pattern_repeats_without_a_limit() -> None:
    """A run of digits of any length, tried from each of them, would take the square of its length: `[a-z0-9]+ grader`
    took 20 seconds for 25,000."""
    rules = yaml.safe_load((PROJECT / "yishi/content/privacy.yaml").read_text("utf-8"))
    patterns = [*rules["clues"].values(), *rules["parts"].values(), *(one["finds"] for one in rules["patterns"])]
    assert [one for one in patterns if re.search(r"(?<!\\)[\])][*+](?![*?])|[\])]\{[0-9]+,\}", one)] == []


@pytest.mark.parametrize("part", PARTS)
def test_every_line_of_the_measured_set_is_judged_rightly(part: str) -> None:
    """No error is missed, no look-alike is one, a warning is no error (`python -m tests.privacy_report`)."""
    wrong = [(line, found) for line in read_lines(part) if (found := find_level(line)) != line.level]
    assert [one for one in wrong if one != (Line("CN", "none", "-", "居民高山路"), "warning")] == []


def test_what_is_masked_stays_as_it_is() -> None:
    """A message may be masked where it is made and where it is told."""
    masked = [mask_personal_data(line.text) for part in PARTS for line in read_lines(part)]
    assert [text for text in masked if mask_personal_data(text) != text] == []


def test_what_hides_a_number_hides_nothing() -> None:
    """Any one trick, at any place in a number, leaves it found: blanks that nobody sees, other digits, other marks."""
    tricks = ["\u200b", "\u00ad", "\ufe0f", "\u2060", "\u20e3", "‐", "—", "·", "_", "（", "【", " ", "\u00a0", "\u3000"]
    for number in ("13800135678", "370213198805231176"):
        for trick in tricks:
            for at in (3, len(number) - 4):
                text = f"找{number[:at]}{trick}{number[at:]}。"
                assert [hit.level for hit in find_personal_data(text, ("CN",))] == ["error"], text
        for digits in ("０１２３４５６７８９", "〇一二三四五六七八九", "零壹贰叁肆伍陆柒捌玖", "O①②③④⑤⑥⑦⑧⑨"):
            text = f"找{number.translate(str.maketrans('0123456789', digits))}。"
            assert [hit.level for hit in find_personal_data(text, ("CN",))] == ["error"], text


@pytest.mark.parametrize("number", ["99880119850714362", "98276419031209587", "99113320010131999", "97654319991130428",
                                    "91123419840229736", "99666619770808111"])
def test_a_resident_id_of_no_known_district_is_told_by_its_check_digit(number: str) -> None:
    """The eighteenth character of GB 11643 (ISO 7064, modulo 11): of the eleven only one makes it an id."""
    rest = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(number)) % 11
    right = "0123456789X"[(1 - rest) % 11]
    told = [last for last in "0123456789X" if any(kind == "resident_id" for kind, _, _ in kinds(f"证{number}{last}。"))]
    assert told == [right]


@pytest.mark.parametrize(("text", "told"), [
    ("住户31-12-2024", False), ("住户12-31-2024", False), ("住户32-12-2024", True), ("住户12-32-2024", True),
    ("住户13-13-2024", True), ("住户12-12-1900", False), ("住户12-12-1899", True), ("住户12-12-2099", False),
    ("住户12-12-2100", True)])
def test_three_numbers_are_a_day_or_a_door(text: str, told: bool) -> None:
    """Building, unit and room, unless they are a day, a month and a year."""
    assert ("door" in [kind for kind, _, _ in kinds(text)]) == told


@pytest.mark.parametrize(("file", "text", "told"), [
    ("places/a/place.yaml", "name: A\nkind: town\noffice: {email: info@example.org}\n", False),
    ("places/a/place.yaml", "name: A\nkind: town\nsummary: write to info@example.org\n", True),
    ("sources.yaml", "s: {title: T, archive: info@example.org}\n", False),
    ("site.yaml", "title: T\ncontact: {email: info@example.org}\n", False)])
def test_an_address_is_told_unless_an_office_or_a_source_gives_its_own(file: str, text: str, told: bool) -> None:
    """Where a record has a field for it, the address of an office is public."""
    location = locate_record(file)
    assert location
    hits = read_records(SourceFile(file, text.encode()), location).privacy_hits
    assert [hit.kind for _, hit in hits] == ["email"] * told
