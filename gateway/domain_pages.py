"""What a domain adds to the site: addresses of static files, templates and views."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from quart_trio import QuartTrio


def no_views(app: QuartTrio) -> None:
    """Add no views: the domain has only static files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainPages:
    """`addresses` are files of `gateway/web` by the address of their page.

    `templates` are files there that are filled in and therefore not served unchanged. `add_views`
    adds pages that are made for each request.
    """

    addresses: Mapping[str, str] = field(default_factory=dict)
    templates: frozenset[str] = frozenset()
    add_views: Callable[[QuartTrio], None] = no_views
