"""Line breaks inside a text: shown as a space between words, and as nothing between Chinese characters.

Browsers, feeds and YAML turn a line break within a paragraph into a space. Chinese is written without spaces, so breaks
between two Chinese characters or full-width marks are removed. Every text is read through this module.
"""

import re
from itertools import pairwise

HAN = "\u2e80-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
"""Chinese characters and full-width marks, as the inside of a regular expression class."""
_SHARED_MARKS = "“”‘’—…·"  # marks shared with other languages: they count only beside a Chinese character
_INLINE_TAGS = r"(?:</?(?:a|em|strong|del|sup|sub|code)(?: [^<>]*)?>)*"


def _break_pattern(tags: str) -> str:
    """The pattern of a break between full-width characters; the character before it is its group."""
    shared = f"(?:[{_SHARED_MARKS}]{tags})"
    return (rf"(?:([{HAN}]{tags})\s*\n\s*(?={tags}[{HAN}{_SHARED_MARKS}])"
            rf"|([{_SHARED_MARKS}]{tags})\s*\n\s*(?={tags}[{HAN}])"
            rf"|([{HAN}]{tags}{shared}+)\s*\n\s*(?={tags}{shared}+[{HAN}]))")


# Compiled by `re` when first used, which takes 10 ms: most texts of a small change have no such break.
_TEXT_BREAK = _break_pattern("")
_HTML_BREAK = (rf"(?s:<pre>.*?</pre>)|"
               rf"(<code>[^<]*[{HAN}{_SHARED_MARKS}]</code>{_INLINE_TAGS})\s*\n\s*(?={_INLINE_TAGS}[{HAN}])"
               rf"|<code>[^<]*</code>|{_break_pattern(_INLINE_TAGS)}")
_CANDIDATE = rf"\n\s*{_INLINE_TAGS}[{HAN}{_SHARED_MARKS}]"


def joins_without_space(before: str, after: str) -> bool:
    """Whether two lines of one paragraph are joined without a space."""
    return bool(after) and re.search(_TEXT_BREAK, f"{before}\n{after[:8]}") is not None


def join_html(html: str) -> str:
    """Sanitised HTML without the line breaks that would show as a space inside Chinese; code is unchanged."""
    joins = "\n" in html and re.search(_CANDIDATE, html)
    return re.sub(_HTML_BREAK, lambda m: next(filter(None, m.groups()), m[0]), html) if joins else html


def remove_folded_spaces(value: str, lines: list[str]) -> str:
    """A folded YAML text without the spaces inside Chinese.

    `value` is the text from YAML, with a space for each line break; `lines` are its source lines, including quotes.
    Typed spaces are kept.
    """
    stripped = [line.strip().replace("''", "'") for line in lines]
    at = 0
    for before, after in pairwise(stripped):
        if not joins_without_space(before[-8:], after):
            continue
        tail, head = _LAST_RUN.search(before), _FIRST_RUN.match(after)
        seam = f"{tail[0] if tail else ''} {head[0] if head else ''}"
        found = value.find(seam, at)
        if found >= 0:
            at = found + seam.index(" ", len(tail[0]) if tail else 0)
            value = value[:at] + value[at + 1:]
    return value


_LAST_RUN = re.compile(r"[^\s\\\"']{1,12}$")
_FIRST_RUN = re.compile(r"[^\s\\\"']{1,12}")
