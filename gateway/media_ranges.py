"""Whether a client would rather read a page than JSON (RFC 9110, 12.5.1).

Werkzeug's parser of the header takes time by the square of a header's length, on the loop.
"""

from __future__ import annotations

from collections.abc import Sequence

HTML = ("text/html", "text/*", "*/*")
"""The ranges that a media type is in. The most specific one that is named counts."""
JSON = ("application/json", "application/*", "*/*")


def prefers_html(accept: str) -> bool:
    """Whether this `Accept` weighs HTML more than JSON; not if both weigh the same."""
    weights: dict[str, float] = {}
    for each in accept.split(","):
        media, *parameters = each.split(";")
        media = media.strip().lower()
        if media in HTML or media in JSON:
            weights[media] = max(weight_of(parameters), weights.get(media, 0.0))
    return _of(HTML, weights) > _of(JSON, weights)


def _of(ranges: Sequence[str], weights: dict[str, float]) -> float:
    return next((weights[each] for each in ranges if each in weights), 0.0)


def weight_of(parameters: Sequence[str]) -> float:
    """The `q`, 1 without one, 0 for what is none."""
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            try:
                weight = float(value)
            except ValueError:
                return 0.0
            return weight if 0 <= weight <= 1 else 0.0
    return 1.0
