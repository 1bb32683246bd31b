"""GraphiQL, for development: a page at `/graphql` for clients that prefer HTML.

Its files are served with the other pages (`gateway/web/graphiql`, `gateway/web/vendor`). Nothing is
loaded from elsewhere; the Content-Security-Policy enforces that.
"""

from __future__ import annotations

from pathlib import Path

from gateway.graphql.parameters import quality_of
from gateway.site_assets import link_assets

PAGE = Path(__file__).parents[2] / "web" / "graphiql" / "index.html"

SCROLL_LOCK = b"'sha256-Y/huXlwoYkVyQlxwSVcCi1RCDGDCSVBzDt0hYP9qlTc='"
"""The only style that GraphiQL adds itself, while a menu or a dialog is open."""

HEADERS = (
    (b"content-type", b"text/html; charset=utf-8"),
    (b"cache-control", b"no-cache"),
    (b"vary", b"Accept"),
    (
        b"content-security-policy",
        b"default-src 'none'; script-src 'self'; style-src 'self' %b; font-src data:;"
        b" img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none';"
        b" frame-ancestors 'none'" % SCROLL_LOCK,
    ),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
)


def read_page() -> bytes:
    """The page, to be answered with `HEADERS`."""
    return link_assets(PAGE.read_text(encoding="utf-8")).encode()


def prefers_html(accept: bytes | None) -> bool:
    """Whether a client prefers HTML to JSON, as browsers do."""
    if accept is None:
        return False
    qualities = {b"text/html": 0.0, b"json": 0.0}
    for each in accept.split(b","):
        media, *rest = (part.strip().lower() for part in each.split(b";"))
        kind = b"json" if media.endswith(b"json") else media
        if kind in qualities:
            qualities[kind] = max(qualities[kind], quality_of(rest))
    return qualities[b"text/html"] > qualities[b"json"]
