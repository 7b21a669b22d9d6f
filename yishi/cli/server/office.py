"""The addresses of the office page. It answers to this computer alone, and does nothing that its own page did not ask
for: whoever posts must come from it, and know its token."""

import asyncio
import hmac
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol
from urllib.parse import quote, urlencode

from tornado import web

ADDRESS = "/office/"
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src data:;"
                               " base-uri 'none'; form-action 'self'; frame-ancestors 'none';"
                               " require-trusted-types-for 'script'; trusted-types 'none'",
    "X-Content-Type-Options": "nosniff", "Cross-Origin-Opener-Policy": "same-origin", "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin"}
"""The last one lets browsers say where a form comes from, which is checked."""


class OfficePage(Protocol):
    """What the page shows and does."""

    token: str

    def show(self, values: Mapping[str, str]) -> bytes:
        """The page. `values`: of its address."""

    def act(self, values: Mapping[str, str], sent: Sequence[tuple[str, bytes]]) -> None:
        """Do what a form of the page asks for. `sent`: name and bytes of each file."""

    def find_answer(self, number: int) -> Path | None:
        """A workbook to send back, by its number."""


class OfficeHandler(web.RequestHandler):
    """The page, and the workbooks to send back."""

    def initialize(self, office: OfficePage) -> None:
        self.office = office

    def set_default_headers(self) -> None:
        for name, value in _HEADERS.items():
            self.set_header(name, value)

    def get(self, number: str | None = None, name: str | None = None) -> None:
        if not number:
            self.set_header("Content-Type", "text/html; charset=utf-8")
            self.finish(self.office.show(self._values()))
            return
        answer = self.office.find_answer(int(number))
        if answer is None or not answer.is_file():
            raise web.HTTPError(404)
        self.set_header("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
        self.set_header("Content-Disposition", f"attachment; filename*=UTF-8''{quote(answer.name)}")
        self.finish(answer.read_bytes())

    async def post(self, number: str | None = None, name: str | None = None) -> None:
        values = self._values()
        is_own = self.request.headers.get("Origin") == f"http://{self.request.host}"
        if not is_own or not hmac.compare_digest(values.get("token", "").encode(), self.office.token.encode()):
            raise web.HTTPError(403)
        sent = [(file.filename, file.body) for files in self.request.files.values() for file in files if file.filename]
        await asyncio.to_thread(self.office.act, values, sent)
        kept = {key: value for key, value in values.items() if key in ("language", "since")}
        self.redirect(f"{ADDRESS}?{urlencode(kept)}#results", status=303)

    def _values(self) -> dict[str, str]:
        return {name: self.get_argument(name) for name in self.request.arguments}
