"""Headers of every document of the site: what it may load, and who may hold it in a frame."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

SECURITY_HEADERS: Final[Mapping[str, str]] = {
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}


def content_security_policy(
    import_maps: Iterable[str] = (), storage_origins: Iterable[str] = ()
) -> str:
    """What pages may load: nothing from elsewhere but pictures. Inline, only `import_maps`.

    `storage_origins` are where links to files lead that this server does not serve itself.
    """
    ours = " ".join(["'self'", *storage_origins])
    return "; ".join(
        [
            "default-src 'none'",
            " ".join(["script-src 'self'", *import_maps]),
            "style-src 'self'",
            "font-src 'self'",
            "img-src 'self' data: blob: https:",  # pictures in questions, and before they are sent
            # A film's pieces come by `connect-src`; what the browser plays of them has an address
            # of the page's own (`blob:`), which nothing from elsewhere can have.
            f"media-src {ours} blob:",
            f"connect-src {ours}",
            "worker-src 'self'",
            "manifest-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        ]
    )
