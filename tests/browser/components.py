"""Components of the pages by themselves, in Chromium without a server."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Route

import gateway
from tests.browser.stage import watch

WEB = Path(gateway.__file__).parent / "web"
ORIGIN = "http://stoa.test"
SHELL = (WEB / "app.html").read_text(encoding="utf-8")
IMPORT_MAP = re.findall(r'<script type="importmap">.*?</script>', SHELL, re.DOTALL)[0]
PAGE = f"""<!doctype html><html lang="en"><head><title>Stoa</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/style.css"><link rel="stylesheet" href="/kit/kit.css">
<link rel="stylesheet" href="/assessments/live/live.css">{IMPORT_MAP}</head>
<body><main class="bare"><div id="at" class="live"></div></main></body></html>"""
QR = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9H0z"/></svg>'


def serve(route: Route) -> None:
    name = route.request.url.removeprefix(f"{ORIGIN}/").partition("?")[0]
    name = re.sub(r"^(words/\w+)/\w+\.json$", r"\1.json", name)  # every part is all words here
    if name == "qr.svg":
        route.fulfill(body=QR, content_type="image/svg+xml")
    elif not name:
        route.fulfill(body=PAGE, content_type="text/html")
    elif (WEB / name).is_file():
        route.fulfill(path=WEB / name)
    else:
        route.fulfill(status=404, body=name)


def mounted(
    chromium: Browser, client_errors: list[str], mount: str, argument: Any, **context: Any
) -> Page:
    """A page in which the script `mount` has drawn something into `#at`."""
    page = blank(chromium, client_errors, **context)
    page.evaluate(mount, argument)
    return page


def blank(chromium: Browser, client_errors: list[str], **context: Any) -> Page:
    """A page with nothing in it yet; what is drawn into it loads what it needs once."""
    page = watch(chromium.new_page(**context), client_errors)
    page.route("**/*", serve)
    page.goto(f"{ORIGIN}/")
    return page
