"""Writes invented records as people write them: Chinese or English keys and values, YAML of several styles."""

import json
import random
import re
from collections.abc import Callable
from typing import Any

from . import words

CHINESE = {english: chinese for chinese, english in words.KEYS.items()}
PLAIN = re.compile(r"[A-Za-z0-9\u4e00-\u9fff][A-Za-z0-9\u4e00-\u9fff ._/-]*")
CLOSED = {
    "topic": words.TOPICS, "kinds": words.STAKEHOLDERS, "channel": words.CHANNELS, "basis": words.BASES,
    "close_reason": words.CLOSE_REASONS, "core": words.PHASE_LABELS, "precision": words.PRECISIONS,
    "required": words.ANSWERS, "verified": words.ANSWERS, "draft": words.ANSWERS, "claimed": words.ANSWERS,
    "result": words.RESULTS, "by": words.STAKEHOLDERS,
}  # fmt: skip
"""Keys whose values are closed in every record; `kind` depends on the record."""

Name = Callable[[str], str]


class Writer:
    """Writes the values of one file in one writer's habits."""

    def __init__(self, rng: random.Random, kinds: dict[str, str] | None = None) -> None:
        self.rng = rng
        self.chinese = rng.choice((0.0, 0.0, 0.5, 1.0))
        self.quoted = rng.choice((0.0, 0.2, 1.0))
        self.closed = {**CLOSED, "kind": kinds or {}}

    def text(self, data: Any) -> str:
        """A record as YAML."""
        return self._block(data, 0)

    def key(self, key: str) -> str:
        """A key in the language of the writer."""
        return CHINESE[key] if key in CHINESE and self.rng.random() < self.chinese else key

    def value(self, key: str, value: str) -> str:
        """A value; one of a vocabulary by its key or its label."""
        labels = {english: chinese for chinese, english in self.closed.get(key, {}).items() if not chinese.isascii()}
        return labels[value] if value in labels and self.rng.random() < self.chinese else value

    def _block(self, data: Any, depth: int, key: str = "") -> str:
        if isinstance(data, dict):
            return "".join(self._pair(name, value, depth) for name, value in data.items())
        return "".join(self._item(entry, depth, key) for entry in data)

    def _pair(self, key: str, value: Any, depth: int) -> str:
        head = f"{'  ' * depth}{self._name(key)}:"
        if isinstance(value, (dict, list)) and not self._is_short(value):
            return f"{head}\n{self._block(value, depth + 1, key)}"
        return f"{head} {self._flow(value, key)}\n"

    def _item(self, entry: Any, depth: int, key: str) -> str:
        blank = "  " * depth
        if not isinstance(entry, dict) or self.rng.random() < 0.5:
            return f"{blank}- {self._flow(entry, key)}\n"
        lines = self._block(entry, depth + 1, key)
        return f"{blank}- {lines[len(blank) + 2 :]}"

    def _is_short(self, value: Any) -> bool:
        inner = value.values() if isinstance(value, dict) else value
        return not any(isinstance(entry, (dict, list)) for entry in inner) and self.rng.random() < 0.5

    def _flow(self, value: Any, key: str) -> str:
        if isinstance(value, dict):
            return f"{{{', '.join(f'{self._name(k)}: {self._flow(v, k)}' for k, v in value.items())}}}"
        if isinstance(value, list):
            return f"[{', '.join(self._flow(entry, key) for entry in value)}]"
        return self._scalar(self.value(key, str(value)))

    def _name(self, key: str) -> str:
        name = self.key(key)
        return name if PLAIN.fullmatch(name) else self._quote(name)

    def _scalar(self, text: str) -> str:
        return text if PLAIN.fullmatch(text) and self.rng.random() >= self.quoted else self._quote(text)

    def _quote(self, text: str) -> str:
        return json.dumps(text, ensure_ascii=False) if "'" in text or self.rng.random() < 0.5 else f"'{text}'"
