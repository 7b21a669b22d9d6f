"""The messages of the program, and its Chinese catalogue as it must stand: `make messages` writes it so."""

from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

PROJECT = Path(__file__).parents[2]
CATALOGUE = PROJECT / "yishi" / "model" / "locales" / "zh-Hans.po"
MARKS = {"text": None, "marked": None, "plural": (1, 2), "_": None, "gettext": None, "ngettext": (1, 2)}
"""The functions whose arguments are messages; the last three are those of templates and their `trans` blocks."""
JINJA = {"**.html": {"extensions": "jinja2.ext.i18n", "trimmed": "true", "silent": "false"}}
HEADER = '''msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Language: zh_Hans\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

'''

Message = str | tuple[str, ...]
"""A message id; with its plural where it counts something."""


def messages() -> set[Message]:
    """Every message of the modules and templates."""
    methods = [("**.py", "python"), ("**.html", "jinja2")]
    return {_fixed(message) for folder in ("yishi", "templates")
            for _, _, message, _, _ in extract_from_dir(PROJECT / folder, methods, JINJA, MARKS)}


def translations(text: str) -> dict[Message, Message]:
    """What the catalogue `text` says for each of its messages; empty where nothing yet."""
    return {_fixed(message.id): _fixed(message.string) for message in read_po(BytesIO(text.encode())) if message.id}


def _fixed(said: str | list[str] | tuple[str, ...]) -> Message:
    return said if isinstance(said, str) else tuple(said)


def written(found: set[Message], text: str) -> str:
    """The catalogue for the messages `found`, with the translations of the catalogue `text`: sorted, nothing else."""
    known, catalog = translations(text), Catalog(locale="zh_Hans", fuzzy=False)
    for message in found:
        catalog.add(message, known.get(message, "" if isinstance(message, str) else ("",))).flags.clear()
    file = BytesIO()
    write_po(file, catalog, width=0, omit_header=True, sort_output=True)
    return HEADER + file.getvalue().decode().strip() + "\n"


if __name__ == "__main__":
    CATALOGUE.write_text(written(messages(), CATALOGUE.read_text("utf-8")), "utf-8", newline="\n")
