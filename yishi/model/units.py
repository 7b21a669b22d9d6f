"""Numbers with a unit as people write it, in another language: `3户` is `3 households`, `12盏` is `12`."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from ..core.traditional import CONVERSION_SOURCES
from .vocabulary import load_vocabulary

Forms = Mapping[str, tuple[str, ...]]
"""Language → the unit of one and, where it differs, of several."""


def format_unit(tag: str, number: str, value: float, unit: str) -> str:
    """`number`, which is `value` as written in language `tag`, with its unit in that language; "" for an unknown
    unit."""
    forms = _load_units().get(unit, {}).get(CONVERSION_SOURCES.get(tag, tag))
    if not forms:
        return ""
    word = forms[0] if value == 1 else forms[-1]
    return f"{number}{'' if tag.startswith('zh') else ' '}{word}".rstrip()


def is_unit(text: str) -> bool:
    """Whether `text` is a unit that every page can write in its own language."""
    return text in _load_units()


@cache
def _load_units() -> Mapping[str, Forms]:
    """Unit as written → its forms."""
    units: dict[str, Forms] = {}
    for entry in load_vocabulary()["units"]:
        forms = {tag: tuple(str(words).split("|")) for tag, words in entry.items() if tag != "also"}
        for word in (*(word for words in forms.values() for word in words if word), *entry.get("also", ())):
            units.setdefault(word, MappingProxyType(forms))
    return MappingProxyType(units)
