"""The language that a client would rather read (RFC 9110, 12.5.4), by its first subtag.

Werkzeug's parser of the header takes time by the square of a header's length, on the loop.
"""

from __future__ import annotations

from collections.abc import Container

from gateway.media_ranges import weight_of


def preferred(accept_language: str, offered: Container[str], *, default: str) -> str:
    """The one of `offered` with the greatest weight, the first of several; else `default`."""
    best, most = default, 0.0
    for each in accept_language.split(","):
        tag, *parameters = each.split(";")
        language = tag.strip().lower().partition("-")[0]
        weight = weight_of(parameters)
        if weight > most and language in offered:
            best, most = language, weight
    return best
