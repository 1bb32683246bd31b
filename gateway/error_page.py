"""The small page that says why there is no other one."""

from __future__ import annotations

from functools import cache
from typing import Final

from gateway.site_assets import WEB, link_assets

ERROR_PAGE: Final = "error.html"
"""A template, not a page: `{code}` and `{message}` are filled in."""


def error_page(status: int, message: str) -> str:
    """It, as HTML."""
    return _template().replace("{code}", str(status)).replace("{message}", _escape(message))


@cache
def _template() -> str:
    return link_assets((WEB / ERROR_PAGE).read_text(encoding="utf-8"))


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
