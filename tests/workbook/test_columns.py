"""Tables of other programs: their headings are named once in `site.yaml`, and what has none here is kept aside."""

import pytest

from tests.support.inbox import ISSUE, TOWN, Desk

FOREIGN: dict[str, tuple[str, str, dict[str, str], list[str]]] = {
    "a 311 export": (
        "{Descriptor: title, Created Date: raised, Resolution Description: what happened, Status: how it stands}",
        "Unique Key,Created Date,Closed Date,Complaint Type,Descriptor,Status,Resolution Description\r\n"
        "1,2025-03-03,2025-03-10,Street Light,Lamp out at the hall,Closed,2025-03-10 lamp replaced\r\n",
        {"标题": "Lamp out at the hall", "提出": "2025-03-03"}, ["1", "2025-03-10", "Street Light"]),
    "Kobo": (
        "{What happened?: title, details/When: raised, details/Where: location}",
        "start,details/When,details/Where,What happened?,_id,_submission_time\r\n"
        "2025-04-01T10:00:00Z,2025-03-30,南园二区,Lamp out at the hall,77,2025-04-01T10:02:00Z\r\n",
        {"标题": "Lamp out at the hall", "提出": "2025-03-30"},
        ["2025-04-01T10:00:00Z", "77", "2025-04-01T10:02:00Z"]),
    "Decidim": (
        "{title/en: title, body/en: summary, published_at: raised}",
        "id;category/name/en;title/en;body/en;published_at;votes\r\n"
        "9;Streets;Lamp out at the hall;It is dark in the evening;2025-05-01;14\r\n",
        {"标题": "Lamp out at the hall", "简介": "It is dark in the evening", "提出": "2025-05-01"},
        ["9", "Streets", "14"]),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_the_headings_of_another_program_are_named_once(desk: Desk, name: str) -> None:
    """A table from elsewhere is read by the headings that `columns` names, in any case and spacing; every other cell is
    kept aside, in full, and told."""
    columns, table, values, aside = FOREIGN[name]
    desk.write("content/site.yaml", f"{TOWN['site.yaml']}columns: {columns}\n")
    desk.write("inbox/export.csv", table)
    ended = desk.imports("--place", "nanyuan")
    assert ended.code == 0, ended.err
    record = next(data.decode() for file, data in desk.records.items() if "/issues/lamp" in file)
    assert all(f"{key}: {value}\n" in record for key, value in values.items())
    kept = next((desk.folder / "taken").rglob("*.aside.csv")).read_text("utf-8-sig")
    assert [line.rpartition(",")[2] for line in kept.splitlines()[1:]] == aside


def test_a_heading_that_resembles_one_of_ours_is_never_guessed(desk: Desk) -> None:
    """A column whose heading is nearly one of the workbook's is told, and its cells are kept aside rather than lost."""
    desk.write("inbox/own.csv", "title,topic,raised,Closed,Votes,metod\r\nDark stairs,lighting,2025-03-03,yes,7,x\r\n")
    ended = desk.imports("--place", "nanyuan", "--language", "en")
    assert ended.code == 0
    assert "Closed" in ended.err
    kept = next((desk.folder / "taken").rglob("*.aside.csv")).read_text("utf-8-sig")
    assert [line.rpartition(",")[2] for line in kept.splitlines()[1:]] == ["yes", "7", "x"]


def test_the_site_s_own_table_of_issues_is_read_as_it_is(desk: Desk) -> None:
    """`data/issues.csv` of the published site finds the records it was made of, and changes nothing, whatever their
    dates."""
    for number, raised in enumerate(("2025-09..2025-11 (秋天)", "约 2025-09-01/2025-09-20", "不晚于 2025-08")):
        desk.write(f"content/places/liuxi/nanyuan/issues/n-{number}.yaml", desk.text(ISSUE).replace(
            "2025-03-03", raised, 1).replace("路灯", f"灯{number}"))
    assert desk.run("build", "--output", str(desk.folder / "site"), "--no-search").code == 0
    desk.write("inbox/issues.csv", (desk.folder / "site/data/issues.csv").read_bytes())
    before = desk.records
    assert "0 new, 0 changed, 4 unchanged" in desk.imports("--language", "en").out
    assert desk.records == before


def test_a_heading_that_no_sheet_has_is_told_with_the_nearest(desk: Desk) -> None:
    """A mistake in `columns` itself is told at the import."""
    desk.write("content/site.yaml", f"{TOWN['site.yaml']}columns: {{Descriptor: tittle}}\n")
    desk.write("inbox/own.csv", "title,topic,raised\r\nDark stairs,lighting,2025-03-03\r\n")
    ended = desk.imports("--place", "nanyuan", "--language", "en")
    assert ended.code == 1
    assert "'Descriptor: tittle'. Did you mean title?" in ended.err
