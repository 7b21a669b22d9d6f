"""What is found in files that records attach: names, texts, and the place of a photo."""

import zipfile
from io import BytesIO

import pytest
from PIL import Image

from yishi.content.load.attachment_scan import scan_attachment

MOBILE = "138" + "0013" + "5678"


def told(file: str, data: bytes, allowed: tuple[str, ...] = ()) -> list[tuple[str, str, int]]:
    """What is told of a file: (code, level, line)."""
    return [(one.code, one.level, one.line) for one in scan_attachment(file, data, ("CN",), allowed)]


def office(name: str, xml: str) -> bytes:
    """An Office file with one part."""
    data = BytesIO()
    with zipfile.ZipFile(data, "w") as parts:
        parts.writestr(name, xml)
    return data.getvalue()


@pytest.mark.parametrize(("file", "data", "line"), [
    ("a/list.csv", f"no,phone\n1,{MOBILE}\n".encode(), 4),
    ("a/list.csv", f"编号,电话\n1,{MOBILE}\n".encode("gb18030"), 4),
    ("a/map.geojson", f'{{"note": "{MOBILE}"}}'.encode(), 1),
    ("a/note.docx", office("word/document.xml", f"<w:p><w:t>电话{MOBILE[:3]}</w:t><w:t>{MOBILE[3:]}</w:t></w:p>"), 1),
    ("a/list.xlsx", office("xl/sharedStrings.xml", f"<sst><si><t>x</t></si><si><t>{MOBILE}</t></si></sst>"), 2),
    ("a/list.ods", office("content.xml", f"<text:p>1&#51;{MOBILE[2:]}</text:p>"), 1),
    (f"a/gate-{MOBILE}.pdf", b"%PDF-", 1),
])
def test_personal_data_in_an_attachment_is_an_error(file: str, data: bytes, line: int) -> None:
    """Tables, Office files and names are read as their readers do; what the site allows may stand."""
    assert told(file, data) == [("mobile", "error", line)]
    assert MOBILE in file or told(file, data, (MOBILE,)) == []


@pytest.mark.parametrize(("file", "data"), [
    ("a/list.csv", "楼,户数,面积\n139,1234,5678\n".encode()), ("a/list.csv", b"\xff\xfe\x00"),
    ("a/x.xlsx", b"PK\x03\x04"),
    ("a/note.docx", office("word/document.xml", "<w:p>2025-03-04</w:p>")), ("a/film.mp4", MOBILE.encode()),
])
def test_cells_are_read_one_by_one_and_what_cannot_be_read_is_left(file: str, data: bytes) -> None:
    """Three counts in a row are no number, and a broken file is no crash."""
    assert told(file, data) == []


@pytest.mark.parametrize(("place", "expected"), [
    ({1: "N", 2: (40.0, 13.0, 0.0)}, [("photo_place", "warning", 1)]), ({}, [])])
def test_a_photo_that_tells_where_it_was_taken_is_told(place: dict[int, object], expected: list[object]) -> None:
    """The original stays in the content folder, where whoever gets it can read the place."""
    exif, data = Image.Exif(), BytesIO()
    exif[0x8825] = place
    Image.new("RGB", (40, 20)).save(data, "JPEG", exif=exif)
    assert told("a/gate.jpg", data.getvalue()) == expected
