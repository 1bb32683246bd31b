"""The directory of a node, with every actor and handler that the domains bring."""

from __future__ import annotations

import secrets

from storage.throttle import ValkeyThrottle
from supervisors.directory import Directory
from supervisors.domain import Resources
from supervisors.domains import DOMAINS
from supervisors.node import Node

KINDS = tuple(kind for domain in DOMAINS for kind in domain.kinds)


def make_directory(node: Node, down_since: int | None) -> Directory:
    """The directory of this node with everything it hosts."""
    directory = Directory(
        clock=node.clock,
        journal=node.journal,
        fan_out=node.fan_out,
        kinds=KINDS,
        down_since=down_since,
    )
    resources = Resources(
        database=node.database,
        clock=node.clock,
        random=secrets.token_bytes,
        post=directory,
        tokens=node.tokens,
        throttle=ValkeyThrottle(node.valkey),
        objects=node.objects,
        base_url=lambda: node.base_url,
    )
    for domain in DOMAINS:
        for make_handler in domain.handlers:
            directory.add_handler(make_handler(resources))
    return directory
