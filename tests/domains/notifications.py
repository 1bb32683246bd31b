"""What the notifications domain brings to the shared tests."""

from __future__ import annotations

from protocol.notifications import NotificationCreated
from tests.support.domain import CommandSamples, DomainSamples, EventSamples

DOMAIN = DomainSamples(
    name="notifications",
    commands=CommandSamples(own=frozenset({"notificationReceived"})),
    events=EventSamples(announced=(NotificationCreated,)),
)
