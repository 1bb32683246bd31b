"""What a node offers to the parts of its domains."""

from __future__ import annotations

import secrets

from protocol.ports import Post
from storage.throttle import ValkeyThrottle
from supervisors.domain import Resources
from supervisors.node import Node


def make_resources(node: Node, post: Post) -> Resources:
    """Make the resources, once storage and objects are up."""
    return Resources(
        database=node.database,
        clock=node.clock,
        random=secrets.token_bytes,
        post=post,
        tokens=node.tokens,
        throttle=ValkeyThrottle(node.valkey),
        passwords=node.passwords,
        objects=node.objects,
        base_url=lambda: node.base_url,
        private_registration=node.settings.private_registration,
        chat_days=node.settings.chat_days,
        chat_megabytes=node.settings.chat_megabytes,
    )
