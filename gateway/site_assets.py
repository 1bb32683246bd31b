"""Addresses of the site's files that never change what they give, and so may be kept for a year.

They hold a hash of all files: `/assets/<hash>/style.css`. As there is one for all, modules find
each other by relative addresses, and what a page loads always comes from one version. The hash is
also of the programs that make files of others.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from functools import cache
from pathlib import Path
from typing import Final

WEB: Final = Path(__file__).parent / "web"
TYPES: Final = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".webmanifest": "application/manifest+json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".md": "text/plain; charset=utf-8",
    ".LICENSE": "text/plain; charset=utf-8",
}
ASSETS: Final = "/assets"
MADE: Final = "/joined/"
"""Where files are that are made at start, of those that there are (`site_chunks`)."""
MAKERS: Final = ("site_chunks.py", "site_modules.py", "word_sections.py")

_named = re.compile(r'(?<=href=")/[^"{]+(?=")|(?<=src=")/[^"{]+(?=")|(?<=: ")/[^"{]+(?=")')
_import_map = re.compile(r'<script type="importmap">(.*?)</script>', re.DOTALL)


@cache
def hash_of(root: Path) -> str:
    """Changes with the name or the content of any file below `root`."""
    digest = hashlib.sha256()
    for maker in MAKERS:
        digest.update((Path(__file__).parent / maker).read_bytes())
    for path in sorted(root.rglob("*")):
        if path.is_file() and path.suffix in TYPES:
            body = path.read_bytes()
            digest.update(f"{path.relative_to(root).as_posix()}\0{len(body)}\0".encode() + body)
    return digest.hexdigest()[:20]


def link_assets(page: str, root: Path = WEB) -> str:
    """A page that names its styles, modules and pictures by addresses that never change."""

    def name(found: re.Match[str]) -> str:
        address = found[0]
        suffix = Path(address).suffix
        is_there = address.startswith(MADE) or (root / address[1:]).is_file()
        is_asset = suffix in TYPES and suffix != ".html" and is_there
        return f"{ASSETS}/{hash_of(root)}{address}" if is_asset else address

    return _named.sub(name, page)


def import_map_sources(page: str) -> list[str]:
    """What a Content-Security-Policy must name for the import maps of a page."""
    digests = (hashlib.sha256(found[1].encode()).digest() for found in _import_map.finditer(page))
    return [f"'sha256-{b64encode(digest).decode()}'" for digest in digests]
