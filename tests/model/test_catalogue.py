"""The Chinese catalogue has what the program says: all of it, and nothing else."""

import re

from tests.support.catalogue import CATALOGUE, Message, messages, translations, written

BLANK = re.compile(r"\{\w*\}|%\(\w+\)s")
"""What is filled in when a message is told."""


def _blanks(message: Message) -> list[set[str]]:
    return [set(BLANK.findall(text)) for text in ([message] if isinstance(message, str) else message)]


def test_the_catalogue_has_exactly_the_messages_of_the_program() -> None:
    """None is missing, none is left over, none stands twice, all in their order: `make messages` changes nothing."""
    text = CATALOGUE.read_text("utf-8")
    assert text == written(messages(), text)


def test_every_message_is_translated_with_its_blanks() -> None:
    """A message in Chinese has the same blanks to fill as in English."""
    known = translations(CATALOGUE.read_text("utf-8"))
    assert len(known) > 1000
    for message, translated in known.items():
        assert all(translated if isinstance(translated, tuple) else [translated]), message
        assert _blanks(translated)[0] == _blanks(message)[0], message


def test_what_two_branches_left_is_put_in_order() -> None:
    """What stands twice or is said no longer goes, what is new comes without a translation, what is kept is kept."""
    text = "\n\n".join(['msgid "b"\nmsgstr "乙"', 'msgid "old"\nmsgstr "旧"', 'msgid "b"\nmsgstr "乙"',
                        'msgid "a{n}"\nmsgid_plural "as{n}"\nmsgstr[0] "甲{n}"'])
    once = written({"b", "new", ("a{n}", "as{n}")}, text)
    assert translations(once) == {"b": "乙", "new": "", ("a{n}", "as{n}"): ("甲{n}",)}
    assert written(set(translations(once)), once) == once
    assert once.index('"a{n}"') < once.index('"b"') < once.index('"new"')
