"""The events of all domains, announced through the outbox to other domains and to analytics.

Each declares who acted and what analytics may keep (`Message.actor`, `Message.analytics`).
"""

from __future__ import annotations

from collections.abc import Mapping

from protocol import (
    assessments,
    certificates,
    communication,
    content,
    courses,
    enrollments,
    notifications,
    users,
)
from protocol.envelope import Message

DOMAINS = (
    users,
    courses,
    enrollments,
    certificates,
    content,
    assessments,
    communication,
    notifications,
)

EVENTS: Mapping[str, type[Message]] = {
    str(kind.__struct_config__.tag): kind for domain in DOMAINS for kind in domain.DOMAIN_EVENTS
}
"""By tag."""
