"""Addresses of the site's files that never change what they give, and so may be kept for a year.

They hold a hash of all files: `/assets/<hash>/style.css`. As there is one for all, modules find
each other by relative addresses, and what a page loads always comes from one version.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path
from typing import Final

WEB: Final = Path(__file__).parent / "web"
TYPES: Final = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".md": "text/plain; charset=utf-8",
    ".LICENSE": "text/plain; charset=utf-8",
}
ASSETS: Final = "/assets"

_named = re.compile(r'(?<=href=")/[^"{]+(?=")|(?<=src=")/[^"{]+(?=")')


@cache
def hash_of(root: Path) -> str:
    """Changes with the name or the content of any file below `root`."""
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        if path.is_file() and path.suffix in TYPES:
            body = path.read_bytes()
            digest.update(f"{path.relative_to(root).as_posix()}\0{len(body)}\0".encode() + body)
    return digest.hexdigest()[:20]


def link_assets(page: str, root: Path = WEB) -> str:
    """A page that names its styles, scripts and pictures by addresses that never change."""

    def name(found: re.Match[str]) -> str:
        address = found[0]
        suffix = Path(address).suffix
        is_asset = suffix in TYPES and suffix != ".html" and (root / address[1:]).is_file()
        return f"{ASSETS}/{hash_of(root)}{address}" if is_asset else address

    return _named.sub(name, page)
