"""Making the directory of a node, with every actor and handler of the domains."""

from __future__ import annotations

from supervisors.command_log import CommandLog
from supervisors.directory import Directory
from supervisors.domains import DOMAINS
from supervisors.node import Node
from supervisors.resources import make_resources

KINDS = tuple(kind for domain in DOMAINS for kind in domain.kinds)


def make_directory(node: Node, down_since: int | None) -> Directory:
    """Make the directory of this node with everything it hosts."""
    directory = Directory(
        clock=node.clock,
        journal=node.journal,
        fan_out=node.fan_out,
        kinds=KINDS,
        down_since=down_since,
        stalls=node.stalls,
        commands=CommandLog(debug=node.settings.log_level == "debug"),
    )
    resources = make_resources(node, directory)
    for domain in DOMAINS:
        for make_handler in domain.handlers:
            directory.add_handler(make_handler(resources))
    return directory
