"""Backup codes as a sheet of paper: PDF, to be saved or printed."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from markupsafe import escape

if TYPE_CHECKING:
    from runtime.pages.context import PageContext

logger = logging.getLogger(__name__)

_STYLE = """
@page { size: A4; margin: 25mm }
body { font: 11pt/1.5 sans-serif; color: #111 }
h1 { font-size: 18pt; margin: 0 0 2mm }
ol { columns: 2; margin: 10mm 0; padding-left: 9mm; font: 13pt/2 monospace }
p { margin: 0 0 3mm }
"""


def as_pdf(
    context: PageContext, codes: Sequence[str], *, issuer: str, email: str
) -> bytes | None:
    """Return the sheet; None where the system lacks what writes PDF files."""
    try:
        from weasyprint import HTML
    except (ImportError, OSError) as error:
        logger.warning("backup codes are not offered as PDF: %s", error)
        return None
    translate = context.translate
    texts = (
        translate("Each code lets you in once, when you cannot use your device."),
        translate("Keep this sheet where nobody else finds it."),
    )
    html = (
        f"<html lang='{escape(context.format.locale)}'><head><title>"
        f"{escape(translate('Your backup codes'))}</title><style>{_STYLE}</style></head><body>"
        f"<h1>{escape(translate('Your backup codes'))}</h1>"
        f"<p>{escape(issuer)} · {escape(email)}</p>"
        f"<ol>{''.join(f'<li>{escape(code)}</li>' for code in codes)}</ol>"
        f"{''.join(f'<p>{escape(text)}</p>' for text in texts)}</body></html>"
    )
    found: bytes = HTML(string=html, url_fetcher=_nothing).write_pdf()
    return found


def _nothing(url: str, *_: Any, **__: Any) -> Mapping[str, Any]:
    raise ValueError(f"a sheet of codes loads nothing: {url[:80]}")
