"""Messages for wrong usage, in the language asked for, else that of the site."""

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from .. import LANGUAGES
from ..model.message_ids import marked

if TYPE_CHECKING:
    from ..model.language import Language


INTERRUPTED = 130
"""Exit status after Ctrl+C: 128 and the number of the signal."""


class WrongUsage(click.UsageError):
    """The command cannot run as typed: message id, its values, and `near`: what may have been meant."""

    def __init__(self, message: str, near: str = "", **values: object) -> None:
        super().__init__(message.format(**values))
        self.message_id = message
        self.near = near
        self.values = values

    def translate_message(self, language: "Language") -> str:
        """The message in `language`."""
        text = language.text(self.message_id, **self.values)
        return text + (language.text(marked("; is it {near}?"), near=self.near) if self.near else "")


def get_program_name() -> str:
    """How the running program was called, as its messages name it: `yishi` or `python build.py`."""
    return click.get_current_context().find_root().info_name or "yishi"


class LocalizedGroup(click.Group):
    """The command group; usage errors are reported in the language of the site."""

    def make_context(self, info_name: str | None, args: list[str], parent: click.Context | None = None,
                     **extra: Any) -> click.Context:
        """The context of the command; it keeps the arguments, which determine the language of errors."""
        with _localize_errors(args):
            return super().make_context(info_name, list(args), parent, obj=list(args), **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command. Ends with status 130 if it is interrupted, as shells expect; 1 if its answer cannot be
        written, or memory is short."""
        try:
            with _localize_errors(ctx.obj):
                try:
                    return super().invoke(ctx)
                except MemoryError as error:
                    raise click.ClickException(marked("There is not enough memory; the site stays as it was. Close "
                                                      "other programs, or build with --jobs 1.")) from error
        except KeyboardInterrupt:
            click.echo(err=True)
            sys.exit(INTERRUPTED)
        except OSError as error:
            raise click.ClickException(error.strerror or str(error)) from error


@contextmanager
def _localize_errors(arguments: Sequence[str]) -> Iterator[None]:
    try:
        yield
    except click.ClickException as error:
        from ..model.language import get_language

        raise _LocalizedError(error, get_language(_choose_language(arguments))) from error


class _LocalizedError(click.ClickException):
    def __init__(self, error: click.ClickException, language: "Language") -> None:
        super().__init__(error.message)
        self.error, self.language = error, language

    @property
    def exit_code(self) -> int:  # type: ignore[override]
        """The exit status of the original error."""
        return self.error.exit_code

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the error and the usage of the command, with personal data masked in what was typed."""
        from ..content.privacy import mask_personal_data  # here, since it takes long to load
        from ..core.characters import escape_invisible

        context, language = getattr(self.error, "ctx", None), self.language
        if context is not None:
            usage = context.get_usage().removeprefix("Usage: ")
            click.echo(language.text(marked("Usage: {command}"), command=usage), err=True)
            click.echo(language.text(marked("Help: {command}"), command=f"{context.command_path} --help"), err=True)
        message = mask_personal_data(localize_message(self.error, language), numbers=False)
        click.echo(escape_invisible(language.text(marked("Error: {message}"), message=message)), err=True)


def _choose_language(arguments: Sequence[str]) -> str:
    """The language that the arguments ask for, else the first of the site that they are about."""
    asked = _option_value("--language", arguments)
    return asked if asked in LANGUAGES else _read_site_language(Path(_option_value("--content", arguments)
                                                                     or "content"))


def _option_value(option: str, arguments: Sequence[str]) -> str:
    pairs = zip(arguments, [*arguments[1:], ""], strict=True)
    return next((value if name == option else name.partition("=")[2] for name, value in pairs
                 if name == option or name.startswith(f"{option}=")), "")


def choose_language(choices: Mapping[str, Any]) -> "Language":
    """The language of messages while the records are not read: that asked for, else the first of the site."""
    from ..model.language import get_language  # here, since it takes long to load

    return get_language(choices["tag"] or _read_site_language(choices["content"]))


def _read_site_language(content: Path) -> str:
    from ..content.load import read_records  # here, since it takes long to load
    from ..content.yaml_source import SourceFile
    from ..core import files
    from ..model.paths import RECORD_SUFFIXES, locate_record

    file = next((f"site{suffix}" for suffix in RECORD_SUFFIXES if (content / f"site{suffix}").is_file()), "site.yaml")
    location = locate_record(file)
    try:
        data = files.read_file(content, file)
    except OSError:
        return LANGUAGES[0]
    assert location is not None
    languages = read_records(SourceFile(file, data), location).entries.get("", {}).get("languages")
    first = languages[0] if isinstance(languages, list) and languages else languages
    return str(first) if first in LANGUAGES else LANGUAGES[0]


_CLICK_MESSAGES = (
    (r"No such command '(?P<found>.*?)'\.", marked("There is no command {found}.")),
    (r"No such option:? '?(?P<found>[^\s'.]+)'?\.?", marked("There is no option {found}.")),
    (r"Missing (?:argument|option|parameter)[: ]+'?(?P<found>.+?)'?\.", marked("{found} is missing.")),
    (r"Option '(?P<found>.*?)' requires an argument\.", marked("The option {found} needs a value.")),
    (r"Option '(?P<found>.*?)' does not take a value\.", marked("The option {found} takes no value.")),
    (r"Got unexpected extra arguments? \((?P<found>.*)\)", marked("{found} is not something this command can explain")),
    (r"'(?P<found>.*)' is not one of (?P<allowed>.*)\.", marked("{found} is not one of: {allowed}")),
    (r"(?P<found>.*) is not in the range (?P<allowed>.*)\.", marked("{found} is not in the range {allowed}")),
    (r"'(?P<found>.*)' is not a valid integer(?: range)?\.", marked("{found} is not a whole number")),
    (r"\w+ '(?P<found>.*)' does not exist\.", marked("{found} is not there")),
    (r"\w+ '(?P<found>.*)' is a file\.", marked("{found} is a file; a folder is needed")),
    (r"\w+ '(?P<found>.*)' is a directory\.", marked("{found} is a folder; a file is needed")),
)
"""Messages of click → message ids."""


def localize_message(error: click.ClickException, language: "Language") -> str:
    """The message of an error of click, or of our own, in `language`."""
    if isinstance(error, WrongUsage):
        return error.translate_message(language)
    if isinstance(error, click.MissingParameter) or not isinstance(error, click.BadParameter):
        return _translate_click_message(error.format_message(), language)
    hint = error.param.get_error_hint(error.ctx) if error.param and error.ctx else ""
    return f"{hint}: {_translate_click_message(error.message, language)}".strip(": ").replace("'", "")


def _translate_click_message(text: str, language: "Language") -> str:
    for pattern, message in _CLICK_MESSAGES:
        if match := re.match(pattern, text):
            return language.text(message, **match.groupdict())
    return language.text(text)
