"""What the form promises: what it makes builds as it is, it judges as a build does, and nothing leaves the device."""

import json
import re
import threading
from collections.abc import Iterator, Mapping
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from playwright.sync_api import Browser, Error, Route, expect
from playwright.sync_api import Page as Window

from tests.content import test_privacy, test_schema
from tests.privacy_report import PARTS, Line, read_lines
from tests.support.chromium import looking, served
from tests.support.date_forms import read_date_forms
from tests.support.workshop import PROJECT, SITES, Workshop
from yishi.content import privacy
from yishi.content.load import create_record, read_records
from yishi.content.schema import build_schema
from yishi.content.yaml_source import SourceFile
from yishi.engine.pipeline import check
from yishi.model.date_expressions import WritingContext, export_date_rules, interpret_date
from yishi.model.kinds import KINDS
from yishi.model.language import get_language
from yishi.model.paths import locate_record
from yishi.model.problems import describe_problem
from yishi.model.vocabulary import get_built_in_vocabulary
from yishi.workbook.import_files import ContentFolder, ReceivedFile, import_files, receive_record_file

pytestmark = pytest.mark.browser

PLACE = "places/shili-shi/shili-zhen/dongshequ"
NASTY = [("说: 好 # 不是", "- 'a' \"b\" \\n", "`@&*!|>%{}[],?"), ("：全角；“引号”", "a\nb\n\n  c", "null"),
         ("~", "0314", "é 😀 𠮷"), ("=SUM(A1)", "---", "</template>")]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """The full site, in three languages."""
    workshop = Workshop(tmp_path_factory.mktemp("submit"), SITES / "full")
    workshop.replace("site.yaml", "语言: [zh-Hans, en]", "语言: [zh-Hans, en, zh-Hant]")
    assert workshop.build(search=False, jobs=1).write_result
    return workshop


@pytest.fixture(scope="session")
def host(site: Workshop) -> Iterator[str]:
    with served(site.output) as address:
        yield address


@pytest.fixture
def form(window: Window, host: str) -> Window:
    """The form, open on a phone."""
    window.goto(f"{host}submit/index.html")
    return window


@pytest.fixture(scope="module")
def scripts(browser: Browser, host: str) -> Iterator[Window]:
    """A window in which the scripts of the form can be called."""
    with looking(browser) as window:
        window.goto(f"{host}submit/index.html")
        yield window


def fill_issue(form: Window, title: str = "东院路灯不亮", text: str = "居民说：晚上看不清路") -> None:
    form.locator("#place").select_option(PLACE)
    form.locator("#issue-title").fill(title)
    form.get_by_role("checkbox", name="照明").check()
    form.locator("#issue-raised").fill("2025-03")
    form.locator("#issue-log-0-date").fill("2025-03-03")
    form.locator("#issue-log-0-stage").select_option("提出")
    form.locator("#issue-log-0-text").fill(text)


def unfold(form: Window) -> None:
    """Open all that is folded in the form for issues."""
    for part in form.locator("section[data-kind=issue] summary").all():
        part.click()


def made(form: Window) -> str:
    form.get_by_role("button", name="检查并生成文字").click()
    expect(form.locator("#summary li")).to_have_text([])
    return form.locator("#made").input_value()


def taken(form: Window, folder: Path) -> Path:
    """The file that the form gives, once it is made."""
    with form.expect_download() as download:
        form.get_by_role("button", name="存成文件").click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def put(site: Workshop, path: str, text: str) -> tuple[list[str], Any]:
    """What the check says of a file put where it belongs, in words, and the record that it reads there."""
    site.write(path, text)
    checked = check(site.options())
    (site.content / path).unlink()
    found = [describe_problem(problem, get_language("zh-Hans")) for problem in checked.problems if problem.path == path]
    return found, None if found else checked.library.record(path.rpartition(".")[0])


def imported(site: Workshop, sent: ReceivedFile) -> Mapping[str, bytes]:
    """What `import` makes of a file without a question: path → bytes."""
    content = ContentFolder(check(site.options()).library, (), (), lambda _: b"", lambda _: b"", lambda _: ())
    result = import_files([sent], content, get_language("zh-Hans"))
    assert [one.problems for one in result.results] == [()]
    return result.files


def test_the_form_is_read_before_its_scripts_are_there(window: Window, host: str) -> None:
    """They are long: what the form says is not kept back until they have come, and nothing moves when they have."""
    held, scripts = list[Route](), re.compile(r"/(dates|check|write|submit)\.[^/]*js$")
    window.route(scripts, lambda route: held.append(route))
    window.goto(f"{host}submit/index.html", wait_until="commit")
    expect(window.locator("#form .press")).to_be_visible()
    expect(window.locator("#without")).to_be_hidden()
    for route in held:
        route.continue_()
    window.unroute(scripts)
    window.wait_for_selector("#form:not([hidden])")
    window.wait_for_function("() => performance.getEntriesByType('resource').some((one) => /rules/.test(one.name))")
    moved = window.evaluate("""() => new Promise((done) => {
        const found = [];
        const inMain = (one) => one.node && one.node.closest && one.node.closest("main");
        new PerformanceObserver((list) => found.push(...list.getEntries().flatMap((one) => one.sources).filter(inMain)))
            .observe({ type: "layout-shift", buffered: true });
        setTimeout(() => done(found), 50);
    })""")
    assert moved == []


# --- what it makes ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("title", "text", "summary"), NASTY)
def test_an_issue_is_right_as_it_is(
        form: Window, site: Workshop, tmp_path: Path, title: str, text: str, summary: str) -> None:
    """Filled in, saved and put into its folder: no problem, and every word as it was typed."""
    fill_issue(form, title, text)
    form.get_by_role("button", name="再加一条").click()
    form.locator("#issue-log-1-date").fill("2025-04-01")
    form.locator("#issue-log-1-stage").select_option("办结")
    form.locator("#issue-log-1-text").fill(text)
    form.locator("#issue-log-1-by").select_option("物业")
    unfold(form)
    form.locator("#issue-location").select_option("yard-3")
    form.locator("#issue-summary").fill(summary)
    form.get_by_role("checkbox", name="居民", exact=True).check()
    form.locator("#issue-participants-headcount").fill("20")
    assert made(form).startswith(f"# {PLACE}\n标题: ")
    file = taken(form, tmp_path)
    problems, issue = put(site, f"{PLACE}/issues/{file.name}", file.read_text("utf-8"))
    assert problems == []
    assert (issue.title, issue.summary) == (title, summary)
    assert [entry.text for entry in issue.log] == [text, text]
    assert (issue.log[1].by, issue.topic) == ("property_company", ("lighting",))
    assert issue.participants.kinds == ("resident",)
    assert issue.location == f"{PLACE}/locations/yard-3"


def test_what_was_agreed_is_taken_by_import(form: Window, site: Workshop, tmp_path: Path) -> None:
    """A meeting, a vote and a promise, as people say them, to the record: the meeting becomes an entry of the log at
    its day, the rest keys of their own."""
    fill_issue(form)
    form.get_by_role("button", name="再加一条").click()
    form.locator("#issue-log-1-date").fill("2025-05-01")
    form.locator("#issue-log-1-stage").select_option("办结")
    form.get_by_text("会议、表决和承诺").click()
    for field, text in AGREED.items():
        form.locator(f"#issue-{field}").fill(text)
    assert "meeting" not in made(form)
    expect(form.locator("#warnings")).to_contain_text("'十二票'读作12")
    file = taken(form, tmp_path).rename(tmp_path / "微信.txt")
    (path, data), = imported(site, receive_record_file(file.name, file.read_bytes())).items()
    problems, issue = put(site, path, data.decode())
    assert problems == []
    assert [(f"{entry.date}", entry.text) for entry in issue.log] == [
        ("2025-03-03", "居民说：晚上看不清路"), ("2025-03-20", "在东院开的现场会"), ("2025-05-01", "")]
    assert issue.decision.text == "物业答应换灯"
    assert (issue.decision.for_, issue.decision.against, issue.decision.abstain) == (12, 3, 0)
    assert (issue.participants.headcount.value, issue.lead, f"{issue.due}") == (20, "property_company", "2025-04-30")


AGREED = {"meeting-date": "2025年3月20号", "meeting-form": "在东院开的现场会", "participants-headcount": "20多人",
          "decision-text": "物业答应换灯", "decision-for": "十二票", "decision-against": "3", "decision-abstain": "０",
          "lead": "物业", "due": "2025年4月底前"}
"""Field → what is said of a meeting and of what it agreed."""


def test_photos_are_made_smaller_on_the_device(form: Window, site: Workshop, tmp_path: Path) -> None:
    """At most 1600 pixels, upright, without a trace of the camera; the text names them as they are saved, in remarks
    that `import` makes the record's photos."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Camera of Zhang San"
    Image.new("RGB", (2000, 1000), "red").save(tmp_path / "big.jpg", exif=exif)
    (tmp_path / "none.heic").write_bytes(b"no picture")
    fill_issue(form)
    made(form)
    form.get_by_role("button", name="复制文字").click()
    expect(form.locator("#said")).to_have_text("已复制。")
    form.locator("#photos").set_input_files([tmp_path / "big.jpg"])
    expect(form.locator("#said")).to_have_text("文字又有变动，请再复制或存一次。")
    form.locator("#smaller").evaluate("list => { list.textContent = ''; }")
    form.locator("#photos").set_input_files([tmp_path / "none.heic", tmp_path / "big.jpg"])
    expect(form.locator("#said")).to_have_text("这个浏览器读不了none.heic这张图片。")
    form.get_by_label("照片1里是什么").fill("打13800005678")
    form.get_by_label("照片1里是什么").blur()
    expect(form.locator("#smaller .wrong")).to_contain_text("138****5678")
    form.get_by_label("照片1里是什么").fill("东院的灯: 全黑")
    form.get_by_label("照片1里是什么").blur()
    expect(form.locator("#smaller .wrong")).to_be_empty()
    with form.expect_download() as download:
        form.locator("#smaller a").click()
    saved = download.value.path()
    with Image.open(saved) as photo:
        assert (photo.format, photo.size, dict(photo.getexif())) == ("JPEG", (800, 1600), {})
    assert b"Zhang" not in saved.read_bytes()
    text = form.locator("#made").input_value()
    assert put(site, f"{PLACE}/issues/x.yaml", text)[0] == []
    name = download.value.suggested_filename
    assert re.fullmatch(r"yiti-[\d-]{10}-1-[\da-f]{6}\.jpg", name)
    files = imported(site, receive_record_file("a.yaml", text.encode(), {name: saved.read_bytes()}))
    [(photo_path, data), (path, record)] = sorted(files.items())
    assert data == saved.read_bytes()
    (site.content / photo_path).write_bytes(data)
    problems, issue = put(site, path, record.decode())
    (site.content / photo_path).unlink()
    assert (problems, [(one.file, one.alt) for one in issue.photos]) == (
        [], [(photo_path.rpartition("/")[2], "东院的灯: 全黑")])


def test_a_mistake_about_the_meeting_is_told_at_its_field(form: Window) -> None:
    """Although it stands in the record as an entry of the log, among the others."""
    fill_issue(form)
    unfold(form)
    form.locator("#issue-meeting-date").fill("早就")
    form.locator("#issue-meeting-form").fill("请拨打13800005678")
    form.locator("#issue-meeting-form").blur()
    expect(form.locator("#issue-meeting-date-wrong")).to_contain_text("早就")
    form.locator("#issue-meeting-date").fill("2025年3月中旬")
    form.locator("#issue-meeting-date").blur()
    expect(form.locator("#issue-meeting-date-wrong")).to_contain_text("会议：日期：'2025年3月中旬'读作")
    expect(form.locator("#issue-meeting-form-wrong")).to_contain_text("138****5678")
    form.locator("#issue-due").fill("2025-04")
    form.locator("#issue-due").blur()
    expect(form.locator("#issue-due-wrong")).not_to_be_empty()
    for words, said in (("一百二", "一百二"), ("一百〇二票", "读作102"), ("三十五人", "读作35"), ("票", "票"),
                        ("十多", "十多")):
        form.locator("#issue-decision-for").fill(words)
        form.locator("#issue-decision-for").blur()
        expect(form.locator("#issue-decision-for-wrong")).to_contain_text(said)
        assert (form.locator("#issue-decision-for").get_attribute("aria-invalid") == "true") == (said == words)


def test_it_says_where_to_send_the_text(window: Window, host: str) -> None:
    """Reached from any page of a place, which it then knows: a mail whose subject names place and matter, and the
    phone of that place's office; of a place without an office, of the nearest one above."""
    window.goto(f"{host}{PLACE}/wall/index.html")
    window.locator("footer").get_by_role("link", name="反映问题").click()
    expect(window.locator("#place")).to_have_value(PLACE)
    fill_issue(window)
    made(window)
    ways = window.locator("#send a").evaluate_all("all => all.map((one) => decodeURIComponent(one.href))")
    assert ways == ["tel:01000000001", "tel:12345", "mailto:office@example.org?subject=东社区：东院路灯不亮"]
    expect(window.locator("#send")).to_contain_text("示例镇东路2号")
    window.locator("#place").select_option("places/shili-shi/shili-zhen")
    made(window)
    expect(window.locator("#send")).to_contain_text("示例镇示例路1号")
    window.goto(f"{host}en/{PLACE}/index.html")
    window.locator("#raise").get_by_role("link", name="Write it down in the form").click()
    expect(window.locator("#place")).to_have_value(PLACE)


def test_the_editor_of_the_host_gets_the_text(form: Window) -> None:
    """For those with an account there: the file at its path, with its text; one that is too long for an address is
    copied by the same press, which says so. Nothing is opened before."""
    fill_issue(form)
    form.evaluate("document.addEventListener('click', (event) => event.target.closest('#editor') "
                  "&& event.preventDefault())")  # the page there is not to be asked for
    text, said = made(form), form.locator("#opened")
    link = form.get_by_role("link", name="在 git.example.org 的编辑器里打开")
    address = urlsplit(link.get_attribute("href") or "")
    assert f"{address.netloc}{address.path}" == f"git.example.org/town/site/_new/main/content/{PLACE}/issues"
    (name,), (value,) = parse_qs(address.query)["filename"], parse_qs(address.query)["value"]
    assert re.fullmatch(r"yiti-[\d-]{10}\.yaml", name)
    assert value == text
    link.press("Enter")
    expect(said).to_contain_text("已经填好文字")
    unfold(form)
    form.locator("#issue-body").fill("很长的说明，" * 120)
    text = made(form)
    expect(said).to_be_empty()
    assert "value" not in (link.get_attribute("href") or "value")
    link.press("Enter")
    expect(said).to_contain_text("已复制")
    expect(link).to_be_focused()
    form.locator("#issue-summary").press("Control+V")
    assert form.locator("#issue-summary").input_value() == text


def test_a_case_is_right_as_it_is(form: Window, site: Workshop, tmp_path: Path, host: str) -> None:
    """Markdown with its keys above; an issue is named by its address, a lesson stands on a line of its own."""
    form.get_by_role("radio", name="案例").check()
    form.locator("#place").select_option(PLACE)
    form.locator("#case-title").fill("一起看现场")
    form.locator("#case-issues").fill(f"{host}{PLACE}/issues/lamps/index.html?x=1#log")
    form.locator("#case-body").fill("## 过程\n\n大家先走了一遍夜路: 再坐下来 # 商量。\n\n---\n\n好。")
    form.locator("section[data-kind=case] summary").click()
    form.locator("#case-lessons").fill("先看现场\n再坐下来: 商量")
    assert made(form).startswith(f"---\n# {PLACE}\n标题: 一起看现场\n")
    file = taken(form, tmp_path)
    assert re.fullmatch(r"anli-\d{4}-\d\d-\d\d\.md", file.name)
    problems, case = put(site, f"{PLACE}/cases/{file.name}", file.read_text("utf-8"))
    assert problems == []
    assert case.issues == (f"{PLACE}/issues/lamps",)
    assert case.lessons == ("先看现场", "再坐下来: 商量")
    assert "商量。\n\n---" in case.body.source


def test_what_is_made_becomes_a_page(form: Window, tmp_path: Path) -> None:
    """The text that is copied, put into a folder of the place that its first line names, is built without a word."""
    fill_issue(form)
    text, workshop = made(form), Workshop(tmp_path, SITES / "full")
    before = check(workshop.options()).problems
    workshop.write(f"{text.splitlines()[0].removeprefix('# ')}/issues/yiti.yaml", text)
    report = workshop.build(search=False)
    assert report.checked.problems == before
    assert "东院路灯不亮" in (workshop.output / PLACE / "issues/yiti/index.html").read_text("utf-8")


def test_each_language_writes_its_own_words(window: Window, host: str) -> None:
    """English keys in English; in traditional characters what is shown is converted, what is written can be read."""
    window.goto(f"{host}en/submit/index.html")
    window.locator("#place").select_option(PLACE)
    window.locator("#issue-title").fill("Dark Yard 3")
    window.get_by_role("checkbox", name="Lighting").check()
    window.get_by_role("button", name="Not known").first.click()
    window.locator("#issue-log-0-stage").select_option(label="Raised")
    window.locator("#issue-log-0-text").fill("Lamps are out")
    window.get_by_role("button", name="Check and make the text").click()
    assert window.locator("#made").input_value() == (
        f"# {PLACE}\ntitle: Dark Yard 3\ntopic: [lighting]\nraised: unknown\nlog:\n  - raised: Lamps are out\n")
    window.goto(f"{host}zh-hant/submit/index.html")
    window.get_by_role("checkbox", name="綠化").check()
    window.locator("#place").select_option(PLACE)
    window.locator("#issue-title").fill("草地")
    window.locator("#issue-raised").fill("未知")
    window.locator("#issue-log-0-stage").select_option(label="辦結")
    window.get_by_role("button", name="檢查並生成文字").click()
    assert "主题: [绿化]\n提出: 未知\n进展:\n  - 办结:\n" in window.locator("#made").input_value()


SIGNS = st.sampled_from("\n\t :#-'\"\\：，[]{}&*!|>%@`")
TEXTS = st.text(st.characters(exclude_categories=["Cc", "Cs"]) | SIGNS, max_size=40)


@given(text=TEXTS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_typed_is_read_back(scripts: Window, text: str) -> None:
    """The notation holds any text: as a value, in a list, and in an entry of the log."""
    clean = scripts.evaluate("text => window.yishi.cleanText(text)", text)
    if not clean:
        return
    log = [{"date": "2025-09-11", "stage": "提出", "text": clean}, {"stage": "办结", "text": clean, "by": "居民"}]
    record = {"title": "x", "topic": ["照明"], "raised": "未知", "causes": [clean, "b"], "log": log,
              "outcome": {"text": clean}}
    names = {"title": "标题", "topic": "主题", "raised": "提出", "causes": "原因", "log": "进展", "outcome": "成效",
             "outcome.text": "内容", "log.date": "日期", "log.stage": "阶段", "log.text": "内容", "log.by": "由谁"}
    call = "([record, names]) => window.yishi.recordFile('issue', 'places/a', record, names, ['date', '日期'])"
    written = scripts.evaluate(call, [record, names])
    slot = locate_record("places/a/issues/x.yaml")
    assert slot
    reading = read_records(SourceFile("places/a/issues/x.yaml", written.encode()), slot)
    assert reading.problems == (), written
    issue: Any = create_record("issue", reading.entries[""])
    assert [issue.causes[0], *(entry.text for entry in issue.log), issue.outcome.text] == [clean] * 4


@pytest.mark.parametrize(("title", "name"), [
    ("Street lamps, yard 3!", "street-lamps-yard-3-2025-09-11.yaml"), ("东院路灯", "yiti-2025-09-11.yaml"),
    ("?", "yiti-2025-09-11.yaml"), ("x" * 60, f"{'x' * 40}-2025-09-11.yaml")])
def test_a_file_has_a_name_that_can_stand(scripts: Window, title: str, name: str) -> None:
    """Lower-case letters, digits and hyphens, whatever the title is."""
    assert scripts.evaluate("title => window.yishi.fileName('issue', title, '2025-09-11', true)", title) == name


# --- how it judges ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["issue", "case"])
def test_the_form_judges_as_an_editor_does(scripts: Window, kind: str) -> None:
    """Right and wrong records by the hundred: the script finds problems just where the schema has them."""
    records = samples(kind)
    schema = build_schema(kind, get_built_in_vocabulary(), described=False)
    call = "([schema, records]) => records.map((one) => window.yishi.problems(schema, one, schema).length > 0)"
    found = scripts.evaluate(call, [schema, records])
    expected = [not test_schema.validator(kind).is_valid(record) for record in records]
    assert {True, False} == set(expected)
    assert [record for record, one, other in zip(records, found, expected, strict=True) if one != other] == []


def test_the_form_reads_dates_as_the_program_does(scripts: Window) -> None:
    """Every form of the table, and pieces of two: the script reads, asks and refuses just as the program."""
    forms = [(one.text, one.day, one.order, one.direction)
             for one in read_date_forms(PROJECT / "tests/model/dates.tsv")]
    forms += [(f"{text}{other[0][:3]}", *rest) for (text, *rest), other in zip(forms, forms[7:], strict=False)]
    call = """([forms, rules]) => forms.map(([text, day, order, direction]) => {
              const found = window.yishi.interpretDate(text, { day, order, direction }, rules);
              return [found.date, ...found.proposals].map((one) => one && window.yishi.spellDate(one)); })"""
    found = scripts.evaluate(call, [[[text, f"{day}", *rest] for text, day, *rest in forms], export_date_rules()])
    for (text, *written), spelt in zip(forms, found, strict=True):
        reading = interpret_date(text, WritingContext(*written))
        assert spelt == [str(reading.date) if reading.date else None, *map(str, reading.proposals)], text


def test_a_date_in_words_is_written_as_it_was_read(form: Window) -> None:
    """What was understood stands below the field at once; what may be two dates is asked with both."""
    fill_issue(form)
    form.locator("#issue-raised").fill("2024年冬天")
    form.locator("#issue-raised").blur()
    assert form.locator("#issue-raised-wrong").text_content() == (
        "提出：'2024年冬天'读作2024-12..2025-02（2024年冬天）。")
    form.locator("#issue-log-0-date").fill("周三")
    form.locator("#issue-log-0-date").blur()
    assert " / " in (form.locator("#issue-log-0-date-wrong").text_content() or "")
    form.locator("#issue-log-0-date").fill("2025年国庆前")
    assert '提出: "2024-12..2025-02（2024年冬天）"' in made(form)
    assert "不晚于 2025-10-01（2025年国庆前）" in made(form)


def samples(kind: str) -> list[Any]:
    """Records of a kind, each right, and changed in one place."""
    found: list[Any] = []

    @settings(max_examples=100, database=None)
    @given(data=st.data())
    def draw(data: st.DataObject) -> None:
        record = data.draw(test_schema.records(KINDS[kind].model))
        at = data.draw(st.sampled_from(list(test_schema.places_in(record))))
        found.extend([record, test_schema.changed(record, at, data.draw(test_schema.WRONG))])

    draw()
    return found


def texts_of(test: Any) -> list[str]:
    """The texts that a test of `yishi.content.privacy` looks at, if it is given any."""
    names, rows = next((mark.args for mark in getattr(test, "pytestmark", ()) if mark.name == "parametrize"), ("", ()))
    names = names.split(",") if isinstance(names, str) else names
    return [row if len(names) == 1 else row[names.index("text")] for row in rows] if "text" in names else []


def test_the_form_finds_what_the_check_finds(scripts: Window) -> None:
    """Personal data: every line by which the program's own search is measured gives the same kind, level and mask,
    and what markup hides is found where a page would show it."""
    lines = [line for part in PARTS for line in read_lines(part)]
    lines += [Line("CN", "", "", text) for test in vars(test_privacy).values() for text in texts_of(test)]
    lines += [Line("CN", "", "", text) for text in test_privacy.PROSE]
    assert len(lines) > 1300
    call = """([texts, list]) => texts.map((text) => window.yishi.findPersonalData(text, list)
              .map((hit) => [hit.kind, hit.level, hit.text, hit.masked]))"""
    for country in privacy.COUNTRIES:
        texts = [line.text for line in lines if line.country == country]
        found = scripts.evaluate(call, [texts, privacy.export_patterns((country,))])
        for text, hits in zip(texts, found, strict=True):
            expected = [[hit.kind, hit.level, text[hit.start:hit.end], hit.masked]
                        for hit in privacy.find_personal_data(text, (country,))]
            assert hits == expected, text
    hidden = ["138<!-- x -->00135678", "&#49;3800135678", "138**0013**5678", "1**3**800135678", "<b>138</b>00135678",
              "138\\-0013\\-5678", "[138](a)00135678", "138 0013\n5678"]
    call = "([texts, list]) => texts.map((text) => window.yishi.findInMarkdown(text, list).map((hit) => hit.masked))"
    assert scripts.evaluate(call, [hidden, privacy.export_patterns(("CN",))]) == [["138****5678"]] * len(hidden)


@pytest.mark.parametrize(("field", "text"), [
    ("issue-title", "很长" * 31), ("issue-raised", "早就"), ("issue-raised", "2025-02-30"),
    ("issue-log-0-date", "很久以前"),
    ("issue-log-0-text", "请拨打13800005678"), ("issue-summary", "住在3号楼2单元401室"),
    ("issue-body", "![](lamps-before.jpg)"), ("issue-raised", "2025.9.11"), ("issue-log-0-date", "20250911"),
    ("issue-title", "居民张三反映"), ("issue-participants-headcount", "很多"),
])
def test_what_is_wrong_is_said_in_the_words_of_the_check(form: Window, site: Workshop, field: str, text: str) -> None:
    """Beside the field, as soon as it is filled in: what the check says of a file that says the same."""
    fill_issue(form)
    unfold(form)
    form.locator(f"#{field}").fill(text)
    form.locator(f"#{field}").blur()
    label = form.locator(f"label[for={field}]").evaluate("one => one.firstChild.textContent.trim()")
    key = label.split("：")[-1]
    said = [message.replace(key, label, 1) for message in said_by_the_check(site, field, text)]
    assert form.locator(f"#{field}-wrong").inner_text() == "".join(said)


KEYS: dict[str, tuple[Any, ...]] = {
    "issue-title": ("标题",), "issue-raised": ("提出",), "issue-log-0-date": ("进展", 0, "日期"),
    "issue-log-0-text": ("进展", 0, "内容"), "issue-summary": ("简介",), "issue-body": ("正文",),
    "issue-participants-headcount": ("参与方", "人数"),
}
"""Field of the form → the key that it fills."""


def said_by_the_check(site: Workshop, field: str, text: str) -> list[str]:
    """What the check says of a file whose key for the field says the same."""
    log = [{"阶段": "提出", "内容": "x"}]
    record: dict[str, Any] = {"标题": "x", "主题": "照明", "提出": "未知", "进展": log, "参与方": {}}
    *above, key = KEYS[field]
    part: Any = record
    for one in above:
        part = part[one]
    part[key] = text
    return put(site, f"{PLACE}/issues/x.yaml", json.dumps(record, ensure_ascii=False))[0]


def test_an_issue_closed_unsolved_is_asked_why(form: Window) -> None:
    """The question appears with the entry that raises it; without an answer no text is made."""
    fill_issue(form)
    expect(form.locator("#issue-close_reason")).to_be_hidden()
    form.locator("#issue-log-0-stage").select_option("未解决")
    expect(form.locator("#issue-close_reason")).to_be_visible()
    form.get_by_role("button", name="检查并生成文字").click()
    expect(form.locator("#summary")).to_be_focused()
    form.locator("#summary a").click()
    expect(form.locator("#issue-close_reason")).to_be_focused()
    form.locator("#issue-close_reason").select_option("已转交")
    assert "未解决原因: 已转交" in made(form)


def test_a_case_about_nothing_is_told(form: Window) -> None:
    """Neither issues nor a location: what is missing is said where it can be written."""
    form.get_by_role("radio", name="案例").check()
    form.locator("#place").select_option(PLACE)
    form.locator("#case-title").fill("一起看现场")
    form.get_by_role("button", name="检查并生成文字").click()
    expect(form.locator("#case-issues-wrong")).to_have_text("案例必须写明相关的议题或位置。")
    form.locator("#case-location").select_option(index=1)
    assert "位置: " in made(form)


def test_dates_and_numbers_may_be_typed_in_full_width(form: Window) -> None:
    """As a Chinese keyboard gives them."""
    fill_issue(form)
    form.locator("#issue-raised").fill("２０２５－０３")
    form.locator("#issue-log-0-date").fill("２０２５年３月３日")
    assert "提出: 2025-03\n进展:\n  - 2025年3月3日 提出: " in made(form)


def test_entries_out_of_order_are_told(form: Window) -> None:
    """As between the entries of a file."""
    fill_issue(form)
    form.get_by_role("button", name="再加一条").click()
    form.locator("#issue-log-1-stage").select_option("办结")
    form.locator("#issue-log-1-date").fill("2025-01")
    form.locator("#issue-log-1-date").blur()
    expect(form.locator("#issue-log-1-date-wrong")).to_contain_text("2025-01")
    form.locator("#issue-log-1-date").fill("2025")
    expect(form.locator("#issue-log-1-date-wrong")).to_be_empty()


# --- where it stays --------------------------------------------------------------------------------------------------


def test_a_draft_is_kept_on_the_device_until_it_is_cleared(form: Window) -> None:
    """Closed and opened again everything is there; cleared, nothing is."""
    fill_issue(form)
    form.get_by_role("button", name="再加一条").click()
    form.locator("#issue-log-1-stage").select_option("办结")
    form.locator("#issue-log-1-text").fill("第二步")
    expect(form.locator("#kept")).to_have_text("草稿已存在这台设备上。")
    before = made(form)
    form.reload()
    assert form.locator("#issue-log-1-text").input_value() == "第二步"
    expect(form.locator("#issue-log-1-text-wrong")).to_be_empty()
    assert made(form) == before
    form.once("dialog", lambda dialog: dialog.accept())
    form.get_by_role("button", name="全部清空").click()
    expect(form.locator("#issue-title")).to_have_value("")
    expect(form.locator(".entries > li")).to_have_count(1)
    form.reload()
    expect(form.locator("#issue-title")).to_have_value("")
    assert form.evaluate("localStorage.length") == 0


def test_it_works_without_a_network(form: Window, tmp_path: Path) -> None:
    """Once it is open nothing more is asked of the host, to the file that is saved."""
    form.wait_for_load_state("networkidle")
    asked = list[str]()
    form.on("request", lambda request: asked.append(request.url))
    form.context.set_offline(True)
    fill_issue(form)
    made(form)
    assert taken(form, tmp_path).read_text("utf-8").startswith(f"# {PLACE}\n")
    assert [url for url in asked if not url.startswith("blob:")] == []


class Host(SimpleHTTPRequestHandler):
    """A host of the form that can be away, have it changed, or have it no more."""

    state: ClassVar[str] = ""

    def do_GET(self) -> None:
        if self.state == "away":
            self.close_connection = True
        elif self.state and self.path.startswith("/submit/index.html"):
            self.send_response(200 if self.state == "changed" else 404)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            page = (Path(self.directory) / "submit/index.html").read_bytes().replace(b"<h1>", b"<h1>2.")
            self.wfile.write(page if self.state == "changed" else b"<h1>404</h1>")
        else:
            super().do_GET()

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def log_message(self, *_: object) -> None:
        pass


def test_it_opens_again_without_a_network(browser: Browser, site: Workshop) -> None:
    """Whoever has opened it can open it where there is no network, and no other page; with one, what the host has now
    is shown, and kept; of a form that the host has no more nothing stays."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Host, directory=site.output)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        host, window = f"http://127.0.0.1:{server.server_port}/", browser.new_context().new_page()
        files = open_and_keep(window, f"{host}submit/index.html?place={PLACE}")
        assert {path for path in files if not path.startswith("static/")} == {
            "submit/index.html", "submit/rules.js", "logo.png.96.jpg"}
        assert {path.rpartition(".")[2] for path in files} == {"html", "js", "css", "svg", "png", "jpg"}
        Host.state = "away"
        window.goto(f"{host}submit/")
        fill_issue(window)
        assert made(window).startswith(f"# {PLACE}\n")
        assert window.evaluate("document.styleSheets.length") == len([path for path in files if path.endswith(".css")])
        with pytest.raises(Error):
            window.context.new_page().goto(f"{host}index.html")
        Host.state = "changed"
        assert open_and_keep(window, f"{host}submit/index.html") == files
        Host.state = "away"
        window.goto(f"{host}submit/index.html")
        expect(window.locator("h1")).to_have_text(re.compile("^2\\."))
        Host.state = "gone"
        response = window.goto(f"{host}submit/index.html")
        assert response
        assert response.status == 404
        window.goto(f"{host}index.html")
        assert window.evaluate("caches.keys()") == []
        assert window.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)") == 0
        window.context.close()
        Host.state = ""
        server.shutdown()


def open_and_keep(window: Window, address: str) -> set[str]:
    """Opens the form and waits until it is kept as it is; the paths of the files that are."""
    window.goto(address)
    return set(window.evaluate("""async () => {
        for (let n = 0; n < 500; n += 1) {
          const page = navigator.serviceWorker.controller && await caches.match('index.html');
          if (page && (await page.text()).includes(document.querySelector('h1').outerHTML)) break;
          await new Promise((done) => setTimeout(done, 20));
        }
        const [name] = await caches.keys(), kept = await (await caches.open(name)).keys();
        return kept.map(({ url }) => new URL(url).pathname.slice(1)); }"""))


def test_it_works_from_a_folder(window: Window, site: Workshop) -> None:
    """Opened from disk, as on a computer without a network."""
    window.goto((site.output / "submit/index.html").as_uri())
    fill_issue(window)
    assert "主题: [照明]" in made(window)


def test_the_keyboard_adds_and_removes_entries(form: Window) -> None:
    """Where one goes on is where the focus is, and what happened is said."""
    form.get_by_role("button", name="再加一条").press("Enter")
    expect(form.locator("#issue-log-1-date")).to_be_focused()
    expect(form.locator("#said")).to_have_text("已加上第2条。")
    form.get_by_role("button", name="删去这一条").last.press("Enter")
    expect(form.locator("#issue-log-0-date")).to_be_focused()
    expect(form.locator("#said")).to_have_text("已删去第2条。")
    form.get_by_role("button", name="删去这一条").press("Space")
    expect(form.get_by_role("button", name="再加一条")).to_be_focused()


def test_everything_to_touch_is_large_enough(form: Window) -> None:
    """At least 44 pixels high, with everything unfolded, and nothing wider than the screen, in large type too."""
    form.set_viewport_size({"width": 320, "height": 640})
    form.get_by_role("button", name="大字").click()
    fill_issue(form)
    unfold(form)
    made(form)
    heights = form.locator("#form :is(button, input, select, textarea, summary)").evaluate_all(
        "all => all.filter((one) => one.offsetParent).map((one) => [one.outerHTML.slice(0, 80), one.offsetHeight])")
    assert [one for one in heights if one[1] < 44] == []
    assert form.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize(("field", "button"), [
    ("issue-title", "今天"), ("issue-raised", "再加一条"), ("issue-log-0-date", "再加一条"),
    ("issue-log-0-text", "再加一条"), ("issue-log-0-text", "检查并生成文字"), ("issue-log-0-text", "删去这一条: 1"),
])
def test_what_is_tapped_stays_under_the_finger(form: Window, field: str, button: str) -> None:
    """Leaving a field with a mistake says so below it; the button that is tapped meanwhile does not move away."""
    form.emulate_media(reduced_motion="reduce")  # else the page may still glide to the field that was filled
    target, before = form.get_by_role("button", name=button).first, form.locator(f"#{field}-wrong")
    form.locator(f"#{field}").fill("去年 13800005678，" + "很长" * 30)
    expect(before).to_be_empty()
    target.evaluate("one => one.scrollIntoView({ block: 'center', behavior: 'instant' })")
    form.evaluate("document.addEventListener('click', (event) => { window.tapped = event.target.textContent; }, true)")
    box = target.bounding_box()
    assert box
    form.mouse.move(box["x"] + 5, box["y"] + 5)
    form.mouse.down()
    expect(before).not_to_be_empty()
    after = target.bounding_box()
    assert after
    assert abs(after["y"] - box["y"]) < 1
    form.mouse.up()
    assert form.evaluate("window.tapped") == button.partition(":")[0]


def test_nothing_moves_while_one_types(form: Window) -> None:
    """Not where a mistake was told that typing removes, nor where it makes one, nor by the note on the draft."""
    fill_issue(form, title="很长" * 31)
    unfold(form)
    form.locator("#issue-due").fill("2025-04")
    form.locator("#issue-title").press("Tab")
    form.evaluate("""() => { window.moved = []; new PerformanceObserver((list) => window.moved.push(
        ...list.getEntries().map((one) => one.value))).observe({ type: "layout-shift" }); }""")
    for field in ("title", "raised", "log-0-date", "meeting-date", "decision-for", "due"):
        box = form.locator(f"#issue-{field}")
        box.evaluate("one => { one.scrollIntoView({ block: 'center', behavior: 'instant' }); one.select(); }")
        form.evaluate(FRAMES + ".then(() => { window.moved.length = 0; })")
        before = box.bounding_box(), form.evaluate("document.documentElement.scrollHeight")
        box.press_sequentially("早就13800005678")
        box.press("End")
        box.press("Backspace")
        assert (box.bounding_box(), form.evaluate("document.documentElement.scrollHeight")) == before
        assert form.evaluate(FRAMES + ".then(() => window.moved)") == []


FRAMES = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 20))))"
"""Until what was changed is drawn, and told to observers."""


@pytest.mark.parametrize("language", ["", "en/"])
def test_unfolded_with_mistakes_it_shuts_nobody_out(window: Window, host: str, language: str) -> None:
    """No rule of accessibility that a machine can check is broken; each field is named, and its mistake is told to
    whoever does not see it: as its description, in a live region."""
    window.goto(f"{host}{language}submit/index.html")
    unfold(window)
    window.locator("#issue-due").fill("x")
    window.locator("button.main").first.click()
    due = window.locator("#issue-due")
    expect(due).to_have_accessible_description(re.compile("'x'"))
    expect(window.locator("#issue-due-wrong")).to_have_attribute("aria-live", "polite")
    found = Axe().run(window).response["violations"]
    assert [(one["id"], node["html"][:200]) for one in found for node in one["nodes"]] == []


def test_a_tap_on_a_phone_is_not_lost(browser: Browser, host: str) -> None:
    """By touch the focus moves after the finger has left: the tap counts all the same."""
    with looking(browser, has_touch=True, is_mobile=True) as window:
        window.goto(f"{host}submit/index.html")
        window.locator("#issue-log-0-date").fill("去年")
        window.get_by_role("button", name="再加一条").tap()
        expect(window.locator("#issue-log-0-date-wrong")).not_to_be_empty()
        expect(window.locator(".entries > li")).to_have_count(2)


def test_printed_it_has_its_fields_and_no_buttons(form: Window) -> None:
    """A form to fill in with a pen."""
    form.emulate_media(media="print")
    expect(form.locator("#issue-title")).to_be_visible()
    assert form.locator("button").evaluate_all("all => all.some((one) => one.getClientRects().length)") is False


def test_without_scripts_the_page_says_how_to_write_by_hand(browser: Browser, host: str) -> None:
    """No form that does nothing: the smallest issue there is, as a text."""
    with looking(browser, java_script_enabled=False) as window:
        window.goto(f"{host}submit/index.html")
        expect(window.locator("#form")).to_be_hidden()
        expect(window.locator("#without pre")).to_contain_text("标题: …\n主题: ")


def test_a_site_that_does_not_want_it_has_no_form(tmp_path: Path) -> None:
    """`submit: true` in site.yaml adds the page and the way to it; without it there is neither."""
    workshop = Workshop(tmp_path, SITES / "english-city")
    assert workshop.build().write_result
    assert not (workshop.output / "submit").exists()
    assert "submit/index.html" not in (workshop.output / "index.html").read_text("utf-8")
    workshop.write("site.yaml", workshop.read("site.yaml") + "submit: yes\n")
    assert workshop.build().write_result
    assert "submit/index.html" in (workshop.output / "index.html").read_text("utf-8")
