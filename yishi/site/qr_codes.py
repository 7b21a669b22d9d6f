"""QR codes of pages that are printed, as pictures beside them: drawn once, however often the page is built again."""

from io import BytesIO
from posixpath import dirname

from ..core.outputs import Output
from .layout import build_absolute_url, localize_path
from .page_context import PageContext

QR_FILE = "qr.svg"
"""File name of the QR code in the folder of its page."""

_QUIET_ZONE = 2
"""Width of the white edge in modules; on white paper two are enough."""


def get_qr_path(context: PageContext, folder: str) -> str:
    """The path of the QR code of the page in `folder`; "" without a base URL, as the page has no address then."""
    return f"{folder}/{QR_FILE}" if context.base_url else ""


def build_qr_code(context: PageContext, page: str) -> Output:
    """The QR code of the absolute URL of `page`, for a site that has a base URL."""
    import segno  # only where one is drawn

    buffer = BytesIO()
    code = segno.make(build_absolute_url(context, context.language.tag, page), error="m", micro=False)
    code.save(buffer, kind="svg", border=_QUIET_ZONE, xmldecl=False, svgclass=None, lineclass=None, omitsize=True)
    return Output(localize_path(context, f"{dirname(page)}/{QR_FILE}"), body=buffer.getvalue())
