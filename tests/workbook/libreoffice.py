"""LibreOffice opens the template, a person types into it and saves it, and what was typed is taken in.

Not part of `make test`: LibreOffice is 90 MB to fetch and 276 MB installed. `make libreoffice` installs and runs it.
"""

import subprocess
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from openpyxl import load_workbook

from tests.support.inbox import Desk
from tests.support.prerequisites import find_libreoffice

TYPED = {"标题": "南门井盖松了", "提出": "2025-09-11", "主题": "路灯", "位置": "南园二区", "现在怎样": "办好了",
         "过程": "9.11 居民来说井盖松了。9.15 换好了"}
"""Heading → what is typed below it."""

LIBRARIES = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:libraries PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "libraries.dtd">
<library:libraries xmlns:library="http://openoffice.org/2000/library" xmlns:xlink="http://www.w3.org/1999/xlink">
 <library:library library:name="Standard" xlink:href="$(USER)/basic/Standard/script.xlb/" xlink:type="simple"
  library:link="false"/>
</library:libraries>"""

MODULES = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd">
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard" library:readonly="false"
 library:passwordprotected="false"><library:element library:name="Module1"/></library:library>"""

MODULE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1" script:language="StarBasic">{}
</script:module>"""

MACRO = """Sub Fill(source, target, sheetName, typed)
  Dim hidden(0) As New com.sun.star.beans.PropertyValue
  Dim stored(0) As New com.sun.star.beans.PropertyValue
  hidden(0).Name = "Hidden"
  hidden(0).Value = True
  stored(0).Name = "FilterName"
  stored(0).Value = "Calc MS Excel 2007 XML"
  document = StarDesktop.loadComponentFromURL(ConvertToURL(source), "_blank", 0, hidden())
  sheet = document.Sheets.getByName(sheetName)
  cells = Split(typed, "|")
  For index = 0 To UBound(cells) Step 2
    sheet.getCellByPosition(CInt(cells(index)), 2).FormulaLocal = cells(index + 1)
  Next
  document.storeToURL(ConvertToURL(target), stored())
  document.close(True)
End Sub"""


def _write_macro(profile: Path) -> None:
    """A profile of LibreOffice with the macro in its standard library."""
    folder = profile / "user" / "basic" / "Standard"
    folder.mkdir(parents=True, exist_ok=True)
    (profile / "user" / "basic" / "script.xlc").write_text(LIBRARIES, "utf-8")
    (folder / "script.xlb").write_text(MODULES, "utf-8")
    (folder / "Module1.xba").write_text(MODULE.format(escape(MACRO)), "utf-8")


def type_into(template: Path, target: Path, typed: dict[str, str], profile: Path) -> None:
    """Opens the template in LibreOffice, types into the first free row of its first sheet, and saves it."""
    sheet = load_workbook(template)["议题"]
    heads = {str(cell.value).strip("* "): cell.column - 1 for cell in sheet[1] if cell.value}
    cells = "|".join(f"{heads[head]}|{text}" for head, text in typed.items())
    program = find_libreoffice()
    assert program, "LibreOffice is not installed; `make libreoffice` does that"
    command = [program, "--headless", "--norestore", f"-env:UserInstallation={profile.as_uri()}"]
    subprocess.run([*command, "--terminate_after_init"], check=True, timeout=300, capture_output=True)
    _write_macro(profile)
    subprocess.run([*command, f'macro:///Standard.Module1.Fill("{template}","{target}","议题","{cells}")'],
                   check=True, timeout=300, capture_output=True)


@pytest.mark.parametrize("times", [1, 2])
def test_the_template_is_filled_in_libreoffice_and_taken_in(desk: Desk, tmp_path: Path, times: int) -> None:
    """Dates, drop-downs and free words come through as typed, and the hidden row ids survive being saved, also twice:
    the same workbook sent again changes nothing."""
    desk.template()
    source = desk.folder / "a.xlsx"
    for number in range(times):
        target = desk.folder / f"saved-{number}.xlsx"
        type_into(source, target, TYPED, tmp_path / f"profile-{number}")
        source = target
    desk.write("inbox/a.xlsx", source.read_bytes())
    assert desk.imports().code == 0
    record = desk.text("places/liuxi/nanyuan/issues/nan-men-jing-gai-song-le.yaml")
    assert "提出: 2025-09-11" in record
    assert "主题: 照明" in record
    assert "2025-09-15 办结: 换好了" in record
    assert "0 changed, 1 unchanged" in desk.again("--language", "en").out
