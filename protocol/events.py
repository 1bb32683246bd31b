"""The events of all domains: what one announces, in the outbox, for the others and for analytics.

Each says of itself who acted and what analytics may keep (`Message.actor`, `Message.analytics`).
"""

from __future__ import annotations

from collections.abc import Mapping

from protocol import (
    assessments,
    certificates,
    communication,
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
    assessments,
    communication,
    notifications,
)

EVENTS: Mapping[str, type[Message]] = {
    str(kind.__struct_config__.tag): kind for domain in DOMAINS for kind in domain.DOMAIN_EVENTS
}
"""By tag."""
