"""How records are written in the language of a page: keys, values, and a minimal issue."""

from ..core.traditional import CONVERSION_SOURCES
from ..model.keys import key_table
from ..model.records import Issue, Model
from ..model.vocabulary import Term, get_built_in_vocabulary
from .page_context import PageContext


def get_file_language(context: PageContext) -> str:
    """The language in which records are written; for a converted language, the one it is converted from."""
    return CONVERSION_SOURCES.get(context.language.tag, context.language.tag)


def write_key(context: PageContext, model: type[Model], key: str) -> str:
    """The name of a key in this language."""
    return key_table(model).both_names(key).split()[0] if get_file_language(context) == "zh-Hans" else key


def write_value(context: PageContext, term: Term) -> str:
    """A value as it is written to a file: its label in Chinese, its key otherwise."""
    return term.labels.get("zh-Hans", term.key) if get_file_language(context) == "zh-Hans" else term.key


def write_example_issue(context: PageContext, place: str) -> str:
    """A minimal issue of a place, as written by hand."""
    title, topic, raised, log = (write_key(context, Issue, key) for key in ("title", "topic", "raised", "log"))
    first_topic = next(iter(context.library.vocabulary.terms["topic"].values()))
    first_stage = write_value(context, get_built_in_vocabulary().terms["reserved_stage"]["raised"])
    unknown = write_value(context, get_built_in_vocabulary().terms["answer"]["unknown"])
    return "\n".join((f"# {place}", f"{title}: …", f"{topic}: {write_value(context, first_topic)}",
                      f"{raised}: {unknown}", f"{log}:", f"  - 2025-09-11 {first_stage}: …"))
