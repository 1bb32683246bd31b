"""What a domain adds to the long tail of routes: addresses of static files, templates and views."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from quart_trio import QuartTrio


def no_views(app: QuartTrio) -> None:
    """The domain has static files alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainPages:
    """`addresses` are files of `gateway/web` by the address of their page.

    `templates` are files there that are filled in, and so are not served as they are. `add_views`
    adds whatever is made for each request.
    """

    addresses: Mapping[str, str] = field(default_factory=dict)
    templates: frozenset[str] = frozenset()
    add_views: Callable[[QuartTrio], None] = no_views
