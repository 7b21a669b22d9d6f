"""What stands in Chinese on English pages."""

import re
from collections.abc import Mapping

_DOCUMENTS = ("guide/", "data/dictionary/")
"""Pages that tell which Chinese words a writer may use."""
_LANGUAGE_LINK = re.compile(r'<a [^>]*hreflang="[^"]*"[^>]*>[^<]*</a>')
_CHINESE = re.compile("[\u3400-\u9fff][^<\n]*")


def find_chinese(pages: Mapping[str, str]) -> dict[str, str]:
    """Page → its first Chinese text, of those English pages that show one; names of languages are passed over."""
    return {path: match[0] for path, page in pages.items() if not path.startswith(_DOCUMENTS)
            and (match := _CHINESE.search(_LANGUAGE_LINK.sub("", page)))}
